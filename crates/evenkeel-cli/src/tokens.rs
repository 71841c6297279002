//! `evenkeel tokens …`: what tools show in place of a login. They are made where the proxy's store is, by whoever may
//! open it.

use std::{io::Write as _, process::ExitCode, time::Duration};

use anyhow::bail;
use clap::Subcommand;
use evenkeel::{Timestamp, visible::visible};
use evenkeel_proxy::{BearerSecret, Clock, Grants, Role, local_principal};
use evenkeel_store::{ApiToken, Caller, Db, NewApiToken};
use uuid::Uuid;

use crate::{
    grants::{self, AccountArguments},
    process,
    store::StoreArguments,
};

/// How long a token is good that says nothing.
const DEFAULT: &str = "90d";
/// How long one may be good.
const LONGEST: Duration = Duration::from_hours(366 * 24);
const NAME_MAX: usize = 64;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a token and show it, once: `authorization: Bearer …` with it is a login.
    Add {
        /// What it is called, by the tool that gets it.
        #[arg(value_parser = name)]
        name: String,
        /// What whoever shows it may do.
        #[arg(long, value_parser = grants::role())]
        role: Role,
        #[command(flatten)]
        accounts: AccountArguments,
        /// How long it is good, at most 366d.
        #[arg(long, value_name = "TIME", default_value = DEFAULT, value_parser = time)]
        expires: Duration,
        #[command(flatten)]
        store: StoreArguments,
    },
    /// Change what a token may do, at once.
    Grant {
        /// What it is called.
        name: String,
        /// What whoever shows it may do from now on.
        #[arg(long, value_parser = grants::role())]
        role: Role,
        #[command(flatten)]
        accounts: AccountArguments,
        #[command(flatten)]
        store: StoreArguments,
    },
    /// List the tokens: what each may do, when it was made, was last used, and ends.
    List {
        #[command(flatten)]
        store: StoreArguments,
    },
    /// End a token at once.
    Revoke {
        /// What it is called.
        name: String,
        #[command(flatten)]
        store: StoreArguments,
    },
}

fn name(text: &str) -> Result<String, String> {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '-');
    if text.is_empty() || text.len() > NAME_MAX || !text.chars().all(is_plain) {
        return Err(format!(
            "1 to {NAME_MAX} letters, digits, `.`, `_` and `-` are needed"
        ));
    }
    Ok(text.to_owned())
}

fn time(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(time) if time.is_zero() => Err("more than no time is needed".to_owned()),
        Ok(time) if time > LONGEST => Err("at most 366d".to_owned()),
        Ok(time) => Ok(time),
        Err(error) => Err(error.to_string()),
    }
}

/// Runs the sub-command.
pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    process::keep_memory_private();
    let (Command::Add { store, .. }
    | Command::Grant { store, .. }
    | Command::List { store }
    | Command::Revoke { store, .. }) = &arguments.command;
    let db = store.open_beside().await?;
    let done = match &arguments.command {
        Command::Add {
            name,
            role,
            accounts,
            expires,
            ..
        } => add(&db, name, accounts.grant(*role), *expires).await,
        Command::Grant {
            name,
            role,
            accounts,
            ..
        } => grant(&db, name, &accounts.grant(*role)).await,
        Command::List { .. } => list(&db).await,
        Command::Revoke { name, .. } => revoke(&db, name).await,
    };
    db.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

/// The token alone on stdout, for `$(…)`.
async fn add(db: &Db, name: &str, grants: Grants, expires: Duration) -> anyhow::Result<()> {
    let secret = BearerSecret::of_token()?;
    let now = Clock::machine().now_ms();
    let ends_at = now + i64::try_from(expires.as_millis())?;
    let token = NewApiToken {
        id: Uuid::new_v4().to_string(),
        name: name.to_owned(),
        hash: secret.hash(),
        principal: local_principal(),
        grants,
        made_at: now,
        ends_at,
    };
    if !db.add_api_token(&token, &Caller::local()).await? {
        bail!(
            "there is a token `{name}`: take another name, or end that one with `evenkeel tokens revoke {name}`"
        );
    }
    let ends_at = Timestamp::from_millis(ends_at);
    let granted = grants::told(&token.grants);
    eprintln!("`{name}` ({granted}) is good until {ends_at}; it is shown this once");
    writeln!(std::io::stdout(), "{}", secret.reveal())?;
    Ok(())
}

async fn list(db: &Db) -> anyhow::Result<()> {
    let now = Clock::machine().now_ms();
    let mut out = std::io::stdout().lock();
    for token in db.api_tokens().await? {
        let line = line(&token, now);
        let _ = writeln!(out, "{}", visible(&line));
    }
    Ok(())
}

fn line(token: &ApiToken, now: i64) -> String {
    let at = |ms: i64| Timestamp::from_millis(ms).to_string();
    let used = token.used_at.map_or("never used".to_owned(), |used| {
        format!("last used {}", at(used))
    });
    let end = if token.ends_at > now {
        "good until"
    } else {
        "over since"
    };
    format!(
        "{}: {}, made {}, {used}, {end} {}",
        token.name,
        grants::told(&token.grants),
        at(token.made_at),
        at(token.ends_at)
    )
}

async fn grant(db: &Db, name: &str, grants: &Grants) -> anyhow::Result<()> {
    let now = Clock::machine().now_ms();
    let by = Caller::local();
    if !db.grant_api_token(name, grants, &by, now).await? {
        bail!("there is no token `{}`", visible(name));
    }
    Ok(())
}

async fn revoke(db: &Db, name: &str) -> anyhow::Result<()> {
    let now = Clock::machine().now_ms();
    if !db.revoke_api_token(name, &Caller::local(), now).await? {
        bail!("there is no token `{}`", visible(name));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_listed_with_its_last_use_and_its_end() {
        let token = ApiToken {
            id: "x".to_owned(),
            name: "ci".to_owned(),
            principal: String::new(),
            grants: Grants::everything(),
            made_at: 1_000,
            ends_at: 9_000,
            used_at: None,
        };
        insta::assert_snapshot!(line(&token, 5_000), @"ci: admin of all accounts, made 1970-01-01T00:00:01Z, never used, good until 1970-01-01T00:00:09Z");
        let used = ApiToken {
            used_at: Some(3_000),
            ..token
        };
        insta::assert_snapshot!(line(&used, 9_000), @"ci: admin of all accounts, made 1970-01-01T00:00:01Z, last used 1970-01-01T00:00:03Z, over since 1970-01-01T00:00:09Z");
    }

    #[test]
    fn a_name_is_plain_and_a_time_has_a_bound() {
        assert_eq!(name("ci-1.x_y").as_deref(), Ok("ci-1.x_y"));
        for odd in ["", "a b", "a/b", "é", &"x".repeat(65)] {
            assert!(name(odd).is_err(), "{odd}");
        }
        assert_eq!(time("90d"), Ok(Duration::from_hours(90 * 24)));
        for odd in ["0s", "367d", "soon"] {
            assert!(time(odd).is_err(), "{odd}");
        }
    }
}
