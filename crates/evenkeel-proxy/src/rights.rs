//! What each route needs, and what whoever asks has: a route cannot be added without the right that it needs, and each
//! answer is about the accounts alone that somebody has the right for.

use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRequestParts, Request, State},
    handler::Handler,
    http::request::Parts,
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use evenkeel_api::{Accounts, Actor, Grants, MayNotApprove, Right, Role};
use evenkeel_engine::Account;

use crate::{
    app::App,
    login::LoggedIn,
    middleware::json,
    problem::{Problem, ProblemCode},
};

/// Routes that each need a right.
#[derive(Default)]
pub(crate) struct Guarded(Router<Arc<App>>);

impl Guarded {
    /// What is read there needs a right.
    pub(crate) fn get<H, T>(self, path: &str, right: Right, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.add(path, right, get(handler))
    }

    /// What is done there needs a right.
    pub(crate) fn post<H, T>(self, path: &str, right: Right, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        // Who may not do it is told that first.
        let route = post(handler).route_layer(from_fn(json::guard));
        self.add(path, right, route)
    }

    fn add(self, path: &str, right: Right, route: MethodRouter<Arc<App>>) -> Self {
        let route = route.route_layer(from_fn_with_state(right, guard));
        Self(self.0.route(path, route))
    }

    pub(crate) fn into_router(self) -> Router<Arc<App>> {
        self.0
    }
}

/// Lets nobody on who has the right for no account at all.
async fn guard(State(right): State<Right>, mut request: Request, next: Next) -> Response {
    let who = request.extensions().get::<LoggedIn>();
    // Whoever is not known has nothing.
    let grants = who.map(|who| Arc::clone(&who.grants)).unwrap_or_default();
    let actor = who.map_or(Actor::NOBODY, |who| who.actor.clone());
    let allowed = Allowed {
        grants,
        right,
        actor,
    };
    if allowed.grants.accounts(right).is_none() {
        let of = if right == Right::Administer {
            " for all accounts"
        } else {
            ""
        };
        return refused(right, of).into_response();
    }
    request.extensions_mut().insert(allowed);
    next.run(request).await
}

/// What whoever asks may do, as a route gets it.
#[derive(Debug, Clone)]
pub(crate) struct Allowed {
    grants: Arc<Grants>,
    /// What the route needs.
    right: Right,
    /// Who they are.
    actor: Actor,
}

impl Allowed {
    /// The accounts that one may know of.
    pub(crate) fn sees(&self) -> Accounts {
        self.grants.accounts(Right::Read)
    }

    /// The same for what needs another right.
    pub(crate) fn with(&self, right: Right) -> Self {
        Self {
            grants: Arc::clone(&self.grants),
            right,
            actor: self.actor.clone(),
        }
    }

    /// An account, if one may do there what the route does.
    pub(crate) fn account<'a>(&self, app: &'a App, id: &str) -> Result<&'a Arc<Account>, Problem> {
        let account = app.engine.account(id);
        let account = account.ok_or_else(Problem::unknown_account)?;
        self.require(id, Problem::unknown_account)?;
        Ok(account)
    }

    /// Whether one may approve what somebody ordered for an account, whatever the route needs.
    pub(crate) fn may_approve(
        &self,
        account: &str,
        ordered_by: Option<&Actor>,
    ) -> Result<(), MayNotApprove> {
        if !self.grants.allow(Right::Approve, account) {
            return Err(MayNotApprove::NoRight);
        }
        self.actor.may_approve(ordered_by)
    }

    /// Refuses what is about all accounts to whoever has the right for some.
    pub(crate) fn require_all(&self) -> Result<(), Problem> {
        match self.grants.accounts(self.right) {
            Accounts::All => Ok(()),
            Accounts::These(_) => Err(refused(self.right, " for all accounts")),
        }
    }

    /// Refuses what is about an account for which one has not the right. What is of an account that one may not know
    /// of is not there.
    pub(crate) fn require(
        &self,
        account: &str,
        not_there: impl FnOnce() -> Problem,
    ) -> Result<(), Problem> {
        if !self.grants.allow(Right::Read, account) {
            return Err(not_there());
        }
        if !self.grants.allow(self.right, account) {
            let of = format!(" for the account `{account}`");
            return Err(refused(self.right, &of));
        }
        Ok(())
    }
}

impl<S: Sync> FromRequestParts<S> for Allowed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let allowed = parts.extensions.get::<Self>().cloned();
        // INVARIANT: a route that asks is one of those that need a right.
        allowed.ok_or_else(|| Problem::new(ProblemCode::Internal, "the route needs no right"))
    }
}

fn refused(right: Right, of: &str) -> Problem {
    let roles = Role::ALL.into_iter();
    let having = roles.filter(|role| role.rights().contains(&right));
    let having: Vec<String> = having.map(|role| format!("`{role}`")).collect();
    let detail = format!(
        "this needs the right `{right}`{of}, which {} has",
        having.join(" or ")
    );
    Problem::new(ProblemCode::NotAllowed, detail)
}
