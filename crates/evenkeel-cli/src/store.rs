//! Where the events and batches are kept.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use evenkeel_store::{Db, StoreUrl};
use tempfile::TempDir;

/// The rights of a folder that is its owner's alone.
#[cfg(unix)]
const OWN: u32 = 0o700;

/// An open store; one that is nobody's business is gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) db: Db,
    _folder: Option<TempDir>,
}

impl Store {
    /// Opens the store that is asked for, or the user's own, which may be a backup that was restored.
    pub(crate) async fn open(asked: Option<StoreUrl>, is_restored: bool) -> anyhow::Result<Self> {
        let is_own = asked.is_none();
        let url = location(asked)?;
        if let Some(folder) = url.path().and_then(Path::parent) {
            make(folder)?;
            if is_own {
                keep_to_oneself(folder)?;
            }
        }
        let db = Db::open(&url.restored(is_restored)).await?;
        Ok(Self { db, _folder: None })
    }

    /// A store for a fleet that begins anew each time.
    pub(crate) async fn temporary() -> anyhow::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("evenkeel-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(OWN));
        let folder = builder.tempdir().with_context(|| {
            format!(
                "the sandbox's store cannot be made in the folder for temporary files, `{}`",
                env::temp_dir().display()
            )
        })?;
        let db = Db::open(&StoreUrl::file(folder.path().join("evenkeel.db"))).await?;
        Ok(Self {
            db,
            _folder: Some(folder),
        })
    }
}

/// The store that is asked for, or the user's own.
pub(crate) fn location(asked: Option<StoreUrl>) -> anyhow::Result<StoreUrl> {
    match asked {
        Some(url) => Ok(url),
        None => Ok(StoreUrl::file(own_file(|name| env::var_os(name))?)),
    }
}

/// `$XDG_STATE_HOME/evenkeel/evenkeel.db`, else below `~/.local/state`.
fn own_file(variable: impl Fn(&str) -> Option<OsString>) -> anyhow::Result<PathBuf> {
    let absolute = |name: &str| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local").join("state")));
    let Some(state) = state else {
        bail!(
            "there is no home folder to keep the store in: name one with --store sqlite:/path/to/evenkeel.db"
        );
    };
    Ok(state.join("evenkeel").join("evenkeel.db"))
}

/// Makes a folder that only this user reads: the store knows what the cloud told of the fleet.
fn make(folder: &Path) -> anyhow::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, OWN);
    builder
        .create(folder)
        .with_context(|| format!("the store's folder `{}` cannot be made", folder.display()))
}

/// Takes the rights of others away from a folder that is for nothing but the store.
fn keep_to_oneself(folder: &Path) -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let said = || {
            format!(
                "the store's folder `{}` is open to others",
                folder.display()
            )
        };
        let mut rights = std::fs::metadata(folder).with_context(said)?.permissions();
        if rights.mode() & 0o077 != 0 {
            rights.set_mode(OWN);
            std::fs::set_permissions(folder, rights).with_context(said)?;
            tracing::warn!(folder = %folder.display(), "other users could look into the store's folder; now its owner alone can");
        }
    }
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)]) -> Option<PathBuf> {
        own_file(|name| {
            let known = variables.iter().find(|(known, _)| *known == name)?;
            Some(known.1.into())
        })
        .ok()
    }

    #[test]
    fn the_users_own_store_is_in_the_folder_for_state() {
        let home = ("HOME", "/home/ada");
        let own = |path: &str| Some(PathBuf::from(path));
        assert_eq!(
            found(&[home]),
            own("/home/ada/.local/state/evenkeel/evenkeel.db")
        );
        assert_eq!(
            found(&[home, ("XDG_STATE_HOME", "/state")]),
            own("/state/evenkeel/evenkeel.db")
        );
        // As the specification has it: a relative one is none.
        assert_eq!(
            found(&[home, ("XDG_STATE_HOME", "state")]),
            own("/home/ada/.local/state/evenkeel/evenkeel.db")
        );
        assert_eq!(found(&[]), None);
    }
}
