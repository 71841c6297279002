//! Where the events and batches are kept.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use evenkeel_store::{Db, StoreUrl};
use tempfile::TempDir;

use crate::configuration;

/// The rights of a folder that is its owner's alone.
#[cfg(unix)]
const OWN: u32 = 0o700;

/// Which store a command is about: the one that `evenkeel serve` has with the same words.
#[derive(Debug, clap::Args)]
pub(crate) struct StoreArguments {
    /// The configuration; `evenkeel.toml` in the current folder if that exists.
    #[arg(long, env = "EVENKEEL_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The store, as `evenkeel serve` takes it. [env: `EVENKEEL_STORE`] [default: the user's own]
    // Not read by clap, which would show what it cannot read.
    #[arg(long, value_name = "URL")]
    store: Option<String>,
}

impl StoreArguments {
    fn asked(&self) -> anyhow::Result<Option<StoreUrl>> {
        let config = configuration::load(self.config.as_ref())?;
        configuration::store(self.store.as_deref(), &config)
    }

    /// Opens it to be read, beside a proxy that may have it.
    pub(crate) async fn open_to_read(&self) -> anyhow::Result<Db> {
        Ok(Db::open_to_read(&location(self.asked()?)?).await?)
    }

    /// Opens it to write what is no proxy's business, beside one that may have it.
    pub(crate) async fn open_beside(&self) -> anyhow::Result<Db> {
        let asked = self.asked()?;
        let is_own = asked.is_none();
        let url = location(asked)?;
        make_folder(&url, is_own)?;
        Ok(Db::open_beside(&url).await?)
    }
}

/// An open store; one that is nobody's business is gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) db: Db,
    /// Where it is, if it is a file that stays.
    pub(crate) file: Option<PathBuf>,
    _folder: Option<TempDir>,
}

impl Store {
    /// Opens the store that is asked for, or the user's own, which may be a backup that was restored.
    pub(crate) async fn open(asked: Option<StoreUrl>, is_restored: bool) -> anyhow::Result<Self> {
        let is_own = asked.is_none();
        let url = location(asked)?;
        make_folder(&url, is_own)?;
        let file = url.path().map(Path::to_owned);
        let db = Db::open(&url.restored(is_restored)).await?;
        Ok(Self {
            db,
            file,
            _folder: None,
        })
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
            file: None,
            _folder: Some(folder),
        })
    }
}

/// The store that is asked for, or the user's own.
fn location(asked: Option<StoreUrl>) -> anyhow::Result<StoreUrl> {
    match asked {
        Some(url) => Ok(url),
        None => Ok(StoreUrl::file(own_file(|name| env::var_os(name))?)),
    }
}

/// Whether it is known where a store is; it need not be there yet.
///
/// # Errors
/// When none is asked for and there is no folder for the user's own.
pub(crate) fn known(asked: Option<StoreUrl>) -> anyhow::Result<()> {
    location(asked).map(drop)
}

/// Makes the folder of a store that is a file; the user's own is theirs alone.
fn make_folder(url: &StoreUrl, is_own: bool) -> anyhow::Result<()> {
    if let Some(folder) = url.path().and_then(Path::parent) {
        make(folder)?;
        if is_own {
            keep_to_oneself(folder)?;
        }
    }
    Ok(())
}

/// The user's own folder for state, made and theirs alone.
pub(crate) fn own_folder() -> anyhow::Result<PathBuf> {
    let file = own_file(|name| env::var_os(name))?;
    let folder = file.parent().unwrap_or(&file);
    make(folder)?;
    keep_to_oneself(folder)?;
    Ok(folder.to_owned())
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
