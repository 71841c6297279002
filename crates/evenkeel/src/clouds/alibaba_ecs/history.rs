//! `DescribeInstanceHistoryEvents`: the list.
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstancehistoryevents>

use std::collections::BTreeSet;

use super::facts::FACTS;
use super::schema::{
    self, HOST, HOST_PREFIX, IDS_PER_CALL, LISTED_TYPES, MAX_RESULTS, RESOURCE_TYPES, STATES,
    STATES_PER_CALL, TYPES_PER_CALL,
};
use super::simulate::SIMULATION;
use super::{event, region};
use crate::answer::Answer;
use crate::clouds::alibaba::numbered;
use crate::description::params::keys;
use crate::event::ListedEvent;
use crate::fields::{Fields, listed_id, unknown_value};
use crate::http::Scope;
use crate::id::{IdFlaw, check_listed};
use crate::issue::IssueKind;
use crate::json::{Node, ObjectWriter};
use crate::page::{Cursor, Listed};
use crate::path::Path;
use crate::report::Collector;
use crate::time::Timestamp;

/// A checked `DescribeInstanceHistoryEvents`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct DescribeInstanceHistoryEvents {
    region: Option<String>,
    states: Vec<String>,
    types: Vec<String>,
    event_ids: Vec<String>,
    resource_ids: Vec<String>,
    resource_type: Option<String>,
    published_since: Option<Timestamp>,
    published_until: Option<Timestamp>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

const FIELDS: [&str; 10] = keys(&schema::HISTORY_FIELDS);

/// The states of what can be called off.
const OPEN: [&str; 2] = ["Scheduled", "Executing"];

/// The member within the answer's that has the events.
const EVENTS: &str = "InstanceSystemEventType";

impl DescribeInstanceHistoryEvents {
    /// The first page of all events of a type of resources, or of instances. Without the states the cloud shows finished
    /// events alone.
    pub(super) fn all(page_size: u32, resource_type: Option<&str>) -> Self {
        Self {
            states: STATES.iter().map(|&name| name.to_owned()).collect(),
            resource_type: resource_type.map(str::to_owned),
            max_results: Some(i64::from(page_size).clamp(MAX_RESULTS.min, MAX_RESULTS.max)),
            ..Self::default()
        }
    }

    /// The lists of these events, of instances and of hosts; what cannot stand in one is left out.
    pub(super) fn of_events(events: &[(&str, &str)]) -> Vec<Self> {
        let mut lists = Vec::new();
        for resource_type in [None, Some(HOST)] {
            let ids: BTreeSet<&str> = events
                .iter()
                .filter(|(_, resource)| {
                    resource.starts_with(HOST_PREFIX) == resource_type.is_some()
                })
                .map(|(event, _)| *event)
                .filter(|event| check_listed(event).is_ok())
                .collect();
            let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
            lists.extend(ids.chunks(IDS_PER_CALL).map(|ids| Self {
                event_ids: ids.to_vec(),
                ..Self::all(schema::LARGEST_PAGE, resource_type)
            }));
        }
        lists
    }

    /// The lists of the open events of types that the cloud simulates; what cannot stand in one is left out.
    pub(super) fn simulated(instances: &[String]) -> Vec<Self> {
        let types = SIMULATION.types.iter();
        let all = Self {
            states: OPEN.map(str::to_owned).to_vec(),
            types: types.map(|it| it.name.to_owned()).collect(),
            ..Self::all(schema::LARGEST_PAGE, None)
        };
        if instances.is_empty() {
            return vec![all];
        }
        let ids = instances.iter().filter(|id| check_listed(id).is_ok());
        let ids: BTreeSet<&String> = ids.collect();
        let ids: Vec<String> = ids.into_iter().cloned().collect();
        ids.chunks(IDS_PER_CALL)
            .map(|ids| Self {
                resource_ids: ids.to_vec(),
                ..all.clone()
            })
            .collect()
    }

    pub(super) fn read(params: &Node<'_>, issues: &mut Collector) -> Option<Self> {
        let root = Path::root();
        let fields = Fields::new(issues, params, &root, &FIELDS)?;
        let [
            region,
            states,
            types,
            event_ids,
            resource_ids,
            resource_type,
            since,
            until,
            max,
            token,
        ] = FIELDS;
        let region = text(&fields, issues, region);
        match fields.get(states) {
            None => issues.error(
                &fields.path(states),
                IssueKind::Missing {
                    assumed: Some(schema::FINISHED),
                },
            ),
            Some(node) if node.as_array().is_some_and(<[_]>::is_empty) => {
                issues.error(&fields.path(states), IssueKind::NoItems);
            }
            Some(_) => {}
        }
        let value = Self {
            region,
            states: {
                at_most(&fields, issues, states, STATES_PER_CALL);
                fields.words(issues, states, STATES)
            },
            types: {
                at_most(&fields, issues, types, TYPES_PER_CALL);
                fields.words(issues, types, LISTED_TYPES)
            },
            event_ids: ids(&fields, issues, event_ids),
            resource_ids: ids(&fields, issues, resource_ids),
            resource_type: word(&fields, issues, resource_type, RESOURCE_TYPES),
            published_since: fields.utc_seconds(issues, since, None),
            published_until: fields.utc_seconds(issues, until, None),
            max_results: fields.integer(issues, max, MAX_RESULTS.min, MAX_RESULTS.max),
            next_token: text(&fields, issues, token),
        };
        if let (Some(since), Some(end)) = (value.published_since, value.published_until)
            && end < since
        {
            issues.error(&fields.path(until), IssueKind::RangeInverted);
        }
        Some(value)
    }

    /// The parameters that are one value each, but the region and the number.
    fn singles(&self) -> [(&'static str, Option<String>); 4] {
        let [.., resource_type, since, until, _, token] = FIELDS;
        [
            (since, self.published_since.map(Timestamp::to_utc_seconds)),
            (until, self.published_until.map(Timestamp::to_utc_seconds)),
            (token, self.next_token.clone()),
            (resource_type, self.resource_type.clone()),
        ]
    }

    /// The parameters that are lists.
    fn lists(&self) -> [(&'static str, &Vec<String>); 4] {
        let [_, states, types, event_ids, resource_ids, ..] = FIELDS;
        [
            (event_ids, &self.event_ids),
            (states, &self.states),
            (types, &self.types),
            (resource_ids, &self.resource_ids),
        ]
    }

    pub(super) fn query(&self, scope: &Scope) -> Vec<(String, String)> {
        let mut query = vec![region(self.region.as_ref(), scope)];
        for (name, values) in self.lists() {
            query.extend(numbered(name, values));
        }
        let singles = self.singles().into_iter();
        query.extend(singles.filter_map(|(name, value)| Some((name.to_owned(), value?))));
        let max = self.max_results.map(|max| max.to_string());
        query.extend(max.map(|max| ("MaxResults".to_owned(), max)));
        query
    }

    pub(super) fn params_json(&self) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        for (name, values) in self.lists() {
            object.strings(name, values);
        }
        if let Some(max) = self.max_results {
            object.integer("MaxResults", max);
        }
        if let Some(region) = &self.region {
            object.string("RegionId", region);
        }
        for (name, value) in self.singles() {
            if let Some(value) = value {
                object.string(name, &value);
            }
        }
        object.end();
        out
    }

    pub(super) fn list<'a>(
        &self,
        text: &'a str,
        request_id: Option<&'a str>,
        each: &mut dyn FnMut(&ListedEvent<'a>),
    ) -> Result<Option<Listed>, String> {
        let mut item = |cursor: &mut _| event::event(cursor, each);
        let path = [FACTS.events_member, EVENTS];
        let (answer, count) = Answer::parse_list(text, request_id, &path, &mut item)?;
        Ok(count.map(|count| {
            let token = answer.root.text("NextToken");
            let token = token.filter(|token| !token.is_empty());
            let repeats = token.is_some() && token == self.next_token.as_deref();
            Listed {
                count,
                next: token
                    .filter(|_| !repeats)
                    .map(|token| Cursor::Marker(token.to_owned())),
                repeats,
                // By token the cloud's numbers mean nothing.
                total: None,
                request_id: answer.request_id(),
            }
        }))
    }

    /// The page that a token leads to.
    pub(super) fn after(&self, token: &str) -> Self {
        Self {
            next_token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    pub(super) fn published(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        Self {
            next_token: None,
            published_since: since.map(Timestamp::whole_seconds),
            published_until: until.map(Timestamp::whole_seconds),
            ..self.clone()
        }
    }
}

/// Ids to list, no more than a call takes.
fn ids(fields: &Fields<'_, '_>, issues: &mut Collector, key: &'static str) -> Vec<String> {
    at_most(fields, issues, key, IDS_PER_CALL);
    fields.list(issues, key, listed_id)
}

/// Reports a list of more items than a call takes.
pub(super) fn at_most(
    fields: &Fields<'_, '_>,
    issues: &mut Collector,
    key: &'static str,
    max: usize,
) {
    let items = fields.get(key).and_then(Node::as_array);
    let length = items.map_or(0, <[_]>::len);
    if length > max {
        let kind = IssueKind::TooManyItems { max, length };
        issues.error(&fields.path(key), kind);
    }
}

/// A text that is not empty.
pub(super) fn text(
    fields: &Fields<'_, '_>,
    issues: &mut Collector,
    key: &'static str,
) -> Option<String> {
    let text = fields.text(issues, key)?;
    if text.is_empty() {
        let kind = IssueKind::InvalidId {
            flaw: IdFlaw::Empty,
            prefix: "",
        };
        issues.error(&fields.path(key), kind);
        return None;
    }
    Some(text.to_owned())
}

/// One of these words.
pub(super) fn word(
    fields: &Fields<'_, '_>,
    issues: &mut Collector,
    key: &'static str,
    allowed: &'static [&'static str],
) -> Option<String> {
    let text = fields.text(issues, key)?;
    if !allowed.contains(&text) {
        unknown_value(issues, &fields.path(key), text, allowed);
        return None;
    }
    Some(text.to_owned())
}
