//! `evenkeel accounts …`

mod simulate;

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::Subcommand;
use evenkeel::visible::visible;
use evenkeel_proxy::{
    DEFAULT_TIMEOUT, InventoryOptions, Upstream,
    check::{Check, names_off},
};

use crate::{configuration, process};

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

/// A line on stdout, with nothing in it that a cloud's words could hide or forge; a closed pipe is no
/// reason to stop before the exit code is known.
fn say(line: impl std::fmt::Display) {
    let line = line.to_string();
    let _ = writeln!(std::io::stdout(), "{}", visible(&line));
}

/// One line for the inventory, and one for each of its problems; whether it has none.
fn check_inventory(options: &InventoryOptions, accounts: &[String]) -> bool {
    let contents = match options.read(accounts) {
        Ok(contents) => contents,
        Err(problem) => {
            say(format_args!("inventory: {}", options.told(&problem)));
            return false;
        }
    };
    let (resources, problems) = (contents.rows.len(), contents.problem_count);
    let file = options.path.display();
    if problems == 0 {
        say(format_args!(
            "inventory: ok, {resources} resources in {file}"
        ));
        return true;
    }
    say(format_args!(
        "inventory: {resources} resources in {file}; problems: {problems}"
    ));
    for problem in &contents.problems {
        say(format_args!("  {}", options.told(problem)));
    }
    false
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
                say(format_args!(
                    "{}: {}",
                    error.account(),
                    error.reasons().join("; ")
                ));
            }
        }
    }
    if let Some(inventory) = &config.labels.inventory {
        let accounts: Vec<String> = config.accounts.iter().map(|it| it.id.clone()).collect();
        all_ok &= check_inventory(inventory, &accounts);
    }
    Ok(if all_ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}
