//! Describes every route, in the router's order.

mod people;

use evenkeel::{Provider, StateKind};
use evenkeel_api::{
    AccountList, ApprovalPolicy, Approve, Batch, BatchList, BatchState, BatchSummary, BreakGlass,
    EventDetail, EventPage, Health, Item, ItemDetail, ItemPage, NoBody, Refresh, RefreshAnswer,
    Reject, RetryFailed, Settle, StoredEvent,
    listing::{LISTING_TYPE, ListingHead},
    paths::{self, templates},
};
use evenkeel_store::SortKey;
use utoipa::{
    PartialSchema as _,
    openapi::{
        ArrayBuilder, KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Array,
    },
};

use super::route::{Route, number, text};

pub(super) fn all() -> Vec<Route> {
    [
        server(),
        accounts(),
        batches(),
        vec![people::audit()],
        orders(),
        approvals(),
        events(),
        people::logins(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn api(template: &str) -> String {
    format!("{}{template}", paths::API)
}

fn server() -> Vec<Route> {
    let metrics = "What Prometheus asks for";
    vec![
        Route::get(
            "health",
            paths::HEALTH.to_owned(),
            "Whether the process answers",
        )
        .for_everybody()
        .answers::<Health>(200, "It does"),
        Route::get(
            "ready",
            paths::READY.to_owned(),
            "Whether it can do its work",
        )
        .for_everybody()
        .answers::<Health>(200, "It can"),
        Route::get("metrics", paths::METRICS.to_owned(), metrics).answers_as(
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
            text(),
            metrics,
        ),
        Route::get("openapi", api(templates::OPENAPI), "This document").answers_as(
            "application/json",
            ObjectBuilder::new(),
            "This document",
        ),
        Route::get(
            "openapiPage",
            api(templates::OPENAPI_PAGE),
            "This document for a person to read",
        )
        .answers_as("text/html; charset=utf-8", text(), "A page"),
    ]
}

fn accounts() -> Vec<Route> {
    vec![
        Route::get(
            "accounts",
            api(templates::ACCOUNTS),
            "The accounts, in the configuration's order",
        )
        .answers::<AccountList>(200, "They, and how the inventory is"),
        Route::post(
            "operation",
            api(templates::OPERATION),
            "Calls a read-only operation of the account's cloud",
        )
        .takes_an_object("The operation's parameters")
        .answers_as(
            "application/json",
            ObjectBuilder::new(),
            "The cloud's own answer, whatever its status: `evenkeel-origin` is `provider`",
        ),
    ]
}

fn batches() -> Vec<Route> {
    let page = number(1, 200);
    vec![
        Route::get(
            "batches",
            api(templates::BATCHES),
            "The batches, newest first",
        )
        .query("account", text(), "Of this account")
        .query("state", BatchState::schema(), "In this state")
        .query("limit", page, "How many; 50, unless it is said")
        .query("cursor", text(), "`next` of the page before")
        .answers::<BatchList>(200, "A page of them"),
        Route::get(
            "batch",
            api(templates::BATCH),
            "A batch with its first 1,000 items",
        )
        .answers::<Batch>(200, "It"),
        Route::get("items", api(templates::ITEMS), "The items of a batch")
            .query("after", number(0, u32::MAX.into()), "Behind this place")
            .query(
                "limit",
                number(1, 1000),
                "How many; 1,000, unless it is said",
            )
            .answers::<ItemPage>(200, "A page of them"),
        Route::get("item", api(templates::ITEM), "An item with its life")
            .answers::<ItemDetail>(200, "It"),
    ]
}

fn orders() -> Vec<Route> {
    let summary = "The batch";
    vec![
        Route::post(
            "createBatch",
            api(templates::BATCHES),
            "Takes a batch: it is sent by and by",
        )
        .once()
        .takes::<evenkeel::BatchDraft>()
        .answers::<Batch>(201, "It was taken")
        .answers::<Batch>(200, "It is there already: `idempotency-replayed` is `true`"),
        Route::post(
            "settle",
            api(templates::SETTLE),
            "Says what became of an unknown item",
        )
        .takes::<Settle>()
        .answers::<Item>(200, "The item"),
        Route::post(
            "pause",
            api(templates::PAUSE),
            "Holds a batch; what is under way goes on",
        )
        .takes::<NoBody>()
        .answers::<BatchSummary>(200, summary),
        Route::post("resume", api(templates::RESUME), "Lets a batch go on")
            .takes::<NoBody>()
            .answers::<BatchSummary>(200, summary),
        Route::post(
            "cancel",
            api(templates::CANCEL),
            "Calls off what has not left",
        )
        .takes::<NoBody>()
        .answers::<BatchSummary>(200, summary),
        Route::post(
            "retryFailed",
            api(templates::RETRY_FAILED),
            "Sends what was rejected or not sent again, as a batch of its own",
        )
        .once()
        .takes::<RetryFailed>()
        .answers::<Batch>(201, "It was taken")
        .answers::<Batch>(200, "It is there already: `idempotency-replayed` is `true`"),
    ]
}

fn approvals() -> Vec<Route> {
    let summary = "The batch";
    vec![
        Route::get(
            "policy",
            api(templates::POLICY),
            "Which batches need an approval",
        )
        .answers::<ApprovalPolicy>(200, "The rules, of accounts that one may see"),
        Route::post(
            "approve",
            api(templates::APPROVE),
            "Says that what another person ordered may be sent",
        )
        .takes::<Approve>()
        .answers::<BatchSummary>(200, summary),
        Route::post(
            "reject",
            api(templates::REJECT),
            "Says that what waits for an approval may not be sent",
        )
        .takes::<Reject>()
        .answers::<BatchSummary>(200, summary),
        Route::post(
            "breakGlass",
            api(templates::BREAK_GLASS),
            "Has a batch sent without a second person, where the policy lets one",
        )
        .takes::<BreakGlass>()
        .answers::<BatchSummary>(200, summary),
    ]
}

fn events() -> Vec<Route> {
    let sort: Vec<String> = SortKey::ALL
        .iter()
        .flat_map(|key| [key.as_str().to_owned(), format!("-{}", key.as_str())])
        .collect();
    let sort = text().enum_values(Some(sort));
    let boolean = text().enum_values(Some(["true", "false"]));
    vec![
        filtered(Route::get("events", api(templates::EVENTS), "The stored events, page by page"))
            .query("sort", sort, "By what, the other way round with a `-`; `decide_by`, unless it is said")
            .query("limit", number(1, 1000), "How many; 100, unless it is said")
            .query("cursor", text(), "`next` of the page before")
            .query("facets", boolean, "Whether to count them by account, cloud, state, type and level too")
            .has::<StoredEvent>()
            .answers::<EventPage<StoredEvent>>(200, "A page of them"),
        filtered(Route::get("listing", api(templates::LISTING), "All events of a view as columns, the most urgent first"))
            .query("since", text(), "Only what was touched since: the `position` of an earlier listing, or its `evenkeel-listing-mark`")
            .answers_as(
                LISTING_TYPE,
                text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary))),
                "Frames; see the documentation",
            ),
        filtered(Route::get("totals", api(templates::TOTALS), "How many events there are, by account and state"))
            .answers::<ListingHead>(200, "They"),
        Route::post("refresh", api(templates::REFRESH), "Asks for an early reading of accounts")
            .takes::<Refresh>()
            .answers::<RefreshAnswer>(202, "How reading each goes"),
        Route::get("event", api(templates::EVENT), "An event, its history, and what was done about it")
            .query("resource_id", text(), "Of this resource, where several have an event of that id")
            .has::<StoredEvent>()
            .answers::<EventDetail<StoredEvent>>(200, "It"),
        Route::get("stream", api(templates::STREAM), "What changes, as it changes")
            .query("after", number(0, i64::MAX.unsigned_abs()), "From this position on")
            .answers_as("text/event-stream", text(), "Events of the kinds `event`, `batch`, `items`, `account`, `inventory`, `reset` and `end`; see the documentation"),
    ]
}

/// The filters that every view of events takes.
fn filtered(route: Route) -> Route {
    let gone = text().enum_values(Some(["exclude", "include", "only"]));
    route
        .query("account", many(text()), "Of these accounts")
        .query("provider", many(Provider::schema()), "Of these clouds")
        .query(
            "state",
            many(StateKind::schema()),
            "In these kinds of state",
        )
        .query(
            "type",
            many(text()),
            "Of these kinds, or of these types as the clouds name them",
        )
        .query("level", many(text()), "Of these levels")
        .query(
            "tag",
            many(text()),
            "`key:value`: values of one key are alternatives, several keys must all fit",
        )
        .query(
            "q",
            text().max_length(Some(200)),
            "Words that are all in the event, its resource or its tags",
        )
        .query(
            "resource",
            text().max_length(Some(200)),
            "A part of the id of the resource",
        )
        .query(
            "gone",
            gone,
            "Whether events that the cloud lists no more are there; `exclude`, unless it is said",
        )
}

fn many(of: impl Into<RefOr<Schema>>) -> Array {
    ArrayBuilder::new().items(of.into()).build()
}
