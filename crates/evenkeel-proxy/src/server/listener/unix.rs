//! A Unix socket: who may open its file may connect.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use rustix::{fs::Mode, process::umask};
use tokio::net::{UnixListener, UnixStream};

use super::{ListenAddress, ListenError};
use crate::reach::SocketMode;

/// A socket with its file, which goes with it.
#[derive(Debug)]
pub(super) struct SocketFile {
    listener: UnixListener,
    path: PathBuf,
    identity: Option<(u64, u64)>,
}

impl SocketFile {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // By now it may be that of another proxy.
        if self.identity.is_some() && identity(&self.path) == self.identity {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    let metadata = fs::symlink_metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Takes a socket. The file that a dead proxy has left is replaced, one that somebody answers at is not.
pub(super) async fn bind(path: &Path, mode: SocketMode) -> Result<SocketFile, ListenError> {
    let place = || ListenAddress::Unix(path.to_owned());
    let refused = |source| ListenError::Refused {
        address: place(),
        source,
    };
    let listener = match bind_own(path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let metadata = fs::symlink_metadata(path).map_err(refused)?;
            if !metadata.file_type().is_socket() {
                return Err(ListenError::NoSocket(place()));
            }
            match UnixStream::connect(path).await {
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                // Somebody is there, or may be: a full queue, or a file that is not ours to open.
                _ => return Err(ListenError::Taken(place())),
            }
            fs::remove_file(path).map_err(refused)?;
            bind_own(path).map_err(refused)?
        }
        bound => bound.map_err(refused)?,
    };
    fs::set_permissions(path, Permissions::from_mode(mode.bits())).map_err(refused)?;
    Ok(SocketFile {
        listener,
        path: path.to_owned(),
        identity: identity(path),
    })
}

/// Makes a socket that is its owner's alone from its first moment on.
fn bind_own(path: &Path) -> io::Result<UnixListener> {
    let before = umask(Mode::from_raw_mode(0o177));
    let bound = UnixListener::bind(path);
    umask(before);
    bound
}
