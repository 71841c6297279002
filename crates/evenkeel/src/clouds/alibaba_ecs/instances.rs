//! `DescribeInstances`: the names, zones and tags of instances.
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances>

use super::{VERSION, region};
use crate::clouds::alibaba::{action_request, next_token, tag};
use crate::http::{Request, Scope};
use crate::json::{Node, write_string};
use crate::provider::Provider;
use crate::resource::ResourceRecord;
use crate::resource_lookup::{ResourceLookup, ResourcePage, Tells, said};

pub(super) const LOOKUP: ResourceLookup = ResourceLookup {
    name: "DescribeInstances",
    permission: "ecs:DescribeInstances",
    tells: Tells::Names,
    ids_per_call: 100,
    all_from: None,
    provider: Provider::AlibabaEcs,
    request: instances,
    read: read_instances,
};

/// Events are about hosts and disks, too.
pub(super) fn has_record(_event_type: &str, id: &str) -> bool {
    id.starts_with("i-")
}

fn instances(ids: &[String], page: Option<&str>, scope: &Scope) -> Request {
    let mut list = "[".to_owned();
    for (place, id) in ids.iter().enumerate() {
        if place > 0 {
            list.push(',');
        }
        write_string(&mut list, id);
    }
    list.push(']');
    let mut query = vec![
        region(None, scope),
        ("InstanceIds".to_owned(), list),
        ("MaxResults".to_owned(), "100".to_owned()),
    ];
    query.extend(page.map(|token| ("NextToken".to_owned(), token.to_owned())));
    action_request("DescribeInstances", VERSION, query)
}

/// By token the cloud's numbers mean nothing.
fn read_instances(root: &Node<'_>, page: Option<&str>) -> Option<ResourcePage> {
    let instances = root.get("Instances")?.get("Instance")?.as_array()?;
    Some(ResourcePage {
        records: instances.iter().filter_map(instance).collect(),
        next: next_token(root, page),
    })
}

fn instance(node: &Node<'_>) -> Option<ResourceRecord> {
    let tags = node.get("Tags").and_then(|tags| tags.get("Tag"));
    let tags = tags.and_then(Node::as_array).unwrap_or_default();
    Some(ResourceRecord {
        id: said(node, "InstanceId")?,
        name: said(node, "InstanceName"),
        zone: said(node, "ZoneId"),
        status: said(node, "Status"),
        tags: tags.iter().filter_map(tag).collect(),
        ..ResourceRecord::default()
    })
}
