//! All events as one listing: what it says, how it comes, and what catches it up.

use std::{collections::BTreeMap, io::Read as _};

use axum::{
    body::{Body, BodyDataStream},
    http::{HeaderMap, Request, StatusCode},
};
use evenkeel::StateKind;
use evenkeel_api::{
    StoredEvent,
    listing::{Block, FrameReader, ListingError, ListingFrame, ListingHead},
};
use futures::StreamExt as _;
use http_body_util::BodyExt as _;
use serde_json::json;

use crate::world::{HOUR, Running, START, ens, huawei, on_each_database, time};

/// A listing that was read to its end.
struct Told {
    head: ListingHead,
    blocks: Vec<Block>,
    went: Vec<[String; 3]>,
}

impl Told {
    fn ids(&self) -> Vec<String> {
        let rows = self.blocks.iter().flat_map(|block| block.ids.iter());
        rows.map(str::to_owned).collect()
    }
}

async fn ask(
    proxy: &Running,
    path: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::get(format!("/api/v1/{path}")).header("host", "127.0.0.1:8080");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = proxy.send(request.body(Body::empty()).unwrap()).await;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status, head.headers, body.to_vec())
}

fn read(bytes: &[u8]) -> Result<Told, ListingError> {
    let mut reader = FrameReader::default();
    reader.push(bytes);
    let (mut head, mut blocks, mut went) = (None, Vec::new(), Vec::new());
    while let Some(frame) = reader.next()? {
        match frame {
            ListingFrame::Head(told) => head = Some(*told),
            ListingFrame::Block(block) => blocks.push(*block),
            ListingFrame::Went(told) => went.extend(
                told.iter()
                    .map(|(account, id, resource)| [account, id, resource].map(str::to_owned)),
            ),
            ListingFrame::End => {}
        }
    }
    reader.finish()?;
    Ok(Told {
        head: head.ok_or(ListingError::Cut)?,
        blocks,
        went,
    })
}

async fn listing(proxy: &Running, query: &str) -> Told {
    let (status, headers, body) = ask(proxy, &format!("events/listing?{query}"), &[]).await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&body));
    assert_eq!(
        headers["content-type"],
        "application/vnd.evenkeel.listing;version=2"
    );
    read(&body).unwrap()
}

/// As [`listing`] for a client that takes gzip.
async fn packed_listing(proxy: &Running, query: &str) -> Told {
    let path = format!("events/listing?{query}");
    let (status, headers, packed) = ask(proxy, &path, &[("accept-encoding", "gzip")]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-encoding"], "gzip");
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice())
        .read_to_end(&mut body)
        .unwrap();
    read(&body).unwrap()
}

fn as_listed(mut stored: StoredEvent) -> StoredEvent {
    stored.event.raw.clear();
    if let Some(resource) = &mut stored.resource {
        resource.read_at = None;
    }
    stored
}

on_each_database! {
    async fn a_listing_says_of_every_event_what_a_page_says(world: &SyncWorld, 30) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let batch = json!({"account": "edge", "action": "reboot", "items": [
            {"event_id": "e-0003", "resource_id": "i-0003", "when": "now"}]});
        let (status, body) = proxy.post("batches", "one", &batch).await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        // The order goes its way meanwhile: what is compared is what stood still.
        let (page, told) = loop {
            let before = world.events(&proxy, "limit=1000").await;
            let told = listing(&proxy, "").await;
            let after = world.events(&proxy, "limit=1000").await;
            if before.events == after.events {
                break (after, told);
            }
        };
        assert_eq!(told.head.total, 60);
        assert_eq!(told.head.since, None);
        let mut rows = BTreeMap::new();
        for block in &told.blocks {
            for row in 0..block.rows {
                let event = block.event(row).unwrap();
                let open: Vec<_> = block.open_items(row).cloned().collect();
                rows.insert(event.id.clone(), (event, block.resource(row), open, block.gone_at[row]));
            }
        }
        assert_eq!(rows.len(), 60);
        for stored in page.events {
            let stored = as_listed(stored);
            let (event, resource, open, gone_at) = &rows[&stored.event.id];
            assert_eq!(event, &stored.event);
            assert_eq!(open, &stored.open_items);
            let known = stored.resource.as_ref().filter(|it| it.says_something());
            assert_eq!((resource.as_ref(), *gone_at), (known, None));
        }
        proxy.stop().await;
    }

    async fn the_totals_come_first_and_by_themselves(world: &SyncWorld, 5) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let told = listing(&proxy, "account=edge").await;
        let counts: Vec<_> = told.head.counts.iter().map(|count| (count.account.as_str(), count.gone, count.states.clone())).collect();
        assert_eq!(counts, [("edge", false, BTreeMap::from([(StateKind::Inquiring, 5)]))]);
        let (status, body) = proxy.get("events/totals?gone=include").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!((body["total"].as_u64(), body["counts"].as_array().unwrap().len()), (Some(10), 2));
        assert_eq!(body["counts"][0]["states"]["inquiring"], 5);
        assert!(body["position"].as_i64() >= Some(told.head.position));
        proxy.stop().await;
    }

    async fn the_most_urgent_come_first_in_a_small_block_and_filters_hold(world: &SyncWorld, 400) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let told = listing(&proxy, "").await;
        let rows: Vec<usize> = told.blocks.iter().map(|block| block.rows).collect();
        assert_eq!(rows, [512, 288]);
        let pages = world.events(&proxy, "limit=1000").await;
        assert_eq!(told.ids(), pages.events.iter().map(|stored| stored.event.id.clone()).collect::<Vec<_>>());
        let some = listing(&proxy, "account=core&q=h-000").await;
        assert_eq!((some.head.total, some.ids().len()), (10, 10));
        let none = listing(&proxy, "account=nobody").await;
        assert_eq!((none.head.total, none.ids().len()), (0, 0));
        for query in ["sort=id", "limit=7", "cursor=x", "facets=true", "since=x", "since=-1", "colour=red"] {
            let (status, body) = proxy.get(&format!("events/listing?{query}")).await;
            assert_eq!((status, body["code"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_parameters")), "{query}");
        }
        let (status, _) = proxy.get("events/totals?since=7").await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        proxy.stop().await;
    }

    async fn of_more_events_than_a_page_keeps_the_head_alone_is_told(world: &SyncWorld, 20) {
        let proxy = world.proxy_listing(30).await;
        world.until_walked(&proxy).await;
        // Asked for twice: what was not sent is not kept either.
        for told in [packed_listing(&proxy, "").await, packed_listing(&proxy, "").await] {
            assert_eq!((told.head.total, told.head.most, told.ids().len()), (40, 30, 0));
            assert!(told.head.is_too_many());
            assert_eq!(told.head.counts.len(), 2);
        }
        // A view of fewer has its rows, and so has whoever catches up.
        let fewer = listing(&proxy, "account=edge").await;
        assert_eq!((fewer.head.is_too_many(), fewer.ids().len()), (false, 20));
        let since = listing(&proxy, "since=0").await;
        assert_eq!((since.head.is_too_many(), since.ids().len()), (false, 40));
        let (_, totals) = proxy.get("events/totals").await;
        assert_eq!((totals["total"].as_u64(), totals["most"].as_u64()), (Some(40), Some(30)));
        proxy.stop().await;
    }

    async fn a_second_visit_is_told_what_changed_and_what_went(world: &SyncWorld, 20) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let first = listing(&proxy, "").await;
        let since = format!("since={}", first.head.position);
        let nothing = listing(&proxy, &since).await;
        assert_eq!((nothing.head.since, nothing.ids(), nothing.went), (Some(first.head.position), vec![], vec![]));

        let mut others: Vec<_> = (0..20).map(ens).collect();
        others[7]["not_before"] = json!(time(START + 7 * HOUR));
        others.remove(3);
        others.push(ens(99));
        world.list(others, (0..20).map(huawei).collect()).await;
        world.walk_again(&proxy).await;
        world.until_in_time(&proxy, "gone", |page| page.total == 40).await;
        let second = listing(&proxy, &since).await;
        let mut ids = second.ids();
        ids.sort();
        assert_eq!(ids, ["e-0007", "e-0099"]);
        assert_eq!(second.went, [["edge", "e-0003", "i-0003"].map(str::to_owned)]);
        assert_eq!((second.head.total, second.head.since), (40, Some(first.head.position)));

        // In a view that has it, an event that is gone is no event that went.
        let with_past = listing(&proxy, &format!("{since}&gone=include")).await;
        assert!(with_past.went.is_empty() && with_past.ids().contains(&"e-0003".to_owned()));
        // A position that nobody knows is answered with everything, and the head says so.
        let all = listing(&proxy, "since=1000000").await;
        assert_eq!((all.head.since, all.ids().len()), (None, 40));
        proxy.stop().await;
    }

    async fn what_was_kept_is_caught_up_by_its_mark_as_long_as_it_is_of_the_same(world: &SyncWorld, 20) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let mark = async |query: &str| {
            let (status, headers, body) = ask(&proxy, &format!("events/listing?{query}"), &[]).await;
            assert_eq!(status, StatusCode::OK);
            let told = read(&body).unwrap();
            (headers.get("evenkeel-listing-mark").map(|mark| mark.to_str().unwrap().to_owned()), told)
        };
        let (whole, told) = mark("").await;
        let whole = whole.unwrap();
        assert!(whole.starts_with(&format!("{}.", told.head.position)), "{whole}");

        // What catches up is not whole, and nothing to be kept by itself.
        let (none, rest) = mark(&format!("since={whole}")).await;
        assert_eq!((none, rest.head.since, rest.ids()), (None, Some(told.head.position), vec![]));

        // Another store's, or one's own of when one saw other accounts.
        let (again, all) = mark(&format!("since={}.0123456789abcdef", told.head.position)).await;
        assert_eq!((all.head.since, all.ids().len()), (None, 40));
        assert_eq!(again, Some(whole));
        proxy.stop().await;
    }

    async fn what_was_sent_last_is_sent_again_and_after_it_what_changed_and_what_went(world: &SyncWorld, 20) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let first = packed_listing(&proxy, "").await;
        let same = packed_listing(&proxy, "").await;
        assert_eq!((same.ids(), same.went), (first.ids(), vec![]));

        let mut others: Vec<_> = (0..20).map(ens).collect();
        others[7]["not_before"] = json!(time(START + 7 * HOUR));
        others.remove(3);
        others.push(ens(99));
        world.list(others, (0..20).map(huawei).collect()).await;
        world.walk_again(&proxy).await;
        world.until_in_time(&proxy, "gone", |page| page.total == 40).await;
        let second = packed_listing(&proxy, "").await;
        let mut added = second.ids().split_off(first.ids().len());
        added.sort();
        assert_eq!(second.ids()[..40], first.ids());
        assert_eq!(added, ["e-0007", "e-0099"]);
        assert_eq!(second.went, [["edge", "e-0003", "i-0003"].map(str::to_owned)]);
        assert_eq!((second.head.total, second.head.since), (40, None));
        assert!(second.head.position > first.head.position);
        // The later row of an event is the one that counts, and a view of some events is another listing.
        let last = second.blocks.last().unwrap();
        let moved = (0..last.rows).filter_map(|row| last.event(row)).find(|event| event.id == "e-0007");
        assert_eq!(moved.unwrap().not_before.unwrap().as_millis(), START + 7 * HOUR);
        let some = packed_listing(&proxy, "account=core").await;
        assert_eq!((some.ids().len(), some.went), (20, vec![]));
        proxy.stop().await;
    }

    async fn what_is_worth_it_is_compressed_for_who_takes_it(world: &SyncWorld, 60) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let (_, plain_headers, plain) = ask(&proxy, "events/listing", &[]).await;
        assert!(!plain_headers.contains_key("content-encoding"));
        let (_, headers, packed) = ask(&proxy, "events/listing", &[("accept-encoding", "gzip, br")]).await;
        assert_eq!(headers["content-encoding"], "gzip");
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(read(&unpacked).unwrap().ids(), read(&plain).unwrap().ids());
        assert!(packed.len() < plain.len());

        let (_, headers, page) = ask(&proxy, "events?limit=100", &[("accept-encoding", "gzip")]).await;
        assert_eq!(headers["content-encoding"], "gzip");
        let mut text = String::new();
        flate2::read::GzDecoder::new(page.as_slice()).read_to_string(&mut text).unwrap();
        assert!(text.len() > 4 * page.len() && text.starts_with("{\"events\":["));
        let (_, headers, _) = ask(&proxy, "accounts", &[("accept-encoding", "br")]).await;
        assert_eq!(headers["content-encoding"], "br");
        proxy.stop().await;
    }

    async fn a_client_of_another_version_is_refused(world: &SyncWorld, 1) {
        let proxy = world.proxy().await;
        let accept = [("accept", "application/vnd.evenkeel.listing;version=3")];
        let (status, _, body) = ask(&proxy, "events/listing", &accept).await;
        assert_eq!(status, StatusCode::NOT_ACCEPTABLE);
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], "not_acceptable");
        proxy.stop().await;
    }

    async fn a_block_is_there_before_the_next_is_asked_for_and_a_cut_is_noticed(world: &SyncWorld, 400) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let request = Request::get("/api/v1/events/listing")
            .header("host", "127.0.0.1:8080")
            .header("accept-encoding", "gzip");
        let answer = proxy.send(request.body(Body::empty()).unwrap()).await;
        let mut body: BodyDataStream = answer.into_body().into_data_stream();
        let mut packed = Vec::new();
        for _ in 0..2 {
            packed.extend(body.next().await.unwrap().unwrap());
        }
        let mut early = Vec::new();
        // The stream is not at its end, which the decoder says; what is there can be read.
        drop(flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut early));
        let mut reader = FrameReader::default();
        reader.push(&early);
        assert!(matches!(reader.next(), Ok(Some(ListingFrame::Head(_)))));
        assert!(matches!(reader.next(), Ok(Some(ListingFrame::Block(block))) if block.rows == 512));
        assert_eq!(reader.next(), Ok(None));
        assert_eq!(reader.finish(), Err(ListingError::Cut));
        drop(body);
        proxy.stop().await;
    }
}
