//! Chromium with its driver, of the same version, and Firefox, whose driver is a crate.

use std::{env, path::PathBuf};

use anyhow::{Result, bail};

use super::{Component, Found, debian::debian};
use crate::{command, version};

const CHROMIUM: &[&str] = &["chromium", "chromium-driver"];
const ELSEWHERE: &str = "install Chromium or Chrome and the `chromedriver` of the same version, so that PATH knows them";

/// Chromium, or Chrome.
pub(super) fn chromium() -> Component {
    let look = || Ok(find_chromium().map(Found::At));
    debian("chromium", CHROMIUM, look, ELSEWHERE, "")
}

/// What drives it.
pub(super) fn chromedriver() -> Component {
    debian("chromedriver", CHROMIUM, find_driver, ELSEWHERE, "")
}

pub(super) fn firefox() -> Component {
    debian(
        "firefox",
        // Debian's `firefox` is in no stable release.
        &["firefox-esr"],
        find_firefox,
        "install Firefox, so that PATH knows `firefox` or `EVENKEEL_FIREFOX` names it",
        "\nor leave it out: `cargo xtask test --skip wasm-firefox,e2e`",
    )
}

/// What a variable names.
fn chosen(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from)
}

fn find_chromium() -> Option<PathBuf> {
    chosen("EVENKEEL_CHROMIUM")
        .or_else(|| command::find(&["chromium", "chromium-browser"]))
        .or_else(|| command::find(&["google-chrome", "google-chrome-stable"]))
}

fn find_driver() -> Result<Option<Found>> {
    let driver = chosen("CHROMEDRIVER").or_else(|| command::find(&["chromedriver"]));
    let (Some(driver), Some(chromium)) = (driver, find_chromium()) else {
        return Ok(None);
    };
    let major = |program| version::major(&version::said(program)?);
    match (major(&chromium), major(&driver)) {
        (Some(browser), Some(of_driver)) if browser != of_driver => bail!(
            "`{}` is version {browser} and `{}` version {of_driver}: a driver works with its own \
             version only; `EVENKEEL_CHROMIUM` and `CHROMEDRIVER` choose others",
            chromium.display(),
            driver.display(),
        ),
        _ => Ok(Some(Found::At(driver))),
    }
}

fn find_firefox() -> Result<Option<Found>> {
    match chosen("EVENKEEL_FIREFOX") {
        None => Ok(command::find(&["firefox", "firefox-esr"]).map(Found::At)),
        Some(file) if file.is_file() => Ok(Some(Found::At(file))),
        Some(file) => {
            bail!(
                "`EVENKEEL_FIREFOX` names `{}`, which is no file",
                file.display()
            )
        }
    }
}
