use std::time::Duration;

use reqwest::Method;

use crate::client::{Answer, Ens, TestSandbox, sandbox};

const LIST: [(&str, &str); 1] = [("EventTypes", "Disk:Stalled")];
const STEP: Duration = Duration::from_secs(5);

async fn sent(sandbox: &TestSandbox, change: impl FnOnce(&mut Ens)) -> Answer {
    let mut call = sandbox.ens_call("DescribeHistoryEvents", &LIST);
    change(&mut call);
    sandbox.send_ens(&call).await.unwrap()
}

fn refused(answer: &Answer, code: &str) {
    assert_eq!((answer.status, answer.code()), (400, code), "{answer:?}");
}

#[tokio::test]
async fn answers_a_signed_post_and_a_signed_get() {
    let sandbox = sandbox(20, STEP).await;
    for method in [Method::POST, Method::GET] {
        let answer = sent(&sandbox, |call| call.method = method).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("x-acs-request-id"), answer.body["RequestId"]);
    }
}

#[tokio::test]
async fn reads_parameters_from_a_form_body() {
    let sandbox = sandbox(20, STEP).await;
    let answer = sent(&sandbox, |call| call.form = std::mem::take(&mut call.query)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn refuses_with_the_documented_body() {
    let sandbox = sandbox(2, STEP).await;
    let answer = sent(&sandbox, |call| call.secret = "wrong".to_owned()).await;
    refused(&answer, "SignatureDoesNotMatch");
    let message = answer.body["Message"].as_str().unwrap();
    assert!(
        message.contains("server string to sign is:ACS3-HMAC-SHA256"),
        "{message}"
    );
    assert_eq!(answer.body["HostId"], sandbox.address.to_string());
    assert_eq!(
        answer.body["Recommend"],
        "https://api.aliyun.com/troubleshoot?q=SignatureDoesNotMatch"
    );
    assert_eq!(answer.body["RequestId"].as_str().unwrap().len(), 36);
}

#[tokio::test]
async fn refuses_an_unknown_key() {
    let sandbox = sandbox(2, STEP).await;
    let answer = sent(&sandbox, |call| call.key = "LTAIsomebody".to_owned()).await;
    refused(&answer, "InvalidAccessKeyId.NotFound");
}

#[tokio::test]
async fn refuses_the_other_clouds_key() {
    let sandbox = sandbox(2, STEP).await;
    let (key, secret) = (
        sandbox.huawei.access_key_id.to_owned(),
        sandbox.huawei.secret.to_owned(),
    );
    let answer = sent(&sandbox, |call| (call.key, call.secret) = (key, secret)).await;
    refused(&answer, "InvalidAccessKeyId.NotFound");
}

#[tokio::test]
async fn refuses_a_clock_more_than_fifteen_minutes_off() {
    let sandbox = sandbox(2, STEP).await;
    for minutes in [-16, 16] {
        let answer = sent(&sandbox, |call| call.shift_ms = minutes * 60_000).await;
        refused(&answer, "InvalidTimeStamp.Expired");
    }
    for minutes in [-14, 14] {
        let answer = sent(&sandbox, |call| call.shift_ms = minutes * 60_000).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

#[tokio::test]
async fn refuses_a_malformed_date() {
    let sandbox = sandbox(2, STEP).await;
    let tamper = vec![("x-acs-date", "yesterday".to_owned())];
    let answer = sent(&sandbox, |call| call.tamper = tamper).await;
    refused(&answer, "InvalidTimeStamp.Format");
}

#[tokio::test]
async fn refuses_a_nonce_the_second_time() {
    let sandbox = sandbox(2, STEP).await;
    let answer = sent(&sandbox, |call| call.nonce = "once".to_owned()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = sent(&sandbox, |call| call.nonce = "once".to_owned()).await;
    refused(&answer, "SignatureNonceUsed");
}

#[tokio::test]
async fn a_wrong_signature_uses_no_nonce_up() {
    let sandbox = sandbox(2, STEP).await;
    let forged = sent(&sandbox, |call| {
        call.nonce = "mine".to_owned();
        call.secret = "wrong".to_owned();
    })
    .await;
    refused(&forged, "SignatureDoesNotMatch");
    let answer = sent(&sandbox, |call| call.nonce = "mine".to_owned()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn refuses_a_request_without_or_with_half_a_signature() {
    let sandbox = sandbox(2, STEP).await;
    for (name, value) in [
        ("authorization", ""),
        ("authorization", "ACS3-HMAC-SHA256 Credential=x"),
        ("x-acs-signature-nonce", ""),
        ("x-acs-content-sha256", ""),
        ("x-acs-date", ""),
    ] {
        let answer = sent(&sandbox, |call| {
            call.tamper = vec![(name, value.to_owned())];
        })
        .await;
        refused(&answer, "IncompleteSignature");
    }
}

#[tokio::test]
async fn refuses_a_body_that_is_not_the_one_declared() {
    let sandbox = sandbox(2, STEP).await;
    let tamper = vec![("x-acs-content-sha256", "0".repeat(64))];
    let answer = sent(&sandbox, |call| call.tamper = tamper).await;
    refused(&answer, "SignatureDoesNotMatch");
}

#[tokio::test]
async fn refuses_a_changed_action() {
    let sandbox = sandbox(2, STEP).await;
    let tamper = vec![("x-acs-action", "BatchEventRebootInstance".to_owned())];
    let answer = sent(&sandbox, |call| call.tamper = tamper).await;
    refused(&answer, "SignatureDoesNotMatch");
}

#[tokio::test]
async fn refuses_an_unknown_action_and_version() {
    let sandbox = sandbox(2, STEP).await;
    for action in ["DescribeEverything", "ListScheduledEvents"] {
        let answer = sent(&sandbox, |call| call.action = action.to_owned()).await;
        assert_eq!(
            (answer.status, answer.code()),
            (404, "InvalidAction.NotFound")
        );
    }
    let answer = sent(&sandbox, |call| call.version = "2013-01-10".to_owned()).await;
    assert_eq!((answer.status, answer.code()), (404, "InvalidVersion"));
}
