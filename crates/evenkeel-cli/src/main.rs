//! The evenkeel command: one binary, one module a sub-command.

mod accounts;
mod audit;
mod config;
mod configuration;
mod grants;
mod logging;
mod login;
mod process;
mod rotation;
mod sandbox;
mod say;
mod serve;
mod shutdown;
mod store;
mod terminal;
mod tokens;
mod users;

use std::{
    io::{self, BufWriter},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use evenkeel::visible::visible_lines;

/// Keep the fleet on an even keel through cloud maintenance.
#[derive(Debug, Parser)]
#[command(name = "evenkeel", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the console and the signing proxy; without accounts, on an embedded sandbox.
    Serve(serve::Arguments),
    /// Run the sandbox alone: all clouds on one loopback port.
    Sandbox(sandbox::Arguments),
    /// Look at the configured accounts.
    Accounts(accounts::Arguments),
    /// Look at the configuration.
    Config(config::Arguments),
    /// Export, verify and sign the audit.
    Audit(audit::Arguments),
    /// Make a login code for a proxy on this machine and show it: good once, for ten minutes.
    Login(login::Arguments),
    /// Make, list and end the tokens that tools show in place of a login.
    Tokens(tokens::Arguments),
    /// Make, list and change the users that log in by a name and a password.
    Users(users::Arguments),
    /// Check the parameters of an operation, in JSON files, before anything is sent.
    Check(evenkeel_check::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = evenkeel_check::parse::<Arguments>(std::env::args_os());
    let result = match arguments.unwrap_or_else(|error| error.exit()).command {
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Sandbox(arguments) => sandbox::run(arguments).await,
        Command::Accounts(arguments) => accounts::run(arguments).await,
        Command::Config(arguments) => config::run(arguments),
        Command::Audit(arguments) => audit::run(arguments).await,
        Command::Login(arguments) => login::run(arguments).await,
        Command::Tokens(arguments) => tokens::run(arguments).await,
        Command::Users(arguments) => users::run(arguments).await,
        Command::Check(arguments) => check(arguments),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            // It may quote a file, or an answer.
            eprintln!("evenkeel: {}", visible_lines(&format!("{error:#}")));
            ExitCode::from(2)
        }
    }
}

fn check(arguments: evenkeel_check::Arguments) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut err = io::stderr().lock();
    evenkeel_check::run(arguments, &evenkeel_check::Native, &mut out, &mut err).map(ExitCode::from)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Arguments::command().debug_assert();
    }
}
