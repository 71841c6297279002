//! `/_sandbox/calls`: what the log shows, and what it never shows.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{event_infos, sandbox};

const STEP: Duration = Duration::from_mins(1);
const LIST: &str = "DescribeHistoryEvents";

#[tokio::test]
async fn shows_each_call_as_it_was_sent_and_answered() {
    let sandbox = sandbox(20, STEP).await;
    let query = [("EventTypes", "Disk:Stalled,IP:SafeBan"), ("PageSize", "5")];
    let answer = sandbox.ens(LIST, &query).await;
    sandbox
        .send_rpc1(&sandbox.ens_call("EventRedeployInstance", &[("EventId", "e-1")]))
        .await;
    let listed = sandbox
        .huawei_list(&[
            ("state", "inquiring"),
            ("state", "scheduled"),
            ("limit", "1"),
        ])
        .await;
    let event = &listed.body["events"][0];
    sandbox
        .update(event, r#"{"not_before":"2001-01-01T00:00:00Z"}"#)
        .await;
    let log = sandbox.log(0).await;
    let shown = |call: &Value| {
        let mut call = call.as_object().unwrap().clone();
        assert!(
            call.remove("time")
                .unwrap()
                .as_str()
                .unwrap()
                .ends_with('Z')
        );
        assert!(call.remove("request_id").unwrap().is_string());
        Value::Object(call)
    };
    assert_eq!(log[0]["request_id"], answer.body["RequestId"]);
    assert_eq!(
        log.iter().map(shown).collect::<Vec<_>>(),
        [
            json!({
                "number": 1,
                "provider": "ens",
                "operation": LIST,
                "parameters": {"EventTypes": "Disk:Stalled,IP:SafeBan", "PageSize": "5"},
                "status": 200,
                "code": null,
                "signature": "ACS3-HMAC-SHA256",
                "access_key_id": sandbox.ens.access_key_id,
                "faults": [],
            }),
            json!({
                "number": 2,
                "provider": "ens",
                "operation": "EventRedeployInstance",
                "parameters": {"EventId": "e-1"},
                "status": 400,
                "code": "MissingParameter",
                "signature": "HMAC-SHA1",
                "access_key_id": sandbox.ens.access_key_id,
                "faults": [],
            }),
            json!({
                "number": 3,
                "provider": "huawei-ecs",
                "operation": "ListScheduledEvents",
                "parameters": {"state": ["inquiring", "scheduled"], "limit": "1"},
                "status": 200,
                "code": null,
                "signature": "SDK-HMAC-SHA256",
                "access_key_id": sandbox.huawei.access_key_id,
                "faults": [],
            }),
            json!({
                "number": 4,
                "provider": "huawei-ecs",
                "operation": "UpdateScheduledEvent",
                "parameters": {"id": event["id"], "not_before": "2001-01-01T00:00:00Z"},
                "status": 400,
                "code": "Ecs.0005",
                "signature": "SDK-HMAC-SHA256",
                "access_key_id": sandbox.huawei.access_key_id,
                "faults": [],
            }),
        ]
    );
    assert_eq!(sandbox.log(3).await, log[3..]);
}

#[tokio::test]
async fn shows_no_password_secret_token_or_signature() {
    let sandbox = sandbox(60, STEP).await;
    let types = [("EventTypes", "Instance:SystemUpgrade.Migrate")];
    let events = sandbox.ens(LIST, &types).await.body["Events"].clone();
    let events = events.as_array().unwrap();
    let fields = json!({"OpsType": "immediate", "Password": "Canary123456"});
    let infos = event_infos(&events[..1], &fields);
    let mut call = sandbox.ens_call("BatchEventMigrateInstance", &[("EventInfos", &infos)]);
    let key = sandbox.ens.temporary;
    (call.key, call.secret) = (key.access_key_id.to_owned(), key.secret.to_owned());
    call.token = Some(key.security_token.to_owned());
    sandbox.send_ens(&call).await.unwrap();
    call.nonce.push('1');
    sandbox.send_rpc1(&call).await;
    call.nonce.push('1');
    call.query = vec![("Password".to_owned(), "Canary123456".to_owned())];
    call.action = "EventMigrateInstance".to_owned();
    sandbox.send_rpc1(&call).await;
    let log = sandbox.log(1).await;
    assert_eq!(log.len(), 3);
    let text = Value::Array(log.clone()).to_string();
    for hidden in ["Canary123456", key.secret, key.security_token] {
        assert!(!text.contains(hidden), "{text}");
    }
    assert_eq!(log[0]["parameters"]["EventInfos"][0]["Password"], "••••");
    assert_eq!(log[2]["parameters"], json!({"Password": "••••"}));
    for word in ["\"Signature\"", "SignatureNonce", "SecurityToken"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

#[tokio::test]
async fn shows_what_was_refused_unsigned_or_unknown() {
    let sandbox = sandbox(2, STEP).await;
    let mut call = sandbox.ens_call(LIST, &[]);
    call.secret = "wrong".to_owned();
    sandbox.send_ens(&call).await.unwrap();
    for path in ["/?Action=DescribeHistoryEvents", "/nowhere?a=1&a=2"] {
        let url = format!("http://{}{path}", sandbox.address);
        sandbox
            .send(Method::GET, &url, Vec::new(), &[], String::new())
            .await
            .unwrap();
    }
    let log = sandbox.log(0).await;
    let codes: Vec<_> = log.iter().map(|call| call["code"].clone()).collect();
    assert_eq!(
        codes,
        ["SignatureDoesNotMatch", "IncompleteSignature", "APIGW.0101"]
    );
    assert_eq!(log[2]["operation"], Value::Null);
    assert_eq!(log[2]["signature"], Value::Null);
    // What did not come through the gates is not counted.
    let calls = sandbox
        .control(Method::GET, "calls", &Value::Null)
        .await
        .body;
    assert_eq!(calls["operations"], json!({}));
}

#[tokio::test]
async fn names_the_faults_that_a_call_met() {
    let sandbox = sandbox(2, STEP).await;
    sandbox
        .fault(json!([
            {"operation": LIST, "kind": "delay", "ms": 1},
            {"operation": LIST, "kind": "lost_answer", "nth": 1},
            {"operation": LIST, "kind": "throttle", "nth": 2}
        ]))
        .await;
    let call = || sandbox.ens_call(LIST, &[("EventTypes", "IP:SafeBan")]);
    sandbox.send_ens(&call()).await.unwrap_err();
    assert_eq!(sandbox.send_ens(&call()).await.unwrap().status, 400);
    assert_eq!(sandbox.send_ens(&call()).await.unwrap().status, 200);
    let log = sandbox.log(0).await;
    let faults: Vec<_> = log.iter().map(|call| call["faults"].clone()).collect();
    assert_eq!(
        faults,
        [
            json!(["delay", "lost_answer"]),
            json!(["delay", "throttle"]),
            json!(["delay"])
        ]
    );
    assert_eq!(
        (&log[0]["status"], &log[1]["code"]),
        (&Value::Null, &json!("Throttling.User"))
    );
}

#[tokio::test]
async fn keeps_the_last_thousand() {
    let sandbox = sandbox(0, STEP).await;
    let url = format!("http://{}/nowhere", sandbox.address);
    for _ in 0..1003 {
        sandbox
            .send(Method::GET, &url, Vec::new(), &[], String::new())
            .await
            .unwrap();
    }
    let calls = sandbox
        .control(Method::GET, "calls", &Value::Null)
        .await
        .body;
    assert_eq!(calls["forgotten"], 3);
    let log = calls["calls"].as_array().unwrap();
    assert_eq!((log.len(), &log[0]["number"]), (1000, &json!(4)));
    let answer = sandbox
        .control(Method::GET, "calls?after=soon", &Value::Null)
        .await;
    assert_eq!(
        (answer.status, &answer.body["code"]),
        (400, &json!("malformed_query"))
    );
}
