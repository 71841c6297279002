//! Whether an open database's files are still those that their names lead to. SQLite goes on writing
//! into a file that was removed or replaced, and all of that is gone with the process.

use std::{
    ffi::OsString,
    fs::{File, Metadata},
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{StoreError, StoreErrorKind};

/// The files as they were when the database was opened.
#[derive(Debug, Default)]
pub(super) struct Watch {
    files: OnceLock<Vec<(PathBuf, Identity)>>,
    is_told: AtomicBool,
    has_links: AtomicBool,
}

type Identity = (u64, u64);

impl Watch {
    /// Remembers what is there now: the database, the log it writes ahead, and what SQLite shares
    /// the log's state by. They stay as long as one connection is open.
    ///
    /// # Errors
    /// When the database is not this file.
    pub(super) fn begin(&self, path: &Path, file: &File) -> Result<(), StoreError> {
        let taken = file.metadata().ok().map(|data| identity_of(&data).0);
        if taken.is_none() || taken != identity(path).map(|(identity, _)| identity) {
            return Err(StoreError::new(
                StoreErrorKind::Replaced,
                format!("`{}` was replaced while it was opened", path.display()),
            ));
        }
        let files = ["", "-wal", "-shm"]
            .map(|suffix| beside(path, suffix))
            .into_iter()
            .filter_map(|path| identity(&path).map(|(identity, _)| (path, identity)));
        let _ = self.files.set(files.collect());
        Ok(())
    }

    /// Whether it all is still there.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let mut changed = None;
        for (path, known) in self.files.get().into_iter().flatten() {
            match identity(path) {
                Some((identity, links)) if identity == *known => self.count(path, links),
                found => {
                    let what = if found.is_some() {
                        "replaced"
                    } else {
                        "removed or moved away"
                    };
                    changed = Some(format!("`{}` was {what}", path.display()));
                    break;
                }
            }
        }
        let Some(detail) = changed else {
            if self.is_told.swap(false, Ordering::SeqCst) {
                tracing::warn!("the store's file is back, and is written again");
            }
            return Ok(());
        };
        let error = StoreError::new(StoreErrorKind::Replaced, detail);
        if !self.is_told.swap(true, Ordering::SeqCst) {
            tracing::error!(%error, "nothing is written and nothing is sent");
        }
        Err(error)
    }

    /// A further name does no harm as long as nobody opens the database by it; the next start
    /// would refuse it.
    fn count(&self, path: &Path, links: u64) {
        if links > 1 && !self.has_links.swap(true, Ordering::SeqCst) {
            tracing::warn!(
                path = %path.display(),
                "the store's file got another name (a hard link); it is not opened again before that is gone"
            );
        }
    }
}

/// `evenkeel.db-wal` and the like.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.into();
    name.push(suffix);
    name.into()
}

/// Of what the name leads to, and how many names that has.
fn identity(path: &Path) -> Option<(Identity, u64)> {
    let data = path.symlink_metadata().ok()?;
    Some(identity_of(&data))
}

#[cfg(unix)]
fn identity_of(data: &Metadata) -> (Identity, u64) {
    use std::os::unix::fs::MetadataExt as _;

    ((data.dev(), data.ino()), data.nlink())
}

/// Windows keeps an open file under its name.
#[cfg(not(unix))]
fn identity_of(_: &Metadata) -> (Identity, u64) {
    ((0, 0), 1)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_was_replaced_while_it_was_opened_is_not_taken_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ek.db");
        let taken = File::create(&path).unwrap();
        assert!(Watch::default().begin(&path, &taken).is_ok());
        std::fs::rename(&path, folder.path().join("away")).unwrap();
        for found in [false, true] {
            if found {
                File::create(&path).unwrap();
            }
            let error = Watch::default().begin(&path, &taken).unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Replaced, "{error}");
        }
    }
}
