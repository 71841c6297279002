//! `cargo xtask npm`: the package for JavaScript, as a folder and as the tarball that npm takes.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    command,
    project::Project,
    setup::{self, Need, Toolbox},
};

const TARGET: &str = "wasm32-unknown-unknown";
/// What every browser since 2022 has, and Safari since 16.4.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// What was built.
#[derive(Debug)]
pub(crate) struct Package {
    /// The files, as they are installed.
    pub(crate) folder: PathBuf,
    /// What `npm publish` takes.
    pub(crate) tarball: PathBuf,
}

/// Sets up what is missing, builds and packs.
///
/// # Errors
/// When a step fails.
pub(crate) fn prepare(project: &Project) -> Result<Package> {
    let tools = setup::prepare(project, &Need::NPM)?;
    build(project, &tools)
}

/// Builds `target/npm`: the module, its bindings, the package and its tarball.
///
/// # Errors
/// When a step fails.
pub(crate) fn build(project: &Project, tools: &Toolbox) -> Result<Package> {
    let place = project.target.join("npm");
    fs::create_dir_all(&place)?;
    let library = bindings(project, tools, &place, &LIBRARY)?;
    let checks = bindings(project, tools, &place, &CHECKS)?;
    let command = bindings(project, tools, &place, &COMMAND)?;
    let folder = place.join("package");
    let source = project.root.join("crates/evenkeel-wasm/npm");
    check_version(&source.join("package.json"))?;

    let packaging = tools.packaging().context("the bundlers are not set up")?;
    let mut node = tools.command("node")?;
    node.arg(source.join("build.mjs"))
        .arg(packaging.join("node_modules"))
        .arg(&library)
        .arg(&checks)
        .arg(&command)
        .arg(&folder);
    command::run(&mut node)?;
    let tarball = pack(tools, &folder, &place)?;

    let mut sizes = tools.command("node")?;
    sizes
        .arg(source.join("sizes.mjs"))
        .arg(&folder)
        .arg(&tarball);
    command::run(&mut sizes)?;
    Ok(Package { folder, tarball })
}

/// A crate that becomes a module.
struct Module {
    package: &'static str,
    /// As cargo and wasm-bindgen name their files.
    file: &'static str,
    features: &'static [&'static str],
    /// The folder of what wasm-bindgen makes.
    folder: &'static str,
}

/// What pages and programs call.
const LIBRARY: Module = Module {
    package: "evenkeel-wasm",
    file: "evenkeel_wasm",
    features: &[],
    folder: "evenkeel_wasm",
};

/// The checks alone, for those who count what a page loads.
const CHECKS: Module = Module {
    features: &["--no-default-features"],
    folder: "evenkeel_wasm_checks",
    ..LIBRARY
};

/// The command, apart: a page has no use for its option parser and its formats.
const COMMAND: Module = Module {
    package: "evenkeel-check",
    file: "evenkeel_check",
    features: &["--features", "js"],
    folder: "evenkeel_check",
};

/// A compiled module, shrunk, with what wasm-bindgen makes beside it.
fn bindings(project: &Project, tools: &Toolbox, place: &Path, of: &Module) -> Result<PathBuf> {
    let built = place.join("build");
    let mut cargo = tools.wasm_command("cargo")?;
    cargo
        .args(["rustc", "--locked", "--package", of.package, "--lib"])
        .args(["--profile", "wasm-release", "--target", TARGET])
        .args(of.features)
        // Beside an `rlib` there would be no LTO.
        .args(["--crate-type", "cdylib"])
        .env("CARGO_TARGET_DIR", &built)
        .env("CARGO_ENCODED_RUSTFLAGS", flags(project)?)
        .env_remove("RUSTFLAGS")
        .current_dir(&project.root);
    println!("$ {}", command::shown(&cargo));
    command::run(&mut cargo)?;

    let bindings = place.join(of.folder);
    if bindings.exists() {
        fs::remove_dir_all(&bindings)?;
    }
    let mut bindgen = tools.command("wasm-bindgen")?;
    bindgen
        .args(["--target", "bundler", "--out-dir"])
        .arg(&bindings)
        .arg(
            built
                .join(TARGET)
                .join(format!("wasm-release/{}.wasm", of.file)),
        );
    command::run(&mut bindgen)?;

    let module = bindings.join(format!("{}_bg.wasm", of.file));
    let mut shrink = tools.command("wasm-opt")?;
    shrink
        .args(["-Oz", "--strip-producers", "--strip-target-features"])
        .args(FEATURES)
        .arg(&module)
        .arg("-o")
        .arg(&module);
    command::run(&mut shrink)?;
    Ok(bindings)
}

/// With vectors, which whatever has [`FEATURES`] has; and the module names no folder of this machine
/// in its panics' places.
fn flags(project: &Project) -> Result<OsString> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
        let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"))?;
        Some(PathBuf::from(home).join(".cargo"))
    });
    let sources = home
        .context("no cargo home: set `HOME`")?
        .join("registry/src");
    let mut places = vec![project.root.clone()];
    for registry in fs::read_dir(&sources).into_iter().flatten() {
        places.push(registry?.path());
    }
    places.sort();
    let mut flags = OsString::from("-Ctarget-feature=+simd128");
    for place in places {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(place);
        flags.push("=");
    }
    Ok(flags)
}

/// The package has the workspace's version.
fn check_version(manifest: &Path) -> Result<()> {
    let text = fs::read_to_string(manifest)
        .with_context(|| format!("`{}` cannot be read", manifest.display()))?;
    let said: Value = serde_json::from_str(&text)
        .with_context(|| format!("`{}` is not JSON", manifest.display()))?;
    match said.get("version").and_then(Value::as_str) {
        Some(env!("CARGO_PKG_VERSION")) => Ok(()),
        other => bail!(
            "`{}` has version {}, the workspace {}",
            manifest.display(),
            other.unwrap_or("none"),
            env!("CARGO_PKG_VERSION")
        ),
    }
}

/// What `npm publish` would send.
///
/// # Errors
/// When npm fails.
pub(crate) fn pack(tools: &Toolbox, folder: &Path, into: &Path) -> Result<PathBuf> {
    let mut npm = tools.command("npm")?;
    npm.args(["pack", "--silent", "--ignore-scripts", "--pack-destination"])
        .arg(into)
        .current_dir(folder);
    let name = command::output(&mut npm)?;
    let name = name.lines().last().unwrap_or_default();
    let tarball = into.join(name);
    if name.is_empty() || !tarball.is_file() {
        bail!("npm packed nothing into `{}`", into.display());
    }
    Ok(tarball)
}
