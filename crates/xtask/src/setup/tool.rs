//! What rustup brings, and cargo's tools, compiled once a version and user.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::{Component, Found, fill};
use crate::{command, project::Project, version};

const TARGET: &str = "wasm32-unknown-unknown";
/// Their own release profiles (fat LTO, one codegen unit) take three times as long to build, for
/// programs that run seconds.
const QUICK_PROFILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// Must be of the very version of the `wasm-bindgen` crate.
pub(super) fn wasm_bindgen(project: &Project) -> Result<Component> {
    let mut cargo = command::line("cargo pkgid --package wasm-bindgen");
    let id = command::output(cargo.current_dir(&project.root))?;
    let (_, version) = id
        .rsplit_once('@')
        .context("`cargo pkgid` names no version")?;
    let programs = &["wasm-bindgen", "wasm-bindgen-test-runner"];
    Ok(tool("wasm-bindgen-cli", version, programs, &[], 165))
}

/// Its version and the one of the macros (`wasm_split_helpers` in Cargo.lock) go together by their first two numbers.
pub(super) fn wasm_split() -> Component {
    let options = &["--features", "build-binary"];
    let programs = &["wasm-split-cli"];
    tool("wasm_split_cli_support", "0.2.4", programs, options, 90)
}

/// Without an updater and with its own TLS, so that nothing of the system is needed.
pub(super) fn trunk() -> Component {
    let options = &["--no-default-features", "--features", "rustls"];
    tool("trunk", "0.21.14", &["trunk"], options, 455)
}

pub(super) fn wasm_pack() -> Component {
    tool("wasm-pack", "0.15.1", &["wasm-pack"], &[], 140)
}

pub(super) fn cargo_fuzz() -> Component {
    tool("cargo-fuzz", "0.13.2", &["cargo-fuzz"], &[], 60)
}

pub(super) fn cargo_deb() -> Component {
    tool("cargo-deb", "3.8.0", &["cargo-deb"], &[], 60)
}

pub(super) fn cargo_cyclonedx() -> Component {
    tool("cargo-cyclonedx", "0.5.9", &["cargo-cyclonedx"], &[], 90)
}

pub(super) fn cargo_about() -> Component {
    let options = &["--features", "cli"];
    tool("cargo-about", "0.9.3", &["cargo-about"], options, 105)
}

/// Firefox' driver, which Mozilla publishes as a crate: any that PATH knows drives any recent Firefox.
pub(super) fn geckodriver() -> Component {
    let mut driver = tool("geckodriver", "0.37.1", &["geckodriver"], &[], 165);
    let cached = driver.look;
    driver.look = Box::new(move |project| match command::find(&["geckodriver"]) {
        Some(found) => Ok(Some(Found::At(found))),
        None => cached(project),
    });
    driver
}

/// Programs that `cargo install` makes.
fn tool(
    package: &'static str,
    version: &str,
    programs: &'static [&'static str],
    options: &'static [&'static str],
    seconds: u64,
) -> Component {
    let name = format!("tools/{package}-{version}");
    let wanted = version.to_owned();
    let exactly = format!("--version={version}");
    let folder = name.clone();
    Component {
        name: format!("{package} {version}"),
        source: "compiled from its crate".to_owned(),
        seconds,
        look: Box::new(move |project| {
            let folder = project.cache.join(&folder).join("bin");
            let is_cached = |program: &&str| folder.join(program).exists();
            Ok(if programs.iter().all(is_cached) {
                Some(Found::Cached(folder))
            } else {
                on_path(programs, &wanted).map(Found::At)
            })
        }),
        install: Box::new(move |project| {
            fill(&project.cache.join(&name), |folder| {
                let mut cargo = command::line("cargo install --locked --no-track --force");
                cargo
                    .args([package, &exactly, "--root"])
                    .arg(folder)
                    .args(options)
                    .envs(QUICK_PROFILE)
                    .env("CARGO_TARGET_DIR", build_folder(project));
                // From the cache folder, where no configuration of a workspace applies.
                command::install(cargo.current_dir(&project.cache))
            })
        }),
    }
}

/// The folder on PATH that has every program in the right version.
fn on_path(programs: &[&str], wanted: &str) -> Option<PathBuf> {
    let mut folder = None;
    for program in programs {
        let found = command::find(&[program])?;
        let said = version::said(&found)?;
        if version::find(&said) != version::find(wanted) {
            return None;
        }
        folder = found.parent().map(PathBuf::from);
    }
    folder
}

/// `wasm32-unknown-unknown`, of the toolchain that builds this workspace.
pub(super) fn wasm_target() -> Component {
    Component {
        name: TARGET.to_owned(),
        source: "rustup".to_owned(),
        seconds: 5,
        look: Box::new(|project| {
            let mut rustc = command::line("rustc --print target-libdir --target");
            rustc.arg(TARGET);
            let folder = PathBuf::from(command::output(rustc.current_dir(&project.root))?);
            // Without the target it is not there.
            Ok(folder.is_dir().then_some(Found::At(folder)))
        }),
        install: Box::new(|project| {
            if command::find(&["rustup"]).is_none() {
                bail!(
                    "this Rust is not rustup's: take that (https://rustup.rs), or install your \
                     distribution's Rust standard library for {TARGET}, and try again"
                );
            }
            let mut rustup = command::line("rustup target add");
            command::install(rustup.arg(TARGET).current_dir(&project.root))
        }),
    }
}

/// Where the tools are compiled, sharing what they have in common.
pub(super) fn build_folder(project: &Project) -> PathBuf {
    project.cache.join("build")
}
