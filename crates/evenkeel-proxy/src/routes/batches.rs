//! `/api/v1/batches…`: what changes something in a cloud is taken here, sent by the journal, and
//! shown until it has come to its end.

pub(crate) mod approval;
mod create;
mod query;

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use evenkeel::BatchDraft;
use evenkeel_api::{
    Accounts, ApprovalState, Batch, BatchList, BatchSummary, Item, ItemDetail, ItemPage,
    RetryFailed, Settle, headers, paths,
};
use evenkeel_engine::{BatchRequest, Taken};
use evenkeel_store::journal::{BatchQuery, CommandError};

use crate::{
    app::App,
    body::Room,
    by::By,
    problem::{Problem, ProblemCode},
    request_context::RequestContext,
    rights::Allowed,
    views::tell_what_holds,
};

/// The largest batch taken, in bytes: some hundred thousand items.
const BODY_LIMIT: usize = 32 * 1024 * 1024;
/// The largest body of an order, in bytes.
const ORDER_LIMIT: usize = 16 * 1024;
/// How many batches are looked through for a page of those in a state.
const MOST_LOOKED_AT: usize = 1000;

const REPLAYED: HeaderName = HeaderName::from_static(headers::IDEMPOTENCY_REPLAYED);

/// The path of an item.
type ItemPath = Result<Path<(String, u32)>, PathRejection>;

/// Takes a batch.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Extension(context): Extension<RequestContext>,
    allowed: Allowed,
    By(by): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let key = create::key(&headers)?;
    // The room is held until the batch is taken.
    let parsed = app
        .bodies
        .parse_secret_json(&headers, body, BODY_LIMIT, "the batch");
    let (batch, room): (BatchDraft, _) = parsed.await?;
    context.note(|known| known.account = Some(batch.account.clone()));
    allowed.require(&batch.account, Problem::unknown_account)?;
    let request = BatchRequest::of_batch(key, batch, by);
    take(app, &allowed, request, room).await
}

/// Batches, newest first.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    RawQuery(query): RawQuery,
) -> Result<Json<BatchList>, Problem> {
    let asked = query::ListQuery::parse(query.as_deref().unwrap_or_default())?;
    let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    let mut before = asked.cursor;
    let sees = allowed.sees();
    let accounts = match asked.account {
        Some(account) => Accounts::These(
            Some(account)
                .filter(|id| sees.has(id))
                .into_iter()
                .collect(),
        ),
        None => sees,
    };
    let mut batches: Vec<BatchSummary> = Vec::new();
    let mut looked_at = 0;
    loop {
        let query = BatchQuery {
            accounts: accounts.clone(),
            before: before.clone(),
            // One more than wanted tells whether there are more.
            limit: asked.limit.saturating_add(1),
        };
        let mut found = app.engine.store.batches(&query).await?;
        for batch in &mut found {
            tell(&app, &allowed, batch);
        }
        let more = found.len() > limit;
        found.truncate(limit);
        looked_at += found.len();
        let mut found = found.into_iter();
        for batch in found.by_ref() {
            before = Some(batch.id.clone());
            if asked.state.is_none_or(|state| batch.state == state) {
                batches.push(batch);
                if batches.len() == limit {
                    break;
                }
            }
        }
        let more = more || found.next().is_some();
        // A state is no column: pages go on until enough were looked at.
        if batches.len() == limit || looked_at >= MOST_LOOKED_AT || !more {
            let next = before.filter(|_| more);
            return Ok(Json(BatchList { batches, next }));
        }
    }
}

/// A batch with the first of its items.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Batch>, Problem> {
    let id = id(path)?;
    require(&app, &allowed, &id).await?;
    let mut batch = app.engine.store.batch(&id).await?.ok_or_else(unknown)?;
    tell(&app, &allowed, &mut batch.summary);
    Ok(Json(batch))
}

/// Items of a batch.
pub(crate) async fn items(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Json<ItemPage>, Problem> {
    let id = id(path)?;
    require(&app, &allowed, &id).await?;
    let (after, limit) = query::items(query.as_deref().unwrap_or_default())?;
    Ok(Json(app.engine.store.batch_items(&id, after, limit).await?))
}

/// An item with its life.
pub(crate) async fn item(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    path: ItemPath,
) -> Result<Json<ItemDetail>, Problem> {
    let Path((id, index)) = path.map_err(|_| unknown())?;
    require(&app, &allowed, &id).await?;
    let item = app.engine.store.batch_item(&id, index).await?;
    item.map(Json).ok_or_else(unknown)
}

/// Takes a person's word for what became of an unknown item.
pub(crate) async fn settle(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    path: ItemPath,
    By(by): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Item>, Problem> {
    let Path((id, index)) = path.map_err(|_| unknown())?;
    let Settle { settle_as, note } = app.bodies.parse_json(&headers, body, ORDER_LIMIT).await?;
    require(&app, &allowed, &id).await?;
    // PostgreSQL's texts know no NUL.
    let note = note.as_deref().map(storable);
    let now = app.engine.clock.now_ms();
    app.engine
        .store
        .settle_item(&id, index, settle_as, note.as_deref(), &by, now)
        .await
        .map_err(refused)?;
    let item = app.engine.store.batch_items_at(&id, &[index]).await?.pop();
    item.map(Json).ok_or_else(unknown)
}

/// Holds a batch: what is sending goes on.
pub(crate) async fn pause(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    By(by): By,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<BatchSummary>, Problem> {
    let id = id(path)?;
    require(&app, &allowed, &id).await?;
    let now = app.engine.clock.now_ms();
    app.engine
        .store
        .pause_batch(&id, true, &by, now)
        .await
        .map_err(refused)?;
    summary(&app, &allowed, &id).await
}

/// Lets a batch go on.
pub(crate) async fn resume(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    By(by): By,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<BatchSummary>, Problem> {
    let id = id(path)?;
    require(&app, &allowed, &id).await?;
    app.engine.require_destination(&id).await?;
    let now = app.engine.clock.now_ms();
    app.engine
        .store
        .pause_batch(&id, false, &by, now)
        .await
        .map_err(refused)?;
    let summary = summary(&app, &allowed, &id).await?;
    app.engine.notifier.wake_sender(&summary.account);
    Ok(summary)
}

/// Calls off what has not left.
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    By(by): By,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<BatchSummary>, Problem> {
    let id = id(path)?;
    require(&app, &allowed, &id).await?;
    app.engine
        .store
        .cancel_batch(&id, &by, app.engine.clock.now_ms())
        .await
        .map_err(refused)?;
    app.engine.journal.forget_unneeded().await?;
    summary(&app, &allowed, &id).await
}

/// Takes the items that were rejected or not sent as a new batch.
pub(crate) async fn retry_failed(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    path: Result<Path<String>, PathRejection>,
    By(by): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let id = id(path)?;
    let key = create::key(&headers)?;
    let parsed = app
        .bodies
        .parse_secret_json(&headers, body, ORDER_LIMIT, "the body");
    let (
        RetryFailed {
            password,
            without_password,
        },
        room,
    ) = parsed.await?;
    require(&app, &allowed, &id).await?;
    let Some(earlier) = app.engine.store.batch_summary(&id).await? else {
        return Err(unknown());
    };
    let failed = app.engine.store.failed_items(&id).await?;
    if password.is_some() && without_password {
        let detail = "the body says a `password`, and `without_password`: leave one out";
        return Err(Problem::new(ProblemCode::InvalidParameters, detail).unprocessable());
    }
    let mut request = BatchRequest::of_retry(key, &earlier, failed, password, by);
    if without_password {
        request = request.without_password();
    }
    take(app, &allowed, request, room).await
}

/// In a task of its own: a client that goes away leaves nothing half done.
async fn take(
    app: Arc<App>,
    allowed: &Allowed,
    request: BatchRequest,
    room: Room,
) -> Result<Response, Problem> {
    let taking = Arc::clone(&app);
    let taking = async move {
        let taken = taking.engine.create_batch(request).await;
        drop(room);
        taken
    };
    let taken = tokio::spawn(taking)
        .await
        .map_err(|_| Problem::new(ProblemCode::Internal, "taking the batch broke off"))??;
    let (id, is_new) = match &taken {
        Taken::New(id) => (id, true),
        Taken::Same(id) => (id, false),
    };
    let mut batch = app.engine.store.batch(id).await?.ok_or_else(unknown)?;
    tell_may_approve(allowed, &mut batch.summary);
    let mut headers = HeaderMap::new();
    if let Ok(location) = HeaderValue::from_str(&paths::batch(id)) {
        headers.insert(header::LOCATION, location);
    }
    let status = if is_new {
        StatusCode::CREATED
    } else {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
        StatusCode::OK
    };
    Ok((status, headers, Json(batch)).into_response())
}

/// Says of a batch what its rows do not: who sends it, and what whoever asks may.
fn tell(app: &App, allowed: &Allowed, batch: &mut BatchSummary) {
    tell_what_holds(&app.engine, batch);
    tell_may_approve(allowed, batch);
}

/// Says of a batch that waits for an approval whether whoever asks may give it.
fn tell_may_approve(allowed: &Allowed, batch: &mut BatchSummary) {
    let Some(approval) = &mut batch.approval else {
        return;
    };
    if approval.state != ApprovalState::Waiting {
        return;
    }
    let may = allowed.may_approve(&batch.account, batch.by.as_ref());
    approval.may_approve = Some(may.is_ok());
    approval.may_not_because = may.err();
}

/// What a person wrote, as the store takes it: PostgreSQL's texts know no NUL.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

async fn summary(app: &App, allowed: &Allowed, id: &str) -> Result<Json<BatchSummary>, Problem> {
    let mut summary = app
        .engine
        .store
        .batch_summary(id)
        .await?
        .ok_or_else(unknown)?;
    tell(app, allowed, &mut summary);
    Ok(Json(summary))
}

/// Refuses a batch of an account for which one has not the right.
async fn require(app: &App, allowed: &Allowed, id: &str) -> Result<(), Problem> {
    let order = app.engine.store.batch_order(id).await?;
    let (account, _) = order.ok_or_else(unknown)?;
    allowed.require(&account, unknown)
}

fn id(path: Result<Path<String>, PathRejection>) -> Result<String, Problem> {
    path.map(|Path(id)| id).map_err(|_| unknown())
}

fn unknown() -> Problem {
    Problem::new(
        ProblemCode::UnknownBatch,
        format!(
            "there is no such batch, or it has no such item; GET {} lists the batches",
            paths::batches()
        ),
    )
}

fn refused(error: CommandError) -> Problem {
    match error {
        CommandError::Missing => unknown(),
        CommandError::NotUnknown => Problem::new(
            ProblemCode::NotUnknown,
            "the item is not unknown, so there is nothing to say about it",
        ),
        CommandError::Store(error) => error.into(),
    }
}
