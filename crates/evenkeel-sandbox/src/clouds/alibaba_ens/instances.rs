//! Answers `DescribeInstances` and `ListTagResources`: names and tags.
//!
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describeinstances>
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-listtagresources>

use axum::response::Response;
use serde_json::{Value, json};

use super::{fleet, refusal, request};
use crate::{
    answer,
    cloud::{Context, Request},
    clouds::alibaba::params::Params,
    refusal::Refusal,
    resource::{Power, Resource},
};

const PAGE_SIZE: usize = 10;
const MAX_PAGE_SIZE: usize = 100;
/// The most ids that a look-up of instances may name.
const MOST_IDS: usize = 100;
/// The most ids that a look-up of tags may name.
const MOST_TAGGED: usize = 50;
/// How many rows a page of tags has: undocumented, and assumed.
const TAGS_A_PAGE: usize = 50;

/// A look-up of instances. What it does not ask for is not filtered by.
pub(super) struct Instances {
    ids: Option<Vec<String>>,
    region: Option<String>,
    name: Option<String>,
    status: Option<String>,
    number: usize,
    size: usize,
}

impl Instances {
    pub(super) fn parse(params: &Params) -> Result<Self, Refusal> {
        let text = |name| params.get(name).map(str::to_owned);
        let ids = match params.get("InstanceIds") {
            Some(json) => Some(
                serde_json::from_str::<Vec<String>>(json)
                    .ok()
                    .filter(|ids| ids.len() <= MOST_IDS)
                    .ok_or_else(|| refusal::invalid("InstanceIds"))?,
            ),
            None => text("InstanceId").map(|id| vec![id]),
        };
        Ok(Self {
            ids,
            region: text("EnsRegionId"),
            name: text("InstanceName"),
            status: text("Status"),
            number: request::number(params, "PageNumber", 1, usize::MAX)?,
            size: request::number(params, "PageSize", PAGE_SIZE, MAX_PAGE_SIZE)?,
        })
    }

    fn wants(&self, instance: &Resource) -> bool {
        let is = |wanted: &Option<String>, value: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == value)
        };
        is(&self.region, &instance.zone)
            && is(&self.name, instance.name.as_deref().unwrap_or_default())
            && is(&self.status, status(instance))
    }
}

impl Request for Instances {
    fn respond(&self, context: Context<'_>) -> Result<Response, Refusal> {
        let found =
            context
                .resources
                .find(context.events.all(), fleet::instance, self.ids.as_deref());
        let wanted: Vec<&Resource> = found.values().filter(|it| self.wants(it)).collect();
        let skip = (self.number - 1).saturating_mul(self.size);
        let page: Vec<Value> = wanted
            .iter()
            .skip(skip)
            .take(self.size)
            .map(|it| instance(it))
            .collect();
        Ok(answer::json(
            200,
            &json!({
                "RequestId": context.request_id,
                "Code": 0,
                "PageNumber": self.number,
                "PageSize": self.size,
                "TotalCount": wanted.len(),
                "Instances": {"Instance": page},
            }),
        ))
    }
}

fn status(instance: &Resource) -> &'static str {
    match instance.power {
        Power::Running => "Running",
        Power::Stopped => "Stopped",
        Power::Starting => "Starting",
    }
}

fn instance(instance: &Resource) -> Value {
    let tags: Vec<Value> = instance
        .tags
        .iter()
        .map(|(key, value)| json!({"TagKey": key, "TagValue": value}))
        .collect();
    json!({
        "InstanceId": instance.id,
        "InstanceName": instance.name,
        "HostName": instance.id,
        "EnsRegionId": instance.zone,
        "Status": status(instance),
        "Tags": {"Tags": tags},
    })
}

/// A look-up of tags.
pub(super) struct Tags {
    ids: Option<Vec<String>>,
    /// What the machines must be tagged with.
    tagged: Vec<(String, Option<String>)>,
    /// How many rows came before.
    skip: usize,
}

impl Tags {
    pub(super) fn parse(params: &Params) -> Result<Self, Refusal> {
        match params.get("ResourceType") {
            None => return Err(refusal::missing("ResourceType")),
            Some("instance") => {}
            Some(_) => return Err(refusal::invalid("ResourceType")),
        }
        let numbered = |name: &str, most: usize| -> Vec<(usize, String)> {
            (1..=most)
                .filter_map(|n| {
                    Some((
                        n,
                        params.get(&name.replace('N', &n.to_string()))?.to_owned(),
                    ))
                })
                .collect()
        };
        let ids: Vec<String> = numbered("ResourceId.N", MOST_TAGGED + 1)
            .into_iter()
            .map(|(_, id)| id)
            .collect();
        if ids.len() > MOST_TAGGED {
            return Err(refusal::invalid("ResourceId"));
        }
        let tags: Vec<_> = numbered("Tag.N.Key", 20)
            .into_iter()
            .map(|(n, key)| {
                (
                    key,
                    params.get(&format!("Tag.{n}.Value")).map(str::to_owned),
                )
            })
            .collect();
        if ids.is_empty() && tags.is_empty() {
            return Err(refusal::missing("ResourceIdsOrTags"));
        }
        let skip = match params.get("NextToken") {
            None => 0,
            Some(token) => token.parse().map_err(|_| refusal::invalid("NextToken"))?,
        };
        Ok(Self {
            ids: (!ids.is_empty()).then_some(ids),
            tagged: tags,
            skip,
        })
    }

    fn wants(&self, instance: &Resource) -> bool {
        self.tagged.iter().all(|(key, value)| {
            let found = instance.tags.get(key);
            found.is_some_and(|found| value.as_ref().is_none_or(|value| value == found))
        })
    }
}

impl Request for Tags {
    fn is_further_page(&self) -> bool {
        self.skip > 0
    }

    fn respond(&self, context: Context<'_>) -> Result<Response, Refusal> {
        let found =
            context
                .resources
                .find(context.events.all(), fleet::instance, self.ids.as_deref());
        let rows: Vec<Value> = found
            .values()
            .filter(|it| self.wants(it))
            .flat_map(|it| it.tags.iter().map(|(key, value)| (&it.id, key, value)))
            .map(|(id, key, value)| {
                json!({"ResourceId": id, "ResourceType": "instance", "TagKey": key, "TagValue": value})
            })
            .collect();
        let end = self.skip.saturating_add(TAGS_A_PAGE);
        let page: Vec<&Value> = rows.iter().skip(self.skip).take(TAGS_A_PAGE).collect();
        let next = if end < rows.len() {
            end.to_string()
        } else {
            String::new()
        };
        Ok(answer::json(
            200,
            &json!({"RequestId": context.request_id, "NextToken": next, "TagResources": page}),
        ))
    }
}
