//! A Rust toolchain that builds for the browser.

use std::{
    borrow::Cow,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use super::{Component, Found, apt};
use crate::{command, progress, project::Project, version::Version};

const TARGET: &str = "wasm32-unknown-unknown";
/// What rustup calls Debian's toolchain once it is linked.
const LINKED: &str = "debian-wasm";
/// Where Debian's rustc looks for the target.
const DEBIAN_TARGET: &str = "/usr/lib/rustlib/wasm32-unknown-unknown";
/// Names, in the folder of the libraries, the compiler that made them.
const STAMP: &str = "evenkeel-rustc";
const PACKAGES: [&str; 6] = [
    "gcc",
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "rustfmt-web",
];
/// For a download of 30 MB; a server that cannot be reached is noticed sooner.
const RUSTUP_LIMIT: Duration = Duration::from_mins(3);
const BUILD_LIMIT: Duration = Duration::from_mins(30);

/// `wasm32-unknown-unknown`, with std.
pub(super) struct WasmTarget;

impl Component for WasmTarget {
    fn name(&self) -> String {
        TARGET.to_owned()
    }

    fn source(&self) -> String {
        "rustup, else Debian's rustc-web with its std compiled here".to_owned()
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(90)
    }

    fn look(&self, _: &Project) -> Result<Option<Found>> {
        Ok(find(None).or_else(|| {
            if has_rustup() {
                find(Some(LINKED))
            } else {
                None
            }
        }))
    }

    fn install(&self, project: &Project) -> Result<()> {
        if has_rustup() {
            let mut add = command::new("rustup");
            add.args(["target", "add", TARGET]);
            let log = project.cache.join("log/rustup.log");
            match progress::attempt(&mut add, "rustup target add", &log, RUSTUP_LIMIT) {
                Ok(()) if find(None).is_some() => return Ok(()),
                Ok(()) => {}
                Err(error) => eprintln!("    rustup does not have it ({error})"),
            }
        }
        if !apt::is_there() {
            bail!(
                "run `rustup target add {TARGET}` where rustup's server can be reached, \
                 or install your distribution's Rust standard library for {TARGET} and `lld`"
            );
        }
        eprintln!("    taking Debian's rustc-web");
        install_from_debian(project)
    }
}

fn has_rustup() -> bool {
    command::find(&["rustup"]).is_some()
}

/// The compiler of rustup's `toolchain`, or the default one, if it has std and a linker.
fn find(toolchain: Option<&str>) -> Option<Found> {
    let rustc = || {
        let mut command = command::new("rustc");
        if let Some(toolchain) = toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        command
    };
    let print = ["--print", "target-libdir", "--target", TARGET];
    let lib = PathBuf::from(command::output(rustc().args(print)).ok()?);
    if !has_library(&lib) || is_outdated(&lib, &mut rustc()) {
        return None;
    }
    let linker = linker(lib.ancestors().nth(2)?, &mut rustc())?;
    Some(Found::Toolchain {
        name: toolchain.map(str::to_owned),
        linker,
    })
}

/// What links, if anything does: rustc's own `rust-lld` (then nothing has to be said about it), or
/// Debian's lld of the same LLVM.
#[expect(
    clippy::option_option,
    reason = "not there, not needed and needed are three things"
)]
fn linker(rustlib: &Path, rustc: &mut Command) -> Option<Option<PathBuf>> {
    let mut tools = fs::read_dir(rustlib).ok()?.flatten();
    let own = tools.any(|entry| entry.path().join("bin/rust-lld").exists());
    if own || command::find(&["rust-lld"]).is_some() {
        return Some(None);
    }
    let llvm = llvm(rustc).ok()?;
    command::find(&[&format!("wasm-ld-{llvm}"), "wasm-ld"]).map(Some)
}

/// The major version of a compiler's LLVM.
fn llvm(rustc: &mut Command) -> Result<u32> {
    let said = command::output(rustc.arg("-vV"))?;
    let version = said
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: ")?.parse().ok());
    let version: Version = version.context("rustc names no LLVM version")?;
    Ok(version.major)
}

/// Whether std was compiled here by another version of the compiler.
fn is_outdated(lib: &Path, rustc: &mut Command) -> bool {
    let Ok(stamp) = fs::read_to_string(lib.join(STAMP)) else {
        return false;
    };
    command::output(rustc.arg("-V")).is_ok_and(|version| version != stamp)
}

fn has_library(folder: &Path) -> bool {
    libraries(folder)
        .iter()
        .any(|file| named(file).starts_with("libstd-"))
}

/// The `.rlib` files in a folder; none when there is no such folder.
fn libraries(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    files
        .filter(|file| file.extension().is_some_and(|end| end == "rlib"))
        .collect()
}

fn named(file: &Path) -> Cow<'_, str> {
    file.file_name().unwrap_or_default().to_string_lossy()
}

fn install_from_debian(project: &Project) -> Result<()> {
    apt::install(project, &PACKAGES)?;
    let llvm = llvm(&mut command::new("/usr/bin/rustc"))?;
    apt::install(project, &[&format!("lld-{llvm}")])?;

    let target = Path::new(DEBIAN_TARGET);
    if !has_library(&target.join("lib")) || !links(project) {
        check_writable(target)?;
        let built = build_std(project)?;
        put_in_place(&built, target)?;
        // What was built against an older std no longer finds it.
        let outdated = project.wasm_target.join(TARGET);
        if outdated.exists() {
            fs::remove_dir_all(outdated)?;
        }
        if !links(project) {
            bail!("Debian's rustc cannot link for {TARGET}, even with its std compiled");
        }
    }
    if has_rustup() {
        command::output(command::new("rustup").args(["toolchain", "link", LINKED, "/usr"]))?;
    }
    Ok(())
}

fn check_writable(target: &Path) -> Result<()> {
    if fs::create_dir_all(target.join("lib")).is_ok()
        && fs::write(target.join("lib/.writable"), []).is_ok()
    {
        fs::remove_file(target.join("lib/.writable"))?;
        return Ok(());
    }
    bail!(
        "the target's std has to be put into `{0}`; run this and try again:\n  \
         sudo install -d -o \"$(id -un)\" {0} {0}/lib",
        target.display(),
    )
}

/// Compiles std from Debian's sources; returns the folder with its libraries.
fn build_std(project: &Project) -> Result<PathBuf> {
    let folder = project.cache.join("build/std");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"nothing\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n",
    )?;
    // What std depends on comes with its sources.
    fs::create_dir_all(folder.join(".cargo"))?;
    fs::write(
        folder.join(".cargo/config.toml"),
        "[source.crates-io]\nreplace-with = \"debian\"\n\
         [source.debian]\ndirectory = \"/usr/lib/rustlib/src/rust/library/vendor\"\n",
    )?;
    let mut command = command::new("/usr/bin/cargo");
    command
        .env_clear()
        .env("HOME", env::var_os("HOME").unwrap_or_default())
        .env("PATH", "/usr/bin:/bin")
        .env("RUSTC_BOOTSTRAP", "1")
        // Without the bitcode, `lto = true` fails with "Can't find section .llvmbc".
        .env(
            "RUSTFLAGS",
            "-Cembed-bitcode=yes --remap-path-prefix=/usr/lib/rustlib/src/rust=/rust",
        )
        // `test` and `proc_macro` are for #[wasm_bindgen_test].
        .args(["build", "--release", "--offline", "--target", TARGET])
        .arg("-Zbuild-std=std,panic_abort,proc_macro,test")
        .current_dir(&folder);
    let log = project.cache.join("log/build-std.log");
    progress::run(&mut command, "std", &log, BUILD_LIMIT)?;
    Ok(folder.join("target").join(TARGET).join("release/deps"))
}

fn put_in_place(built: &Path, target: &Path) -> Result<()> {
    let lib = target.join("lib");
    for old in fs::read_dir(&lib)?.flatten() {
        fs::remove_file(old.path())?;
    }
    for library in libraries(built) {
        let name = named(&library);
        if !name.starts_with("libnothing") {
            fs::copy(&library, lib.join(&*name))?;
        }
    }
    let version = command::output(command::new("/usr/bin/rustc").arg("-V"))?;
    fs::write(lib.join(STAMP), version)?;
    Ok(())
}

/// Whether Debian's rustc makes a module with std and LTO, as the console does.
fn links(project: &Project) -> bool {
    let rustlib = Path::new(DEBIAN_TARGET).parent().unwrap_or(Path::new("/"));
    let Some(linker) = linker(rustlib, &mut command::new("/usr/bin/rustc")) else {
        return false;
    };
    let folder = project.cache.join("build/link");
    let source = folder.join("probe.rs");
    let program =
        "#[unsafe(no_mangle)] pub extern \"C\" fn f() -> usize { std::env::args().count() }";
    if fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&source, program))
        .is_err()
    {
        return false;
    }
    let mut rustc = command::new("/usr/bin/rustc");
    rustc
        .args([
            "--edition",
            "2021",
            "--target",
            TARGET,
            "--crate-type",
            "cdylib",
        ])
        .args(["-Clto", "-Cpanic=abort", "-o"])
        .arg(folder.join("probe.wasm"))
        .arg(source);
    if let Some(linker) = linker {
        rustc.arg(format!("-Clinker={}", linker.display()));
    }
    command::output(&mut rustc).is_ok()
}
