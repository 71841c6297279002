//! A store that was restored: what was open in it may have been sent since.

use evenkeel::Action;
use evenkeel_api::{ItemReason, ItemState};
use evenkeel_store::{
    Changes, Db,
    journal::{Destination, Expected, Intent, NewBatch, NewItem, NextState},
};

use crate::databases::on_each_database;

const NOW: i64 = 1_800_000_000_000;
const LATER: i64 = NOW + 3_600_000;

fn destination() -> Destination {
    Destination {
        cloud: "ens https://ens.aliyuncs.com ".to_owned(),
        region: "cn-hangzhou".to_owned(),
    }
}

/// Items that are queued, sending, unknown and accepted, in this order.
async fn batch(db: &Db) {
    let batch = NewBatch {
        id: "b".to_owned(),
        account: "edge".to_owned(),
        action: Action::Migrate,
        created_at: NOW,
        by: evenkeel_api::Caller::local(),
        retry_of: None,
        retried: Vec::new(),
        destination: destination(),
        idempotency_key: "key".to_owned(),
        body_digest: "d".to_owned(),
        issues: "[]".to_owned(),
        password_at: Some("gone".to_owned()),
        approval: None,
    };
    let items: Vec<NewItem> = (0..4)
        .map(|n| NewItem {
            event_id: format!("e-{n}"),
            resource_id: format!("i-{n}"),
            plan_at: None,
            data_policy: None,
            takes_password: true,
            due_at: 0,
        })
        .collect();
    db.create_batch(&batch, &items).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let intent = Intent {
        call_id: "c",
        batch_id: "b",
        indexes: &[1, 2, 3],
        signed_at: NOW,
        is_looked_at: false,
    };
    tx.intend(&intent, NOW).await.unwrap();
    for (index, state) in [(2, ItemState::Unknown), (3, ItemState::Accepted)] {
        let from = Expected {
            states: &[ItemState::Sending],
            call: Some("c"),
        };
        tx.move_items("b", &[index], from, &NextState::state(state), NOW)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

async fn states(db: &Db) -> Vec<(ItemState, Option<i64>)> {
    let mut states = Vec::new();
    for index in 0..4 {
        let item = db.batch_item("b", index).await.unwrap().unwrap().item;
        let may_resend_at = item.may_resend_at.map(evenkeel::Timestamp::as_millis);
        states.push((item.state, may_resend_at));
    }
    states
}

on_each_database! {
    async fn what_was_open_is_unknown_and_rests_from_the_restoring_on(fresh: &Fresh) {
        let db = fresh.open().await;
        batch(&db).await;
        assert_eq!(db.restored(LATER).await.unwrap(), 3);
        // The clouds take a signature for 15 minutes, and their clocks may differ by one.
        let open = (ItemState::Unknown, Some(LATER + 16 * 60_000));
        assert_eq!(states(&db).await, [open, open, open, (ItemState::Accepted, None)]);
        let item = db.batch_item("b", 0).await.unwrap().unwrap().item;
        assert_eq!(item.reason, Some(ItemReason::Restored.into()));
    }

    async fn whoever_saw_later_changes_does_not_go_on_with_those_of_the_backup(fresh: &Fresh) {
        let db = fresh.open().await;
        batch(&db).await;
        // What the backup knows nothing of, and whoever was told of it is at.
        let seen = db.head().await.unwrap() + 5;
        db.restored(LATER).await.unwrap();
        let head = db.head().await.unwrap();
        assert!(head > seen);
        assert_eq!(db.changes_after(seen, 10).await.unwrap(), Changes::Reset { head });
    }

    async fn a_password_that_is_gone_makes_nothing_count_as_not_sent(fresh: &Fresh) {
        let db = fresh.open().await;
        batch(&db).await;
        db.restored(LATER).await.unwrap();
        assert_eq!(db.recover(LATER).await.unwrap(), 0);
        assert_eq!(states(&db).await[0].0, ItemState::Unknown);
    }

    async fn what_took_a_password_is_never_sent_without_it(fresh: &Fresh) {
        let db = fresh.open().await;
        batch(&db).await;
        db.restored(LATER).await.unwrap();
        db.beat("b", 60_000).await.unwrap();
        // Proved not to have acted since the backup.
        let from = Expected {
            states: &[ItemState::Unknown],
            call: None,
        };
        let mut tx = db.begin().await.unwrap();
        tx.move_items("b", &[0, 1, 2], from, &NextState::state(ItemState::Queued), LATER).await.unwrap();
        tx.commit().await.unwrap();
        let late = LATER + 60 * 60_000;
        assert_eq!(db.begin().await.unwrap().due_items("edge", &destination(), "b", late, 9).await.unwrap(), []);
        assert_eq!(db.recover(late).await.unwrap(), 3);
        let item = db.batch_item("b", 0).await.unwrap().unwrap().item;
        assert_eq!((item.state, item.reason), (ItemState::NotSent, Some(ItemReason::PasswordLost.into())));
    }

    async fn nothing_is_sent_while_a_call_from_before_the_restoring_may_arrive(fresh: &Fresh) {
        let db = fresh.open().await;
        db.restored(LATER).await.unwrap();
        // About an event that the backup has never heard of.
        batch(&db).await;
        let dead_at = LATER + 16 * 60_000;
        assert_eq!(db.next_due("edge", &destination(), "gone").await.unwrap(), Some(dead_at));
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.due_items("edge", &destination(), "gone", dead_at - 1, 9).await.unwrap(), []);
        assert_eq!(tx.due_items("edge", &destination(), "gone", dead_at, 9).await.unwrap().len(), 1);
    }
}
