use std::time::Duration;

use hmac::{Hmac, Mac};
use reqwest::Method;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::client::{Answer, Huawei, TestSandbox, now_ms, sandbox};

const STEP: Duration = Duration::from_secs(5);

async fn sent(sandbox: &TestSandbox, change: impl FnOnce(&mut Huawei)) -> Answer {
    let mut call = sandbox.huawei_call(Method::GET, "", "");
    change(&mut call);
    sandbox.send_huawei(&call).await.unwrap()
}

fn unauthorized(answer: &Answer) {
    assert_eq!(answer.status, 401, "{answer:?}");
    assert_eq!(answer.body["error_code"], "APIGW.0301");
    let message = answer.body["error_msg"].as_str().unwrap();
    assert!(
        message.starts_with("Incorrect IAM authentication information: "),
        "{message}"
    );
    assert_eq!(answer.header("x-request-id"), answer.body["request_id"]);
}

fn sdk_date() -> String {
    let now = chrono::DateTime::from_timestamp_millis(now_ms()).unwrap();
    now.format("%Y%m%dT%H%M%SZ").to_string()
}

#[tokio::test]
async fn answers_a_signed_list() {
    let sandbox = sandbox(20, STEP).await;
    let answer = sent(&sandbox, |_| ()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(!answer.header("x-request-id").is_empty());
}

#[tokio::test]
async fn refuses_a_wrong_signature_an_unknown_key_and_none() {
    let sandbox = sandbox(2, STEP).await;
    let answer = sent(&sandbox, |call| call.secret = "wrong".to_owned()).await;
    unauthorized(&answer);
    assert_eq!(
        answer.body["error_msg"],
        "Incorrect IAM authentication information: verify aksk signature fail"
    );
    unauthorized(&sent(&sandbox, |call| call.key = "SOMEBODY".to_owned()).await);
    for (name, value) in [
        ("authorization", ""),
        ("authorization", "Bearer x"),
        ("x-sdk-date", ""),
        ("x-sdk-date", "now"),
    ] {
        unauthorized(
            &sent(&sandbox, |call| {
                call.tamper = vec![(name, value.to_owned())];
            })
            .await,
        );
    }
}

#[tokio::test]
async fn refuses_a_clock_more_than_fifteen_minutes_off() {
    let sandbox = sandbox(2, STEP).await;
    for minutes in [-16, 16] {
        unauthorized(&sent(&sandbox, |call| call.shift_ms = minutes * 60_000).await);
    }
    for minutes in [-14, 14] {
        let answer = sent(&sandbox, |call| call.shift_ms = minutes * 60_000).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

#[tokio::test]
async fn refuses_another_project() {
    let sandbox = sandbox(2, STEP).await;
    let answer = sent(&sandbox, |call| {
        call.path = "/v3/0123abcd/instance-scheduled-events".to_owned();
    })
    .await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert_eq!(answer.body["error"]["code"], "Ecs.0003");
}

#[tokio::test]
async fn knows_no_other_path_or_method() {
    let sandbox = sandbox(2, STEP).await;
    for (method, path) in [
        (Method::GET, "/v3/p/servers"),
        (Method::DELETE, "/v3/p/instance-scheduled-events/x"),
        (Method::GET, "/v3/p/instance-scheduled-events/x"),
        (Method::POST, "/v3/p/instance-scheduled-events"),
        (Method::GET, "/favicon.ico"),
    ] {
        let answer = sent(&sandbox, |call| {
            call.method = method;
            call.path = path.to_owned();
        })
        .await;
        assert_eq!(answer.status, 404, "{answer:?}");
        assert_eq!(answer.body["error_code"], "APIGW.0101");
    }
}

#[tokio::test]
async fn refuses_an_unsigned_body_on_a_call_that_acts() {
    let sandbox = sandbox(20, STEP).await;
    let event = sandbox.huawei_events(&[("state", "inquiring")]).await[0].clone();
    let call = sandbox.huawei_call(
        Method::POST,
        &format!("/{}/actions/accept", event["id"].as_str().unwrap()),
        "{}",
    );
    // Signed by hand: our own signer declares no body unsigned.
    let (host, date) = (sandbox.address.to_string(), sdk_date());
    let names = "host;x-sdk-content-sha256;x-sdk-date";
    let canonical = format!(
        "POST\n{}/\n\nhost:{host}\nx-sdk-content-sha256:UNSIGNED-PAYLOAD\nx-sdk-date:{date}\n\n{names}\nUNSIGNED-PAYLOAD",
        call.path
    );
    let to_sign = format!(
        "SDK-HMAC-SHA256\n{date}\n{}",
        format_args!("{:x}", Sha256::digest(canonical))
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(call.secret.as_bytes()).unwrap();
    mac.update(to_sign.as_bytes());
    let signature = format!("{:x}", mac.finalize().into_bytes());
    let headers = [
        ("x-sdk-content-sha256", "UNSIGNED-PAYLOAD".to_owned()),
        ("x-sdk-date", date),
        (
            "authorization",
            format!(
                "SDK-HMAC-SHA256 Access={}, SignedHeaders={names}, Signature={signature}",
                call.key
            ),
        ),
    ];
    let headers = headers
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
    let url = format!("http://{host}{}", call.path);
    let answer = sandbox
        .send(Method::POST, &url, headers, &[], call.body)
        .await
        .unwrap();
    unauthorized(&answer);
    let message = answer.body["error_msg"].as_str().unwrap();
    assert!(
        message.ends_with("the body of a call that acts must be signed"),
        "{message}"
    );
    assert_eq!(sandbox.huawei_state(&event).await, "inquiring");
}

#[tokio::test]
async fn refuses_a_body_changed_on_the_way() {
    let sandbox = sandbox(20, STEP).await;
    let event = sandbox.huawei_events(&[("state", "inquiring")]).await[0].clone();
    let path = format!("/{}/actions/accept", event["id"].as_str().unwrap());
    let call = sandbox.huawei_call(Method::POST, &path, "{}");
    let mut other = call.clone();
    other.body = json!({"not_before": "2099-01-01T00:00:00Z"}).to_string();
    let answer = sandbox.send_huawei(&other).await.unwrap();
    assert_eq!(
        answer.status, 400,
        "signed itself, it only comes too late: {answer:?}"
    );
    let url = format!("http://{}{}", sandbox.address, call.path);
    let signed = evenkeel_sign::huawei::sign(
        &evenkeel_sign::SignableRequest {
            method: "POST",
            host: &sandbox.address.to_string(),
            path: &call.path,
            query: &[],
            headers: &call.headers,
            body: call.body.as_bytes(),
        },
        &evenkeel_sign::Credentials::new(call.key.as_str(), call.secret.as_str()),
        now_ms(),
    )
    .unwrap();
    unauthorized(
        &sandbox
            .send(Method::POST, &url, signed.headers, &[], other.body)
            .await
            .unwrap(),
    );
}
