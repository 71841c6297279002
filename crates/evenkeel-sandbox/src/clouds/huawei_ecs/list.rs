//! Answers `ListScheduledEvents`.
//!
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2201.html>

use std::collections::HashSet;

use axum::response::Response;
use serde::Serialize;
use serde_json::Value;

use super::{
    event::{STATES, TYPES, state},
    refusal, request,
};
use crate::{
    answer,
    cloud::{Context, Request},
    event::Event,
    refusal::Refusal,
    time,
};

/// Undocumented; the maximum is documented.
const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 100;
/// How long an event in a final state can still be listed.
const RETENTION_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// What is asked for.
#[derive(Default)]
pub(super) struct Listing {
    limit: Option<usize>,
    marker: Option<String>,
    id: Option<String>,
    instances: HashSet<String>,
    types: HashSet<String>,
    states: HashSet<String>,
    since: Option<i64>,
    until: Option<i64>,
}

#[derive(Serialize)]
struct Page {
    events: Vec<Item>,
    page_info: PageInfo,
}

#[derive(Serialize)]
struct PageInfo {
    next_marker: Option<String>,
}

#[derive(Serialize)]
struct Item {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    state: &'static str,
    publish_time: String,
    start_time: Option<String>,
    finish_time: Option<String>,
    not_before: Option<String>,
    not_after: Option<String>,
    not_before_deadline: Option<String>,
    description: String,
    instance_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    execute_options: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Value>,
}

impl Listing {
    /// Reads the raw query; `+` is a plus here, and lists are repeated or comma-joined.
    pub(super) fn parse(query: &str) -> Result<Self, Refusal> {
        let mut listing = Self::default();
        for (name, value) in request::query(query)? {
            listing.set(&name, value)?;
        }
        Ok(listing)
    }

    /// Takes one parameter; unknown ones are ignored.
    fn set(&mut self, name: &str, value: String) -> Result<(), Refusal> {
        let invalid = || refusal::invalid(format!("Invalid parameter: {name}."));
        match name {
            "limit" => {
                let limit = value
                    .parse()
                    .ok()
                    .filter(|limit| (1..=MAX_LIMIT).contains(limit));
                self.limit = Some(limit.ok_or_else(invalid)?);
            }
            "marker" => self.marker = Some(value).filter(|marker| !marker.is_empty()),
            "id" => self.id = Some(value),
            "instance_id" => self.instances.extend(value.split(',').map(str::to_owned)),
            "type" => {
                if value.split(',').any(|kind| !TYPES.contains(&kind)) {
                    return Err(invalid());
                }
                self.types.extend(value.split(',').map(str::to_owned));
            }
            "state" => {
                if value.split(',').any(|state| !STATES.contains(&state)) {
                    return Err(invalid());
                }
                self.states.extend(value.split(',').map(str::to_owned));
            }
            "publish_since" => self.since = Some(time::parse(&value).ok_or_else(invalid)?),
            "publish_until" => self.until = Some(time::parse(&value).ok_or_else(invalid)?),
            _ => {}
        }
        Ok(())
    }

    /// The page; a full one names its last event as the marker even when nothing follows, as the
    /// documented sample does.
    fn page(&self, context: &Context<'_>) -> Result<Page, Refusal> {
        let (events, now, effects) = (&context.events, context.now, context.effects);
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        let no_such = || refusal::invalid("Invalid parameter: marker.");
        let shown = |event: &Event| {
            let event = event.as_listed(now, effects.stale_ms);
            self.wants(&event, now).then(|| item(&event, now))
        };
        let page: Vec<Item> = match &self.marker {
            None => events.all().iter().filter_map(shown).take(limit).collect(),
            Some(marker) if effects.duplicate_page => {
                let earlier = events.up_to(marker).ok_or_else(no_such)?;
                let mut page: Vec<Item> =
                    earlier.iter().rev().filter_map(shown).take(limit).collect();
                page.reverse();
                page
            }
            Some(marker) => {
                let later = events.after(marker).ok_or_else(no_such)?;
                later.iter().filter_map(shown).take(limit).collect()
            }
        };
        let next_marker = page
            .last()
            .filter(|_| page.len() == limit)
            .map(|event| event.id.clone());
        Ok(Page {
            events: page,
            page_info: PageInfo { next_marker },
        })
    }

    fn wants(&self, event: &Event, now: i64) -> bool {
        let among = |set: &HashSet<String>, value: &str| set.is_empty() || set.contains(value);
        self.id.as_ref().is_none_or(|id| *id == event.id)
            && among(&self.instances, &event.resource_id)
            && among(&self.types, &event.kind)
            && (self.states.is_empty() || self.states.contains(state(event.phase(now))))
            && self.since.is_none_or(|since| event.published >= since)
            && self.until.is_none_or(|until| event.published <= until)
            && event
                .finished(now)
                .is_none_or(|at| now - at <= RETENTION_MS)
    }
}

impl Request for Listing {
    fn is_further_page(&self) -> bool {
        self.marker.is_some()
    }

    fn respond(&self, context: Context<'_>) -> Result<Response, Refusal> {
        Ok(answer::json(200, &self.page(&context)?))
    }
}

fn item(event: &Event, now: i64) -> Item {
    Item {
        id: event.id.clone(),
        kind: event.kind.to_string(),
        state: state(event.phase(now)),
        publish_time: time::format(event.published),
        start_time: event.started(now).map(time::format),
        finish_time: event.finished(now).map(time::format),
        not_before: event.not_before.map(time::format),
        not_after: event.not_after.map(time::format),
        not_before_deadline: event.deadline.map(time::format),
        description: event.text.to_string(),
        instance_id: event.resource_id.clone(),
        execute_options: event.details.options.clone(),
        source: event.details.source.clone(),
    }
}
