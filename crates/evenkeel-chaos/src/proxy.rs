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
use evenkeel::Provider;
use evenkeel_proxy::{
    Account, Clock, Console, JournalOptions, ListenAddress, Policy, Proxy, ProxyParts, Reach,
    SyncOptions, listen,
};
use evenkeel_store::{Db, StoreUrl};
use evenkeel_testkit::account_at;
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
    /// A second account with the same key, at each cloud whose calls name instances
    #[arg(long)]
    twins: bool,
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
        accounts: accounts(args.cloud, args.twins),
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
        policy: Policy::default(),
    })?;
    let address = ListenAddress::Tcp(SocketAddr::from(([127, 0, 0, 1], 0)));
    let listener = listen(&address, &Reach::default(), proxy.asks_login()).await?;
    println!("listening {}", listener.address()?);
    proxy.serve(listener, obey()).await;
    Ok(())
}

/// Takes failpoints from its input until that ends, and says of each when it is set.
async fn obey() {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let Some((name, action)) = line.split_once('=') else {
            continue;
        };
        match fail::cfg(name, action) {
            Ok(()) => println!("set {name}"),
            Err(error) => println!("{line}: {error}"),
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

/// What the id of a second account ends with.
pub(crate) const TWIN: &str = "-twin";

/// An account of each simulated cloud.
fn accounts(cloud: SocketAddr, has_twins: bool) -> Vec<Account> {
    let mut accounts = Vec::new();
    for keys in evenkeel_sandbox::keys() {
        // A cloud that the core does not know has no account.
        let Ok(provider) = keys.provider.parse::<Provider>() else {
            continue;
        };
        accounts.push(account_at(keys.account, provider, cloud));
        if has_twins && provider.has_acts_on_resources() {
            let twin = format!("{}{TWIN}", keys.account);
            accounts.push(account_at(&twin, provider, cloud));
        }
    }
    accounts
}
