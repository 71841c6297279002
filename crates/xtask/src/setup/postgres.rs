//! PostgreSQL's programs, for the tests of the store.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, anyhow, bail};

use super::{Component, Found, apt};
use crate::{command, project::Project, version::Version};

/// The oldest that the store is tested on.
const OLDEST: u32 = 13;
const PACKAGE: &str = "postgresql";
const CHOICE: &str = "EVENKEEL_POSTGRES";
const OTHERWISE: &str = "\nor leave out what needs it: `cargo xtask test --skip native,chaos`";
/// What has to be in the folder: those that serve, and those that back up and restore.
const PROGRAMS: [&str; 5] = ["initdb", "pg_ctl", "postgres", "pg_dump", "psql"];
/// Where Debian keeps each version's programs; PATH knows only those of a client.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Debian's package makes a cluster and starts it, unless a file in this folder says otherwise.
const DEBIAN_HABITS: &str = "/etc/postgresql-common/createcluster.d";

/// PostgreSQL itself; the tests start a cluster of their own.
pub(super) struct Postgres;

impl Component for Postgres {
    fn name(&self) -> String {
        "postgresql".to_owned()
    }

    fn source(&self) -> String {
        format!("Debian's package: {PACKAGE}, without its cluster")
    }

    fn cost(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn look(&self, _: &Project) -> Result<Option<Found>> {
        let Some(chosen) = env::var_os(CHOICE).map(PathBuf::from) else {
            return Ok(candidates()
                .into_iter()
                .find(|folder| is_usable(folder))
                .map(Found::Postgres));
        };
        if !is_usable(&chosen) {
            bail!(
                "`{CHOICE}` names `{}`, which is not a folder with {} of PostgreSQL {OLDEST} or newer",
                chosen.display(),
                PROGRAMS.join(", "),
            );
        }
        Ok(Some(Found::Postgres(chosen)))
    }

    fn install(&self, project: &Project) -> Result<()> {
        if !apt::is_there() {
            bail!(
                "install PostgreSQL {OLDEST} or newer with its server, so that PATH knows `initdb` or \
                 `{CHOICE}` names the folder of its programs, and try again{OTHERWISE}"
            );
        }
        without_a_cluster(|| apt::install(project, &[PACKAGE]))
            .map_err(|error| anyhow!("{error:#}{OTHERWISE}"))
    }
}

/// Debian's folders, the newest version first, then that of PATH's `initdb`.
fn candidates() -> Vec<PathBuf> {
    let entries = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort_unstable();
    let on_path = command::find(&["initdb"])
        .and_then(|program| program.canonicalize().ok()?.parent().map(PathBuf::from));
    versions
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .chain(on_path)
        .collect()
}

fn is_usable(folder: &Path) -> bool {
    PROGRAMS
        .iter()
        .all(|program| folder.join(program).is_file())
        && version(folder).is_some_and(|version| version >= OLDEST)
}

fn version(folder: &Path) -> Option<u32> {
    let postgres = folder.join("postgres");
    let said = command::output(command::new(postgres.to_str()?).arg("--version")).ok()?;
    Version::find(&said).map(|version| version.major)
}

/// The tests need the programs alone: nothing that listens is left on the machine.
fn without_a_cluster(install: impl FnOnce() -> Result<()>) -> Result<()> {
    if !apt::is_root() {
        return install();
    }
    let folder = Path::new(DEBIAN_HABITS);
    let file = folder.join("evenkeel.conf");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&file, "create_main_cluster = false\n"))
        .with_context(|| format!("`{}` cannot be written", file.display()))?;
    let result = install();
    fs::remove_file(&file).with_context(|| format!("`{}` cannot be removed", file.display()))?;
    // As it was, unless the package or somebody else uses it.
    fs::remove_dir(folder).ok();
    result
}
