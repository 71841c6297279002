//! The clouds' own SDKs for Python, which judge the sandbox and the proxy: in a venv, made anew when its pins
//! change.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};

use super::{Component, Found, debian, make, pinned, remove};
use crate::{command, project::Project, version};

/// The pinned packages need it.
const PYTHON: [u32; 2] = [3, 11];
const PINS: &str = "tests/conformance/requirements.txt";
/// Written last, so that an install that broke off is not taken for a whole one: a venv cannot be moved.
const COMPLETE: &str = ".complete";
const ELSEWHERE: &str = "Python 3.11 or newer with its `venv` is needed: install it (https://www.python.org or \
                         your distribution), so that PATH knows `python3`";

/// What `python3` says about itself, when it is there and new enough.
fn python() -> Option<String> {
    let said = version::said("python3".as_ref())?;
    (version::find(&said)? >= PYTHON.to_vec()).then_some(said)
}

/// The pins, and the folder for them and this Python.
fn pins(project: &Project, python: String) -> Result<(String, PathBuf)> {
    pinned(project, PINS, &[python], "python-sdks")
}

/// Python's SDKs and pytest.
pub(super) fn sdks() -> Component {
    Component {
        name: "the clouds' Python SDKs".to_owned(),
        source: format!("PyPI, as {PINS} pins them"),
        seconds: 45,
        look: Box::new(|project| {
            let Some(python) = python() else {
                return Ok(None);
            };
            let (_, folder) = pins(project, python)?;
            let is_complete = folder.join(COMPLETE).is_file();
            Ok(is_complete.then(|| Found::Cached(folder.join("bin"))))
        }),
        install: Box::new(install),
    }
}

fn install(project: &Project) -> Result<()> {
    // Debian keeps a part of its venv in a package of its own.
    let mut venv = command::new("python3");
    let can_make_venvs = command::output(venv.args(["-c", "import ensurepip, venv"])).is_ok();
    if python().is_none() || !can_make_venvs {
        debian::install(&["python3", "python3-venv"], ELSEWHERE)?;
    }
    let python = python().context(ELSEWHERE)?;
    let (pins, folder) = pins(project, python)?;
    remove(&folder)?;
    make(&folder)?;
    command::output(command::new("python3").args(["-m", "venv"]).arg(&folder))
        .context("the venv cannot be made")?;
    // By its bare name: a list of paths, as pip takes them here, must have no spaces.
    let list = "requirements.txt";
    fs::write(folder.join(list), pins)?;
    let mut pip = command::new(folder.join("bin/python"));
    let options = "-m pip install --quiet --disable-pip-version-check --no-deps --requirement";
    pip.args(options.split(' '))
        .arg(list)
        // What builds a package from its source is pinned too; newer pips read the second.
        .env("PIP_CONSTRAINT", list)
        .env("PIP_BUILD_CONSTRAINT", list)
        .current_dir(&folder);
    command::install(&mut pip)?;
    fs::write(folder.join(COMPLETE), "")
        .with_context(|| format!("`{}` cannot be written", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_every_package_to_one_version() {
        let project = Project::locate().unwrap();
        let (requirements, _) = pins(&project, String::new()).unwrap();
        let packages = requirements
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in packages {
            let (name, version) = line.split_once("==").unwrap_or((line, ""));
            assert!(!name.is_empty() && !version.is_empty(), "{line}");
        }
    }
}
