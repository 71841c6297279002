//! Batches that the proxy holds by itself, and what lets them go on.

use evenkeel::Action;
use evenkeel_api::{BatchHold, BatchState, HoldReason};
use evenkeel_store::{
    Db,
    journal::{Created, Hold, Holds, NewBatch, NewItem},
};

use crate::databases::on_each_database;

const NOW: i64 = 1_800_000_000_000;
const HOUR: i64 = 3_600_000;

async fn create(db: &Db, id: &str, account: &str, action: Action, at: i64, plan_at: Option<i64>) {
    let batch = NewBatch {
        id: id.to_owned(),
        account: account.to_owned(),
        action,
        created_at: at,
        by: evenkeel_api::Caller::local(),
        retry_of: None,
        retried: Vec::new(),
        destination: evenkeel_store::journal::Destination {
            cloud: "huawei-ecs https://ecs.example p".to_owned(),
            region: "r".to_owned(),
        },
        idempotency_key: format!("key-{id}"),
        body_digest: "d".to_owned(),
        issues: "[]".to_owned(),
        password_at: None,
        approval: None,
    };
    let item = NewItem {
        event_id: format!("e-{id}"),
        resource_id: format!("i-{id}"),
        plan_at,
        data_policy: None,
        takes_password: false,
        due_at: 0,
    };
    assert_eq!(
        db.create_batch(&batch, &[item]).await.unwrap(),
        Created::New
    );
}

fn refused() -> Hold {
    Hold {
        reason: HoldReason::KeyRefused,
        code: Some("APIGW.0301".to_owned()),
    }
}

async fn held(db: &Db, id: &str) -> Option<BatchHold> {
    db.batch_summary(id).await.unwrap().unwrap().held
}

async fn hold(db: &Db, account: &str, which: Holds, why: &Hold, now: i64) -> Vec<String> {
    let mut tx = db.begin().await.unwrap();
    let held = tx.hold_batches(account, which, why, now).await.unwrap();
    tx.commit().await.unwrap();
    held
}

on_each_database! {
    async fn a_batch_is_held_with_its_reason_until_a_person_lets_it_go_on(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", "edge", Action::Reboot, NOW, None).await;
        create(&db, "b2", "edge", Action::Reboot, NOW, None).await;
        db.pause_batch("b2", true, &evenkeel_api::Caller::local(), NOW).await.unwrap();
        create(&db, "b3", "other", Action::Reboot, NOW, None).await;
        assert_eq!(db.hold_accounts(&["edge"], NOW + 5, &refused(), NOW + 5).await.unwrap(), 1);
        let summary = db.batch_summary("b1").await.unwrap().unwrap();
        assert_eq!((summary.state, summary.paused), (BatchState::Paused, true));
        let hold_of_it = summary.held.unwrap();
        assert_eq!((hold_of_it.reason, hold_of_it.code.as_deref()), (HoldReason::KeyRefused, Some("APIGW.0301")));
        assert_eq!(hold_of_it.since.as_millis(), NOW + 5);
        // What a person holds stays that person's, and another account's batch is not touched.
        assert_eq!((held(&db, "b2").await, held(&db, "b3").await), (None, None));
        assert!(!db.batch_summary("b3").await.unwrap().unwrap().paused);
        db.pause_batch("b1", false, &evenkeel_api::Caller::local(), NOW + 9).await.unwrap();
        let summary = db.batch_summary("b1").await.unwrap().unwrap();
        assert_eq!((summary.paused, summary.held), (false, None));
        // A person's word is newer than the refusal; the next refusal is newer than that.
        let since = Holds::NotResumedSince(NOW + 5);
        assert_eq!(hold(&db, "edge", since, &refused(), NOW + 9).await, [""; 0]);
        let since = Holds::NotResumedSince(NOW + 10);
        assert_eq!(hold(&db, "edge", since, &refused(), NOW + 10).await, ["b1"]);
    }

    async fn only_what_a_batch_does_is_held(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", "core", Action::Accept, NOW, None).await;
        create(&db, "b2", "core", Action::Reschedule, NOW, Some(NOW + HOUR)).await;
        let denied = Hold { reason: HoldReason::Denied, code: None };
        let which = Holds::OfAction(Action::Accept, NOW);
        assert_eq!(hold(&db, "core", which, &denied, NOW).await, ["b1"]);
        assert_eq!(held(&db, "b2").await, None);
    }

    async fn an_order_for_now_grows_old_from_a_persons_last_word(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", "edge", Action::Reboot, NOW, None).await;
        create(&db, "b2", "edge", Action::Redeploy, NOW, Some(NOW + 99 * HOUR)).await;
        create(&db, "b3", "edge", Action::Reboot, NOW, None).await;
        db.pause_batch("b3", true, &evenkeel_api::Caller::local(), NOW + HOUR).await.unwrap();
        db.pause_batch("b3", false, &evenkeel_api::Caller::local(), NOW + 2 * HOUR).await.unwrap();
        let stale = Hold { reason: HoldReason::Stale, code: None };
        assert_eq!(hold(&db, "edge", Holds::OlderThan(NOW), &stale, NOW).await, [""; 0]);
        assert_eq!(hold(&db, "edge", Holds::OlderThan(NOW + HOUR), &stale, NOW + 2 * HOUR).await, ["b1"]);
        assert_eq!(held(&db, "b1").await.unwrap().reason, HoldReason::Stale);
    }

    async fn a_queue_knows_when_it_was_sent_from_and_that_its_key_is_another_one(fresh: &Fresh) {
        let db = fresh.open().await;
        let queue = db.queue("edge", "one", NOW).await.unwrap();
        assert_eq!((queue.sent_at, queue.unread_since()), (None, None));
        let mut tx = db.begin().await.unwrap();
        tx.note_sent("edge", NOW + 1).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.queue("edge", "one", NOW + 2).await.unwrap().sent_at, Some(NOW + 1));
        let queue = db.queue("edge", "two", NOW + 3).await.unwrap();
        assert_eq!((queue.sent_at, queue.unread_since()), (Some(NOW + 1), Some(NOW + 3)));
        assert_eq!(db.queue("edge", "two", NOW + 9).await.unwrap().unread_since(), Some(NOW + 3));
        let mut tx = db.begin().await.unwrap();
        // One that began before, and one with the key from before, say nothing.
        assert_eq!(tx.note_read("edge", "two", NOW + 2, NOW + 10).await.unwrap(), None);
        assert_eq!(tx.note_read("edge", "one", NOW + 4, NOW + 10).await.unwrap(), None);
        assert_eq!(tx.note_read("edge", "two", NOW + 4, NOW + 10).await.unwrap(), Some(NOW + 3));
        assert_eq!(tx.note_read("edge", "two", NOW + 11, NOW + 12).await.unwrap(), None);
        tx.commit().await.unwrap();
        let queue = db.queue("edge", "two", NOW + 13).await.unwrap();
        assert_eq!((queue.unread_since(), queue.read_at), (None, Some(NOW + 10)));
    }
}
