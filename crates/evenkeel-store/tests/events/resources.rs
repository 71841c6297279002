//! What is known of the resources of events, and what events show of it.

use std::collections::BTreeMap;

use evenkeel::{LocalDisks, ResourceRecord};
use evenkeel_api::{Resource, SaidBy};
use evenkeel_store::{
    Answered, Changes, Db, EventQuery, Gone, InventoryEntry, Sort, StoredBody, Topic,
};
use serde_json::json;

use crate::world::{event, ids, life, shown, sorted_by, stores, walk};

pub(crate) fn record(id: &str, name: &str, tags: &[(&str, &str)]) -> ResourceRecord {
    ResourceRecord {
        id: id.to_owned(),
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        tags: texts(tags),
        ..ResourceRecord::default()
    }
}

pub(crate) fn entry(id: &str, name: Option<&str>, labels: &[(&str, &str)]) -> InventoryEntry {
    InventoryEntry {
        resource_id: id.to_owned(),
        name: name.map(str::to_owned),
        labels: texts(labels),
        ..InventoryEntry::default()
    }
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    pairs.iter().map(own).collect()
}

pub(crate) async fn tell(db: &Db, account: &str, records: &[ResourceRecord], at: i64) {
    tell_of(db, account, records, Answered::All, at).await;
}

async fn tell_of(db: &Db, account: &str, records: &[ResourceRecord], answered: Answered, at: i64) {
    let mut tx = db.begin().await.unwrap();
    tx.take_resources(account, records, answered, at)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

pub(crate) async fn keep(db: &Db, entries: &[InventoryEntry]) -> u64 {
    let changed = db.replace_inventory(entries).await.unwrap();
    while db.refresh_resources().await.unwrap() {}
    changed
}

async fn resource(db: &Db, id: &str) -> Option<Resource> {
    shown(&life(db, id).await.event).resource
}

/// The numbers of the events that changed after a position.
async fn told(db: &Db, after: i64) -> Vec<String> {
    let changes = match db.changes_after(after, 1_000).await.unwrap() {
        Changes::Rows { changes, .. } => changes,
        Changes::Reset { .. } => Vec::new(),
    };
    let events = changes
        .into_iter()
        .filter(|(_, change)| change.topic == Topic::Event);
    events.map(|(_, change)| change.subject).collect()
}

fn tagged(tags: &[(&str, &[&str])]) -> EventQuery {
    let own = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    EventQuery {
        tags: tags
            .iter()
            .map(|(tag, values)| ((*tag).to_owned(), own(values)))
            .collect(),
        ..EventQuery::default()
    }
}

#[tokio::test]
async fn what_a_cloud_did_not_tell_this_time_stays_and_what_it_told_is_new() {
    for (db, _database) in stores().await {
        let events = ["e-1", "e-2"].map(|id| event(id, json!({"resource_id": "i-1"})));
        walk(&db, "edge", &events, 1_000).await;
        let before = ResourceRecord {
            zone: Some("zone-1".to_owned()),
            status: Some("Running".to_owned()),
            ..record("i-1", "web-1", &[("owner", "Anna")])
        };
        tell(&db, "edge", &[before], 2_000).await;
        let renamed = [record("i-1", "web-2", &[])];
        tell_of(&db, "edge", &renamed, Answered::Part, 3_000).await;
        let shown = resource(&db, "e-1").await.unwrap();
        assert_eq!(shown.name.as_deref(), Some("web-2"));
        assert_eq!(shown.tags, texts(&[("owner", "Anna")]));
        assert_eq!(
            (shown.zone.as_deref(), shown.status.as_deref()),
            (Some("zone-1"), Some("Running"))
        );
        let tagged = [record("i-1", "", &[("owner", "Bo"), ("env", "prod")])];
        tell_of(&db, "edge", &tagged, Answered::Part, 4_000).await;
        let some = [record("i-1", "", &[("env", "test")])];
        tell_of(&db, "edge", &some, Answered::Part, 4_500).await;
        let shown = resource(&db, "e-2").await.unwrap();
        assert_eq!(shown.name.as_deref(), Some("web-2"));
        assert_eq!(shown.tags, texts(&[("env", "test"), ("owner", "Bo")]));
        tell(&db, "edge", &renamed, 5_000).await;
        let shown = resource(&db, "e-1").await.unwrap();
        assert_eq!((shown.tags, shown.zone), (texts(&[]), None), "it has none");
    }
}

#[tokio::test]
async fn what_the_cloud_tells_of_a_resource_is_shown_with_its_events_and_told_once() {
    for (db, _database) in stores().await {
        let events = [
            event("e-1", json!({"resource_id": "i-1"})),
            event("e-2", json!({"resource_id": "i-1"})),
            event("e-3", json!({"resource_id": "i-3"})),
        ];
        walk(&db, "edge", &events, 1).await;
        assert_eq!(resource(&db, "e-1").await, None);
        let before = db.head().await.unwrap();
        let web = ResourceRecord {
            zone: Some("cn-1".to_owned()),
            status: Some("Running".to_owned()),
            ..record("i-1", "web-1\0", &[("service", "web")])
        };
        tell(
            &db,
            "edge",
            &[web.clone(), record("i-9", "nobody", &[])],
            7_000,
        )
        .await;
        for id in ["e-1", "e-2"] {
            let shown = resource(&db, id).await.unwrap();
            assert_eq!(shown.name.as_deref(), Some("web-1\u{fffd}"));
            assert_eq!(shown.zone.as_deref(), Some("cn-1"));
            assert_eq!(shown.status.as_deref(), Some("Running"));
            assert_eq!(shown.tags, texts(&[("service", "web")]));
            assert_eq!(shown.local_disks, LocalDisks::Unknown);
            assert_eq!(shown.read_at.unwrap().as_millis(), 7_000);
        }
        assert_eq!(resource(&db, "e-3").await, None);
        assert_eq!(told(&db, before).await, ["1", "2"]);
        // The same again: nobody is told, and when it was read is.
        let before = db.head().await.unwrap();
        tell(&db, "edge", &[web], 9_000).await;
        assert_eq!(told(&db, before).await, [""; 0]);
        let shown = resource(&db, "e-1").await.unwrap();
        assert_eq!(shown.read_at.unwrap().as_millis(), 9_000);
        // What a later event is about is known already.
        let later = event("e-4", json!({"resource_id": "i-1"}));
        walk(&db, "edge", &[events[0].clone(), later], 2).await;
        assert_eq!(resource(&db, "e-4").await, resource(&db, "e-1").await);
        // Another account's resource of the same id is another resource.
        let other = event("e-5", json!({"account": "other", "resource_id": "i-1"}));
        walk(&db, "other", &[other], 3).await;
        let life = db.event_life("other", "e-5", None).await.unwrap().unwrap();
        assert_eq!(shown_resource(&life.event), None);
    }
}

fn shown_resource(body: &evenkeel_store::StoredBody) -> Option<Resource> {
    shown(body).resource
}

#[tokio::test]
async fn a_name_that_the_event_says_shows_at_once_and_yields_to_the_clouds() {
    for (db, _database) in stores().await {
        let said = |name: &str| {
            let raw = json!({"ExtendedAttribute": json!({"instanceName": name}).to_string()});
            event("e-1", json!({"resource_id": "i-1", "raw": raw.to_string()}))
        };
        walk(&db, "edge", &[said("first")], 1).await;
        let name = |resource: Option<Resource>| resource.and_then(|it| it.name);
        assert_eq!(name(resource(&db, "e-1").await).as_deref(), Some("first"));
        assert_eq!(resource(&db, "e-1").await.unwrap().read_at, None);
        let before = db.head().await.unwrap();
        walk(&db, "edge", &[said("second")], 2).await;
        assert_eq!(name(resource(&db, "e-1").await).as_deref(), Some("second"));
        assert_eq!(told(&db, before).await, ["1"]);
        // An id that the cloud says nothing about leaves what the event said.
        tell(&db, "edge", &[record("i-1", "", &[])], 3).await;
        assert_eq!(name(resource(&db, "e-1").await).as_deref(), Some("second"));
        tell(&db, "edge", &[record("i-1", "third", &[])], 4).await;
        assert_eq!(name(resource(&db, "e-1").await).as_deref(), Some("third"));
    }
}

#[tokio::test]
async fn the_inventory_wins_over_the_cloud_and_gives_way_when_it_is_taken_away() {
    for (db, _database) in stores().await {
        walk(
            &db,
            "edge",
            &[event("e-1", json!({})), event("e-2", json!({}))],
            1,
        )
        .await;
        let cloud = ResourceRecord {
            local_disks: LocalDisks::No,
            ..record("i-e-1", "cloud", &[("service", "web"), ("env", "prod")])
        };
        tell(&db, "edge", &[cloud], 2).await;
        let by_cloud = resource(&db, "e-1").await.unwrap();
        assert_eq!(by_cloud.local_disks_by, Some(SaidBy::Cloud));
        let own = InventoryEntry {
            local_disks: Some(LocalDisks::Yes),
            zone: Some("rack 7".to_owned()),
            ..entry(
                "i-e-1",
                Some("ours"),
                &[("service", "shop"), ("owner", "red")],
            )
        };
        let entries = [own, entry("i-e-2", None, &[("service", "mail")])];
        let before = db.head().await.unwrap();
        assert_eq!(keep(&db, &entries).await, 2);
        let shown = resource(&db, "e-1").await.unwrap();
        assert_eq!(shown.name.as_deref(), Some("ours"));
        assert_eq!(shown.zone.as_deref(), Some("rack 7"));
        let tags = [("env", "prod"), ("owner", "red"), ("service", "shop")];
        assert_eq!(shown.tags, texts(&tags));
        assert_eq!(shown.local_disks, LocalDisks::Yes);
        assert_eq!(shown.local_disks_by, Some(SaidBy::Inventory));
        assert_eq!(told(&db, before).await, ["1", "2"]);
        // The same inventory, whoever reads it, writes nothing.
        let before = db.head().await.unwrap();
        assert_eq!(keep(&db, &entries).await, 0);
        let moved = [
            entry("i-e-2", None, &[("service", "post")]),
            entries[0].clone(),
        ];
        assert_eq!(keep(&db, &moved).await, 1);
        assert_eq!(told(&db, before).await, ["2"]);
        // An event that comes later shows it too.
        walk(
            &db,
            "edge",
            &[event("e-3", json!({"resource_id": "i-e-1"}))],
            3,
        )
        .await;
        assert_eq!(resource(&db, "e-3").await, Some(shown));
        assert_eq!(keep(&db, &[]).await, 2);
        assert_eq!(resource(&db, "e-1").await, Some(by_cloud));
        assert_eq!(resource(&db, "e-2").await, None);
    }
}

#[tokio::test]
async fn an_entry_for_one_account_goes_before_one_for_all() {
    for (db, _database) in stores().await {
        for account in ["edge", "core"] {
            walk(
                &db,
                account,
                &[event("e-1", json!({"resource_id": "i-1"}))],
                1,
            )
            .await;
        }
        let all = entry("i-1", Some("for all"), &[("owner", "red")]);
        let core = InventoryEntry {
            account: Some("core".to_owned()),
            ..entry("i-1", Some("core's"), &[])
        };
        let names = async || {
            let page = db
                .event_page(&EventQuery::default(), None, 10, 2)
                .await
                .unwrap();
            let name = |it: &StoredBody| shown(it).resource.unwrap().name.unwrap();
            let names = page.events.iter();
            let names = names.map(|it| format!("{}: {}", it.account, name(it)));
            let mut names: Vec<_> = names.collect();
            names.sort_unstable();
            names
        };
        assert_eq!(keep(&db, &[core.clone(), all.clone()]).await, 1);
        assert_eq!(names().await, ["core: core's", "edge: for all"]);
        // Its own entry alone is taken away.
        assert_eq!(keep(&db, std::slice::from_ref(&all)).await, 1);
        assert_eq!(names().await, ["core: for all", "edge: for all"]);
        assert_eq!(keep(&db, &[core, all]).await, 1);
        assert_eq!(names().await, ["core: core's", "edge: for all"]);
    }
}

#[tokio::test]
async fn events_are_found_by_name_and_by_the_values_of_tags() {
    for (db, _database) in stores().await {
        let events = ["e-1", "e-2", "e-3", "e-4"].map(|id| event(id, json!({})));
        walk(&db, "edge", &events, 1).await;
        let records = [
            record("i-e-1", "Web-1", &[("service", "web"), ("env", "prod")]),
            record("i-e-2", "web-2", &[("service", "web"), ("env", "test")]),
            record("i-e-3", "mail_1", &[("service", "mail"), ("env", "prod")]),
        ];
        tell(&db, "edge", &records, 2).await;
        let searched = |word: &str| EventQuery {
            words: vec![word.to_owned()],
            ..EventQuery::default()
        };
        let web = &["web"][..];
        for (query, found) in [
            (searched("WEB-1"), &["e-1"][..]),
            (searched("mail_"), &["e-3"]),
            (searched("prod"), &["e-1", "e-3"]),
            (searched("service"), &[]),
            (tagged(&[("service", web)]), &["e-1", "e-2"]),
            (
                tagged(&[("service", &["web", "mail"])]),
                &["e-1", "e-2", "e-3"],
            ),
            (tagged(&[("service", web), ("env", &["prod"])]), &["e-1"]),
            (tagged(&[("env", web)]), &[]),
        ] {
            assert_eq!(ids(&db, &query, 2).await, found, "{query:?}");
            let counts = db.search_counts(&query).await.unwrap().unwrap();
            assert_eq!(counts.total(&query), found.len() as u64, "{query:?}");
        }
        // A tag that is taken away finds nothing any more.
        tell(&db, "edge", &[record("i-e-1", "Web-1", &[])], 3).await;
        assert_eq!(ids(&db, &tagged(&[("service", web)]), 2).await, ["e-2"]);
    }
}

#[tokio::test]
async fn events_are_sorted_by_name_whatever_its_case_and_those_without_come_last_both_ways() {
    for (db, _database) in stores().await {
        let names = ["b-2", "A-1", "", "支付", "a1", "B-10", "", "a-1"];
        let mut events = Vec::new();
        let mut records = Vec::new();
        for (number, name) in names.iter().enumerate() {
            let id = format!("e-{number}");
            events.push(event(&id, json!({})));
            records.push(record(&format!("i-{id}"), name, &[]));
        }
        walk(&db, "edge", &events, 1).await;
        tell(&db, "edge", &records, 2).await;
        // Some of them are gone: both are merged in one order.
        walk(&db, "edge", &events[..4], 3).await;
        walk(&db, "edge", &events[..4], 4).await;
        let all = |sort: &str| EventQuery {
            gone: Gone::Include,
            sort: Sort::parse(sort).unwrap(),
            ..EventQuery::default()
        };
        let up = ["e-1", "e-7", "e-4", "e-5", "e-0", "e-3", "e-2", "e-6"];
        let down = ["e-3", "e-0", "e-5", "e-4", "e-7", "e-1", "e-6", "e-2"];
        for limit in [1, 3, 100] {
            assert_eq!(ids(&db, &all("name"), limit).await, up);
            assert_eq!(ids(&db, &all("-name"), limit).await, down);
        }
        let here = ids(&db, &sorted_by("name"), 2).await;
        assert_eq!(here, ["e-1", "e-0", "e-3", "e-2"]);
    }
}

#[tokio::test]
async fn the_resources_of_events_that_are_not_over_are_due_until_the_cloud_was_asked() {
    for (db, _database) in stores().await {
        let events = [
            event("e-1", json!({"resource_id": "i-1"})),
            event("e-2", json!({"resource_id": "i-1"})),
            event(
                "e-3",
                json!({"resource_id": "d-1", "type": {"raw": "Disk:Stalled"}}),
            ),
            event(
                "e-4",
                json!({"resource_id": "i-4", "state": {"raw": "Executed"}}),
            ),
        ];
        walk(&db, "edge", &events, 1).await;
        let due = async |read_before| -> Vec<String> {
            let due = db.open_resources("edge", read_before).await.unwrap();
            due.into_iter().map(|it| it.resource_id).collect()
        };
        assert_eq!(due(0).await, ["d-1", "i-1"]);
        let types = db.open_resources("edge", 0).await.unwrap();
        assert_eq!(types[0].type_name, "Disk:Stalled");
        // An id that is nobody's was asked about all the same.
        tell(&db, "edge", &[record("i-1", "", &[])], 50).await;
        assert_eq!(due(50).await, ["d-1"]);
        assert_eq!(due(51).await, ["d-1", "i-1"]);
        assert_eq!(db.open_resources("other", 51).await.unwrap(), []);
    }
}
