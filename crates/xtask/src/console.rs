//! The console: its program built and split by feature, its page by Trunk into `dist`; only when something changed.

use std::{fs, path::PathBuf, slice};

use anyhow::{Context as _, Result};

use crate::{command, fingerprint, npm, project::Project, setup::Toolbox};

const PACKAGE: &str = "evenkeel-console";
/// Splits the program, and makes the page that begins with it.
const SPLIT: &str = "crates/xtask/src/console/split.mjs";
/// Compresses a folder's files.
const PACK: &str = "crates/xtask/src/console/pack.mjs";

/// Builds `dist`, unless it is what these sources and tools make.
pub(crate) fn build(project: &Project, tools: &Toolbox) -> Result<()> {
    for why in &tools.skipped {
        println!("note: {why}");
    }
    let stamp = project.wasm_target.join("console.stamp");
    let sources = sources(project, tools)?;
    let made = || {
        let built = fingerprint::of(slice::from_ref(&project.dist), &[])?;
        anyhow::Ok(format!("{sources} {built}"))
    };
    if is_built(project) && fs::read_to_string(&stamp).unwrap_or_default() == made()? {
        println!(
            "The console in `{}` is up to date.",
            project.relative(&project.dist).display()
        );
        return Ok(());
    }
    // Trunk builds offline, so that it fetches no tools; what cargo needs comes first.
    let mut fetch = tools.wasm_command("cargo fetch --locked --target wasm32-unknown-unknown")?;
    command::run(fetch.current_dir(&project.root))?;

    let mut trunk = tools.wasm_command("trunk build --skip-version-check")?;
    // Trunk takes `NO_COLOR=1` for a malformed flag.
    trunk.env_remove("NO_COLOR");
    // Trunk by itself builds the program too, as one file.
    if tools.has_node() {
        trunk.arg(split(project, tools)?);
    }
    command::run(trunk.current_dir(&project.root))?;
    // Without Node the proxy compresses, less well, for the first who asks.
    if tools.has_node() {
        let mut node = tools.command("node")?;
        command::run(node.arg(project.root.join(PACK)).arg(&project.dist))?;
    }
    fs::create_dir_all(&project.wasm_target)?;
    fs::write(&stamp, made()?).context("the build's stamp cannot be written")
}

/// Builds the program and splits it; gives the page that begins with it.
fn split(project: &Project, tools: &Toolbox) -> Result<PathBuf> {
    let (target, profile) = ("wasm32-unknown-unknown", "wasm-release");
    let line = format!(
        "cargo build --locked --offline --package {PACKAGE} --features split --target {target} --profile {profile}"
    );
    let mut cargo = tools.wasm_command(&line)?;
    // Beside the flags that `.cargo/config.toml` has.
    let flags = npm::without_places(project)?;
    cargo.args(["--config", &format!("target.{target}.rustflags={flags:?}")]);
    command::run(cargo.current_dir(&project.root))?;
    let program = format!("{target}/{profile}/{PACKAGE}.wasm");
    let folder = project.wasm_target.join("split");
    let mut node = tools.command("node")?;
    node.arg(project.root.join(SPLIT))
        .arg(project.wasm_target.join(program))
        .arg(project.root.join("www/index.html"))
        .arg(&folder);
    command::run(&mut node)?;
    Ok(folder.join("index.html"))
}

/// Whether there is a page, old or new.
pub(crate) fn is_built(project: &Project) -> bool {
    project.dist.join("index.html").is_file()
}

/// A fingerprint of all that goes into the console.
fn sources(project: &Project, tools: &Toolbox) -> Result<String> {
    let files = [
        "www",
        "Trunk.toml",
        "Cargo.toml",
        "Cargo.lock",
        ".cargo",
        SPLIT,
        PACK,
    ];
    let mut places = files.map(|name| project.root.join(name)).to_vec();
    places.extend(crates(project)?);
    let facts = [
        command::output(&mut tools.wasm_command("rustc -vV")?)?,
        format!("node: {}", tools.has_node()),
        format!("{:?}", npm::without_places(project)?),
    ];
    fingerprint::of(&places, &facts)
}

/// The folders of the console's crate and of every crate of the workspace below it.
fn crates(project: &Project) -> Result<Vec<PathBuf>> {
    let mut tree = command::line("cargo tree --locked --edges no-dev --prefix none --format {p}");
    tree.args(["--package", PACKAGE]).current_dir(&project.root);
    let said = command::output(&mut tree)?;
    // `evenkeel v0.1.0 (/where/it/is)`; others have no folder, or say that they are macros.
    let folders = said.lines().filter_map(|line| {
        let (_, rest) = line.split_once(" (")?;
        let folder = PathBuf::from(rest.split_once(')')?.0);
        folder.is_absolute().then_some(folder)
    });
    let mut folders: Vec<PathBuf> = folders.collect();
    folders.sort();
    folders.dedup();
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_console_is_made_of_its_crates_of_the_workspace_but_not_of_those_of_its_tests() {
        let project = Project::locate().unwrap();
        let found = crates(&project).unwrap();
        let names = ["evenkeel", "evenkeel-api", PACKAGE, "evenkeel-table"];
        assert_eq!(
            found,
            names.map(|name| project.root.join("crates").join(name))
        );
    }
}
