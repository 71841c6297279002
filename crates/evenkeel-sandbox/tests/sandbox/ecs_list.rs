//! The list of events of Alibaba Cloud ECS.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use crate::client::{TestSandbox, ecs_sandbox, event_ids};

const STEP: Duration = Duration::from_mins(10);
const LIST: &str = "DescribeInstanceHistoryEvents";

async fn list(sandbox: &TestSandbox, query: &[(&str, &str)]) -> Value {
    let answer = sandbox.ecs(LIST, query).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

fn set(page: &Value) -> Vec<Value> {
    let set = &page["InstanceSystemEventSet"]["InstanceSystemEventType"];
    set.as_array().unwrap().clone()
}

fn words<'a>(events: &'a [Value], name: &str) -> BTreeSet<&'a str> {
    events
        .iter()
        .map(|event| event[name]["Name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn hides_what_is_open_unless_its_states_are_asked_for() {
    let sandbox = ecs_sandbox(200, STEP).await;
    let finished = set(&list(&sandbox, &[("MaxResults", "100")]).await);
    assert_eq!(
        words(&finished, "EventCycleStatus"),
        ["Avoided", "Canceled", "Executed", "Failed"].into()
    );
    let all = sandbox.ecs_events(&[]).await;
    assert_eq!(words(&all, "EventCycleStatus").len(), 7);
    // The single form counts where the list is not given.
    let asking = [("EventCycleStatus", "Inquiring")];
    let asking = set(&list(&sandbox, &asking).await);
    assert_eq!(words(&asking, "EventCycleStatus"), ["Inquiring"].into());
    let both = [
        ("EventCycleStatus", "Inquiring"),
        ("InstanceEventCycleStatus.1", "Scheduled"),
    ];
    let both = set(&list(&sandbox, &both).await);
    assert_eq!(words(&both, "EventCycleStatus"), ["Scheduled"].into());
}

#[tokio::test]
async fn walks_by_token_and_meets_every_event_once() {
    let sandbox = ecs_sandbox(300, STEP).await;
    let all = sandbox.ecs_events(&[]).await;
    let ids: BTreeSet<&str> = event_ids(&all).into_iter().collect();
    assert_eq!(ids.len(), all.len());
    assert!(all.len() > 220, "{}", all.len());
    // Too short and too long pages are made as long as they may be.
    for (asked, given) in [("1", 10), ("9", 10), ("10", 10), ("55", 55), ("1000", 100)] {
        let mut query = vec![("MaxResults", asked)];
        query.extend([
            ("InstanceEventCycleStatus.1", "Inquiring"),
            ("InstanceEventCycleStatus.2", "Scheduled"),
        ]);
        let page = list(&sandbox, &query).await;
        assert_eq!(set(&page).len(), given, "{asked}");
        assert!(page["NextToken"].is_string());
        assert_eq!(page["TotalCount"], 0, "it means nothing here");
    }
    let one = list(&sandbox, &[("MaxResults", "10"), ("EventId.1", "e-none")]).await;
    assert_eq!((set(&one).len(), &one["NextToken"]), (0, &Value::Null));
}

#[tokio::test]
async fn pages_by_number_too() {
    let sandbox = ecs_sandbox(200, STEP).await;
    let first = list(&sandbox, &[]).await;
    assert_eq!(
        (&first["PageNumber"], &first["PageSize"]),
        (&json!(1), &json!(10))
    );
    assert_eq!(first["NextToken"], Value::Null);
    let total = first["TotalCount"].as_u64().unwrap();
    let second = list(&sandbox, &[("PageNumber", "2"), ("PageSize", "100")]).await;
    let rest = usize::try_from(total).unwrap().saturating_sub(100);
    assert_eq!(set(&second).len(), rest);
    let second = list(&sandbox, &[("PageNumber", "2"), ("PageSize", "5")]).await;
    assert_eq!(event_ids(&set(&second)), &event_ids(&set(&first))[5..]);
}

#[tokio::test]
async fn filters_by_id_resource_type_and_time() {
    let sandbox = ecs_sandbox(200, STEP).await;
    let all = sandbox.ecs_events(&[]).await;
    let ids = event_ids(&all);
    let two = sandbox
        .ecs_events(&[("EventId.1", ids[3]), ("EventId.2", ids[7])])
        .await;
    assert_eq!(event_ids(&two), [ids[3], ids[7]]);

    let machine = all[5]["InstanceId"].as_str().unwrap();
    let of_machine = sandbox.ecs_events(&[("ResourceId.1", machine)]).await;
    assert!(
        of_machine
            .iter()
            .all(|event| event["InstanceId"] == machine)
    );
    assert_eq!(
        sandbox.ecs_events(&[("InstanceId", machine)]).await,
        of_machine
    );
    // The list wins over the single form.
    let both = [("InstanceId", "i-none"), ("ResourceId.1", machine)];
    assert_eq!(sandbox.ecs_events(&both).await, of_machine);

    let kind = "SystemMaintenance.Reboot";
    let reboots = sandbox.ecs_events(&[("InstanceEventType.1", kind)]).await;
    assert_eq!(words(&reboots, "EventType"), [kind].into());
    assert_eq!(sandbox.ecs_events(&[("EventType", kind)]).await, reboots);

    let published = |event: &Value| event["EventPublishTime"].as_str().unwrap().to_owned();
    let (from, to) = (published(&all[60]), published(&all[20]));
    let span = sandbox
        .ecs_events(&[
            ("EventPublishTime.Start", from.as_str()),
            ("EventPublishTime.End", to.as_str()),
        ])
        .await;
    assert_eq!(event_ids(&span), &ids[20..=60]);
    // What waits for ever has no time to compare.
    let dated = sandbox
        .ecs_events(&[("NotBefore.Start", "2000-01-01T00:00:00Z")])
        .await;
    assert!(!dated.is_empty() && dated.iter().all(|event| event["NotBefore"].is_string()));
    let grouped = sandbox.ecs_events(&[("ResourceGroupId", "rg-1")]).await;
    assert!(grouped.is_empty());
}

#[tokio::test]
async fn filters_by_the_tags_of_machines() {
    let sandbox = ecs_sandbox(200, STEP).await;
    let tag = [("Tag.1.Key", "service"), ("Tag.1.Value", "checkout")];
    let tagged = sandbox.ecs_events(&tag).await;
    let all = sandbox.ecs_events(&[]).await;
    assert!(!tagged.is_empty() && tagged.len() < all.len());
    for event in &tagged {
        let ids = json!([event["InstanceId"]]).to_string();
        let query = [("InstanceIds", ids.as_str())];
        let found = sandbox.ecs("DescribeInstances", &query).await.body;
        let tags = &found["Instances"]["Instance"][0]["Tags"]["Tag"];
        assert!(
            tags.as_array()
                .unwrap()
                .contains(&json!({"TagKey": "service", "TagValue": "checkout"}))
        );
    }
}

#[tokio::test]
async fn hosts_have_a_walk_of_their_own() {
    let sandbox = ecs_sandbox(400, STEP).await;
    let machines = sandbox.ecs_events(&[]).await;
    assert!(
        machines
            .iter()
            .all(|event| event["ResourceType"] == "instance")
    );
    let hosts = sandbox.ecs_events(&[("ResourceType", "ddh")]).await;
    assert!(!hosts.is_empty());
    for host in &hosts {
        assert_eq!(host["ResourceType"], "ddh");
        assert!(host["InstanceId"].as_str().unwrap().starts_with("dh-"));
    }
    let managed = sandbox.ecs_events(&[("ResourceType", "managedhost")]).await;
    assert!(managed.is_empty());
    // Disks have events of their own, which are never here.
    for event in machines.iter().chain(&hosts) {
        assert!(!event["InstanceId"].as_str().unwrap().starts_with("d-"));
    }
}

#[tokio::test]
async fn shows_events_as_the_documentation_does() {
    let sandbox = ecs_sandbox(400, STEP).await;
    let now = "2027-01-15T08:00:00Z";
    let mut attributes = BTreeSet::new();
    for event in sandbox.ecs_events(&[]).await {
        let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        assert!(text("EventId").starts_with("e-") && text("InstanceId").starts_with("i-"));
        assert!(event["EventType"]["Code"].is_u64() && event["EventCycleStatus"]["Code"].is_u64());
        assert!(text("EventPublishTime").as_str() <= now && !text("Reason").is_empty());
        assert_eq!(event["ImpactLevel"], "");
        let status = event["EventCycleStatus"]["Name"].as_str().unwrap();
        let is_over = ["Executed", "Failed", "Canceled", "Avoided"].contains(&status);
        assert_eq!(event["EventFinishTime"].is_string(), is_over, "{event}");
        assert_eq!(
            event["NotBefore"].is_null(),
            status == "Inquiring",
            "{event}"
        );
        if let Some(first) = event["ExtendedAttribute"]["InitialNotBefore"].as_str() {
            assert!(text("NotBefore").as_str() <= first, "{event}");
        }
        let extended = event["ExtendedAttribute"].as_object();
        attributes.extend(extended.into_iter().flat_map(|all| all.keys().cloned()));
    }
    for name in [
        "CanAccept",
        "DiskId",
        "Device",
        "InitialNotBefore",
        "InactiveDisks",
    ] {
        assert!(attributes.contains(name), "{name} is in {attributes:?}");
    }
}

#[tokio::test]
async fn forgets_what_is_over_for_thirty_days_and_nothing_that_waits() {
    let sandbox = ecs_sandbox(200, STEP).await;
    let before = sandbox.ecs_events(&[]).await;
    let count = |events: &[Value], status: &str| {
        let is = |event: &&Value| event["EventCycleStatus"]["Name"] == status;
        events.iter().filter(is).count()
    };
    let waiting = count(&before, "Inquiring");
    sandbox.advance(20 * 86_400).await;
    let after = sandbox.ecs_events(&[]).await;
    assert_eq!(count(&after, "Inquiring"), waiting);
    assert!(count(&after, "Executed") > 0);
    sandbox.advance(365 * 86_400).await;
    let after = sandbox.ecs_events(&[]).await;
    assert_eq!(
        (after.len(), count(&after, "Inquiring")),
        (waiting, waiting)
    );
}

#[tokio::test]
async fn refuses_what_is_wrong_with_the_statuses_of_its_page() {
    let sandbox = ecs_sandbox(2, STEP).await;
    let many = |name: &str, count: usize| -> Vec<(String, String)> {
        let items = 1..=count;
        items
            .map(|n| (format!("{name}.{n}"), "e-1".to_owned()))
            .collect()
    };
    let one = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    let cases = [
        (one("MaxResults", "many"), 403, "InvalidParameter"),
        (one("MaxResults", "0"), 403, "InvalidParameter"),
        (one("PageSize", "101"), 403, "InvalidParameter"),
        (one("PageNumber", "0"), 403, "InvalidParameter"),
        (one("NextToken", "mine"), 403, "InvalidParameter"),
        (
            vec![
                ("MaxResults".to_owned(), "10".to_owned()),
                ("NextToken".to_owned(), "token-e-none".to_owned()),
            ],
            403,
            "InvalidParameter",
        ),
        (
            one("EventCycleStatus", "inquiring"),
            403,
            "InvalidParameter",
        ),
        (
            one("InstanceEventCycleStatus.1", "Open"),
            403,
            "InvalidParameter",
        ),
        (many("InstanceEventCycleStatus", 8), 403, "InvalidParameter"),
        (many("InstanceEventType", 31), 403, "InvalidParameter"),
        (many("EventId", 101), 403, "EventIdLimitExceeded"),
        (many("ResourceId", 101), 403, "InvalidParameter"),
        (one("ResourceType", "disk"), 403, "InvalidParameter"),
        (
            one("NotBefore.Start", "2027-01-01"),
            403,
            "InvalidParameter",
        ),
        (
            vec![
                (
                    "NotBefore.Start".to_owned(),
                    "2027-01-02T00:00:00Z".to_owned(),
                ),
                (
                    "NotBefore.End".to_owned(),
                    "2027-01-01T00:00:00Z".to_owned(),
                ),
            ],
            403,
            "InvalidParameter.TimeEndBeforeStart",
        ),
        (
            one("ImpactLevel", "100"),
            403,
            "OperationDenied.NotInWhiteList",
        ),
        (one("RegionId", "Hangzhou"), 404, "InvalidRegionId.NotFound"),
        (Vec::new(), 404, "MissingParameter"),
    ];
    for (query, status, code) in cases {
        let has_region = query.is_empty() || query.iter().any(|(name, _)| name == "RegionId");
        let mut query: Vec<(&str, &str)> = query
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        if !has_region {
            query.push(("RegionId", "eu-central-1"));
        }
        let answer = sandbox.ecs_anywhere(LIST, &query).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{query:?}");
    }
    // As many as there may be are no mistake.
    let ids = many("EventId", 100);
    let ids: Vec<(&str, &str)> = ids
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(sandbox.ecs(LIST, &ids).await.status, 200);
}

#[tokio::test]
async fn shows_a_page_twice_and_lags_where_a_fault_asks_for_it() {
    let sandbox = ecs_sandbox(100, STEP).await;
    let query = [
        ("InstanceEventCycleStatus.1", "Inquiring"),
        ("MaxResults", "10"),
    ];
    let first = list(&sandbox, &query).await;
    sandbox
        .fault(json!({"operation": LIST, "kind": "duplicate_page", "times": 1}))
        .await;
    let token = first["NextToken"].as_str().unwrap();
    let further = [query[0], query[1], ("NextToken", token)];
    let again = list(&sandbox, &further).await;
    assert_eq!(set(&again), set(&first));
    // Its token leads on.
    let token = again["NextToken"].as_str().unwrap();
    let further = [query[0], query[1], ("NextToken", token)];
    let next = list(&sandbox, &further).await;
    assert!(event_ids(&set(&next)) != event_ids(&set(&first)));

    let may = |event: &&Value| event["ExtendedAttribute"]["CanAccept"] != "false";
    let events = set(&first);
    let id = events.iter().find(may).unwrap()["EventId"]
        .as_str()
        .unwrap();
    sandbox
        .fault(json!({"operation": LIST, "kind": "stale_lists", "ms": 60_000}))
        .await;
    let accept = sandbox
        .ecs("AcceptInquiredSystemEvent", &[("EventId", id)])
        .await;
    assert_eq!(accept.status, 200, "{accept:?}");
    assert_eq!(sandbox.ecs_state(id).await, "Inquiring");
    sandbox.advance(61).await;
    assert_eq!(sandbox.ecs_state(id).await, "Scheduled");
}
