//! Who asks: a session of a browser, a token of a tool, or nobody that is known.
//!
//! With the embedded sandbox alone nothing is real, and nobody is asked. As soon as there is any other account, each
//! request below `/api` shows a session's cookie or a token; how long they are good is said here.

mod attempts;
mod begin;
mod codes;
mod cookie;
mod open;
mod password;
mod password_checks;
mod provider;
mod round_trip;
mod secret;
mod user_name;
mod users;

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use evenkeel_api::{
    Accounts, Actor, Caller, Grants, Login, LoginProvider, LoginWays, Principal, Right,
};
use evenkeel_engine::{Account, Engine};
use evenkeel_store::{SecretHash, Session};
use tokio::sync::OnceCell;

use crate::{
    oidc::Oidc,
    peer::Scheme,
    problem::{Problem, ProblemCode},
};
use attempts::Attempts;
pub(crate) use codes::CodeDisplay;
pub use codes::{LoginCodeError, new_login_code};
pub(crate) use cookie::SessionCookie;
use open::OpenLogin;
pub(crate) use open::{LoginEnd, OpenLogins};
pub use password::{Password, PasswordHashError, WeakPassword};
pub(crate) use password_checks::PasswordChecks;
pub(crate) use provider::{Arrival, Returned, SentOn};
pub(crate) use round_trip::ReturnPath;
pub use secret::{BearerSecret, LoginCode, NoRandomError};
pub use user_name::UserName;

const MINUTE_MS: i64 = 60_000;
/// How long a session lasts that nobody uses.
const IDLE_MS: i64 = 2 * 60 * MINUTE_MS;
/// How long a session lasts, however much it is used.
const LONGEST_MS: i64 = 12 * 60 * MINUTE_MS;

/// What there is to know who asks.
#[derive(Debug)]
pub(crate) struct Logins {
    is_asked: bool,
    engine: Arc<Engine>,
    cookie: OnceCell<SessionCookie>,
    attempts: Attempts,
    pub(crate) checks: PasswordChecks,
    /// The same of logins at the provider: a page of another site can have a browser come back with nothing.
    returns: Attempts,
    /// Where people log in who are known elsewhere, if anywhere.
    pub(crate) oidc: Option<Arc<Oidc>>,
    /// Where a new code is shown, if anywhere.
    pub(crate) display: Option<CodeDisplay>,
    pub(crate) open: Arc<OpenLogins>,
}

/// One who was let in.
#[derive(Debug, Clone)]
pub(crate) struct LoggedIn {
    pub(crate) actor: Actor,
    /// What they may do.
    pub(crate) grants: Arc<Grants>,
    /// What they were let in by.
    pub(crate) by: LetInBy,
}

/// What somebody was let in by.
#[derive(Debug, Clone)]
pub(crate) enum LetInBy {
    /// Nobody is asked.
    Nothing,
    /// A session.
    Session(Session),
    /// A token, by its id.
    Token(String),
}

impl LoggedIn {
    /// What has to go on being good for what takes long; nothing where nobody is asked.
    pub(crate) fn login_id(&self) -> Option<&str> {
        match &self.by {
            LetInBy::Nothing => None,
            LetInBy::Session(session) => Some(&session.id),
            LetInBy::Token(id) => Some(id),
        }
    }
}

/// Whoever is at the machine, as the store keeps whose a token is.
#[must_use]
pub fn local_principal() -> String {
    principal_text(&Principal::Local)
}

/// A principal as the store keeps it.
fn principal_text(principal: &Principal) -> String {
    // Texts by name: they can be written.
    serde_json::to_string(principal).unwrap_or_default()
}

/// One whom this version does not know may do nothing that asks who they are.
fn principal_of(text: &str) -> Principal {
    serde_json::from_str(text).unwrap_or(Principal::Other)
}

impl Logins {
    pub(crate) fn new(engine: &Arc<Engine>) -> Self {
        let is_real = |account: &Arc<Account>| !account.view().sandbox;
        Self {
            is_asked: engine.accounts.iter().any(is_real),
            engine: Arc::clone(engine),
            cookie: OnceCell::new(),
            attempts: Attempts::default(),
            checks: PasswordChecks::default(),
            returns: Attempts::default(),
            oidc: None,
            display: None,
            open: Arc::new(OpenLogins::default()),
        }
    }

    /// Whether everybody is asked who they are.
    pub(crate) fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// How one logs in here; whoever asks need not be logged in.
    pub(crate) async fn ways(&self) -> Result<LoginWays, Problem> {
        Ok(LoginWays {
            code: self.is_asked,
            password: self.is_asked && self.engine.store.has_users().await?,
            provider: self
                .oidc
                .as_ref()
                .filter(|_| self.is_asked)
                .map(|oidc| LoginProvider {
                    name: oidc.name().to_owned(),
                }),
        })
    }

    /// The cookie of this store's sessions.
    pub(crate) async fn cookie(&self) -> Result<&SessionCookie, Problem> {
        let make = async || {
            let head = self.engine.store.audit_head().await?;
            Ok(SessionCookie::of_store(&head.store))
        };
        self.cookie.get_or_try_init(make).await
    }

    /// Who sends a request, by its headers and how it came alone.
    pub(crate) async fn find(
        &self,
        headers: &HeaderMap,
        scheme: Scheme,
    ) -> Result<LoggedIn, Problem> {
        if !self.is_asked {
            return Ok(LoggedIn {
                actor: Actor::LOCAL,
                grants: Arc::new(Grants::everything()),
                by: LetInBy::Nothing,
            });
        }
        let found = if headers.contains_key(header::AUTHORIZATION) {
            self.by_token(headers).await?
        } else {
            self.by_session(headers, scheme).await?
        };
        found.ok_or_else(|| {
            let detail = "nobody is logged in, or the session or token is over: log in at the console, or send \
                          `authorization: Bearer …` with a token of `evenkeel tokens add`";
            Problem::new(ProblemCode::LoginNeeded, detail)
        })
    }

    async fn by_token(&self, headers: &HeaderMap) -> Result<Option<LoggedIn>, Problem> {
        let Some(secret) = bearer(headers) else {
            return Ok(None);
        };
        let (store, now) = (&self.engine.store, self.engine.clock.now_ms());
        let Some(token) = store.api_token(&SecretHash::of(secret), now).await? else {
            return Ok(None);
        };
        if let Err(error) = store.use_api_token(&token, now).await {
            tracing::warn!(%error, "the last use of a token was not kept");
        }
        Ok(Some(LoggedIn {
            actor: Actor {
                who: principal_of(&token.principal),
                login: Login::Token {
                    token: token.id.clone(),
                },
            },
            grants: Arc::new(token.grants),
            by: LetInBy::Token(token.id),
        }))
    }

    async fn by_session(
        &self,
        headers: &HeaderMap,
        scheme: Scheme,
    ) -> Result<Option<LoggedIn>, Problem> {
        let Some(hash) = self.cookie().await?.hash_in(headers, scheme) else {
            return Ok(None);
        };
        let (store, now) = (&self.engine.store, self.engine.clock.now_ms());
        let Some(session) = store.session(&hash, now, now - IDLE_MS).await? else {
            return Ok(None);
        };
        if let Err(error) = store.see_session(&session, now).await {
            tracing::warn!(%error, "the last use of a session was not kept: it ends sooner");
        }
        Ok(Some(LoggedIn {
            actor: Actor {
                who: principal_of(&session.principal),
                login: session.login.clone(),
            },
            grants: Arc::new(session.grants.clone()),
            by: LetInBy::Session(session),
        }))
    }

    /// How many sessions are good at a time, whoever's they are.
    pub(crate) async fn session_count(&self, now: i64) -> Result<i64, Problem> {
        Ok(self.engine.store.session_count(now, now - IDLE_MS).await?)
    }

    /// One's own sessions, with whose they are; of an admin of all accounts everybody's.
    pub(crate) async fn sessions(
        &self,
        who: &LoggedIn,
    ) -> Result<Vec<(Principal, Session)>, Problem> {
        let now = self.engine.clock.now_ms();
        let sees_all = who.grants.accounts(Right::Administer) == Accounts::All;
        let all = self.engine.store.sessions(now, now - IDLE_MS).await?;
        let all = all.into_iter().map(|it| (principal_of(&it.principal), it));
        let seen = all.filter(|(owner, _)| sees_all || owner.is(&who.actor.who));
        Ok(seen.collect())
    }

    /// Ends one of those sessions; another's is none.
    pub(crate) async fn end(&self, who: &LoggedIn, id: &str, by: &Caller) -> Result<(), Problem> {
        let (store, now) = (&self.engine.store, self.engine.clock.now_ms());
        let seen = self.sessions(who).await?;
        let is_ended = match seen.iter().find(|(_, session)| session.id == id) {
            Some((_, session)) => store.end_session(&session.principal, id, by, now).await?,
            None => false,
        };
        if !is_ended {
            let detail = "there is no such session of yours, or it is over";
            return Err(Problem::new(ProblemCode::UnknownSession, detail));
        }
        self.open.look();
        tracing::info!(session = id, "a session was ended");
        Ok(())
    }

    /// Completes when what somebody was let in by is good no more, or they may do something else by it.
    pub(crate) fn end_of(&self, who: &LoggedIn) -> LoginEnd {
        let login = who.login_id().map(|id| OpenLogin {
            id: id.to_owned(),
            grants: Arc::clone(&who.grants),
        });
        self.open.end(Arc::clone(&self.engine), login, IDLE_MS)
    }
}

/// What the one `authorization` header shows.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (scheme, secret) = values.next()?.to_str().ok()?.split_once(' ')?;
    let is_one = values.next().is_none() && scheme.eq_ignore_ascii_case("bearer");
    is_one.then_some(secret.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let pairs = values
            .iter()
            .map(|value| (header::AUTHORIZATION, value.parse().unwrap()));
        pairs.collect()
    }

    #[test]
    fn one_bearer_is_one_and_everything_else_is_none() {
        assert_eq!(bearer(&headers(&["Bearer abc"])), Some("abc"));
        assert_eq!(bearer(&headers(&["bearer abc "])), Some("abc"));
        for odd in [
            &["Basic abc"][..],
            &["abc"],
            &["Bearer"],
            &["Bearer a", "Bearer b"],
            &[],
        ] {
            assert_eq!(bearer(&headers(odd)), None, "{odd:?}");
        }
    }

    #[test]
    fn whoever_a_newer_version_let_in_is_nobody_here() {
        let text = principal_text(&Principal::Local);
        assert_eq!(principal_of(&text), Principal::Local);
        assert_eq!(principal_of("who knows"), Principal::Other);
    }
}
