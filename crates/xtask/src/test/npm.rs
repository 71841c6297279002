//! The npm package: packed, installed into a project as anyone's, and run everywhere.

use std::{fs, path::Path, process};

use anyhow::{Context as _, Result};

use super::plan::Suite;
use crate::{
    command,
    npm::{self, Package},
    tally::{Runner, Tally},
};

/// Stay behind: what they pin is installed beside the project.
const PINS: [&str; 3] = ["package.json", "package-lock.json", "node_modules"];

impl Suite<'_> {
    /// # Errors
    /// When the package cannot be built, or a test fails.
    pub(super) fn npm(&self, tally: &mut Option<Tally>) -> Result<()> {
        let package = npm::build(self.project, self.tools)?;
        let tools = self.tools.packaging().context("no runtimes are set up")?;
        // Within the tools' folder, Node finds them; of its own, the project has the package alone.
        let scratch = tools.join(format!("project-{}", process::id()));
        let result = self.npm_in(&scratch, &package, tally);
        let removed = fs::remove_dir_all(&scratch)
            .with_context(|| format!("`{}` cannot be removed", scratch.display()));
        // What the tests say comes first.
        result.and(removed)
    }

    fn npm_in(&self, scratch: &Path, package: &Package, tally: &mut Option<Tally>) -> Result<()> {
        let chromium = self.tools.chromium().context("Chromium is not set up")?;
        copy(&self.project.root.join("tests/packaging"), scratch, &PINS)?;
        fs::write(
            scratch.join("package.json"),
            r#"{"private": true, "type": "module"}"#,
        )?;
        let mut install = self.tools.command("npm")?;
        install
            .args(["install", "--no-save", "--offline", "--ignore-scripts"])
            .args(["--no-audit", "--no-fund"])
            .arg(&package.tarball)
            .current_dir(scratch);
        command::output(&mut install)?;

        let mut node = self.tools.command("node")?;
        node.args(["--test", "--test-reporter=spec", "--test-concurrency=2"])
            // For a file of tests, on a busy machine; a page that hangs ends some time.
            .arg("--test-timeout=600000")
            .env("EVENKEEL_ROOT", &self.project.root)
            .env("EVENKEEL_PACKAGE", &package.folder)
            .env("EVENKEEL_TARBALL", &package.tarball)
            .env("EVENKEEL_CHROMIUM", chromium)
            .current_dir(scratch);
        self.counted(&mut node, Runner::NodeTest, tally)
    }
}

fn copy(from: &Path, to: &Path, except: &[&str]) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in
        fs::read_dir(from).with_context(|| format!("`{}` cannot be read", from.display()))?
    {
        let entry = entry?;
        let name = entry.file_name();
        if except.iter().any(|left| name == *left) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to.join(&name), except)?;
        } else {
            fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}
