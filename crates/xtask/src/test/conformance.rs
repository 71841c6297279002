//! The clouds' own SDKs against the sandbox, and their signing code against the proxy.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
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

        // The snippets of the sandbox's page are in both languages.
        let mut pytest = self.tools.command(&python.to_string_lossy())?;
        pytest
            // The cache folder is for tools, the work tree for what is committed.
            .args(["-B", "-m", "pytest", "-p", "no:cacheprovider", "python"])
            .env("EVENKEEL_BIN", &evenkeel)
            .env("NODE_PATH", modules)
            .current_dir(&folder);
        let mut counts = Counts::default();
        judge(&mut pytest, Runner::Pytest, tally, &mut counts)?;

        let mut node = self.tools.command("node")?;
        node.args(["--test", "--test-reporter=spec"])
            .args(test_files(&folder.join("node"))?)
            .env("EVENKEEL_BIN", &evenkeel)
            .env("NODE_PATH", modules)
            .current_dir(&folder);
        judge(&mut node, Runner::NodeTest, tally, &mut counts)?;
        println!("\nin all: {counts}");
        Ok(())
    }
}

/// What the tests say that they did, added up.
#[derive(Debug, Default)]
struct Counts([u32; 3]);

impl Counts {
    const NAMES: [&str; 3] = [
        "SDK calls that the sandbox took",
        "refusals checked",
        "calls of the proxy that the judge let through",
    ];

    fn read(&mut self, line: &str) {
        for (total, name) in self.0.iter_mut().zip(Self::NAMES) {
            let number = line
                .split_once(&format!("{name}: "))
                .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect())
                .and_then(|digits: String| digits.parse::<u32>().ok());
            *total = total.saturating_add(number.unwrap_or(0));
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (total, name)) in self.0.iter().zip(Self::NAMES).enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{name}: {total}")?;
        }
        Ok(())
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

/// Runs tests in the open, and reads how many there were and what they did.
fn judge(
    command: &mut Command,
    runner: Runner,
    tally: &mut Option<Tally>,
    counts: &mut Counts,
) -> Result<()> {
    println!("$ {}", command::shown(command));
    let tally = tally.get_or_insert_default();
    command::run_watched(command, |line| {
        tally.read(runner, line);
        counts.read(line);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_what_the_tests_say_that_they_did() {
        let mut counts = Counts::default();
        counts.read("SDK calls that the sandbox took: 40 (A 30, B 10); refusals checked: 7\n");
        counts.read("ℹ SDK calls that the sandbox took: 2 (A 2); refusals checked: 0\n");
        counts.read("calls of the proxy that the judge let through: 5\n");
        counts.read("ℹ pass 3\n");
        assert_eq!(
            counts.to_string(),
            "SDK calls that the sandbox took: 42, refusals checked: 7, \
             calls of the proxy that the judge let through: 5"
        );
    }

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
