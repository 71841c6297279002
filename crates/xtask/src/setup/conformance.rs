//! The clouds' own SDKs, which judge the sandbox and the proxy: for Python in a venv, for Node in a
//! `node_modules`, each made anew when its pins change.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use super::{Component, Found, apt, locked::Locked};
use crate::{command, fingerprint, progress, project::Project, version::Version};

/// The pinned packages need it.
const PYTHON: &str = "3.11";
const LIMIT: Duration = Duration::from_mins(15);
/// Written last, so that an install that broke off is not taken for a whole one.
const COMPLETE: &str = ".complete";

/// Python's SDKs and pytest, in a venv.
pub(super) struct PythonSdks;

pub(super) const NODE: Locked = Locked {
    place: "tests/conformance",
    label: "node-sdks",
    command: "ci",
};

/// Node's SDKs.
pub(super) struct NodeSdks;

fn pins(project: &Project, file: &str) -> Result<String> {
    let path = project.root.join("tests/conformance").join(file);
    fs::read_to_string(&path)
        .with_context(|| format!("`{}` cannot be read", project.relative(&path).display()))
}

/// A folder for these pins and the program that they were installed with.
fn folder(project: &Project, kind: &str, pins: String, program: String) -> Result<PathBuf> {
    let key = fingerprint::of(&[], &[pins, program])?;
    Ok(project.cache.join(format!("tools/{kind}-{key}")))
}

fn is_complete(folder: &Path) -> bool {
    folder.join(COMPLETE).is_file()
}

fn start_over(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("`{}` cannot be removed", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("`{}` cannot be made", folder.display()))
}

fn finish(folder: &Path) -> Result<()> {
    fs::write(folder.join(COMPLETE), "")
        .with_context(|| format!("`{}` cannot be written", folder.display()))
}

/// What `python3` says about itself, when it is there and new enough.
fn python() -> Option<String> {
    command::find(&["python3"])?;
    let said = command::output(command::new("python3").arg("--version")).ok()?;
    (Version::find(&said)? >= PYTHON.parse().ok()?).then_some(said)
}

impl PythonSdks {
    fn folder(project: &Project, python: String) -> Result<PathBuf> {
        folder(
            project,
            "python-sdks",
            pins(project, "requirements.txt")?,
            python,
        )
    }

    /// Debian keeps a part of its venv in a package of its own.
    fn can_make_venvs() -> bool {
        let mut ask = command::new("python3");
        command::output(ask.args(["-c", "import ensurepip, venv"])).is_ok()
    }
}

impl Component for PythonSdks {
    fn name(&self) -> String {
        "the clouds' Python SDKs".to_owned()
    }

    fn source(&self) -> String {
        "PyPI, as tests/conformance/requirements.txt pins them".to_owned()
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(45)
    }

    fn look(&self, project: &Project) -> Result<Option<Found>> {
        let Some(python) = python() else {
            return Ok(None);
        };
        let folder = Self::folder(project, python)?;
        Ok(is_complete(&folder).then(|| Found::Python(folder.join("bin/python"))))
    }

    fn install(&self, project: &Project) -> Result<()> {
        if python().is_none() || !Self::can_make_venvs() {
            if !apt::is_there() {
                bail!(
                    "Python {PYTHON} or newer with its `venv` is needed: install it \
                     (https://www.python.org or your distribution), so that PATH knows `python3`, \
                     and try again"
                );
            }
            apt::install(project, &["python3", "python3-venv"])?;
        }
        let Some(python) = python() else {
            bail!(
                "`python3` on PATH is not {PYTHON} or newer, which the pinned SDKs need: put such \
                 a one first on PATH and try again"
            );
        };
        let folder = Self::folder(project, python)?;
        start_over(&folder)?;
        command::output(command::new("python3").args(["-m", "venv"]).arg(&folder))
            .context("the venv cannot be made")?;
        // By its bare name: a list of paths, as pip takes them here, must have no spaces.
        let list = "requirements.txt";
        fs::write(folder.join(list), pins(project, list)?)?;
        let mut pip = command::new(&folder.join("bin/python").to_string_lossy());
        pip.args(["-m", "pip", "install", "--disable-pip-version-check"])
            .args(["--no-deps", "--requirement", list])
            // What builds a package from its source is pinned too; newer pips read the second.
            .env("PIP_CONSTRAINT", list)
            .env("PIP_BUILD_CONSTRAINT", list)
            .current_dir(&folder);
        let log = project.cache.join("log/python-sdks.log");
        progress::run(&mut pip, &self.name(), &log, LIMIT)?;
        finish(&folder)
    }
}

impl Component for NodeSdks {
    fn name(&self) -> String {
        "the clouds' Node SDKs".to_owned()
    }

    fn source(&self) -> String {
        format!("npm, as {}/package-lock.json pins them", NODE.place)
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(15)
    }

    fn look(&self, project: &Project) -> Result<Option<Found>> {
        NODE.look(project, |folder| {
            Found::NodeModules(folder.join("node_modules"))
        })
    }

    fn install(&self, project: &Project) -> Result<()> {
        NODE.install(project, &self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_was_installed_apart_by_pins_and_by_program() {
        let project = Project::locate().unwrap();
        let of = |pins: &str, program: &str| {
            folder(&project, "x", pins.to_owned(), program.to_owned()).unwrap()
        };
        assert_eq!(of("a==1", "Python 3.11.7"), of("a==1", "Python 3.11.7"));
        assert_ne!(of("a==1", "Python 3.11.7"), of("a==2", "Python 3.11.7"));
        assert_ne!(of("a==1", "Python 3.11.7"), of("a==1", "Python 3.12.0"));
        assert!(of("a==1", "").starts_with(project.cache.join("tools")));
    }

    #[test]
    fn does_not_take_an_install_that_broke_off_for_a_whole_one() {
        let folder = std::env::temp_dir().join(format!("evenkeel-sdks-{}", std::process::id()));
        start_over(&folder).unwrap();
        fs::write(folder.join("half"), "").unwrap();
        assert!(!is_complete(&folder));
        start_over(&folder).unwrap();
        assert!(!folder.join("half").exists());
        finish(&folder).unwrap();
        assert!(is_complete(&folder));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn pins_every_package_to_one_version() {
        let project = Project::locate().unwrap();
        let requirements = pins(&project, "requirements.txt").unwrap();
        let packages = requirements
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in packages {
            let (name, version) = line.split_once("==").unwrap_or((line, ""));
            assert!(!name.is_empty() && !version.is_empty(), "{line}");
        }
    }
}
