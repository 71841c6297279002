//! `GET /api/v1/events`, `GET /api/v1/events/{account}/{event_id}`, `POST /api/v1/events/refresh`

pub(crate) mod listing;
mod query;
mod since;

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
};
use evenkeel::Timestamp;
use evenkeel_api::{
    AccountStatus, Accounts, EventDetail, EventPage, Facets, Refresh, RefreshAnswer, paths,
};
use evenkeel_engine::Engine;
use evenkeel_store::{Counts, EventQuery, StoreError};
use serde_json::value::RawValue;

use crate::{
    app::App,
    problem::{Problem, ProblemCode},
    rights::Allowed,
    views::{event_json, readable, statuses},
};
use query::PageQuery;

/// The largest body that asks for a sync: it names accounts.
const REFRESH_LIMIT: usize = 64 * 1024;

/// The events are the store's own JSON.
type RawEventPage = EventPage<Box<RawValue>>;
type Detail = EventDetail<Box<RawValue>>;

/// A page of the stored events.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    RawQuery(query): RawQuery,
) -> Result<Json<RawEventPage>, Problem> {
    let mut asked = PageQuery::parse(query.as_deref().unwrap_or_default())?;
    asked.group_by(app.engine.group_by.as_deref());
    // First: what changes after this is told by the stream that begins here.
    let position = app.engine.store.head().await?;
    let rows = app.engine.store.sync_statuses().await?;
    let kept = app.engine.counts.at(&app.engine.store, position).await?;
    let sees = allowed.sees();
    let accounts = statuses(&app.engine, &rows, &kept, &sees);
    let Some(query) = visible(&app, &sees, &kept, asked.query.clone()) else {
        return Ok(Json(nothing(&app, accounts, asked.facets, position)));
    };
    let searched = search(&app, &asked, &query, position).await?;
    let counts = searched.as_ref().unwrap_or(&kept).seen_of(&sees);
    let total = counts.total(&query);
    let page = app
        .engine
        .store
        .event_page(
            &query,
            asked.after.as_ref(),
            asked.limit,
            counts.expected(&query),
        )
        .await?;
    let numbers: Vec<i64> = page.events.iter().map(|event| event.n).collect();
    let open = app.engine.store.open_items_on(&numbers).await?;
    let events = readable(&page.events, &rows, &open).into_iter();
    Ok(Json(RawEventPage {
        events: events.map(|(_, json)| json).collect(),
        next: page.next.map(|next| next.to_text()),
        total,
        facets: asked.facets.then(|| counts.facets(&query)),
        accounts,
        position,
        now: Timestamp::from_millis(app.engine.clock.now_ms()),
    }))
}

/// What a search finds and in which numbers; `None` where it is for nothing.
async fn search(
    app: &App,
    asked: &PageQuery,
    query: &EventQuery,
    position: i64,
) -> Result<Option<Counts>, StoreError> {
    let Engine { store, texts, .. } = &*app.engine;
    let after = asked.after.as_ref();
    match texts
        .search(store, position, query, after, asked.limit)
        .await?
    {
        Some(found) => Ok(Some(found)),
        None => store.search_counts(query).await,
    }
}

/// One event with its life and what was done about it.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    path: Result<Path<(String, String)>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Json<Detail>, Problem> {
    let unknown = || {
        let detail = format!(
            "no such event was seen in that account; GET {} lists those that were",
            paths::events()
        );
        Problem::new(ProblemCode::UnknownEvent, detail)
    };
    let Path((account, event_id)) = path.map_err(|_| unknown())?;
    let resource = query::resource_id(query.as_deref().unwrap_or_default())?;
    allowed.account(&app, &account)?;
    let life = app
        .engine
        .store
        .event_life(&account, &event_id, resource.as_deref())
        .await?
        .ok_or_else(unknown)?;
    let identity = &life.identity;
    let items = app
        .engine
        .store
        .event_items(&account, &identity.event_id, &identity.resource_id)
        .await?;
    let rows = app.engine.store.sync_statuses().await?;
    let open = app.engine.store.open_items_on(&[life.event.n]).await?;
    Ok(Json(Detail {
        event: event_json(&life.event, &rows, &open)?,
        history: life.snapshots,
        items,
    }))
}

/// Asks for early syncs.
pub(crate) async fn refresh(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<RefreshAnswer>), Problem> {
    let asked: Refresh = app.bodies.parse_json(&headers, body, REFRESH_LIMIT).await?;
    let ids: BTreeSet<String> = match asked.accounts {
        Some(ids) => ids.into_iter().collect(),
        None => seen_accounts(&app, &allowed.sees()).collect(),
    };
    for id in &ids {
        allowed.account(&app, id)?;
    }
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    app.engine.requests.request(&names).await?;
    let rows = app.engine.store.sync_statuses().await?;
    let head = app.engine.store.head().await?;
    let counts = app.engine.counts.at(&app.engine.store, head).await?;
    let accounts = statuses(&app.engine, &rows, &counts, &Accounts::These(ids));
    Ok((StatusCode::ACCEPTED, Json(RefreshAnswer { accounts })))
}

/// The configured accounts that somebody sees, by id.
fn seen_accounts(app: &App, sees: &Accounts) -> impl Iterator<Item = String> {
    let ids = app.engine.accounts.iter().map(|account| account.id());
    ids.filter(|id| sees.has(id)).map(str::to_owned)
}

/// The query for accounts that are configured and seen: the store may hold others from before. Nothing where none of
/// those asked for is.
fn visible(
    app: &App,
    sees: &Accounts,
    counts: &Counts,
    mut query: EventQuery,
) -> Option<EventQuery> {
    let known = |id: &str| sees.has(id) && app.engine.account(id).is_some();
    if !query.accounts.is_empty() {
        query.accounts.retain(|id| known(id));
        return (!query.accounts.is_empty()).then_some(query);
    }
    // Whoever sees some is told of those by name: another's first event may come meanwhile.
    if *sees != Accounts::All || counts.accounts().any(|id| !known(id)) {
        query.accounts = seen_accounts(app, sees).collect();
        return (!query.accounts.is_empty()).then_some(query);
    }
    Some(query)
}

fn nothing(app: &App, accounts: Vec<AccountStatus>, facets: bool, position: i64) -> RawEventPage {
    RawEventPage {
        events: Vec::new(),
        next: None,
        total: 0,
        facets: facets.then(Facets::default),
        accounts,
        position,
        now: Timestamp::from_millis(app.engine.clock.now_ms()),
    }
}
