//! Events and the orders for them: each tells of the other.

use evenkeel::{Action, Provider, StateKind};
use evenkeel_api::{ItemReason, ItemState};
use evenkeel_store::{
    Changes, Db, Topic,
    journal::{Created, Destination, Expected, Intent, NewBatch, NewItem, NextState},
};
use serde_json::json;

use crate::world::{event, stores, walk};

const NOW: i64 = 1_800_000_000_000;

fn destination() -> Destination {
    Destination {
        cloud: "ens https://ens.aliyuncs.com ".to_owned(),
        region: "cn-hangzhou".to_owned(),
    }
}

pub(crate) async fn order(db: &Db, id: &str, events: &[&str]) {
    let batch = NewBatch {
        id: id.to_owned(),
        account: "edge".to_owned(),
        destination: destination(),
        action: Action::Reboot,
        created_at: NOW,
        by: evenkeel_api::Caller::local(),
        retry_of: None,
        retried: Vec::new(),
        idempotency_key: id.to_owned(),
        body_digest: "d".to_owned(),
        issues: "[]".to_owned(),
        password_at: None,
        approval: None,
    };
    let items: Vec<NewItem> = events
        .iter()
        .map(|event| NewItem {
            event_id: (*event).to_owned(),
            resource_id: format!("i-{event}"),
            plan_at: None,
            data_policy: None,
            takes_password: false,
            due_at: 0,
        })
        .collect();
    let created = db.create_batch(&batch, &items).await.unwrap();
    assert_eq!(created, Created::New);
}

async fn become_(db: &Db, id: &str, index: u32, states: &[ItemState], to: &NextState<'_>) {
    let mut tx = db.begin().await.unwrap();
    let from = Expected { states, call: None };
    let moved = tx.move_items(id, &[index], from, to, NOW).await.unwrap();
    assert_eq!(moved, [index]);
    tx.commit().await.unwrap();
}

async fn accept(db: &Db, id: &str, index: u32) {
    let mut tx = db.begin().await.unwrap();
    let call_id = format!("call-{id}-{index}");
    let intent = Intent {
        call_id: &call_id,
        batch_id: id,
        indexes: &[index],
        signed_at: NOW,
        is_looked_at: false,
    };
    tx.intend(&intent, NOW).await.unwrap();
    tx.commit().await.unwrap();
    let to = NextState::state(ItemState::Accepted);
    become_(db, id, index, &[ItemState::Sending], &to).await;
}

/// What the stream would tell after a place.
async fn told(db: &Db, after: i64) -> Vec<(Topic, String, Option<String>)> {
    let changes = match db.changes_after(after, 100).await.unwrap() {
        Changes::Rows { changes, .. } => changes,
        Changes::Reset { .. } => Vec::new(),
    };
    changes
        .into_iter()
        .map(|(_, change)| (change.topic, change.subject, change.detail))
        .collect()
}

#[tokio::test]
async fn an_item_tells_how_far_the_cloud_is_with_what_it_took() {
    for (db, _database) in stores().await {
        let state = |state: &str| event("e-1", json!({"state": {"raw": state}}));
        walk(&db, "edge", &[state("Inquiring")], 1_000).await;
        order(&db, "b", &["e-1", "e-2"]).await;
        let how_far = async |index| {
            db.batch_item("b", index)
                .await
                .unwrap()
                .unwrap()
                .item
                .maintenance
        };
        assert_eq!(how_far(0).await, None, "nothing was ordered yet");
        accept(&db, "b", 0).await;
        accept(&db, "b", 1).await;
        assert_eq!(how_far(0).await, Some(StateKind::Inquiring));
        assert_eq!(how_far(1).await, None, "nobody has seen its event");

        let head = db.head().await.unwrap();
        walk(&db, "edge", &[state("Failed")], 2_000).await;
        assert_eq!(how_far(0).await, Some(StateKind::Failed));
        let batch = db.batch_summary("b").await.unwrap().unwrap();
        assert_eq!(batch.counts.accepted, 2);
        assert_eq!(batch.maintenance, [(StateKind::Failed, 1)].into());
        let told = told(&db, head).await;
        assert!(
            told.contains(&(Topic::Batch, "b".to_owned(), None)),
            "{told:?}"
        );
        let items = (Topic::Items, "b".to_owned(), Some("0".to_owned()));
        assert!(told.contains(&items), "{told:?}");
    }
}

#[tokio::test]
async fn of_an_event_that_goes_before_it_has_ended_nobody_knows_the_end() {
    for (db, _database) in stores().await {
        let events = [
            event("e-1", json!({"state": {"raw": "Executing"}})),
            event("e-2", json!({"state": {"raw": "Executed"}})),
        ];
        walk(&db, "edge", &events, 1_000).await;
        order(&db, "b", &["e-1", "e-2"]).await;
        accept(&db, "b", 0).await;
        accept(&db, "b", 1).await;
        walk(&db, "edge", &[], 2_000).await;
        walk(&db, "edge", &[], 3_000).await;
        let batch = db.batch_summary("b").await.unwrap().unwrap();
        assert_eq!(
            batch.maintenance,
            [(StateKind::Completed, 1), (StateKind::Other, 1)].into()
        );
    }
}

#[tokio::test]
async fn an_event_names_the_items_that_may_still_act_on_it() {
    for (db, _database) in stores().await {
        walk(&db, "edge", &[event("e-1", json!({}))], 1_000).await;
        let n = db
            .event_life("edge", "e-1", None)
            .await
            .unwrap()
            .unwrap()
            .event
            .n;
        let head = db.head().await.unwrap();
        order(&db, "b1", &["e-1"]).await;
        let items = (Topic::Items, "b1".to_owned(), Some("0".to_owned()));
        assert!(
            told(&db, head).await.contains(&items),
            "an order that waits is told"
        );
        order(&db, "b2", &["e-1"]).await;
        let open = async || {
            let open = db.open_items_on(&[n]).await.unwrap().remove(&n);
            let of = |item: evenkeel_api::EventItem| (item.batch_id, item.action, item.state);
            open.unwrap_or_default()
                .into_iter()
                .map(of)
                .collect::<Vec<_>>()
        };
        let queued = |id: &str| (id.to_owned(), Action::Reboot, ItemState::Queued);
        assert_eq!(open().await, [queued("b1"), queued("b2")]);
        let to = NextState::state(ItemState::NotSent).because(ItemReason::Cancelled);
        become_(&db, "b1", 0, &[ItemState::Queued], &to).await;
        assert_eq!(open().await, [queued("b2")]);
        accept(&db, "b2", 0).await;
        let to = NextState::state(ItemState::Confirmed);
        become_(&db, "b2", 0, &[ItemState::Accepted], &to).await;
        assert_eq!(open().await, []);
    }
}

#[tokio::test]
async fn what_another_order_stood_in_the_way_of_is_not_retried() {
    for (db, _database) in stores().await {
        let reasons = [
            ItemReason::Cancelled,
            ItemReason::EventInFlight,
            ItemReason::AlreadyAccepted,
        ];
        order(&db, "b", &["e-1", "e-2", "e-3"]).await;
        for (index, reason) in (0..).zip(reasons) {
            let to = NextState::state(ItemState::NotSent).because(reason);
            become_(&db, "b", index, &[ItemState::Queued], &to).await;
        }
        let batch = db.batch_summary("b").await.unwrap().unwrap();
        assert_eq!((batch.counts.not_sent, batch.retryable), (3, 1));
        let failed = db.failed_items("b").await.unwrap();
        let events: Vec<_> = failed.iter().map(|item| item.event_id.as_str()).collect();
        assert_eq!(events, ["e-1"]);
    }
}

#[tokio::test]
async fn a_batch_from_before_destinations_is_of_the_cloud_that_its_accounts_events_are_of() {
    for (db, _database) in stores().await {
        order(&db, "b", &["1"]).await;
        let mut tx = db.begin().await.unwrap();
        // As one was that no account was left for when destinations came.
        evenkeel_store::sqlx::query("UPDATE batches SET cloud = NULL, region = NULL")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let provider = async || {
            let summary = db.batch_summary("b").await.unwrap();
            summary.unwrap().provider
        };
        assert_eq!(provider().await, Provider::Ens, "the first that reboots");
        let huawei = event("1", json!({"provider": "huawei-ecs"}));
        walk(&db, "edge", &[huawei], NOW).await;
        assert_eq!(provider().await, Provider::HuaweiEcs);
    }
}

#[tokio::test]
async fn a_batchs_counts_and_its_items_are_of_one_time() {
    for (db, _database) in stores().await {
        order(&db, "b", &["1", "2", "3", "4"]).await;
        let moving = db.clone();
        let mover = tokio::spawn(async move {
            let to = NextState::state(ItemState::NotSent).because(ItemReason::Cancelled);
            for index in 0..4 {
                become_(&moving, "b", index, &[ItemState::Queued], &to).await;
            }
        });
        let mut seen = 4;
        while seen > 0 {
            let batch = db.batch("b").await.unwrap().unwrap();
            let queued = batch
                .items
                .iter()
                .filter(|item| item.state == ItemState::Queued);
            seen = batch.summary.counts.queued;
            assert_eq!(seen, queued.count() as u64);
        }
        mover.await.unwrap();
    }
}
