//! `GET /api/v1/events`, `GET /api/v1/events/{account}/{event_id}`, `POST /api/v1/events/refresh`

mod ask;

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
};
use evenkeel::Timestamp;
use evenkeel_api::{
    AccountStatus, EventDetail, EventItem, EventPage, Facets, Refresh, RefreshAnswer, paths,
};
use evenkeel_store::{Collecting, Counts, StoreError, StoredBody};
use serde_json::value::RawValue;

use crate::{
    app::App,
    problem::{Problem, ProblemCode},
};
use ask::Ask;

/// The largest body that asks for a walk: it names accounts.
const REFRESH_LIMIT: usize = 64 * 1024;

/// The events are the store's own JSON.
type Page = EventPage<Box<RawValue>>;
type Detail = EventDetail<Box<RawValue>>;

/// A page of the stored events.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Page>, Problem> {
    let ask = Ask::parse(query.as_deref().unwrap_or_default())?;
    // First: what changes after this is told by the stream that begins here.
    let position = app.store.head().await?;
    let rows = app.store.collecting().await?;
    let kept = app.counts.at(&app.store, position).await?;
    let Some(query) = configured(&app, &kept, ask.query) else {
        return Ok(Json(nothing(&app, &rows, &kept, ask.facets, position)));
    };
    let searched = app.store.search_counts(&query).await?;
    let counts = searched.as_ref().unwrap_or(&kept);
    let total = counts.total(&query);
    let page = app
        .store
        .event_page(&query, ask.after.as_ref(), ask.limit, total)
        .await?;
    let numbers: Vec<i64> = page.events.iter().map(|event| event.n).collect();
    let open = app.store.open_items_on(&numbers).await?;
    let events = page
        .events
        .iter()
        .map(|event| json(event, &rows, &open))
        .collect::<Result<_, _>>()?;
    Ok(Json(Page {
        events,
        next: page.next.map(|next| next.to_text()),
        total,
        facets: ask.facets.then(|| counts.facets(&query)),
        accounts: statuses(&app, &rows, &kept, None),
        position,
        now: Timestamp::from_millis(app.clock.now_ms()),
    }))
}

/// One event with its life and what was done about it.
pub(crate) async fn one(
    State(app): State<Arc<App>>,
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
    let resource = ask::resource_id(query.as_deref().unwrap_or_default())?;
    if !app.accounts.iter().any(|known| known.id() == account) {
        return Err(Problem::unknown_account());
    }
    let life = app
        .store
        .event_life(&account, &event_id, resource.as_deref())
        .await?
        .ok_or_else(unknown)?;
    let identity = &life.identity;
    let items = app
        .store
        .event_items(&account, &identity.event_id, &identity.resource_id)
        .await?;
    let rows = app.store.collecting().await?;
    let open = app.store.open_items_on(&[life.event.n]).await?;
    Ok(Json(Detail {
        event: json(&life.event, &rows, &open)?,
        history: life.moments,
        items,
    }))
}

/// Asks for early walks.
pub(crate) async fn refresh(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<RefreshAnswer>), Problem> {
    let asked: Refresh = app.bodies.parse_json(&headers, body, REFRESH_LIMIT).await?;
    let all = || app.accounts.iter().map(|account| account.id().to_owned());
    let ids: Vec<String> = asked.accounts.unwrap_or_else(|| all().collect());
    for id in &ids {
        if !app.accounts.iter().any(|account| account.id() == id) {
            return Err(Problem::unknown_account());
        }
    }
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    app.collector.refresh(&names).await?;
    let rows = app.store.collecting().await?;
    let head = app.store.head().await?;
    let counts = app.counts.at(&app.store, head).await?;
    let accounts = statuses(&app, &rows, &counts, Some(&ids));
    Ok((StatusCode::ACCEPTED, Json(RefreshAnswer { accounts })))
}

/// The query for accounts that are configured: the store may hold others from before. Nothing
/// where none of those asked for is.
fn configured(
    app: &App,
    counts: &Counts,
    mut query: evenkeel_store::EventQuery,
) -> Option<evenkeel_store::EventQuery> {
    let known = |id: &str| app.accounts.iter().any(|account| account.id() == id);
    if !query.accounts.is_empty() {
        query.accounts.retain(|id| known(id));
        return (!query.accounts.is_empty()).then_some(query);
    }
    if counts.accounts().any(|id| !known(id)) {
        let ids = app.accounts.iter().map(|account| account.id().to_owned());
        query.accounts = ids.collect();
        return (!query.accounts.is_empty()).then_some(query);
    }
    Some(query)
}

fn nothing(app: &App, rows: &[Collecting], counts: &Counts, facets: bool, position: i64) -> Page {
    Page {
        events: Vec::new(),
        next: None,
        total: 0,
        facets: facets.then(Facets::default),
        accounts: statuses(app, rows, counts, None),
        position,
        now: Timestamp::from_millis(app.clock.now_ms()),
    }
}

/// The accounts in the configuration's order: all, or those named.
pub(crate) fn statuses(
    app: &App,
    rows: &[Collecting],
    counts: &Counts,
    ids: Option<&[String]>,
) -> Vec<AccountStatus> {
    app.accounts
        .iter()
        .map(|account| account.id())
        .filter(|id| ids.is_none_or(|ids| ids.iter().any(|wanted| wanted == id)))
        .map(|id| {
            let events = counts.of_account(id);
            match rows.iter().find(|row| row.account == id) {
                Some(row) => row.status(events),
                None => Collecting::new(id).status(events),
            }
        })
        .collect()
}

/// The JSON of an event with when it was seen, and with what may still act on it.
pub(crate) fn json(
    event: &StoredBody,
    rows: &[Collecting],
    open: &HashMap<i64, Vec<EventItem>>,
) -> Result<Box<RawValue>, StoreError> {
    let swept = rows
        .iter()
        .find(|row| row.account == event.account)
        .and_then(|row| row.swept_at);
    let open = open.get(&event.n).map_or(&[][..], Vec::as_slice);
    RawValue::from_string(event.to_json(swept, open)).map_err(|error| {
        StoreError::new(
            evenkeel_store::StoreErrorKind::Corrupt,
            format!("event {} is no JSON: {error}", event.n),
        )
    })
}
