//! The journal: batches, moves, and who may make them.

use evenkeel::Action;
use evenkeel_api::{Accounts, BatchState, HoldReason, ItemReason, ItemState, SettleAs};
use evenkeel_store::{
    Db,
    journal::{
        Answered, BatchQuery, CommandError, ConflictingItem, Created, Destination, Expected,
        Intent, NewBatch, NewItem, NextState, Subjects, send_lease,
    },
};

use crate::databases::on_each_database;

const NOW: i64 = 1_800_000_000_000;

fn destination() -> Destination {
    Destination {
        cloud: "ens https://ens.aliyuncs.com ".to_owned(),
        region: "cn-hangzhou".to_owned(),
    }
}

fn batch(id: &str) -> NewBatch {
    NewBatch {
        id: id.to_owned(),
        account: "edge".to_owned(),
        action: Action::Migrate,
        created_at: NOW,
        by: evenkeel_api::Caller::local(),
        retry_of: None,
        retried: Vec::new(),
        destination: destination(),
        idempotency_key: format!("key-{id}"),
        body_digest: "d".to_owned(),
        issues: "[]".to_owned(),
        password_at: Some("a".to_owned()),
        approval: None,
    }
}

fn items(count: usize) -> Vec<NewItem> {
    (0..count)
        .map(|n| NewItem {
            event_id: format!("e-{n}"),
            resource_id: format!("i-{n}"),
            plan_at: (n % 2 == 1).then_some(NOW + 3_600_000),
            data_policy: Some("try_transfer".parse().unwrap()),
            takes_password: n == 0,
            due_at: 0,
        })
        .collect()
}

async fn create(db: &Db, id: &str, count: usize) {
    assert_eq!(
        db.create_batch(&batch(id), &items(count)).await.unwrap(),
        Created::New
    );
}

async fn intend(db: &Db, id: &str, indexes: &[u32], call: &str) -> Vec<u32> {
    let mut tx = db.begin().await.unwrap();
    let intent = Intent {
        call_id: call,
        batch_id: id,
        indexes,
        signed_at: NOW + 5,
        is_looked_at: false,
    };
    let indexes = tx.intend(&intent, NOW + 5).await.unwrap();
    tx.commit().await.unwrap();
    indexes
}

async fn finish(db: &Db, id: &str, indexes: &[u32], call: &str, to: &NextState<'_>) -> Vec<u32> {
    let mut tx = db.begin().await.unwrap();
    tx.answered(&Answered {
        call_id: call,
        at: NOW + 9,
        status: Some(200),
        request_id: Some("req"),
        answer: Some("{}"),
    })
    .await
    .unwrap();
    let from = Expected {
        states: &[ItemState::Sending, ItemState::Unknown],
        call: Some(call),
    };
    let moved = tx.move_items(id, indexes, from, to, NOW + 9).await.unwrap();
    tx.commit().await.unwrap();
    moved
}

async fn conflicts(db: &Db, account: &str, events: &[&str], now: i64) -> Vec<ConflictingItem> {
    let cloud = destination().cloud;
    let mut tx = db.begin().await.unwrap();
    let resources = &[];
    let of = Subjects { events, resources };
    tx.conflicts(account, &cloud, of, now).await.unwrap()
}

async fn state(db: &Db, id: &str, index: u32) -> ItemState {
    db.batch_item(id, index).await.unwrap().unwrap().item.state
}

on_each_database! {
    async fn a_batch_is_taken_whole_and_once(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", 1203).await;
        let again = db.create_batch(&batch("b2"), &items(1)).await.unwrap();
        assert_eq!(again, Created::New);
        let mut same = batch("b3");
        same.idempotency_key = "key-b1".to_owned();
        assert_eq!(db.create_batch(&same, &items(1203)).await.unwrap(), Created::Same("b1".to_owned()));
        same.body_digest = "other".to_owned();
        assert_eq!(db.create_batch(&same, &items(2)).await.unwrap(), Created::Conflict);
        let batch = db.batch("b1").await.unwrap().unwrap();
        assert_eq!(batch.items.len(), 1000);
        assert_eq!(batch.summary.total, 1203);
        assert_eq!(batch.summary.counts.queued, 1203);
        assert_eq!(batch.summary.state, BatchState::Queued);
        let rest = db.batch_items("b1", Some(999), 500).await.unwrap();
        assert_eq!((rest.items.len(), rest.next), (203, None));
        assert_eq!(db.batch_items("b1", None, 7).await.unwrap().next, Some(6));
        assert_eq!(db.batch_summary("b3").await.unwrap(), None);
        let newest = db.batches(&BatchQuery::of(Accounts::All, 10)).await.unwrap();
        let ids: Vec<_> = newest.iter().map(|batch| batch.id.as_str()).collect();
        assert_eq!(ids, ["b2", "b1"]);
    }

    async fn of_many_wishes_with_one_key_one_batch_comes(fresh: &Fresh) {
        let db = fresh.open().await;
        let wishes: Vec<_> = (0..6)
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move {
                    let mut wish = batch(&format!("b{n}"));
                    wish.idempotency_key = "one".to_owned();
                    db.create_batch(&wish, &items(50)).await.unwrap()
                })
            })
            .collect();
        let mut new = 0;
        for wish in wishes {
            match wish.await.unwrap() {
                Created::New => new += 1,
                Created::Same(_) => {}
                other => panic!("the same wish is {other:?}"),
            }
        }
        assert_eq!(new, 1);
        let all = db.batches(&BatchQuery::of(Accounts::All, 10)).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].counts.queued, 50);
    }

    async fn an_item_is_sent_once_and_its_life_is_told(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", 3).await;
        let mut tx = db.begin().await.unwrap();
        let due_items = tx.due_items("edge", &destination(), "a", NOW, 10).await.unwrap();
        assert_eq!(due_items.len(), 3);
        assert!(due_items[0].takes_password && !due_items[1].takes_password);
        // Another proxy has not the password.
        assert_eq!(tx.due_items("edge", &destination(), "b", NOW, 10).await.unwrap().len(), 2);
        drop(tx);
        assert_eq!(intend(&db, "b1", &[0, 1], "c1").await, [0, 1]);
        assert_eq!(intend(&db, "b1", &[0, 1, 2], "c2").await, [2]);
        let rejected = NextState {
            code: Some("400"),
            message: Some("no"),
            request_id: Some("req"),
            ..NextState::state(ItemState::Rejected)
        };
        // Only the last call of an item can say what became of it.
        assert_eq!(finish(&db, "b1", &[0, 1, 2], "c1", &NextState::state(ItemState::Accepted)).await, [0, 1]);
        assert_eq!(finish(&db, "b1", &[2], "c2", &rejected).await, [2]);
        assert_eq!(finish(&db, "b1", &[2], "c2", &rejected).await, [] as [u32; 0]);
        let item = db.batch_item("b1", 2).await.unwrap().unwrap();
        assert_eq!(item.item.attempts, 1);
        assert_eq!(item.item.code.as_deref(), Some("400"));
        let states: Vec<_> = item.history.iter().map(|step| (step.attempt, step.state)).collect();
        assert_eq!(states, [(0, ItemState::Queued), (1, ItemState::Sending), (1, ItemState::Rejected)]);
        assert_eq!(item.history[2].status, Some(200));
        assert_eq!(item.history[1].signed_at.unwrap().as_millis(), NOW + 5);
        let failed = db.failed_items("b1").await.unwrap();
        assert_eq!(failed.len(), 1);
        assert_eq!((failed[0].index, failed[0].took_password), (2, false));
        assert_eq!(db.batch_summary("b1").await.unwrap().unwrap().state, BatchState::Done);
        assert_eq!(db.event_items("edge", "e-2", "i-2").await.unwrap()[0].state, ItemState::Rejected);
    }

    async fn pausing_holds_and_cancelling_ends_what_is_queued(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", 450).await;
        intend(&db, "b1", &[0], "c1").await;
        db.pause_batch("b1", true, &evenkeel_api::Caller::local(), NOW).await.unwrap();
        assert_eq!(db.begin().await.unwrap().due_items("edge", &destination(), "a", NOW, 9).await.unwrap(), []);
        db.cancel_batch("b1", &evenkeel_api::Caller::local(), NOW).await.unwrap();
        let summary = db.batch_summary("b1").await.unwrap().unwrap();
        assert_eq!((summary.counts.sending, summary.counts.not_sent), (1, 449));
        assert!(summary.cancelled && summary.paused);
        assert_eq!(db.batch_item("b1", 449).await.unwrap().unwrap().item.reason, Some(ItemReason::Cancelled.into()));
        assert_eq!(db.cancel_batch("nope", &evenkeel_api::Caller::local(), NOW).await, Err(CommandError::Missing));
    }

    async fn a_person_settles_only_what_is_unknown(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", 2).await;
        intend(&db, "b1", &[0, 1], "c1").await;
        finish(&db, "b1", &[0, 1], "c1", &NextState::state(ItemState::Unknown).because(ItemReason::ConnectionLost)).await;
        let item = db.batch_item("b1", 0).await.unwrap().unwrap().item;
        assert_eq!(item.may_resend_at.unwrap().as_millis(), NOW + 5 + 16 * 60_000);
        assert_eq!(db.batch_summary("b1").await.unwrap().unwrap().state, BatchState::Resting);
        db.settle_item("b1", 0, SettleAs::NotSent, Some("I looked"), &evenkeel_api::Caller::local(), NOW).await.unwrap();
        assert_eq!(db.settle_item("b1", 0, SettleAs::Accepted, None, &evenkeel_api::Caller::local(), NOW).await, Err(CommandError::NotUnknown));
        assert_eq!(db.settle_item("b1", 7, SettleAs::Accepted, None, &evenkeel_api::Caller::local(), NOW).await, Err(CommandError::Missing));
        // What a person says does not make a signature die.
        let conflicts = conflicts(&db, "edge", &["e-0"], NOW).await;
        assert_eq!(conflicts[0].alive_until, Some(NOW + 5 + 16 * 60_000));
        assert_eq!(db.unresolved_items("edge", &destination(), 0, 10).await.unwrap().len(), 1);
        assert_eq!(db.unresolved_items_of("edge", &destination(), &["e-1", "e-0", "e-7"]).await.unwrap()[0].losses, 1);
    }

    async fn what_a_dead_proxy_had_in_hand_is_settled(fresh: &Fresh) {
        let db = fresh.open().await;
        db.beat("a", 60_000).await.unwrap();
        let lease = db.acquire(&send_lease("edge"), "a").await.unwrap().unwrap();
        create(&db, "b1", 4).await;
        intend(&db, "b1", &[1], "c1").await;
        assert_eq!(db.recover(NOW).await.unwrap(), 0);
        db.leave("a").await.unwrap();
        assert_eq!(db.recover(NOW).await.unwrap(), 2);
        assert_eq!(state(&db, "b1", 1).await, ItemState::Unknown);
        let item = db.batch_item("b1", 0).await.unwrap().unwrap().item;
        assert_eq!((item.state, item.reason), (ItemState::NotSent, Some(ItemReason::PasswordLost.into())));
        assert_eq!(state(&db, "b1", 2).await, ItemState::Queued);
        assert_eq!(db.begin().await.unwrap().holds(&lease).await.unwrap(), evenkeel_store::Hold::Lost);
        // It was alive after all, and knows what became of its call.
        assert_eq!(finish(&db, "b1", &[1], "c1", &NextState::state(ItemState::Accepted)).await, [1]);
        assert_eq!(db.recover(NOW).await.unwrap(), 0);
    }

    async fn changes_name_the_items_that_moved(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", 5).await;
        let head = db.head().await.unwrap();
        intend(&db, "b1", &[1, 2, 4], "c1").await;
        let evenkeel_store::Changes::Rows { changes: rows, .. } = db.changes_after(head, 10).await.unwrap() else {
            panic!("nothing was pruned");
        };
        let details: Vec<_> = rows.into_iter().map(|(_, change)| (change.topic.as_str(), change.detail)).collect();
        assert_eq!(details, [("batch", None), ("items", Some("1-2,4".to_owned()))]);
    }

    async fn rivals_are_those_that_may_have_acted(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", 3).await;
        intend(&db, "b1", &[0, 1, 2], "c1").await;
        finish(&db, "b1", &[1], "c1", &NextState::state(ItemState::Accepted)).await;
        finish(&db, "b1", &[2], "c1", &NextState::state(ItemState::Rejected)).await;
        let found = conflicts(&db, "edge", &["e-0", "e-1", "e-9"], NOW).await;
        let states: Vec<_> = found.iter().map(|conflict| (conflict.event_id.as_str(), conflict.state)).collect();
        assert_eq!(states, [("e-0", ItemState::Sending), ("e-1", ItemState::Accepted)]);
        // Another account with the same cloud sees the same events.
        assert_eq!(conflicts(&db, "its-other-key", &["e-0"], NOW).await.len(), 1);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.conflicts("elsewhere", "ens https://ens.example ", Subjects { events: &["e-0"], resources: &[] }, NOW).await.unwrap(), []);
    }

    async fn a_call_may_arrive_until_it_has_ended_or_its_signature_is_dead(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", 3).await;
        intend(&db, "b1", &[0, 1, 2], "c1").await;
        finish(&db, "b1", &[0, 1, 2], "c1", &NextState::state(ItemState::Unknown)).await;
        for index in [0, 1] {
            db.settle_item("b1", index, SettleAs::NotSent, None, &evenkeel_api::Caller::local(), NOW + 10).await.unwrap();
        }
        let confirmed = NextState::state(ItemState::Confirmed);
        let from = Expected { states: &[ItemState::Unknown], call: Some("c1") };
        let mut tx = db.begin().await.unwrap();
        tx.move_items("b1", &[2], from, &confirmed, NOW + 10).await.unwrap();
        tx.end_signatures("b1", &[1], "c1").await.unwrap();
        tx.end_signatures("b1", &[0, 2], "another").await.unwrap();
        tx.commit().await.unwrap();
        let dead_at = NOW + 5 + 16 * 60_000;
        for (at, expected) in [(dead_at - 1, &["e-0", "e-2"][..]), (dead_at, &[])] {
            let found = conflicts(&db, "edge", &["e-0", "e-1", "e-2"], at).await;
            let alive = found.iter().filter(|conflict| conflict.alive_until > Some(at));
            let events: Vec<_> = alive.map(|conflict| conflict.event_id.as_str()).collect();
            assert_eq!(events, expected);
            // Nor may it on its resource, whichever event another act on that is for.
            let of = Subjects { events: &["e-9"], resources: &["i-0", "i-1", "i-2"] };
            let mut tx = db.begin().await.unwrap();
            let found = tx.conflicts("edge", &destination().cloud, of, at).await.unwrap();
            let alive = found.iter().filter(|conflict| conflict.alive_until > Some(at));
            let events: Vec<_> = alive.map(|conflict| conflict.event_id.as_str()).collect();
            assert_eq!(events, expected);
            // What a person called not sent is told of however long ago that was.
            let settled = found.iter().filter(|conflict| conflict.is_settled);
            let events: Vec<_> = settled.map(|conflict| conflict.event_id.as_str()).collect();
            assert_eq!(events, ["e-0", "e-1"]);
        }
    }

    async fn a_batch_that_was_held_meanwhile_gets_no_intent(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", 2).await;
        db.pause_batch("b1", true, &evenkeel_api::Caller::local(), NOW).await.unwrap();
        assert_eq!(intend(&db, "b1", &[0, 1], "c1").await, [] as [u32; 0]);
        assert_eq!(state(&db, "b1", 0).await, ItemState::Queued);
        db.pause_batch("b1", false, &evenkeel_api::Caller::local(), NOW).await.unwrap();
        assert_eq!(intend(&db, "b1", &[0, 1], "c2").await, [0, 1]);
    }

    async fn paused_time_is_none_in_which_an_item_was_tried(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", 3).await;
        let mut tx = db.begin().await.unwrap();
        tx.note_tried("b1", &[0], NOW).await.unwrap();
        tx.note_tried("b1", &[1], NOW + 70).await.unwrap();
        tx.commit().await.unwrap();
        db.pause_batch("b1", true, &evenkeel_api::Caller::local(), NOW + 50).await.unwrap();
        // Held already.
        db.pause_batch("b1", true, &evenkeel_api::Caller::local(), NOW + 80).await.unwrap();
        db.pause_batch("b1", false, &evenkeel_api::Caller::local(), NOW + 1050).await.unwrap();
        db.pause_batch("b1", false, &evenkeel_api::Caller::local(), NOW + 2050).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let tried: Vec<_> = tx.due_items("edge", &destination(), "a", NOW, 9).await.unwrap().iter().map(|item| item.tried_at).collect();
        assert_eq!(tried, [Some(NOW + 1000), Some(NOW + 1050), None]);
    }

    async fn an_item_is_sent_again_as_one_other_and_no_more(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", 3).await;
        db.cancel_batch("b1", &evenkeel_api::Caller::local(), NOW).await.unwrap();
        let indexes = |failed: Vec<evenkeel_store::journal::FailedItem>| failed.iter().map(|item| item.index).collect::<Vec<_>>();
        assert!(db.failed_items("b1").await.unwrap()[0].took_password);
        let wishes: Vec<_> = (2..6).map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                let retry = NewBatch { retry_of: Some("b1".to_owned()), retried: vec![0, 2], ..batch(&format!("b{n}")) };
                db.create_batch(&retry, &items(2)).await.unwrap()
            })
        }).collect();
        let mut taken = Vec::new();
        for wish in wishes {
            taken.push(wish.await.unwrap());
        }
        assert_eq!(taken.iter().filter(|created| **created == Created::New).count(), 1, "{taken:?}");
        assert_eq!(taken.iter().filter(|created| **created == Created::Changed).count(), 3);
        assert_eq!(indexes(db.failed_items("b1").await.unwrap()), [1]);
        assert_eq!(db.batches(&BatchQuery::of(Accounts::All, 10)).await.unwrap().len(), 2);
        // What did not fail is not sent again either.
        let retry = NewBatch { retry_of: Some("b2".to_owned()), retried: vec![0], ..batch("b9") };
        assert_eq!(db.create_batch(&retry, &items(1)).await.unwrap(), Created::Changed);
    }

    async fn a_batch_is_for_where_its_account_led_when_it_was_taken(fresh: &Fresh) {
        let db = fresh.open().await;
        create(&db, "b1", 3).await;
        intend(&db, "b1", &[1], "c1").await;
        finish(&db, "b1", &[1], "c1", &NextState::state(ItemState::Unknown)).await;
        let elsewhere = Destination { region: "cn-beijing".to_owned(), ..destination() };
        let far = Destination { cloud: "ens https://ens.example ".to_owned(), ..destination() };
        for other in [&elsewhere, &far] {
            assert_eq!(db.begin().await.unwrap().due_items("edge", other, "a", NOW, 9).await.unwrap(), []);
            assert_eq!(db.next_due("edge", other, "a").await.unwrap(), None);
            assert_eq!(db.unresolved_items("edge", other, 0, 9).await.unwrap(), []);
            assert_eq!(db.unresolved_items_of("edge", other, &["e-1"]).await.unwrap(), []);
        }
        assert_eq!(db.bind_batches("edge", &destination(), NOW).await.unwrap(), 0);
        assert_eq!(db.bind_batches("edge", &elsewhere, NOW).await.unwrap(), 1);
        assert_eq!(db.bind_batches("edge", &elsewhere, NOW).await.unwrap(), 0);
        let summary = db.batch_summary("b1").await.unwrap().unwrap();
        assert_eq!((summary.paused, summary.held.map(|held| held.reason)), (true, Some(HoldReason::AccountMoved)));
        assert_eq!((summary.counts.queued, summary.counts.unknown), (2, 1));
        assert_eq!(db.batch_destination("b1").await.unwrap(), Some(("edge".to_owned(), Some(destination()))));
    }

    async fn a_password_is_needed_while_what_took_it_may_be_sent_again(fresh: &Fresh) {
        let db = fresh.open().await;
        // It is kept before the batch stands there.
        assert!(!db.is_done_with_password("b1").await.unwrap());
        create(&db, "b1", 2).await;
        assert!(!db.is_done_with_password("b1").await.unwrap());
        intend(&db, "b1", &[0], "c1").await;
        assert!(!db.is_done_with_password("b1").await.unwrap());
        // The other item took none.
        db.cancel_batch("b1", &evenkeel_api::Caller::local(), NOW).await.unwrap();
        assert!(!db.is_done_with_password("b1").await.unwrap());
        finish(&db, "b1", &[0], "c1", &NextState::state(ItemState::Unknown)).await;
        assert!(!db.is_done_with_password("b1").await.unwrap());
        db.settle_item("b1", 0, SettleAs::NotSent, None, &evenkeel_api::Caller::local(), NOW).await.unwrap();
        assert!(db.is_done_with_password("b1").await.unwrap());
    }
}
