//! `DescribeDisks`: whether an instance has disks of its host. It names one instance, or lists every disk of the region.
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describedisks>

use super::{VERSION, region};
use crate::clouds::alibaba::action_request;
use crate::http::{Request, Scope};
use crate::json::Node;
use crate::provider::Provider;
use crate::resource::{LocalDisks, ResourceRecord};
use crate::resource_lookup::{ResourceLookup, ResourcePage, Tells, said};

pub(super) const LOOKUP: ResourceLookup = ResourceLookup {
    name: "DescribeDisks",
    permission: "ecs:DescribeDisks",
    tells: Tells::LocalDisks,
    ids_per_call: 1,
    all_from: Some(50),
    provider: Provider::AlibabaEcs,
    request: disks,
    read: read_disks,
};

/// The most disks that a page has.
const PAGE: &str = "500";

/// Categories whose disks are in the cloud: they go with an instance to another host.
const IN_THE_CLOUD: [&str; 7] = [
    "cloud",
    "cloud_efficiency",
    "cloud_ssd",
    "cloud_essd",
    "cloud_auto",
    "cloud_regional_disk_auto",
    "cloud_essd_entry",
];
/// What the categories of local disks begin with.
const LOCAL: [&str; 2] = ["local_", "ephemeral"];

fn disks(ids: &[String], page: Option<&str>, scope: &Scope) -> Request {
    let mut query = vec![
        region(None, scope),
        ("MaxResults".to_owned(), PAGE.to_owned()),
    ];
    let instance = ids.first().map(|id| ("InstanceId".to_owned(), id.clone()));
    query.extend(instance);
    query.extend(page.map(|token| ("NextToken".to_owned(), token.to_owned())));
    action_request("DescribeDisks", VERSION, query)
}

fn read_disks(root: &Node<'_>, _page: Option<&str>) -> Option<ResourcePage> {
    let disks = root.get("Disks")?.get("Disk")?.as_array()?;
    Some(ResourcePage {
        records: disks.iter().flat_map(instances).collect(),
        next: said(root, "NextToken"),
    })
}

/// What a disk tells of each instance that it is attached to.
fn instances(disk: &Node<'_>) -> Vec<ResourceRecord> {
    let attachments = disk
        .get("Attachments")
        .and_then(|all| all.get("Attachment")?.as_array());
    let attached = attachments.unwrap_or_default().iter();
    let mut ids: Vec<String> = std::iter::once(disk)
        .chain(attached)
        .filter_map(|node| said(node, "InstanceId"))
        .collect();
    ids.sort();
    ids.dedup();
    let local_disks = of_category(disk.text("Category").unwrap_or_default());
    let record = |id| ResourceRecord {
        id,
        local_disks,
        ..ResourceRecord::default()
    };
    ids.into_iter().map(record).collect()
}

/// Whether a disk is one of the host. An elastic ephemeral disk is neither: nobody documents what a move does to it.
fn of_category(name: &str) -> LocalDisks {
    if LOCAL.iter().any(|local| name.starts_with(local)) {
        LocalDisks::Yes
    } else if IN_THE_CLOUD.contains(&name) {
        LocalDisks::No
    } else {
        LocalDisks::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Response;

    /// What the cloud's own SDK for Python sends, `alibabacloud_ecs20140526` 7.11.8.
    const OF_ONE: &str = "InstanceId=i-1&MaxResults=500&RegionId=cn-hangzhou";
    const OF_ALL: &str = "MaxResults=500&NextToken=token-1&RegionId=cn-hangzhou";

    fn line(request: &Request) -> String {
        let pairs = request.query.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("&")
    }

    fn read(body: &str, page: Option<&str>) -> Option<ResourcePage> {
        let response = Response {
            status: 200,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        LOOKUP.read(&response, page).ok()
    }

    fn told(disk: &str) -> Vec<(String, LocalDisks)> {
        let page = read(
            &format!(r#"{{"Disks":{{"Disk":[{disk}]}},"NextToken":""}}"#),
            None,
        );
        let records = page.unwrap().records.into_iter();
        records
            .map(|record| {
                let rest = ResourceRecord {
                    id: record.id.clone(),
                    local_disks: record.local_disks,
                    ..ResourceRecord::default()
                };
                assert_eq!(record, rest);
                (record.id, record.local_disks)
            })
            .collect()
    }

    #[test]
    fn the_calls_are_those_of_the_clouds_own_sdk() {
        let scope = Scope {
            region: Some("cn-hangzhou".to_owned()),
            ..Scope::default()
        };
        let ids = ["i-1", "i-2"].map(str::to_owned);
        let one = LOOKUP.request(&ids, None, &scope);
        assert_eq!(line(&one), OF_ONE);
        assert_eq!(line(&LOOKUP.request_all(Some("token-1"), &scope)), OF_ALL);
        assert!(
            one.headers
                .contains(&("x-acs-action".to_owned(), "DescribeDisks".to_owned()))
        );
    }

    #[test]
    fn a_local_disk_is_evidence_and_one_of_the_cloud_evidence_against_it() {
        let of = |category: &str| {
            let told = told(&format!(
                r#"{{"InstanceId":"i-1","Type":"data","Category":{category}}}"#
            ));
            let [(id, disks)] = &told[..] else {
                panic!("{told:?}")
            };
            assert_eq!(id, "i-1");
            *disks
        };
        for name in [
            "local_ssd_pro",
            "local_hdd_pro",
            "ephemeral",
            "ephemeral_ssd",
            "local_nvme",
        ] {
            assert_eq!(of(&format!("\"{name}\"")), LocalDisks::Yes, "{name}");
        }
        for name in IN_THE_CLOUD {
            assert_eq!(of(&format!("\"{name}\"")), LocalDisks::No, "{name}");
        }
        for odd in [
            "\"elastic_ephemeral_disk_standard\"",
            "\"elastic_ephemeral_disk_premium\"",
            "\"cloud_of_tomorrow\"",
            "\"\"",
            "null",
            "7",
            "[\"cloud\"]",
        ] {
            assert_eq!(of(odd), LocalDisks::Unknown, "{odd}");
        }
    }

    #[test]
    fn a_disk_tells_of_every_instance_that_has_it() {
        let disk = r#"{"InstanceId":"i-1","Category":"cloud_essd","Attachments":{"Attachment":[
            {"InstanceId":"i-1","Device":"/dev/xvdb"},{"InstanceId":"i-2"},null,{"InstanceId":""}]}}"#;
        let no = LocalDisks::No;
        assert_eq!(told(disk), [("i-1".to_owned(), no), ("i-2".to_owned(), no)]);
        for of_nobody in [
            r#"{"Category":"local_ssd_pro"}"#,
            r#"{"Category":"local_ssd_pro","InstanceId":"","Attachments":null}"#,
            r#"{"Category":"local_ssd_pro","InstanceId":null,"Attachments":{"Attachment":{}}}"#,
            "null",
            "\"i-1\"",
        ] {
            assert_eq!(told(of_nobody), [], "{of_nobody}");
        }
    }

    #[test]
    fn pages_go_on_by_token_and_an_answer_without_disks_is_none() {
        let next = |said: &str, page| {
            let body = format!(r#"{{"Disks":{{"Disk":[]}}{said}}}"#);
            read(&body, page).unwrap().next
        };
        assert_eq!(
            next(r#","NextToken":"t-2""#, Some("t-1")).as_deref(),
            Some("t-2")
        );
        // Back to itself: that is no end.
        assert_eq!(
            next(r#","NextToken":"t-1""#, Some("t-1")).as_deref(),
            Some("t-1")
        );
        for last in ["", r#","NextToken":"""#, r#","NextToken":null"#] {
            assert_eq!(next(last, None), None, "{last}");
        }
        for body in [
            "{}",
            "[]",
            r#"{"Disks":null}"#,
            r#"{"Disks":{"Disk":{}}}"#,
            "<html>",
        ] {
            assert_eq!(read(body, None), None, "{body}");
        }
    }
}
