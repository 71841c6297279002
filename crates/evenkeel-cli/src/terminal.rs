//! Asks for what nobody may read along at the terminal. What is typed is not shown from before the question until after the
//! answer, so that neither is what somebody types ahead.

use std::io;

use anyhow::bail;
use zeroize::Zeroizing;

#[cfg(unix)]
mod unix {
    use std::{
        fs::{File, OpenOptions},
        io::{self, BufRead as _, BufReader, Write as _},
    };

    use anyhow::{Context as _, bail};
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
    use zeroize::Zeroizing;

    /// What Control-C is where it interrupts nothing: a program that ended by it would leave the terminal mute.
    const CONTROL_C: char = '\u{3}';

    /// The terminal of the process, which shows nothing of what is typed until this is dropped.
    struct Mute {
        terminal: File,
        before: Termios,
    }

    impl Mute {
        fn new() -> anyhow::Result<Self> {
            let terminal = OpenOptions::new()
                .read(true)
                .write(true)
                .open("/dev/tty")
                .context("there is no terminal to ask at")?;
            let before = tcgetattr(&terminal)?;
            let mut mute = before.clone();
            mute.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
            // Nor what was typed before.
            tcsetattr(&terminal, OptionalActions::Flush, &mute)?;
            Ok(Self { terminal, before })
        }

        fn ask(&mut self, question: &str) -> anyhow::Result<Zeroizing<String>> {
            write!(self.terminal, "{question}: ")?;
            let mut line = Zeroizing::new(String::new());
            BufReader::with_capacity(1, &self.terminal).read_line(&mut line)?;
            writeln!(self.terminal)?;
            if line.contains(CONTROL_C) {
                bail!("interrupted: nothing was changed");
            }
            Ok(Zeroizing::new(
                line.trim_end_matches(['\n', '\r']).to_owned(),
            ))
        }
    }

    impl Drop for Mute {
        fn drop(&mut self) {
            // Whoever has no terminal any more needs none.
            let _: Result<(), io::Error> =
                tcsetattr(&self.terminal, OptionalActions::Now, &self.before).map_err(Into::into);
        }
    }

    pub(super) fn ask<const N: usize>(
        questions: [&str; N],
    ) -> anyhow::Result<[Zeroizing<String>; N]> {
        let mut terminal = Mute::new()?;
        let mut answers = [(); N].map(|()| Zeroizing::new(String::new()));
        for (question, answer) in questions.iter().zip(&mut answers) {
            *answer = terminal.ask(question)?;
        }
        Ok(answers)
    }
}

/// Asks for something secret, twice; it has to be the same.
pub(crate) fn ask_twice(what: &str) -> anyhow::Result<Zeroizing<String>> {
    if !io::IsTerminal::is_terminal(&io::stdin()) {
        bail!("stdin is no terminal: say `--password-stdin` to have the password read from it");
    }
    #[cfg(unix)]
    {
        let [first, second] = unix::ask([what, "The same again"])?;
        if first != second {
            bail!("the two differ: nothing was changed");
        }
        Ok(first)
    }
    #[cfg(not(unix))]
    bail!("{what} cannot be asked for on this system: say `--password-stdin`")
}
