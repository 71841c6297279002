//! `evenkeel serve`

use std::{
    future::Future,
    io::Write,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, bail};
use evenkeel::{ProjectId, Provider};
use evenkeel_proxy::{
    Account, Checkpoints, Clock, Config, Console, DEFAULT_TIMEOUT, ListenAddress, Network, Proxy,
    ProxyParts, Reach, SandboxAccount, ServerLimits, Tls, listen,
};
use evenkeel_sandbox::Sandbox;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    configuration, logging, login::CodeDisplay, process, rotation::Hangups, sandbox, shutdown,
    store::Store,
};

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration; `evenkeel.toml` in the current folder if that exists.
    #[arg(long, env = "EVENKEEL_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen; port 0 picks a free one. Beyond this machine it does so only with what
    /// docs/serving.md says. [default: 127.0.0.1:8080]
    #[arg(long, env = "EVENKEEL_LISTEN", value_name = "ADDRESS:PORT|unix:PATH")]
    listen: Option<ListenAddress>,
    /// A folder with the built console, instead of the one in this program.
    #[arg(long, env = "EVENKEEL_CONSOLE", value_name = "DIR")]
    console: Option<PathBuf>,
    /// How long a cloud may take to answer. [default: 30s]
    #[arg(long, env = "EVENKEEL_UPSTREAM_TIMEOUT", value_name = "TIME", value_parser = timeout)]
    upstream_timeout: Option<Duration>,
    /// Where events and batches are kept: `sqlite:PATH` or `postgres://USER@HOST/DATABASE`, or where
    /// that is written, `env:NAME`, `file:PATH` or `credential:NAME`, which may hold a password. [env: `EVENKEEL_STORE`]
    /// [default: a file in the user's folder for state; with the sandbox one that ends with it]
    // Not read by clap, which would show what it cannot read.
    #[arg(long, value_name = "URL")]
    store: Option<String>,
    /// The store was restored from a backup: what was open in it may have been sent since, and is not
    /// sent before its events were read. See docs/store.md.
    #[arg(long)]
    restored: bool,
    #[command(flatten)]
    embedded: SandboxOptions,
    #[command(flatten)]
    logging: logging::LogOptions,
}

/// What the embedded sandbox is made from; used when no account is configured.
#[derive(Debug, clap::Args)]
struct SandboxOptions {
    /// The seed of the embedded sandbox's fleet.
    #[arg(id = "sandbox_seed", long = "sandbox-seed", value_name = "N", default_value_t = evenkeel_sandbox::Config::default().seed)]
    seed: u64,
    /// How many events the embedded sandbox has.
    #[arg(id = "sandbox_events", long = "sandbox-events", value_name = "N", default_value_t = evenkeel_sandbox::Config::default().events, value_parser = sandbox::parse_events)]
    events: usize,
    /// How long an event of the embedded sandbox stays in each state once it is under way.
    #[arg(id = "sandbox_step", long = "sandbox-step", value_name = "TIME", default_value = "5s", value_parser = sandbox::parse_step)]
    step: Duration,
}

fn timeout(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(limit) if limit >= Duration::from_secs(1) => Ok(limit),
        Ok(_) => Err("at least one second is needed".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Serves until told to stop.
pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    logging::start(arguments.logging);
    process::keep_memory_private();
    let hangups = Hangups::listen();
    let config = configuration::load(arguments.config.as_ref())?;
    let console = match arguments.console.or(config.server.console.clone()) {
        Some(folder) => Console::from_folder(&folder)?,
        None => Console::embedded(),
    };
    let timeout = arguments
        .upstream_timeout
        .or(config.server.upstream_timeout)
        .unwrap_or(DEFAULT_TIMEOUT);
    let address = arguments
        .listen
        .or(config.server.listen.clone())
        .unwrap_or(ListenAddress::Tcp(DEFAULT_LISTEN));
    let limits = limits(config.server.limits);
    let accounts = open_all(&config)?;
    let asked = configuration::store(arguments.store.as_deref(), &config)?;
    // The sandbox is on this machine.
    let network = if accounts.is_empty() {
        Network::direct()
    } else {
        configuration::network(&config)?
    };
    let checkpoints = checkpoints(&config, &network)?;
    let oidc = configuration::oidc(&config, &network)?;
    let tls = config.server.reach.tls.clone().map(Tls::open).transpose()?;
    let (stop, stopping) = watch::channel(false);
    // Before anything is opened: from then on it ends in good order.
    let mut requests = shutdown::Requests::listen().context("signals cannot be heard")?;
    tokio::spawn(async move {
        requests.next().await;
        let _ = stop.send(true);
        // Asked again: whoever asks does not want to wait for open calls.
        requests.next().await;
        std::process::exit(130);
    });

    // The port first: nothing else is started when it is taken.
    let listener = listen(&address, &config.server.reach, !accounts.is_empty()).await?;
    let own = listener.address().context("the port is gone")?;
    let (end_clouds, clouds_end) = watch::channel(false);
    let (accounts, sandbox) = if accounts.is_empty() {
        let embedded = Embedded::start(&arguments.embedded, stopped(clouds_end)).await?;
        (embedded.accounts, Some((embedded.address, embedded.task)))
    } else {
        (accounts, None)
    };
    let store = match (&sandbox, asked) {
        (Some(_), None) => Store::temporary().await?,
        (_, asked) => Store::open(asked, arguments.restored).await?,
    };
    if arguments.restored {
        let items = store.db.restored(Clock::machine().now_ms()).await?;
        tracing::info!(
            items,
            "the store was restored: what was open in it is unknown"
        );
    }
    let is_built = console.is_built();
    let parts = ProxyParts {
        accounts,
        console,
        upstream_timeout: timeout,
        clock: Clock::machine(),
        store: store.db.clone(),
        sync: config.sync,
        journal: config.journal,
        inventory: config.labels.inventory,
        group_by: config.labels.group_by,
        policy: config.policy,
    };
    let proxy = Proxy::over(&network, parts)?
        .with_limits(limits)
        .with_checkpoints(checkpoints)
        .with_oidc(oidc)
        .with_reach(config.server.reach.clone())
        .with_tls(tls);
    proxy.record_start(config.digest.as_deref()).await?;
    proxy.grant_subjects().await?;
    tokio::spawn(hangups.reread(proxy.accounts(), proxy.inventory(), proxy.tls()));
    announce(
        &own,
        &config.server.reach,
        sandbox.as_ref().map(|(address, _)| *address),
        is_built,
    );
    let (proxy, display) = show_code(proxy, &own, &store).await?;

    proxy.serve(listener, stopped(stopping)).await;
    if let Some(display) = display {
        display.clear();
    }
    // The clouds last: calls that were open got their answers.
    end_clouds.send_replace(true);
    if let Some((_, task)) = sandbox {
        let _ = task.await;
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows a login code to whoever started it, where a login is asked for; a proxy that can show none still serves those
/// who get one by `evenkeel login`.
async fn show_code(
    proxy: Proxy,
    own: &ListenAddress,
    store: &Store,
) -> anyhow::Result<(Proxy, Option<CodeDisplay>)> {
    if !proxy.asks_login() {
        return Ok((proxy, None));
    }
    let display = match CodeDisplay::of(own, store.file.as_deref()) {
        Ok(display) => display,
        Err(error) => {
            tracing::warn!(%error, "no login code is shown: `evenkeel login` makes one");
            return Ok((proxy, None));
        }
    };
    let shown = display.clone();
    let proxy = proxy.with_code_display(move |code| shown.show(code));
    proxy.show_login_code().await?;
    Ok((proxy, Some(display)))
}

/// What ships checkpoints of the audit, if anything does: the log says by which key.
fn checkpoints(config: &Config, network: &Network) -> anyhow::Result<Option<Checkpoints>> {
    let checkpoints = configuration::checkpoints(config, network)?;
    if let Some(checkpoints) = &checkpoints {
        let key = checkpoints.public_key();
        tracing::info!(
            key,
            "checkpoints of the audit are shipped, signed by the key whose public half this is"
        );
    }
    Ok(checkpoints)
}

/// As many connections as are wanted, or as the system allows.
fn limits(wanted: ServerLimits) -> ServerLimits {
    let descriptors = process::raise_descriptors();
    let limits = wanted.within(descriptors);
    if limits.connections < wanted.connections {
        tracing::warn!(
            descriptors,
            connections = limits.connections,
            streams = limits.streams,
            "the system allows few descriptors (`ulimit -n`): there are fewer connections and streams than wanted"
        );
    }
    limits
}

/// Every account, or every reason why one cannot be used.
fn open_all(config: &Config) -> anyhow::Result<Vec<Account>> {
    let mut accounts = Vec::new();
    let mut errors = Vec::new();
    for opened in configuration::open(config) {
        match opened {
            Ok(account) => {
                for note in account.notes() {
                    tracing::warn!(account = account.id(), "{note}");
                }
                accounts.push(account);
            }
            Err(error) => errors.push(error.to_string()),
        }
    }
    if !errors.is_empty() {
        bail!("{}", errors.join("\n"));
    }
    Ok(accounts)
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error means that nobody can ask any more: then there is nothing to wait for either.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Says where it is, for people and for the programs that start it. A closed pipe (`| head -1`)
/// does not stop the server.
fn announce(own: &ListenAddress, reach: &Reach, sandbox: Option<SocketAddr>, is_built: bool) {
    let mut out = std::io::stdout().lock();
    let _ = match own {
        ListenAddress::Tcp(address) => {
            let scheme = if reach.tls.is_some() { "https" } else { "http" };
            writeln!(out, "Evenkeel is at {scheme}://{address}")
        }
        ListenAddress::Unix(_) => writeln!(out, "Evenkeel is at {own}"),
    };
    for url in &reach.public_urls {
        let _ = writeln!(out, "Others reach it at {url}");
    }
    if let Some(address) = sandbox {
        let _ = writeln!(
            out,
            "No account is configured: this is the sandbox, simulated clouds at http://{address}; nothing here is real"
        );
    }
    if !is_built {
        let _ = writeln!(out, "The console is not built: `cargo xtask run` builds it");
    }
    let _ = out.flush();
}

/// The sandbox inside this process.
struct Embedded {
    address: SocketAddr,
    accounts: Vec<Account>,
    task: JoinHandle<()>,
}

impl Embedded {
    async fn start(
        arguments: &SandboxOptions,
        stopped: impl Future<Output = ()> + Send + 'static,
    ) -> anyhow::Result<Self> {
        let config = evenkeel_sandbox::Config {
            seed: arguments.seed,
            events: arguments.events,
            step: arguments.step,
            clouds: Some(Provider::NAMES),
            ..evenkeel_sandbox::Config::default()
        };
        let sandbox = Sandbox::bind(SocketAddr::new(DEFAULT_LISTEN.ip(), 0), config)
            .await
            .context("the embedded sandbox cannot start")?;
        let address = sandbox.local_addr();
        let accounts = accounts(address)?;
        let task = tokio::spawn(sandbox.serve(stopped));
        Ok(Self {
            address,
            accounts,
            task,
        })
    }
}

fn accounts(address: SocketAddr) -> anyhow::Result<Vec<Account>> {
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
                address,
                access_key_id: keys.access_key_id.to_owned(),
                access_key_secret: keys.secret.to_owned().into(),
            }))
        })
        .collect()
}
