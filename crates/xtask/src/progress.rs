//! Long work in one line: a program's output goes to a log, and how far it is to the terminal.

use std::{
    fs::{self, File},
    io::{self, IsTerminal as _, Read, Write as _},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use crate::{command, step::Took};

/// How often a log that is no terminal gets a line.
const QUIET_INTERVAL: Duration = Duration::from_secs(30);
/// How much of the output an error shows.
const TAIL_LINES: usize = 30;

/// Runs `command` with its output in `log`, telling how far it is under `label`.
///
/// # Errors
/// When it cannot be started, fails, or runs longer than `limit`; the end of its output is shown.
pub(crate) fn run(command: &mut Command, label: &str, log: &Path, limit: Duration) -> Result<()> {
    attempt(command, label, log, limit).inspect_err(|_| {
        let output = fs::read_to_string(log).unwrap_or_default();
        let lines: Vec<&str> = output.lines().collect();
        for line in lines.iter().skip(lines.len().saturating_sub(TAIL_LINES)) {
            eprintln!("    {line}");
        }
        eprintln!("    (all of it: {})", log.display());
    })
}

/// The same for work that may well fail: nothing but the error is shown.
///
/// # Errors
/// When it cannot be started, fails, or runs longer than `limit`.
pub(crate) fn attempt(
    command: &mut Command,
    label: &str,
    log: &Path,
    limit: Duration,
) -> Result<()> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file =
        File::create(log).with_context(|| format!("`{}` cannot be written", log.display()))?;
    // Cargo counts crates for terminals only, unless it is told otherwise.
    command
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "120")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| {
        format!(
            "`{}` cannot be started",
            command.get_program().to_string_lossy()
        )
    })?;
    let (sender, pieces) = mpsc::channel();
    let readers = [
        child.stdout.take().map(|pipe| read(pipe, sender.clone())),
        child.stderr.take().map(|pipe| read(pipe, sender)),
    ];

    let mut line = Line::new(label);
    let too_long = loop {
        match pieces.recv_timeout(Duration::from_secs(1)) {
            Ok(piece) => match crates_done(&piece) {
                Some(done) => line.done = Some(done),
                None if piece.trim().is_empty() => {}
                None => writeln!(file, "{piece}")?,
            },
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break false,
        }
        line.show();
        if line.start.elapsed() > limit {
            child.kill()?;
            break true;
        }
    };
    line.clear();
    let status = child.wait()?;
    if too_long {
        // Grandchildren may hold the pipes open: their readers end with them.
        anyhow::bail!(
            "`{}` took longer than {}",
            command::shown(command),
            Took(limit)
        );
    }
    for reader in readers.into_iter().flatten() {
        reader.join().ok();
    }
    command::judge(command, status)
}

/// Cuts a pipe at line ends and carriage returns.
fn read(pipe: impl Read + Send + 'static, pieces: Sender<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut piece = Vec::new();
        for byte in io::BufReader::new(pipe).bytes().map_while(Result::ok) {
            if byte == b'\n' || byte == b'\r' {
                let text = String::from_utf8_lossy(&piece).into_owned();
                piece.clear();
                if pieces.send(text).is_err() {
                    return;
                }
            } else {
                piece.push(byte);
            }
        }
        // Nobody listens any more when the program was ended early.
        pieces
            .send(String::from_utf8_lossy(&piece).into_owned())
            .ok();
    })
}

/// The `143/330` of cargo's progress bar.
fn crates_done(piece: &str) -> Option<(u32, u32)> {
    let (_, after_bar) = piece.split_once("] ")?;
    let (numbers, _) = after_bar.split_once(':').unwrap_or((after_bar, ""));
    let (done, all) = numbers.trim().split_once('/')?;
    Some((done.parse().ok()?, all.parse().ok()?))
}

struct Line<'a> {
    label: &'a str,
    start: Instant,
    shown: Instant,
    done: Option<(u32, u32)>,
    terminal: bool,
}

impl<'a> Line<'a> {
    fn new(label: &'a str) -> Self {
        let now = Instant::now();
        Self {
            label,
            start: now,
            shown: now,
            done: None,
            terminal: io::stdout().is_terminal(),
        }
    }

    fn show(&mut self) {
        let interval = if self.terminal {
            Duration::from_millis(200)
        } else {
            QUIET_INTERVAL
        };
        if self.shown.elapsed() < interval {
            return;
        }
        self.shown = Instant::now();
        let done = self
            .done
            .map(|(done, all)| format!("{done} of {all} crates, "));
        let text = format!(
            "    {}: {}{}",
            self.label,
            done.unwrap_or_default(),
            Took(self.start.elapsed())
        );
        if self.terminal {
            print!("\r{text}\u{1b}[K");
        } else {
            println!("{text}");
        }
        io::stdout().flush().ok();
    }

    fn clear(&self) {
        if self.terminal {
            print!("\r\u{1b}[K");
            io::stdout().flush().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_how_far_cargo_is() {
        assert_eq!(
            crates_done("    Building [=====>    ] 143/330: serde, syn(build)"),
            Some((143, 330))
        );
        assert_eq!(crates_done("   Compiling serde v1.0.0"), None);
        assert_eq!(crates_done("warning: [x] 1/2 is half"), None);
    }

    fn log(name: &str) -> std::path::PathBuf {
        std::env::temp_dir().join(format!("evenkeel-xtask-{}-{name}.log", std::process::id()))
    }

    #[test]
    fn keeps_the_output_of_what_it_runs() {
        let log = log("kept");
        let mut command = command::new("printf");
        run(
            command.arg("one\\ntwo"),
            "printing",
            &log,
            Duration::from_mins(1),
        )
        .unwrap();
        assert_eq!(fs::read_to_string(&log).unwrap(), "one\ntwo\n");
        fs::remove_file(log).unwrap();
    }

    #[test]
    fn ends_what_takes_too_long() {
        let log = log("slow");
        let mut command = command::new("sleep");
        let error = run(command.arg("30"), "sleeping", &log, Duration::ZERO).unwrap_err();
        assert_eq!(error.to_string(), "`sleep 30` took longer than 0.0 s");
        fs::remove_file(log).unwrap();
    }
}
