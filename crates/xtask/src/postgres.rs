//! A PostgreSQL of the tests' own: made in a temporary folder, reached by a socket in it, and gone
//! with this program, however that ends.

use std::{
    ffi::OsString,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::{
    command,
    project::Project,
    setup::{self, Need, Toolbox},
};

/// Where tests find a database server in which they may create databases.
const URL: &str = "EVENKEEL_TEST_POSTGRES";
/// Where they find `pg_dump` and `psql`, of the server's version.
const PROGRAMS: &str = "EVENKEEL_TEST_POSTGRES_PROGRAMS";
/// The script that makes the cluster and guards it.
const GUARD: &str = include_str!("postgres/guard.sh");

/// How much the tests ask of the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// None: the server is never killed, and its data is gone with it.
    None,
    /// As in production, for what is measured.
    Full,
}

/// Options of `postgres`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write to the disk as in production, to measure
    #[arg(long)]
    durable: bool,
    /// The command; it finds the server's URL in `EVENKEEL_TEST_POSTGRES`
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

pub(crate) fn postgres(project: &Project, args: &Args) -> Result<()> {
    let tools = setup::prepare(project, &[Need::Postgres])?;
    let durability = if args.durable {
        Durability::Full
    } else {
        Durability::None
    };
    let cluster = Cluster::start(&tools, durability)?;
    let (program, arguments) = args.command.split_first().context("no command is given")?;
    let mut command = command::new(program);
    // The user's command, and not a step of the tests.
    command
        .args(arguments)
        .env_remove("CI")
        .stdin(Stdio::inherit());
    cluster.tell(&mut command);
    command::run(&mut command)
}

/// A running server; it ends when this is dropped.
pub(crate) struct Cluster {
    guard: Child,
    folder: TempDir,
    programs: PathBuf,
}

impl Cluster {
    /// Makes a cluster and starts it.
    pub(crate) fn start(tools: &Toolbox, durability: Durability) -> Result<Self> {
        let programs = tools.at(Need::Postgres)?.to_path_buf();
        let folder = TempDir::with_prefix("evenkeel-postgres-")?;
        let mut guard = command::new("sh");
        guard
            .args(["-c", GUARD, "guard"])
            .arg(folder.path())
            .arg(&programs)
            .arg(match durability {
                Durability::None => "off",
                Durability::Full => "on",
            })
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        set_apart(&mut guard, folder.path())?;
        let mut guard = guard.spawn().context("`sh` cannot be started")?;
        let mut line = String::new();
        if let Some(output) = guard.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let cluster = Self {
            guard,
            folder,
            programs,
        };
        if line.trim() == "ready" {
            Ok(cluster)
        } else {
            bail!("PostgreSQL did not start; what it said is above")
        }
    }

    /// Tells the tests where it is. The port is part of the socket's name alone.
    pub(crate) fn tell(&self, command: &mut Command) {
        let folder = self.folder.path().to_string_lossy();
        let host = folder
            .replace('%', "%25")
            .replace('/', "%2F")
            .replace(' ', "%20");
        let url = format!("postgres://evenkeel@localhost:5432/postgres?host={host}");
        command.env(URL, url).env(PROGRAMS, &self.programs);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The guard waits for the end of its input.
        drop(self.guard.stdin.take());
        self.guard.wait().ok();
    }
}

/// Runs it in a group of its own, because Ctrl-C is for this program: the guard sees that it has ended; in a folder
/// that nobody else may look into, because whoever reaches the socket is let in; and, when this is root, as another
/// user, because PostgreSQL refuses to be root.
#[cfg(unix)]
fn set_apart(guard: &mut Command, folder: &Path) -> Result<()> {
    use std::os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    };

    guard.process_group(0);
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    // Root owns what it has made.
    if std::fs::metadata(folder)?.uid() != 0 {
        return Ok(());
    }
    let id = |option, user| {
        let said = command::output(command::new("id").args([option, user])).ok()?;
        said.parse::<u32>().ok()
    };
    // The first that the machine has.
    let mut users = ["postgres", "nobody"].into_iter();
    let (uid, gid) = users
        .find_map(|user| id("-u", user).zip(id("-g", user)))
        .context(
            "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as: \
             make one, or run the tests as another user",
        )?;
    chown(folder, Some(uid), Some(gid))?;
    guard.uid(uid).gid(gid);
    Ok(())
}

#[cfg(not(unix))]
fn set_apart(_: &mut Command, _: &Path) -> Result<()> {
    bail!("the tests of the store start PostgreSQL on Unix only")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_may_look_into_the_folder_of_the_server() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().unwrap();
        set_apart(&mut Command::new("true"), folder.path()).unwrap();
        let mode = folder.path().metadata().unwrap().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
