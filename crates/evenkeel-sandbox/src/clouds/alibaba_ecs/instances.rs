//! Answers `DescribeInstances`: names, zones, tags, and whether there are local disks.
//!
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances>

use std::collections::{BTreeMap, HashSet};

use axum::response::Response;
use serde_json::{Value, json};

use super::{
    fleet, refusal,
    request::{Paging, Reader, TagFilter},
};
use crate::{
    answer,
    cloud::{Context, Request},
    clouds::alibaba::params::Params,
    refusal::Refusal,
    resource::{Power, Resource},
};

const MOST: usize = 100;
/// What a local disk holds, in GiB.
const LOCAL_DISK_GIB: u32 = 894;

/// The machines with these ids.
pub(super) fn machines(context: &Context<'_>, ids: &[String]) -> BTreeMap<String, Resource> {
    let events = context.events.all();
    context.resources.find(events, fleet::instance, Some(ids))
}

/// The machine with this id.
pub(super) fn machine(context: &Context<'_>, id: &str) -> Option<Resource> {
    machines(context, &[id.to_owned()]).remove(id)
}

/// Checks that a machine is not locked for security.
pub(super) fn check_lock(machine: &Resource) -> Result<(), Refusal> {
    match machine.details.lock.as_deref() {
        Some("security") => Err(refusal::locked()),
        _ => Ok(()),
    }
}

/// The ids of the machines with these tags; nothing when no tag is asked for.
pub(super) fn tagged(context: &Context<'_>, tags: &[TagFilter]) -> Option<HashSet<String>> {
    if tags.is_empty() {
        return None;
    }
    let events = context.events.all();
    let found = context.resources.find(events, fleet::instance, None);
    let tagged = found.into_iter().filter(|(_, it)| has_tags(it, tags));
    Some(tagged.map(|(id, _)| id).collect())
}

fn has_tags(machine: &Resource, tags: &[TagFilter]) -> bool {
    tags.iter().all(|(key, value)| {
        let found = machine.tags.get(key);
        found.is_some_and(|found| value.as_ref().is_none_or(|value| value == found))
    })
}

/// A look-up; what it does not ask for is not filtered by.
pub(super) struct Instances {
    ids: Option<Vec<String>>,
    name: Option<String>,
    zone: Option<String>,
    status: Option<String>,
    tags: Vec<TagFilter>,
    paging: Paging,
}

impl Instances {
    pub(super) fn parse(params: &Params) -> Result<Self, Refusal> {
        let reader = Reader::new(params);
        reader.region()?;
        let text = |name| reader.text(name).map(str::to_owned);
        Ok(Self {
            ids: reader.json_ids("InstanceIds")?,
            name: text("InstanceName"),
            zone: text("ZoneId"),
            status: text("Status"),
            tags: reader.tags()?,
            paging: reader.paging(1, MOST)?,
        })
    }

    fn wants(&self, machine: &Resource) -> bool {
        let is = |wanted: &Option<String>, value: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == value)
        };
        is(&self.name, machine.name.as_deref().unwrap_or_default())
            && is(&self.zone, &machine.zone)
            && is(&self.status, status(machine.power))
            && has_tags(machine, &self.tags)
    }
}

impl Request for Instances {
    fn is_further_page(&self) -> bool {
        self.paging.is_further()
    }

    fn respond(&self, context: Context<'_>) -> Result<Response, Refusal> {
        let events = context.events.all();
        let found = context
            .resources
            .find(events, fleet::instance, self.ids.as_deref());
        let wanted: Vec<(String, Value)> = found
            .into_iter()
            .filter(|(_, machine)| self.wants(machine))
            .map(|(id, machine)| (id, row(&machine)))
            .collect();
        let (number, size, total) = self.paging.described(wanted.len());
        let (page, next) = self.paging.cut(wanted);
        Ok(answer::json(
            200,
            &json!({
                "RequestId": context.request_id,
                "Instances": {"Instance": page},
                // Empty on the last page.
                "NextToken": next.unwrap_or_default(),
                "PageNumber": number,
                "PageSize": size,
                "TotalCount": total,
            }),
        ))
    }
}

fn status(power: Power) -> &'static str {
    match power {
        Power::Running => "Running",
        Power::Stopped => "Stopped",
        Power::Starting => "Starting",
    }
}

fn row(machine: &Resource) -> Value {
    let tags: Vec<Value> = machine
        .tags
        .iter()
        .map(|(key, value)| json!({"TagKey": key, "TagValue": value}))
        .collect();
    let locks: Vec<Value> = machine
        .details
        .lock
        .iter()
        .map(|reason| json!({"LockReason": reason}))
        .collect();
    let region = machine
        .zone
        .rsplit_once('-')
        .map_or("", |(region, _)| region);
    let mut row = json!({
        "InstanceId": machine.id,
        "InstanceName": machine.name,
        "HostName": machine.id,
        "RegionId": region,
        "ZoneId": machine.zone,
        "Status": status(machine.power),
        "InstanceType": "ecs.g8i.xlarge",
        "OperationLocks": {"LockReason": locks},
        "Tags": {"Tag": tags},
    });
    let disks = machine.details.local_disks;
    if disks > 0 {
        // Only machines that have some tell of them.
        answer::set(&mut row, "InstanceType", "ecs.i4.2xlarge");
        answer::set(&mut row, "LocalStorageAmount", disks);
        answer::set(
            &mut row,
            "LocalStorageCapacity",
            disks.saturating_mul(LOCAL_DISK_GIB),
        );
    }
    if let Some(host) = &machine.details.host {
        answer::set(
            &mut row,
            "DedicatedHostAttribute",
            json!({"DedicatedHostId": host, "DedicatedHostName": host}),
        );
    }
    row
}
