//! A proxy in a process of its own, which is killed, stopped and started again.

use std::{
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

/// How long a proxy may take to listen, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a proxy is started with.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) store: String,
    /// Where the clouds are, or what stands before them.
    pub(crate) cloud: SocketAddr,
    pub(crate) clock: PathBuf,
    /// Its standard error is added to this file.
    pub(crate) log: PathBuf,
    /// How long it waits for an answer of a cloud.
    pub(crate) patience: Duration,
    /// How long it holds an account without a sign of life.
    pub(crate) lease: Duration,
    /// Whom it runs as, unless as the judge.
    pub(crate) user: Option<u32>,
    /// Whether its store was restored from a backup.
    pub(crate) is_restored: bool,
    /// Whether it has a second account wherever calls name instances.
    pub(crate) has_twins: bool,
    /// What befalls it, and where in the source.
    pub(crate) fate: Option<Fate>,
}

/// A process that comes to this failpoint for this time gets this signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) point: String,
    pub(crate) hit: u32,
    pub(crate) end: End,
}

/// How it gets out of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum End {
    /// SIGKILL
    Kill,
    /// SIGSTOP: it goes on when it is told to.
    Stop,
}

/// How starting went.
#[derive(Debug)]
pub(crate) enum Start {
    Up(Box<Proxy>),
    /// It ended before it listened, as its fate may have it.
    Died(ExitStatus),
}

/// A proxy that listens.
#[derive(Debug)]
pub(crate) struct Proxy {
    child: Child,
    output: BufReader<ChildStdout>,
    pid: Pid,
    pub(crate) address: SocketAddr,
}

impl Proxy {
    /// Starts one, and waits until it listens.
    ///
    /// # Errors
    /// When it cannot be started, or takes too long.
    pub(crate) async fn start(setup: &Setup) -> Result<Start> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(&setup.log)
            .with_context(|| format!("`{}`", setup.log.display()))?;
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg("proxy")
            .args(["--store", &setup.store])
            .args(["--cloud", &setup.cloud.to_string()])
            .arg("--clock")
            .arg(&setup.clock)
            .args(["--patience-ms", &setup.patience.as_millis().to_string()])
            .args(["--lease-ms", &setup.lease.as_millis().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true);
        if let Some(fate) = &setup.fate {
            let end = match fate.end {
                End::Kill => "kill",
                End::Stop => "stop",
            };
            command.args(["--fate", &format!("{}:{}:{end}", fate.point, fate.hit)]);
        }
        if setup.is_restored {
            command.arg("--restored");
        }
        if setup.has_twins {
            command.arg("--twins");
        }
        if let Some(user) = setup.user {
            command.uid(user);
        }
        let mut child = command.spawn().context("the proxy cannot be started")?;
        let pid = child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?))
            .context("the proxy has no process")?;
        let output = child.stdout.take().context("the proxy has no output")?;
        let mut output = BufReader::new(output);
        let line = line(&mut output).await.context("no proxy")?;
        let Some(address) = line.strip_prefix("listening ") else {
            let status = timeout(PATIENCE, child.wait())
                .await
                .context("the proxy neither listens nor ends")??;
            return Ok(Start::Died(status));
        };
        let address = address.parse()?;
        Ok(Start::Up(Box::new(Self {
            child,
            output,
            pid,
            address,
        })))
    }

    /// SIGKILL, wherever it is.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) async fn kill(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// SIGSTOP.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn stop(&self) -> Result<()> {
        Ok(kill_process(self.pid, Signal::STOP)?)
    }

    /// SIGCONT.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn go_on(&self) -> Result<()> {
        Ok(kill_process(self.pid, Signal::CONT)?)
    }

    /// How it ended, once it has.
    ///
    /// # Errors
    /// When the system does not say.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Whether it has stopped, as its fate may have it.
    ///
    /// # Errors
    /// When the system does not say.
    pub(crate) fn is_stopped(&self) -> Result<bool> {
        Ok(self.status("State:")?.starts_with('T'))
    }

    /// The most memory that it has had, in kB.
    ///
    /// # Errors
    /// When the system does not say.
    pub(crate) fn peak_memory(&self) -> Result<u64> {
        let text = self.status("VmHWM:")?;
        let number = text.split_whitespace().next().unwrap_or_default();
        Ok(number.parse()?)
    }

    fn status(&self, field: &str) -> Result<String> {
        let path = format!("/proc/{}/status", self.pid.as_raw_nonzero());
        let text = std::fs::read_to_string(Path::new(&path))?;
        let value = text.lines().find_map(|line| line.strip_prefix(field));
        Ok(value
            .with_context(|| format!("`{path}` has no `{field}`"))?
            .trim()
            .to_owned())
    }

    /// Sets a failpoint while it runs, in the words of the crate `fail`, and waits until it is set.
    ///
    /// # Errors
    /// When it no longer listens, or does not know the words.
    pub(crate) async fn failpoint(&mut self, name: &str, action: &str) -> Result<()> {
        self.tell(name, action).await?;
        self.heard(name).await
    }

    /// Tells it to set a failpoint: one that is stopped will, once it goes on.
    ///
    /// # Errors
    /// When it no longer listens.
    pub(crate) async fn tell(&mut self, name: &str, action: &str) -> Result<()> {
        let Some(input) = &mut self.child.stdin else {
            bail!("the proxy has no input");
        };
        input
            .write_all(format!("{name}={action}\n").as_bytes())
            .await?;
        Ok(input.flush().await?)
    }

    /// Waits until it has set the failpoint that it was told of.
    ///
    /// # Errors
    /// When it does not know the words.
    pub(crate) async fn heard(&mut self, name: &str) -> Result<()> {
        let said = line(&mut self.output).await?;
        if said != format!("set {name}") {
            bail!("the proxy does not set `{name}`: {said}");
        }
        Ok(())
    }
}

/// The next line that a proxy says, without its end.
async fn line(output: &mut BufReader<ChildStdout>) -> Result<String> {
    let mut line = String::new();
    timeout(PATIENCE, output.read_line(&mut line))
        .await
        .with_context(|| format!("nothing said after {PATIENCE:?}"))??;
    Ok(line.trim_end().to_owned())
}
