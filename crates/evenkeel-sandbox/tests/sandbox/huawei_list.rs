use std::{collections::HashSet, time::Duration};

use serde_json::Value;

use crate::client::sandbox;

const STEP: Duration = Duration::from_secs(5);

#[tokio::test]
async fn walks_all_pages_and_meets_every_event_once() {
    let sandbox = sandbox(240, STEP).await;
    let mut ids = HashSet::new();
    let mut marker: Option<String> = None;
    let mut sizes = Vec::new();
    loop {
        let mut query = vec![("limit", "50")];
        query.extend(marker.as_deref().map(|marker| ("marker", marker)));
        let page = sandbox.huawei_list(&query).await.body;
        let events = page["events"].as_array().unwrap();
        sizes.push(events.len());
        ids.extend(
            events
                .iter()
                .map(|event| event["id"].as_str().unwrap().to_owned()),
        );
        match page["page_info"]["next_marker"].as_str() {
            Some(next) => marker = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(sizes, [50, 50, 20]);
    assert_eq!(ids.len(), 120);
}

#[tokio::test]
async fn a_full_page_has_a_marker_even_when_nothing_follows() {
    let sandbox = sandbox(8, STEP).await;
    let page = sandbox.huawei_list(&[("limit", "4")]).await.body;
    let events = page["events"].as_array().unwrap();
    assert_eq!(events.len(), 4);
    assert_eq!(page["page_info"]["next_marker"], events[3]["id"]);
    let marker = events[3]["id"].as_str().unwrap();
    let rest = sandbox
        .huawei_list(&[("limit", "4"), ("marker", marker)])
        .await
        .body;
    assert_eq!(
        rest,
        serde_json::json!({"events": [], "page_info": {"next_marker": null}})
    );
}

#[tokio::test]
async fn filters_repeated_and_comma_joined() {
    let sandbox = sandbox(200, STEP).await;
    let repeated = sandbox
        .huawei_events(&[
            ("state", "inquiring"),
            ("state", "executing"),
            ("type", "instance-redeploy"),
            ("type", "instance-migrate"),
        ])
        .await;
    let joined = sandbox
        .huawei_events(&[
            ("state", "inquiring,executing"),
            ("type", "instance-redeploy,instance-migrate"),
        ])
        .await;
    assert!(!repeated.is_empty());
    assert_eq!(repeated, joined);
    for event in &repeated {
        assert!(["inquiring", "executing"].contains(&event["state"].as_str().unwrap()));
        assert!(
            ["instance-redeploy", "instance-migrate"].contains(&event["type"].as_str().unwrap())
        );
    }
}

#[tokio::test]
async fn filters_by_id_instance_and_publish_time() {
    let sandbox = sandbox(100, STEP).await;
    let all = sandbox.huawei_events(&[]).await;
    let some = &all[10];
    let text = |name: &str| some[name].as_str().unwrap();
    let found = sandbox.huawei_events(&[("id", text("id"))]).await;
    assert_eq!(found, std::slice::from_ref(some));
    let siblings = sandbox
        .huawei_events(&[("instance_id", text("instance_id"))])
        .await;
    assert!(siblings.contains(some));
    let since = sandbox
        .huawei_events(&[("publish_since", text("publish_time"))])
        .await;
    let until = sandbox
        .huawei_events(&[("publish_until", text("publish_time"))])
        .await;
    assert!(since.contains(some) && until.contains(some));
    assert!(since.len() < all.len() && until.len() < all.len());
    assert!(sandbox.huawei_events(&[("id", "nobody")]).await.is_empty());
}

#[tokio::test]
async fn names_the_parameter_that_is_invalid() {
    let sandbox = sandbox(20, STEP).await;
    for (name, value) in [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "many"),
        ("marker", "nobody"),
        ("state", "Inquiring"),
        ("state", "inquiring,avoided"),
        ("type", "instance-explode"),
        ("publish_since", "yesterday"),
        ("publish_until", "2025-07-09 10:40:00"),
    ] {
        let answer = sandbox.huawei_list(&[(name, value)]).await;
        assert_eq!(answer.status, 400, "{name}={value}");
        assert_eq!(answer.body["error"]["code"], "Ecs.0005");
        let message = answer.body["error"]["message"].as_str().unwrap();
        assert!(message.contains(name), "{message}");
    }
}

#[tokio::test]
async fn shows_events_as_the_documentation_does() {
    let sandbox = sandbox(200, STEP).await;
    let (mut states, mut types) = (HashSet::new(), HashSet::new());
    let (mut locales, mut plain, mut nulls, mut bare) = (HashSet::new(), 0, 0, 0);
    for event in sandbox.huawei_events(&[]).await {
        let state = event["state"].as_str().unwrap().to_owned();
        let begun = ["executing", "completed", "failed"].contains(&state.as_str());
        let over = ["completed", "failed", "canceled"].contains(&state.as_str());
        assert_eq!(event["start_time"].is_string(), begun, "{event}");
        assert_eq!(event["finish_time"].is_string(), over, "{event}");
        match serde_json::from_str::<Value>(event["description"].as_str().unwrap()) {
            Ok(texts) => locales.extend(texts.as_object().unwrap().keys().cloned()),
            Err(_) => plain += 1,
        }
        nulls += usize::from(event["not_before"].is_null());
        bare += usize::from(event.get("source").is_none());
        if event["type"] == "localdisk-recovery" {
            assert!(event["execute_options"]["device"].is_string(), "{event}");
        }
        states.insert(state);
        types.insert(event["type"].as_str().unwrap().to_owned());
    }
    assert_eq!((states.len(), types.len()), (6, 6), "{states:?} {types:?}");
    assert_eq!(
        locales,
        HashSet::from(["en-us".to_owned(), "zh-cn".to_owned()])
    );
    assert!(plain > 0 && nulls > 0 && bare > 0);
}
