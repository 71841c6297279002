//! Firefox and its driver, whose versions need not match.

use std::{env, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result, bail};

use super::{Component, Found, apt, tool::Tool};
use crate::{command, project::Project};

/// Debian's; its `firefox` is in no stable release.
const PACKAGE: &str = "firefox-esr";
const BROWSERS: [&str; 2] = ["firefox", "firefox-esr"];
const DRIVER: &str = "geckodriver";

/// Firefox itself.
pub(super) struct Firefox;

impl Component for Firefox {
    fn name(&self) -> String {
        "firefox".to_owned()
    }

    fn source(&self) -> String {
        format!("Debian's package: {PACKAGE}")
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn look(&self, _: &Project) -> Result<Option<Found>> {
        let chosen = env::var_os("EVENKEEL_FIREFOX").map(PathBuf::from);
        let found = chosen.or_else(|| command::find(&BROWSERS));
        Ok(found.map(Found::Firefox))
    }

    fn install(&self, project: &Project) -> Result<()> {
        const OTHERWISE: &str = "`cargo xtask test --skip wasm-firefox` does without it";
        if !apt::is_there() {
            bail!(
                "install Firefox, so that PATH knows `firefox` or `EVENKEEL_FIREFOX` names it, \
                 and try again; {OTHERWISE}"
            );
        }
        apt::install(project, &[PACKAGE]).context(OTHERWISE)
    }
}

/// Firefox' driver: any that PATH knows, else one compiled from its crate.
pub(super) struct Geckodriver(Tool);

impl Geckodriver {
    pub(super) fn new() -> Result<Self> {
        Tool::geckodriver().map(Self)
    }
}

impl Component for Geckodriver {
    fn name(&self) -> String {
        self.0.name()
    }

    fn source(&self) -> String {
        self.0.source()
    }

    fn cost(&self) -> Duration {
        self.0.cost()
    }

    fn look(&self, project: &Project) -> Result<Option<Found>> {
        let found = command::find(&[DRIVER]);
        match found.as_deref().and_then(std::path::Path::parent) {
            Some(folder) => Ok(Some(Found::OnPath(folder.to_path_buf()))),
            None => self.0.look(project),
        }
    }

    fn install(&self, project: &Project) -> Result<()> {
        self.0.install(project)
    }
}
