//! `evenkeel accounts …`

mod simulate;

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use evenkeel_proxy::{
    DEFAULT_TIMEOUT, Upstream,
    check::{Check, names_off},
};

use crate::{
    configuration, process,
    say::{check_inventory, say, say_unopened},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try each account's credentials and clock with one harmless list call, and read the inventory.
    Check {
        /// The configuration; `evenkeel.toml` in the current folder if that exists.
        #[arg(long, env = "EVENKEEL_CONFIG", value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Let an account's cloud simulate events of instances, or call such events off; it asks first.
    Simulate(simulate::Arguments),
}

/// Runs the sub-command.
pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    process::keep_memory_private();
    match arguments.command {
        Command::Check { config } => check(config.as_ref()).await,
        Command::Simulate(arguments) => simulate::run(arguments).await,
    }
}

/// One line an account, then the inventory; fails when any account does.
async fn check(config: Option<&PathBuf>) -> anyhow::Result<ExitCode> {
    let config = configuration::load(config)?;
    if config.accounts.is_empty() {
        say("No account is configured: `evenkeel serve` runs on the sandbox");
        return Ok(ExitCode::SUCCESS);
    }
    let timeout = config.server.upstream_timeout.unwrap_or(DEFAULT_TIMEOUT);
    let network = configuration::network(&config)?;
    let upstream = Upstream::over(&network, timeout)?;
    let mut all_ok = true;
    for opened in configuration::open(&config) {
        match opened {
            Ok(account) => {
                let check = Check::run(&account, &upstream).await;
                all_ok &= check.is_ok();
                say(&check);
                for note in check.notes() {
                    eprintln!("{}: {note}", account.id());
                }
                if check.is_ok()
                    && let Some(off) = check.lists_off()
                {
                    say(format_args!("{}: {off}", account.id()));
                }
                if check.is_ok()
                    && config.sync.names
                    && let Some(off) = names_off(&account, &upstream).await
                {
                    say(format_args!("{}: {off}", account.id()));
                }
            }
            Err(error) => {
                all_ok = false;
                say_unopened(&error);
            }
        }
    }
    all_ok &= check_inventory(&config);
    Ok(if all_ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}
