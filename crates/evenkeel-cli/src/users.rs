//! `evenkeel users …`: who logs in by a name and a password. They are made where the proxy's store is, by whoever may
//! open it: so is the first admin, and so is let in again who has locked themselves out.

use std::{
    io::{self, Read as _},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use evenkeel::{Timestamp, visible::visible};
use evenkeel_proxy::{Clock, Grants, Password, Role, UserName};
use evenkeel_store::{Caller, Db, NewUser, User};
use zeroize::Zeroizing;

use crate::{
    grants::{self, AccountArguments},
    process, say,
    store::StoreArguments,
    terminal,
};

/// More than any password has, in bytes.
const MOST_BYTES: u64 = 4096;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a user, whose password is asked for.
    Add {
        /// What they log in by.
        #[arg(value_parser = UserName::parse)]
        name: UserName,
        /// What they may do.
        #[arg(long, value_parser = grants::role())]
        role: Role,
        #[command(flatten)]
        accounts: AccountArguments,
        #[command(flatten)]
        password: PasswordArguments,
        #[command(flatten)]
        store: StoreArguments,
    },
    /// List the users: what each may do, and when they last logged in.
    List {
        #[command(flatten)]
        store: StoreArguments,
    },
    /// Change what a user may do, at once.
    Grant {
        /// What they log in by.
        #[arg(value_parser = UserName::parse)]
        name: UserName,
        /// What they may do from now on.
        #[arg(long, value_parser = grants::role())]
        role: Role,
        #[command(flatten)]
        accounts: AccountArguments,
        #[command(flatten)]
        store: StoreArguments,
    },
    /// Let a user log in no more, and end their sessions at once.
    Disable {
        /// What they log in by.
        #[arg(value_parser = UserName::parse)]
        name: UserName,
        #[command(flatten)]
        store: StoreArguments,
    },
    /// Let a user log in again.
    Enable {
        /// What they log in by.
        #[arg(value_parser = UserName::parse)]
        name: UserName,
        #[command(flatten)]
        store: StoreArguments,
    },
    /// Give a user another password, which is asked for, and end their sessions at once.
    Passwd {
        /// What they log in by.
        #[arg(value_parser = UserName::parse)]
        name: UserName,
        #[command(flatten)]
        password: PasswordArguments,
        #[command(flatten)]
        store: StoreArguments,
    },
}

#[derive(Debug, clap::Args)]
struct PasswordArguments {
    /// Read the password from stdin, as one line, in place of asking for it at the terminal.
    #[arg(long)]
    password_stdin: bool,
}

/// Runs the sub-command.
pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    process::keep_memory_private();
    let (Command::Add { store, .. }
    | Command::List { store }
    | Command::Grant { store, .. }
    | Command::Disable { store, .. }
    | Command::Enable { store, .. }
    | Command::Passwd { store, .. }) = &arguments.command;
    let password = match &arguments.command {
        Command::Add { name, password, .. } | Command::Passwd { name, password, .. } => {
            Some(password.read(name)?)
        }
        _ => None,
    };
    let db = store.open_beside().await?;
    let done = act(&db, &arguments.command, password.as_ref()).await;
    db.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn act(db: &Db, command: &Command, password: Option<&Password>) -> anyhow::Result<()> {
    let (now, by) = (Clock::machine().now_ms(), Caller::local());
    let (name, is_there) = match (command, password) {
        (
            Command::Add {
                name,
                role,
                accounts,
                ..
            },
            Some(password),
        ) => {
            let user = NewUser {
                name: name.as_str().to_owned(),
                password: password.hash()?,
                grants: accounts.grant(*role),
                made_at: now,
            };
            if !db.add_user(&user, &by).await? {
                bail!("there is a user `{name}`: `evenkeel users grant` and `passwd` change them");
            }
            let granted = grants::told(&user.grants);
            say::say(format_args!("`{name}` ({granted}) may log in"));
            return Ok(());
        }
        (Command::Passwd { name, .. }, Some(password)) => {
            let hash = password.hash()?;
            let set = db.set_user_password(name.as_str(), &hash, None, None, &by, now);
            (name, set.await?)
        }
        (
            Command::Grant {
                name,
                role,
                accounts,
                ..
            },
            _,
        ) => {
            let grants: Grants = accounts.grant(*role);
            let granted = db.grant_user(name.as_str(), &grants, &by, now);
            (name, granted.await?)
        }
        (Command::Disable { name, .. }, _) => {
            (name, db.disable_user(name.as_str(), &by, now).await?)
        }
        (Command::Enable { name, .. }, _) => (name, db.enable_user(name.as_str(), &by, now).await?),
        _ => return list(db).await,
    };
    if !is_there {
        bail!("there is no user `{name}`");
    }
    Ok(())
}

impl PasswordArguments {
    /// The password, which is taken for that user.
    fn read(&self, name: &UserName) -> anyhow::Result<Password> {
        let text = if self.password_stdin {
            from_stdin()?
        } else {
            terminal::ask_twice(&format!("Password for {name}"))?
        };
        let password = Password::typed(text.to_string());
        password.require_strong(name.as_str())?;
        Ok(password)
    }
}

/// One line, without its end.
fn from_stdin() -> anyhow::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::new());
    io::stdin().take(MOST_BYTES).read_to_end(&mut bytes)?;
    let text = std::str::from_utf8(&bytes).context("the password is no text in UTF-8")?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.contains('\n') {
        bail!("stdin has more than one line: the password is one");
    }
    Ok(Zeroizing::new(line.to_owned()))
}

async fn list(db: &Db) -> anyhow::Result<()> {
    for user in db.users().await? {
        say::say(line(&user));
    }
    Ok(())
}

fn line(user: &User) -> String {
    let at = |ms: i64| Timestamp::from_millis(ms).to_string();
    let logged_in = user
        .logged_in_at
        .map_or("never logged in".to_owned(), |ms| {
            format!("last logged in {}", at(ms))
        });
    let disabled = user
        .disabled_at
        .map(|ms| format!(", disabled since {}", at(ms)));
    format!(
        "{}: {}, made {}, password of {}, {logged_in}{}",
        visible(&user.name),
        grants::told(&user.grants),
        at(user.made_at),
        at(user.password_at),
        disabled.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_listed_with_what_they_may_do_and_their_last_login() {
        let user = User {
            name: "lin".to_owned(),
            grants: Grants::everything(),
            disabled_at: None,
            made_at: 1_000,
            password_at: 2_000,
            logged_in_at: None,
        };
        insta::assert_snapshot!(line(&user), @"lin: admin of all accounts, made 1970-01-01T00:00:01Z, password of 1970-01-01T00:00:02Z, never logged in");
        let gone = User {
            disabled_at: Some(4_000),
            logged_in_at: Some(3_000),
            ..user
        };
        insta::assert_snapshot!(line(&gone), @"lin: admin of all accounts, made 1970-01-01T00:00:01Z, password of 1970-01-01T00:00:02Z, last logged in 1970-01-01T00:00:03Z, disabled since 1970-01-01T00:00:04Z");
    }
}
