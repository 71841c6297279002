//! What a second person says about a batch that waits for them.

use std::{future::Future, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::HeaderMap,
};
use evenkeel_api::{Approve, BatchSummary, BreakGlass, MayNotApprove, Reject};
use evenkeel_engine::DecideError;
use evenkeel_store::journal::ApprovalError;
use serde::de::DeserializeOwned;

use super::{ORDER_LIMIT, create, id, require, storable, summary, unknown};
use crate::{
    app::App,
    by::By,
    problem::{Problem, ProblemCode},
    rights::Allowed,
};

/// The longest reason, in characters.
const REASON_MAX: usize = 1000;

type BatchPath = Result<Path<String>, PathRejection>;

/// Says that a batch may be sent.
pub(crate) async fn approve(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    path: BatchPath,
    By(by): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<BatchSummary>, Problem> {
    let id = id(path)?;
    let Approve { plan, password } = read(&app, &headers, body).await?;
    require(&app, &allowed, &id).await?;
    let (engine, of) = (Arc::clone(&app.engine), id.clone());
    decide(async move { engine.approve(&of, &plan, password, &by).await }).await?;
    summary(&app, &allowed, &id).await
}

/// Says that it may not.
pub(crate) async fn reject(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    path: BatchPath,
    By(by): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<BatchSummary>, Problem> {
    let id = id(path)?;
    let Reject { reason } = read(&app, &headers, body).await?;
    let reason = said(&reason)?;
    require(&app, &allowed, &id).await?;
    app.engine.reject(&id, &reason, &by).await?;
    summary(&app, &allowed, &id).await
}

/// Has a batch sent without a second person.
pub(crate) async fn break_glass(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    path: BatchPath,
    By(by): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<BatchSummary>, Problem> {
    let id = id(path)?;
    let BreakGlass {
        plan,
        reason,
        password,
    } = read(&app, &headers, body).await?;
    let reason = said(&reason)?;
    require(&app, &allowed, &id).await?;
    let (engine, of) = (Arc::clone(&app.engine), id.clone());
    decide(async move {
        let (plan, reason) = (plan.as_str(), reason.as_str());
        engine.break_glass(&of, plan, password, reason, &by).await
    })
    .await?;
    summary(&app, &allowed, &id).await
}

/// In a task of its own: a client that goes away leaves nothing half done.
async fn decide(
    deciding: impl Future<Output = Result<(), DecideError>> + Send + 'static,
) -> Result<(), Problem> {
    let decided = tokio::spawn(deciding).await;
    let broken = |_| Problem::new(ProblemCode::Internal, "deciding about the batch broke off");
    Ok(decided.map_err(broken)??)
}

/// Reads a body that a password may stand in.
async fn read<T: DeserializeOwned>(
    app: &App,
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Problem> {
    let bodies = &app.bodies;
    let parsed = bodies.parse_secret_json(headers, body, ORDER_LIMIT, "the body");
    Ok(parsed.await?.0)
}

/// Who has to approve it instead.
const fn needed(why: MayNotApprove) -> &'static str {
    match why {
        MayNotApprove::Token => {
            "a person who is logged in has to approve it: a token counts as its owner where it orders, and approves nothing"
        }
        MayNotApprove::OwnOrder => "whoever ordered it cannot approve it: somebody else has to",
        MayNotApprove::UnknownOrderer => {
            "nobody knows who ordered it, so nobody is known to be another: order it again"
        }
        MayNotApprove::NoName => {
            "whoever approves it has to be known by a name: a code is good for whoever has it. Log in as a user, or at the \
             provider of identities"
        }
        MayNotApprove::NoRight | MayNotApprove::Other => "somebody else has to approve it",
    }
}

/// A reason that says something.
fn said(reason: &str) -> Result<String, Problem> {
    let reason = storable(reason.trim());
    if (1..=REASON_MAX).contains(&reason.chars().count()) {
        return Ok(reason);
    }
    let detail = format!("`reason` must be a text of 1 to {REASON_MAX} characters");
    Err(Problem::new(ProblemCode::InvalidParameters, detail).unprocessable())
}

impl From<DecideError> for Problem {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::Approval(error) => error.into(),
            DecideError::Destination(error) => error.into(),
            DecideError::Invalid(report) => create::invalid(report),
            DecideError::NoBreakGlass => Self::new(
                ProblemCode::NoBreakGlass,
                "the policy lets nothing be sent without an approval (`break_glass` of `[approval]`)",
            ),
        }
    }
}

impl From<ApprovalError> for Problem {
    fn from(error: ApprovalError) -> Self {
        match error {
            ApprovalError::Missing => unknown(),
            ApprovalError::NotWaiting => Self::new(
                ProblemCode::NotWaiting,
                "the batch waits for no approval: it needs none, somebody decided already, or the time for it is over",
            ),
            ApprovalError::PlanChanged => Self::new(
                ProblemCode::PlanChanged,
                "what would be sent is not what `plan` is the hash of: look at the batch again",
            ),
            ApprovalError::SecondPersonNeeded(why) => {
                Self::new(ProblemCode::SecondPersonNeeded, needed(why))
            }
            ApprovalError::NotAPerson => Self::new(
                ProblemCode::SecondPersonNeeded,
                "a person who is logged in has to say this, and no token can",
            ),
            ApprovalError::PasswordNeeded => Self::new(
                ProblemCode::PasswordNeeded,
                "items of the batch take a password, and none is kept while it waits: say it as `password`",
            ),
            ApprovalError::Store(error) => error.into(),
        }
    }
}
