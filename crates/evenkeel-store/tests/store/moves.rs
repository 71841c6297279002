//! The one writer of an item's state: it makes the moves of `ItemState::may_become`, and refuses all others.

use evenkeel::Action;
use evenkeel_api::{Item, ItemReason, ItemState, ReportedReason};
use evenkeel_store::{
    Db, StoreErrorKind,
    journal::{Destination, Expected, NewBatch, NewItem, NextState},
    sqlx::{self, Row as _},
};

use crate::databases::on_each_database;

const NOW: i64 = 1_800_000_000_000;

/// A store with one batch, an item for each state.
async fn with_items(db: &Db) {
    let batch = NewBatch {
        id: "b".to_owned(),
        account: "edge".to_owned(),
        action: Action::Reboot,
        created_at: NOW,
        by: evenkeel_api::Caller::local(),
        retry_of: None,
        retried: Vec::new(),
        destination: Destination {
            cloud: "ens https://ens.aliyuncs.com ".to_owned(),
            region: "cn-hangzhou".to_owned(),
        },
        idempotency_key: "key".to_owned(),
        body_digest: "d".to_owned(),
        issues: "[]".to_owned(),
        password_at: None,
        approval: None,
    };
    let items: Vec<NewItem> = (0..ItemState::ALL.len())
        .map(|n| NewItem {
            event_id: format!("e-{n}"),
            resource_id: format!("i-{n}"),
            plan_at: None,
            data_policy: None,
            takes_password: false,
            due_at: 0,
        })
        .collect();
    db.create_batch(&batch, &items).await.unwrap();
    for (index, state) in (0_i64..).zip(ItemState::ALL) {
        put(db, index, state, None).await;
    }
}

/// Behind the writer's back.
async fn put(db: &Db, index: i64, state: ItemState, reason: Option<&str>) {
    let mut tx = db.begin().await.unwrap();
    sqlx::query("UPDATE items SET state = $2, reason = $3 WHERE batch_id = 'b' AND place = $1")
        .bind(index)
        .bind(state.as_str())
        .bind(reason)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

fn index(state: ItemState) -> u32 {
    let all = (0..).zip(ItemState::ALL);
    all.into_iter().find(|(_, it)| *it == state).unwrap().0
}

/// All that is known of the items, and how far the changes have come.
async fn all(db: &Db) -> (Vec<Item>, i64, i64) {
    let items = db.batch_items("b", None, 100).await.unwrap().items;
    let mut tx = db.begin().await.unwrap();
    let row = sqlx::query("SELECT COUNT(*) FROM item_steps")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    (items, row.get(0), db.head().await.unwrap())
}

/// Asks for a move, in a transaction that has written something else and goes on all the same.
async fn is_refused(db: &Db, states: &[ItemState], indexes: &[u32], to: &NextState<'_>) {
    let before = all(db).await;
    let mut tx = db.begin().await.unwrap();
    let queued = index(ItemState::Queued);
    let from = Expected {
        states: &[ItemState::Queued],
        call: None,
    };
    let wait = NextState {
        due_at: NOW + 1,
        ..NextState::state(ItemState::Queued)
    };
    assert_eq!(
        tx.move_items("b", &[queued], from, &wait, NOW)
            .await
            .unwrap(),
        [queued]
    );
    let from = Expected { states, call: None };
    let error = tx
        .move_items("b", indexes, from, to, NOW)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::ForbiddenMove, "{error}");
    assert!(!error.is_transient());
    assert!(error.to_string().contains(to.state.as_str()), "{error}");
    assert_eq!(tx.commit().await.unwrap_err(), error);
    assert_eq!(all(db).await, before, "{states:?} {to:?}");
}

on_each_database! {
    async fn a_move_that_no_item_makes_is_refused_and_nothing_of_its_transaction_is_written(fresh: &Fresh) {
        let db = fresh.open().await;
        with_items(&db).await;
        for from in ItemState::ALL {
            for to in ItemState::ALL.into_iter().filter(|to| !from.may_become(*to)) {
                is_refused(&db, &[from], &[index(from)], &NextState::state(to)).await;
            }
        }
        // It is the wish that is refused, whatever the item is.
        let wish = [ItemState::Sending, ItemState::Rejected];
        is_refused(&db, &wish, &[index(ItemState::Sending)], &NextState::state(ItemState::Queued)).await;
        is_refused(&db, &wish, &[], &NextState::state(ItemState::Queued)).await;
    }

    async fn a_move_that_an_item_makes_is_written(fresh: &Fresh) {
        let db = fresh.open().await;
        with_items(&db).await;
        for from in ItemState::ALL {
            for to in ItemState::ALL.into_iter().filter(|to| from.may_become(*to)) {
                let states = [from];
                let mut tx = db.begin().await.unwrap();
                let wish = Expected { states: &states, call: None };
                let moved = tx.move_items("b", &[index(from)], wish, &NextState::state(to), NOW).await.unwrap();
                assert_eq!(moved, [index(from)], "{from} {to}");
                tx.commit().await.unwrap();
                let known = db.batch_item("b", index(from)).await.unwrap().unwrap();
                assert_eq!((known.item.state, known.history.last().unwrap().state), (to, to));
                put(&db, index(from).into(), from, None).await;
            }
        }
    }

    async fn a_reason_stands_with_its_own_states_alone(fresh: &Fresh) {
        let db = fresh.open().await;
        with_items(&db).await;
        let unknown = ItemState::Unknown;
        for reason in ItemReason::ALL {
            for to in ItemState::ALL.into_iter().filter(|to| unknown.may_become(*to)) {
                let wish = NextState::state(to).because(reason);
                if !reason.states().contains(&to) {
                    is_refused(&db, &[unknown], &[index(unknown)], &wish).await;
                    continue;
                }
                let mut tx = db.begin().await.unwrap();
                let from = Expected { states: &[unknown], call: None };
                tx.move_items("b", &[index(unknown)], from, &wish, NOW).await.unwrap();
                tx.commit().await.unwrap();
                let item = db.batch_item("b", index(unknown)).await.unwrap().unwrap().item;
                assert_eq!((item.state, item.reason), (to, Some(ReportedReason::Known(reason))));
                put(&db, index(unknown).into(), unknown, None).await;
            }
        }
    }

    async fn a_reason_of_another_version_is_told_as_it_stands(fresh: &Fresh) {
        let db = fresh.open().await;
        with_items(&db).await;
        put(&db, index(ItemState::NotSent).into(), ItemState::NotSent, Some("of_tomorrow")).await;
        let items = db.batch_items("b", None, 100).await.unwrap().items;
        assert_eq!(items.len(), ItemState::ALL.len());
        let reasons: Vec<_> = items.into_iter().filter_map(|item| item.reason).collect();
        assert_eq!(reasons, [ReportedReason::Other("of_tomorrow".to_owned())]);
        // Nothing says that another item acts on its event.
        let failed = db.failed_items("b").await.unwrap();
        let indexes: Vec<_> = failed.iter().map(|item| item.index).collect();
        assert_eq!(indexes, [index(ItemState::Rejected), index(ItemState::NotSent)]);
    }
}

#[test]
fn the_state_of_an_item_is_written_in_one_place() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut writers = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for update in text.split("UPDATE items SET").skip(1) {
                let set = update.split("WHERE").next().unwrap_or_default();
                let words: Vec<&str> = set.split_whitespace().collect();
                if words.windows(2).any(|pair| pair == ["state", "="]) {
                    writers.push(path.file_name().unwrap().to_owned());
                }
            }
        }
    }
    assert_eq!(writers, ["moves.rs"]);
}
