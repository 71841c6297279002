//! What the command needs of the machine it runs on.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, IsTerminal, Read},
    path::Path,
    time::SystemTime,
};

use anyhow::Context;
use evenkeel::Timestamp;

use crate::{failure::CheckFailure, path::PathStyle};

/// The most bytes that are read of one file: some 300,000 items.
pub(crate) const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Files, stdin and the clock.
pub trait Host {
    /// How paths are written.
    fn path_style(&self) -> PathStyle;

    /// The time.
    ///
    /// # Errors
    /// When there is no clock that can be gone by.
    fn now(&self) -> anyhow::Result<Timestamp>;

    /// Whether a person would have to type what is read from stdin.
    fn stdin_is_terminal(&self) -> bool;

    /// Reads stdin whole.
    ///
    /// # Errors
    /// When it cannot be read, or is too large.
    fn stdin(&self) -> Result<Vec<u8>, CheckFailure>;

    /// Reads a file whole.
    ///
    /// # Errors
    /// When it cannot be read, or is too large.
    fn read(&self, path: &Path) -> Result<Vec<u8>, CheckFailure>;

    /// Whether there is anything of this name.
    fn exists(&self, path: &Path) -> bool;

    /// Whether it is a folder, or leads to one.
    fn is_folder(&self, path: &Path) -> bool;

    /// What is in a folder, in any order.
    ///
    /// # Errors
    /// When it cannot be read.
    fn list(&self, folder: &Path) -> Result<Vec<Entry>, CheckFailure>;
}

/// A file, a folder or a link in a folder.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name there.
    pub name: OsString,
    /// Whether it is a folder itself, rather than a link to one.
    pub is_folder: bool,
}

/// The machine that this program runs on.
#[derive(Debug, Clone, Copy)]
pub struct Native;

impl Host for Native {
    fn path_style(&self) -> PathStyle {
        PathStyle::NATIVE
    }

    fn now(&self) -> anyhow::Result<Timestamp> {
        let since = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .context("the clock is before 1970; say --now")?;
        Ok(Timestamp::from_millis(
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        ))
    }

    fn stdin_is_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn stdin(&self) -> Result<Vec<u8>, CheckFailure> {
        read_whole(io::stdin().lock())
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, CheckFailure> {
        read_whole(File::open(path).map_err(|error| CheckFailure::new(&error))?)
    }

    fn exists(&self, path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok()
    }

    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn list(&self, folder: &Path) -> Result<Vec<Entry>, CheckFailure> {
        let entry = |entry: fs::DirEntry| Entry {
            name: entry.file_name(),
            is_folder: entry.file_type().is_ok_and(|kind| kind.is_dir()),
        };
        fs::read_dir(folder)
            .and_then(|entries| entries.map(|found| found.map(entry)).collect())
            .map_err(|error| CheckFailure::new(&error))
    }
}

fn read_whole(input: impl Read) -> Result<Vec<u8>, CheckFailure> {
    let mut bytes = Vec::new();
    input
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| CheckFailure::new(&error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(CheckFailure::TooLarge);
    }
    Ok(bytes)
}
