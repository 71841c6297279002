//! What assembles the npm package, and the runtimes and bundlers that judge it, by npm.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result};

use super::{Component, Found, node};
use crate::{command, fingerprint, progress, project::Project};

const PLACE: &str = "tests/packaging";
const LIMIT: Duration = Duration::from_mins(15);

/// The packages that `tests/packaging/package-lock.json` pins, in a folder for this lock.
pub(super) struct Packaging;

impl Packaging {
    fn folder(project: &Project) -> Result<PathBuf> {
        let lock = project.root.join(PLACE).join("package-lock.json");
        let text = fs::read_to_string(&lock)
            .with_context(|| format!("`{}` cannot be read", project.relative(&lock).display()))?;
        Ok(project.cache.join(format!(
            "tools/packaging-{}",
            fingerprint::of(&[], &[text])?
        )))
    }
}

impl Component for Packaging {
    fn name(&self) -> String {
        "runtimes and bundlers".to_owned()
    }

    fn source(&self) -> String {
        format!("npm, as {PLACE}/package-lock.json pins them (500 MB)")
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(45)
    }

    fn look(&self, project: &Project) -> Result<Option<Found>> {
        // Says what to do when there is no Node.
        node::Node.look(project)?;
        let folder = Self::folder(project)?;
        Ok(folder.is_dir().then_some(Found::Packaging(folder)))
    }

    fn install(&self, project: &Project) -> Result<()> {
        let folder = Self::folder(project)?;
        let partial = folder.with_extension("partial");
        remove(&partial)?;
        fs::create_dir_all(&partial)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(project.root.join(PLACE).join(file), partial.join(file))
                .with_context(|| format!("`{PLACE}/{file}` cannot be copied"))?;
        }
        // The programs of Bun, Deno, esbuild and workerd are packages of their own: no script has
        // to fetch them. `npm ci` wants those of every platform in the lock, which not every
        // registry serves; what is in the lock is held by `install` too.
        let mut npm = command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&partial);
        let log = project.cache.join("log/packaging.log");
        progress::run(&mut npm, &self.name(), &log, LIMIT)?;
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

    #[test]
    fn the_lock_names_no_registry() {
        let project = Project::locate().unwrap();
        let lock = project.root.join(PLACE).join("package-lock.json");
        let text = fs::read_to_string(lock).unwrap();
        assert!(text.contains("node_modules/workerd"));
        assert!(!text.contains("\"resolved\""));
    }
}
