//! Node, and `wasm-opt`, which npm brings.

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result, bail};

use super::{Component, Found};
use crate::{command, progress, project::Project, version::Version};

/// The oldest Node that the tests run on.
const NODE: u32 = 20;
/// Debian's own binaryen (108) writes modules that do not load.
const BINARYEN: &str = "132.0.0";
const LIMIT: Duration = Duration::from_mins(10);

/// Node with npm.
pub(super) struct Node;

impl Component for Node {
    fn name(&self) -> String {
        "node".to_owned()
    }

    fn source(&self) -> String {
        format!("https://nodejs.org, version {NODE} or newer, or your distribution")
    }

    fn cost(&self) -> Duration {
        Duration::ZERO
    }

    fn look(&self, _: &Project) -> Result<Option<Found>> {
        match node() {
            Some(folder) => Ok(Some(Found::OnPath(folder))),
            None => bail!(
                "Node {NODE} or newer with npm is needed: install it ({}), so that PATH knows \
                 `node` and `npm`, and try again",
                self.source(),
            ),
        }
    }

    fn install(&self, _: &Project) -> Result<()> {
        bail!("install it from {}", self.source())
    }
}

fn node() -> Option<PathBuf> {
    command::find(&["npm"])?;
    let node = command::find(&["node"])?;
    let said = command::output(command::new("node").arg("--version")).ok()?;
    (Version::find(&said)?.major >= NODE).then(|| node.parent().map(PathBuf::from))?
}

/// `wasm-opt`, of npm's binaryen.
pub(super) struct WasmOpt;

impl WasmOpt {
    fn folder(project: &Project) -> PathBuf {
        project.cache.join(format!("tools/binaryen-{BINARYEN}"))
    }
}

impl Component for WasmOpt {
    fn name(&self) -> String {
        format!("binaryen {BINARYEN}")
    }

    fn source(&self) -> String {
        "npm (for `wasm-opt`)".to_owned()
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(10)
    }

    fn look(&self, project: &Project) -> Result<Option<Found>> {
        let folder = Self::folder(project).join("node_modules/.bin");
        Ok(if node().is_none() {
            Some(Found::Skipped(format!(
                "Node {NODE} or newer is not here, so `wasm-opt` and compressing ahead are left \
                 out: the console works, and is larger and slower to load"
            )))
        } else if folder.join("wasm-opt").exists() {
            Some(Found::Cached(folder))
        } else {
            on_path()
        })
    }

    fn install(&self, project: &Project) -> Result<()> {
        let folder = Self::folder(project);
        let partial = folder.with_extension("partial");
        fs::create_dir_all(&partial)?;
        let mut command = command::new("npm");
        command
            .args([
                "install",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--prefix",
            ])
            .arg(&partial)
            .arg(format!("binaryen@{BINARYEN}"))
            .current_dir(&partial);
        progress::run(
            &mut command,
            &self.name(),
            &project.cache.join("log/binaryen.log"),
            LIMIT,
        )?;
        fs::rename(&partial, &folder)
            .with_context(|| format!("`{}` cannot be put in place", folder.display()))
    }
}

fn on_path() -> Option<Found> {
    let program = command::find(&["wasm-opt"])?;
    let said = command::output(command::new("wasm-opt").arg("--version")).ok()?;
    let major = BINARYEN.parse::<Version>().ok()?.major;
    (Version::find(&said)?.major == major).then(|| {
        program
            .parent()
            .map(|folder| Found::OnPath(folder.to_path_buf()))
    })?
}
