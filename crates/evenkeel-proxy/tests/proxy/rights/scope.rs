//! What is seen of accounts, and done about them, by those who have a role for others.

use evenkeel::Event;
use evenkeel_api::{AccountList, BatchList, EventPage, headers};
use evenkeel_store::{Db, Reach, SyncRun};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::io::Read as _;

use super::*;
use crate::client::Answer;

const CORE_ORDER: &str = r#"{"account":"core","action":"accept","items":[{"event_id":"core-event","resource_id":"core-machine","when":"now"}]}"#;

/// Reads these events into the store: those that were there before are gone.
async fn read(db: &Db, account: &str, provider: &str, ids: &[&str], at: i64) {
    let event = |id: &&str| -> Event {
        serde_json::from_value(json!({
            "account": account, "provider": provider, "id": id, "resource_id": format!("{account}-machine"),
            "raw": "{}", "type": {"raw": format!("{account}-type")}, "state": {"raw": "inquiring"},
            "description": {"und": format!("broken in {account}")}, "level": format!("{account}-level"),
        }))
        .unwrap()
    };
    let events: Vec<Event> = ids.iter().map(event).collect();
    let mut run = SyncRun::begin(db, account).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    run.take(&mut tx, &events, at).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.begin().await.unwrap();
    run.finish(&mut tx, Reach::Whole, None, at).await.unwrap();
    tx.commit().await.unwrap();
}

/// Two accounts with an event and a batch each, and a position before one of `core`'s events went.
struct World {
    stand: Stand,
    admin: String,
    edge_batch: String,
    core_batch: String,
    before: i64,
}

impl World {
    async fn new() -> Self {
        let stand = Stand::new().await;
        let admin = token(&stand, "everything", &Grants::everything()).await;
        read(&stand.db, "edge", "ens", &["e-1"], 1_000).await;
        read(
            &stand.db,
            "core",
            "huawei-ecs",
            &["core-event", "core-gone"],
            1_000,
        )
        .await;
        let before = stand.db.head().await.unwrap();
        read(&stand.db, "core", "huawei-ecs", &["core-event"], 2_000).await;
        read(&stand.db, "core", "huawei-ecs", &["core-event"], 3_000).await;
        let edge_batch = order(&stand, &admin, EDGE_ORDER, "edge").await;
        let core_batch = order(&stand, &admin, CORE_ORDER, "core").await;
        Self {
            stand,
            admin,
            edge_batch,
            core_batch,
            before,
        }
    }

    async fn one_of(&self, role: Role, account: &str) -> String {
        let grants = Grants::one(role, accounts(&[account]));
        token(&self.stand, &format!("{role}-of-{account}"), &grants).await
    }

    async fn get(&self, path: &str, token: &str) -> Answer {
        self.stand.get(path, &[("authorization", token)]).await
    }

    async fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> Said {
        ask(&self.stand, method, path, token, body).await
    }
}

#[tokio::test]
async fn nothing_is_told_of_accounts_that_one_has_no_role_for() {
    let world = World::new().await;
    let viewer = world.one_of(Role::Viewer, "edge").await;
    let (events, listing) = (paths::events(), paths::listing());
    let since = format!("{listing}?since={}", world.before);
    for path in [
        paths::accounts(),
        paths::batches(),
        format!("{}?account=core", paths::batches()),
        format!("{events}?facets=true"),
        format!("{events}?facets=true&gone=include"),
        format!("{events}?account=core&facets=true"),
        format!("{events}?account=core&account=edge&facets=true"),
        format!("{events}?provider=huawei-ecs&facets=true"),
        format!("{events}?q=broken&facets=true"),
        format!("{events}?resource=machine&facets=true"),
        format!("{events}?sort=-account&limit=1"),
        paths::totals(),
        format!("{}?q=broken", paths::totals()),
        listing.clone(),
        format!("{listing}?q=broken"),
        since.clone(),
    ] {
        let all = world.get(&path, &world.admin).await;
        let seen = world.get(&path, &viewer).await;
        assert_eq!(all.head.status(), StatusCode::OK, "{path}");
        assert_eq!(seen.head.status(), StatusCode::OK, "{path}");
        let has = |answer: &Answer| String::from_utf8_lossy(&answer.body).contains("core");
        assert!(has(&all), "{path} would tell of it");
        assert!(
            !has(&seen),
            "{path}: {:?}",
            String::from_utf8_lossy(&seen.body)
        );
    }
    // Not even that one of them went.
    let gone = |answer: Answer| String::from_utf8_lossy(&answer.body).contains("core-gone");
    assert!(gone(world.get(&since, &world.admin).await));
    assert!(!gone(world.get(&since, &viewer).await));
}

/// What somebody kept has nothing of the accounts that they see only since: it cannot be caught up.
#[tokio::test]
async fn a_listing_that_was_kept_is_caught_up_by_whoever_sees_the_same() {
    let world = World::new().await;
    let viewer = world.one_of(Role::Viewer, "edge").await;
    let listing = paths::listing();
    let whole = async |query: &str, token: &str| {
        let answer = world.get(&format!("{listing}{query}"), token).await;
        answer.header(headers::LISTING_MARK).map(str::to_owned)
    };
    let mark = whole("", &viewer).await.unwrap();
    assert_eq!(whole(&format!("?since={mark}"), &viewer).await, None);
    assert!(
        whole(&format!("?since={mark}"), &world.admin)
            .await
            .is_some()
    );
}

#[tokio::test]
async fn what_one_sees_is_all_there_and_counted() {
    let world = World::new().await;
    let viewer = world.one_of(Role::Viewer, "edge").await;
    let path = format!("{}?facets=true&gone=include", paths::events());
    for query in ["", "&q=broken"] {
        let answer = world.get(&format!("{path}{query}"), &viewer).await;
        let page: EventPage<Value> = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!((page.events.len(), page.total), (1, 1), "{query}");
        let facets = page.facets.unwrap();
        assert_eq!(facets.account, [("edge".to_owned(), 1)].into());
        assert_eq!(facets.level, [("edge-level".to_owned(), 1)].into());
        assert_eq!(page.accounts.len(), 1);
    }
    let answer = world.get(&paths::accounts(), &viewer).await;
    let list: AccountList = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(list.accounts.len(), 1);
    let answer = world.get(&paths::batches(), &viewer).await;
    let list: BatchList = serde_json::from_slice(&answer.body).unwrap();
    let ids: Vec<&str> = list.batches.iter().map(|batch| &*batch.id).collect();
    assert_eq!(ids, [&world.edge_batch]);
    let event = world.get(&paths::event("edge", "e-1"), &viewer).await;
    assert_eq!(event.head.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_listing_that_is_kept_for_all_is_told_to_nobody_else() {
    let world = World::new().await;
    let viewer = world.one_of(Role::Viewer, "edge").await;
    let told = async |token: &str| {
        let headers = [("authorization", token), ("accept-encoding", "gzip")];
        let answer = world.stand.get(&paths::listing(), &headers).await;
        assert_eq!(answer.header("content-encoding"), Some("gzip"));
        let mut bytes = Vec::new();
        GzDecoder::new(&*answer.body)
            .read_to_end(&mut bytes)
            .unwrap();
        String::from_utf8_lossy(&bytes).contains("core-event")
    };
    assert!(told(&world.admin).await);
    assert!(!told(&viewer).await);
    assert!(told(&world.admin).await);
    // An account's first event that comes after somebody looked is none of theirs either.
    let other = world.one_of(Role::Viewer, "nowhere").await;
    assert!(!told(&other).await);
}

#[tokio::test]
async fn what_is_of_another_account_is_not_there() {
    let world = World::new().await;
    let id = &world.core_batch;
    for role in Role::ALL {
        let header = world.one_of(role, "edge").await;
        for (method, path, code) in [
            ("GET", paths::batch(id), ProblemCode::UnknownBatch),
            ("GET", paths::items(id), ProblemCode::UnknownBatch),
            ("GET", paths::item(id, 0), ProblemCode::UnknownBatch),
            ("POST", paths::pause(id), ProblemCode::UnknownBatch),
            ("POST", paths::resume(id), ProblemCode::UnknownBatch),
            ("POST", paths::cancel(id), ProblemCode::UnknownBatch),
            ("POST", paths::settle(id, 0), ProblemCode::UnknownBatch),
            ("POST", paths::retry_failed(id), ProblemCode::UnknownBatch),
            (
                "GET",
                paths::event("core", "core-event"),
                ProblemCode::UnknownAccount,
            ),
            (
                "POST",
                paths::operation("core", "ListScheduledEvents"),
                ProblemCode::UnknownAccount,
            ),
            (
                "POST",
                paths::operation("core", "AcceptScheduledEvent"),
                ProblemCode::UnknownAccount,
            ),
        ] {
            let body = if path.ends_with("/settle") {
                r#"{"as":"accepted"}"#
            } else {
                "{}"
            };
            let said = world.ask(method, &path, &header, body).await;
            let right = match path.rsplit('/').next() {
                Some("pause" | "cancel") => Right::Stop,
                Some("resume" | "settle" | "retry-failed") => Right::Order,
                _ => Right::Read,
            };
            let wanted = if role.rights().contains(&right) {
                code
            } else {
                ProblemCode::NotAllowed
            };
            assert_eq!(said.code, Some(wanted), "{role}: {method} {path}");
        }
        let refresh = r#"{"accounts":["edge","core"]}"#;
        let said = world.ask("POST", &paths::refresh(), &header, refresh).await;
        assert_eq!(said.code, Some(ProblemCode::UnknownAccount), "{role}");
        if role.rights().contains(&Right::Order) {
            let said = world
                .ask("POST", &paths::batches(), &header, CORE_ORDER)
                .await;
            assert_eq!(said.code, Some(ProblemCode::UnknownAccount), "{role}");
        }
        let audit = world.ask("GET", &paths::audit(), &header, "").await;
        assert_eq!(audit.code, Some(ProblemCode::NotAllowed), "{role}");
    }
    let batch = world.stand.db.batch_summary(id).await.unwrap().unwrap();
    assert_eq!(batch.counts.queued, 1, "nothing was called off");
    assert_eq!(batch.held, None);
}

#[tokio::test]
async fn what_one_only_sees_is_refused_by_the_right_that_is_missing() {
    let world = World::new().await;
    let text = r#"[{"role":"viewer","accounts":"all"},{"role":"operator","accounts":["edge"]}]"#;
    let header = token(&world.stand, "both", &Grants::of_text(text)).await;
    let id = &world.core_batch;
    let act = paths::operation("core", "AcceptScheduledEvent");
    for (path, body) in [
        (paths::batches(), CORE_ORDER),
        (paths::pause(id), "{}"),
        (paths::resume(id), "{}"),
        (paths::cancel(id), "{}"),
        (paths::settle(id, 0), r#"{"as":"accepted"}"#),
        (paths::retry_failed(id), "{}"),
        (act, "{}"),
    ] {
        let said = world.ask("POST", &path, &header, body).await;
        assert_eq!(said.code, Some(ProblemCode::NotAllowed), "{path}");
        assert!(said.detail.contains("for the account `core`"), "{path}");
    }
    let said = world
        .ask("POST", &paths::pause(&world.edge_batch), &header, "{}")
        .await;
    assert_eq!(said.status, StatusCode::OK);
    // One who may order is told where orders go.
    let act = paths::operation("edge", "BatchEventRebootInstance");
    let said = world.ask("POST", &act, &header, "{}").await;
    assert_eq!(said.code, Some(ProblemCode::UseBatches));
}

/// What a stream says until it says something.
async fn said_until(world: &World, token: &str, sign: &str) -> String {
    let path = format!("{}?after={}", paths::stream(), world.before);
    let request = anonymous("GET", &path, &[("authorization", token)], "");
    let answer = world.stand.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let mut body = answer.into_body();
    let mut said = String::new();
    while !said.contains(sign) {
        let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
        said += std::str::from_utf8(&frame).unwrap();
    }
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_tells_of_ones_own_accounts_and_ends_with_another_role() {
    let world = World::new().await;
    let viewer = world.one_of(Role::Viewer, "edge").await;
    // After everything else there is one more change of what both see.
    let pause = paths::pause(&world.edge_batch);
    world.ask("POST", &pause, &world.admin, "{}").await;
    let last = r#""paused":true"#;
    let all = said_until(&world, &world.admin, last).await;
    assert!(all.contains("core-event") && all.contains(&world.core_batch));
    let seen = said_until(&world, &viewer, last).await;
    assert!(
        seen.contains(&world.edge_batch) && !seen.contains("core"),
        "{seen}"
    );

    let change = async {
        let name = viewer.strip_prefix("Bearer ").unwrap();
        let other = Grants::one(Role::Viewer, accounts(&["core"]));
        assert!(grant(&world.stand, name, &other).await);
    };
    let (seen, ()) = tokio::join!(said_until(&world, &viewer, "event: end"), change);
    assert!(seen.contains("logged_out"), "{seen}");
}
