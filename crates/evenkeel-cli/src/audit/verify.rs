//! `evenkeel audit verify`: without a store, and without a network.

use std::{
    fs::File,
    io::{BufReader, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use evenkeel_audit::{Checkpoint, PublicKey, Verified, VerifyError, verify};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The export.
    file: PathBuf,
    /// A file of checkpoints, one a line: what was cut off after the newest of them is missed. May be repeated.
    #[arg(long = "checkpoints", value_name = "FILE", requires = "key")]
    checkpoints: Vec<PathBuf>,
    /// The public key that checkpoints are believed by, 64 hexadecimal digits, as `evenkeel audit key` printed it.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// 0: nothing is wrong; 1: something is; 2: it could not be told.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut signed = Vec::new();
    if let Some(key) = &arguments.key {
        let key = PublicKey::parse(key).context("--key")?;
        for path in &arguments.checkpoints {
            signed.extend(read(path, &key)?);
        }
    }
    let named = || arguments.file.display().to_string();
    let file = File::open(&arguments.file).with_context(named)?;
    match verify(BufReader::new(file), &signed) {
        Ok(verified) => say(&told(&verified)),
        Err(VerifyError::Read(error)) => return Err(error).with_context(named),
        Err(error) => {
            say(&error.to_string());
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path, key: &PublicKey) -> anyhow::Result<Vec<Checkpoint>> {
    let named = || path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(named)?;
    let mut checkpoints = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let at = || format!("{}, line {number}", named());
        let checkpoint: Checkpoint = serde_json::from_str(line).with_context(at)?;
        checkpoint.check(key).with_context(at)?;
        checkpoints.push(checkpoint);
    }
    if checkpoints.is_empty() {
        bail!("{}: there is no checkpoint in it", named());
    }
    Ok(checkpoints)
}

/// What is proved, and what is not.
fn told(verified: &Verified) -> String {
    let Some(at) = verified.at else {
        return "there is no record, and nothing proves that there was none".to_owned();
    };
    let mut lines = Vec::new();
    for fork in &verified.forks {
        lines.push(format!(
            "record {}: the store was restored from a copy at {}; what had been recorded after that copy stands in \
             another export",
            fork.seq, fork.at
        ));
    }
    if let Some((seq, signed)) = verified.signed {
        lines.push(format!(
            "record {seq} is the one that was signed at {signed}"
        ));
    }
    lines.push(format!(
        "verified to record {} at {at}; nothing proves what followed",
        verified.head.seq
    ));
    lines.join("\n")
}

fn say(text: &str) {
    // A closed pipe is no reason to lose the exit code.
    let _ = writeln!(std::io::stdout(), "{text}");
}
