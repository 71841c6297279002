//! `cargo xtask bench`: the npm package and the console beside what people would take instead.

use std::{path::Path, process::Command};

use anyhow::Result;

use crate::{
    command, console,
    npm::{self, Package},
    project::Project,
    run,
    setup::{self, Need, Toolbox},
};

/// The tables stand in it, between markers.
const PAGE: &str = "docs/benchmarks.md";
/// What `tests/bench/npm/bench.mjs` calls its parts.
const PARTS: [&str; 5] = [
    "validate-json",
    "validate",
    "parse-response",
    "cold",
    "sizes",
];

/// What is measured.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Bench {
    /// Measure the npm package beside other validators, and write `docs/benchmarks.md`
    Npm(Args),
    /// Measure the console beside a page of React, and write `docs/benchmarks.md`
    Console {
        /// How many events; of another number nothing is written
        #[arg(long, default_value_t = EVENTS)]
        events: u32,
    },
}

/// As the page has it.
const EVENTS: u32 = 100_000;

pub(crate) fn bench(project: &Project, what: &Bench) -> Result<()> {
    match what {
        Bench::Npm(args) => npm(project, args),
        Bench::Console { events } => console(project, *events),
    }
}

/// Options of `bench npm`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these parts, such as `--only validate-json,sizes`
    #[arg(long, value_parser = PARTS, value_delimiter = ',')]
    only: Vec<String>,
    /// Only lists of so many items
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    items: Option<u32>,
    /// How often each takes its turn
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// No browser
    #[arg(long)]
    node_only: bool,
    /// In Node count what the process computes instead of the time that passes: for a machine that
    /// has other work, too
    #[arg(long)]
    cpu_time: bool,
}

impl Args {
    /// What was measured in part, or less thoroughly, does not go into the page.
    fn is_whole(&self) -> bool {
        self.only.is_empty() && self.items.is_none() && !self.node_only && self.rounds >= 5
    }

    fn for_node(&self) -> Vec<String> {
        let mut args = vec![format!("--rounds={}", self.rounds)];
        args.extend(self.only.iter().map(|part| format!("--only={part}")));
        args.extend(self.items.map(|items| format!("--items={items}")));
        args.extend(self.node_only.then(|| "--node-only".to_owned()));
        args.extend(self.cpu_time.then(|| "--cpu-time".to_owned()));
        args
    }
}

/// Packs the package, installs it beside the others and measures.
fn npm(project: &Project, args: &Args) -> Result<()> {
    let mut needs = [&Need::NPM[..], &[Need::Peers]].concat();
    needs.extend((!args.node_only).then_some(Need::Chromium));
    let tools = setup::prepare(project, &needs)?;
    let package = npm::build(project, &tools)?;
    npm::in_project(tools.at(Need::Peers)?, |folder| {
        let mut node = program(project, &tools, &package, folder)?;
        node.args(args.for_node());
        if !args.node_only {
            node.env("EVENKEEL_CHROMIUM", tools.at(Need::Chromium)?);
        }
        if args.is_whole() {
            node.arg("--write").arg(project.root.join(PAGE));
        }
        command::run(&mut node)
    })
}

/// Builds the console and the proxy and measures; what is measured how, `tests/bench/console` says.
fn console(project: &Project, events: u32) -> Result<()> {
    let needs = [Need::Node, Need::Chromium, Need::ConsolePeers];
    let tools = setup::prepare(project, &[&Need::CONSOLE[..], &needs].concat())?;
    console::build(project, &tools)?;
    let program = run::build(project, run::RELEASE)?;
    npm::in_project(tools.at(Need::ConsolePeers)?, |folder| {
        npm::copy(&project.root.join("tests/bench/console"), folder)?;
        let mut node = tools.command("node bench.mjs")?;
        node.env("EVENKEEL_BIN", program)
            .env("EVENKEEL_CONSOLE", &project.dist)
            .env("EVENKEEL_CHROMIUM", tools.at(Need::Chromium)?)
            .arg(format!("--events={events}"));
        if events == EVENTS {
            node.arg("--write").arg(project.root.join(PAGE));
        }
        command::run(node.current_dir(folder))
    })
}

/// Holds the package's verdicts to those of the others, and measures nothing.
pub(crate) fn verdicts(project: &Project, tools: &Toolbox, package: &Package) -> Result<()> {
    npm::in_project(tools.at(Need::Peers)?, |folder| {
        let mut node = program(project, tools, package, folder)?;
        command::run(node.args(["--verdicts-only", "--items=1000"]))
    })
}

/// The measurements' program, in a folder that has what it measures.
fn program(
    project: &Project,
    tools: &Toolbox,
    package: &Package,
    folder: &Path,
) -> Result<Command> {
    let tests = project.root.join("tests/bench/npm");
    npm::install(folder, &tests, tools, package)?;
    let modules = tools.at(Need::Packaging)?.join("node_modules");
    let mut node = tools.command("node --expose-gc bench.mjs")?;
    node.env("EVENKEEL_TOOLS", modules).current_dir(folder);
    Ok(node)
}
