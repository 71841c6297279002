//! What the npm package is measured beside, by npm.

use std::time::Duration;

use anyhow::Result;

use super::{Component, Found, locked::Locked};
use crate::project::Project;

pub(super) const PACKAGES: Locked = Locked {
    place: "tests/bench/npm",
    label: "peers",
    command: "ci",
};

/// The packages that `tests/bench/npm/package-lock.json` pins.
pub(super) struct Peers;

impl Component for Peers {
    fn name(&self) -> String {
        "other validators".to_owned()
    }

    fn source(&self) -> String {
        format!("npm, as {}/package-lock.json pins them", PACKAGES.place)
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(5)
    }

    fn look(&self, project: &Project) -> Result<Option<Found>> {
        PACKAGES.look(project, Found::Peers)
    }

    fn install(&self, project: &Project) -> Result<()> {
        PACKAGES.install(project, &self.name())
    }
}
