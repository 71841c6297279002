//! Where things are: the work tree, what is built in it, and the user's cache.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

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

    /// The clouds of the core, as their features are called: each is a folder with facts.
    pub(crate) fn clouds(&self) -> Result<Vec<String>> {
        let facts = files(&self.root, "crates/evenkeel/src/clouds/*/facts.rs")?;
        let folders = facts.iter().filter_map(|path| path.parent()?.file_name());
        let features = folders.map(|name| name.to_string_lossy().replace('_', "-"));
        Ok(features.collect())
    }

    /// A path as people write it: relative to the workspace.
    pub(crate) fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

/// Files by a pattern, in order: what Node makes of one differs from version to version.
pub(crate) fn files(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>> {
    let pattern = folder.join(pattern).to_string_lossy().into_owned();
    let files = glob::glob(&pattern)?.collect::<Result<Vec<_>, _>>()?;
    if files.is_empty() {
        bail!("there is no `{pattern}`");
    }
    Ok(files)
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
