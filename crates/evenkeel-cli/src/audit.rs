//! `evenkeel audit …`

mod verify;

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use evenkeel::Timestamp;
use evenkeel_audit::SigningKey;
use evenkeel_proxy::{Clock, Reference};
use evenkeel_store::AuditHead;
use secrecy::ExposeSecret as _;

use crate::{process, store::StoreArguments};

/// How many records are read at once.
const PAGE: u32 = 1000;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write every record of the audit as JSON Lines; a running proxy is not disturbed.
    Export {
        #[command(flatten)]
        store: StoreArguments,
        /// Where to, a file that is not there yet. [default: stdout]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Verify an export by itself: is every record as it was made, and where it was made?
    Verify(verify::Arguments),
    /// Sign how far the audit has come, as one line of JSON; keep it where the store's machine cannot
    /// change it.
    Checkpoint {
        #[command(flatten)]
        store: StoreArguments,
        /// Where the signing key is: `file:PATH`, `env:NAME` or `credential:NAME`.
        #[arg(long, value_name = "REFERENCE")]
        key: String,
        /// The file to add it to. [default: stdout]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Make a key to sign checkpoints with, in a file that is its owner's alone; its public half goes to stdout.
    Key {
        /// The file, which is not there yet.
        file: PathBuf,
    },
}

/// Runs the sub-command.
pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    process::keep_memory_private();
    match arguments.command {
        Command::Export { store, out } => export(&store, out.as_deref()).await?,
        Command::Verify(arguments) => return verify::run(&arguments),
        Command::Checkpoint { store, key, out } => {
            checkpoint(&store, &key, out.as_deref()).await?;
        }
        Command::Key { file } => make_key(&file)?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn export(source: &StoreArguments, out: Option<&Path>) -> anyhow::Result<()> {
    let db = source.open_to_read().await?;
    // What is recorded meanwhile is for the next one: so this ends.
    let AuditHead { head, .. } = db.audit_head().await?;
    let mut out: Box<dyn Write> = match out {
        Some(path) => Box::new(BufWriter::new(own_file(path)?)),
        None => Box::new(BufWriter::new(io::stdout())),
    };
    let mut after = 0;
    while after < head.seq {
        let records = db.audit_after(after, PAGE).await?;
        let Some(last) = records.last() else {
            bail!("record {} is not in the store any more", after + 1);
        };
        after = last.seq;
        for record in records.iter().filter(|it| it.seq <= head.seq) {
            out.write_all(record.line().as_bytes())?;
        }
    }
    out.flush().context("the export cannot be written")
}

async fn checkpoint(source: &StoreArguments, key: &str, out: Option<&Path>) -> anyhow::Result<()> {
    let Some(key) = Reference::parse(key) else {
        bail!("--key must be {}", Reference::FORMS);
    };
    let environment = |name: &str| std::env::var(name).ok();
    let key = key.read(&environment).context("--key")?;
    let key = SigningKey::parse(key.expose_secret()).context("--key")?;
    let AuditHead { store, head } = source.open_to_read().await?.audit_head().await?;
    let now = Timestamp::from_millis(Clock::machine().now_ms());
    let line = serde_json::to_string(&key.sign(&store, &head, now))?;
    match out {
        Some(path) => {
            let file = OpenOptions::new().create(true).append(true).open(path);
            let mut file = file.with_context(|| path.display().to_string())?;
            writeln!(file, "{line}")?;
            file.sync_all()?;
        }
        None => writeln!(io::stdout(), "{line}")?,
    }
    Ok(())
}

fn make_key(path: &Path) -> anyhow::Result<()> {
    let (key, secret) = SigningKey::generate()?;
    let mut file = own_file(path)?;
    writeln!(file, "{}", *secret)?;
    file.sync_all()?;
    writeln!(io::stdout(), "{}", key.public())?;
    Ok(())
}

/// A new file that its owner alone reads.
fn own_file(path: &Path) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .with_context(|| path.display().to_string())
}
