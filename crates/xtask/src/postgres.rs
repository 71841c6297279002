//! A PostgreSQL of the tests' own: made in a temporary folder, reached by a socket in it, and gone
//! with this program, however that ends.

use std::{
    ffi::OsString,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result};

use crate::{
    command,
    project::Project,
    setup::{self, Need, Toolbox},
};

/// Where tests find a database server in which they may create databases.
const URL: &str = "EVENKEEL_TEST_POSTGRES";
/// Where they find `pg_dump` and `psql`, of the server's version.
const PROGRAMS: &str = "EVENKEEL_TEST_POSTGRES_PROGRAMS";

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

/// # Errors
/// When there is no server, or the command fails.
pub(crate) fn postgres(project: &Project, args: &Args) -> Result<()> {
    let tools = setup::prepare(project, &Need::STORE)?;
    let durability = if args.durable {
        Durability::Full
    } else {
        Durability::None
    };
    let cluster = Cluster::start(&tools, durability)?;
    let (program, arguments) = args.command.split_first().context("no command is given")?;
    let mut command = command::new(&program.to_string_lossy());
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
    server: server::Server,
    programs: PathBuf,
}

impl Cluster {
    /// Makes a cluster and starts it.
    ///
    /// # Errors
    /// When it cannot be made or does not start; its log is shown.
    pub(crate) fn start(tools: &Toolbox, durability: Durability) -> Result<Self> {
        let programs = tools.postgres().context("PostgreSQL is not set up")?;
        Ok(Self {
            server: server::Server::start(programs, durability)?,
            programs: programs.to_path_buf(),
        })
    }

    /// Tells the tests where it is.
    pub(crate) fn tell(&self, command: &mut Command) {
        command.env(URL, self.server.url());
        command.env(PROGRAMS, &self.programs);
    }
}

#[cfg(unix)]
mod server {
    use std::{
        env, fs,
        io::{BufRead as _, BufReader},
        os::unix::{
            fs::{DirBuilderExt as _, MetadataExt as _, chown},
            process::CommandExt as _,
        },
        path::{Path, PathBuf},
        process::{self, Child, Stdio},
        time::{SystemTime, UNIX_EPOCH},
    };

    use anyhow::{Context as _, Result, bail};

    use super::Durability;
    use crate::command;

    /// The script that makes the cluster and guards it.
    const GUARD: &str = include_str!("postgres/guard.sh");
    /// Whom the server runs as when this is root, because it refuses to be root: the first that
    /// the machine has.
    const USERS: [&str; 2] = ["postgres", "nobody"];

    pub(super) struct Server {
        guard: Child,
        folder: PathBuf,
    }

    impl Server {
        pub(super) fn start(programs: &Path, durability: Durability) -> Result<Self> {
            let folder = new_folder()?;
            let mut guard = command::new("sh");
            guard
                .args(["-c", GUARD, "guard"])
                .arg(&folder)
                .arg(programs)
                .arg(match durability {
                    Durability::None => "off",
                    Durability::Full => "on",
                })
                .current_dir(&folder)
                // Ctrl-C is for this program; the guard sees that it has ended.
                .process_group(0)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped());
            if is_root(&folder)? {
                let (uid, gid) = unprivileged()?;
                chown(&folder, Some(uid), Some(gid))?;
                guard.uid(uid).gid(gid);
            }
            let mut guard = guard.spawn().context("`sh` cannot be started")?;
            let mut line = String::new();
            if let Some(output) = guard.stdout.take() {
                BufReader::new(output).read_line(&mut line)?;
            }
            let server = Self { guard, folder };
            if line.trim() == "ready" {
                Ok(server)
            } else {
                bail!("PostgreSQL did not start; what it said is above")
            }
        }

        /// The port is part of the socket's name alone.
        pub(super) fn url(&self) -> String {
            let folder = self.folder.to_string_lossy();
            let host = folder
                .replace('%', "%25")
                .replace('/', "%2F")
                .replace(' ', "%20");
            format!("postgres://evenkeel@localhost:5432/postgres?host={host}")
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            // The guard waits for the end of its input.
            drop(self.guard.stdin.take());
            self.guard.wait().ok();
        }
    }

    /// A folder that nobody else may look into.
    fn new_folder() -> Result<PathBuf> {
        let time = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
        let folder = env::temp_dir().join(format!("evenkeel-postgres-{}-{time}", process::id()));
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .with_context(|| format!("`{}` cannot be made", folder.display()))?;
        Ok(folder)
    }

    /// Root owns what it has made.
    fn is_root(folder: &Path) -> Result<bool> {
        Ok(fs::metadata(folder)?.uid() == 0)
    }

    fn unprivileged() -> Result<(u32, u32)> {
        let users = fs::read_to_string("/etc/passwd").context("`/etc/passwd` cannot be read")?;
        USERS
            .iter()
            .find_map(|name| ids(&users, name))
            .with_context(|| {
                format!(
                    "PostgreSQL does not run as root, and there is no user {} to run it as: make \
                     one, or run the tests as another user",
                    USERS.map(|name| format!("`{name}`")).join(" or "),
                )
            })
    }

    fn ids(users: &str, name: &str) -> Option<(u32, u32)> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next()? != name {
                return None;
            }
            let mut ids = fields.skip(1).map_while(|id| id.parse().ok());
            Some((ids.next()?, ids.next()?))
        })
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn reads_the_ids_of_a_user() {
            let users = "root:x:0:0:root:/root:/bin/bash\n\
                postgresql:x:7:8::/:/bin/sh\npostgres:x:104:107:PostgreSQL:/var/lib:/bin/bash\n";
            assert_eq!(ids(users, "postgres"), Some((104, 107)));
            assert_eq!(ids(users, "nobody"), None);
        }
    }
}

#[cfg(not(unix))]
mod server {
    use std::path::Path;

    use anyhow::{Result, bail};

    use super::Durability;

    pub(super) struct Server;

    impl Server {
        pub(super) fn start(_: &Path, _: Durability) -> Result<Self> {
            bail!("the tests of the store start PostgreSQL on Unix only")
        }

        pub(super) fn url(&self) -> String {
            String::new()
        }
    }
}
