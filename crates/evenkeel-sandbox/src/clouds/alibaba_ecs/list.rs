//! Answers `DescribeInstanceHistoryEvents`.
//!
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstancehistoryevents>

use std::collections::HashSet;

use axum::response::Response;
use serde_json::{Map, Value, json};

use super::{
    event::{RESOURCE_TYPES, STATUSES, resource_type, status, status_code, type_code},
    fleet, instances, refusal,
    request::{Paging, Reader, Span, TagFilter, token},
};
use crate::{
    answer,
    cloud::{Context, Request},
    clouds::alibaba::params::Params,
    event::{Event, Phase},
    fleet::generate::DAY,
    refusal::Refusal,
    time,
};

const MOST_STATUSES: usize = 7;
const MOST_TYPES: usize = 30;
const MOST_IDS: usize = 100;
/// A page by token is at least and at most so long.
const LEAST: usize = 10;
const MOST: usize = 100;
/// How long finished events are kept.
const RETENTION_MS: i64 = 30 * DAY;
/// The states that are listed when none is asked for: an event that waits for an answer is not among them.
const FINISHED: [Phase; 4] = [
    Phase::Avoided,
    Phase::Completed,
    Phase::Canceled,
    Phase::Failed,
];

/// What is asked for; an empty set is no filter.
pub(super) struct Listing {
    statuses: Vec<Phase>,
    types: HashSet<String>,
    ids: HashSet<String>,
    resources: HashSet<String>,
    resource_type: &'static str,
    tags: Vec<TagFilter>,
    /// Nothing here is in a group.
    is_of_group: bool,
    not_before: Span,
    published: Span,
    paging: Paging,
}

impl Listing {
    pub(super) fn parse(params: &Params) -> Result<Self, Refusal> {
        let reader = Reader::of_events(params);
        reader.region()?;
        if reader.text("ImpactLevel").is_some() {
            return Err(refusal::not_invited());
        }
        let ids = reader.list("EventId");
        if ids.len() > MOST_IDS {
            return Err(refusal::too_many_events(403));
        }
        // The single forms count where the list is not given.
        let or_single = |mut list: Vec<String>, single: &str| {
            if list.is_empty() {
                list.extend(reader.text(single).map(str::to_owned));
            }
            list
        };
        let resources = reader.short_list("ResourceId", MOST_IDS)?;
        let types = reader.short_list("InstanceEventType", MOST_TYPES)?;
        Ok(Self {
            statuses: Self::statuses(&reader)?,
            types: or_single(types, "EventType").into_iter().collect(),
            ids: ids.into_iter().collect(),
            resources: or_single(resources, "InstanceId").into_iter().collect(),
            resource_type: Self::resource_type(&reader)?,
            tags: reader.tags()?,
            is_of_group: reader.text("ResourceGroupId").is_some(),
            not_before: reader.span("NotBefore")?,
            published: reader.span("EventPublishTime")?,
            paging: reader.paging(LEAST, MOST)?,
        })
    }

    fn statuses(reader: &Reader<'_>) -> Result<Vec<Phase>, Refusal> {
        let find = |name: &str, word: &str| {
            let found = STATUSES.into_iter().find(|phase| status(*phase) == word);
            found.ok_or_else(|| reader.invalid(name))
        };
        let list = "InstanceEventCycleStatus";
        let words = reader.short_list(list, MOST_STATUSES)?;
        match reader.text("EventCycleStatus") {
            Some(word) if words.is_empty() => Ok(vec![find("EventCycleStatus", word)?]),
            _ if words.is_empty() => Ok(FINISHED.to_vec()),
            _ => words.iter().map(|word| find(list, word)).collect(),
        }
    }

    fn resource_type(reader: &Reader<'_>) -> Result<&'static str, Refusal> {
        let word = reader.text("ResourceType").unwrap_or("instance");
        let mut known = RESOURCE_TYPES.into_iter();
        known
            .find(|known| *known == word)
            .ok_or_else(|| reader.invalid("ResourceType"))
    }

    fn wants(&self, event: &Event, now: i64) -> bool {
        let among = |set: &HashSet<String>, value: &str| set.is_empty() || set.contains(value);
        event.published <= now
            && resource_type(event) == self.resource_type
            && self.statuses.contains(&event.phase(now))
            && among(&self.ids, &event.id)
            && among(&self.types, &event.kind)
            && among(&self.resources, &event.resource_id)
            && !self.is_of_group
            && self.published.holds(event.published)
            && event
                .not_before
                .map_or(self.not_before.is_open(), |at| self.not_before.holds(at))
            && event
                .finished(now)
                .is_none_or(|at| now - at <= RETENTION_MS)
    }

    /// The page's events, in their order, whether more follow, and how many there are in all where they are counted.
    fn page(&self, context: &Context<'_>) -> Result<(Vec<Value>, Option<String>, usize), Refusal> {
        let (events, now, effects) = (&context.events, context.now, context.effects);
        let tagged = instances::tagged(context, &self.tags);
        let shown = |event: &Event| {
            let is_tagged = tagged
                .as_ref()
                .is_none_or(|tagged| tagged.contains(&event.resource_id));
            let event = event.as_listed(now, effects.stale_ms);
            (is_tagged && self.wants(&event, now)).then(|| (event.id.clone(), item(&event, now)))
        };
        let mut page: Vec<(String, Value)> = match &self.paging {
            Paging::Token { after: None, size } => {
                let all = events.all().iter();
                all.filter_map(shown).take(size + 1).collect()
            }
            Paging::Token {
                after: Some(id),
                size,
            } => {
                let no_such = || refusal::invalid(403, "NextToken");
                if effects.duplicate_page {
                    let earlier = events.up_to(id).ok_or_else(no_such)?;
                    let mut page: Vec<_> =
                        earlier.iter().rev().filter_map(shown).take(*size).collect();
                    page.reverse();
                    // It ends where the one before did, and goes on.
                    return Ok((rows(page), Some(token(id)), 0));
                }
                let later = events.after(id).ok_or_else(no_such)?;
                later.iter().filter_map(shown).take(size + 1).collect()
            }
            Paging::Number { number, size } => {
                let all: Vec<_> = events.all().iter().filter_map(shown).collect();
                let before = if effects.duplicate_page { 2 } else { 1 };
                let skip = number.saturating_sub(before).saturating_mul(*size);
                let total = all.len();
                return Ok((
                    rows(all.into_iter().skip(skip).take(*size).collect()),
                    None,
                    total,
                ));
            }
        };
        let has_more = page.len() > self.paging.size();
        page.truncate(self.paging.size());
        let next = page.last().filter(|_| has_more).map(|(id, _)| token(id));
        Ok((rows(page), next, 0))
    }
}

fn rows(page: Vec<(String, Value)>) -> Vec<Value> {
    page.into_iter().map(|(_, row)| row).collect()
}

impl Request for Listing {
    fn is_further_page(&self) -> bool {
        self.paging.is_further()
    }

    fn respond(&self, context: Context<'_>) -> Result<Response, Refusal> {
        let (page, next, total) = self.page(&context)?;
        let (number, size, total) = self.paging.described(total);
        let mut body = json!({
            "RequestId": context.request_id,
            "InstanceSystemEventSet": {"InstanceSystemEventType": page},
            "PageNumber": number,
            "PageSize": size,
            "TotalCount": total,
        });
        if let Some(next) = next {
            // Absent on the last page.
            answer::set(&mut body, "NextToken", next);
        }
        Ok(answer::json(200, &body))
    }
}

fn item(event: &Event, now: i64) -> Value {
    let phase = event.phase(now);
    let mut item = Map::new();
    let mut set = |name: &str, value: Value| item.insert(name.to_owned(), value);
    set("EventId", event.id.as_str().into());
    set(
        "EventType",
        json!({"Code": type_code(&event.kind), "Name": event.kind}),
    );
    set(
        "EventCycleStatus",
        json!({"Code": status_code(phase), "Name": status(phase)}),
    );
    set("EventPublishTime", time::format(event.published).into());
    if let Some(at) = event.not_before {
        set("NotBefore", time::format(at).into());
    }
    if let Some(at) = event.finished(now) {
        set("EventFinishTime", time::format(at).into());
    }
    set("InstanceId", event.resource_id.as_str().into());
    set("ResourceType", resource_type(event).into());
    set("Reason", reason(event).into());
    set("ImpactLevel", "".into());
    let extended = extended(event);
    if !extended.is_empty() {
        set("ExtendedAttribute", extended.into());
    }
    item.into()
}

/// A simulated one says so here, and nowhere else.
fn reason(event: &Event) -> &str {
    if event.details.is_simulated {
        fleet::SIMULATED
    } else {
        &event.text
    }
}

fn extended(event: &Event) -> Map<String, Value> {
    let mut extended = match &event.details.attributes {
        Some(Value::Object(attributes)) => attributes.clone(),
        _ => Map::new(),
    };
    if let Some(first) = event.deadline {
        // When it was planned at first: the latest time that it may be moved to.
        extended.insert("InitialNotBefore".to_owned(), time::format(first).into());
    }
    extended
}
