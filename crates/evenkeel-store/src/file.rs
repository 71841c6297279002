//! A file's store belongs to one process at a time, by whatever name it is opened: its predecessor
//! is known to be dead, and what that one left in flight can be settled at once.
//!
//! What is locked is the file, not a name of it. Who it belongs to, and whether it is still the same
//! one, is told by `stat` alone: a descriptor of it that this process closes would take the locks
//! of SQLite with it.

#[cfg(target_os = "linux")]
mod descriptor;
mod location;
#[cfg(not(target_os = "linux"))]
mod neighbour;
mod rights;
mod watch;

#[cfg(target_os = "linux")]
use descriptor::Held;
#[cfg(not(target_os = "linux"))]
use neighbour::Held;

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{StoreError, StoreErrorKind};
use watch::Watch;

/// Held as long as the store is open; the system lets go of it when the process ends.
#[derive(Debug)]
pub(crate) struct StoreFile {
    path: PathBuf,
    watch: Watch,
    held: Held,
}

impl StoreFile {
    /// Takes the file, which is made if there is none, for this process alone. One that was not closed
    /// in order is taken with its log only, without which it has forgotten what was sent; unless
    /// it is known to be a backup.
    pub(crate) fn take(named: &Path, is_restored: bool) -> Result<Self, StoreError> {
        let path = location::find(named)?;
        let held = Held::take(&path)?;
        location::only_name(&path)?;
        let log = watch::beside(&path, "-wal");
        if !is_restored && held.was_left_open() && !log.exists() {
            return Err(StoreError::new(
                StoreErrorKind::Torn,
                format!("`{}` is not there", log.display()),
            ));
        }
        rights::keep_to_oneself(&path, held.file())?;
        Ok(Self {
            path,
            watch: Watch::default(),
            held,
        })
    }

    /// The file by its own name: SQLite's other files stand beside that one.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// From now on it has to stay what it is, and so have the files beside it. It has to be what was
    /// taken, too: SQLite opened it by its name.
    pub(crate) fn watch(&self) -> Result<(), StoreError> {
        self.watch.begin(&self.path, self.held.file())?;
        self.held.leave_open();
        Ok(())
    }

    /// What there was of a log has been read, and is folded into the file when the last connection is
    /// closed.
    pub(crate) fn unwatch(&self) {
        self.held.close_in_order();
    }

    /// Whether it is still what it was.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.watch.check()
    }

    /// A failure to open it, with what the disk has to say: SQLite calls a full one an I/O error.
    pub(crate) fn explain(&self, error: StoreError) -> StoreError {
        let is_vague = matches!(
            error.kind(),
            StoreErrorKind::Unreachable | StoreErrorKind::Other
        );
        if is_vague && location::is_full(&self.path) {
            return StoreError::new(StoreErrorKind::Full, error.detail().to_owned());
        }
        error
    }
}

/// What the system refuses about a file, in the store's kinds.
fn refused(path: &Path, error: &io::Error) -> StoreError {
    let kind = match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreErrorKind::ReadOnly
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreErrorKind::Full,
        _ => StoreErrorKind::Unreachable,
    };
    StoreError::new(kind, format!("{}: {error}", path.display()))
}

/// A file that no store may be kept in, and why.
fn unfit(path: &Path, why: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Location,
        format!("`{}` {why}", path.display()),
    )
}

fn in_use(path: &Path) -> StoreError {
    StoreError::new(StoreErrorKind::InUse, path.display().to_string())
}
