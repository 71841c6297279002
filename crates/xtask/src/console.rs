//! The console: built by Trunk into `dist`, only when something changed.

use std::{fs, path::PathBuf, slice};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    command, fingerprint,
    project::Project,
    setup::{self, Need, Toolbox},
};

const PACKAGE: &str = "evenkeel-console";
/// Compresses a folder's files.
const PACK: &str = "crates/xtask/src/console/pack.mjs";

/// Sets up what is missing and builds the console.
///
/// # Errors
/// When the set-up or the build fails.
pub(crate) fn prepare(project: &Project) -> Result<Toolbox> {
    let tools = setup::prepare(project, &Need::CONSOLE)?;
    build(project, &tools)?;
    Ok(tools)
}

/// Builds `dist`, unless it is what these sources and tools make.
///
/// # Errors
/// When the build fails.
pub(crate) fn build(project: &Project, tools: &Toolbox) -> Result<()> {
    for why in tools.skipped() {
        println!("note: {why}");
    }
    let stamp = project.wasm_target.join("console.stamp");
    let sources = sources(project, tools)?;
    let known = fs::read_to_string(&stamp).unwrap_or_default();
    if is_built(project)
        && known
            == format!(
                "{sources} {}",
                fingerprint::of(slice::from_ref(&project.dist), &[])?
            )
    {
        println!(
            "The console in `{}` is up to date.",
            project.relative(&project.dist).display()
        );
        return Ok(());
    }
    // Trunk builds offline, so that it fetches no tools; what cargo needs comes first.
    let mut fetch = tools.wasm_command("cargo")?;
    fetch.args(["fetch", "--locked", "--target", "wasm32-unknown-unknown"]);
    command::run(fetch.current_dir(&project.root))?;

    let mut trunk = tools.wasm_command("trunk")?;
    // Trunk takes `NO_COLOR=1` for a malformed flag.
    trunk
        .env_remove("NO_COLOR")
        .args(["build", "--skip-version-check"]);
    // The page names the cargo profile itself: this is about wasm-opt only, which runs on Node.
    if tools.has_node() {
        trunk.arg("--release");
    }
    command::run(trunk.current_dir(&project.root))?;
    if !is_built(project) {
        bail!(
            "Trunk left no `{}`",
            project.relative(&project.dist.join("index.html")).display()
        );
    }
    pack(project, tools)?;
    let built = fingerprint::of(slice::from_ref(&project.dist), &[])?;
    fs::create_dir_all(&project.wasm_target)?;
    fs::write(&stamp, format!("{sources} {built}")).context("the build's stamp cannot be written")
}

/// Whether there is a page, old or new.
pub(crate) fn is_built(project: &Project) -> bool {
    project.dist.join("index.html").is_file()
}

/// Compresses the files beside themselves and prints the sizes. Without Node the proxy does it, less well, for the first
/// who asks.
fn pack(project: &Project, tools: &Toolbox) -> Result<()> {
    if !tools.has_node() {
        return Ok(());
    }
    let mut node = tools.command("node")?;
    node.arg(project.root.join(PACK)).arg(&project.dist);
    command::run(&mut node)
}

/// A fingerprint of all that goes into the console.
fn sources(project: &Project, tools: &Toolbox) -> Result<String> {
    let mut places: Vec<PathBuf> = [
        "www",
        "Trunk.toml",
        "Cargo.toml",
        "Cargo.lock",
        ".cargo",
        PACK,
    ]
    .map(|name| project.root.join(name))
    .into();
    places.extend(crates(project)?);
    let facts = [
        command::output(tools.wasm_command("rustc")?.arg("-vV"))?,
        format!("node: {}", tools.has_node()),
    ];
    fingerprint::of(&places, &facts)
}

/// The folders of the console's crate and of every crate of the workspace below it.
fn crates(project: &Project) -> Result<Vec<PathBuf>> {
    let mut metadata = command::new("cargo");
    metadata
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(&project.root);
    let metadata: Value = serde_json::from_str(&command::output(&mut metadata)?)
        .context("`cargo metadata` cannot be understood")?;
    Ok(closure(&metadata, PACKAGE))
}

fn closure(metadata: &Value, package: &str) -> Vec<PathBuf> {
    let list = |value: &Value, name| {
        value
            .get(name)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let text = |value: &Value, name| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let packages = list(metadata, "packages");
    let mut names = vec![package.to_owned()];
    let mut folders = Vec::new();
    let mut next = 0;
    while let Some(name) = names.get(next).cloned() {
        next += 1;
        let Some(found) = packages
            .iter()
            .find(|package| text(package, "name").as_ref() == Some(&name))
        else {
            continue;
        };
        folders.extend(
            text(found, "manifest_path")
                .and_then(|path| Some(PathBuf::from(path).parent()?.to_path_buf())),
        );
        for dependency in list(found, "dependencies") {
            let local = dependency.get("path").is_some()
                && text(&dependency, "kind").as_deref() != Some("dev");
            let name = text(&dependency, "name").filter(|name| local && !names.contains(name));
            names.extend(name);
        }
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_dependencies_inside_of_the_workspace_but_not_those_of_tests() {
        let metadata = serde_json::json!({"packages": [
            {"name": "page", "manifest_path": "/w/page/Cargo.toml", "dependencies": [
                {"name": "core", "path": "/w/core", "kind": null},
                {"name": "serde", "kind": null},
                {"name": "tests", "path": "/w/tests", "kind": "dev"},
            ]},
            {"name": "core", "manifest_path": "/w/core/Cargo.toml", "dependencies": []},
            {"name": "tests", "manifest_path": "/w/tests/Cargo.toml", "dependencies": []},
        ]});
        assert_eq!(
            closure(&metadata, "page"),
            [PathBuf::from("/w/page"), PathBuf::from("/w/core")]
        );
    }
}
