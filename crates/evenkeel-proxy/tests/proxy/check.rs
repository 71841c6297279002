//! `evenkeel accounts check`: what it makes of a cloud's answers.

use std::time::{Duration, SystemTime};

use evenkeel_proxy::{
    Upstream,
    check::{Check, names_off},
};
use insta::assert_snapshot;

use crate::{
    client::{TOKEN, accounts},
    cloud::{Behaviour, Cloud, dead},
};

const ENS: usize = 0;
const HUAWEI: usize = 1;

async fn check(endpoint: &str, account: usize) -> Check {
    let upstream = Upstream::new(Duration::from_secs(1)).unwrap();
    Check::run(&accounts(endpoint)[account], &upstream).await
}

async fn shown(account: usize, head: &str, body: &str) -> String {
    let cloud = Cloud::answering(head, body).await;
    let check = check(&cloud.endpoint, account).await;
    format!("{} {check}", if check.is_ok() { "✓" } else { "✗" })
}

/// A `Date` header that makes this machine's clock look `minutes` ahead.
fn date(minutes: u64) -> String {
    let then = SystemTime::now() - Duration::from_secs(minutes * 60 + 1);
    format!("date: {}", httpdate::fmt_http_date(then))
}

#[tokio::test]
async fn says_that_an_account_works() {
    let body = r#"{"RequestId":"R","PageNumber":1,"PageSize":1,"TotalCount":7,"Events":[]}"#;
    assert_snapshot!(shown(ENS, "200 OK", body).await, @"✓ edge: ok, 7 events");
    assert_snapshot!(shown(HUAWEI, "200 OK", r#"{"events":[]}"#).await, @"✓ core: ok, may list events");
}

#[tokio::test]
async fn says_what_to_grant() {
    let body = r#"{"RequestId":"R","Code":"NoPermission","Message":"Permission denied."}"#;
    assert_snapshot!(shown(ENS, "400 Bad Request", body).await, @"✗ edge: the key is good, but may not list events: grant `ens:DescribeHistoryEvents` (NoPermission: Permission denied.)");
    let body = r#"{"error":{"code":"Ecs.0003","message":"Policy does not allow it."}}"#;
    assert_snapshot!(shown(HUAWEI, "403 Forbidden", body).await, @"✗ core: the key is good, but may not list events: grant `ecs:instanceScheduledEvents:list` (Ecs.0003: Policy does not allow it.)");
}

#[tokio::test]
async fn tells_a_wrong_secret_from_an_unknown_key() {
    let body = r#"{"RequestId":"R","Code":"SignatureDoesNotMatch","Message":"server string: canary-token-91ab"}"#;
    assert_snapshot!(shown(ENS, "400 Bad Request", body).await, @"✗ edge: the secret is not this access key's: check `access_key_secret` (SignatureDoesNotMatch)");
    let body = r#"{"RequestId":"R","Code":"InvalidAccessKeyId.NotFound","Message":"Specified access key is not found."}"#;
    assert_snapshot!(shown(ENS, "404 Not Found", body).await, @"✗ edge: the cloud knows no such access key: check `access_key_id`, or whether it was deleted or disabled (InvalidAccessKeyId.NotFound)");
    let body =
        r#"{"error_msg":"verify aksk signature fail","error_code":"APIGW.0301","request_id":"r"}"#;
    assert_snapshot!(shown(HUAWEI, "401 Unauthorized", body).await, @"✗ core: the key or its secret is refused: check `access_key_id`, `access_key_secret` and `security_token` (APIGW.0301); after five failures in a row the cloud locks a key for five minutes");
}

#[tokio::test]
async fn says_what_is_wrong_with_a_key_or_its_token_and_what_to_do() {
    for (code, advice) in [
        (
            "Forbidden.AccessKeyDisabled",
            "the access key is disabled: enable it",
        ),
        (
            "InvalidSecurityToken.Expired",
            "the security token has run out: get new temporary credentials",
        ),
        (
            "InvalidSecurityToken.Malformed",
            "the security token is damaged or another key's",
        ),
        (
            "MissingSecurityToken",
            "this is a temporary key, and its token is missing: configure `security_token`",
        ),
        (
            "IllegalTimestamp",
            "this machine's clock is off, more than the 15 minutes",
        ),
    ] {
        let body = format!(r#"{{"RequestId":"R","Code":"{code}","Message":"{TOKEN}"}}"#);
        let said = shown(ENS, "400 Bad Request", &body).await;
        assert!(said.contains(advice), "{code}: {said}");
        assert!(said.contains(code) && !said.contains(TOKEN), "{said}");
    }
}

#[tokio::test]
async fn says_how_far_off_the_clock_is() {
    let body = r#"{"RequestId":"R","Code":"InvalidTimeStamp.Expired","Message":"expired"}"#;
    let answer = shown(ENS, &format!("400 Bad Request\r\n{}", date(20)), body).await;
    assert!(answer.contains("this machine's clock is 20m"), "{answer}");
    assert!(
        answer.contains("ahead, more than the 15 minutes"),
        "{answer}"
    );
    let body =
        r#"{"error_msg":"verify aksk signature fail","error_code":"APIGW.0301","request_id":"r"}"#;
    let answer = shown(HUAWEI, &format!("401 Unauthorized\r\n{}", date(30)), body).await;
    assert!(answer.contains("this machine's clock is 30m"), "{answer}");
    let answer = shown(
        HUAWEI,
        &format!("200 OK\r\n{}", date(3)),
        r#"{"events":[]}"#,
    )
    .await;
    assert!(answer.starts_with("✓"), "{answer}");
    assert!(
        answer.contains("ahead: beyond 15 minutes the cloud refuses"),
        "{answer}"
    );
}

#[tokio::test]
async fn says_what_else_went_wrong() {
    let body = r#"{"Code":"Throttling.User","Message":"slow"}"#;
    assert_snapshot!(shown(ENS, "400 Bad Request", body).await, @"✗ edge: the cloud is throttling this account; the credentials were not refused, try again later (Throttling.User)");
    let body = r#"{"Code":"ServiceUnavailable","Message":"The service is unavailable."}"#;
    assert_snapshot!(shown(ENS, "503 Service Unavailable", body).await, @"✗ edge: refused with HTTP 503: ServiceUnavailable: The service is unavailable.");
    assert_snapshot!(shown(ENS, "200 OK", "<html>").await, @"✗ edge: HTTP 200: the cloud's answer is not JSON (line 1, column 1: expected a value); is `endpoint` this cloud's?");
    let endpoint = dead().await;
    let unreachable = check(&endpoint, ENS).await.to_string();
    assert_snapshot!(unreachable.replace(endpoint.trim_start_matches("http://"), "[host]"), @"edge: [host] could not be reached: Connection refused (os error 111)");
    let cloud = Cloud::start(Behaviour::Hang).await;
    let silent = check(&cloud.endpoint, ENS).await.to_string();
    assert_snapshot!(silent.replace(cloud.endpoint.trim_start_matches("http://"), "[host]"), @"edge: [host] did not answer in time");
}

#[tokio::test]
async fn says_what_to_grant_for_names_without_which_the_account_works() {
    let off = async |account: usize, head: &str, body: &str| {
        let cloud = Cloud::answering(head, body).await;
        let upstream = Upstream::new(Duration::from_secs(1)).unwrap();
        names_off(&accounts(&cloud.endpoint)[account], &upstream).await
    };
    let body = r#"{"RequestId":"R","Code":"NoPermission","Message":"Permission denied."}"#;
    let said = off(ENS, "400 Bad Request", body).await.unwrap();
    assert_snapshot!(said, @"names are off: grant `ens:DescribeInstances` and `ens:ListTagResources` (NoPermission: Permission denied.)");
    let body = r#"{"error":{"code":"Ecs.0003","message":"Policy does not allow it."}}"#;
    let said = off(HUAWEI, "403 Forbidden", body).await.unwrap();
    assert_snapshot!(said, @"names are off: grant `ecs:cloudServers:listServersDetails` (Ecs.0003: Policy does not allow it.)");
    let body = format!(r#"{{"RequestId":"R","Code":"SignatureDoesNotMatch","Message":"{TOKEN}"}}"#);
    let said = off(ENS, "400 Bad Request", &body).await.unwrap();
    assert_snapshot!(said, @"names are off: SignatureDoesNotMatch");
    let said = off(HUAWEI, "200 OK", "<html>").await.unwrap();
    assert!(
        said.starts_with("names are off: HTTP 200: the cloud's answer is not JSON"),
        "{said}"
    );
    // What may be asked about nobody's resource may be asked about others.
    let body = r#"{"error":{"code":"Ecs.0114","message":"The server does not exist."}}"#;
    assert_eq!(off(HUAWEI, "404 Not Found", body).await, None);
    assert_eq!(
        off(HUAWEI, "200 OK", r#"{"count":0,"servers":[]}"#).await,
        None
    );
}
