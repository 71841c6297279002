//! What the set-up found, and the commands that use it.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{command, project::Project};

/// What was found.
pub(super) enum Found {
    /// A program that PATH knows, in this folder.
    OnPath(PathBuf),
    /// Programs of our own, in this folder.
    Cached(PathBuf),
    /// The toolchain for wasm32: rustup's name for it unless it is the default one, and the linker
    /// unless it brings one.
    Toolchain {
        name: Option<String>,
        linker: Option<PathBuf>,
    },
    /// The browser and its driver.
    Browser { chromium: PathBuf, driver: PathBuf },
    /// Firefox; its driver is on PATH.
    Firefox(PathBuf),
    /// A Python with packages of our own.
    Python(PathBuf),
    /// Packages of our own for Node.
    NodeModules(PathBuf),
    /// What judges the npm package, in this folder.
    Packaging(PathBuf),
    /// What the npm package is measured beside, in this folder.
    Peers(PathBuf),
    /// The JSON parsing test suite, in this folder.
    JsonSuite(PathBuf),
    /// The folder of PostgreSQL's programs.
    Postgres(PathBuf),
    /// Not there, and not needed for what is asked.
    Skipped(String),
}

/// Where everything is, and the commands that use it.
#[derive(Debug, Default)]
pub(crate) struct Toolbox {
    places: BTreeMap<String, String>,
    folders: Vec<PathBuf>,
    wasm_variables: Vec<(&'static str, OsString)>,
    chromium: Option<PathBuf>,
    driver: Option<PathBuf>,
    firefox: Option<PathBuf>,
    python: Option<PathBuf>,
    node_modules: Option<PathBuf>,
    packaging: Option<PathBuf>,
    peers: Option<PathBuf>,
    json_suite: Option<PathBuf>,
    postgres: Option<PathBuf>,
    skipped: Vec<String>,
}

impl Toolbox {
    pub(super) fn new(project: &Project) -> Self {
        Self {
            wasm_variables: vec![("CARGO_TARGET_DIR", project.wasm_target.clone().into())],
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, name: String, found: Found) {
        let place = match found {
            Found::OnPath(folder) => folder.display().to_string(),
            Found::Cached(folder) => {
                let place = folder.display().to_string();
                self.folders.push(folder);
                place
            }
            Found::Toolchain { name, linker } => {
                let place = match &name {
                    Some(name) => format!("rustup toolchain `{name}`"),
                    None => "the default toolchain".to_owned(),
                };
                let toolchain = name.map(|name| ("RUSTUP_TOOLCHAIN", name.into()));
                let linker = linker
                    .map(|linker| ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker.into()));
                self.wasm_variables
                    .extend(toolchain.into_iter().chain(linker));
                place
            }
            Found::Browser { chromium, driver } => {
                let place = format!("{}, {}", chromium.display(), driver.display());
                self.chromium = Some(chromium);
                self.driver = Some(driver);
                place
            }
            Found::Firefox(program) => {
                let place = program.display().to_string();
                self.firefox = Some(program);
                place
            }
            Found::Python(program) => {
                let place = program.display().to_string();
                self.python = Some(program);
                place
            }
            Found::NodeModules(folder) => {
                let place = folder.display().to_string();
                self.node_modules = Some(folder);
                place
            }
            Found::JsonSuite(folder) => {
                let place = folder.display().to_string();
                self.json_suite = Some(folder);
                place
            }
            Found::Packaging(folder) => {
                let place = folder.display().to_string();
                self.packaging = Some(folder);
                place
            }
            Found::Postgres(folder) => {
                let place = folder.display().to_string();
                self.postgres = Some(folder);
                place
            }
            Found::Peers(folder) => {
                let place = folder.display().to_string();
                self.peers = Some(folder);
                place
            }
            Found::Skipped(why) => {
                self.skipped.push(why.clone());
                why
            }
        };
        self.places.insert(name, place);
    }

    /// Each thing with where it is.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&str, &str)> {
        self.places
            .iter()
            .map(|(name, place)| (name.as_str(), place.as_str()))
    }

    /// Why something is left out, one line each.
    pub(crate) fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// Whether the console can be shrunk and compressed: both is done on Node.
    pub(crate) fn has_node(&self) -> bool {
        self.skipped.is_empty()
    }

    /// The browser, once [`super::Need::Browser`] is met.
    pub(crate) fn chromium(&self) -> Option<&Path> {
        self.chromium.as_deref()
    }

    /// The browser's driver, once [`super::Need::Browser`] is met.
    pub(crate) fn driver(&self) -> Option<&Path> {
        self.driver.as_deref()
    }

    /// Firefox, once [`super::Need::Firefox`] is met.
    pub(crate) fn firefox(&self) -> Option<&Path> {
        self.firefox.as_deref()
    }

    /// Python with the clouds' SDKs, once [`super::Need::PythonSdks`] is met.
    pub(crate) fn python(&self) -> Option<&Path> {
        self.python.as_deref()
    }

    /// Node's packages with the clouds' SDKs, once [`super::Need::NodeSdks`] is met.
    pub(crate) fn node_modules(&self) -> Option<&Path> {
        self.node_modules.as_deref()
    }

    /// The folder of runtimes and bundlers, once [`super::Need::Packaging`] is met.
    pub(crate) fn packaging(&self) -> Option<&Path> {
        self.packaging.as_deref()
    }

    /// The folder of other validators, once [`super::Need::Peers`] is met.
    pub(crate) fn peers(&self) -> Option<&Path> {
        self.peers.as_deref()
    }

    /// The JSON parsing test suite, once [`super::Need::JsonSuite`] is met.
    pub(crate) fn json_suite(&self) -> Option<&Path> {
        self.json_suite.as_deref()
    }

    /// The folder of PostgreSQL's programs, once [`super::Need::Postgres`] is met.
    pub(crate) fn postgres(&self) -> Option<&Path> {
        self.postgres.as_deref()
    }

    /// A command that finds the tools.
    pub(crate) fn command(&self, program: &str) -> Result<Command> {
        let mut command = command::new(program);
        command.env("PATH", self.path()?);
        Ok(command)
    }

    /// A command that builds for the browser.
    pub(crate) fn wasm_command(&self, program: &str) -> Result<Command> {
        let mut command = self.command(program)?;
        command.envs(
            self.wasm_variables
                .iter()
                .map(|(name, value)| (name, value)),
        );
        Ok(command)
    }

    fn path(&self) -> Result<OsString> {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = self
            .folders
            .iter()
            .cloned()
            .chain(env::split_paths(&inherited));
        env::join_paths(folders).context("PATH cannot be extended by the tools' folders")
    }

    /// Prints what a shell needs for working with the tools by hand.
    pub(crate) fn print_exports(&self) -> Result<()> {
        let folders = env::join_paths(&self.folders)?;
        println!("export PATH='{}':\"$PATH\"", folders.to_string_lossy());
        for (name, value) in &self.wasm_variables {
            println!("export {name}='{}'", value.to_string_lossy());
        }
        Ok(())
    }
}
