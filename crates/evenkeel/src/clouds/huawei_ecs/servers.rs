//! `ListServersDetails`: the names and tags of servers.
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/en-us_topic_0094148850.html>

use super::project;
use crate::http::{Method, Request, Scope, accepts_json, is_json};
use crate::json::Node;
use crate::provider::Provider;
use crate::resource::ResourceRecord;
use crate::resource_lookup::{ResourceLookup, ResourcePage, Tells, said};

pub(super) const LOOKUPS: &[ResourceLookup] = &[ResourceLookup {
    name: "ListServersDetails",
    permission: "ecs:cloudServers:listServersDetails",
    // As many as its page advises.
    tells: Tells::Names,
    ids_per_call: 100,
    all_from: None,
    provider: Provider::HuaweiEcs,
    request: servers,
    read: read_servers,
}];

fn servers(ids: &[String], _page: Option<&str>, scope: &Scope) -> Request {
    let query = [
        // By ids it is said to be ignored; where it is not, its default is less than a call names.
        ("limit", ids.len().max(1).to_string()),
        ("server_id", ids.join(",")),
    ];
    Request {
        method: Method::Get,
        path: format!("/v1/{}/cloudservers/detail", project(scope)),
        query: query.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        headers: vec![is_json(), accepts_json()],
        body: None,
    }
}

fn read_servers(root: &Node<'_>, _page: Option<&str>) -> Option<ResourcePage> {
    let servers = root.get("servers")?.as_array()?;
    Some(ResourcePage {
        records: servers.iter().filter_map(server).collect(),
        next: None,
    })
}

/// Of an id that is nobody's all but the id is null.
fn server(node: &Node<'_>) -> Option<ResourceRecord> {
    let tags = node.get("tags").and_then(Node::as_array);
    let tags = tags.unwrap_or_default().iter().filter_map(Node::as_str);
    Some(ResourceRecord {
        id: said(node, "id")?,
        name: said(node, "name"),
        zone: said(node, "OS-EXT-AZ:availability_zone"),
        status: said(node, "status"),
        tags: tags.filter_map(tag).collect(),
        ..ResourceRecord::default()
    })
}

/// A key with its value; one that is not written so is a key alone.
fn tag(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    let key = key.trim();
    (!key.is_empty()).then(|| (key.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Response;
    use serde_json::json;

    fn read(body: &serde_json::Value) -> ResourcePage {
        let response = Response {
            status: 200,
            headers: Vec::new(),
            body: body.to_string().into_bytes(),
        };
        LOOKUPS[0].read(&response, None).unwrap()
    }

    #[test]
    fn the_call_is_that_of_the_clouds_own_sdk() {
        let scope = Scope {
            project_id: crate::ProjectId::parse("07d47a56").ok(),
            ..Scope::default()
        };
        let request = LOOKUPS[0].request(&["a-1".to_owned(), "b-2".to_owned()], None, &scope);
        assert_eq!(request.path, "/v1/07d47a56/cloudservers/detail");
        let pairs = [("limit", "2"), ("server_id", "a-1,b-2")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(request.query, pairs);
    }

    #[test]
    fn a_server_is_read_with_its_tags_and_a_row_of_nulls_says_nothing_but_its_id() {
        let server = json!({"id": "a-1", "name": "web-1", "status": "ACTIVE",
            "OS-EXT-AZ:availability_zone": "az1", "tags": ["service=web=1", "old.style", "=x", 7]});
        let nobody = json!({"id": "b-2", "name": null, "status": null, "tags": null,
            "OS-EXT-AZ:availability_zone": null, "fault": {"code": 404}});
        let page = read(&json!({"count": 2, "servers": [server, nobody]}));
        let [web, nobody] = &page.records[..] else {
            panic!("{page:?}");
        };
        assert_eq!(web.name.as_deref(), Some("web-1"));
        assert_eq!(web.zone.as_deref(), Some("az1"));
        assert_eq!(web.status.as_deref(), Some("ACTIVE"));
        let tags = [("service", "web=1"), ("old.style", "")];
        let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(web.tags, tags.into());
        let silent = ResourceRecord {
            id: "b-2".to_owned(),
            ..ResourceRecord::default()
        };
        assert_eq!(*nobody, silent);
        assert_eq!(page.next, None);
    }
}
