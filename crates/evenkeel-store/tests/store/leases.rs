//! One at a time, and never an old one.

use std::time::{Duration, Instant};

use evenkeel_store::{DatabaseKind, Db, Hold, Lease};

use crate::databases::{Fresh, on_each_database};

async fn hold(db: &Db, lease: &Lease) -> Hold {
    db.begin().await.unwrap().holds(lease).await.unwrap()
}

on_each_database! {
    async fn a_lease_has_one_living_owner_at_a_time(fresh: &Fresh) {
        let db = fresh.open().await;
        db.beat("a", 60_000).await.unwrap();
        db.beat("b", 60_000).await.unwrap();
        let lease = db.acquire("send:x", "a").await.unwrap().unwrap();
        assert_eq!(db.acquire("send:x", "b").await.unwrap(), None);
        assert!(db.acquire("send:y", "b").await.unwrap().is_some());
        assert!(db.holds(&lease).await.unwrap());
        assert_eq!(hold(&db, &lease).await, Hold::Ours);
        db.release(&lease).await.unwrap();
        assert!(!db.holds(&lease).await.unwrap());
        let taken = db.acquire("send:x", "b").await.unwrap().unwrap();
        assert!(taken.token > lease.token);
    }

    async fn a_dead_owners_lease_is_taken_and_the_dead_one_cannot_tell_otherwise(fresh: &Fresh) {
        let db = fresh.open().await;
        db.beat("a", 60_000).await.unwrap();
        db.beat("b", 60_000).await.unwrap();
        let old = db.acquire("send:x", "a").await.unwrap().unwrap();
        db.beat("a", 30).await.unwrap();
        tokio::time::sleep(Duration::from_millis(60)).await;
        // Nobody has taken it, and yet it is not to be relied on.
        assert!(!db.holds(&old).await.unwrap());
        let new = db.acquire("send:x", "b").await.unwrap().unwrap();
        db.beat("a", 60_000).await.unwrap();
        assert!(!db.holds(&old).await.unwrap());
        assert_eq!(hold(&db, &old).await, Hold::Lost);
        assert_eq!(hold(&db, &new).await, Hold::Ours);
        assert_eq!(db.proxies().await.unwrap(), ["a", "b"]);
        // An old token frees nothing.
        db.release(&old).await.unwrap();
        assert!(db.holds(&new).await.unwrap());
    }

    async fn a_new_hold_of_the_same_owner_ends_the_one_before(fresh: &Fresh) {
        let db = fresh.open().await;
        db.beat("a", 60_000).await.unwrap();
        let first = db.acquire("send:x", "a").await.unwrap().unwrap();
        let second = db.acquire("send:x", "a").await.unwrap().unwrap();
        assert_eq!(hold(&db, &first).await, Hold::Lost);
        assert_eq!(hold(&db, &second).await, Hold::Ours);
    }

    async fn who_wants_a_lease_is_heard_by_who_has_it(fresh: &Fresh) {
        let db = fresh.open().await;
        db.beat("a", 60_000).await.unwrap();
        db.beat("b", 60_000).await.unwrap();
        let lease = db.acquire("send:x", "a").await.unwrap().unwrap();
        db.want("send:x", "a").await.unwrap();
        assert_eq!(hold(&db, &lease).await, Hold::Ours);
        db.want("send:x", "b").await.unwrap();
        assert_eq!(hold(&db, &lease).await, Hold::Wanted);
        db.release(&lease).await.unwrap();
        let lease = db.acquire("send:x", "b").await.unwrap().unwrap();
        assert_eq!(hold(&db, &lease).await, Hold::Ours);
    }

    async fn a_proxy_that_leaves_holds_nothing(fresh: &Fresh) {
        let db = fresh.open().await;
        db.beat("a", 60_000).await.unwrap();
        let lease = db.acquire("send:x", "a").await.unwrap().unwrap();
        db.leave("a").await.unwrap();
        assert!(!db.holds(&lease).await.unwrap());
        assert!(db.acquire("send:x", "b").await.unwrap().is_some());
    }

    async fn of_many_that_reach_for_a_lease_one_has_it(fresh: &Fresh) {
        let db = fresh.open().await;
        let tasks: Vec<_> = (0..8)
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move {
                    let name = format!("p{n}");
                    db.beat(&name, 60_000).await.unwrap();
                    db.acquire("send:x", &name).await.unwrap().is_some()
                })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            won += usize::from(task.await.unwrap());
        }
        assert_eq!(won, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stops_in_the_midst_of_writing_does_not_hold_others_up_for_long() {
    let Some(fresh) = Fresh::of(DatabaseKind::Postgres).await else {
        return;
    };
    let (stopped, other) = (fresh.open().await, fresh.open().await);
    stopped.beat("stopped", 1).await.unwrap();
    other.beat("other", 60_000).await.unwrap();
    let mut tx = stopped.begin().await.unwrap();
    let taken = stopped.acquire_in(&mut tx, "send:x", "stopped").await;
    assert!(taken.unwrap().is_some());

    // It gives up waiting after fifteen seconds.
    let begin = Instant::now();
    assert!(other.acquire("send:x", "other").await.unwrap().is_some());
    let waited = begin.elapsed();
    assert!(
        waited > Duration::from_secs(5),
        "{waited:?}: it waited for nobody"
    );
    assert!(tx.commit().await.is_err(), "it was let go of");
}
