//! However many look, what is sent goes on.

use std::time::{Duration, Instant};

use evenkeel_store::sqlx::{self, Row as _};

use crate::databases::on_each_database;

on_each_database! {
    async fn whoever_looks_takes_no_connection_from_what_is_sent(fresh: &Fresh) {
        let db = fresh.open().await;
        db.beat("p", 60_000).await.unwrap();
        let lease = db.acquire("send:a", "p").await.unwrap().unwrap();
        // A crowd that has every connection there is for it, and more who wait.
        let mut crowd = Vec::new();
        while let Ok(Ok(connection)) =
            tokio::time::timeout(Duration::from_millis(300), db.reader().acquire()).await
        {
            crowd.push(connection);
        }
        assert!(!crowd.is_empty());
        let begin = Instant::now();
        assert!(db.holds(&lease).await.unwrap());
        assert!(db.accounts_with_queued().await.unwrap().is_empty());
        let to = evenkeel_store::journal::Destination {
            cloud: "ens https://ens.aliyuncs.com ".to_owned(),
            region: "r".to_owned(),
        };
        assert_eq!(db.next_due("a", &to, "p").await.unwrap(), None);
        assert!(db.unresolved_items("a", &to, 0, 10).await.unwrap().is_empty());
        db.beat("p", 60_000).await.unwrap();
        db.begin().await.unwrap().commit().await.unwrap();
        assert!(begin.elapsed() < Duration::from_secs(2));
    }
}

#[tokio::test]
async fn on_postgresql_a_search_is_given_up_after_ten_seconds() {
    let Some(fresh) = crate::databases::Fresh::of(evenkeel_store::DatabaseKind::Postgres).await
    else {
        return;
    };
    let db = fresh.open().await;
    let row = sqlx::query("SHOW statement_timeout")
        .fetch_one(db.reader())
        .await
        .unwrap();
    assert_eq!(row.get::<String, _>(0), "10s");
}
