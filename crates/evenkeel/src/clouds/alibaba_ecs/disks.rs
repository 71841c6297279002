//! `DescribeDisksFullStatus`: disks with their events, which the list of events never has. Nothing can be done about
//! them from here.
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describedisksfullstatus>

use super::history::{text, word};
use super::region;
use super::schema::{self, DISK_TYPES, PAGE_NUMBER, PAGE_SIZE};
use crate::answer::Answer;
use crate::description::params::keys;
use crate::event::{ListedEvent, Restriction, id, time};
use crate::fields::Fields;
use crate::http::Scope;
use crate::json::{Cursor as JsonCursor, Mode, Node, ObjectWriter, Step, parse_answer};
use crate::page::{Cursor, Listed};
use crate::path::Path;
use crate::provider::Provider;
use crate::report::Collector;

/// A checked `DescribeDisksFullStatus`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DescribeDisksFullStatus {
    region: Option<String>,
    event_type: Option<String>,
    page_number: Option<i64>,
    page_size: Option<i64>,
}

const FIELDS: [&str; 4] = keys(&schema::DISKS_FIELDS);

impl DescribeDisksFullStatus {
    /// The first page of the disks with events of a type: without one, disks without events are listed, too.
    pub(super) fn of_type(page_size: u32, name: &str) -> Self {
        Self {
            region: None,
            event_type: Some(name.to_owned()),
            page_number: Some(1),
            page_size: Some(i64::from(page_size).clamp(PAGE_SIZE.min, PAGE_SIZE.max)),
        }
    }

    pub(super) fn read(params: &Node<'_>, issues: &mut Collector) -> Option<Self> {
        let root = Path::root();
        let fields = Fields::new(issues, params, &root, &FIELDS)?;
        let [region, event_type, number, size] = FIELDS;
        Some(Self {
            region: text(&fields, issues, region),
            event_type: word(&fields, issues, event_type, DISK_TYPES),
            page_number: fields.integer(issues, number, PAGE_NUMBER.min, PAGE_NUMBER.max),
            page_size: fields.integer(issues, size, PAGE_SIZE.min, PAGE_SIZE.max),
        })
    }

    fn numbers(&self) -> [(&'static str, Option<i64>); 2] {
        let [.., number, size] = FIELDS;
        [(number, self.page_number), (size, self.page_size)]
    }

    pub(super) fn query(&self, scope: &Scope) -> Vec<(String, String)> {
        let mut query = vec![region(self.region.as_ref(), scope)];
        let event_type = self.event_type.clone();
        query.extend(event_type.map(|name| ("EventType".to_owned(), name)));
        for (name, number) in self.numbers() {
            query.extend(number.map(|number| (name.to_owned(), number.to_string())));
        }
        query
    }

    pub(super) fn params_json(&self) -> String {
        let mut out = String::new();
        let mut object = ObjectWriter::new(&mut out);
        if let Some(name) = &self.event_type {
            object.string("EventType", name);
        }
        for (name, number) in self.numbers() {
            if let Some(number) = number {
                object.integer(name, number);
            }
        }
        if let Some(region) = &self.region {
            object.string("RegionId", region);
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
        // How many events each disk has.
        let mut counts: Vec<usize> = Vec::new();
        let mut item = |cursor: &mut JsonCursor<'a>| {
            let count = disk(cursor, each)?;
            counts.push(count);
            Ok(())
        };
        let path = ["DiskFullStatusSet", "DiskFullStatusType"];
        let (answer, disks) = Answer::parse_list(text, request_id, &path, &mut item)?;
        Ok(disks.map(|disks| Listed {
            count: counts.iter().rev().take(disks).sum(),
            next: self.next(&answer, disks),
            repeats: false,
            // What the cloud counts are disks.
            total: None,
            request_id: answer.request_id(),
        }))
    }

    /// Where the page after one of so many disks begins.
    fn next(&self, answer: &Answer<'_>, disks: usize) -> Option<Cursor> {
        let number = self.page_number.unwrap_or(1);
        let disks = i64::try_from(disks).ok().filter(|disks| *disks > 0)?;
        let told = answer.root.get("PageSize").and_then(Node::as_i64_lenient);
        let size = [told, self.page_size].into_iter().flatten();
        let size = size.filter(|size| *size > 0).min().unwrap_or(disks);
        let total = answer.root.get("TotalCount").and_then(Node::as_i64_lenient);
        let seen = (number - 1).saturating_mul(size).saturating_add(disks);
        total
            .is_none_or(|total| seen < total)
            .then(|| Cursor::PageNumber(number.saturating_add(1)))
    }

    pub(super) fn page(&self, number: i64) -> Self {
        Self {
            page_number: Some(number),
            ..self.clone()
        }
    }
}

/// Reads the disk that begins here and shows its events to `each`; gives how many it has. By a tree: there are few of them,
/// and its events may stand before its id.
fn disk<'a>(cursor: &mut JsonCursor<'a>, each: &mut dyn FnMut(&ListedEvent<'a>)) -> Step<usize> {
    let start = cursor.at();
    cursor.pass()?;
    let raw = cursor.slice(start);
    let Ok(node) = parse_answer(raw) else {
        return Ok(0);
    };
    let mut disk = ListedEvent::new(Provider::AlibabaEcs);
    disk.raw = raw;
    disk.restriction = Some(Restriction::NoAction);
    disk.resource_id = member(raw, &node, "DiskId", id);
    let set = node.get("DiskEventSet");
    let events = set.and_then(|set| set.get("DiskEventType")?.as_array());
    let events = events.unwrap_or_default();
    for event in events {
        each(&of_disk(&disk, event));
    }
    Ok(events.len())
}

/// An event of a disk has no state: it has ended, or it has not.
fn of_disk<'a>(disk: &ListedEvent<'a>, node: &Node<'a>) -> ListedEvent<'a> {
    let mut event = disk.clone();
    event.id = member(disk.raw, node, "EventId", id);
    event.event_type = member(disk.raw, node, "EventType", super::event::name);
    event.started_at = member(disk.raw, node, "EventTime", time);
    event.finished_at = member(disk.raw, node, "EventEndTime", time);
    event.published_at = event.started_at;
    let state = match event.finished_at {
        Some(_) => "Executed",
        None => "Executing",
    };
    event.state = state.into();
    event
}

/// Reads a member of a node of a text, as lists read theirs; nothing where there is none.
fn member<'a, T: Default>(
    raw: &'a str,
    node: &Node<'_>,
    key: &str,
    read: fn(&mut JsonCursor<'a>) -> Step<T>,
) -> T {
    let text = node
        .get(key)
        .and_then(|value| raw.get(value.start..value.end));
    let read = text.map(|text| read(&mut JsonCursor::new(text, Mode::Lenient)));
    read.and_then(Result::ok).unwrap_or_default()
}

#[cfg(test)]
mod tests;
