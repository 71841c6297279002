//! Searching for words, with the index for it and without.

use evenkeel::Event;
use evenkeel_store::{DatabaseKind, Db, EventQuery, Gone, sqlx};
use evenkeel_testdb::both;
use proptest::{prelude::*, sample::select, test_runner::TestRunner};
use serde_json::json;
use sqlx::{Executor as _, Row as _};

use crate::{
    resources::{record, tell},
    world::{event, ids, sorted_by, stores, walk},
};

fn words(text: &str) -> EventQuery {
    EventQuery {
        words: text.split_whitespace().map(str::to_owned).collect(),
        gone: Gone::Include,
        ..sorted_by("id")
    }
}

async fn run(db: &Db, text: &'static str) {
    let mut tx = db.begin().await.unwrap();
    sqlx::raw_sql(text).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// How many events the index has these three signs of; PostgreSQL's is asked by its own plan.
async fn indexed(db: &Db, signs: &'static str) -> i64 {
    let text = "SELECT COUNT(*) FROM event_search WHERE event_search MATCH $1";
    let row = sqlx::query(text).bind(signs).fetch_one(db.reader());
    row.await.unwrap().try_get(0).unwrap()
}

/// Whether PostgreSQL finds a word by the index, where it may not read all.
async fn has_index(db: &Db) -> bool {
    let mut connection = db.reader().acquire().await.unwrap();
    connection
        .execute("SET enable_seqscan = off")
        .await
        .unwrap();
    let plan = "EXPLAIN SELECT n FROM events WHERE search LIKE '%disk%' OR words LIKE '%disk%'";
    let rows = sqlx::raw_sql(plan)
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    connection.execute("RESET enable_seqscan").await.unwrap();
    let lines = rows.iter().map(|row| row.try_get::<String, _>(0).unwrap());
    lines
        .into_iter()
        .any(|line| line.contains("events_by_trigrams"))
}

fn described(id: &str, text: &str) -> Event {
    event(id, json!({ "description": {"und": text} }))
}

#[tokio::test]
async fn a_part_of_a_resources_id_is_found_there_alone_whatever_its_case() {
    for (db, _database) in stores().await {
        let fleet = [
            event("e-1", json!({"resource_id": "i-Web_01"})),
            event("e-web", json!({"resource_id": "i-db"})),
            event("e-3", json!({"resource_id": "i-web-01"})),
        ];
        walk(&db, "edge", &fleet, 1_000).await;
        for (part, text, found) in [
            ("WEB", "", &["e-1", "e-3"][..]),
            ("eb_0", "", &["e-1"]),
            ("b", "", &["e-1", "e-3", "e-web"]),
            ("web", "e-3", &["e-3"]),
            ("e-", "", &[]),
        ] {
            let query = EventQuery {
                resource: Some(part.to_owned()),
                ..words(text)
            };
            assert_eq!(ids(&db, &query, 10).await, found, "`{part}` and `{text}`");
            let counts = db.search_counts(&query).await.unwrap().unwrap();
            let expected = u64::try_from(found.len()).unwrap();
            assert_eq!(counts.total(&query), expected);
        }
    }
}

#[tokio::test]
async fn words_of_any_length_and_script_are_found_whatever_their_case() {
    for (db, _database) in stores().await {
        let fleet = [
            described("e-1", "Disk of RACK-7 is 100%_full"),
            described("e-2", "磁盘 维护事件 已安排"),
            described("e-3", "ΜΈΓΑΣ δίσκος, Straße \"a\\b\" 'c'"),
            described("e-4", "disc"),
        ];
        walk(&db, "edge", &fleet, 1_000).await;
        for (text, found) in [
            ("dis", &["e-1", "e-4"][..]),
            ("DISK", &["e-1"]),
            ("rack-7 disk", &["e-1"]),
            ("disk rack-8", &[]),
            ("00%_f", &["e-1"]),
            ("%", &["e-1"]),
            ("00__f", &[]),
            ("维护事件", &["e-2"]),
            ("维护事 件", &["e-2"]),
            ("护事维", &[]),
            ("磁", &["e-2"]),
            ("盘", &["e-2"]),
            ("维护 磁盘", &["e-2"]),
            ("ΔΊΣΚΟΣ", &["e-3"]),
            ("STRASSE", &[]),
            ("straße", &["e-3"]),
            ("\"a\\b\"", &["e-3"]),
            ("'c'", &["e-3"]),
            ("\" OR \"disk", &[]),
            ("nowhere", &[]),
        ] {
            assert_eq!(
                ids(&db, &words(text), 2).await,
                found,
                "{text} in {:?}",
                db.kind()
            );
        }
    }
}

#[tokio::test]
async fn a_search_follows_what_comes_changes_is_named_and_is_forgotten() {
    for (db, _database) in stores().await {
        let fleet = [
            described("e-1", "the first text"),
            described("e-2", "another"),
        ];
        walk(&db, "edge", &fleet, 1_000).await;
        assert_eq!(ids(&db, &words("first"), 9).await, ["e-1"]);
        let fleet = [
            described("e-1", "the second text"),
            described("e-2", "another"),
        ];
        walk(&db, "edge", &fleet, 2_000).await;
        assert!(ids(&db, &words("first"), 9).await.is_empty());
        assert_eq!(ids(&db, &words("second"), 9).await, ["e-1"]);
        tell(
            &db,
            "edge",
            &[record("i-e-2", "Web-Front", &[("owner", "Anna")])],
            3_000,
        )
        .await;
        assert_eq!(ids(&db, &words("FRONT anna another"), 9).await, ["e-2"]);
        tell(&db, "edge", &[record("i-e-2", "Web-Back", &[])], 4_000).await;
        assert!(ids(&db, &words("front"), 9).await.is_empty());
        assert_eq!(ids(&db, &words("web-back"), 9).await, ["e-2"]);
        for at in [5_000, 6_000] {
            walk(&db, "edge", &fleet[..1], at).await;
        }
        assert_eq!(
            ids(&db, &words("web-back"), 9).await,
            ["e-2"],
            "gone, and kept"
        );
        db.purge_events(9_000).await.unwrap();
        assert!(ids(&db, &words("web-back"), 9).await.is_empty());
        if db.kind() == DatabaseKind::Sqlite {
            assert_eq!(
                indexed(&db, "web").await,
                0,
                "what is forgotten is in no index"
            );
            assert_eq!(indexed(&db, "sec").await, 1);
        }
    }
}

#[tokio::test]
async fn a_word_of_three_signs_is_asked_of_the_index() {
    for (db, _database) in stores().await {
        walk(
            &db,
            "edge",
            &[described("e-1", "a disk"), described("e-2", "")],
            1_000,
        )
        .await;
        if db.kind() == DatabaseKind::Postgres {
            assert!(has_index(&db).await);
            continue;
        }
        // An index that has nothing finds nothing; what is shorter is read.
        run(&db, "DELETE FROM event_search").await;
        let found = |text: &str| {
            let query = words(text);
            let db = db.clone();
            async move {
                db.search_counts(&query)
                    .await
                    .unwrap()
                    .unwrap()
                    .total(&query)
            }
        };
        assert_eq!(found("disk").await, 0);
        assert_eq!(found("di").await, 1);
        assert_eq!(found("di sk").await, 1);
    }
}

#[tokio::test]
async fn events_from_before_the_index_are_found_by_it() {
    for database in both().await {
        let url = database.url().parse().unwrap();
        let db = Db::open(&url).await.unwrap();
        run(
            &db,
            match db.kind() {
                DatabaseKind::Sqlite => {
                    "DROP TRIGGER event_search_insert; DROP TRIGGER event_search_update; \
                 DROP TRIGGER event_search_delete; DROP TABLE event_search; \
                 DELETE FROM _sqlx_migrations WHERE version = 60"
                }
                DatabaseKind::Postgres => "DROP INDEX events_by_trigrams; DROP EXTENSION pg_trgm",
            },
        )
        .await;
        walk(&db, "edge", &[described("e-1", "a disk")], 1_000).await;
        tell(&db, "edge", &[record("i-e-1", "web-front", &[])], 2_000).await;
        db.close().await;
        drop(db);
        let db = Db::open(&url).await.unwrap();
        for text in ["disk", "front"] {
            assert_eq!(ids(&db, &words(text), 9).await, ["e-1"], "{text}");
        }
        match db.kind() {
            DatabaseKind::Sqlite => assert_eq!(indexed(&db, "dis").await, 1),
            DatabaseKind::Postgres => assert!(has_index(&db).await),
        }
        db.close().await;
    }
}

/// Refuses the extension as a server does that has it, to a user who may not have it.
const REFUSE: &str = "DROP INDEX events_by_trigrams; DROP EXTENSION pg_trgm; \
    CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN \
    RAISE EXCEPTION 'permission denied to create extension \"pg_trgm\"' USING ERRCODE = '42501'; END $$; \
    CREATE EVENT TRIGGER refused ON ddl_command_start WHEN TAG IN ('CREATE EXTENSION') \
    EXECUTE FUNCTION refuse()";

#[tokio::test]
async fn a_server_that_allows_no_extension_is_searched_by_reading_until_it_does() {
    for database in both().await {
        if database.kind() != evenkeel_testdb::DatabaseKind::Postgres {
            continue;
        }
        let url = database.url().parse().unwrap();
        let db = Db::open(&url).await.unwrap();
        run(&db, REFUSE).await;
        db.close().await;
        drop(db);
        let db = Db::open(&url).await.unwrap();
        walk(
            &db,
            "edge",
            &[described("e-1", "a disk"), described("e-2", "")],
            1_000,
        )
        .await;
        assert!(!has_index(&db).await);
        assert_eq!(ids(&db, &words("disk"), 9).await, ["e-1"]);
        // Whoever may do it does it, and wherever that is.
        run(
            &db,
            "DROP EVENT TRIGGER refused; CREATE SCHEMA \"Its own\"; \
             CREATE EXTENSION pg_trgm SCHEMA \"Its own\"",
        )
        .await;
        db.close().await;
        drop(db);
        let db = Db::open(&url).await.unwrap();
        assert!(has_index(&db).await);
        assert_eq!(ids(&db, &words("disk"), 9).await, ["e-1"]);
        db.close().await;
    }
}

/// Signs that fold, that patterns or the index's language know, of one to four bytes.
const SIGNS: &[&str] = &[
    "a", "A", "b", "e", "-", "%", "_", "\\", "\"", "'", "*", "İ", "ß", "Σ", "σ", "ς", "e\u{301}",
    "维", "护", "事", "件", "𠮷", "🦀", "\u{fffd}",
];

fn text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(select(SIGNS), 0..=most).prop_map(|signs| signs.concat())
}

/// What a search means: every word is somewhere in what is searched, both folded.
fn matches(event: &Event, name: Option<&str>, words: &[String]) -> bool {
    let text = event.search_text().to_lowercase();
    let name = name.unwrap_or_default().to_lowercase();
    words.iter().map(|word| word.to_lowercase()).all(|word| {
        text.split('\n')
            .chain([name.as_str()])
            .any(|part| part.contains(&word))
    })
}

#[test]
fn a_search_finds_what_holds_all_its_words_and_nothing_else() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stores = runtime.block_on(stores());
    let fleet = prop::collection::vec((text(9), prop::option::of(text(6))), 12);
    let searched = prop::collection::vec(prop::collection::vec(text(4), 1..3), 12);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(12));
    let time = std::cell::Cell::new(0);
    let result = runner.run(&(fleet, searched), |(fleet, searched)| {
        let events: Vec<(Event, Option<String>)> = fleet
            .into_iter()
            .enumerate()
            .map(|(n, (text, name))| (described(&format!("x{n:02}"), &text), name))
            .collect();
        let listed: Vec<Event> = events.iter().map(|(event, _)| event.clone()).collect();
        let records: Vec<_> = events
            .iter()
            .map(|(event, name)| {
                record(&event.resource_id, name.as_deref().unwrap_or_default(), &[])
            })
            .collect();
        runtime.block_on(async {
            for (db, _database) in &stores {
                // The texts of the case before are changed to these.
                time.set(time.get() + 1_000);
                walk(db, "edge", &listed, time.get()).await;
                tell(db, "edge", &records, time.get()).await;
                for searched in &searched {
                    let words: Vec<String> = searched
                        .iter()
                        .filter(|word| !word.is_empty())
                        .cloned()
                        .collect();
                    let query = EventQuery {
                        words: words.clone(),
                        ..sorted_by("id")
                    };
                    let expected: Vec<&str> = events
                        .iter()
                        .filter(|(event, name)| matches(event, name.as_deref(), &words))
                        .map(|(event, _)| event.id.as_str())
                        .collect();
                    assert_eq!(
                        ids(db, &query, 5).await,
                        expected,
                        "{words:?} in {:?}",
                        db.kind()
                    );
                }
            }
        });
        Ok(())
    });
    result.unwrap();
}
