//! The older signature: everything is a parameter, the action and the signature too.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, ENS_TYPES, Ens, TestSandbox, event_infos, sandbox};

const STEP: Duration = Duration::from_mins(1);
const LIST: [(&str, &str); 1] = [("EventTypes", "Disk:Stalled")];

async fn sent(sandbox: &TestSandbox, change: impl FnOnce(&mut Ens)) -> Answer {
    let mut call = sandbox.ens_call("DescribeHistoryEvents", &LIST);
    change(&mut call);
    sandbox.send_rpc1(&call).await
}

fn refused(answer: &Answer, code: &str) {
    assert_eq!((answer.status, answer.code()), (400, code), "{answer:?}");
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// An event of this type that waits for an answer.
async fn inquiring(sandbox: &TestSandbox, kind: &str) -> Value {
    sandbox
        .ens_events(&[("EventStatus", "Inquiring")])
        .await
        .into_iter()
        .find(|event| event["EventType"] == kind)
        .unwrap()
}

#[tokio::test]
async fn lists_with_every_filter_in_query_or_form_body() {
    let sandbox = sandbox(60, STEP).await;
    let filter = [
        ("EventTypes", ENS_TYPES),
        ("EventStatus", "Inquiring,Scheduled"),
        ("EventLevels", "CRITICAL,WARN"),
        ("PageNumber", "2"),
        ("PageSize", "5"),
    ];
    let wanted = sandbox.ens("DescribeHistoryEvents", &filter).await.body;
    assert_eq!(wanted["Events"].as_array().unwrap().len(), 5);
    for (method, in_body) in [
        (Method::GET, false),
        (Method::POST, false),
        (Method::POST, true),
    ] {
        let answer = sent(&sandbox, |call| {
            call.method = method;
            (call.query, call.form) = if in_body {
                (Vec::new(), owned(&filter))
            } else {
                (owned(&filter), Vec::new())
            };
        })
        .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.body["Events"], wanted["Events"]);
        assert_eq!(answer.body["TotalCount"], wanted["TotalCount"]);
    }
}

#[tokio::test]
async fn carries_out_every_batch_and_every_single_form() {
    let sandbox = sandbox(120, STEP).await;
    let password = json!({"OpsType": "immediate", "DataPolicy": "try_transfer", "Password": "AAaa1234+ *~é/&="});
    let plain = json!({"OpsType": "immediate"});
    for (batch, single, kind, fields) in [
        (
            "BatchEventRedeployInstance",
            "EventRedeployInstance",
            "Instance:SystemFailure.Redeploy",
            &plain,
        ),
        (
            "BatchEventMigrateInstance",
            "EventMigrateInstance",
            "Instance:SystemUpgrade.Migrate",
            &password,
        ),
        (
            "BatchEventRebootInstance",
            "EventRebootInstance",
            "Instance:SystemMaintenance.Reboot",
            &plain,
        ),
    ] {
        let event = inquiring(&sandbox, kind).await;
        let infos = event_infos(std::slice::from_ref(&event), fields);
        let mut call = sandbox.ens_call(batch, &[]);
        call.form = owned(&[("EventInfos", &infos)]);
        let answer = sandbox.send_rpc1(&call).await;
        assert_eq!(answer.body["Results"][0]["Code"], 200, "{answer:?}");
        assert_eq!(sandbox.ens_state(&event).await, "Scheduled");

        let event = inquiring(&sandbox, kind).await;
        let mut parameters = owned(&[
            ("EventId", event["EventId"].as_str().unwrap()),
            ("ResourceId", event["ResourceId"].as_str().unwrap()),
        ]);
        for (name, value) in fields.as_object().unwrap() {
            parameters.push((name.clone(), value.as_str().unwrap().to_owned()));
        }
        let mut call = sandbox.ens_call(single, &[]);
        call.query = parameters;
        let answer = sandbox.send_rpc1(&call).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(sandbox.ens_state(&event).await, "Scheduled");
    }
}

#[tokio::test]
async fn schedules_a_single_form_at_its_time() {
    let sandbox = sandbox(60, STEP).await;
    let event = inquiring(&sandbox, "Instance:SystemFailure.Redeploy").await;
    let at = (crate::client::now_ms() + 3_600_000).to_string();
    let mut call = sandbox.ens_call("EventRedeployInstance", &[]);
    call.query = owned(&[
        ("EventId", event["EventId"].as_str().unwrap()),
        ("ResourceId", event["ResourceId"].as_str().unwrap()),
        ("OpsType", "scheduled"),
        ("PlanTime", &at),
    ]);
    assert_eq!(sandbox.send_rpc1(&call).await.status, 200);
    let events = sandbox.ens_events(&[("EventStatus", "Scheduled")]).await;
    let moved = events
        .iter()
        .find(|other| other["EventId"] == event["EventId"])
        .unwrap();
    assert_eq!(moved["NotBefore"].to_string(), at);
}

#[tokio::test]
async fn refuses_as_the_newer_signature_does() {
    let sandbox = sandbox(2, STEP).await;
    let answer = sent(&sandbox, |call| call.secret = "wrong".to_owned()).await;
    refused(&answer, "SignatureDoesNotMatch");
    let message = answer.body["Message"].as_str().unwrap();
    assert!(
        message.contains("server string to sign is:POST&%2F&"),
        "{message}"
    );
    let answer = sent(&sandbox, |call| call.key = "LTAIsomebody".to_owned()).await;
    refused(&answer, "InvalidAccessKeyId.NotFound");
    for (tampered, value, code) in [
        ("Timestamp", "yesterday", "InvalidTimeStamp.Format"),
        ("EventTypes", "IP:SafeBan", "SignatureDoesNotMatch"),
        ("Action", "EventRebootInstance", "SignatureDoesNotMatch"),
        ("SignatureMethod", "HMAC-SHA256", "IncompleteSignature"),
        ("SignatureVersion", "2.0", "IncompleteSignature"),
        ("SignatureNonce", "", "IncompleteSignature"),
        ("Signature", "", "IncompleteSignature"),
    ] {
        let tamper = vec![(tampered, value.to_owned())];
        let answer = sent(&sandbox, |call| call.tamper = tamper).await;
        refused(&answer, code);
    }
}

#[tokio::test]
async fn refuses_a_clock_more_than_31_minutes_off() {
    let sandbox = sandbox(2, STEP).await;
    for (minutes, status) in [(-32, 400), (-30, 200), (30, 200), (32, 400)] {
        let answer = sent(&sandbox, |call| call.shift_ms = minutes * 60_000).await;
        assert_eq!(answer.status, status, "{minutes} minutes: {answer:?}");
        if status == 400 {
            refused(&answer, "InvalidTimeStamp.Expired");
        }
    }
}

#[tokio::test]
async fn refuses_a_nonce_the_second_time_however_it_was_signed() {
    let sandbox = sandbox(2, STEP).await;
    assert_eq!(
        sent(&sandbox, |call| call.nonce = "once".to_owned())
            .await
            .status,
        200
    );
    // Signed 25 minutes ago is fine for this scheme: the nonce must be remembered for as long.
    let answer = sent(&sandbox, |call| {
        call.nonce = "once".to_owned();
        call.shift_ms = -25 * 60_000;
    })
    .await;
    refused(&answer, "SignatureNonceUsed");
    let mut call = sandbox.ens_call("DescribeHistoryEvents", &LIST);
    call.nonce = "once".to_owned();
    refused(
        &sandbox.send_ens(&call).await.unwrap(),
        "SignatureNonceUsed",
    );
}

#[tokio::test]
async fn takes_the_action_from_the_parameters_alone() {
    let sandbox = sandbox(2, STEP).await;
    let call = sandbox.ens_call("DescribeHistoryEvents", &LIST);
    let signed = evenkeel_sign::rpc1::sign(
        "GET",
        &[
            owned(&[
                ("Action", "DescribeHistoryEvents"),
                ("Version", "2017-11-10"),
            ]),
            call.query,
        ]
        .concat(),
        &evenkeel_sign::Credentials::new(call.key, call.secret),
        crate::client::now_ms(),
        "unsigned-headers",
    )
    .unwrap();
    let url = format!(
        "http://{}/?{}",
        sandbox.address,
        evenkeel_sign::wire_query(&signed.parameters)
    );
    // Unsigned headers, which SDKs send along, must not decide what is done.
    let headers = owned(&[
        ("x-acs-action", "BatchEventRebootInstance"),
        ("x-acs-version", "2013-01-10"),
    ]);
    let answer = sandbox
        .send(Method::GET, &url, headers, &[], String::new())
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body["Events"].is_array());
}

#[tokio::test]
async fn refuses_an_unknown_action_and_version() {
    let sandbox = sandbox(2, STEP).await;
    let answer = sent(&sandbox, |call| {
        call.action = "ListScheduledEvents".to_owned();
    })
    .await;
    assert_eq!(
        (answer.status, answer.code()),
        (404, "InvalidAction.NotFound")
    );
    let answer = sent(&sandbox, |call| call.version = "2013-01-10".to_owned()).await;
    assert_eq!((answer.status, answer.code()), (404, "InvalidVersion"));
}
