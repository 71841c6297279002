//! `GET /api/v1/events/listing`, `GET /api/v1/events/totals`: all events of a view, and how many there are.

mod accept;
mod mark;
mod reading;
mod writing;

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use evenkeel::Timestamp;
use evenkeel_api::{
    Accounts,
    headers::LISTING_MARK,
    listing::{LISTING_TYPE, LISTING_VERSION, ListingHead},
};
use evenkeel_store::{EventQuery, StoreError, TouchedEvents};
use futures::stream;

use super::{query::PageQuery, visible};
use crate::{
    app::App,
    last_listing::{Keeping, Kept},
    problem::Problem,
    rights::Allowed,
    stream::Coding,
    views::statuses,
};
use reading::Source;
use writing::Listing;

/// How many events a client is told one by one that it has in another state: of more it reads the whole view anew, which
/// takes less.
const MOST_TOUCHED: usize = 20_000;
/// How many may have been touched since the last listing for it to be sent again: each of them is in it twice.
const MOST_TOUCHED_SINCE_LAST: usize = 2_000;

/// How many events there are.
pub(crate) async fn totals(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    RawQuery(query): RawQuery,
) -> Result<Json<ListingHead>, Problem> {
    let view = PageQuery::parse_view(query.as_deref().unwrap_or_default(), false)?;
    let (head, _) = head(&app, &allowed.sees(), view.asked).await?;
    Ok(Json(head))
}

/// All events, the most urgent first, or what was touched since a position.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    allowed: Allowed,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    accept::check(&headers)?;
    let view = PageQuery::parse_view(query.as_deref().unwrap_or_default(), true)?;
    let sees = allowed.sees();
    let is_of_all = sees == Accounts::All && view.asked.query == EventQuery::default();
    let (mut head, query) = head(&app, &sees, view.asked).await?;
    let coding = Coding::of(&headers);
    let is_gzip = coding.is_gzip();
    let scope = mark::scope(&app, &sees).await?;
    // What was kept of something else cannot be caught up.
    let since = view.since.filter(|since| since.is_of(&scope));
    let since = since.map(|since| since.position);
    let touched = touched_after(&app, since, MOST_TOUCHED).await?;
    let is_too_many = touched.is_none() && head.is_too_many();
    // Who cannot keep all of them is spared the sending: he asks for pages.
    let query = query.filter(|_| !is_too_many);
    let is_whole = touched.is_none() && !is_too_many;
    let mark = is_whole.then(|| mark::mark(head.position, &scope));
    let all = query.as_ref().filter(|_| is_gzip && is_of_all);
    let last = all.and_then(|query| app.last_listing.of(query));
    let listing = if let Some(touched) = touched {
        head.since = since;
        Listing::new(app, query, Source::touched(touched, sees), coding, &head)?
    } else if let Some((last, touched)) = with_touched(&app, last).await? {
        Listing::new(app, query, Source::touched(touched, sees), coding, &head)?.after(last)
    } else {
        let keeping = all.map(|query| Keeping::new(query.clone(), head.position));
        Listing::new(app, query, Source::all(), coding, &head)?.kept_by(keeping)
    };
    let pieces = stream::unfold(listing, |mut listing| async {
        let piece = listing.next().await?;
        Some((piece, listing))
    });
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, content_type()),
        (
            header::VARY,
            HeaderValue::from_static("accept, accept-encoding"),
        ),
    ];
    let mut response = (headers, Body::from_stream(pieces)).into_response();
    if let Some(mark) = mark.and_then(|mark| HeaderValue::from_str(&mark).ok()) {
        response.headers_mut().insert(LISTING_MARK, mark);
    }
    if is_gzip {
        let gzip = HeaderValue::from_static("gzip");
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, gzip);
    }
    Ok(response)
}

async fn touched_after(
    app: &App,
    since: Option<i64>,
    most: usize,
) -> Result<Option<TouchedEvents>, StoreError> {
    match since {
        Some(since) => app.engine.store.events_touched_after(since, most).await,
        None => Ok(None),
    }
}

/// The last listing and what to tell after it, if that is little.
async fn with_touched(
    app: &App,
    last: Option<Arc<Kept>>,
) -> Result<Option<(Arc<Kept>, TouchedEvents)>, StoreError> {
    let since = last.as_ref().map(|last| last.position);
    let touched = touched_after(app, since, MOST_TOUCHED_SINCE_LAST).await?;
    Ok(last.zip(touched))
}

fn content_type() -> HeaderValue {
    let text = format!("{LISTING_TYPE};version={LISTING_VERSION}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(LISTING_TYPE))
}

/// The totals of a view, and what to ask the store for; nothing where no account of it is configured.
async fn head(
    app: &App,
    sees: &Accounts,
    mut asked: PageQuery,
) -> Result<(ListingHead, Option<EventQuery>), Problem> {
    asked.group_by(app.engine.group_by.as_deref());
    // First: what changes after this is told by the stream that begins here.
    let position = app.engine.store.head().await?;
    let rows = app.engine.store.sync_statuses().await?;
    let kept = app.engine.counts.at(&app.engine.store, position).await?;
    let query = visible(app, sees, &kept, asked.query);
    let (mut total, mut counts) = (0, Vec::new());
    if let Some(query) = &query {
        let searched = app.engine.store.search_counts(query).await?;
        let found = searched.as_ref().unwrap_or(&kept).seen_of(sees);
        total = found.total(query);
        counts = found.by_state(query);
    }
    let head = ListingHead {
        position,
        since: None,
        now: Timestamp::from_millis(app.engine.clock.now_ms()),
        total,
        most: app.limits.listing_events,
        counts,
        accounts: statuses(&app.engine, &rows, &kept, sees),
    };
    Ok((head, query))
}
