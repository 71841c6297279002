//! Taking batches.

use axum::http::StatusCode;
use serde_json::json;

use crate::testbed::{on_each_database, reboots};

on_each_database! {
    async fn the_same_key_gives_the_same_batch(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let (status, first) = proxy.post("batches", "k1", &reboots(0..3)).await;
        assert_eq!(status, StatusCode::CREATED);
        let (status, again) = proxy.post("batches", "k1", &reboots(0..3)).await;
        assert_eq!((status, &again["id"]), (StatusCode::OK, &first["id"]));
        let (status, other) = proxy.post("batches", "k1", &reboots(0..4)).await;
        assert_eq!((status, &other["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("idempotency_conflict")));
        let (status, problem) = proxy.post("batches", "k 2", &reboots(0..4)).await;
        assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("idempotency_key_needed")));
        proxy.stop().await;
    }

    async fn of_many_at_once_with_one_key_one_is_taken(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let body = reboots(0..20);
        let posts: Vec<_> = (0..8).map(|_| proxy.post("batches", "one", &body)).collect();
        let answers = futures::future::join_all(posts).await;
        let created = answers.iter().filter(|(status, _)| *status == StatusCode::CREATED).count();
        assert_eq!(created, 1);
        for (status, batch) in &answers {
            assert!([StatusCode::CREATED, StatusCode::OK].contains(status), "{batch}");
            assert_eq!(batch["id"], answers[0].1["id"]);
        }
        let id = answers[0].1["id"].as_str().unwrap();
        testbed.until_sent(&proxy, id).await;
        assert_eq!(testbed.calls().await["totals"], json!({"received": 20, "accepted": 20}));
        proxy.stop().await;
    }

    async fn what_breaks_the_rules_is_refused_with_every_issue(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let mut body = reboots(0..3);
        body["items"][0]["event_id"] = json!("x-1");
        body["items"][2]["when"] = json!({"at": "2020-01-01T00:00:00Z"});
        let (status, problem) = proxy.post("batches", &testbed.key(), &body).await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("invalid_parameters")));
        let places: Vec<_> = problem["issues"].as_array().unwrap().iter().map(|issue| issue["location"].as_str().unwrap()).collect();
        assert_eq!(places, ["items[0].event_id", "items[2].when"]);
        for (change, code) in [
            (json!({"account": "nowhere"}), "unknown_account"),
            (json!({"account": "core"}), "invalid_parameters"),
            (json!({"surprise": 1}), "invalid_parameters"),
        ] {
            let mut body = reboots(0..1);
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let (_, problem) = proxy.post("batches", &testbed.key(), &body).await;
            assert_eq!(problem["code"], code, "{problem}");
        }
        proxy.stop().await;
    }

    async fn warnings_travel_with_the_batch_and_the_password_does_not(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let migrate = |password: Option<&str>| {
            let mut body = json!({"account": "edge", "action": "migrate", "items": [
                {"event_id": "e-0045", "resource_id": "i-0045", "when": "now", "data_policy": "abandon"}]});
            if let Some(password) = password {
                body["password"] = json!(password);
            }
            body
        };
        let (status, batch) = proxy.post("batches", "m", &migrate(Some("Canary77"))).await;
        assert_eq!(status, StatusCode::CREATED, "{batch}");
        assert_eq!(batch["issues"][0]["code"], "loses_data");
        let id = batch["id"].as_str().unwrap();
        testbed.until_sent(&proxy, id).await;
        assert_eq!(testbed.acts("e-0045").await, (1, 1));
        let calls = testbed.calls().await;
        assert!(calls["calls"].to_string().contains("\"Password\""), "it did arrive");
        // The same wish with another password, or none, is the same wish.
        for password in [None, Some("Canary78")] {
            let (status, _) = proxy.post("batches", "m", &migrate(password)).await;
            assert_eq!(status, StatusCode::OK);
        }
        let shown = testbed.item(&proxy, id, 0).await.to_string();
        assert!(!shown.contains("Canary7"), "{shown}");
        let records = proxy.db().audit_after(0, 1000).await.unwrap();
        assert!(records.iter().any(|it| it.record.contains("items.accepted")), "{records:?}");
        assert!(!format!("{records:?}").contains("Canary7"));
        // By HTTP it is the same, page by page.
        let (mut shown, mut after) = (Vec::new(), json!(0));
        while !after.is_null() {
            let page = testbed.get(&proxy, &format!("audit?limit=3&after={after}")).await;
            shown.extend(page["records"].as_array().unwrap().iter().map(|it| it["hash"].clone()));
            after = page["next"].clone();
        }
        let stored: Vec<_> = records.iter().map(|it| json!(it.hash)).collect();
        // It goes on meanwhile.
        assert!(shown.starts_with(&stored), "{shown:?} {stored:?}");
        if let Some(file) = testbed.database.file() {
            proxy.stop().await;
            let stored = std::fs::read(file).unwrap();
            assert!(!stored.windows(7).any(|bytes| bytes == b"Canary7"));
        }
    }

    async fn lists_are_paged_and_filtered(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.insert(0, testbed.batch(&proxy, &reboots([n])).await);
        }
        let page = testbed.get(&proxy, "batches?limit=2").await;
        let of = |page: &serde_json::Value| -> Vec<String> {
            page["batches"].as_array().unwrap().iter().map(|batch| batch["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(of(&page), ids[..2]);
        let next = page["next"].as_str().unwrap();
        let page = testbed.get(&proxy, &format!("batches?limit=4&cursor={next}")).await;
        assert_eq!(of(&page), ids[2..]);
        assert!(page["next"].is_null());
        assert_eq!(of(&testbed.get(&proxy, "batches?account=core").await), [] as [String; 0]);
        for id in &ids {
            testbed.until(&proxy, id, |batch| batch["state"] == "done").await;
        }
        assert_eq!(of(&testbed.get(&proxy, "batches?state=done&limit=5").await), ids);
        assert_eq!(of(&testbed.get(&proxy, "batches?state=paused").await), [] as [String; 0]);
        proxy.stop().await;
    }
}
