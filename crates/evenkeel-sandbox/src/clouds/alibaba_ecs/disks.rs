//! Answers `DescribeDisksFullStatus`, the events of disks, and `DescribeDisks`, the disks of machines.
//!
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describedisksfullstatus>
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describedisks>

use std::collections::{BTreeMap, HashSet};

use axum::response::Response;
use serde_json::{Value, json};

use super::{
    event::{DISK_TYPES, attribute, resource_type, type_code},
    fleet, refusal,
    request::{Paging, Reader, Span},
};
use crate::{
    answer,
    cloud::{Context, Request},
    clouds::alibaba::params::Params,
    event::Event,
    fleet::generate::DAY,
    refusal::Refusal,
    resource::Resource,
    time,
};

const MOST_IDS: usize = 100;
/// The longest page of disks by token.
const MOST: usize = 500;
/// How long the events of disks are told.
const RETENTION_MS: i64 = 7 * DAY;

/// What of the events of disks is asked for; an empty set is no filter. Disks without an event are not known here.
pub(super) struct DiskEvents {
    disks: HashSet<String>,
    ids: HashSet<String>,
    kind: Option<String>,
    time: Span,
    number: usize,
    size: usize,
}

impl DiskEvents {
    pub(super) fn parse(params: &Params) -> Result<Self, Refusal> {
        let reader = Reader::new(params);
        reader.region()?;
        let kind = reader.text("EventType");
        if kind.is_some_and(|kind| !DISK_TYPES.contains(&kind)) {
            return Err(reader.invalid("EventType"));
        }
        let ids = reader.list("EventId");
        if ids.len() > MOST_IDS {
            return Err(refusal::too_many_events(400));
        }
        let disks = reader.short_list("DiskId", MOST_IDS)?;
        Ok(Self {
            disks: disks.into_iter().collect(),
            ids: ids.into_iter().collect(),
            kind: kind.map(str::to_owned),
            time: reader.span("EventTime")?,
            number: reader.number("PageNumber", 1, 1..=usize::MAX)?,
            size: reader.number("PageSize", 10, 1..=100)?,
        })
    }

    fn wants(&self, event: &Event, now: i64) -> bool {
        let among = |set: &HashSet<String>, value: &str| set.is_empty() || set.contains(value);
        let at = event.started(now);
        event.published <= now
            && resource_type(event) == "disk"
            && among(&self.disks, &event.resource_id)
            && among(&self.ids, &event.id)
            && self.kind.as_ref().is_none_or(|kind| *event.kind == **kind)
            && at.is_some_and(|at| self.time.holds(at) && now - at <= RETENTION_MS)
    }
}

impl Request for DiskEvents {
    fn is_further_page(&self) -> bool {
        self.number > 1
    }

    fn respond(&self, context: Context<'_>) -> Result<Response, Refusal> {
        let (now, effects) = (context.now, context.effects);
        let mut disks: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
        for event in context.events.all() {
            if self.wants(event, now) {
                disks.entry(&event.resource_id).or_default().push(event);
            }
        }
        let before = if effects.duplicate_page { 2 } else { 1 };
        let skip = self.number.saturating_sub(before).saturating_mul(self.size);
        let page: Vec<Value> = disks
            .iter()
            .skip(skip)
            .take(self.size)
            .map(|(id, events)| disk_with_events(id, events, now))
            .collect();
        Ok(answer::json(
            200,
            &json!({
                "RequestId": context.request_id,
                "DiskFullStatusSet": {"DiskFullStatusType": page},
                "PageNumber": self.number,
                "PageSize": self.size,
                "TotalCount": disks.len(),
            }),
        ))
    }
}

/// A disk with its events. The numbers for its states are assumed.
fn disk_with_events(id: &str, events: &[&Event], now: i64) -> Value {
    let told = |name| events.iter().find_map(|event| attribute(event, name));
    let is_over = events.iter().all(|event| event.finished(now).is_some());
    let health = if is_over {
        json!({"Code": 0, "Name": "Ok"})
    } else if events.iter().any(|event| event.kind == "Stalled") {
        json!({"Code": 128, "Name": "Impaired"})
    } else {
        json!({"Code": 64, "Name": "Warning"})
    };
    let events: Vec<Value> = events.iter().map(|event| disk_event(event, now)).collect();
    json!({
        "DiskId": id,
        "InstanceId": told("InstanceId").unwrap_or_default(),
        "Device": told("Device").unwrap_or_default(),
        "Status": {"Code": 129, "Name": "In_use"},
        "HealthStatus": health,
        "DiskEventSet": {"DiskEventType": events},
    })
}

fn disk_event(event: &Event, now: i64) -> Value {
    let mut row = json!({
        "EventId": event.id,
        "EventType": {"Code": type_code(&event.kind), "Name": event.kind},
        "EventTime": event.started(now).map(time::format),
        "ImpactLevel": "",
    });
    if let Some(at) = event.finished(now) {
        answer::set(&mut row, "EventEndTime", time::format(at));
    }
    row
}

/// A look-up of disks; what it does not ask for is not filtered by.
pub(super) struct Disks {
    ids: Option<Vec<String>>,
    instance: Option<String>,
    /// `all` is no filter.
    category: Option<String>,
    kind: Option<String>,
    paging: Paging,
}

impl Disks {
    pub(super) fn parse(params: &Params) -> Result<Self, Refusal> {
        let reader = Reader::new(params);
        reader.region()?;
        let unless_all = |name| reader.text(name).filter(|word| *word != "all");
        Ok(Self {
            ids: reader.json_ids("DiskIds")?,
            instance: reader.text("InstanceId").map(str::to_owned),
            category: unless_all("Category").map(str::to_owned),
            kind: unless_all("DiskType").map(str::to_owned),
            paging: reader.paging(1, MOST)?,
        })
    }

    fn wants(&self, disk: &Value) -> bool {
        let is = |wanted: &Option<String>, name: &str| {
            wanted.as_ref().is_none_or(|wanted| disk[name] == **wanted)
        };
        is(&self.instance, "InstanceId")
            && is(&self.category, "Category")
            && is(&self.kind, "Type")
            && self
                .ids
                .as_ref()
                .is_none_or(|ids| ids.iter().any(|id| disk["DiskId"] == **id))
    }
}

impl Request for Disks {
    fn is_further_page(&self) -> bool {
        self.paging.is_further()
    }

    fn respond(&self, context: Context<'_>) -> Result<Response, Refusal> {
        let instance = self.instance.as_ref().map(std::slice::from_ref);
        let events = context.events.all();
        let found = context.resources.find(events, fleet::instance, instance);
        let mut wanted: Vec<(String, Value)> = found
            .values()
            .flat_map(disks)
            .filter(|(_, disk)| self.wants(disk))
            .collect();
        wanted.sort_by(|(one, _), (other, _)| one.cmp(other));
        let (number, size, total) = self.paging.described(wanted.len());
        let (page, next) = self.paging.cut(wanted);
        Ok(answer::json(
            200,
            &json!({
                "RequestId": context.request_id,
                "Disks": {"Disk": page},
                "NextToken": next.unwrap_or_default(),
                "PageNumber": number,
                "PageSize": size,
                "TotalCount": total,
            }),
        ))
    }
}

/// A machine's disks: that of its system, in the cloud, and its local ones.
fn disks(machine: &Resource) -> impl Iterator<Item = (String, Value)> {
    (0..=machine.details.local_disks).map(|number| {
        let id = fleet::disk_id(&machine.id, number);
        let (category, kind, size) = if number == 0 {
            ("cloud_essd", "system", 40)
        } else {
            ("local_ssd_pro", "data", 894)
        };
        let disk = json!({
            "DiskId": id,
            "InstanceId": machine.id,
            "Category": category,
            "Type": kind,
            "Size": size,
            "Device": fleet::device(number),
            "Status": "In_use",
            "ZoneId": machine.zone,
        });
        (id, disk)
    })
}
