//! How a session begins: whoever has shown who they are gets a cookie that nobody knew before.

use axum::http::HeaderMap;
use evenkeel_api::{Actor, Caller, Login, Principal};
use evenkeel_store::{NewSession, Redeemed, SecretHash};
use uuid::Uuid;

use super::{BearerSecret, LONGEST_MS, LoginCode, Logins, NoRandomError, principal_text};
use crate::{
    peer::Scheme,
    problem::{Problem, ProblemCode},
};

/// A session that is about to begin.
pub(super) struct Beginning {
    /// As the store takes it.
    pub(super) session: NewSession,
    /// What the browser shows of the session that it has, if any: that one ends.
    pub(super) before: Option<SecretHash>,
    /// The header that gives the browser what it shows from then on.
    cookie: String,
}

impl Logins {
    /// Prepares a session of somebody who has shown who they are, or is about to.
    pub(super) async fn prepare(
        &self,
        actor: &Actor,
        headers: &HeaderMap,
        scheme: Scheme,
    ) -> Result<Beginning, Problem> {
        let now = self.engine.clock.now_ms();
        let cookie = self.cookie().await?;
        let secret = BearerSecret::of_session().map_err(|error| no_random(&error))?;
        Ok(Beginning {
            session: NewSession {
                id: Uuid::new_v4().to_string(),
                hash: secret.hash(),
                principal: principal_text(&actor.who),
                login: actor.login.clone(),
                began_at: now,
                ends_at: now + LONGEST_MS,
            },
            before: cookie.hash_in(headers, scheme),
            cookie: cookie.set(&secret, LONGEST_MS / 1_000, scheme),
        })
    }

    /// Goes on from where the store has the session: the value of its cookie's header.
    pub(super) fn begun(&self, beginning: Beginning) -> String {
        self.open.look();
        tracing::info!(session = beginning.session.id, "somebody logged in");
        beginning.cookie
    }

    /// Begins a session for a code: the value of its cookie's header.
    pub(crate) async fn begin_by_code(
        &self,
        code: &str,
        headers: &HeaderMap,
        scheme: Scheme,
        mut by: Caller,
    ) -> Result<String, Problem> {
        let (store, now) = (&self.engine.store, self.engine.clock.now_ms());
        if let Some(seconds) = self.attempts.wait_s(by.address, now) {
            let detail = "there were too many wrong codes from this address: wait a moment";
            let problem = Problem::new(ProblemCode::TooManyAttempts, detail);
            return Err(problem.with_retry_after(seconds));
        }
        by.actor = Actor {
            who: Principal::Local,
            login: Login::Code,
        };
        let beginning = self.prepare(&by.actor, headers, scheme).await?;
        let code = LoginCode::typed(code).hash();
        let (session, before) = (&beginning.session, beginning.before.as_ref());
        match store.redeem_login_code(&code, session, before, &by).await? {
            Redeemed::Begun => Ok(self.begun(beginning)),
            Redeemed::Wrong(codes) => {
                self.attempts.count(by.address, now);
                tracing::warn!("somebody showed a wrong login code");
                self.after_wrong(codes).await;
                let detail = "the code is wrong, was used, or is older than ten minutes: `evenkeel login`, on the \
                              machine that the proxy runs on, shows a new one";
                Err(Problem::new(ProblemCode::WrongCode, detail))
            }
        }
    }
}

fn no_random(error: &NoRandomError) -> Problem {
    Problem::new(ProblemCode::Internal, error.to_string())
}
