//! Look-ups of Alibaba Cloud ECS: names, tags and disks.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde_json::{Value, json};

use crate::client::{TestSandbox, ecs_sandbox};

const STEP: Duration = Duration::from_mins(10);
const INSTANCES: &str = "DescribeInstances";
const DISKS: &str = "DescribeDisks";
const DISK_EVENTS: &str = "DescribeDisksFullStatus";

async fn get(sandbox: &TestSandbox, action: &str, query: &[(&str, &str)]) -> Value {
    let answer = sandbox.ecs(action, query).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

fn rows(page: &Value, set: &str, row: &str) -> Vec<Value> {
    page[set][row].as_array().unwrap().clone()
}

/// Every row, page by page, by token.
async fn all(sandbox: &TestSandbox, action: &str, names: (&str, &str), size: &str) -> Vec<Value> {
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let mut query = vec![("MaxResults", size)];
        if !token.is_empty() {
            query.push(("NextToken", &token));
        }
        let page = get(sandbox, action, &query).await;
        found.extend(rows(&page, names.0, names.1));
        page["NextToken"].as_str().unwrap().clone_into(&mut token);
        if token.is_empty() {
            return found;
        }
    }
}

#[tokio::test]
async fn names_the_machines_of_all_events_a_hundred_at_a_time() {
    let sandbox = ecs_sandbox(400, STEP).await;
    let events = sandbox.ecs_events(&[]).await;
    let ids: BTreeSet<&str> = events
        .iter()
        .map(|event| event["InstanceId"].as_str().unwrap())
        .collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let mut found = BTreeMap::new();
    for ids in ids.chunks(100) {
        let ids = serde_json::to_string(ids).unwrap();
        let query = [("InstanceIds", ids.as_str()), ("PageSize", "100")];
        let page = get(&sandbox, INSTANCES, &query).await;
        for row in rows(&page, "Instances", "Instance") {
            found.insert(row["InstanceId"].as_str().unwrap().to_owned(), row);
        }
    }
    assert_eq!(found.len(), ids.len());
    let (mut tagged, mut local) = (0, 0);
    for row in found.values() {
        assert!(!row["InstanceName"].as_str().unwrap().is_empty());
        let zone = row["ZoneId"].as_str().unwrap();
        assert!(zone.starts_with("cn-hangzhou-"));
        assert_eq!(row["RegionId"], "cn-hangzhou");
        tagged += usize::from(row["Tags"]["Tag"] != json!([]));
        local += usize::from(row["LocalStorageAmount"] == 1);
    }
    assert!(tagged > ids.len() / 2, "{tagged}");
    assert!(local > 20 && local < ids.len(), "{local}");
    assert_eq!(
        all(&sandbox, INSTANCES, ("Instances", "Instance"), "37")
            .await
            .len(),
        ids.len()
    );
}

#[tokio::test]
async fn filters_and_pages_machines() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let machines = json!([
        {"id": "i-1", "name": "a", "zone": "cn-hangzhou-b", "tags": {"service": "web", "env": "prod"}},
        {"id": "i-2", "name": "b", "zone": "cn-hangzhou-b", "tags": {"service": "web"}},
        {"id": "i-3", "name": "c", "zone": "cn-hangzhou-c", "status": "stopped", "local_disks": 2},
        {"id": "i-4", "status": "starting", "lock": "security", "host": "dh-1"},
        {"id": "i-5", "status": "released"},
    ]);
    sandbox.ecs_put(json!([]), machines).await;
    for (query, expected) in [
        (vec![], vec!["i-1", "i-2", "i-3", "i-4"]),
        (vec![("InstanceIds", r#"["i-2","i-5","i-9"]"#)], vec!["i-2"]),
        (vec![("InstanceIds", "[]")], vec![]),
        (vec![("InstanceName", "b")], vec!["i-2"]),
        (vec![("ZoneId", "cn-hangzhou-c")], vec!["i-3"]),
        (vec![("Status", "Stopped")], vec!["i-3"]),
        (vec![("Tag.1.Key", "service")], vec!["i-1", "i-2"]),
        (
            vec![
                ("Tag.1.Key", "service"),
                ("Tag.2.Key", "env"),
                ("Tag.2.Value", "prod"),
            ],
            vec!["i-1"],
        ),
        (vec![("PageNumber", "2"), ("PageSize", "3")], vec!["i-4"]),
    ] {
        let page = get(&sandbox, INSTANCES, &query).await;
        let found = rows(&page, "Instances", "Instance");
        let ids: Vec<&str> = found
            .iter()
            .map(|it| it["InstanceId"].as_str().unwrap())
            .collect();
        assert_eq!(ids, expected, "{query:?}");
    }
    let found = all(&sandbox, INSTANCES, ("Instances", "Instance"), "2").await;
    assert_eq!(found.len(), 4);
    assert_eq!(found[2]["LocalStorageAmount"], 2);
    assert_eq!(
        (&found[3]["Status"], &found[3]["InstanceName"]),
        (&json!("Starting"), &Value::Null)
    );
    let security = json!({"LockReason": [{"LockReason": "security"}]});
    assert_eq!(found[3]["OperationLocks"], security);
    assert_eq!(
        found[3]["DedicatedHostAttribute"]["DedicatedHostId"],
        "dh-1"
    );
}

#[tokio::test]
async fn tells_which_disks_stay_behind() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let machines = json!([{"id": "i-1", "local_disks": 2}, {"id": "i-2"}]);
    sandbox.ecs_put(json!([]), machines).await;
    let found = all(&sandbox, DISKS, ("Disks", "Disk"), "1").await;
    let text = |disk: &Value, name: &str| disk[name].as_str().unwrap().to_owned();
    let disks: Vec<_> = found
        .iter()
        .map(|disk| {
            (
                text(disk, "InstanceId"),
                text(disk, "Category"),
                text(disk, "Device"),
            )
        })
        .collect();
    let disk = |id: &str, category: &str, device: &str| {
        (id.to_owned(), category.to_owned(), device.to_owned())
    };
    let expected = [
        disk("i-1", "cloud_essd", "/dev/vda"),
        disk("i-1", "local_ssd_pro", "/dev/vdb"),
        disk("i-1", "local_ssd_pro", "/dev/vdc"),
        disk("i-2", "cloud_essd", "/dev/vda"),
    ];
    assert_eq!(disks, expected);
    for (query, count) in [
        (vec![("InstanceId", "i-2")], 1),
        (vec![("InstanceId", "i-9")], 0),
        (vec![("Category", "local_ssd_pro")], 2),
        (vec![("DiskType", "system"), ("Category", "all")], 2),
        (vec![("DiskIds", r#"["d-11","d-20"]"#)], 2),
        (vec![("PageSize", "3"), ("PageNumber", "2")], 1),
    ] {
        let page = get(&sandbox, DISKS, &query).await;
        assert_eq!(rows(&page, "Disks", "Disk").len(), count, "{query:?}");
    }
}

#[tokio::test]
async fn lists_the_events_of_disks_for_seven_days() {
    let sandbox = ecs_sandbox(800, STEP).await;
    let page = get(&sandbox, DISK_EVENTS, &[("PageSize", "100")]).await;
    let disks = rows(&page, "DiskFullStatusSet", "DiskFullStatusType");
    assert!(disks.len() > 10, "{}", disks.len());
    assert_eq!(page["TotalCount"], disks.len());
    let mut types = BTreeSet::new();
    for disk in &disks {
        assert!(disk["DiskId"].as_str().unwrap().starts_with("d-"));
        assert!(disk["InstanceId"].as_str().unwrap().starts_with("i-"));
        let events = disk["DiskEventSet"]["DiskEventType"].as_array().unwrap();
        for event in events {
            types.insert(event["EventType"]["Name"].as_str().unwrap());
            assert!(event["EventTime"].is_string());
            let is_over = event["EventEndTime"].is_string();
            assert_eq!(disk["HealthStatus"]["Name"] == "Ok", is_over);
        }
    }
    assert_eq!(
        types,
        ["Degraded", "ErrorDetected", "SeverelyDegraded", "Stalled"].into()
    );

    let (id, event) = (
        &disks[0]["DiskId"],
        &disks[0]["DiskEventSet"]["DiskEventType"][0],
    );
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (id, event_id, at) = (text(id), text(&event["EventId"]), text(&event["EventTime"]));
    for query in [
        vec![("DiskId.1", id.as_str())],
        vec![("EventId.1", event_id.as_str())],
        vec![
            ("EventTime.Start", at.as_str()),
            ("EventTime.End", at.as_str()),
        ],
    ] {
        let page = get(&sandbox, DISK_EVENTS, &query).await;
        let found = rows(&page, "DiskFullStatusSet", "DiskFullStatusType");
        assert_eq!(found, disks[..1], "{query:?}");
    }
    let query = [("EventType", "Stalled"), ("PageSize", "1")];
    let page = get(&sandbox, DISK_EVENTS, &query).await;
    assert_eq!(
        rows(&page, "DiskFullStatusSet", "DiskFullStatusType").len(),
        1
    );
    assert!(page["TotalCount"].as_u64() < Some(disks.len() as u64));
    sandbox.advance(8 * 86_400).await;
    assert_eq!(get(&sandbox, DISK_EVENTS, &[]).await["TotalCount"], 0);
}

#[tokio::test]
async fn refuses_what_it_documents() {
    let sandbox = ecs_sandbox(2, STEP).await;
    let many = serde_json::to_string(&vec!["i-1"; 101]).unwrap();
    let names: Vec<String> = (1..=101).map(|n| format!("EventId.{n}")).collect();
    let events: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "e-1")).collect();
    let names: Vec<String> = (1..=101).map(|n| format!("DiskId.{n}")).collect();
    let disks: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "d-1")).collect();
    let names: Vec<String> = (1..=21).map(|n| format!("Tag.{n}.Key")).collect();
    let tags: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "k")).collect();
    let wrong = "InvalidParameter";
    let end = "InvalidParameter.TimeEndBeforeStart";
    let start = ("EventTime.Start", "2027-01-02T00:00:00Z");
    for (action, query, status, code) in [
        (INSTANCES, vec![("InstanceIds", many.as_str())], 400, wrong),
        (INSTANCES, vec![("InstanceIds", "i-1,i-2")], 400, wrong),
        (INSTANCES, vec![("PageSize", "101")], 400, wrong),
        (INSTANCES, vec![("MaxResults", "-1")], 400, wrong),
        (INSTANCES, vec![("NextToken", "2")], 400, wrong),
        (INSTANCES, tags, 400, wrong),
        (DISKS, vec![("DiskIds", "d-1")], 400, wrong),
        (DISK_EVENTS, vec![("PageSize", "0")], 400, wrong),
        (DISK_EVENTS, vec![("EventType", "Slow")], 400, wrong),
        (DISK_EVENTS, disks, 400, wrong),
        (DISK_EVENTS, events, 400, "EventIdLimitExceeded"),
        (
            DISK_EVENTS,
            vec![start, ("EventTime.End", "2027-01-01T00:00:00Z")],
            403,
            end,
        ),
    ] {
        let answer = sandbox.ecs(action, &query).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{query:?}");
    }
    for action in [INSTANCES, DISKS, DISK_EVENTS] {
        let answer = sandbox.ecs_anywhere(action, &[]).await;
        assert_eq!((answer.status, answer.code()), (400, "MissingParameter"));
    }
    sandbox
        .fault(json!({"operation": INSTANCES, "provider": "alibaba-ecs", "kind": "error", "status": 403}))
        .await;
    let answer = sandbox.ecs(INSTANCES, &[]).await;
    assert_eq!((answer.status, answer.code()), (403, "Forbidden.RAM"));
    // The other cloud's operation of this name is not met.
    assert_eq!(sandbox.ens(INSTANCES, &[]).await.status, 200);
}
