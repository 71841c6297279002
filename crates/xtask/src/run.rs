//! `cargo xtask run`: from nothing to a page one can open.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, TcpListener},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    command, console,
    project::Project,
    setup::{self, Need},
    step::Steps,
};

/// Options of `run`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The port to listen on, at 127.0.0.1
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// More options for `evenkeel serve`, such as `-- --config evenkeel.toml`
    #[arg(last = true)]
    serve: Vec<String>,
}

/// # Errors
/// When the port is taken, or a step fails.
pub(crate) fn run(project: &Project, args: &Args) -> Result<()> {
    // Now rather than after minutes of building.
    check_port(args.port)?;
    let mut steps = Steps::start();
    let tools = steps.step("set-up", "tools for the console", |_| {
        setup::prepare(project, &Need::CONSOLE)
    })?;
    steps.step(
        "console",
        "the page, by Trunk in release (5 minutes the first time)",
        |_| console::build(project, &tools),
    )?;
    steps.step(
        "evenkeel",
        "the proxy and the sandbox (3 minutes the first time)",
        |_| {
            let mut cargo = command::new("cargo");
            cargo.args(["build", "--release", "--package", "evenkeel-cli"]);
            command::run(cargo.current_dir(&project.root))
        },
    )?;
    check_port(args.port)?;

    let mut serve = Command::new(project.target.join("release/evenkeel"));
    serve
        .args([
            "serve",
            "--listen",
            &format!("{}:{}", Ipv4Addr::LOCALHOST, args.port),
            "--console",
        ])
        .arg(&project.dist)
        .args(&args.serve)
        .stdin(Stdio::null());
    println!(
        "\nEvenkeel: http://{}:{} (Ctrl-C ends it)\n",
        Ipv4Addr::LOCALHOST,
        args.port
    );
    become_program(&mut serve)
}

fn check_port(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let other = port.checked_add(1).unwrap_or(8081);
            bail!(
                "port {port} is in use by another program: end that one, or choose another port with \
                 `cargo xtask run --port {other}`"
            )
        }
        Err(error) => Err(error).with_context(|| format!("port {port} cannot be listened on")),
    }
}

/// Signals then reach the program itself.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).with_context(|| format!("`{}` cannot be started", command::shown(command)))
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<()> {
    command::run(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_when_the_port_is_taken_and_what_to_do() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let error = check_port(port).unwrap_err().to_string();
        assert!(error.contains(&format!("port {port} is in use")), "{error}");
        assert!(error.contains("--port"), "{error}");
    }
}
