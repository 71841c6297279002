//! The database's own file, locked by a descriptor that stays open: SQLite's locks are of another
//! kind (`fcntl`), which do not collide with this one, and which go when *any* descriptor of the
//! file is closed by the process.

use std::{
    fs::{File, Metadata, OpenOptions, TryLockError},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rustix::fs::{XattrFlags, fgetxattr, fremovexattr, fsetxattr};

use super::{in_use, refused, unfit};
use crate::StoreError;

/// Every database that this process ever opened and that still has a name. None is closed.
static OPENED: Mutex<Vec<Arc<Opened>>> = Mutex::new(Vec::new());

/// Said of the file, wherever it is moved, while it is open: a copy does not have it. A file system
/// without such attributes does without.
const OPEN: &str = "user.evenkeel.open";

#[derive(Debug)]
struct Opened {
    identity: (u64, u64),
    file: File,
    is_held: AtomicBool,
}

impl Opened {
    fn lock(self: &Arc<Self>, path: &Path) -> Result<Held, StoreError> {
        if self.is_held.swap(true, Ordering::SeqCst) {
            return Err(in_use(path));
        }
        match self.file.try_lock() {
            Ok(()) => Ok(Held {
                opened: Arc::clone(self),
                is_left_open: AtomicBool::new(false),
            }),
            Err(error) => {
                self.is_held.store(false, Ordering::SeqCst);
                Err(match error {
                    TryLockError::WouldBlock => in_use(path),
                    TryLockError::Error(error) => refused(path, &error),
                })
            }
        }
    }
}

/// The right to the file.
#[derive(Debug)]
pub(super) struct Held {
    opened: Arc<Opened>,
    is_left_open: AtomicBool,
}

impl Held {
    /// Takes the file, which is made if there is none: for this user alone.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        // A file without a name is nobody's any more, and its locks nobody's business.
        opened.retain(|known| {
            known.is_held.load(Ordering::SeqCst)
                || known.file.metadata().is_ok_and(|data| data.nlink() > 0)
        });
        if let Ok(data) = path.symlink_metadata() {
            if !data.is_file() {
                return Err(unfit(path, "is no file"));
            }
            if let Some(known) = of(&opened, &data) {
                return known.lock(path);
            }
        }
        let file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .mode(super::rights::FILE)
            .open(path)
            .map_err(|error| refused(path, &error))?;
        let data = file.metadata().map_err(|error| refused(path, &error))?;
        let new = Arc::new(Opened {
            identity: identity(&data),
            file,
            is_held: AtomicBool::new(false),
        });
        let held = new.lock(path)?;
        opened.push(new);
        Ok(held)
    }

    pub(super) fn file(&self) -> &File {
        &self.opened.file
    }

    /// Whether who had it before ended without closing it.
    pub(super) fn was_left_open(&self) -> bool {
        fgetxattr(&self.opened.file, OPEN, &mut [0_u8; 8][..]).is_ok()
    }

    pub(super) fn leave_open(&self) {
        self.is_left_open.store(true, Ordering::SeqCst);
        let _ = fsetxattr(&self.opened.file, OPEN, b"1", XattrFlags::empty());
    }

    pub(super) fn close_in_order(&self) {
        let _ = fremovexattr(&self.opened.file, OPEN);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // What another left open stays so: this one may not have looked into it.
        if self.is_left_open.load(Ordering::SeqCst) {
            self.close_in_order();
        }
        // It cannot fail on a descriptor that is open; if it did, nobody would get the file.
        let _ = self.opened.file.unlock();
        self.opened.is_held.store(false, Ordering::SeqCst);
    }
}

fn of<'a>(opened: &'a [Arc<Opened>], data: &Metadata) -> Option<&'a Arc<Opened>> {
    opened.iter().find(|known| known.identity == identity(data))
}

fn identity(data: &Metadata) -> (u64, u64) {
    (data.dev(), data.ino())
}
