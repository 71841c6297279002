//! `evenkeel accounts simulate`: a rehearsal on a real account. It says what it is going to do and asks, because a
//! cloud is asked to act.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context as _, bail};
use evenkeel::{Timestamp, visible::visible};
use evenkeel_proxy::{
    Account, Config, DEFAULT_TIMEOUT, Upstream,
    simulate::{SimulateError, Simulator},
};

use super::say;
use crate::configuration;

/// Nearer the event would be over before anybody sees it.
const SOONEST: Duration = Duration::from_mins(1);
/// Farther a forgotten one would stand in the list for months.
const LATEST: Duration = Duration::from_hours(30 * 24);

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The account's id.
    account: String,
    /// An instance to simulate an event for, or whose events to cancel; may be repeated.
    #[arg(
        long = "instance",
        value_name = "ID",
        required_unless_present = "cancel"
    )]
    instances: Vec<String>,
    /// In how long the event is over by itself, such as `2h`.
    #[arg(long = "in", value_name = "TIME", value_parser = parse_in, required_unless_present = "cancel")]
    lasts: Option<Duration>,
    /// What to simulate, as the cloud names it; without it, a planned reboot.
    #[arg(long = "type", value_name = "TYPE", conflicts_with = "cancel")]
    event_type: Option<String>,
    /// Call off the account's open simulated events, of the named instances or of all.
    #[arg(long, conflicts_with = "lasts")]
    cancel: bool,
    /// Do not ask: for scripts.
    #[arg(long)]
    yes: bool,
    /// The configuration; `evenkeel.toml` in the current folder if that exists.
    #[arg(long, env = "EVENKEEL_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

fn parse_in(text: &str) -> Result<Duration, String> {
    let lasts = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if !(SOONEST..=LATEST).contains(&lasts) {
        return Err("must be from 1m to 30d".to_owned());
    }
    Ok(lasts)
}

/// Makes simulated events, or calls them off.
///
/// # Errors
/// When the account is none of the configuration's or of a cloud that simulates nothing, or the order is no good.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = configuration::load(arguments.config.as_ref())?;
    let account = open(&config, &arguments.account)?;
    let timeout = config.server.upstream_timeout.unwrap_or(DEFAULT_TIMEOUT);
    let upstream = Upstream::over(&configuration::network(&config)?, timeout)?;
    let Some(simulator) = Simulator::of(&account, &upstream) else {
        bail!(
            "the cloud of account `{}` has no simulated events",
            account.id()
        );
    };
    let rehearsal = Rehearsal {
        simulator,
        account: &account,
        yes: arguments.yes,
    };
    let result = match arguments.lasts {
        Some(lasts) if !arguments.cancel => {
            let from = upstream.clock().now_ms();
            let lasts_ms = i64::try_from(lasts.as_millis()).context("--in")?;
            let until = Timestamp::from_millis(from).plus_millis(lasts_ms);
            let kind = arguments.event_type.as_deref();
            rehearsal.create(kind, &arguments.instances, until).await
        }
        _ => rehearsal.cancel(&arguments.instances).await,
    };
    match result {
        Err(Stopped::Refused(error)) => {
            eprintln!("{}: {}", account.id(), visible(&error.to_string()));
            Ok(ExitCode::from(1))
        }
        Err(Stopped::Declined) => {
            say("nothing was done");
            Ok(ExitCode::from(1))
        }
        Err(Stopped::Fault(error)) => Err(error),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

/// The account of that id, with its credentials.
fn open(config: &Config, id: &str) -> anyhow::Result<Account> {
    let ids: Vec<&str> = config.accounts.iter().map(|it| it.id.as_str()).collect();
    if !ids.contains(&id) {
        if ids.is_empty() {
            bail!("no account is configured, and a simulated event needs one");
        }
        bail!(
            "`{id}` is no configured account: there are `{}`",
            ids.join("`, `")
        );
    }
    for opened in configuration::open(config) {
        match opened {
            Ok(account) if account.id() == id => return Ok(account),
            Err(error) if error.account() == id => {
                bail!("account `{id}`: {}", error.reasons().join("; "))
            }
            _ => {}
        }
    }
    bail!("account `{id}` cannot be opened")
}

/// Why it did not go to its end.
enum Stopped {
    /// By the cloud.
    Refused(SimulateError),
    /// By the person who was asked.
    Declined,
    /// By what was said on the command line.
    Fault(anyhow::Error),
}

impl From<SimulateError> for Stopped {
    fn from(error: SimulateError) -> Self {
        Self::Refused(error)
    }
}

/// One run of the command.
struct Rehearsal<'a> {
    simulator: Simulator<'a>,
    account: &'a Account,
    yes: bool,
}

impl Rehearsal<'_> {
    async fn create(
        &self,
        kind: Option<&str>,
        instances: &[String],
        until: Timestamp,
    ) -> Result<(), Stopped> {
        let simulation = self.simulator.simulation();
        let usual = simulation.types.first().map(|usual| usual.name);
        let kind = kind.or(usual).unwrap_or_default();
        let events = simulation
            .events(kind, instances, until)
            .map_err(|flaw| Stopped::Fault(flaw.into()))?;
        let (kind, until) = (events.event_type(), events.until());
        self.say_where();
        say(format_args!(
            "it is going to simulate {} of the type `{}`, one for each of:",
            count(events.instances().len()),
            kind.name
        ));
        for instance in events.instances() {
            say(format_args!("  {instance}"));
        }
        let course = if kind.is_at_once {
            "under way at once"
        } else {
            "planned from the beginning"
        };
        say(format_args!("{course}, and over by itself at {until}"));
        say(format_args!(
            "nothing happens to an instance: `{}`, by which it would, is not sent",
            simulation.never_sent
        ));
        self.ask()?;
        let ids = self.simulator.create(&events).await?;
        say(format_args!("simulated {}:", count(ids.len())));
        for id in &ids {
            say(format_args!("  {id}"));
        }
        if ids.len() != events.instances().len() {
            say(format_args!(
                "the cloud names {} for {} instances: look at the list",
                count(ids.len()),
                events.instances().len()
            ));
        }
        say("the console lists them, marked as simulated, from the account's next reading on");
        say(format_args!(
            "they are over at {until}, or once you say `evenkeel accounts simulate {} --cancel`",
            self.account.id()
        ));
        say("do not reboot or redeploy an instance to answer one: that is real");
        Ok(())
    }

    async fn cancel(&self, instances: &[String]) -> Result<(), Stopped> {
        let open = self.simulator.open(instances).await?;
        self.say_where();
        if open.is_empty() {
            let of = if instances.is_empty() {
                ""
            } else {
                " of these instances"
            };
            say(format_args!("no simulated event{of} is open"));
            return Ok(());
        }
        say(format_args!("it is going to cancel {}:", count(open.len())));
        for event in &open {
            say(format_args!(
                "  {} of {}, `{}`, {}",
                event.id, event.resource_id, event.event_type.raw, event.state.raw
            ));
        }
        say("nothing happens to an instance, and no real event is touched");
        self.ask()?;
        let ids: Vec<String> = open.into_iter().map(|event| event.id).collect();
        for part in ids.chunks(self.simulator.simulation().cancel.most_ids) {
            self.simulator.cancel(part).await?;
            say(format_args!("canceled {}", count(part.len())));
        }
        say("the console shows them as canceled from the account's next reading on");
        Ok(())
    }

    fn say_where(&self) {
        let account = self.account;
        say(format_args!(
            "account `{}`, region `{}`, at {}:",
            account.id(),
            account.region(),
            account.endpoint()
        ));
    }

    /// Goes on only when somebody says so.
    fn ask(&self) -> Result<(), Stopped> {
        if self.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() {
            return Err(Stopped::Fault(anyhow::anyhow!(
                "nothing was done: there is no terminal to ask at; if this is what you want, say it again with --yes"
            )));
        }
        let mut out = io::stderr();
        let _ = write!(out, "go on? [y/N] ");
        let _ = out.flush();
        let mut answer = String::new();
        io::stdin()
            .read_line(&mut answer)
            .map_err(|error| Stopped::Fault(error.into()))?;
        match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => Err(Stopped::Declined),
        }
    }
}

fn count(events: usize) -> String {
    if events == 1 {
        "1 event".to_owned()
    } else {
        format!("{events} events")
    }
}
