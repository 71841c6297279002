use std::{collections::HashSet, time::Duration};

use crate::client::{ENS_TYPES, now_ms, sandbox};

const STEP: Duration = Duration::from_secs(5);

#[tokio::test]
async fn walks_all_pages_and_meets_every_event_once() {
    let sandbox = sandbox(230, STEP).await;
    let mut ids = HashSet::new();
    for number in 1..=9 {
        let number_text = number.to_string();
        let query = [
            ("EventTypes", ENS_TYPES),
            ("PageNumber", number_text.as_str()),
            ("PageSize", "15"),
        ];
        let page = sandbox.ens("DescribeHistoryEvents", &query).await.body;
        assert_eq!(page["TotalCount"], 115);
        assert_eq!(
            (&page["PageNumber"], &page["PageSize"]),
            (&number.into(), &15.into())
        );
        let events = page["Events"].as_array().unwrap();
        assert_eq!(
            events.len(),
            match number {
                1..=7 => 15,
                8 => 10,
                _ => 0,
            }
        );
        ids.extend(
            events
                .iter()
                .map(|event| event["EventId"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(ids.len(), 115);
}

#[tokio::test]
async fn answers_with_ten_events_when_no_size_is_asked_for() {
    let sandbox = sandbox(100, STEP).await;
    let page = sandbox
        .ens("DescribeHistoryEvents", &[("EventTypes", ENS_TYPES)])
        .await
        .body;
    assert_eq!(
        (&page["PageNumber"], &page["PageSize"]),
        (&1.into(), &10.into())
    );
    assert_eq!(page["Events"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn filters_by_type_status_level_and_resource() {
    let sandbox = sandbox(200, STEP).await;
    let query = [
        ("EventTypes", "Instance:SystemUpgrade.Migrate,Disk:Stalled"),
        ("EventStatus", "Inquiring,Scheduled"),
        ("EventLevels", "WARN"),
        ("PageSize", "100"),
    ];
    let answer = sandbox.ens("DescribeHistoryEvents", &query).await;
    let events = answer.body["Events"].as_array().unwrap();
    assert!(!events.is_empty());
    for event in events {
        assert!(
            query[0].1.contains(event["EventType"].as_str().unwrap()),
            "{event}"
        );
        assert!(
            query[1].1.contains(event["EventStatus"].as_str().unwrap()),
            "{event}"
        );
        assert_eq!(event["EventLevel"], "WARN");
    }
    let one = sandbox
        .ens_events(&[("ResourceIds", events[0]["ResourceId"].as_str().unwrap())])
        .await;
    assert!(
        one.iter()
            .all(|event| event["ResourceId"] == events[0]["ResourceId"])
    );
    assert!(one.contains(&events[0]));
}

#[tokio::test]
async fn takes_a_list_comma_joined_or_repeated() {
    let sandbox = sandbox(200, STEP).await;
    let joined = sandbox
        .ens(
            "DescribeHistoryEvents",
            &[("EventTypes", "Disk:Stalled,IP:SafeBan")],
        )
        .await;
    let repeated = sandbox
        .ens(
            "DescribeHistoryEvents",
            &[("EventTypes", "Disk:Stalled"), ("EventTypes", "IP:SafeBan")],
        )
        .await;
    assert!(joined.body["TotalCount"].as_u64() > Some(0));
    assert_eq!(joined.body["Events"], repeated.body["Events"]);
}

#[tokio::test]
async fn refuses_a_list_without_types() {
    let sandbox = sandbox(2, STEP).await;
    for query in [vec![], vec![("EventTypes", "")], vec![("EventTypes", ",")]] {
        let answer = sandbox.ens("DescribeHistoryEvents", &query).await;
        assert_eq!((answer.status, answer.code()), (400, "MissingParameter"));
        assert!(
            answer.body["Message"]
                .as_str()
                .unwrap()
                .contains("EventTypes")
        );
    }
}

#[tokio::test]
async fn names_the_parameter_that_is_invalid() {
    let sandbox = sandbox(2, STEP).await;
    for (name, value) in [
        ("PageNumber", "0"),
        ("PageNumber", "one"),
        ("PageSize", "-1"),
        ("PageSize", "0"),
        ("PageSize", "101"),
        ("EventStatus", "inquiring"),
        ("EventLevels", "FATAL"),
    ] {
        let query = [("EventTypes", "Disk:Stalled"), (name, value)];
        let answer = sandbox.ens("DescribeHistoryEvents", &query).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, format!("InvalidParameter.{name}").as_str()),
            "{value}"
        );
        let message = format!("The specified field {name} invalid. Please check it again.");
        assert_eq!(answer.body["Message"], message);
    }
    let answer = sandbox
        .ens("DescribeHistoryEvents", &[("EventTypes", "Disk:Melted")])
        .await;
    assert_eq!(answer.code(), "InvalidParameter.EventTypes");
}

#[tokio::test]
async fn shows_events_as_the_documentation_does() {
    let sandbox = sandbox(200, STEP).await;
    let now = now_ms();
    let mut states = HashSet::new();
    for event in sandbox.ens_events(&[]).await {
        let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        assert!(text("EventId").starts_with("e-"), "{event}");
        assert_eq!(
            text("EventType").starts_with("Instance:"),
            text("ResourceId").starts_with("i-"),
            "{event}"
        );
        assert!(["CRITICAL", "WARN", "INFO"].contains(&text("EventLevel").as_str()));
        assert!(!text("Reason").is_empty());
        assert!(text("NotBeforeUtcTime").ends_with('Z'));
        assert!(text("PublishUtcTime").ends_with('Z'));
        assert!(event["PublishTime"].as_i64().unwrap() < now);
        let upcoming = event["NotBefore"].as_i64().unwrap() > now;
        match text("EventStatus").as_str() {
            "Inquiring" | "Scheduled" => assert!(upcoming, "{event}"),
            "Executing" | "Executed" | "Failed" => assert!(!upcoming, "{event}"),
            _ => {}
        }
        if let Some(attribute) = event["ExtendedAttribute"].as_str() {
            serde_json::from_str::<serde_json::Value>(attribute).unwrap();
        }
        states.insert(text("EventStatus"));
    }
    assert_eq!(states.len(), 7, "{states:?}");
}
