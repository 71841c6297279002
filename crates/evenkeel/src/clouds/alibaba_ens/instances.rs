//! `DescribeInstances` and `ListTagResources`: the names and tags of instances.
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describeinstances>
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-listtagresources>

use super::VERSION;
use crate::clouds::alibaba::{action_request, next_token, numbered, tag};
use crate::http::{Request, Scope};
use crate::json::{Node, write_string};
use crate::provider::Provider;
use crate::resource::ResourceRecord;
use crate::resource_lookup::{ResourceLookup, ResourcePage, Tells, said};

/// How many instances a page has, and a call may name, at most.
const PAGE_SIZE: usize = 100;

/// The names first: one page says that they come with tags, another that tags are the other call's alone.
pub(super) const LOOKUPS: &[ResourceLookup] = &[
    ResourceLookup {
        name: "DescribeInstances",
        permission: "ens:DescribeInstances",
        tells: Tells::Names,
        ids_per_call: PAGE_SIZE,
        all_from: None,
        provider: Provider::Ens,
        request: instances,
        read: read_instances,
    },
    ResourceLookup {
        name: "ListTagResources",
        permission: "ens:ListTagResources",
        tells: Tells::Names,
        ids_per_call: 50,
        all_from: None,
        provider: Provider::Ens,
        request: tags,
        read: read_tags,
    },
];

/// Events are about disks, addresses and regions, too.
pub(super) fn has_record(event_type: &str, id: &str) -> bool {
    event_type.starts_with("Instance:") && id.starts_with("i-")
}

fn instances(ids: &[String], page: Option<&str>, _scope: &Scope) -> Request {
    let mut list = "[".to_owned();
    for (place, id) in ids.iter().enumerate() {
        if place > 0 {
            list.push(',');
        }
        write_string(&mut list, id);
    }
    list.push(']');
    let query = [
        ("InstanceIds", list.as_str()),
        ("PageNumber", page.unwrap_or("1")),
        ("PageSize", "100"),
    ];
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    action_request("DescribeInstances", VERSION, query.map(own).to_vec())
}

fn read_instances(root: &Node<'_>, page: Option<&str>) -> Option<ResourcePage> {
    let instances = root.get("Instances")?.get("Instance")?.as_array()?;
    let records: Vec<ResourceRecord> = instances.iter().filter_map(instance).collect();
    let number = page.and_then(|page| page.parse().ok()).unwrap_or(1_usize);
    let total = root.get("TotalCount").and_then(Node::as_i64_lenient);
    let total = total.and_then(|total| usize::try_from(total).ok());
    // A cloud may serve less on a page than was asked for.
    let more = !instances.is_empty()
        && total.is_some_and(|total| number.saturating_mul(instances.len()) < total);
    Some(ResourcePage {
        records,
        next: more.then(|| number.saturating_add(1).to_string()),
    })
}

fn instance(node: &Node<'_>) -> Option<ResourceRecord> {
    let tags = node.get("Tags").and_then(|tags| tags.get("Tags"));
    let tags = tags.and_then(Node::as_array).unwrap_or_default();
    Some(ResourceRecord {
        id: said(node, "InstanceId")?,
        name: said(node, "InstanceName"),
        zone: said(node, "EnsRegionId"),
        status: said(node, "Status"),
        tags: tags.iter().filter_map(tag).collect(),
        ..ResourceRecord::default()
    })
}

fn tags(ids: &[String], page: Option<&str>, _scope: &Scope) -> Request {
    let mut query = vec![("ResourceType".to_owned(), "instance".to_owned())];
    query.extend(numbered("ResourceId", ids));
    if let Some(token) = page {
        query.push(("NextToken".to_owned(), token.to_owned()));
    }
    action_request("ListTagResources", VERSION, query)
}

/// A row a tag.
fn read_tags(root: &Node<'_>, page: Option<&str>) -> Option<ResourcePage> {
    let rows = root.get("TagResources")?.as_array()?;
    let records = rows.iter().filter_map(|row| {
        Some(ResourceRecord {
            id: said(row, "ResourceId")?,
            tags: [tag(row)?].into(),
            ..ResourceRecord::default()
        })
    });
    Some(ResourcePage {
        records: records.collect(),
        next: next_token(root, page),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Response;
    use serde_json::json;

    fn lookup(name: &str) -> &'static ResourceLookup {
        LOOKUPS.iter().find(|lookup| lookup.name == name).unwrap()
    }

    fn read(name: &str, page: Option<&str>, body: &serde_json::Value) -> ResourcePage {
        let response = Response {
            status: 200,
            headers: Vec::new(),
            body: body.to_string().into_bytes(),
        };
        lookup(name).read(&response, page).unwrap()
    }

    #[test]
    fn the_calls_are_those_of_the_clouds_own_sdk() {
        let ids = ["i-1".to_owned(), "i-2".to_owned()];
        let scope = Scope::default();
        let query = |name, page| lookup(name).request(&ids, page, &scope).query;
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            pairs.iter().map(own).collect()
        };
        let names = [
            ("InstanceIds", r#"["i-1","i-2"]"#),
            ("PageNumber", "1"),
            ("PageSize", "100"),
        ];
        assert_eq!(query("DescribeInstances", None), pairs(&names));
        let tags = [
            ("NextToken", "t"),
            ("ResourceId.1", "i-1"),
            ("ResourceId.2", "i-2"),
            ("ResourceType", "instance"),
        ];
        assert_eq!(query("ListTagResources", Some("t")), pairs(&tags));
        assert_eq!(query("ListTagResources", None), pairs(&tags[1..]));
    }

    #[test]
    fn names_are_read_with_what_stands_beside_them_and_page_by_page() {
        let tags = json!({"Tags": [{"TagKey": "service", "TagValue": "web"}, {"TagValue": "x"}]});
        let one = json!({"InstanceId": "i-1", "InstanceName": " web-1 ", "EnsRegionId": "cn-1",
            "Status": "Running", "Tags": tags});
        let bare = json!({"InstanceId": "i-2", "InstanceName": null, "Tags": null});
        let body = json!({"Code": 0, "TotalCount": 3, "Instances": {"Instance": [one, bare, {}]}});
        let page = read("DescribeInstances", None, &body);
        let [web, bare] = &page.records[..] else {
            panic!("{page:?}");
        };
        assert_eq!(web.name.as_deref(), Some("web-1"));
        assert_eq!(web.zone.as_deref(), Some("cn-1"));
        assert_eq!(web.status.as_deref(), Some("Running"));
        assert_eq!(web.tags, [("service".to_owned(), "web".to_owned())].into());
        assert_eq!(bare.name, None);
        assert_eq!(page.next, None);
        let body = json!({"TotalCount": 5, "Instances": {"Instance": [one, one]}});
        assert_eq!(
            read("DescribeInstances", None, &body).next.as_deref(),
            Some("2")
        );
        let body = json!({"TotalCount": 5, "Instances": {"Instance": []}});
        assert_eq!(read("DescribeInstances", Some("4"), &body).next, None);
    }

    #[test]
    fn tags_are_rows_and_a_token_that_comes_again_is_the_end() {
        let row = |key: &str| {
            json!({"ResourceId": "i-1", "ResourceType": "instance",
            "TagKey": key, "TagValue": "v"})
        };
        let body = json!({"NextToken": "t", "TagResources": [row("a"), row("b"), row("")]});
        let page = read("ListTagResources", None, &body);
        let keys: Vec<_> = page.records.iter().flat_map(|it| it.tags.keys()).collect();
        assert_eq!(keys, ["a", "b"]);
        assert_eq!(page.next.as_deref(), Some("t"));
        assert_eq!(read("ListTagResources", Some("t"), &body).next, None);
        let body = json!({"NextToken": "", "TagResources": []});
        assert_eq!(
            read("ListTagResources", None, &body),
            ResourcePage::default()
        );
    }

    #[test]
    fn an_answer_without_its_list_is_an_error_and_a_refusal_keeps_its_class() {
        let error = |status, body: &str| {
            let response = Response {
                status,
                headers: Vec::new(),
                body: body.as_bytes().to_vec(),
            };
            lookup("DescribeInstances")
                .read(&response, None)
                .unwrap_err()
        };
        let denied = error(
            403,
            r#"{"Code": "NoPermission", "Message": "no", "RequestId": "r"}"#,
        );
        assert_eq!(denied.class(), Some(crate::ErrorClass::Denied));
        for odd in ["{}", "[]", "<html>", r#"{"Instances": []}"#] {
            assert_eq!(error(200, odd).class(), None, "{odd}");
        }
    }

    #[test]
    fn only_instances_are_asked_for() {
        let has = |kind, id| Provider::Ens.has_resource_record(kind, id);
        let reboot = "Instance:SystemMaintenance.Reboot";
        assert!(has(reboot, "i-5x"));
        for id in ["", "d-1", "i-1,i-2", "i-1 ", "i-\"", "cn-shenzhen-5"] {
            assert!(!has(reboot, id), "{id}");
        }
        assert!(!has("Disk:Stalled", "i-1"));
        assert!(has(reboot, Provider::Ens.nobodys_resource_id()));
        assert!(!has(reboot, &format!("i-{}", "x".repeat(100))));
    }
}
