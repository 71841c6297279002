//! Who may read a store: the user it belongs to, for it knows what the clouds told of the fleet.

use std::{fs::File, path::Path};

use super::{refused, unfit};
use crate::StoreError;

/// For its owner alone.
pub(super) const FILE: u32 = 0o600;

/// What every database of SQLite's begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Takes the rights of others away from the database and from what an earlier run left beside it;
/// files that SQLite makes there get the database's.
#[cfg(unix)]
pub(super) fn keep_to_oneself(path: &Path, file: &File) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;

    if !is_database(file) {
        // It stays as it is, and SQLite says what it thinks of it.
        return Ok(());
    }
    let own = || std::fs::Permissions::from_mode(FILE);
    let data = file.metadata().map_err(|error| refused(path, &error))?;
    if is_open(&data) {
        file.set_permissions(own()).map_err(|_| exposed(path))?;
        tightened(path);
    }
    for suffix in ["-wal", "-shm", "-journal"] {
        let beside = super::watch::beside(path, suffix);
        if std::fs::symlink_metadata(&beside).is_ok_and(|data| data.is_file() && is_open(&data)) {
            std::fs::set_permissions(&beside, own()).map_err(|_| exposed(&beside))?;
            tightened(&beside);
        }
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn keep_to_oneself(_: &Path, _: &File) -> Result<(), StoreError> {
    Ok(())
}

/// Refuses a folder in which everybody may put another file into this one's place.
#[cfg(unix)]
pub(super) fn trust(folder: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::MetadataExt as _;

    let data = folder.metadata().map_err(|error| refused(folder, &error))?;
    // Where everybody may write, the sticky bit keeps them from each other's files.
    if data.mode() & 0o1002 == 0o002 {
        return Err(unfit(
            folder,
            "is a folder in which every user may replace the store: take that right away (chmod o-w), \
             or choose another",
        ));
    }
    Ok(())
}

#[cfg(unix)]
fn is_open(data: &std::fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(data) & 0o077 != 0
}

#[cfg(unix)]
fn is_database(file: &File) -> bool {
    use std::os::unix::fs::FileExt as _;

    let mut head = [0; MAGIC.len()];
    match file.read_at(&mut head, 0) {
        Ok(0) => true,
        Ok(_) => head == MAGIC,
        Err(_) => false,
    }
}

#[cfg(unix)]
fn tightened(path: &Path) {
    tracing::warn!(
        path = %path.display(),
        "other users could read or write the store's file; now its owner alone can"
    );
}

#[cfg(unix)]
fn exposed(path: &Path) -> StoreError {
    unfit(
        path,
        "can be read or written by other users, and belongs to one of them: give it to this user, \
         for this user alone (chown, chmod 600)",
    )
}
