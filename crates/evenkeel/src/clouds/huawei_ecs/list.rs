//! `ListScheduledEvents`: the list.
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2201.html>

use super::facts::FACTS;
use super::schema::{self, EVENT_TYPES, LIMIT, STATES};
use super::{event, events_path};
use crate::answer::Answer;
use crate::cloud::ListOperation;
use crate::description::params::{Params, keys};
use crate::event::ListedEvent;
use crate::fields::Fields;
use crate::http::{Method, Request, Scope, accepts_json, is_json, sorted};
use crate::id::{IdFlaw, check_listed};
use crate::issue::IssueKind;
use crate::json::{Node, ObjectWriter};
use crate::page::{Cursor, Listed};
use crate::path::Path;
use crate::provider::OperationName;
use crate::report::Collector;
use crate::time::Timestamp;

/// A checked `ListScheduledEvents`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ListScheduledEvents {
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
    /// The first page of all events.
    pub(super) fn all(page_size: u32) -> Self {
        Self {
            limit: Some(i64::from(page_size).clamp(LIMIT.min, LIMIT.max)),
            ..Self::default()
        }
    }

    /// The list of one event; none of an id that cannot stand in it.
    pub(super) fn of_event(id: &str) -> Option<Self> {
        check_listed(id).is_ok().then(|| Self {
            id: Some(id.to_owned()),
            ..Self::default()
        })
    }

    /// The parameters that are one value each.
    fn singles(&self) -> [(&'static str, Option<String>); 5] {
        [
            ("id", self.id.clone()),
            ("instance_id", self.instance_id.clone()),
            ("marker", self.marker.clone()),
            (
                "publish_since",
                self.publish_since.map(Timestamp::to_utc_seconds),
            ),
            (
                "publish_until",
                self.publish_until.map(Timestamp::to_utc_seconds),
            ),
        ]
    }
}

impl ListOperation for ListScheduledEvents {
    fn params(_name: OperationName) -> &'static Params {
        &schema::LIST
    }

    fn name(&self) -> OperationName {
        OperationName::ListScheduledEvents
    }

    fn read(_name: OperationName, params: &Node<'_>, issues: &mut Collector) -> Option<Self> {
        let root = Path::root();
        let fields = Fields::new(issues, params, &root, &FIELDS)?;
        let value = Self {
            limit: fields.integer(issues, "limit", LIMIT.min, LIMIT.max),
            marker: marker(&fields, issues),
            id: fields.listed_id(issues, "id"),
            instance_id: fields.listed_id(issues, "instance_id"),
            types: fields.words(issues, "type", EVENT_TYPES),
            states: fields.words(issues, "state", STATES),
            publish_since: fields.utc_seconds(issues, "publish_since", None),
            publish_until: fields.utc_seconds(issues, "publish_until", None),
        };
        if let (Some(since), Some(until)) = (value.publish_since, value.publish_until)
            && until < since
        {
            issues.error(&fields.path("publish_until"), IssueKind::RangeInverted);
        }
        Some(value)
    }

    fn request(&self, scope: &Scope) -> Request {
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
            headers: vec![is_json(), accepts_json()],
            body: None,
        }
    }

    fn params_json(&self) -> String {
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

    fn list<'a>(
        &self,
        text: &'a str,
        request_id: Option<&'a str>,
        each: &mut dyn FnMut(&ListedEvent<'a>),
    ) -> Result<Option<Listed>, String> {
        let mut item = |cursor: &mut _| event::event(cursor, each);
        let (answer, count) =
            Answer::parse_list(text, request_id, &[FACTS.events_member], &mut item)?;
        Ok(count.map(|count| {
            let marker = answer
                .root
                .get("page_info")
                .and_then(|info| info.text("next_marker"))
                .filter(|marker| !marker.is_empty());
            // Its presence proves nothing: an empty page or the same marker again is the end.
            let marker = marker.filter(|_| count > 0);
            let repeats = marker.is_some() && marker == self.marker.as_deref();
            let next = marker
                .filter(|_| !repeats)
                .map(|marker| Cursor::Marker(marker.to_owned()));
            Listed {
                count,
                next,
                repeats,
                total: None,
                request_id: answer.request_id(),
            }
        }))
    }

    fn page_at(&self, cursor: &Cursor, _came: usize) -> Option<Self> {
        match cursor {
            Cursor::Marker(marker) => Some(Self {
                marker: Some(marker.clone()),
                ..self.clone()
            }),
            Cursor::PageNumber(_) => None,
        }
    }

    fn published(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Option<Self> {
        Some(Self {
            marker: None,
            publish_since: since.map(Timestamp::whole_seconds),
            publish_until: until.map(Timestamp::whole_seconds),
            ..self.clone()
        })
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
