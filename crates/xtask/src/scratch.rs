//! A project as anyone's, with the packed npm package installed, that is gone afterwards.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
};

use anyhow::{Context as _, Result};

use crate::{command, npm::Package, setup::Toolbox};

/// Stay behind: what they pin is installed beside the project.
const PINS: [&str; 3] = ["package.json", "package-lock.json", "node_modules"];

/// Gives `then` a new folder within `tools`, whose packages Node finds from there.
///
/// # Errors
/// When `then` fails, or what it left cannot be removed.
pub(crate) fn with<T>(tools: &Path, then: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    let folder: PathBuf = tools.join(format!("project-{}", process::id()));
    let result = then(&folder);
    let removed = fs::remove_dir_all(&folder)
        .with_context(|| format!("`{}` cannot be removed", folder.display()));
    // What `then` says comes first.
    let value = result?;
    removed?;
    Ok(value)
}

/// Copies the files of `source` and installs the package: of its own, the project has nothing else.
///
/// # Errors
/// When a file cannot be copied, or npm fails.
pub(crate) fn fill(folder: &Path, source: &Path, tools: &Toolbox, package: &Package) -> Result<()> {
    copy(source, folder, &PINS)?;
    fs::write(
        folder.join("package.json"),
        r#"{"private": true, "type": "module"}"#,
    )?;
    let mut install = tools.command("npm")?;
    install
        .args(["install", "--no-save", "--offline", "--ignore-scripts"])
        .args(["--no-audit", "--no-fund"])
        .arg(&package.tarball)
        .current_dir(folder);
    command::output(&mut install).map(drop)
}

fn copy(from: &Path, to: &Path, except: &[&str]) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in
        fs::read_dir(from).with_context(|| format!("`{}` cannot be read", from.display()))?
    {
        let entry = entry?;
        let name = entry.file_name();
        if except.iter().any(|left| name == *left) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to.join(&name), except)?;
        } else {
            fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(())
}
