//! `GET /api/v1/events/listing`, `GET /api/v1/events/totals`: all events of a view, and how many there are.

mod accept;
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
use evenkeel_api::listing::{LISTING_TYPE, LISTING_VERSION, ListingHead};
use evenkeel_store::EventQuery;
use futures::stream;

use super::{configured, query::PageQuery};
use crate::{app::App, problem::Problem, stream::Coding, views::statuses};
use reading::Source;
use writing::Listing;

/// How many events a client is told one by one that it has in another state: of more it reads the whole view anew, which
/// takes less.
const MOST_TOUCHED: usize = 20_000;

/// How many events there are.
pub(crate) async fn totals(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Json<ListingHead>, Problem> {
    let view = PageQuery::parse_view(query.as_deref().unwrap_or_default(), false)?;
    let (head, _) = head(&app, view.asked).await?;
    Ok(Json(head))
}

/// All events, the most urgent first, or what was touched since a position.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    accept::check(&headers)?;
    let view = PageQuery::parse_view(query.as_deref().unwrap_or_default(), true)?;
    let (mut head, query) = head(&app, view.asked).await?;
    let touched = match view.since {
        Some(since) => app
            .engine
            .store
            .events_touched_after(since, MOST_TOUCHED)
            .await?
            .zip(Some(since)),
        None => None,
    };
    let source = match touched {
        Some((touched, since)) => {
            head.since = Some(since);
            Source::touched(touched)
        }
        None => Source::all(),
    };
    let coding = Coding::of(&headers);
    let is_gzip = coding.is_gzip();
    let listing = Listing::new(app, query, source, coding, &head)?;
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
    if is_gzip {
        let gzip = HeaderValue::from_static("gzip");
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, gzip);
    }
    Ok(response)
}

fn content_type() -> HeaderValue {
    let text = format!("{LISTING_TYPE};version={LISTING_VERSION}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(LISTING_TYPE))
}

/// The totals of a view, and what to ask the store for; nothing where no account of it is configured.
async fn head(
    app: &App,
    mut asked: PageQuery,
) -> Result<(ListingHead, Option<EventQuery>), Problem> {
    asked.group_by(app.engine.group_by.as_deref());
    // First: what changes after this is told by the stream that begins here.
    let position = app.engine.store.head().await?;
    let rows = app.engine.store.sync_statuses().await?;
    let kept = app.engine.counts.at(&app.engine.store, position).await?;
    let query = configured(app, &kept, asked.query);
    let (mut total, mut counts) = (0, Vec::new());
    if let Some(query) = &query {
        let searched = app.engine.store.search_counts(query).await?;
        let found = searched.as_ref().unwrap_or(&kept);
        total = found.total(query);
        counts = found.by_state(query);
    }
    let head = ListingHead {
        position,
        since: None,
        now: Timestamp::from_millis(app.engine.clock.now_ms()),
        total,
        counts,
        accounts: statuses(&app.engine, &rows, &kept, None),
    };
    Ok((head, query))
}
