//! `DescribeHistoryEvents`.
//!
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describehistoryevents>

use std::collections::HashSet;

use serde::Serialize;

use super::{param::Params, refusal::Refusal};
use crate::{
    fault::Plan,
    fleet::{ENS_TYPES, Event},
    time,
};

const STATUSES: [&str; 7] = [
    "Inquiring",
    "Scheduled",
    "Executing",
    "Executed",
    "Failed",
    "Canceled",
    "Avoided",
];
const LEVELS: [&str; 3] = ["CRITICAL", "WARN", "INFO"];
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
pub(super) struct Page {
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
            types: params
                .list_of("EventTypes", ENS_TYPES)?
                .ok_or_else(|| Refusal::missing("EventTypes"))
                .map(|types| (types.len() < ENS_TYPES.len()).then_some(types))?,
            statuses: params.list_of("EventStatus", &STATUSES)?,
            levels: params.list_of("EventLevels", &LEVELS)?,
            resources: params.list("ResourceIds"),
            number: params.number("PageNumber", 1, usize::MAX)?,
            size: params.number("PageSize", PAGE_SIZE, MAX_PAGE_SIZE)?,
        })
    }

    /// Whether another page comes before it.
    pub(super) fn is_further_page(&self) -> bool {
        self.number > 1
    }

    pub(super) fn page(&self, events: &[Event], now: i64, plan: &Plan, request_id: &str) -> Page {
        let before = if plan.duplicate_page { 2 } else { 1 };
        let skip = self.number.saturating_sub(before).saturating_mul(self.size);
        let mut total_count = 0;
        let mut page = Vec::new();
        for event in events {
            let event = event.as_listed(now, plan.stale_ms);
            if !self.wants(&event, now) {
                continue;
            }
            if total_count >= skip && page.len() < self.size {
                page.push(item(&event, now, plan.newline));
            }
            total_count += 1;
        }
        Page {
            request_id: request_id.to_owned(),
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
            && among(&self.levels, event.level.unwrap_or_default())
            && among(&self.resources, &event.resource_id)
            && self
                .statuses
                .as_ref()
                .is_none_or(|statuses| statuses.contains(event.phase(now).ens()))
    }
}

fn item(event: &Event, now: i64, newline: bool) -> Item {
    Item {
        event_id: event.id.clone(),
        event_level: event.level.unwrap_or("INFO"),
        event_status: event.phase(now).ens(),
        event_type: event.kind.to_string(),
        extended_attribute: event.extended.clone(),
        not_before: event.not_before,
        not_before_utc_time: event.not_before.map(time::format),
        publish_time: event.published,
        publish_utc_time: time::format(event.published),
        reason: event.text.to_string(),
        resource_id: super::act::resource_id(&event.resource_id, newline),
    }
}
