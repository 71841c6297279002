//! `cargo xtask`: sets up the tools, runs Evenkeel, proves it.

mod bench;
mod chaos;
mod command;
mod console;
mod dist;
mod fingerprint;
mod fuzz;
mod npm;
mod postgres;
mod project;
mod run;
mod setup;
mod step;
mod tally;
mod test;
mod version;

use std::process::ExitCode;

use clap::Parser;

use crate::{project::Project, setup::Need};

/// Set up, run and test Evenkeel
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Cli {
    /// Set up what is missing, build the console and serve it with the embedded sandbox
    Run(run::Args),
    /// Check everything: format, lints, tests, WASM in Chromium and Node, end to end
    Test(test::Args),
    /// Run each fuzz target for a while
    Fuzz(fuzz::Args),
    /// Kill, stop and mislead the proxy, whole: half an hour
    Chaos(chaos::Args),
    /// Run a command with a PostgreSQL of its own: `cargo xtask postgres -- cargo test -p evenkeel-store`
    Postgres(postgres::Args),
    /// Measure
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Build the console into `dist`
    Console,
    /// Build what people install into `target/dist`
    Dist,
    /// Build the npm package into `target/npm`
    Npm,
}

fn main() -> ExitCode {
    let result = Project::locate().and_then(|project| match Cli::parse() {
        Cli::Run(args) => run::run(&project, &args),
        Cli::Test(args) => test::test(&project, &args),
        Cli::Fuzz(args) => fuzz::fuzz(&project, &args),
        Cli::Chaos(args) => chaos::chaos(&project, &args),
        Cli::Postgres(args) => postgres::postgres(&project, &args),
        Cli::Bench(bench) => bench::bench(&project, &bench),
        Cli::Console => setup::prepare(&project, &Need::CONSOLE)
            .and_then(|tools| console::build(&project, &tools)),
        Cli::Dist => dist::dist(&project),
        Cli::Npm => setup::prepare(&project, &Need::NPM)
            .and_then(|tools| npm::build(&project, &tools))
            .map(|package| {
                println!("Packed: {}", project.relative(&package.tarball).display());
            }),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
