//! The order of changes.

use evenkeel_store::{Change, Changes, Db, Topic};

use crate::databases::on_each_database;

fn event(name: impl std::fmt::Display) -> Change {
    Change::new(Topic::Event, name.to_string())
}

async fn write(db: &Db, changes: impl IntoIterator<Item = Change>) -> i64 {
    let mut tx = db.begin().await.unwrap();
    for change in changes {
        tx.note(change);
    }
    tx.commit().await.unwrap().unwrap_or_default()
}

async fn rows(db: &Db, after: i64, limit: i64) -> Vec<(i64, Change)> {
    match db.changes_after(after, limit).await.unwrap() {
        Changes::Rows { changes: rows, .. } => rows,
        reset @ Changes::Reset { .. } => panic!("{reset:?}"),
    }
}

on_each_database! {
    async fn changes_come_in_order_and_once_each(fresh: &Fresh) {
        let db = fresh.open().await;
        assert_eq!(rows(&db, 0, 10).await, []);
        let items = Change::new(Topic::Items, "b").with_detail("0-3");
        let head = write(&db, [event("a"), event("a"), items.clone()]).await;
        assert_eq!(head, 2);
        assert_eq!(rows(&db, 0, 10).await, [(1, event("a")), (2, items.clone())]);
        assert_eq!(rows(&db, 1, 10).await, [(2, items)]);
        assert_eq!(rows(&db, 2, 10).await, []);
        assert_eq!(write(&db, []).await, 0);
        assert_eq!(db.head().await.unwrap(), 2);
    }

    async fn a_thousand_changes_fit_in_one_commit(fresh: &Fresh) {
        let db = fresh.open().await;
        assert_eq!(write(&db, (0..1234).map(event)).await, 1234);
        assert_eq!(rows(&db, 1230, 10).await.last().unwrap().1, event(1233));
        assert_eq!(rows(&db, 0, 7).await.len(), 7);
    }

    async fn what_a_later_version_notes_is_passed_over_and_nothing_after_it(fresh: &Fresh) {
        let db = fresh.open().await;
        write(&db, (0..4).map(event)).await;
        sqlx::query("UPDATE changes SET topic = 'later' WHERE seq >= 3")
            .execute(db.reader())
            .await
            .unwrap();
        let told = |after, limit| {
            let db = db.clone();
            async move {
                match db.changes_after(after, limit).await.unwrap() {
                    Changes::Rows { changes, reached } => (changes.len(), reached),
                    reset @ Changes::Reset { .. } => panic!("{reset:?}"),
                }
            }
        };
        assert_eq!(told(0, 10).await, (2, 4));
        assert_eq!(told(0, 3).await, (2, 3));
        assert_eq!(told(2, 1).await, (0, 3));
        assert_eq!(told(4, 10).await, (0, 4));
        write(&db, [event("after")]).await;
        assert_eq!(told(4, 10).await, (1, 5));
    }

    async fn who_is_too_far_behind_loads_anew(fresh: &Fresh) {
        let db = fresh.open().await;
        write(&db, (0..10).map(event)).await;
        db.prune_changes(4).await.unwrap();
        assert_eq!(db.changes_after(5, 10).await.unwrap(), Changes::Reset { head: 10 });
        assert_eq!(rows(&db, 6, 10).await.len(), 4);
        assert_eq!(db.changes_after(11, 10).await.unwrap(), Changes::Reset { head: 10 });
        // Less than is kept: nothing to forget.
        db.prune_changes(100).await.unwrap();
        assert_eq!(rows(&db, 6, 10).await.len(), 4);
    }

    async fn a_watcher_hears_of_a_commit(fresh: &Fresh) {
        let db = fresh.open().await;
        let mut watch = db.watch();
        write(&db, [event("a")]).await;
        watch.changed().await.unwrap();
        assert_eq!(*watch.borrow_and_update(), 1);
    }

    async fn nobody_sees_a_lower_number_after_a_higher_one(fresh: &Fresh) {
        let db = fresh.open().await;
        // Another process where there may be one.
        let other = if db.kind() == evenkeel_store::DatabaseKind::Postgres {
            fresh.open().await
        } else {
            db.clone()
        };
        let writers = [db.clone(), other.clone(), db.clone(), other].map(|db| {
            tokio::spawn(async move {
                for n in 0..25 {
                    write(&db, [event(n), event(n + 1000)]).await;
                }
            })
        });
        let mut seen = 0;
        let mut count = 0;
        while count < 200 {
            // One that failed writes nothing more: what it has to say is told below.
            let is_over = writers.iter().all(tokio::task::JoinHandle::is_finished);
            for (seq, _) in rows(&db, seen, 1000).await {
                assert_eq!(seq, seen + 1, "a number was skipped, or came late");
                seen = seq;
                count += 1;
            }
            if is_over {
                break;
            }
        }
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!((count, db.head().await.unwrap()), (200, 200));
    }
}
