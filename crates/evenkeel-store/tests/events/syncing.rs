//! How an account's collecting goes.

use evenkeel::Timestamp;
use evenkeel_api::{AccountFailure, AccountPhase, FailureCode, PartOff};
use evenkeel_store::{Changes, SyncProgress, SyncStatus, Topic};

use crate::world::stores;

#[tokio::test]
async fn is_read_back_as_it_was_written_and_told() {
    for (db, _database) in stores().await {
        let collecting = SyncStatus {
            phase: AccountPhase::Failing,
            updated_at: Some(1_000),
            swept_at: Some(900),
            whole_at: Some(800),
            next_at: Some(61_000),
            progress: Some(SyncProgress {
                since: 950,
                events: 7,
                total: Some(9),
            }),
            error: Some(AccountFailure {
                code: FailureCode::Unreachable,
                detail: "no\0body".to_owned(),
                at: Timestamp::from_millis(990),
                provider_code: Some("ServiceUnavailable".to_owned()),
                request_id: None,
            }),
            lists_off: Some(PartOff {
                permissions: vec!["ecs:DescribeDisksFullStatus".to_owned()],
                failure: AccountFailure {
                    code: FailureCode::Denied,
                    detail: "no\0body".to_owned(),
                    at: Timestamp::from_millis(980),
                    provider_code: None,
                    request_id: None,
                },
            }),
            failures: 3,
            ..SyncStatus::new("edge")
        };
        let mut tx = db.begin().await.unwrap();
        collecting.save(&mut tx).await.unwrap();
        let head = tx.commit().await.unwrap().unwrap();
        let mut expected = collecting.clone();
        expected.error.as_mut().unwrap().detail = "no\u{fffd}body".to_owned();
        assert_eq!(db.sync_statuses().await.unwrap(), [expected]);
        let Changes::Rows { changes: rows, .. } = db.changes_after(head - 1, 5).await.unwrap()
        else {
            panic!("nothing was pruned");
        };
        assert_eq!(rows[0].1.topic, Topic::Account);
        assert_eq!(rows[0].1.subject, "edge");
    }
}

#[tokio::test]
async fn what_others_ask_for_stays_when_a_sync_writes() {
    for (db, _database) in stores().await {
        db.request_sync("edge", 5_000).await.unwrap();
        db.request_frequent_syncs("edge", 9_000).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        SyncStatus::new("edge").save(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let stored = db.sync_statuses().await.unwrap();
        assert_eq!(stored[0].asked_at, Some(5_000));
        assert_eq!(stored[0].quick_until, Some(9_000));
    }
}
