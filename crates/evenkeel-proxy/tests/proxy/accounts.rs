//! `GET /api/v1/accounts` and `GET /healthz`

use insta::assert_snapshot;

use crate::client::{get, proxy};

#[tokio::test]
async fn lists_the_accounts_without_what_signs() {
    let router = proxy("http://127.0.0.1:9").await.clone();
    assert_snapshot!(get(&router, "/api/v1/accounts", &[]).await.redacted(), @r#"
    200 OK application/json
    {
      "accounts": [
        {
          "endpoint": "http://127.0.0.1:9",
          "id": "edge",
          "provider": "ens",
          "region": "cn-hangzhou",
          "sandbox": false
        },
        {
          "endpoint": "http://127.0.0.1:9",
          "id": "core",
          "project_id": "p-1",
          "provider": "huawei-ecs",
          "region": "cn-north-4",
          "sandbox": false
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn is_healthy() {
    let router = proxy("http://127.0.0.1:9").await;
    assert_snapshot!(get(&router, "/healthz", &[]).await.redacted(), @r#"
    200 OK application/json
    {
      "status": "ok"
    }
    "#);
}

#[tokio::test]
async fn says_that_nothing_is_at_an_unknown_path() {
    let router = proxy("http://127.0.0.1:9").await;
    assert_snapshot!(get(&router, "/api/v2/accounts", &[]).await.redacted(), @r#"
    404 Not Found application/problem+json
    {
      "code": "not_found",
      "detail": "there is nothing at `/api/v2/accounts`",
      "request_id": "[id]",
      "status": 404,
      "title": "Not Found"
    }
    "#);
}
