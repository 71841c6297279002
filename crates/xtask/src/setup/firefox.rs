//! Firefox and its driver, whose versions need not match.

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Result, anyhow, bail};

use super::{Component, Found, apt, tool::Tool};
use crate::{command, project::Project};

/// Debian's; its `firefox` is in no stable release.
const PACKAGE: &str = "firefox-esr";
const BROWSERS: [&str; 2] = ["firefox", "firefox-esr"];
const DRIVER: &str = "geckodriver";
const CHOICE: &str = "EVENKEEL_FIREFOX";
const OTHERWISE: &str = "\nor leave it out: `cargo xtask test --skip wasm-firefox`";

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
        let Some(chosen) = env::var_os(CHOICE).map(PathBuf::from) else {
            return Ok(command::find(&BROWSERS).map(Found::Firefox));
        };
        if !chosen.is_file() {
            bail!("`{CHOICE}` names `{}`, which is no file", chosen.display());
        }
        Ok(Some(Found::Firefox(chosen)))
    }

    fn install(&self, project: &Project) -> Result<()> {
        if !apt::is_there() {
            bail!(
                "install Firefox, so that PATH knows `firefox` or `{CHOICE}` names it, and try \
                 again{OTHERWISE}"
            );
        }
        apt::install(project, &[PACKAGE]).map_err(|error| anyhow!("{error:#}{OTHERWISE}"))
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
        match found.as_deref().and_then(Path::parent) {
            Some(folder) => Ok(Some(Found::OnPath(folder.to_path_buf()))),
            None => self.0.look(project),
        }
    }

    fn install(&self, project: &Project) -> Result<()> {
        self.0.install(project)
    }
}
