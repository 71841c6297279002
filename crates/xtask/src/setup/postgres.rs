//! PostgreSQL's programs, for the tests of the store.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use super::{
    Component, Found,
    debian::{debian, is_root},
};
use crate::{command, version};

/// The oldest that the store is tested on.
const OLDEST: u32 = 13;
const CHOICE: &str = "EVENKEEL_POSTGRES";
/// What has to be in the folder: those that serve, and those that back up and restore.
const PROGRAMS: [&str; 5] = ["initdb", "pg_ctl", "postgres", "pg_dump", "psql"];
/// Where Debian keeps each version's programs; PATH knows only those of a client.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Debian's package makes a cluster and starts it, unless a file in this folder says otherwise.
const DEBIAN_HABITS: &str = "/etc/postgresql-common/createcluster.d";

/// PostgreSQL itself; the tests start a cluster of their own.
pub(super) fn postgres() -> Component {
    let server = debian(
        "postgresql",
        &["postgresql"],
        look,
        "install PostgreSQL 13 or newer with its server, so that PATH knows `initdb` or \
         `EVENKEEL_POSTGRES` names the folder of its programs",
        "\nor leave out what needs it: `cargo xtask test --skip native,chaos`",
    );
    Component {
        source: "Debian's package: postgresql, without its cluster".to_owned(),
        install: Box::new(move |project| without_a_cluster(|| (server.install)(project))),
        ..debian("postgresql", &[], look, "", "")
    }
}

/// The tests need the programs alone: nothing that listens is left on the machine.
fn without_a_cluster(install: impl FnOnce() -> Result<()>) -> Result<()> {
    if !is_root() {
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

fn look() -> Result<Option<Found>> {
    let Some(chosen) = env::var_os(CHOICE).map(PathBuf::from) else {
        let usable = candidates().into_iter().find(|folder| is_usable(folder));
        return Ok(usable.map(Found::At));
    };
    if !is_usable(&chosen) {
        bail!(
            "`{CHOICE}` names `{}`, which is not a folder with {} of PostgreSQL {OLDEST} or newer",
            chosen.display(),
            PROGRAMS.join(", "),
        );
    }
    Ok(Some(Found::At(chosen)))
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
    let folders = versions.into_iter().rev().map(|(_, folder)| folder);
    folders.chain(on_path).collect()
}

fn is_usable(folder: &Path) -> bool {
    let version = || version::major(&version::said(&folder.join("postgres"))?);
    PROGRAMS
        .iter()
        .all(|program| folder.join(program).is_file())
        && version().is_some_and(|version| version >= OLDEST)
}
