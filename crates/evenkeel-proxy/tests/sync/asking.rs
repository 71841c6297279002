//! What may be asked of the events, and how.

use axum::http::StatusCode;
use serde_json::json;

use crate::world::{SECOND, fast, on_each_database, status};

on_each_database! {
    async fn an_early_walk_is_asked_for_and_comes(world: &SyncWorld, 3) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        world.advance(5 * SECOND).await;
        let (code, answer) = world.refresh(&proxy, &json!({"accounts": ["edge"]})).await;
        assert_eq!(code, StatusCode::ACCEPTED);
        assert_eq!(answer["accounts"][0]["account"], "edge");
        let page = world.until(&proxy, "walked", |page| {
            status(page, "edge").updated_at.unwrap().as_millis() == world.now()
        }).await;
        assert!(status(&page, "core").updated_at.unwrap().as_millis() < world.now());
        proxy.stop().await;
    }

    async fn pages_follow_each_other(world: &SyncWorld, 25) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let mut ids = Vec::new();
        let mut query = "sort=-id&limit=7".to_owned();
        loop {
            let page = world.events(&proxy, &query).await;
            assert_eq!(page.total, 50);
            ids.extend(page.events.into_iter().map(|event| event.event.id));
            match page.next {
                Some(next) => query = format!("sort=-id&limit=7&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(ids.len(), 50);
        assert!(ids.is_sorted_by(|one, other| one > other), "{ids:?}");
        proxy.stop().await;
    }

    async fn accounts_that_are_configured_no_more_are_not_shown(world: &SyncWorld, 3) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        proxy.stop().await;
        let accounts = vec![world.account("edge", evenkeel::Provider::Ens)];
        let proxy = world.proxy_with(accounts, fast(1_000)).await;
        let page = world.events(&proxy, "facets=true&gone=include").await;
        assert_eq!((page.total, page.accounts.len()), (3, 1));
        assert_eq!(world.events(&proxy, "account=core&facets=true").await.total, 0);
        let (code, body) = proxy.get("events/core/h-0001").await;
        assert_eq!((code, &body["code"]), (StatusCode::NOT_FOUND, &json!("unknown_account")));
        proxy.stop().await;
    }

    async fn what_is_asked_wrongly_is_refused_with_what_would_be_right(world: &SyncWorld, 1) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        for (query, detail) in [
            ("q=a+b+c+d+e+f&q=g+h+i+j+k", "`q` must be at most 10 words"),
            ("limit=0", "`limit` must be a number from 1 to 1000"),
            ("limit=1001", "`limit` must be a number from 1 to 1000"),
            ("sort=size", "`sort` must be one of decide_by, published_at"),
            ("state=melting", "`state` must be one of inquiring, scheduled"),
            ("provider=aws", "`provider` must be one of ens, huawei-ecs, alibaba-ecs"),
            ("gone=maybe", "`gone` must be `exclude`, `include` or `only`"),
            ("facets=1", "`facets` must be `true` or `false`"),
            ("cursor=x", "`cursor` is no cursor of this order"),
            ("colour=red", "there is no parameter `colour`; there are `account`"),
        ] {
            let (code, body) = proxy.get(&format!("events?{query}")).await;
            assert_eq!(code, StatusCode::BAD_REQUEST, "{query}");
            assert_eq!(body["code"], "invalid_parameters");
            let said = body["detail"].as_str().unwrap();
            assert!(said.starts_with(detail), "{query}: {said}");
        }
        let long = format!("events?q={}", "x".repeat(201));
        assert_eq!(proxy.get(&long).await.0, StatusCode::BAD_REQUEST);
        let (code, body) = proxy.get("events/edge/e-9999").await;
        assert_eq!((code, &body["code"]), (StatusCode::NOT_FOUND, &json!("unknown_event")));
        let (code, body) = world.refresh(&proxy, &json!({"accounts": ["nobody"]})).await;
        assert_eq!((code, &body["code"]), (StatusCode::NOT_FOUND, &json!("unknown_account")));
        let (code, body) = world.refresh(&proxy, &json!({"force": true})).await;
        assert_eq!((code, &body["code"]), (StatusCode::BAD_REQUEST, &json!("invalid_parameters")));
        proxy.stop().await;
    }
}
