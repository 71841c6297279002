//! Temporary keys: id, secret and token belong together.

use std::time::Duration;

use reqwest::Method;

use crate::client::{Answer, TestSandbox, sandbox};

const STEP: Duration = Duration::from_mins(1);
const LIST: [(&str, &str); 1] = [("EventTypes", "Disk:Stalled")];

/// The token that is right, one that is not, and none.
fn tokens(right: &str) -> [Option<String>; 3] {
    [Some(right.to_owned()), Some("another".to_owned()), None]
}

async fn ens(sandbox: &TestSandbox, token: Option<String>, rpc1: bool) -> Answer {
    let mut call = sandbox.ens_call("DescribeHistoryEvents", &LIST);
    let key = sandbox.ens.temporary;
    (call.key, call.secret, call.token) =
        (key.access_key_id.to_owned(), key.secret.to_owned(), token);
    if rpc1 {
        sandbox.send_rpc1(&call).await
    } else {
        sandbox.send_ens(&call).await.unwrap()
    }
}

#[tokio::test]
async fn ens_wants_the_token_with_either_signature() {
    let sandbox = sandbox(2, STEP).await;
    for rpc1 in [false, true] {
        let [right, wrong, none] = tokens(sandbox.ens.temporary.security_token);
        let answer = ens(&sandbox, right, rpc1).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let answer = ens(&sandbox, wrong, rpc1).await;
        let mismatch = "InvalidSecurityToken.MismatchWithAccessKey";
        assert_eq!((answer.status, answer.code()), (400, mismatch));
        let answer = ens(&sandbox, none, rpc1).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, "MissingSecurityToken")
        );
    }
}

#[tokio::test]
async fn huawei_wants_the_token() {
    let sandbox = sandbox(2, STEP).await;
    let key = sandbox.huawei.temporary;
    for (token, status) in tokens(key.security_token).into_iter().zip([200, 401, 401]) {
        let mut call = sandbox.huawei_call(Method::GET, "", "");
        (call.key, call.secret) = (key.access_key_id.to_owned(), key.secret.to_owned());
        call.token = token;
        let answer = sandbox.send_huawei(&call).await.unwrap();
        assert_eq!(answer.status, status, "{answer:?}");
        if status == 401 {
            assert_eq!(answer.body["error_code"], "APIGW.0301");
            let message = answer.body["error_msg"].as_str().unwrap();
            assert!(message.ends_with("decrypt token fail"), "{message}");
        }
    }
}

#[tokio::test]
async fn a_long_lived_key_comes_without_a_token() {
    let sandbox = sandbox(2, STEP).await;
    let mut call = sandbox.ens_call("DescribeHistoryEvents", &LIST);
    call.token = Some(sandbox.ens.temporary.security_token.to_owned());
    let mismatch = "InvalidSecurityToken.MismatchWithAccessKey";
    assert_eq!(sandbox.send_ens(&call).await.unwrap().code(), mismatch);
    assert_eq!(sandbox.send_rpc1(&call).await.code(), mismatch);
    let mut call = sandbox.huawei_call(Method::GET, "", "");
    call.token = Some(sandbox.huawei.temporary.security_token.to_owned());
    assert_eq!(sandbox.send_huawei(&call).await.unwrap().status, 401);
}
