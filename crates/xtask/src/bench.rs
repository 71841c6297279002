//! `cargo xtask bench npm`: the npm package beside what people would take instead.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::{
    command,
    npm::{self, Package},
    project::Project,
    scratch,
    setup::{self, Need, Toolbox},
};

/// The tables stand in it, between markers.
const PAGE: &str = "docs/benchmarks.md";

/// What is measured.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Bench {
    /// Measure the npm package beside other validators, and write `docs/benchmarks.md`
    Npm(Args),
}

/// Options of `bench npm`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these parts, such as `--only validate-json,sizes`
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
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

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    /// `validateJson` of bytes
    ValidateJson,
    /// `validate` of objects
    Validate,
    /// `parseResponse` of a list
    ParseResponse,
    /// Import and first check in a fresh process
    Cold,
    /// What is loaded, compressed
    Sizes,
}

impl Args {
    /// What was measured in part, or less thoroughly, does not go into the page.
    fn is_whole(&self) -> bool {
        self.only.is_empty() && self.items.is_none() && !self.node_only && self.rounds >= 5
    }

    fn for_node(&self) -> Vec<String> {
        let mut args = vec![format!("--rounds={}", self.rounds)];
        for part in &self.only {
            let name = part.to_possible_value();
            args.extend(name.map(|name| format!("--only={}", name.get_name())));
        }
        args.extend(self.items.map(|items| format!("--items={items}")));
        if self.node_only {
            args.push("--node-only".to_owned());
        }
        if self.cpu_time {
            args.push("--cpu-time".to_owned());
        }
        args
    }
}

/// Packs the package, installs it beside the others and measures.
///
/// # Errors
/// When it cannot be built, or says of an item what the others do not; never for being slow.
pub(crate) fn bench(project: &Project, bench: &Bench) -> Result<()> {
    let Bench::Npm(args) = bench;
    let browser = (!args.node_only).then_some(Need::Browser);
    let needs: Vec<Need> = Need::NPM
        .into_iter()
        .chain([Need::Peers])
        .chain(browser)
        .collect();
    let tools = setup::prepare(project, &needs)?;
    let package = npm::build(project, &tools)?;
    let peers = tools.peers().context("no other validators are set up")?;
    scratch::with(peers, |folder| {
        measure(project, &tools, args, &package, folder)
    })
}

/// Holds the package's verdicts to those of the others, and measures nothing.
///
/// # Errors
/// When it says of an item what the others do not.
pub(crate) fn verdicts(project: &Project, tools: &Toolbox, package: &Package) -> Result<()> {
    let peers = tools.peers().context("no other validators are set up")?;
    scratch::with(peers, |folder| {
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
    let source = project.root.join("tests/bench/npm");
    scratch::fill(folder, &source, tools, package)?;
    let packaging = tools.packaging().context("the bundlers are not set up")?;
    let mut node = tools.command("node")?;
    node.args(["--expose-gc", "bench.mjs"])
        .env("EVENKEEL_TOOLS", packaging.join("node_modules"))
        .current_dir(folder);
    Ok(node)
}

fn measure(
    project: &Project,
    tools: &Toolbox,
    args: &Args,
    package: &Package,
    folder: &Path,
) -> Result<()> {
    let mut node = program(project, tools, package, folder)?;
    node.args(args.for_node());
    if let Some(chromium) = tools.chromium() {
        node.env("EVENKEEL_CHROMIUM", chromium);
    }
    if args.is_whole() {
        node.arg("--write").arg(project.root.join(PAGE));
    }
    command::run(&mut node)
}
