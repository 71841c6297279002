//! Answers `ListServersDetails`: names and tags.
//!
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/en-us_topic_0094148850.html>

use axum::response::Response;
use serde_json::{Value, json};

use super::{fleet, refusal, request};
use crate::{
    answer,
    cloud::{Context, Request},
    refusal::Refusal,
    resource::{Power, Resource},
};

const DEFAULT_LIMIT: usize = 25;
const MAX_LIMIT: usize = 1000;

/// A look-up of servers: by their ids, whatever else is asked for, or page by page.
pub(super) struct Servers {
    ids: Option<Vec<String>>,
    name: Option<String>,
    limit: usize,
    marker: Option<String>,
}

impl Servers {
    pub(super) fn parse(query: &str) -> Result<Self, Refusal> {
        let mut servers = Self {
            ids: None,
            name: None,
            limit: DEFAULT_LIMIT,
            marker: None,
        };
        for (name, value) in request::query(query)? {
            match name.as_str() {
                "server_id" => servers.ids = Some(value.split(',').map(str::to_owned).collect()),
                "name" => servers.name = Some(value),
                "marker" => servers.marker = Some(value).filter(|marker| !marker.is_empty()),
                "limit" => {
                    let limit = value.parse().ok();
                    servers.limit = limit
                        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                        .ok_or_else(|| refusal::invalid("Invalid parameter: limit."))?;
                }
                _ => {}
            }
        }
        Ok(servers)
    }
}

impl Request for Servers {
    fn is_further_page(&self) -> bool {
        self.marker.is_some()
    }

    fn respond(&self, context: Context<'_>) -> Result<Response, Refusal> {
        let found =
            context
                .resources
                .find(context.events.all(), fleet::server, self.ids.as_deref());
        let body = if let Some(ids) = &self.ids {
            // An id that is nobody's comes back, with nothing beside it.
            let row = |id: &String| found.get(id).map_or_else(|| nobody(id), server);
            let servers: Vec<Value> = ids.iter().map(row).collect();
            json!({"count": servers.len(), "servers": servers})
        } else {
            let is_named = |it: &&Resource| {
                let name = it.name.as_deref().unwrap_or_default();
                self.name.as_deref().is_none_or(|part| name.contains(part))
            };
            let all: Vec<&Resource> = found.values().filter(is_named).collect();
            let page: Vec<Value> = all
                .iter()
                .filter(|it| self.marker.as_ref().is_none_or(|marker| it.id > *marker))
                .take(self.limit)
                .map(|it| server(it))
                .collect();
            json!({"count": all.len(), "servers": page})
        };
        Ok(answer::json(200, &body))
    }
}

fn server(server: &Resource) -> Value {
    let tags: Vec<String> = server
        .tags
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    json!({
        "id": server.id,
        "name": server.name,
        "status": match server.power {
            Power::Running => "ACTIVE",
            Power::Stopped => "SHUTOFF",
            Power::Starting => "REBOOT",
        },
        "OS-EXT-AZ:availability_zone": server.zone,
        "tags": tags,
        "fault": null,
    })
}

fn nobody(id: &str) -> Value {
    json!({
        "id": id,
        "name": null,
        "status": null,
        "OS-EXT-AZ:availability_zone": null,
        "tags": null,
        "fault": {"code": 404, "message": format!("Instance {id} could not be found.")},
    })
}
