//! `GET /api/v1/accounts`, `GET /healthz` and `GET /readyz`

use evenkeel_store::{Db, StoreUrl};
use insta::assert_snapshot;

use crate::client::{get, on_store, proxy};

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
          "items_per_call": 20,
          "provider": "ens",
          "region": "cn-hangzhou",
          "sandbox": false
        },
        {
          "endpoint": "http://127.0.0.1:9",
          "id": "core",
          "items_per_call": 1,
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
async fn is_ready_as_long_as_its_store_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ek.db");
    let store = Db::open(&StoreUrl::file(&path)).await.unwrap();
    let router = on_store(store).await;
    assert_snapshot!(get(&router, "/readyz", &[]).await.redacted(), @r#"
    200 OK application/json
    {
      "status": "ok"
    }
    "#);
    std::fs::rename(&path, folder.path().join("away.db")).unwrap();
    let said = get(&router, "/readyz", &[]).await.redacted();
    assert_snapshot!(said.replace(folder.path().to_str().unwrap(), "[folder]"), @r#"
    503 Service Unavailable application/problem+json
    {
      "code": "store_unavailable",
      "detail": "the store is no longer the file that was opened (`[folder]/ek.db` was removed or moved away): put that back, or stop evenkeel, and start it with the file that is meant",
      "request_id": "[id]",
      "status": 503,
      "title": "Service Unavailable"
    }
    "#);
    // It answers all the same.
    assert_eq!(get(&router, "/healthz", &[]).await.head.status(), 200);
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
