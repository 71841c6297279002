//! Who did what: every change that a person causes says so.

use evenkeel::Action;
use evenkeel_api::{
    Actor, BatchStepKind, Caller, HoldReason, ItemReason, ItemState, Login, Principal, ProxyPart,
    SettleAs,
};
use evenkeel_store::{
    Db,
    journal::{Created, Destination, Expected, Hold, NewBatch, NewItem, NextState},
    sqlx,
};
use sqlx::Executor as _;

use crate::databases::on_each_database;

const NOW: i64 = 1_800_000_000_000;

fn caller(name: &str) -> Caller {
    Caller {
        actor: user(name),
        address: None,
        request_id: None,
    }
}

fn user(name: &str) -> Actor {
    Actor {
        who: Principal::User {
            name: name.to_owned(),
        },
        login: Login::Password,
    }
}

async fn order(db: &Db, id: &str, by: &str, retry_of: Option<&str>) {
    let batch = NewBatch {
        id: id.to_owned(),
        account: "edge".to_owned(),
        action: Action::Reboot,
        created_at: NOW,
        by: caller(by),
        retry_of: retry_of.map(str::to_owned),
        retried: retry_of.map(|_| 0).into_iter().collect(),
        destination: Destination {
            cloud: "ens https://ens.aliyuncs.com ".to_owned(),
            region: "cn-hangzhou".to_owned(),
        },
        idempotency_key: format!("key-{id}"),
        body_digest: "d".to_owned(),
        issues: "[]".to_owned(),
        password_at: None,
        approval: None,
    };
    let items: Vec<NewItem> = ["e-1", "e-2"]
        .map(|event| NewItem {
            event_id: event.to_owned(),
            resource_id: "i".to_owned(),
            plan_at: None,
            data_policy: None,
            takes_password: false,
            due_at: 0,
        })
        .into();
    let created = db.create_batch(&batch, &items).await.unwrap();
    assert_eq!(created, Created::New);
}

/// Each step of a batch: what, and who.
async fn steps(db: &Db, id: &str) -> Vec<(BatchStepKind, Option<Actor>)> {
    let batch = db.batch_summary(id).await.unwrap().unwrap();
    let steps = batch.steps.into_iter();
    steps.map(|step| (step.kind, step.by)).collect()
}

/// Who brought an item into each of its states.
async fn life(db: &Db, id: &str, index: u32) -> Vec<(ItemState, Option<Actor>)> {
    let item = db.batch_item(id, index).await.unwrap().unwrap();
    let history = item.history.into_iter();
    history.map(|step| (step.state, step.by)).collect()
}

on_each_database! {
    async fn a_batch_says_who_ordered_held_resumed_cancelled_and_retried_it(fresh: &Fresh) {
        let db = fresh.open().await;
        order(&db, "b1", "ann", None).await;
        db.pause_batch("b1", true, &caller("ben"), NOW + 1).await.unwrap();
        db.pause_batch("b1", false, &caller("cat"), NOW + 2).await.unwrap();
        db.cancel_batch("b1", &caller("dan"), NOW + 3).await.unwrap();
        order(&db, "b2", "eve", Some("b1")).await;

        let batch = db.batch_summary("b1").await.unwrap().unwrap();
        assert_eq!(batch.by, Some(user("ann")));
        assert_eq!(steps(&db, "b1").await, [
            (BatchStepKind::Paused, Some(user("ben"))),
            (BatchStepKind::Resumed, Some(user("cat"))),
            (BatchStepKind::Cancelled, Some(user("dan"))),
            (BatchStepKind::Retried, Some(user("eve"))),
        ]);
        let last = batch.steps.last().unwrap();
        assert_eq!((last.detail.as_deref(), last.at.as_millis()), (Some("b2"), NOW));
        assert_eq!(life(&db, "b1", 1).await, [
            (ItemState::Queued, Some(user("ann"))),
            (ItemState::NotSent, Some(user("dan"))),
        ]);
        // In the list as well, and of its own alone.
        assert_eq!(steps(&db, "b2").await, []);
    }

    async fn an_item_says_who_settled_it_and_nobody_where_the_proxy_went_on(fresh: &Fresh) {
        let db = fresh.open().await;
        order(&db, "b1", "ann", None).await;
        let mut tx = db.begin().await.unwrap();
        let from = Expected { states: &[ItemState::Queued], call: None };
        let to = NextState::state(ItemState::Unknown).because(ItemReason::Restored);
        tx.move_items("b1", &[0], from, &to, NOW).await.unwrap();
        tx.commit().await.unwrap();
        db.settle_item("b1", 0, SettleAs::Accepted, None, &caller("ben"), NOW).await.unwrap();
        assert_eq!(life(&db, "b1", 0).await, [
            (ItemState::Queued, Some(user("ann"))),
            (ItemState::Unknown, None),
            (ItemState::Accepted, Some(user("ben"))),
        ]);
    }

    async fn a_batch_says_that_the_proxy_held_it_once_for_each_reason(fresh: &Fresh) {
        let db = fresh.open().await;
        order(&db, "b1", "ann", None).await;
        for reason in [HoldReason::Denied, HoldReason::Denied, HoldReason::KeyRefused] {
            let mut tx = db.begin().await.unwrap();
            let hold = Hold { reason, code: None };
            tx.hold_batch("b1", &hold, NOW).await.unwrap();
            tx.commit().await.unwrap();
        }
        let proxy = Some(Actor::proxy(ProxyPart::Journal));
        let held = (BatchStepKind::Held, proxy);
        assert_eq!(steps(&db, "b1").await, [held.clone(), held]);
    }

    async fn a_batch_is_shown_with_its_last_steps(fresh: &Fresh) {
        let db = fresh.open().await;
        order(&db, "b1", "ann", None).await;
        for n in 0..23 {
            db.pause_batch("b1", n % 2 == 0, &caller("ben"), NOW + n).await.unwrap();
        }
        let batch = db.batch_summary("b1").await.unwrap().unwrap();
        let times: Vec<i64> = batch.steps.iter().map(|step| step.at.as_millis() - NOW).collect();
        assert_eq!(times, (3..23).collect::<Vec<_>>());
    }

    async fn a_batch_from_before_has_nobody_and_is_shown(fresh: &Fresh) {
        let db = fresh.open().await;
        order(&db, "b1", "ann", None).await;
        let mut tx = db.begin().await.unwrap();
        tx.execute("UPDATE batches SET ordered_by = NULL").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.batch_summary("b1").await.unwrap().unwrap().by, None);
        assert_eq!(life(&db, "b1", 0).await, [(ItemState::Queued, None)]);
    }
}
