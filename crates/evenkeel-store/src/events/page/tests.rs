//! By which way the databases find a page.

use evenkeel_testdb::{DatabaseKind, both};

use super::*;
use crate::Gone;

/// More than is read at once, half of it gone.
const FILL: &str = "INSERT INTO events (n, account, event_id, resource_id, provider, state, kind, type_name, level, \
    decide_by, published_at, not_before, search, mark, moments, first_seen_at, seen_at, changed_at, gone) \
    SELECT x, 'edge', 'e-' || x, 'i-' || x, 'ens', x % 5, x % 7, 't', '', x, x, x, '', '', 1, 1, 1, 1, x % 2 FROM \
    (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 4000) SELECT x FROM c) s";
const BODIES: &str = "INSERT INTO event_bodies (n, body) SELECT n, '{}' FROM events";

async fn plan(db: &Db, query: &EventQuery, segments: &[PageSegment<'_>]) -> String {
    let (text, values) = query.page(segments, 101, None);
    let explain = match db.kind() {
        crate::DatabaseKind::Sqlite => "EXPLAIN QUERY PLAN",
        crate::DatabaseKind::Postgres => "EXPLAIN",
    };
    let statement = statement(format!("{explain} {text}"), values, query.is_counted());
    let rows = statement.fetch_all(db.reader()).await.unwrap();
    let column = match db.kind() {
        crate::DatabaseKind::Sqlite => 3,
        crate::DatabaseKind::Postgres => 0,
    };
    let lines = rows.iter().map(|row| row.try_get::<String, _>(column));
    lines.collect::<Result<Vec<_>, _>>().unwrap().join("\n")
}

#[tokio::test]
async fn an_index_has_each_run_of_a_page_in_order() {
    for database in both().await {
        let db = Db::open(&database.url().parse().unwrap()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        for text in [FILL, BODIES, "ANALYZE"] {
            sqlx::query(text).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        for (sort, index) in [
            ("id", "events_by_id"),
            ("-decide_by", "events_by_decide_by"),
        ] {
            let query = EventQuery {
                gone: Gone::Include,
                sort: Sort::parse(sort).unwrap(),
                ..EventQuery::default()
            };
            let after = Position {
                key: match sort {
                    "id" => Value::Text("e-5".to_owned()),
                    _ => Value::Number(2_000),
                },
                decide_by: 2_000,
                n: 2_000,
            };
            let lacking = query.sort.key.may_lack().then_some(false);
            for after in [None, Some(&after)] {
                let segments = [false, true].map(|gone| PageSegment {
                    gone,
                    lacking,
                    after,
                });
                let plan = plan(&db, &query, &segments).await;
                assert_eq!(plan.matches(index).count(), 2, "{sort}\n{plan}");
                let reads_all = match database.kind() {
                    DatabaseKind::Sqlite => "SCAN e",
                    DatabaseKind::Postgres => "Seq Scan",
                };
                assert!(!plan.contains(reads_all), "{sort}\n{plan}");
            }
        }
    }
}
