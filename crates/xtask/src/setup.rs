//! What has to be on the machine: looked for, announced, installed once.

mod apt;
mod browser;
mod conformance;
mod firefox;
mod json_suite;
mod locked;
mod node;
mod packaging;
mod peers;
mod postgres;
mod tool;
mod toolbox;
mod wasm_target;

use std::{
    fs::{self, File, TryLockError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::{project::Project, step::Took};

use toolbox::Found;
pub(crate) use toolbox::Toolbox;

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
    /// PostgreSQL, for the tests of the store.
    Postgres,
    /// What the npm package is measured beside.
    Peers,
    /// Runs the fuzz targets.
    CargoFuzz,
}

impl Need {
    /// What `run` and `test` need.
    pub(crate) const ALL: [Self; 15] = [
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
        Self::Postgres,
        Self::Peers,
    ];
    /// What the tests of the store need.
    pub(crate) const STORE: [Self; 1] = [Self::Postgres];
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
            Self::Postgres => Box::new(postgres::Postgres),
            Self::Peers => Box::new(peers::Peers),
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
    let mut tools = Toolbox::new(project);
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
