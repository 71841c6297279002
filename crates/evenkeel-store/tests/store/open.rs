//! Opening, and what is said when it cannot be.

use evenkeel_store::{DatabaseKind, Db, StoreError, StoreErrorKind, StoreUrl, sqlx};
use sqlx::{Executor as _, Row as _};

use crate::databases::on_each_database;

on_each_database! {
    async fn a_store_is_there_again_when_it_is_opened_again(fresh: &Fresh) {
        let db = fresh.open().await;
        let mut tx = db.begin().await.unwrap();
        tx.execute("CREATE TABLE kept (n BIGINT)").await.unwrap();
        tx.execute("INSERT INTO kept VALUES (7)").await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
        drop(db);

        let db = fresh.open().await;
        let row = sqlx::query("SELECT n FROM kept").fetch_one(db.reader()).await.unwrap();
        assert_eq!(row.get::<i64, _>(0), 7);
    }

    async fn a_transaction_that_is_dropped_did_nothing(fresh: &Fresh) {
        let db = fresh.open().await;
        let mut tx = db.begin().await.unwrap();
        tx.execute("UPDATE change_head SET seq = 99").await.unwrap();
        drop(tx);
        // The writer is free again, and nothing happened.
        db.begin().await.unwrap().commit().await.unwrap();
        assert_eq!(db.head().await.unwrap(), 0);
    }

    async fn the_databases_time_is_the_time(fresh: &Fresh) {
        let db = fresh.open().await;
        let now = i64::try_from(
            std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap()
                .as_millis(),
        )
        .unwrap();
        let time = db.time().await.unwrap();
        assert!((time - now).abs() < 5_000, "{time} is not {now}");
    }

    async fn a_schema_of_another_version_is_refused(fresh: &Fresh) {
        let db = fresh.open().await;
        let mut tx = db.begin().await.unwrap();
        tx.execute("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1").await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
        drop(db);
        let error = Db::open(&fresh.url).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Schema, "{error}");
        assert!(error.to_string().contains("another version"), "{error}");
    }
}

#[tokio::test]
async fn several_proxies_open_a_new_postgresql_at_once() {
    let Some(fresh) = crate::databases::Fresh::of(DatabaseKind::Postgres).await else {
        return;
    };
    let (one, two, three) = tokio::join!(fresh.open(), fresh.open(), fresh.open());
    for db in [one, two, three] {
        assert_eq!(db.head().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_file_belongs_to_one_process_at_a_time() {
    let fresh = crate::databases::Fresh::of(DatabaseKind::Sqlite)
        .await
        .unwrap();
    let db = fresh.open().await;
    let error = Db::open(&fresh.url).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::InUse, "{error}");
    db.close().await;
    drop(db);
    fresh.open().await;
}

#[tokio::test]
async fn what_is_no_database_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "not a database, and dear to somebody".repeat(50)).unwrap();
    let error = Db::open(&StoreUrl::file(&path)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error}");
    assert!(error.to_string().contains("notes.txt"), "{error}");
    assert!(
        std::fs::read_to_string(&path)
            .unwrap()
            .starts_with("not a database")
    );
}

#[tokio::test]
async fn a_disk_that_was_full_can_be_written_again() {
    let fresh = crate::databases::Fresh::of(DatabaseKind::Sqlite)
        .await
        .unwrap();
    let db = fresh.open().await;
    let mut tx = db.begin().await.unwrap();
    // As large as it is: nothing more fits.
    tx.execute("PRAGMA max_page_count = 1").await.unwrap();
    let error = tx
        .execute("INSERT INTO changes VALUES (1, 'event', hex(zeroblob(1000000)), NULL)")
        .await
        .unwrap_err();
    assert_eq!(StoreError::from(error).kind(), StoreErrorKind::Full);
    drop(tx);
    let mut tx = db.begin().await.unwrap();
    tx.execute("INSERT INTO changes VALUES (1, 'event', 'e', NULL)")
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("x.db");
    let error = Db::open(&StoreUrl::file(&path)).await.unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_its_password() {
    let url: StoreUrl = "postgres://me:s3cret@127.0.0.1:1/ek".parse().unwrap();
    let error = Db::open(&url).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
    let text = format!("{error} {error:?}");
    assert!(
        text.contains("me@127.0.0.1:1/ek") && !text.contains("s3cret"),
        "{text}"
    );
}

#[tokio::test]
async fn a_store_in_memory_serves_readers_and_writers() {
    let db = Db::open(&StoreUrl::memory()).await.unwrap();
    db.begin().await.unwrap().commit().await.unwrap();
    assert_eq!(db.head().await.unwrap(), 0);
}
