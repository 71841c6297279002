//! Kills, stops and misleads the proxy, and counts what reaches the clouds.
//!
//! `run` is the judge: the sandbox lives in its process and outlives every proxy, which it starts as
//! `proxy` processes, on a virtual clock. After each run it holds what the journal says against what
//! the clouds counted: no event was acted on twice, and no item is lost.

mod client;
mod clock;
mod cloud;
mod fleet;
mod judge;
mod process;
mod proof;
mod proxy;
mod relay;
mod report;
mod testbed;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use evenkeel_testdb::DatabaseKind;

use proof::Extent;
use report::Report;

#[derive(Debug, Parser)]
#[command(about = "Kill, stop and mislead the proxy, and count what reaches the clouds")]
enum Cli {
    /// Run the proofs
    Run(Run),
    /// Be a proxy of a run
    #[command(hide = true)]
    Proxy(proxy::Args),
}

#[derive(Debug, clap::Args)]
struct Run {
    /// Everything, which takes half an hour, and not what fits into two minutes
    #[arg(long)]
    full: bool,
    /// Only these proofs
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Proof>,
    /// Only on this store
    #[arg(long, value_enum)]
    store: Option<Store>,
    /// Where seeds begin: of the first testbed, which a failure names
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Proof {
    Failpoints,
    RandomKills,
    Faults,
    StaleLeader,
    SeveralProxies,
    AMinuteAway,
    StoreInTrouble,
    TwoNamesOfOneFile,
    RestoredBackup,
    ClockSteps,
    HeldCall,
    LargeBatch,
    OneActAnInstance,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Store {
    Sqlite,
    Postgres,
}

/// As many characters a line of what is wrong has at most in the summary.
const LINE: usize = 300;

fn main() -> ExitCode {
    let result = match Cli::parse() {
        Cli::Run(args) => block_on(run(args)),
        Cli::Proxy(args) => block_on(proxy::run(args)).map(|()| true),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

/// Whether everything holds.
async fn run(args: Run) -> Result<bool> {
    let http = client::http()?;
    let extent = Extent {
        full: args.full,
        seed: args.seed,
    };
    let mut passed = 0;
    let mut failed = Vec::new();
    for proof in Proof::value_variants() {
        if !args.only.is_empty() && !args.only.contains(proof) {
            continue;
        }
        for store in [Store::Sqlite, Store::Postgres] {
            if args.store.is_some_and(|only| only != store) {
                continue;
            }
            let Some(report) = prove(*proof, store, extent, &http).await else {
                continue;
            };
            println!("{report}");
            if report.wrong.is_empty() {
                passed += 1;
            } else {
                failed.push(report);
            }
        }
    }
    // Once more where the output ends, without the logs: whoever reads only that sees what was wrong.
    for report in &failed {
        for wrong in &report.wrong {
            let line = wrong.lines().next().unwrap_or_default();
            let line: String = line.chars().take(LINE).collect();
            println!("FAILED {} on {}: {line}", report.proof, report.store);
        }
    }
    // Read by `cargo xtask test`.
    println!("test result: {passed} passed; {} failed", failed.len());
    Ok(failed.is_empty() && passed > 0)
}

/// `None` where a proof is about several proxies, and the store is for one, or the other way round.
async fn prove(
    proof: Proof,
    store: Store,
    extent: Extent,
    http: &reqwest::Client,
) -> Option<Report> {
    let kind = match store {
        Store::Sqlite => DatabaseKind::Sqlite,
        Store::Postgres => DatabaseKind::Postgres,
    };
    Some(match (proof, store) {
        (Proof::Failpoints, _) => proof::failpoints::prove(extent, kind, http).await,
        (Proof::RandomKills, _) => proof::random_kills::prove(extent, kind, http).await,
        (Proof::Faults, _) => proof::faults::prove(extent, kind, http).await,
        (Proof::StoreInTrouble, _) => proof::trouble::prove(extent, kind, http).await,
        (Proof::RestoredBackup, _) => proof::restored::prove(extent, kind, http).await,
        (Proof::ClockSteps, _) => proof::clock_steps::prove(extent, kind, http).await,
        (Proof::HeldCall, _) => proof::held::prove(extent, kind, http).await,
        (Proof::OneActAnInstance, _) => proof::instances::prove(extent, kind, http).await,
        (Proof::LargeBatch, _) => proof::large::prove(extent, kind, http).await,
        (Proof::TwoNamesOfOneFile, Store::Sqlite) => proof::names::prove(extent, http).await,
        (_, Store::Sqlite) | (Proof::TwoNamesOfOneFile, _) => return None,
        (Proof::StaleLeader, _) => proof::stale::prove(extent, http).await,
        (Proof::SeveralProxies, _) => proof::several::prove(extent, http).await,
        (Proof::AMinuteAway, _) if extent.full => {
            proof::several::prove_in_real_time(extent, http).await
        }
        (Proof::AMinuteAway, _) => return None,
    })
}
