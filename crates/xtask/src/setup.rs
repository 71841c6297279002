//! What has to be on the machine: looked for, announced, installed once.

mod apt;
mod browser;
mod conformance;
mod firefox;
mod json_suite;
mod node;
mod packaging;
mod tool;
mod wasm_target;

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::{command, project::Project, step::Took};

/// Something that `run` or `test` cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// Node and npm.
    Node,
    /// A Rust toolchain that builds for the browser.
    WasmTarget,
    /// Chromium with its driver.
    Browser,
    /// Shrinks the console; runs on Node.
    WasmOpt,
    /// Makes JavaScript bindings.
    WasmBindgen,
    /// Builds the console's page.
    Trunk,
    /// Runs the tests in the browser and in Node.
    WasmPack,
    /// Firefox.
    Firefox,
    /// Firefox' driver.
    Geckodriver,
    /// The clouds' own SDKs for Python.
    PythonSdks,
    /// The clouds' own SDKs for Node.
    NodeSdks,
    /// Assembles the npm package, and runs it.
    Packaging,
    /// The JSON parsing test suite.
    JsonSuite,
    /// Runs the fuzz targets.
    CargoFuzz,
}

impl Need {
    /// What `run` and `test` need.
    pub(crate) const ALL: [Self; 13] = [
        Self::Node,
        Self::WasmTarget,
        Self::Browser,
        Self::WasmOpt,
        Self::WasmBindgen,
        Self::Trunk,
        Self::WasmPack,
        Self::Firefox,
        Self::Geckodriver,
        Self::PythonSdks,
        Self::NodeSdks,
        Self::Packaging,
        Self::JsonSuite,
    ];
    /// What building the npm package needs.
    pub(crate) const NPM: [Self; 5] = [
        Self::Node,
        Self::WasmTarget,
        Self::WasmOpt,
        Self::WasmBindgen,
        Self::Packaging,
    ];
    /// What fuzzing needs, which `run` and `test` do not.
    pub(crate) const FUZZ: [Self; 1] = [Self::CargoFuzz];
    /// What building the console needs.
    pub(crate) const CONSOLE: [Self; 4] = [
        Self::WasmTarget,
        Self::WasmOpt,
        Self::WasmBindgen,
        Self::Trunk,
    ];

    fn component(self, project: &Project) -> Result<Box<dyn Component>> {
        Ok(match self {
            Self::Node => Box::new(node::Node),
            Self::WasmTarget => Box::new(wasm_target::WasmTarget),
            Self::Browser => Box::new(browser::Browser),
            Self::WasmOpt => Box::new(node::WasmOpt),
            Self::WasmBindgen => Box::new(tool::Tool::wasm_bindgen(project)?),
            Self::Trunk => Box::new(tool::Tool::trunk()?),
            Self::WasmPack => Box::new(tool::Tool::wasm_pack()?),
            Self::Firefox => Box::new(firefox::Firefox),
            Self::Geckodriver => Box::new(firefox::Geckodriver::new()?),
            Self::PythonSdks => Box::new(conformance::PythonSdks),
            Self::NodeSdks => Box::new(conformance::NodeSdks),
            Self::Packaging => Box::new(packaging::Packaging),
            Self::JsonSuite => Box::new(json_suite::JsonSuite),
            Self::CargoFuzz => Box::new(tool::Tool::cargo_fuzz()?),
        })
    }
}

/// One thing that is found or installed.
trait Component {
    /// Its name, with the version where that matters.
    fn name(&self) -> String;
    /// Where it comes from, for the announcement.
    fn source(&self) -> String;
    /// How long installing takes on two cores, as measured.
    fn cost(&self) -> Duration;
    /// Finds it, quickly and without a change to the machine.
    fn look(&self, project: &Project) -> Result<Option<Found>>;
    /// Installs it; `look` finds it afterwards.
    fn install(&self, project: &Project) -> Result<()>;
}

/// What was found.
enum Found {
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
    /// The JSON parsing test suite, in this folder.
    JsonSuite(PathBuf),
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
    json_suite: Option<PathBuf>,
    skipped: Vec<String>,
}

impl Toolbox {
    fn add(&mut self, name: String, found: Found) {
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

    /// The browser, once [`Need::Browser`] is met.
    pub(crate) fn chromium(&self) -> Option<&Path> {
        self.chromium.as_deref()
    }

    /// The browser's driver, once [`Need::Browser`] is met.
    pub(crate) fn driver(&self) -> Option<&Path> {
        self.driver.as_deref()
    }

    /// Firefox, once [`Need::Firefox`] is met.
    pub(crate) fn firefox(&self) -> Option<&Path> {
        self.firefox.as_deref()
    }

    /// Python with the clouds' SDKs, once [`Need::PythonSdks`] is met.
    pub(crate) fn python(&self) -> Option<&Path> {
        self.python.as_deref()
    }

    /// Node's packages with the clouds' SDKs, once [`Need::NodeSdks`] is met.
    pub(crate) fn node_modules(&self) -> Option<&Path> {
        self.node_modules.as_deref()
    }

    /// The folder of runtimes and bundlers, once [`Need::Packaging`] is met.
    pub(crate) fn packaging(&self) -> Option<&Path> {
        self.packaging.as_deref()
    }

    /// The JSON parsing test suite, once [`Need::JsonSuite`] is met.
    pub(crate) fn json_suite(&self) -> Option<&Path> {
        self.json_suite.as_deref()
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

/// Finds everything needed, and installs what is missing after saying what and how long.
///
/// # Errors
/// When something can be neither found nor installed; the message says what to do.
pub(crate) fn prepare(project: &Project, needs: &[Need]) -> Result<Toolbox> {
    let components = needs
        .iter()
        .map(|need| need.component(project))
        .collect::<Result<Vec<_>>>()?;
    let mut missing = Vec::new();
    for component in &components {
        if component.look(project)?.is_none() {
            missing.push(component.as_ref());
        }
    }
    if !missing.is_empty() {
        announce(&missing, project);
        install(&missing, project)?;
    }
    let mut tools = Toolbox {
        wasm_variables: vec![("CARGO_TARGET_DIR", project.wasm_target.clone().into())],
        ..Toolbox::default()
    };
    for component in &components {
        let found = component.look(project)?;
        tools.add(
            component.name(),
            found
                .with_context(|| format!("{} was installed and is not found", component.name()))?,
        );
    }
    Ok(tools)
}

/// How long installing what is missing is going to take.
///
/// # Errors
/// When what is there cannot be used, or something is missing that cannot be installed.
pub(crate) fn estimate(project: &Project, needs: &[Need]) -> Result<Duration> {
    let mut total = Duration::ZERO;
    for need in needs {
        let component = need.component(project)?;
        if component.look(project)?.is_none() {
            total += expected(component.cost());
        }
    }
    Ok(total)
}

fn announce(missing: &[&dyn Component], project: &Project) {
    let total = missing
        .iter()
        .map(|component| expected(component.cost()))
        .sum();
    eprintln!("One-time set-up, about {}. To be installed:", rough(total));
    for component in missing {
        eprintln!("  {:<24} {}", component.name(), component.source());
    }
    eprintln!(
        "Tools are kept in {} for all clones.",
        project.cache.display()
    );
}

fn install(missing: &[&dyn Component], project: &Project) -> Result<()> {
    fs::create_dir_all(&project.cache)
        .with_context(|| format!("`{}` cannot be made", project.cache.display()))?;
    let lock = File::create(project.cache.join("lock"))?;
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        eprintln!("Waiting for another set-up to finish …");
        lock.lock()?;
    }
    let start = Instant::now();
    for (index, component) in missing.iter().enumerate() {
        let name = component.name();
        // Another set-up may have been faster.
        if component.look(project)?.is_some() {
            continue;
        }
        let expected = rough(expected(component.cost()));
        eprintln!(
            "[{}/{}] {name} (about {expected})",
            index + 1,
            missing.len()
        );
        let begin = Instant::now();
        component
            .install(project)
            .with_context(|| format!("{name} cannot be installed"))?;
        if component.look(project)?.is_none() {
            bail!("{name} was installed and is not found");
        }
        eprintln!(
            "[{}/{}] {name}: done in {}",
            index + 1,
            missing.len(),
            Took(begin.elapsed())
        );
    }
    tool::remove_build_folder(project)?;
    eprintln!("Set-up done in {}.", Took(start.elapsed()));
    Ok(())
}

fn cores() -> u32 {
    thread::available_parallelism().map_or(2, |cores| u32::try_from(cores.get()).unwrap_or(2))
}

/// A time measured on two cores, as it is going to be on this machine.
pub(crate) fn expected(measured: Duration) -> Duration {
    scaled(measured, cores())
}

/// The last crates of a build do not run side by side.
fn scaled(measured: Duration, cores: u32) -> Duration {
    measured.mul_f64((2.0 / f64::from(cores)).max(0.3))
}

/// A time that is only a guess.
pub(crate) fn rough(time: Duration) -> String {
    match time.as_secs() {
        0..=60 => "a minute".to_owned(),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expects_less_time_on_more_cores_but_never_next_to_none() {
        let cost = Duration::from_mins(10);
        assert_eq!(rough(scaled(cost, 1)), "20 minutes");
        assert_eq!(rough(scaled(cost, 2)), "10 minutes");
        assert_eq!(rough(scaled(cost, 64)), "3 minutes");
        assert_eq!(rough(Duration::from_secs(5)), "a minute");
    }
}
