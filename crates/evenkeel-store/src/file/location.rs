//! Where a store's file may be: where its locks hold, under one name, on a disk with room.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{refused, unfit};
use crate::StoreError;

/// The file's own name, whatever links lead to it; its folder's, where there is no file yet.
pub(super) fn find(named: &Path) -> Result<PathBuf, StoreError> {
    let path = match named.canonicalize() {
        Ok(path) => path,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if named.is_symlink() {
                return Err(unfit(
                    named,
                    "is a symbolic link to nothing: see that what it leads to is mounted, or remove it",
                ));
            }
            let (Some(folder), Some(name)) = (named.parent(), named.file_name()) else {
                return Err(unfit(named, "is no name of a file"));
            };
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            let folder = folder
                .canonicalize()
                .map_err(|error| refused(folder, &error))?;
            folder.join(name)
        }
        Err(error) => return Err(refused(named, &error)),
    };
    if let Ok(data) = path.metadata()
        && !data.is_file()
    {
        // Not to be opened even: a FIFO would wait for whoever writes into it.
        return Err(unfit(&path, "is no file"));
    }
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        super::rights::trust(folder)?;
    }
    #[cfg(target_os = "linux")]
    disk::check(&path)?;
    Ok(path)
}

/// By another name SQLite would look for other files beside it, and find none.
#[cfg(unix)]
pub(super) fn only_name(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::MetadataExt as _;

    let data = path.metadata().map_err(|error| refused(path, &error))?;
    if data.nlink() > 1 {
        let why = format!(
            "has {} names (hard links): what is written by one of them is damaged by another; \
             keep one, and make copies as docs/store.md says",
            data.nlink()
        );
        return Err(unfit(path, &why));
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn only_name(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_full(_: &Path) -> bool {
    false
}

#[cfg(target_os = "linux")]
pub(super) use disk::is_full;

#[cfg(target_os = "linux")]
mod disk {
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statfs, statvfs, statx};

    use super::super::unfit;
    use crate::StoreError;

    /// Less room than this, and SQLite cannot make the files beside the database.
    const ROOM: u64 = 256 * 1024;

    /// File systems whose locks are kept by another machine, or by nobody, as `statfs` tells them
    /// apart; see `linux/magic.h`.
    const FOREIGN: &[(u64, &str)] = &[
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0xfe53_4d42, "SMB"),
        (0x0102_1997, "9P"),
        (0x00c3_6400, "Ceph"),
        (0x5346_414f, "AFS"),
        (0x6b41_4653, "AFS"),
        (0x7375_7245, "Coda"),
        (0x6573_5546, "FUSE, by which sshfs and the like come"),
        (0x7461_636f, "OCFS2"),
        (0x0116_1970, "GFS2"),
        (0x0bd0_0bd0, "Lustre"),
        (0x4750_4653, "GPFS"),
        (0x786f_4256, "a virtual machine's shared folder"),
        (0xbacb_acbc, "a virtual machine's shared folder"),
        (0x564c, "NCP"),
    ];

    pub(super) fn check(path: &Path) -> Result<(), StoreError> {
        let folder = path.parent().unwrap_or(path);
        // The file itself first: it may be mounted alone.
        for path in [path, folder] {
            if let Some(name) = kind(path).and_then(foreign) {
                let why = format!(
                    "is on a file system ({name}) whose locks do not hold between machines: \
                     keep it on a local disk, or use PostgreSQL"
                );
                return Err(unfit(path, &why));
            }
        }
        if is_mounted_alone(path) {
            return Err(unfit(
                path,
                "is mounted alone, without the files that SQLite keeps beside it: \
                 mount its folder",
            ));
        }
        Ok(())
    }

    fn kind(path: &Path) -> Option<u64> {
        let kind = statfs(path).ok()?.f_type;
        // As 32 bits, which some machines sign.
        u64::try_from(kind & 0xffff_ffff).ok()
    }

    fn foreign(kind: u64) -> Option<&'static str> {
        let known = FOREIGN.iter().find(|(foreign, _)| *foreign == kind);
        known.map(|(_, name)| *name)
    }

    /// Whether a file is the root of a mount; an old kernel does not say.
    fn is_mounted_alone(path: &Path) -> bool {
        statx(CWD, path, AtFlags::empty(), StatxFlags::INO)
            .is_ok_and(|data| data.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
    }

    pub(crate) fn is_full(path: &Path) -> bool {
        let folder = path.parent().unwrap_or(path);
        statvfs(folder).is_ok_and(|disk| {
            disk.f_bavail.saturating_mul(disk.f_frsize) < ROOM
                || disk.f_files > 0 && disk.f_favail == 0
        })
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn network_file_systems_are_known_by_their_numbers() {
            // NFS, CIFS and sshfs; ext4, XFS, btrfs, tmpfs and overlayfs.
            for foreign_kind in [0x6969, 0xff53_4d42, 0x6573_5546] {
                assert!(foreign(foreign_kind).is_some(), "{foreign_kind:#x}");
            }
            for local in [0xef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0x794c_7630] {
                assert_eq!(foreign(local), None, "{local:#x}");
            }
        }

        #[test]
        fn a_mount_is_told_from_what_is_in_it() {
            assert!(is_mounted_alone(Path::new("/proc")));
            assert!(!is_mounted_alone(Path::new("/proc/version")));
            assert_eq!(kind(Path::new("/proc")), Some(0x9fa0));
        }
    }
}
