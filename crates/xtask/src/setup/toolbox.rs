//! What the set-up found, and the commands that use it.

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use super::Need;
use crate::command;

/// What was found.
pub(super) enum Found {
    /// A program or a folder.
    At(PathBuf),
    /// Programs of our own, in this folder.
    Cached(PathBuf),
    /// Not there, and not needed for what is asked.
    Skipped(String),
}

/// Where everything is, and the commands that use it.
#[derive(Debug, Default)]
pub(crate) struct Toolbox {
    pub(super) wasm_target: PathBuf,
    places: BTreeMap<Need, PathBuf>,
    /// What PATH gets.
    folders: Vec<PathBuf>,
    /// Why something is left out, one line each.
    pub(crate) skipped: Vec<String>,
}

impl Toolbox {
    pub(super) fn add(&mut self, need: Need, found: Found) {
        let place = match found {
            Found::At(place) => place,
            Found::Cached(folder) => {
                self.folders.push(folder.clone());
                folder
            }
            Found::Skipped(why) => return self.skipped.push(why),
        };
        self.places.insert(need, place);
    }

    /// Where something is that was asked for; of anything else an error, which is this program's.
    pub(crate) fn at(&self, need: Need) -> Result<&Path> {
        let place = self.places.get(&need).map(PathBuf::as_path);
        place.with_context(|| format!("{need:?} is not set up"))
    }

    /// Whether the console can be shrunk and compressed: both is done on Node.
    pub(crate) fn has_node(&self) -> bool {
        self.skipped.is_empty()
    }

    /// A command as one would type it, which finds the tools.
    pub(crate) fn command(&self, line: &str) -> Result<Command> {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = self.folders.iter().cloned();
        let path = env::join_paths(folders.chain(env::split_paths(&inherited)))
            .context("PATH cannot be extended by the tools' folders")?;
        let mut command = command::line(line);
        command.env("PATH", path);
        Ok(command)
    }

    /// A command that builds for the browser.
    pub(crate) fn wasm_command(&self, line: &str) -> Result<Command> {
        let mut command = self.command(line)?;
        command.env("CARGO_TARGET_DIR", &self.wasm_target);
        Ok(command)
    }
}
