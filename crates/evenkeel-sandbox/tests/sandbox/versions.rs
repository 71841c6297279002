//! Clouds of one vendor are called at one address, and told apart by the version of the call.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::ecs_sandbox;

const STEP: Duration = Duration::from_mins(10);
const LIST: &str = "DescribeInstanceHistoryEvents";

#[tokio::test]
async fn a_call_of_an_unknown_version_is_refused_and_the_log_tells_whose_each_is() {
    let sandbox = ecs_sandbox(4, STEP).await;
    let mut call = sandbox.ens_call(LIST, &[]);
    call.version = "2013-01-10".to_owned();
    let answer = sandbox.send_ens(&call).await.unwrap();
    assert_eq!((answer.status, answer.code()), (404, "InvalidVersion"));
    let ens = sandbox.ens(LIST, &[]).await;
    assert_eq!(ens.code(), "InvalidAction.NotFound");
    let ecs = sandbox.ecs("DescribeHistoryEvents", &[]).await;
    assert_eq!(ecs.code(), "InvalidAction.NotFound");
    // Both have an operation of this name.
    sandbox.ens("DescribeInstances", &[]).await;
    sandbox.ecs("DescribeInstances", &[]).await;
    sandbox.ecs("DescribeInstances", &[]).await;
    // With RPC v1 the version is a parameter.
    let mut call = sandbox.ens_call(LIST, &[("RegionId", "cn-hangzhou")]);
    call.version = "2014-05-26".to_owned();
    assert_eq!(sandbox.send_rpc1(&call).await.status, 200);
    let calls = sandbox
        .control(Method::GET, "calls", &Value::Null)
        .await
        .body;
    assert_eq!(
        calls["providers"],
        json!({"ens": {"DescribeInstances": 1}, "alibaba-ecs": {"DescribeInstances": 2, LIST: 1}})
    );
    assert_eq!(calls["operations"]["DescribeInstances"], 3);
    let providers: Vec<&str> = calls["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call["provider"].as_str().unwrap())
        .collect();
    assert_eq!(
        providers,
        [
            "ens",
            "ens",
            "alibaba-ecs",
            "ens",
            "alibaba-ecs",
            "alibaba-ecs",
            "alibaba-ecs"
        ]
    );
}

#[tokio::test]
async fn a_call_that_is_too_large_is_refused_by_the_cloud_that_it_is_for() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let mut call = sandbox.ens_call(LIST, &[]);
    call.version = "2014-05-26".to_owned();
    call.form = vec![("Much".to_owned(), "x".repeat(1024 * 1024))];
    let answer = sandbox.send_ens(&call).await.unwrap();
    assert_eq!(
        (answer.status, answer.code()),
        (413, "RequestEntityTooLarge")
    );
    assert_eq!(sandbox.log(0).await[0]["provider"], "alibaba-ecs");
}
