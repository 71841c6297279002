//! `cargo xtask run`: from nothing to a page one can open.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    command, console,
    project::Project,
    setup::{self, Need},
    step::Steps,
};

/// How a program is built that people wait for; see the root `Cargo.toml`.
pub(crate) const QUICK: &str = "quick";
/// How one is built that people install.
pub(crate) const RELEASE: &str = "release";
/// How one is built that only the tests need.
pub(crate) const DEV: &str = "dev";

/// Cold, on two cores.
const CONSOLE_COST: Duration = Duration::from_mins(5);
const BINARY_COST: Duration = Duration::from_mins(4);

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

pub(crate) fn run(project: &Project, args: &Args) -> Result<()> {
    // Now rather than after minutes of building.
    check_port(args.port)?;
    announce(project)?;
    let mut steps = Steps::new();
    let tools = steps.step("set-up", "tools for the console", |_| {
        setup::prepare(project, &Need::CONSOLE)
    })?;
    steps.step("console", "the page, by Trunk in release", |_| {
        console::build(project, &tools)
    })?;
    let program = steps.step("evenkeel", "the proxy and the sandbox", |_| {
        build(project, QUICK)
    })?;
    check_port(args.port)?;

    let address = format!("{}:{}", Ipv4Addr::LOCALHOST, args.port);
    let mut serve = Command::new(program);
    serve
        .args(["serve", "--listen", &address, "--console"])
        .arg(&project.dist)
        .args(&args.serve)
        .stdin(Stdio::null());
    println!("\nEvenkeel: http://{address} (Ctrl-C ends it)\n");
    become_program(&mut serve)
}

/// Says how long it takes when that is not seconds.
fn announce(project: &Project) -> Result<()> {
    let tools = setup::estimate(project, &Need::CONSOLE)?;
    let first = |there: bool, cost| setup::expected(cost) * u32::from(!there);
    let total = tools
        + first(console::is_built(project), CONSOLE_COST)
        + first(binary(project, QUICK).exists(), BINARY_COST);
    let once = if tools.is_zero() {
        String::new()
    } else {
        let tools = setup::rough(tools);
        format!(", {tools} of it for tools that are set up once")
    };
    if !total.is_zero() {
        let total = setup::rough(total);
        println!("The first run takes about {total}{once}; later ones start in seconds.");
    }
    Ok(())
}

/// Builds the program; gives where it is.
pub(crate) fn build(project: &Project, profile: &str) -> Result<PathBuf> {
    build_with(project, profile, |_| ())
}

/// Builds it as `with` says; gives where it is.
pub(crate) fn build_with(
    project: &Project,
    profile: &str,
    with: impl FnOnce(&mut Command),
) -> Result<PathBuf> {
    let line = format!("cargo build --profile {profile} --package evenkeel-cli");
    let mut cargo = command::line(&line);
    with(&mut cargo);
    command::run(cargo.current_dir(&project.root))?;
    Ok(binary(project, profile))
}

fn binary(project: &Project, profile: &str) -> PathBuf {
    let folder = if profile == DEV { "debug" } else { profile };
    project.target.join(folder).join("evenkeel")
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
