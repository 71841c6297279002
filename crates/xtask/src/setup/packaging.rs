//! What assembles the npm package, and the runtimes and bundlers that judge it, by npm.

use std::time::Duration;

use anyhow::Result;

use super::{Component, Found, locked::Locked};
use crate::project::Project;

/// The programs of Bun, Deno, esbuild and workerd are packages of their own: no script has to fetch
/// them. `npm ci` wants those of every platform in the lock, which not every registry serves; what
/// is in the lock is held by `install` too.
pub(super) const PACKAGES: Locked = Locked {
    place: "tests/packaging",
    label: "packaging",
    command: "install",
};

/// The packages that `tests/packaging/package-lock.json` pins.
pub(super) struct Packaging;

impl Component for Packaging {
    fn name(&self) -> String {
        "runtimes and bundlers".to_owned()
    }

    fn source(&self) -> String {
        format!(
            "npm, as {}/package-lock.json pins them (500 MB)",
            PACKAGES.place
        )
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(45)
    }

    fn look(&self, project: &Project) -> Result<Option<Found>> {
        PACKAGES.look(project, Found::Packaging)
    }

    fn install(&self, project: &Project) -> Result<()> {
        PACKAGES.install(project, &self.name())
    }
}
