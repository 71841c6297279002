//! A clock that stands still until it is told to move.

use std::time::Duration;

use evenkeel_sandbox::{ClockMode, Config};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{now_ms, sandbox, sandbox_of, still_sandbox};

const STEP: Duration = Duration::from_mins(10);
const LIST: [(&str, &str); 1] = [("EventTypes", "Disk:Stalled")];

#[tokio::test]
async fn an_event_takes_its_steps_when_the_clock_is_moved() {
    let sandbox = still_sandbox(40, STEP).await;
    let events = sandbox.huawei_events(&[("state", "inquiring")]).await;
    let event = &events[0];
    assert_eq!(sandbox.accept(event, "{}").await.status, 204);
    let mut states = vec![sandbox.huawei_state(event).await];
    for seconds in [599, 1, 599, 1] {
        sandbox.advance(seconds).await;
        states.push(sandbox.huawei_state(event).await);
    }
    assert_eq!(
        states[..4],
        ["scheduled", "scheduled", "executing", "executing"]
    );
    assert!(["completed", "failed"].contains(&states[4].as_str()));
    // Nobody answered the others: within weeks the clouds have gone ahead, and forgotten it.
    sandbox.advance(60 * 86_400).await;
    assert!(sandbox.huawei_events(&[]).await.is_empty());
}

#[tokio::test]
async fn goes_to_a_time_and_not_back() {
    let sandbox = sandbox_of(Config {
        events: 0,
        clock: ClockMode::Virtual {
            start_ms: Some(1_800_000_000_000),
        },
        ..Config::default()
    })
    .await;
    let clock = sandbox
        .control(Method::GET, "clock", &Value::Null)
        .await
        .body;
    let start =
        json!({"clock": "virtual", "now": "2027-01-15T08:00:00.000Z", "signatures": "real"});
    assert_eq!(clock, start);
    let answer = sandbox
        .control(
            Method::POST,
            "clock",
            &json!({"now": "2027-01-15T10:00:00+01:00"}),
        )
        .await;
    assert_eq!(answer.body["now"], "2027-01-15T09:00:00.000Z");
    for (change, expected) in [
        (json!({"now": "2027-01-15T08:59:59Z"}), "does not go back"),
        (json!({"now": "tomorrow"}), "not a time"),
        (json!({"advance_s": -1}), "from 0 on"),
        (json!({"advance_s": 1e300}), "from 0 on"),
        (json!({"advance_s": 1e12}), "year 9999"),
        (
            json!({"advance_s": 1, "now": "2027-01-15T10:00:00Z"}),
            "not both",
        ),
        (json!({}), "nothing to change"),
        (json!({"forward": 1}), "unknown field `forward`"),
        (json!({"signatures": "mine"}), "unknown variant `mine`"),
    ] {
        let answer = sandbox.control(Method::POST, "clock", &change).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (400, &json!("malformed_clock"))
        );
        let message = answer.body["message"].as_str().unwrap();
        assert!(message.contains(expected), "{change}: {message}");
    }
    sandbox.control(Method::POST, "reset", &Value::Null).await;
    let clock = sandbox
        .control(Method::GET, "clock", &Value::Null)
        .await
        .body;
    assert_eq!(clock, start);
}

#[tokio::test]
async fn the_machines_clock_is_shown_but_not_moved() {
    let sandbox = sandbox(0, STEP).await;
    let clock = sandbox
        .control(Method::GET, "clock", &Value::Null)
        .await
        .body;
    assert_eq!(
        (&clock["clock"], &clock["signatures"]),
        (&json!("real"), &json!("real"))
    );
    for change in [json!({"advance_s": 1}), json!({"signatures": "virtual"})] {
        let answer = sandbox.control(Method::POST, "clock", &change).await;
        let message = answer.body["message"].as_str().unwrap();
        assert_eq!(answer.status, 400);
        assert!(message.contains("--clock virtual"), "{message}");
    }
}

#[tokio::test]
async fn clients_sign_with_their_own_clock_unless_that_is_rehearsed() {
    let sandbox = still_sandbox(2, STEP).await;
    sandbox.advance(30 * 86_400).await;
    let sent = async |shift_ms: i64| {
        let mut call = sandbox.ens_call("DescribeHistoryEvents", &LIST);
        call.shift_ms = shift_ms;
        let ens = sandbox.send_ens(&call).await.unwrap().status;
        call.nonce.push('1');
        let rpc1 = sandbox.send_rpc1(&call).await.status;
        let mut call = sandbox.huawei_call(Method::GET, "", "");
        call.shift_ms = shift_ms;
        [ens, rpc1, sandbox.send_huawei(&call).await.unwrap().status]
    };
    assert_eq!(sent(0).await, [200, 200, 200]);
    let month = 30 * 86_400_000;
    assert_eq!(sent(month).await, [400, 400, 401]);
    let change = json!({"signatures": "virtual"});
    sandbox.control(Method::POST, "clock", &change).await;
    assert_eq!(sent(0).await, [400, 400, 401]);
    assert_eq!(sent(month).await, [200, 200, 200]);
    // 20 minutes off is still fine for the oldest scheme.
    assert_eq!(sent(month - 20 * 60_000).await, [400, 200, 401]);
}

#[tokio::test]
async fn answers_are_dated_by_the_clock_that_judges_signatures() {
    let sandbox = sandbox_of(Config {
        events: 2,
        clock: ClockMode::Virtual {
            start_ms: Some(1_800_000_000_000),
        },
        ..Config::default()
    })
    .await;
    let date = async || {
        let mut call = sandbox.ens_call("DescribeHistoryEvents", &LIST);
        call.shift_ms = 1_800_000_000_000 - now_ms();
        let ens = sandbox.send_ens(&call).await.unwrap();
        let mut call = sandbox.huawei_call(Method::GET, "", "");
        call.shift_ms = 1_800_000_000_000 - now_ms();
        let huawei = sandbox.send_huawei(&call).await.unwrap();
        [
            ens.header("date").to_owned(),
            huawei.header("date").to_owned(),
        ]
    };
    let virtual_date = "Fri, 15 Jan 2027 08:00:00 GMT";
    assert!(!date().await.contains(&virtual_date.to_owned()));
    let change = json!({"signatures": "virtual"});
    sandbox.control(Method::POST, "clock", &change).await;
    assert_eq!(date().await, [virtual_date, virtual_date]);
}

#[tokio::test]
async fn what_is_past_is_past_by_the_clouds_clock() {
    let sandbox = still_sandbox(40, STEP).await;
    sandbox.advance(7200).await;
    let events = sandbox.ens_events(&[("EventStatus", "Inquiring")]).await;
    let event = events
        .iter()
        .find(|event| event["EventType"] == "Instance:SystemFailure.Redeploy")
        .unwrap();
    let order = async |at: i64| {
        let fields = json!({"OpsType": "scheduled", "PlanTime": at});
        sandbox
            .ens_batch(
                "BatchEventRedeployInstance",
                std::slice::from_ref(event),
                &fields,
            )
            .await
            .status
    };
    assert_eq!(order(now_ms() + 3_600_000).await, 400);
    assert_eq!(order(now_ms() + 9_000_000).await, 200);
}

#[tokio::test]
async fn a_fault_stays_for_its_time_by_the_clouds_clock() {
    let sandbox = still_sandbox(2, STEP).await;
    sandbox
        .fault(json!({"operation": "*", "kind": "throttle", "for_s": 60}))
        .await;
    for (seconds, status) in [(0, 429), (59, 429), (1, 200)] {
        sandbox.advance(seconds).await;
        assert_eq!(sandbox.huawei_list(&[]).await.status, status);
    }
}
