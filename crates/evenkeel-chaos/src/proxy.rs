//! The process that is killed: a proxy on the store and the clouds of its judge.

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result, anyhow};
use evenkeel::ProjectId;
use evenkeel_proxy::{
    Account, Clock, Console, JournalOptions, Proxy, ProxyParts, SandboxAccount, SyncOptions, listen,
};
use evenkeel_store::{Db, StoreUrl};
use rustix::process::{Signal, getpid, kill_process};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::{clock::Face, process::End};

/// What the judge tells it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long)]
    store: String,
    #[arg(long)]
    cloud: SocketAddr,
    #[arg(long)]
    clock: PathBuf,
    #[arg(long)]
    patience_ms: u64,
    #[arg(long)]
    lease_ms: u64,
    /// The store was restored from a backup
    #[arg(long)]
    restored: bool,
    /// POINT:HIT:kill or POINT:HIT:stop
    #[arg(long)]
    fate: Option<String>,
}

/// Serves until its input ends: with the judge, whatever happens to that.
///
/// # Errors
/// When it cannot be set up.
pub(crate) async fn run(args: Args) -> Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_env_filter("info,evenkeel::request=warn")
        .init();
    if let Some(fate) = &args.fate {
        meet(fate)?;
    }
    let face = Face::open(&args.clock)?;
    let clock = Clock::from_fn(move || face.now());
    let url: StoreUrl = args.store.parse()?;
    let store = Db::open(&url.restored(args.restored)).await?;
    if args.restored {
        store.restored(clock.now_ms()).await?;
    }
    let patience = Duration::from_millis(args.patience_ms);
    let proxy = Proxy::new(ProxyParts {
        accounts: accounts(args.cloud)?,
        console: Console::embedded(),
        upstream_timeout: patience,
        clock,
        store,
        sync: SyncOptions {
            calls_per_second: NonZeroU32::MAX,
            // What is proved is told by what is sent.
            names: false,
            ..SyncOptions::default()
        },
        journal: JournalOptions {
            call_timeout: patience,
            lease: Duration::from_millis(args.lease_ms),
            poll: Duration::from_millis(200),
            ..JournalOptions::default()
        },
        inventory: None,
        group_by: None,
    })?;
    let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    println!("listening {}", listener.local_addr()?);
    proxy.serve(listener, obey()).await;
    Ok(())
}

/// Takes failpoints from its input until that ends.
async fn obey() {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let Some((name, action)) = line.split_once('=') else {
            continue;
        };
        if let Err(error) = fail::cfg(name, action) {
            eprintln!("{line}: {error}");
        }
    }
}

/// Has the fate wait at its failpoint.
fn meet(fate: &str) -> Result<()> {
    let mut parts = fate.split(':').rev();
    let end = parts.next().unwrap_or_default();
    let end = clap::ValueEnum::from_str(end, true).map_err(|error| anyhow!(error))?;
    let hit: u32 = parts.next().context("the fate has no number")?.parse()?;
    let point = parts.rev().collect::<Vec<_>>().join(":");
    let signal = match end {
        End::Kill => Signal::KILL,
        End::Stop => Signal::STOP,
    };
    let hits = Arc::new(AtomicU32::new(0));
    fail::cfg_callback(point, move || {
        if hits.fetch_add(1, Ordering::SeqCst) + 1 == hit {
            // It does not come back from the one, and from the other not soon.
            let _ = kill_process(getpid(), signal);
        }
    })
    .map_err(|error| anyhow!(error))
}

fn accounts(cloud: SocketAddr) -> Result<Vec<Account>> {
    evenkeel_sandbox::keys()
        // A cloud that the core does not know has no account.
        .filter_map(|keys| Some((keys.provider.parse().ok()?, keys)))
        .map(|(provider, keys)| {
            let project_id = keys.project_id.map(ProjectId::parse).transpose();
            Ok(Account::sandbox(SandboxAccount {
                id: keys.account.to_owned(),
                provider,
                project_id: project_id
                    .ok()
                    .context("the sandbox's project id is none")?,
                address: cloud,
                access_key_id: keys.access_key_id.to_owned(),
                access_key_secret: keys.secret.to_owned().into(),
            }))
        })
        .collect()
}
