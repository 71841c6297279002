use std::{io::ErrorKind, net::SocketAddr, time::Duration};

use evenkeel_sandbox::{Config, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, ENS_TYPES, http, sandbox, sandbox_of};

const STEP: Duration = Duration::from_mins(1);

#[tokio::test]
async fn adds_lists_and_clears_faults() {
    let sandbox = sandbox(2, STEP).await;
    let fault =
        json!({"operation": "*", "provider": "ens", "kind": "delay", "ms": 5, "times": null});
    sandbox.fault(fault.clone()).await;
    sandbox.fault(json!([fault])).await;
    let listed = sandbox
        .control(Method::GET, "faults", &Value::Null)
        .await
        .body;
    assert_eq!(listed, json!({"faults": [fault, fault]}));
    let cleared = sandbox
        .control(Method::DELETE, "faults", &Value::Null)
        .await;
    assert_eq!(cleared.status, 204);
    let listed = sandbox
        .control(Method::GET, "faults", &Value::Null)
        .await
        .body;
    assert_eq!(listed, json!({"faults": []}));
}

#[tokio::test]
async fn refuses_a_malformed_fault_and_takes_none_of_its_list() {
    let sandbox = sandbox(2, STEP).await;
    let faults =
        json!([{"operation": "*", "kind": "lost_answer"}, {"operation": "*", "kind": "flood"}]);
    let answer = sandbox.control(Method::POST, "faults", &faults).await;
    assert_eq!(
        (answer.status, &answer.body["code"]),
        (400, &json!("malformed_fault"))
    );
    let message = answer.body["message"].as_str().unwrap();
    assert!(
        message.starts_with("fault 1: `flood` is not a kind"),
        "{message}"
    );
    let listed = sandbox
        .control(Method::GET, "faults", &Value::Null)
        .await
        .body;
    assert_eq!(listed, json!({"faults": []}));
}

#[tokio::test]
async fn counts_calls_and_acts_and_starts_over() {
    let sandbox = sandbox(20, STEP).await;
    let before = sandbox.huawei_events(&[]).await;
    let event = before
        .iter()
        .find(|event| event["state"] == "inquiring")
        .unwrap();
    assert_eq!(sandbox.accept(event, "{}").await.status, 204);
    assert_eq!(sandbox.accept(event, "{}").await.status, 400);
    let mut calls = sandbox
        .control(Method::GET, "calls", &Value::Null)
        .await
        .body;
    let log = calls.as_object_mut().unwrap().remove("calls").unwrap();
    assert_eq!(log.as_array().unwrap().len(), 3);
    assert_eq!(
        calls,
        json!({
            "forgotten": 0,
            "operations": {"ListScheduledEvents": 1, "AcceptScheduledEvent": 2},
            "providers": {"huawei-ecs": {"ListScheduledEvents": 1, "AcceptScheduledEvent": 2}},
            "totals": {"received": 2, "accepted": 1},
            "events": [
                {"provider": "huawei-ecs", "event_id": event["id"], "received": 2, "accepted": 1}
            ],
            "resources": [],
        })
    );
    sandbox
        .fault(json!({"operation": "*", "kind": "lost_answer"}))
        .await;
    let reset = sandbox.control(Method::POST, "reset", &Value::Null).await;
    assert_eq!(
        (reset.status, reset.body),
        (200, json!({"seed": 1, "events": 20}))
    );
    let calls = sandbox
        .control(Method::GET, "calls", &Value::Null)
        .await
        .body;
    assert_eq!(calls["totals"], json!({"received": 0, "accepted": 0}));
    assert_eq!(sandbox.huawei_state(event).await, "inquiring");
}

#[tokio::test]
async fn keeps_other_sites_pages_from_the_controls() {
    let sandbox = sandbox(2, STEP).await;
    let url = format!("http://{}/_sandbox/reset", sandbox.address);
    let sent = async |name: &'static str, value: &str| -> Answer {
        let headers = vec![(name.to_owned(), value.to_owned())];
        sandbox
            .send(Method::POST, &url, headers, &[], String::new())
            .await
            .unwrap()
    };
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1.evil.example"),
        ("host", "evil.example:9000"),
    ] {
        let answer = sent(name, value).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (403, &json!("forbidden_origin")),
            "{value}"
        );
    }
    for value in [
        "http://localhost:8080",
        "http://127.0.0.1:3000",
        "http://[::1]:9000",
    ] {
        assert_eq!(sent("origin", value).await.status, 200, "{value}");
    }
}

#[tokio::test]
async fn one_seed_makes_one_fleet_and_another_another() {
    let config = Config {
        events: 100,
        ..Config::default()
    };
    let mut fleets = Vec::new();
    for seed in [1, 1, 2] {
        let sandbox = sandbox_of(Config { seed, ..config }).await;
        let ens = sandbox.ens_events(&[]).await;
        let huawei = sandbox.huawei_events(&[]).await;
        let ids: Vec<String> = ens
            .iter()
            .map(|event| {
                format!(
                    "{}{}{}",
                    event["EventId"], event["EventType"], event["EventStatus"]
                )
            })
            .chain(huawei.iter().map(|event| {
                format!(
                    "{}{}{}{}",
                    event["id"], event["type"], event["state"], event["description"]
                )
            }))
            .collect();
        assert_eq!((ens.len(), huawei.len()), (50, 50));
        fleets.push(ids);
    }
    assert_eq!(fleets[0], fleets[1]);
    assert_ne!(fleets[0], fleets[2]);
}

#[tokio::test]
async fn small_fleets_work_too() {
    for (events, ens, huawei) in [(0, 0, 0), (1, 1, 0), (3, 2, 1)] {
        let sandbox = sandbox(events, STEP).await;
        assert_eq!(sandbox.ens_events(&[]).await.len(), ens);
        assert_eq!(sandbox.huawei_events(&[]).await.len(), huawei);
    }
}

#[tokio::test]
async fn a_large_fleet_is_whole_page_by_page() {
    let sandbox = sandbox(10_000, STEP).await;
    for number in ["1", "25", "50"] {
        let query = [
            ("EventTypes", ENS_TYPES),
            ("PageSize", "100"),
            ("PageNumber", number),
        ];
        let page = sandbox.ens("DescribeHistoryEvents", &query).await.body;
        assert_eq!(page["TotalCount"], 5_000);
        assert_eq!(page["Events"].as_array().unwrap().len(), 100);
    }
    let mut marker = String::new();
    let mut count = 0;
    loop {
        let page = sandbox
            .huawei_list(&[("limit", "100"), ("marker", &marker)])
            .await
            .body;
        count += page["events"].as_array().unwrap().len();
        match page["page_info"]["next_marker"].as_str() {
            Some(next) => next.clone_into(&mut marker),
            None => break,
        }
    }
    assert_eq!(count, 5_000);
}

#[tokio::test]
async fn refuses_an_address_beyond_loopback_and_a_taken_port() {
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let error = Sandbox::bind(everywhere, Config::default())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap();
    let error = Sandbox::bind(taken, Config::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[tokio::test]
async fn stops_when_told_and_frees_its_port() {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let sandbox = Sandbox::bind(any, Config::default()).await.unwrap();
    let address = sandbox.local_addr();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(sandbox.serve(async {
        let _ = stopped.await;
    }));
    let client = http();
    // An idle kept-alive connection does not hold the stop up.
    let url = format!("http://{address}/_sandbox/calls");
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    stop.send(()).unwrap();
    served.await.unwrap();
    assert!(Sandbox::bind(address, Config::default()).await.is_ok());
}
