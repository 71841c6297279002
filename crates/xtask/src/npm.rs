//! `cargo xtask npm`: the package for JavaScript, as a folder and as the tarball that npm takes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    command,
    project::Project,
    setup::{Need, Toolbox},
};

const TARGET: &str = "wasm32-unknown-unknown";
/// With what every browser since 2022 has, and Safari since 16.4.
const SHRINK: &str = "wasm-opt -Oz --strip-producers --strip-target-features --enable-bulk-memory \
    --enable-multivalue --enable-mutable-globals --enable-nontrapping-float-to-int \
    --enable-reference-types --enable-sign-ext --enable-simd";

/// What was built.
#[derive(Debug)]
pub(crate) struct Package {
    /// The files, as they are installed.
    pub(crate) folder: PathBuf,
    /// What `npm publish` takes.
    pub(crate) tarball: PathBuf,
}

/// Builds `target/npm`: the module, its bindings, the package and its tarball.
pub(crate) fn build(project: &Project, tools: &Toolbox) -> Result<Package> {
    let place = project.target.join("npm");
    fs::create_dir_all(&place)?;
    // What pages and programs call; the checks alone and each cloud alone, for those who count what a page loads; and
    // the command, apart, because a page has no use for its option parser and its formats.
    let module = |file: &str, folder: &str, options: &str| {
        let folder = place.join(folder);
        bindings(project, tools, file, &folder, options).map(|()| folder)
    };
    let library = module("evenkeel_wasm", "evenkeel_wasm", "--package evenkeel-wasm")?;
    let part = "--package evenkeel-wasm --no-default-features --features";
    let alone = format!("{part} all-clouds");
    let checks = module("evenkeel_wasm", "evenkeel_wasm_checks", &alone)?;
    let js = "--package evenkeel-check --features js";
    let command = module("evenkeel_check", "evenkeel_check", js)?;
    let of_cloud = |cloud: String| {
        let options = format!("{part} full,evenkeel/{cloud}");
        module("evenkeel_wasm", &cloud, &options)
    };
    let clouds: Vec<_> = project
        .clouds()?
        .into_iter()
        .map(of_cloud)
        .collect::<Result<_>>()?;
    let folder = place.join("package");
    let source = project.root.join("crates/evenkeel-wasm/npm");
    let packaging = tools.at(Need::Packaging)?;
    let mut node = tools.command("node")?;
    node.args([source.join("build.mjs"), packaging.join("node_modules")])
        .args([&library, &checks, &command, &folder])
        .args(&clouds)
        // The package has the workspace's.
        .env("EVENKEEL_VERSION", env!("CARGO_PKG_VERSION"));
    command::run(&mut node)?;
    let tarball = pack(tools, &folder, &place)?;

    let mut sizes = tools.command("node")?;
    command::run(sizes.args([&source.join("sizes.mjs"), &folder, &tarball]))?;
    Ok(Package { folder, tarball })
}

/// Compiles a module, as cargo and wasm-bindgen name its `file`, shrinks it, and puts it with its bindings into
/// `folder`.
fn bindings(
    project: &Project,
    tools: &Toolbox,
    file: &str,
    folder: &Path,
    options: &str,
) -> Result<()> {
    let built = folder.with_file_name("build");
    // Beside an `rlib` there would be no LTO.
    let line = "cargo rustc --locked --lib --crate-type cdylib --profile wasm-release";
    let mut cargo = tools.wasm_command(&format!("{line} --target {TARGET} {options}"))?;
    // Vectors, which whatever has [`SHRINK`] has.
    let mut flags = vec!["-Ctarget-feature=+simd128".to_owned()];
    flags.extend(without_places(project)?);
    cargo
        .env("CARGO_TARGET_DIR", &built)
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .env_remove("RUSTFLAGS")
        .current_dir(&project.root);
    println!("$ {}", command::shown(&cargo));
    command::run(&mut cargo)?;

    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let made = built.join(format!("{TARGET}/wasm-release/{file}.wasm"));
    let mut bindgen = tools.command("wasm-bindgen --target bundler --out-dir")?;
    command::run(bindgen.args([folder, &made]))?;
    let module = folder.join(format!("{file}_bg.wasm"));
    let mut shrink = tools.command(SHRINK)?;
    command::run(shrink.arg(&module).arg("-o").arg(&module))
}

/// What is built names no folder of this machine in its panics' places.
pub(crate) fn without_places(project: &Project) -> Result<Vec<String>> {
    let sources = home::cargo_home()?.join("registry/src");
    let mut places = vec![project.root.clone()];
    for registry in fs::read_dir(&sources).into_iter().flatten() {
        places.push(registry?.path());
    }
    places.sort();
    let flag = |place: &PathBuf| format!("--remap-path-prefix={}=", place.display());
    Ok(places.iter().map(flag).collect())
}

/// What `npm publish` would send.
fn pack(tools: &Toolbox, folder: &Path, into: &Path) -> Result<PathBuf> {
    let mut npm = tools.command("npm pack --silent --ignore-scripts --pack-destination")?;
    let name = command::output(npm.arg(into).current_dir(folder))?;
    let name = name.lines().last().unwrap_or_default();
    let tarball = into.join(name);
    if name.is_empty() || !tarball.is_file() {
        bail!("npm packed nothing into `{}`", into.display());
    }
    Ok(tarball)
}

/// Gives `then` a new folder within `tools`, whose packages Node finds from there, for a project as anyone's; it is
/// gone afterwards.
pub(crate) fn in_project<T>(tools: &Path, then: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    let folder = tempfile::TempDir::with_prefix_in("project-", tools);
    let folder = folder.with_context(|| format!("no folder in `{}`", tools.display()))?;
    let value = then(folder.path())?;
    folder.close().context("a project cannot be removed")?;
    Ok(value)
}

/// Copies the files of `source` and installs the package: of its own, the project has nothing else.
pub(crate) fn install(
    folder: &Path,
    source: &Path,
    tools: &Toolbox,
    package: &Package,
) -> Result<()> {
    copy(source, folder)?;
    fs::write(
        folder.join("package.json"),
        r#"{"private": true, "type": "module"}"#,
    )?;
    let line = "npm install --no-save --offline --ignore-scripts --no-audit --no-fund";
    let mut install = tools.command(line)?;
    command::output(install.arg(&package.tarball).current_dir(folder)).map(drop)
}

pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let entries = fs::read_dir(from);
    for entry in entries.with_context(|| format!("`{}` cannot be read", from.display()))? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        // What they pin is installed beside the project.
        let pins = ["package.json", "package-lock.json", "node_modules"];
        if pins.iter().any(|left| entry.file_name() == *left) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
