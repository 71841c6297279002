//! Answers `DescribeHistoryEvents`.
//!
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describehistoryevents>

use std::collections::HashSet;

use axum::response::Response;
use serde::Serialize;

use super::{
    act::resource_id,
    event::{STATUSES, TYPES, status},
    refusal, request,
};
use crate::{
    answer,
    cloud::{Context, Request},
    clouds::alibaba::params::Params,
    event::{Event, LEVELS},
    refusal::Refusal,
    time,
};

/// The default is the documented sample's, the maximum is undocumented and assumed to be the
/// usual one.
const PAGE_SIZE: usize = 10;
const MAX_PAGE_SIZE: usize = 100;

/// What is asked for.
pub(super) struct Listing {
    /// Nothing when all of them are asked for: every page looks at every event, and a fleet may be large.
    types: Option<HashSet<String>>,
    statuses: Option<HashSet<String>>,
    levels: Option<HashSet<String>>,
    resources: Option<HashSet<String>>,
    number: usize,
    size: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    request_id: String,
    #[serde(rename = "PageNumber")]
    number: usize,
    #[serde(rename = "PageSize")]
    size: usize,
    total_count: usize,
    events: Vec<Item>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    event_id: String,
    event_level: &'static str,
    event_status: &'static str,
    event_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    extended_attribute: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before_utc_time: Option<String>,
    publish_time: i64,
    publish_utc_time: String,
    reason: String,
    resource_id: String,
}

impl Listing {
    pub(super) fn parse(params: &Params) -> Result<Self, Refusal> {
        Ok(Self {
            types: request::list_of(params, "EventTypes", TYPES)?
                .ok_or_else(|| refusal::missing("EventTypes"))
                .map(|types| (types.len() < TYPES.len()).then_some(types))?,
            statuses: request::list_of(params, "EventStatus", &STATUSES)?,
            levels: request::list_of(params, "EventLevels", &LEVELS)?,
            resources: params.list("ResourceIds"),
            number: request::number(params, "PageNumber", 1, usize::MAX)?,
            size: request::number(params, "PageSize", PAGE_SIZE, MAX_PAGE_SIZE)?,
        })
    }

    fn page(&self, context: &Context<'_>) -> Page {
        let (now, effects) = (context.now, context.effects);
        let before = if effects.duplicate_page { 2 } else { 1 };
        let skip = self.number.saturating_sub(before).saturating_mul(self.size);
        let mut total_count = 0;
        let mut page = Vec::new();
        for event in context.events.all() {
            let event = event.as_listed(now, effects.stale_ms);
            if !self.wants(&event, now) {
                continue;
            }
            if total_count >= skip && page.len() < self.size {
                page.push(item(&event, now, effects.newline));
            }
            total_count += 1;
        }
        Page {
            request_id: context.request_id.to_owned(),
            number: self.number,
            size: self.size,
            total_count,
            events: page,
        }
    }

    fn wants(&self, event: &Event, now: i64) -> bool {
        let among = |set: &Option<HashSet<String>>, value: &str| {
            set.as_ref().is_none_or(|set| set.contains(value))
        };
        among(&self.types, &event.kind)
            && among(&self.levels, event.details.level.unwrap_or_default())
            && among(&self.resources, &event.resource_id)
            && self
                .statuses
                .as_ref()
                .is_none_or(|statuses| statuses.contains(status(event.phase(now))))
    }
}

impl Request for Listing {
    fn is_further_page(&self) -> bool {
        self.number > 1
    }

    fn respond(&self, context: Context<'_>) -> Result<Response, Refusal> {
        Ok(answer::json(200, &self.page(&context)))
    }
}

fn item(event: &Event, now: i64, newline: bool) -> Item {
    Item {
        event_id: event.id.clone(),
        event_level: event.details.level.unwrap_or("INFO"),
        event_status: status(event.phase(now)),
        event_type: event.kind.to_string(),
        extended_attribute: event.details.extended.clone(),
        not_before: event.not_before,
        not_before_utc_time: event.not_before.map(time::format),
        publish_time: event.published,
        publish_utc_time: time::format(event.published),
        reason: event.text.to_string(),
        resource_id: resource_id(&event.resource_id, newline),
    }
}
