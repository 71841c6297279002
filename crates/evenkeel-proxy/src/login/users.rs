//! Users who log in by a name and a password.

use axum::http::HeaderMap;
use evenkeel_api::{Actor, Caller, Login, Principal};
use evenkeel_store::UserPassword;

use super::{LetInBy, LoggedIn, Logins, Password, UserName};
use crate::{
    peer::Scheme,
    problem::{Problem, ProblemCode},
};

impl Logins {
    /// Begins a session for a name and a password: the value of its cookie's header. Whatever is wrong with them, the
    /// answer is the same, after the same work.
    pub(crate) async fn begin_by_password(
        &self,
        name: &str,
        password: Password,
        headers: &HeaderMap,
        scheme: Scheme,
        mut by: Caller,
    ) -> Result<String, Problem> {
        let (user, known) = self.compare(name, password, &by).await?;
        let (Some(user), Some(known)) = (&user, known.filter(|known| !known.is_disabled)) else {
            return Err(self.refuse(user.as_ref(), &by).await);
        };
        by.actor = Actor {
            who: Principal::User {
                name: user.as_str().to_owned(),
            },
            login: Login::Password,
        };
        let beginning = self.prepare(&by.actor, headers, scheme).await?;
        let (session, before) = (&beginning.session, beginning.before.as_ref());
        let store = &self.engine.store;
        let begun = store.begin_user_session(session, user.as_str(), &known.hash, before, &by);
        if !begun.await? {
            return Err(self.refuse(Some(user), &by).await);
        }
        self.attempts.forgive(by.address, name);
        Ok(self.begun(beginning))
    }

    /// Changes the password of whoever is logged in by one, and ends their other sessions.
    pub(crate) async fn change_password(
        &self,
        who: &LoggedIn,
        password: Password,
        new: Password,
        by: &Caller,
    ) -> Result<(), Problem> {
        let (Principal::User { name }, LetInBy::Session(session)) = (&who.actor.who, &who.by)
        else {
            let detail = "only a user of this proxy who is logged in at the console has a password to change";
            return Err(Problem::new(ProblemCode::NotAllowed, detail));
        };
        let (user, known) = self.compare(name, password, by).await?;
        let Some(known) = known.filter(|known| !known.is_disabled) else {
            return Err(self.refuse(user.as_ref(), by).await);
        };
        self.attempts.forgive(by.address, name);
        let owner = name.clone();
        let judged = move || new.require_strong(&owner).map(|()| new.hash());
        let hash = match self.checks.in_turn(judged).await? {
            Ok(Ok(hash)) => hash,
            Ok(Err(error)) => return Err(Problem::new(ProblemCode::Internal, error.to_string())),
            Err(weak) => return Err(Problem::new(ProblemCode::WeakPassword, weak.to_string())),
        };
        let (store, now) = (&self.engine.store, self.engine.clock.now_ms());
        let but = Some(session.id.as_str());
        let compared = Some(&known.hash);
        if !store
            .set_user_password(name, &hash, compared, but, by, now)
            .await?
        {
            return Err(self.refuse(user.as_ref(), by).await);
        }
        self.open.look();
        tracing::info!(user = name, "a password was changed");
        Ok(())
    }

    /// The user of a name, if there is one, and what their password was found to be the one of. It counts as a wrong one
    /// until it is forgiven; what could not be compared is no try.
    async fn compare(
        &self,
        name: &str,
        password: Password,
        by: &Caller,
    ) -> Result<(Option<UserName>, Option<UserPassword>), Problem> {
        let now = self.engine.clock.now_ms();
        if let Err(seconds) = self.attempts.begin(by.address, name, now) {
            let detail = "there were too many wrong passwords or codes: wait a moment";
            let problem = Problem::new(ProblemCode::TooManyAttempts, detail);
            return Err(problem.with_retry_after(seconds));
        }
        let compared = self.look_up_and_compare(name, password).await;
        if compared.is_err() {
            self.attempts.forgive(by.address, name);
        }
        compared
    }

    async fn look_up_and_compare(
        &self,
        name: &str,
        password: Password,
    ) -> Result<(Option<UserName>, Option<UserPassword>), Problem> {
        let user = UserName::parse(name).ok();
        // No user has the name of none, and looking takes as long.
        let looked_up = user.as_ref().map_or("", UserName::as_str);
        let known = self.engine.store.user_password(looked_up).await?;
        let hash = known.as_ref().map(|known| &known.hash);
        let is_right = self.checks.is(password, hash).await?;
        let user = user.filter(|_| known.is_some());
        Ok((user, known.filter(|_| is_right)))
    }

    /// Says that nobody is let in, and records it.
    async fn refuse(&self, user: Option<&UserName>, by: &Caller) -> Problem {
        let (store, now) = (&self.engine.store, self.engine.clock.now_ms());
        tracing::warn!("somebody showed a wrong name or password");
        let user = user.map(UserName::as_str);
        if let Err(error) = store.refuse_user(user, by, now).await {
            return error.into();
        }
        let detail = "the name or the password is wrong, or the user may not log in: `evenkeel users`, on the machine that the \
                      proxy runs on, lists them and sets passwords";
        Problem::new(ProblemCode::WrongLogin, detail)
    }
}
