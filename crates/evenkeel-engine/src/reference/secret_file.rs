//! A file with a secret in it: read only where nobody else can read or change it.

use std::{
    fs::{File, Metadata, OpenOptions},
    io::Read as _,
    path::Path,
};

use zeroize::Zeroizing;

use crate::io_error_text::io_error_text;

/// No key or token is longer, and no URL; in bytes.
const MOST: u64 = 64 * 1024;

/// The whole text of a file that is its owner's alone.
///
/// # Errors
/// Why it is not read, to read on from its name; never with what is in it.
pub fn read(path: &Path) -> Result<Zeroizing<String>, String> {
    let system = |error: std::io::Error| io_error_text(error.kind());
    // Before it is opened: opening is enough to set some devices going.
    refuse_odd(&std::fs::metadata(path).map_err(system)?)?;
    let file = open(path).map_err(system)?;
    let opened = file.metadata().map_err(system)?;
    // It may be another one by now.
    refuse_odd(&opened)?;
    refuse_open_to_others(&opened)?;
    let mut text = Zeroizing::new(String::new());
    file.take(MOST + 1)
        .read_to_string(&mut text)
        .map_err(system)?;
    if u64::try_from(text.len()).is_ok_and(|length| length > MOST) {
        return Err(too_large());
    }
    Ok(text)
}

fn too_large() -> String {
    format!("is larger than {} kB: no secret is", MOST / 1024)
}

fn refuse_odd(metadata: &Metadata) -> Result<(), String> {
    if metadata.is_dir() {
        return Err("is a folder".to_owned());
    }
    if !metadata.is_file() {
        return Err("is no regular file: a pipe, a socket or a device is not read".to_owned());
    }
    if metadata.len() > MOST {
        return Err(too_large());
    }
    Ok(())
}

#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    // A pipe that took the file's place must not keep the proxy waiting for a writer.
    let flags = (rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY).bits();
    let flags = i32::try_from(flags).unwrap_or_default();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Others are everybody but the owner. A group may read what is the system's: so container platforms
/// hand secrets to a program that is not root.
#[cfg(unix)]
fn refuse_open_to_others(metadata: &Metadata) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;

    let we = rustix::process::geteuid().as_raw();
    refuse_to(we, metadata.uid(), metadata.mode())
}

#[cfg(unix)]
fn refuse_to(we: u32, owner: u32, mode: u32) -> Result<(), String> {
    const ROOT: u32 = 0;
    // Root reads what it was told to, whoever put it there: the folders that containers are given mostly
    // belong to a user of the machine outside.
    if owner != we && owner != ROOT && we != ROOT {
        return Err(format!(
            "belongs to another user (uid {owner}): it must be this user's or root's"
        ));
    }
    let allowed = if owner == ROOT && we != ROOT {
        0o040
    } else {
        0
    };
    let open = mode & 0o066 & !allowed;
    if open == 0 {
        return Ok(());
    }
    let what = match (open & 0o044 != 0, open & 0o022 != 0) {
        (true, true) => "read and changed",
        (true, false) => "read",
        _ => "changed",
    };
    Err(format!(
        "can be {what} by other users (mode {:04o}): `chmod 600` it",
        mode & 0o7777
    ))
}

#[cfg(not(unix))]
fn refuse_open_to_others(_: &Metadata) -> Result<(), String> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[expect(clippy::unwrap_used, reason = "a helper of a test may fail the test")]
    fn file(text: &[u8], mode: u32) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(file.path(), permissions).unwrap();
        file
    }

    #[test]
    fn reads_what_only_its_owner_can_read() {
        for mode in [0o600, 0o400, 0o700] {
            let file = file(b"secret\n", mode);
            assert_eq!(read(file.path()).unwrap().as_str(), "secret\n", "{mode:o}");
        }
    }

    #[test]
    fn refuses_what_others_can_read_or_change() {
        for (mode, what) in [
            (0o644, "read"),
            (0o604, "read"),
            (0o620, "changed"),
            (0o602, "changed"),
            (0o666, "read and changed"),
        ] {
            let file = file(b"canary", mode);
            let said = read(file.path()).unwrap_err();
            assert_eq!(
                said,
                format!("can be {what} by other users (mode {mode:04o}): `chmod 600` it")
            );
        }
    }

    #[test]
    fn takes_its_users_and_roots_files_and_as_root_anybodys() {
        let (root, we, other) = (0, 1000, 1001);
        for (user, owner, mode) in [
            (we, we, 0o600),
            (we, root, 0o640),
            (root, root, 0o600),
            (root, other, 0o600),
        ] {
            assert_eq!(refuse_to(user, owner, mode), Ok(()), "{user} {owner}");
        }
        let said = refuse_to(we, other, 0o600).unwrap_err();
        assert!(
            said.starts_with("belongs to another user (uid 1001)"),
            "{said}"
        );
        for (user, owner, mode) in [
            (we, we, 0o640),
            (we, root, 0o644),
            (root, root, 0o640),
            (root, other, 0o604),
        ] {
            let said = refuse_to(user, owner, mode).unwrap_err();
            assert!(said.starts_with("can be read by other users"), "{said}");
        }
    }

    #[test]
    fn reads_no_pipe_and_no_device_and_waits_for_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        for path in [pipe.as_path(), Path::new("/dev/zero"), folder.path()] {
            assert!(read(path).is_err(), "{}", path.display());
        }
    }

    #[test]
    fn reads_no_more_than_a_secret_may_have() {
        let file = file(&vec![b'x'; 64 * 1024 + 1], 0o600);
        assert_eq!(
            read(file.path()).unwrap_err(),
            "is larger than 64 kB: no secret is"
        );
    }
}
