//! `evenkeel config …`

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Subcommand;
use evenkeel_proxy::{Console, Tls, check_listen};

use crate::{
    configuration, process,
    say::{check_inventory, say, say_unopened},
    store,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what is wrong with the configuration and what it refers to, before a proxy is started or started again by
    /// it: keys, certificates, files. Nothing is called and nothing is written.
    Check {
        /// The configuration; `evenkeel.toml` in the current folder if that exists.
        #[arg(long, env = "EVENKEEL_CONFIG", value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

/// Runs the sub-command.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    process::keep_memory_private();
    let Command::Check { config } = arguments.command;
    check(config.as_ref())
}

/// Ends with 1 where anything is wrong with what the configuration refers to; faults of the file itself are an error, all of
/// them at once.
fn check(named: Option<&PathBuf>) -> anyhow::Result<ExitCode> {
    let Some(path) = configuration::path(named) else {
        say("there is no evenkeel.toml here: `evenkeel serve` runs on the sandbox");
        return Ok(ExitCode::SUCCESS);
    };
    let config = configuration::load(named)?;
    let mut is_ok = true;
    for opened in configuration::open(&config) {
        match opened {
            Ok(account) => {
                say(format_args!("{}: its credentials are there", account.id()));
                for note in account.notes() {
                    say(format_args!("{}: {note}", account.id()));
                }
            }
            Err(error) => {
                is_ok = false;
                say_unopened(&error);
            }
        }
    }
    is_ok &= check_inventory(&config);
    // Each says itself what it is about.
    let mut told = |checked: anyhow::Result<()>| {
        if let Err(error) = checked {
            is_ok = false;
            say(format_args!("{error:#}"));
        }
    };
    match configuration::network(&config) {
        Ok(network) => {
            let checkpoints = configuration::checkpoints(&config, &network);
            told(checkpoints.map(drop).map_err(Into::into));
            let oidc = configuration::oidc(&config, &network);
            told(oidc.map(drop).map_err(Into::into));
        }
        Err(error) => told(Err(error.into())),
    }
    told(configuration::store(None, &config).and_then(store::known));
    if let Some(folder) = &config.server.console {
        told(Console::from_folder(folder).map(drop).map_err(Into::into));
    }
    let reach = &config.server.reach;
    if let Some(files) = reach.tls.clone() {
        told(Tls::open(files).map(drop).context("[server.tls]"));
    }
    if let Some(address) = &config.server.listen {
        let checked = check_listen(address, reach, !config.accounts.is_empty());
        told(checked.map_err(Into::into));
    }
    let verdict = if is_ok { "ok" } else { "not ok" };
    let accounts = match config.accounts.len() {
        0 => "no account: `evenkeel serve` runs on the sandbox".to_owned(),
        1 => "1 account".to_owned(),
        count => format!("{count} accounts"),
    };
    say(format_args!("{}: {verdict}, {accounts}", path.display()));
    Ok(if is_ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}
