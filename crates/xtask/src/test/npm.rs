//! The npm package: packed, installed into a project as anyone's, and run everywhere.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::plan::Suite;
use crate::{
    bench,
    npm::{self, Package},
    scratch,
    tally::{Runner, Tally},
};

impl Suite<'_> {
    /// # Errors
    /// When the package cannot be built, or a test fails.
    pub(super) fn npm(&self, tally: &mut Option<Tally>) -> Result<()> {
        let package = npm::build(self.project, self.tools)?;
        let tools = self.tools.packaging().context("no runtimes are set up")?;
        scratch::with(tools, |folder| self.npm_in(folder, &package, tally))?;
        bench::verdicts(self.project, self.tools, &package)
    }

    fn npm_in(&self, folder: &Path, package: &Package, tally: &mut Option<Tally>) -> Result<()> {
        let chromium = self.tools.chromium().context("Chromium is not set up")?;
        let tests = self.project.root.join("tests/packaging");
        scratch::fill(folder, &tests, self.tools, package)?;
        let mut node = self.tools.command("node")?;
        node.args(["--test", "--test-reporter=spec", "--test-concurrency=2"])
            // For a file of tests, on a busy machine; a page that hangs ends some time.
            .arg("--test-timeout=600000")
            .env("EVENKEEL_ROOT", &self.project.root)
            .env("EVENKEEL_PACKAGE", &package.folder)
            .env("EVENKEEL_TARBALL", &package.tarball)
            .env("EVENKEEL_CHROMIUM", chromium)
            .current_dir(folder);
        self.counted(&mut node, Runner::NodeTest, tally)
    }
}
