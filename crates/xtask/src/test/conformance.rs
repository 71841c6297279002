//! The clouds' own SDKs against the sandbox, and their signing code against the proxy.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use super::plan::Suite;
use crate::{
    command,
    tally::{Runner, Tally},
};

impl Suite<'_> {
    /// # Errors
    /// When a test fails.
    pub(super) fn conformance(&self, tally: &mut Option<Tally>) -> Result<()> {
        let folder = self.project.root.join("tests/conformance");
        let python = self.tools.python().context("Python is not set up")?;
        let modules = self
            .tools
            .node_modules()
            .context("Node's packages are not set up")?;
        self.cargo(&["build", "--quiet", "--package", "evenkeel-cli"])?;
        let evenkeel = self.project.target.join("debug/evenkeel");

        let mut pytest = command::new(&python.to_string_lossy());
        pytest
            // The cache folder is for tools, the work tree for what is committed.
            .args(["-B", "-m", "pytest", "-p", "no:cacheprovider", "python"])
            .env("EVENKEEL_BIN", &evenkeel)
            .current_dir(&folder);
        self.counted(&mut pytest, Runner::Pytest, tally)?;

        let mut node = self.tools.command("node")?;
        node.args(["--test", "--test-reporter=spec"])
            .args(test_files(&folder.join("node"))?)
            .env("EVENKEEL_BIN", &evenkeel)
            .env("NODE_PATH", modules)
            .current_dir(&folder);
        self.counted(&mut node, Runner::NodeTest, tally)
    }
}

/// By their names: what Node makes of a folder or a pattern differs from version to version.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("`{}` cannot be read", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.js") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("`{}` has no tests", folder.display());
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_tests_and_not_what_they_share() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/node");
        let names: Vec<_> = test_files(&folder)
            .unwrap()
            .iter()
            .filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned()))
            .collect();
        assert!(names.contains(&"ens.test.js".to_owned()), "{names:?}");
        assert!(!names.contains(&"clouds.js".to_owned()), "{names:?}");
        assert!(test_files(Path::new("/no/such/folder")).is_err());
    }
}
