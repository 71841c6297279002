//! Where things are: the work tree, what is built in it, and the user's cache.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// The folders that the tasks read and write.
#[derive(Debug)]
pub(crate) struct Project {
    /// The root of the workspace.
    pub(crate) root: PathBuf,
    /// What cargo builds for this machine.
    pub(crate) target: PathBuf,
    /// What cargo builds for the browser, apart: the two may build at the same time.
    pub(crate) wasm_target: PathBuf,
    /// The built console.
    pub(crate) dist: PathBuf,
    /// Tools shared by all clones of the repository.
    pub(crate) cache: PathBuf,
}

impl Project {
    pub(crate) fn locate() -> Result<Self> {
        let here = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = here
            .ancestors()
            .nth(2)
            .context("the workspace cannot be found; run `cargo xtask` inside of it")?
            .to_path_buf();
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Self {
            wasm_target: target.join("wasm"),
            dist: root.join("dist"),
            cache: cache_folder()?,
            target,
            root,
        })
    }

    /// A path as people write it: relative to the workspace.
    pub(crate) fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

fn cache_folder() -> Result<PathBuf> {
    let absolute = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    absolute("XDG_CACHE_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".cache")))
        .map(|cache| cache.join("evenkeel"))
        .context("no folder for the tools: set `HOME` or `XDG_CACHE_HOME`")
}
