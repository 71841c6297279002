//! Cargo's tools, compiled once a version and user.

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};

use super::{Component, Found};
use crate::{command, lockfile, progress, project::Project, version::Version};

const LIMIT: Duration = Duration::from_hours(2);

/// Their own release profiles (fat LTO, one codegen unit) take three times as long to build, for
/// programs that run seconds.
const QUICK_PROFILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// A program that `cargo install` makes.
pub(super) struct Tool {
    package: &'static str,
    version: Version,
    programs: &'static [&'static str],
    options: &'static [&'static str],
    cost: Duration,
}

impl Tool {
    /// Must be of the very version of the `wasm-bindgen` crate.
    pub(super) fn wasm_bindgen(project: &Project) -> Result<Self> {
        Ok(Self {
            package: "wasm-bindgen-cli",
            version: lockfile::version_of(&project.root, "wasm-bindgen")?,
            programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
            options: &[],
            cost: Duration::from_secs(165),
        })
    }

    /// Without an updater and with its own TLS, so that nothing of the system is needed.
    pub(super) fn trunk() -> Result<Self> {
        Ok(Self {
            package: "trunk",
            version: pinned("0.21.14")?,
            programs: &["trunk"],
            options: &["--no-default-features", "--features", "rustls"],
            cost: Duration::from_secs(455),
        })
    }

    pub(super) fn wasm_pack() -> Result<Self> {
        Ok(Self {
            package: "wasm-pack",
            version: pinned("0.15.1")?,
            programs: &["wasm-pack"],
            options: &[],
            cost: Duration::from_secs(140),
        })
    }

    pub(super) fn cargo_fuzz() -> Result<Self> {
        Ok(Self {
            package: "cargo-fuzz",
            version: pinned("0.13.2")?,
            programs: &["cargo-fuzz"],
            options: &[],
            cost: Duration::from_mins(1),
        })
    }

    /// Mozilla publishes it as a crate; any recent one drives any recent Firefox.
    pub(super) fn geckodriver() -> Result<Self> {
        Ok(Self {
            package: "geckodriver",
            version: pinned("0.37.1")?,
            programs: &["geckodriver"],
            options: &[],
            cost: Duration::from_secs(165),
        })
    }

    fn folder(&self, project: &Project) -> PathBuf {
        project
            .cache
            .join(format!("tools/{}-{}", self.package, self.version))
    }

    /// The folder on PATH that has every program in the right version.
    fn on_path(&self) -> Option<PathBuf> {
        let mut folder = None;
        for program in self.programs {
            folder = command::find(&[program])?.parent().map(PathBuf::from);
            let said = command::output(command::new(program).arg("--version")).ok()?;
            if Version::find(&said)? != self.version {
                return None;
            }
        }
        folder
    }
}

fn pinned(version: &str) -> Result<Version> {
    version
        .parse()
        .ok()
        .with_context(|| format!("`{version}` is not a version"))
}

impl Component for Tool {
    fn name(&self) -> String {
        format!("{} {}", self.package, self.version)
    }

    fn source(&self) -> String {
        "compiled from its crate".to_owned()
    }

    fn cost(&self) -> Duration {
        self.cost
    }

    fn look(&self, project: &Project) -> Result<Option<Found>> {
        let folder = self.folder(project).join("bin");
        let cached = self
            .programs
            .iter()
            .all(|program| folder.join(program).exists());
        Ok(if cached {
            Some(Found::Cached(folder))
        } else {
            self.on_path().map(Found::OnPath)
        })
    }

    fn install(&self, project: &Project) -> Result<()> {
        let folder = self.folder(project);
        let partial = folder.with_file_name(format!("{}.partial", self.package));
        fs::create_dir_all(&partial)?;
        let mut command = command::new("cargo");
        // From the cache folder, where no configuration of a workspace applies.
        command
            .args([
                "install",
                "--locked",
                "--no-track",
                "--force",
                self.package,
                "--version",
            ])
            .arg(format!("={}", self.version))
            .arg("--root")
            .arg(&partial)
            .args(self.options)
            .envs(QUICK_PROFILE)
            .env("CARGO_TARGET_DIR", build_folder(project))
            .current_dir(&project.cache);
        let log = project.cache.join(format!("log/{}.log", self.package));
        progress::run(&mut command, &self.name(), &log, LIMIT)?;
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::rename(&partial, &folder)
            .with_context(|| format!("`{}` cannot be put in place", folder.display()))
    }
}

/// Where the tools are compiled, sharing what they have in common.
fn build_folder(project: &Project) -> PathBuf {
    project.cache.join("build")
}

/// # Errors
/// When the folder is there and cannot be removed.
pub(super) fn remove_build_folder(project: &Project) -> Result<()> {
    let folder = build_folder(project);
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("`{}` cannot be removed", folder.display()))?;
    }
    Ok(())
}
