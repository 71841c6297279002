//! `ListScheduledEvents`: the list.
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2201.html>

use super::events_path;
use crate::answer::Answer;
use crate::event::{Event, EventType, HUAWEI_EVENT_TYPES, HUAWEI_STATES, Provider, State, Texts};
use crate::fields::Fields;
use crate::http::{Method, Request, Scope, sorted};
use crate::id::IdFlaw;
use crate::issue::IssueKind;
use crate::json::{Node, ObjectWriter, Value, parse_answer};
use crate::operation::{Cursor, Page};
use crate::path::Path;
use crate::report::Collector;
use crate::schema::{self, LIMIT, keys};
use crate::time::Timestamp;

/// A checked `ListScheduledEvents`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListScheduledEvents {
    limit: Option<i64>,
    marker: Option<String>,
    id: Option<String>,
    instance_id: Option<String>,
    types: Vec<String>,
    states: Vec<String>,
    publish_since: Option<Timestamp>,
    publish_until: Option<Timestamp>,
}

const FIELDS: [&str; 8] = keys(&schema::LIST_SCHEDULED_EVENTS);

impl ListScheduledEvents {
    /// The API's name for it.
    pub const NAME: &'static str = "ListScheduledEvents";

    /// The first page of all events.
    pub(crate) fn all(page_size: u32) -> Self {
        Self {
            limit: Some(i64::from(page_size).clamp(LIMIT.min, LIMIT.max)),
            ..Self::default()
        }
    }

    pub(crate) fn read(params: &Node<'_>, issues: &mut Collector) -> Option<Self> {
        let root = Path::root();
        let fields = Fields::new(issues, params, &root, &FIELDS)?;
        let value = Self {
            limit: fields.integer(issues, "limit", LIMIT.min, LIMIT.max),
            marker: marker(&fields, issues),
            id: fields.listed_id(issues, "id"),
            instance_id: fields.listed_id(issues, "instance_id"),
            types: fields.words(issues, "type", HUAWEI_EVENT_TYPES),
            states: fields.words(issues, "state", HUAWEI_STATES),
            publish_since: fields.huawei_time(issues, "publish_since", None),
            publish_until: fields.huawei_time(issues, "publish_until", None),
        };
        if let (Some(since), Some(until)) = (value.publish_since, value.publish_until)
            && until < since
        {
            issues.error(&fields.path("publish_until"), IssueKind::RangeInverted);
        }
        Some(value)
    }

    /// The parameters that are one value each.
    fn singles(&self) -> [(&'static str, Option<String>); 5] {
        [
            ("id", self.id.clone()),
            ("instance_id", self.instance_id.clone()),
            ("marker", self.marker.clone()),
            (
                "publish_since",
                self.publish_since.map(Timestamp::to_huawei),
            ),
            (
                "publish_until",
                self.publish_until.map(Timestamp::to_huawei),
            ),
        ]
    }

    pub(crate) fn request(&self, scope: &Scope) -> Request {
        let mut query: Vec<(String, String)> = self
            .singles()
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect();
        query.extend(
            self.limit
                .map(|limit| ("limit".to_owned(), limit.to_string())),
        );
        // Arrays are repeated keys on the wire.
        query.extend(
            self.types
                .iter()
                .map(|value| ("type".to_owned(), value.clone())),
        );
        query.extend(
            self.states
                .iter()
                .map(|value| ("state".to_owned(), value.clone())),
        );
        Request {
            method: Method::Get,
            path: events_path(scope),
            query: sorted(query),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: None,
        }
    }

    pub(crate) fn params_json(&self) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        if let Some(limit) = self.limit {
            object.integer("limit", limit);
        }
        for (name, value) in self.singles() {
            if let Some(value) = value {
                object.string(name, &value);
            }
        }
        object
            .strings("state", &self.states)
            .strings("type", &self.types);
        object.end();
        out
    }

    pub(crate) fn page(&self, scope: &Scope, answer: &Answer<'_>) -> Option<Page> {
        let listed = answer.list("events")?;
        let events: Vec<Event> = listed
            .iter()
            .map(|node| event(scope, answer, node))
            .collect();
        let marker = answer
            .root
            .get("page_info")
            .and_then(|info| info.get("next_marker"))
            .and_then(Node::as_str)
            .filter(|marker| !marker.is_empty());
        // Its presence proves nothing: an empty page or the same marker again is the end.
        let next = marker
            .filter(|marker| !events.is_empty() && Some(*marker) != self.marker.as_deref())
            .map(|marker| Cursor::Marker(marker.to_owned()));
        Some(Page {
            events,
            next,
            total: None,
            request_id: answer.request_id(),
        })
    }

    pub(crate) fn published(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        Self {
            marker: None,
            publish_since: since.map(Timestamp::whole_seconds),
            publish_until: until.map(Timestamp::whole_seconds),
            ..self.clone()
        }
    }

    pub(crate) fn at(&self, marker: &str) -> Self {
        Self {
            marker: Some(marker.to_owned()),
            ..self.clone()
        }
    }
}

/// Opaque, but not empty: that would be the first page again, and no end to the list.
fn marker(fields: &Fields<'_, '_>, issues: &mut Collector) -> Option<String> {
    let text = fields.text(issues, "marker")?;
    if text.is_empty() {
        let kind = IssueKind::InvalidId {
            flaw: IdFlaw::Empty,
            prefix: "",
        };
        issues.error(&fields.path("marker"), kind);
        return None;
    }
    Some(text.to_owned())
}

fn event(scope: &Scope, answer: &Answer<'_>, node: &Node<'_>) -> Event {
    let text = |key| node.text(key);
    let time = |key| text(key).and_then(|text: &str| text.parse().ok());
    Event {
        account: scope.account.clone(),
        provider: Provider::HuaweiEcs,
        id: text("id").unwrap_or_default().trim().to_owned(),
        resource_id: text("instance_id").unwrap_or_default().trim().to_owned(),
        event_type: EventType::new(text("type").unwrap_or_default()),
        state: State::new(text("state").unwrap_or_default()),
        level: None,
        published_at: time("publish_time"),
        not_before: time("not_before"),
        not_after: time("not_after"),
        deadline: time("not_before_deadline"),
        started_at: time("start_time"),
        finished_at: time("finish_time"),
        description: node.get("description").map(description).unwrap_or_default(),
        source: node
            .get("source")
            .and_then(|source| source.text("type"))
            .map(str::to_owned),
        raw: answer.raw(node).to_owned(),
    }
}

/// A description is a JSON object in a string, locale → text; anything else is kept as it is.
fn description(node: &Node<'_>) -> Vec<(String, String)> {
    let texts = |node: &Node<'_>| {
        let Value::Object(members) = &node.value else {
            return None;
        };
        let mut texts = Texts::default();
        for (locale, text) in members {
            if let Some(text) = text.as_str() {
                texts.insert(locale.to_string(), text.to_owned());
            }
        }
        Some(texts.into_vec())
    };
    if let Some(found) = texts(node) {
        return found;
    }
    let Some(text) = node.as_str().filter(|text| !text.is_empty()) else {
        return Vec::new();
    };
    parse_answer(text)
        .ok()
        .and_then(|inner| texts(&inner))
        .filter(|found| !found.is_empty())
        .unwrap_or_else(|| vec![("und".to_owned(), text.to_owned())])
}
