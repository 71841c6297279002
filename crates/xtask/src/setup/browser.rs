//! Chromium and its driver, of the same version.

use std::{env, path::Path, path::PathBuf, time::Duration};

use anyhow::{Result, bail};

use super::{Component, Found, apt};
use crate::{command, project::Project, version::Version};

const PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];
const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Chromium, or Chrome, with its driver.
pub(super) struct Browser;

impl Component for Browser {
    fn name(&self) -> String {
        "chromium".to_owned()
    }

    fn source(&self) -> String {
        format!("Debian's packages: {}", PACKAGES.join(", "))
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn look(&self, _: &Project) -> Result<Option<Found>> {
        let chosen = |name| env::var_os(name).map(PathBuf::from);
        let chromium = chosen("EVENKEEL_CHROMIUM").or_else(|| command::find(&BROWSERS));
        let driver = chosen("CHROMEDRIVER").or_else(|| command::find(&["chromedriver"]));
        let (Some(chromium), Some(driver)) = (chromium, driver) else {
            return Ok(None);
        };
        match (major(&chromium)?, major(&driver)?) {
            (Some(browser), Some(of_driver)) if browser != of_driver => bail!(
                "`{}` is version {browser} and `{}` version {of_driver}: a driver works with its own \
                 version only; `EVENKEEL_CHROMIUM` and `CHROMEDRIVER` choose others",
                chromium.display(),
                driver.display(),
            ),
            _ => Ok(Some(Found::Browser { chromium, driver })),
        }
    }

    fn install(&self, project: &Project) -> Result<()> {
        if !apt::is_there() {
            bail!(
                "install Chromium or Chrome and the `chromedriver` of the same version, \
                 so that PATH knows them, and try again"
            );
        }
        apt::install(project, &PACKAGES)
    }
}

fn major(program: &Path) -> Result<Option<u32>> {
    let said = command::output(command::new(&program.to_string_lossy()).arg("--version"))?;
    Ok(Version::find(&said).map(|version| version.major))
}
