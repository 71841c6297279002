//! Clouds whose lists end otherwise than they say.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Json, Router, extract::RawQuery};
use evenkeel::Provider;
use evenkeel_api::{AccountPhase, FailureCode};
use evenkeel_testkit::account_at;
use serde_json::{Value, json};

use crate::world::{fast, on_each_database, status};

/// A cloud that answers every query with what `answer` makes of it.
async fn cloud(answer: impl Fn(&str) -> Value + Clone + Send + Sync + 'static) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(move |RawQuery(query): RawQuery| {
        let answer = answer(&query.unwrap_or_default());
        async move { Json(answer) }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn parameter(query: &str, name: &str) -> Option<String> {
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        .map(str::to_owned)
}

/// Of 120 events never more than 50 on a page, whatever size is asked for and repeated in the answer.
fn capped(query: &str, hidden: usize) -> Value {
    let number = |name| -> usize { parameter(query, name).unwrap().parse().unwrap() };
    let (page, asked) = (number("PageNumber"), number("PageSize"));
    let size = asked.min(50);
    let events: Vec<Value> = ((page - 1) * size..(page * size).min(120 - hidden))
        .map(|n| {
            json!({"EventId": format!("e-{n}"), "ResourceId": "i-1", "EventStatus": "Inquiring",
            "EventType": "Instance:SystemMaintenance.Reboot"})
        })
        .collect();
    json!({"RequestId": "R", "PageNumber": page, "PageSize": asked, "TotalCount": 120, "Events": events})
}

fn marked(ids: std::ops::Range<usize>, marker: &Value) -> Value {
    let events: Vec<Value> = ids
        .map(|n| json!({"id": format!("h-{n}"), "instance_id": "v-1", "state": "inquiring", "type": "instance-reboot"}))
        .collect();
    json!({"events": events, "page_info": {"next_marker": marker}})
}

on_each_database! {
    async fn a_cloud_that_serves_fewer_than_were_asked_for_loses_nothing(world: &SyncWorld, 0) {
        let address = cloud(|query| capped(query, 0)).await;
        let accounts = vec![account_at("edge", Provider::Ens, address)];
        let proxy = world.proxy_with(accounts, fast(1_000)).await;
        let page = world.until_walked(&proxy).await;
        assert_eq!(page.total, 120);
        assert_eq!(status(&page, "edge").phase, AccountPhase::Ok);
        proxy.stop().await;
    }

    async fn a_total_that_is_not_reached_is_told_and_makes_nothing_gone(world: &SyncWorld, 0) {
        let hidden = Arc::new(AtomicUsize::new(0));
        let told = Arc::clone(&hidden);
        let address = cloud(move |query| capped(query, told.load(Ordering::SeqCst))).await;
        let accounts = vec![account_at("edge", Provider::Ens, address)];
        let proxy = world.proxy_with(accounts, fast(1_000)).await;
        world.until_walked(&proxy).await;
        hidden.store(30, Ordering::SeqCst);
        for _ in 0..3 {
            world.advance(120_000).await;
            let now = world.now();
            world.until(&proxy, "told", |page| {
                status(page, "edge").error.as_ref().is_some_and(|error| error.at.as_millis() >= now)
            }).await;
        }
        let page = world.events(&proxy, "limit=1").await;
        let edge = status(&page, "edge");
        assert_eq!((page.total, edge.phase), (120, AccountPhase::Failing));
        let error = edge.error.as_ref().unwrap();
        assert_eq!(error.code, FailureCode::Incomplete);
        assert_eq!(error.detail, "the cloud counts 120 events and lists 90 of them");
        hidden.store(0, Ordering::SeqCst);
        let page = world.walk_again(&proxy).await;
        assert_eq!(status(&page, "edge").phase, AccountPhase::Ok);
        assert_eq!(status(&page, "edge").error, None);
        proxy.stop().await;
    }

    async fn a_circle_of_markers_is_left_at_once_and_told(world: &SyncWorld, 0) {
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let address = cloud(move |query| {
            counted.fetch_add(1, Ordering::SeqCst);
            match parameter(query, "marker").as_deref() {
                None => marked(0..2, &"A".into()),
                Some("A") => marked(2..4, &"B".into()),
                _ => marked(4..6, &"A".into()),
            }
        }).await;
        let accounts = vec![account_at("core", Provider::HuaweiEcs, address)];
        let proxy = world.proxy_with(accounts, fast(1_000)).await;
        // A page counts as of where its stream begins, and says how the account stands a moment later.
        let page = world.until(&proxy, "told", |page| {
            page.total == 6 && status(page, "core").error.is_some()
        }).await;
        assert_eq!(status(&page, "core").error.as_ref().unwrap().code, FailureCode::Endless);
        assert_eq!(calls.load(Ordering::SeqCst), 3);
        proxy.stop().await;
    }

    async fn a_marker_may_be_a_number(world: &SyncWorld, 0) {
        let address = cloud(|query| match parameter(query, "marker").as_deref() {
            None => marked(0..1, &2.into()),
            Some("2") => marked(1..2, &3.into()),
            _ => marked(2..3, &Value::Null),
        }).await;
        let accounts = vec![account_at("core", Provider::HuaweiEcs, address)];
        let proxy = world.proxy_with(accounts, fast(1_000)).await;
        let page = world.until_walked(&proxy).await;
        assert_eq!((page.total, status(&page, "core").phase), (3, AccountPhase::Ok));
        proxy.stop().await;
    }
}
