//! A file beside the database that is locked in its place: outside of Linux a lock of the database
//! itself would lock SQLite out.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use super::{in_use, refused};
use crate::StoreError;

/// The right to the file.
#[derive(Debug)]
pub(super) struct Held {
    database: File,
    _lock: File,
}

impl Held {
    /// Takes the lock that stands beside the database, and makes both if there are none.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let beside = beside(path);
        let lock = open(&beside)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(path)),
            Err(TryLockError::Error(error)) => return Err(refused(&beside, &error)),
        }
        Ok(Self {
            database: open(path)?,
            _lock: lock,
        })
    }

    pub(super) fn file(&self) -> &File {
        &self.database
    }

    /// Not known outside of Linux.
    pub(super) fn was_left_open(&self) -> bool {
        false
    }

    pub(super) fn leave_open(&self) {}

    pub(super) fn close_in_order(&self) {}
}

fn open(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).read(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, super::rights::FILE);
    options.open(path).map_err(|error| refused(path, &error))
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
