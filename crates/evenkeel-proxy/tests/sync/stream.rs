//! The stream of changes.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    body::{Body, BodyDataStream},
    http::{Request, Response, StatusCode},
};
use evenkeel_api::{AccountStatus, EventPage, StoredEvent};
use evenkeel_proxy::InventoryOptions;
use futures::StreamExt;
use serde_json::{Value, json};

use crate::world::{MINUTE, Running, SyncWorld, ens, huawei, on_each_database, time};

/// A message of the stream.
#[derive(Debug, Clone, PartialEq)]
struct Message {
    id: Option<i64>,
    kind: String,
    data: Value,
}

/// A client of the stream.
struct Client {
    body: BodyDataStream,
    text: String,
    keep_alives: usize,
}

impl Client {
    async fn ask(proxy: &Running, path: &str, last: Option<i64>) -> Response<Body> {
        let mut request =
            Request::get(format!("/api/v1/stream{path}")).header("host", "127.0.0.1:8080");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        proxy.send(request.body(Body::empty()).unwrap()).await
    }

    async fn join(proxy: &Running, path: &str, last: Option<i64>) -> Self {
        let answer = Self::ask(proxy, path, last).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self {
            body: answer.into_body().into_data_stream(),
            text: String::new(),
            keep_alives: 0,
        }
    }

    /// The next message; none when the stream has ended.
    async fn next(&mut self) -> Option<Message> {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                if let Some(message) = parse(&block) {
                    return Some(message);
                }
                self.keep_alives += 1;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(30), self.body.next())
                .await
                .unwrap()?;
            self.text
                .push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
    }

    /// The messages until one is as wished, that one included. Where a walk fails, as on a machine
    /// whose disk is busy for seconds, time passes until the next.
    async fn until(
        &mut self,
        world: &SyncWorld,
        mut wished: impl FnMut(&Message) -> bool,
    ) -> Vec<Message> {
        let mut messages = Vec::new();
        let all = async {
            loop {
                let message = self.next().await.unwrap();
                let is_wished = wished(&message);
                let failed = message.kind == "account" && message.data["phase"] == "failing";
                messages.push(message);
                if is_wished {
                    return;
                }
                if failed {
                    world.advance(MINUTE / 2).await;
                }
            }
        };
        if tokio::time::timeout(Duration::from_mins(3), all)
            .await
            .is_err()
        {
            messages.retain(|message| message.kind != "event");
            panic!("it is not told, but: {messages:#?}");
        }
        messages
    }
}

fn parse(block: &str) -> Option<Message> {
    let mut message = Message {
        id: None,
        kind: String::new(),
        data: Value::Null,
    };
    for line in block.lines() {
        if let Some(id) = line.strip_prefix("id: ") {
            message.id = Some(id.parse().unwrap());
        } else if let Some(kind) = line.strip_prefix("event: ") {
            kind.clone_into(&mut message.kind);
        } else if let Some(data) = line.strip_prefix("data: ") {
            message.data = serde_json::from_str(data).unwrap();
        }
    }
    (!message.kind.is_empty()).then_some(message)
}

/// What a client knows that loads a page and then takes the stream.
fn learn(known: &mut BTreeMap<String, StoredEvent>, messages: &[Message]) {
    for message in messages.iter().filter(|message| message.kind == "event") {
        let event: StoredEvent = serde_json::from_value(message.data.clone()).unwrap();
        known.insert(event.event.id.clone(), event);
    }
}

fn known(page: &EventPage) -> BTreeMap<String, StoredEvent> {
    let ids = page.events.iter().map(|event| event.event.id.clone());
    ids.zip(page.events.iter().cloned()).collect()
}

/// Whether it says that an account was read to its end at that time or after it.
fn walked(message: &Message, account: &str, at: i64) -> bool {
    message.kind == "account"
        && message.data["account"] == account
        && message.data["phase"] == "ok"
        && message.data["updated_at"].as_str() >= Some(&time(at))
}

/// An event that has another state in each of so many turns.
fn turned(n: usize, turn: i64, world: &SyncWorld) -> Value {
    let mut event = ens(n);
    let at = |hours: i64| time(world.now() + hours * 60 * MINUTE);
    event["course"] = match turn % 3 {
        0 => json!({"kind": "planned", "starts_at": at(1), "ends_at": at(2)}),
        1 => json!({"kind": "planned", "starts_at": at(-1), "ends_at": at(2)}),
        _ => json!({"kind": "planned", "starts_at": at(-2), "ends_at": at(-1)}),
    };
    event
}

on_each_database! {
    async fn a_page_and_the_stream_from_its_position_miss_nothing(world: &SyncWorld, 30) {
        let proxy = world.proxy().await;
        let page = world.until(&proxy, "begun", |page| !page.events.is_empty()).await;
        let mut known = known(&page);
        let mut client = Client::join(&proxy, &format!("?after={}", page.position), None).await;
        world.until_walked(&proxy).await;
        let mut ids = vec![page.position];
        for turn in 0..4 {
            let events = (0..30).map(|n| turned(n, turn, world)).collect();
            world.list(events, (0..30).map(huawei).collect()).await;
            world.advance(2 * MINUTE).await;
            let now = world.now();
            let mut left = vec!["edge", "core"];
            let messages = client.until(world, |message| {
                left.retain(|account| !walked(message, account, now));
                left.is_empty()
            }).await;
            ids.extend(messages.iter().filter_map(|message| message.id));
            learn(&mut known, &messages);
        }
        assert!(ids.is_sorted_by(|one, other| one < other), "{ids:?}");
        let page = world.until_walked(&proxy).await;
        assert_eq!(known.len(), 60);
        for event in page.events {
            let told = &known[&event.event.id];
            assert_eq!(told.event, event.event);
            assert_eq!(told.changed_at, event.changed_at);
        }
        proxy.stop().await;
    }

    async fn how_the_inventory_is_is_told_as_it_changes(world: &SyncWorld, 0) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.csv");
        let write = |text: &str| {
            let other = folder.path().join("other");
            std::fs::write(&other, text).unwrap();
            std::fs::rename(other, &path).unwrap();
        };
        write("resource_id,name\n,nameless\ni-1,one\n");
        let inventory = InventoryOptions {
            look: Duration::from_millis(10),
            ..InventoryOptions::of(path.clone()).unwrap()
        };
        let proxy = world.proxy_watching(inventory).await;
        let mut client = Client::join(&proxy, "?after=0", None).await;
        let counts = |message: &Message, resources: u64, problems: u64| {
            message.kind == "inventory"
                && (&message.data["resources"], &message.data["problem_count"]) == (&json!(resources), &json!(problems))
        };
        let messages = client.until(world, |message| counts(message, 1, 1)).await;
        let told = &messages.last().unwrap().data;
        assert_eq!(told["problems"][0]["line"], 2);
        assert_eq!(told, &proxy.get("accounts").await.1["inventory"]);
        write("resource_id,name\ni-1,one\ni-2,two\n");
        client.until(world, |message| counts(message, 2, 0)).await;
        proxy.stop().await;
    }

    async fn a_client_that_broke_off_goes_on_where_it_was(world: &SyncWorld, 30) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let mut whole = Client::join(&proxy, "?after=0", None).await;
        let now = world.now();
        let all = whole.until(world, |message| walked(message, "core", now)).await;
        let events = all.iter().filter(|message| message.kind == "event").count();
        assert!(events >= 30, "{events}");
        for cut in [1, 2, all.len() / 2] {
            let last = all[cut - 1].id.unwrap();
            // What the URL says is where it began; the header is where it is.
            let mut client = Client::join(&proxy, "?after=0", Some(last)).await;
            let next = client.next().await.unwrap();
            assert!(next.id.unwrap() > last);
            let rest = client.until(world, |message| walked(message, "core", now)).await;
            let ids: Vec<_> = std::iter::once(&next).chain(&rest).map(|message| &message.data["id"]).collect();
            let expected: Vec<_> = all[cut..].iter().map(|message| &message.data["id"]).collect();
            assert_eq!(ids, expected);
        }
        proxy.stop().await;
    }

    async fn without_a_position_it_begins_now(world: &SyncWorld, 3) {
        let proxy = world.proxy().await;
        let page = world.until_walked(&proxy).await;
        let mut client = Client::join(&proxy, "", None).await;
        world.advance(2 * MINUTE).await;
        let message = client.next().await.unwrap();
        assert_eq!(message.kind, "account");
        assert!(message.id.unwrap() > page.position);
        let status: AccountStatus = serde_json::from_value(message.data).unwrap();
        assert_eq!(status.updated_at.unwrap().as_millis(), world.now());
        proxy.stop().await;
    }

    async fn who_is_too_far_behind_is_told_to_load_anew(world: &SyncWorld, 5) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        proxy.db().prune_changes(2).await.unwrap();
        let head = proxy.db().head().await.unwrap();
        for place in [1, head + 1_000] {
            let mut client = Client::join(&proxy, &format!("?after={place}"), None).await;
            let message = client.next().await.unwrap();
            assert_eq!((message.kind.as_str(), message.id), ("reset", Some(head)));
            assert_eq!(message.data, json!({"position": head}));
            world.advance(2 * MINUTE).await;
            assert_eq!(client.next().await.unwrap().kind, "account", "it goes on from there");
            world.until_walked(&proxy).await;
            proxy.db().prune_changes(2).await.unwrap();
            if proxy.db().head().await.unwrap() != head {
                break;
            }
        }
        proxy.stop().await;
    }

    async fn who_does_not_listen_for_a_while_goes_on_where_it_was(world: &SyncWorld, 300) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let mut slow = Client::join(&proxy, "?after=0", None).await;
        let first = slow.next().await.unwrap();
        let mut quick = Client::join(&proxy, "?after=0", None).await;
        let mut told = Vec::new();
        for turn in 0..3 {
            let events = (0..300).map(|n| turned(n, turn, world)).collect();
            world.list(events, (0..300).map(huawei).collect()).await;
            world.advance(2 * MINUTE).await;
            let now = world.now();
            let mut left = vec!["edge", "core"];
            told.extend(quick.until(world, |message| {
                left.retain(|account| !walked(message, account, now));
                left.is_empty()
            }).await);
        }
        // An account that is told early is told as it is now: what counts is the place in the order.
        let last = told.last().unwrap().id;
        let rest = slow.until(world, |message| message.id >= last).await;
        let ids: Vec<_> = std::iter::once(&first).chain(&rest).filter_map(|message| message.id).collect();
        assert!(ids.is_sorted_by(|one, other| one < other), "{ids:?}");
        let (mut slowly, mut quickly) = (BTreeMap::new(), BTreeMap::new());
        learn(&mut slowly, &[first]);
        learn(&mut slowly, &rest);
        learn(&mut quickly, &told);
        for (id, event) in quickly {
            assert_eq!(slowly[&id].event, event.event);
        }
        proxy.stop().await;
    }

    async fn a_quiet_stream_says_that_it_is_there_and_ends_with_the_proxy(world: &SyncWorld, 1) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let mut client = Client::join(&proxy, "", None).await;
        let stopping = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            proxy.stop().await;
        });
        let message = client.next().await.unwrap();
        assert_eq!((message.kind, message.data), ("end".to_owned(), json!({"reason": "stopping"})));
        // The opening line, and what came while nothing happened.
        assert!(client.keep_alives >= 3, "{}", client.keep_alives);
        assert_eq!(client.next().await, None);
        stopping.await.unwrap();
    }

    async fn there_are_only_so_many_streams(world: &SyncWorld, 1) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let mut clients = Vec::new();
        for _ in 0..32 {
            clients.push(Client::join(&proxy, "", None).await);
        }
        let (code, body) = proxy.get("stream").await;
        assert_eq!((code, &body["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("too_many_streams")));
        clients.pop();
        while Client::ask(&proxy, "", None).await.status() != StatusCode::OK {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        for query in ["?after=x", "?after=-1", "?from=1"] {
            let (code, body) = proxy.get(&format!("stream{query}")).await;
            assert_eq!((code, &body["code"]), (StatusCode::BAD_REQUEST, &json!("invalid_parameters")));
        }
        proxy.stop().await;
    }
}
