//! Starting the binary, reading what it says, stopping it.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// The binary in a folder of its own, without the environment's variables that it reads.
pub(crate) fn evenkeel(folder: &Path) -> Command {
    alone(Command::new(env!("CARGO_BIN_EXE_evenkeel")), folder)
}

/// The same, where the system allows so many descriptors.
pub(crate) fn evenkeel_with_descriptors(folder: &Path, descriptors: usize) -> Command {
    let mut command = Command::new("sh");
    let script = format!("ulimit -n {descriptors} && exec \"$0\" \"$@\"");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_evenkeel")]);
    alone(command, folder)
}

/// The same, whose terminal is what its stdin will be.
pub(crate) fn evenkeel_at_a_terminal(folder: &Path) -> Command {
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait", env!("CARGO_BIN_EXE_evenkeel")]);
    alone(command, folder)
}

fn alone(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder);
    // Not the store of whoever runs the tests.
    command.env("XDG_STATE_HOME", folder.join("state"));
    for (name, _) in std::env::vars() {
        if ["EVENKEEL_", "ALIBABA_CLOUD_", "HUAWEICLOUD_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        {
            command.env_remove(name);
        }
    }
    command
}

/// Runs it to its end.
pub(crate) fn finish(command: &mut Command) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// A server that has said where it is.
pub(crate) struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub(crate) base: String,
    out: BufReader<std::process::ChildStdout>,
}

impl Server {
    /// Starts it and waits for the line that begins with `greeting`.
    pub(crate) fn start(command: &mut Command, greeting: &str) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let base = loop {
            let mut line = String::new();
            assert_ne!(
                out.read_line(&mut line).unwrap(),
                0,
                "it ended without a greeting"
            );
            if let Some(base) = line.strip_prefix(greeting) {
                break base.trim().to_owned();
            }
        };
        Self { child, base, out }
    }

    /// The next line it prints.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args([signal, &pid]).status();
        assert!(status.unwrap().success());
    }

    /// Its number among the system's processes.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end; gives its exit code and its log.
    pub(crate) fn stop(mut self) -> (i32, String) {
        self.signal("-TERM");
        let mut log = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        (self.child.wait().unwrap().code().unwrap(), log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
