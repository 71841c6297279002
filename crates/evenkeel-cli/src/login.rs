//! `evenkeel login`, and where `evenkeel serve` shows its login code.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::bail;
use evenkeel_proxy::{Clock, Grants, ListenAddress, LoginCode, Role, new_login_code};
use evenkeel_store::Caller;

use crate::{
    grants::{self, AccountArguments},
    store,
    store::StoreArguments,
};

/// Makes a login code for a proxy on this machine, good once and for ten minutes, and shows it.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What whoever logs in by it may do, such as `viewer` for a screen on a wall; without it, everything.
    #[arg(long, value_parser = grants::role())]
    role: Option<Role>,
    #[command(flatten)]
    accounts: AccountArguments,
    #[command(flatten)]
    store: StoreArguments,
}

/// Runs the sub-command.
pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    crate::process::keep_memory_private();
    let grants = match arguments.role {
        Some(role) => arguments.accounts.grant(role),
        None if arguments.accounts.are_named() => {
            bail!("`--account` names what a role is for: say which by `--role`")
        }
        None => Grants::everything(),
    };
    let db = arguments.store.open_beside().await?;
    let made = new_login_code(&db, &Clock::machine(), &grants, &Caller::local()).await;
    db.close().await;
    let _ = writeln!(io::stdout(), "{}", made?.reveal().as_str());
    Ok(ExitCode::SUCCESS)
}

/// Shows login codes: on the terminal, which is its reader's alone, or else in a file that is its owner's alone. What
/// else stdout leads to (a log, a journal) is read by others.
#[derive(Debug, Clone)]
pub(crate) struct CodeDisplay {
    file: Option<PathBuf>,
}

impl CodeDisplay {
    /// That of a proxy at an address; a file stands beside its store, else in the user's folder for state.
    pub(crate) fn of(own: &ListenAddress, store_file: Option<&Path>) -> anyhow::Result<Self> {
        if io::stdout().is_terminal() {
            return Ok(Self { file: None });
        }
        let folder = match store_file.and_then(Path::parent) {
            Some(folder) => folder.to_owned(),
            None => store::own_folder()?,
        };
        let name = match own {
            ListenAddress::Tcp(address) => address.port().to_string(),
            ListenAddress::Unix(path) => {
                let name = path.file_name().unwrap_or_default();
                name.to_string_lossy().into_owned()
            }
        };
        let file = folder.join(format!("login-code-{name}"));
        Ok(Self { file: Some(file) })
    }

    /// Shows a code.
    pub(crate) fn show(&self, code: &LoginCode) {
        let shown = code.reveal();
        let mut out = io::stdout().lock();
        let _ = match &self.file {
            None => writeln!(
                out,
                "Log in with the code {}, once and within ten minutes; `evenkeel login` makes another",
                shown.as_str()
            ),
            Some(file) => match write_own(file, &shown) {
                Ok(()) => writeln!(out, "The login code is in {}", file.display()),
                Err(error) => {
                    let file = file.display();
                    tracing::warn!(%file, %error, "the login code cannot be written: `evenkeel login` shows one");
                    Ok(())
                }
            },
        };
        let _ = out.flush();
    }

    /// Takes the file away.
    pub(crate) fn clear(&self) {
        if let Some(file) = &self.file {
            let _ = std::fs::remove_file(file);
        }
    }
}

/// Writes a file that is new, so that whoever made one of its name before neither reads it nor leads it elsewhere.
fn write_own(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    // For its owner alone, as the library makes all of its files.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{text}")?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_file_is_its_owners_alone_whatever_stood_there() {
        let folder = tempfile::tempdir().unwrap();
        let (file, trap) = (folder.path().join("code"), folder.path().join("trap"));
        std::fs::write(&trap, "").unwrap();
        std::os::unix::fs::symlink(&trap, &file).unwrap();
        write_own(&file, "ABCD").unwrap();
        assert_eq!(std::fs::read_to_string(&trap).unwrap(), "");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "ABCD\n");
        let mode = file.symlink_metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
