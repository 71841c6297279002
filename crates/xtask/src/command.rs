//! Other programs: found, started without leftovers of cargo's environment, judged by their exit.

use std::{
    env,
    ffi::OsStr,
    io::{self, BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail};

/// A command with neither an input nor what `cargo run` added to the environment: Trunk and
/// wasm-pack would follow `CARGO` to a toolchain that may lack the wasm32 target.
pub(crate) fn new(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name == "CARGO" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        {
            command.env_remove(&*name);
        }
    }
    command.env("CI", "true").stdin(Stdio::null());
    command
}

/// A command as one would type it, none of its words with a space.
pub(crate) fn line(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = new(words.next().unwrap_or_default());
    command.args(words);
    command
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let quoted = words.map(|word| {
        let word = word.to_string_lossy();
        if word.is_empty() || word.contains(char::is_whitespace) {
            format!("'{word}'")
        } else {
            word.into_owned()
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// Runs it in the open.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    judge(command, status)
}

/// Runs an installer in the open, an hour at most; what it says is no output of this program, which a shell may read.
pub(crate) fn install(command: &mut Command) -> Result<()> {
    install_within(command, Duration::from_hours(1))
}

fn install_within(command: &mut Command, most: Duration) -> Result<()> {
    let mut child = command
        .stdout(io::stderr())
        .spawn()
        .with_context(|| cannot_start(command))?;
    let until = Instant::now() + most;
    while Instant::now() < until {
        if let Some(status) = child.try_wait()? {
            return judge(command, status);
        }
        thread::sleep(Duration::from_millis(50));
    }
    child.kill()?;
    // Until it is gone.
    child.wait()?;
    bail!(
        "`{}` took more than {most:?}: is the network there?",
        shown(command)
    );
}

/// Runs it in the open, and shows `each` line of its output to the caller too.
pub(crate) fn run_watched(command: &mut Command, mut each: impl FnMut(&str)) -> Result<()> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| cannot_start(command))?;
    if let Some(output) = child.stdout.take() {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        let mut stdout = io::stdout().lock();
        while reader.read_until(b'\n', &mut line)? > 0 {
            stdout.write_all(&line)?;
            stdout.flush()?;
            each(&String::from_utf8_lossy(&line));
            line.clear();
        }
    }
    let status = child.wait()?;
    judge(command, status)
}

/// What it prints, trimmed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}`: {}", shown(command), said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn judge(command: &Command, status: ExitStatus) -> Result<()> {
    match (status.success(), status.code()) {
        (true, _) => Ok(()),
        (false, Some(code)) => Err(anyhow!("`{}` failed with exit code {code}", shown(command))),
        (false, None) => Err(anyhow!("`{}` was ended by a signal", shown(command))),
    }
}

fn cannot_start(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    format!("`{program}` cannot be started")
}

/// The first of `names` that PATH knows.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| which::which(name).ok())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn shows_a_command_as_one_would_type_it() {
        let mut command = Command::new("cargo");
        command.args(["test", "a b", ""]);
        assert_eq!(shown(&command), "cargo test 'a b' ''");
    }

    #[test]
    fn says_what_failed_and_what_is_missing() {
        let error = run(&mut new("false")).unwrap_err();
        assert_eq!(error.to_string(), "`false` failed with exit code 1");
        let error = run(&mut new("no-such-tool")).unwrap_err();
        assert_eq!(error.to_string(), "`no-such-tool` cannot be started");
    }

    #[test]
    fn an_installer_that_hangs_is_ended() {
        let (mut held, end) = io::pipe().unwrap();
        let began = Instant::now();
        let mut command = new("sleep");
        let error = install_within(command.arg("120").stderr(end), Duration::ZERO).unwrap_err();
        assert!(error.to_string().starts_with("`sleep 120` took more than"));
        drop(command);
        // Nobody holds the other end any more: without having slept to the end.
        assert_eq!(held.read(&mut [0]).unwrap(), 0);
        assert!(began.elapsed() < Duration::from_mins(2));
    }

    #[test]
    fn hands_over_every_line_of_a_watched_command() {
        let mut lines = Vec::new();
        let push = |line: &str| lines.push(line.to_owned());
        run_watched(new("printf").arg("one\ntwo"), push).unwrap();
        assert_eq!(lines, ["one\n", "two"]);
    }
}
