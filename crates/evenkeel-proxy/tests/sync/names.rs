//! The names and tags of the resources of events: how they come, and what happens where they do not.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel::Provider;
use evenkeel_api::{EventPage, FailureCode, StoredEvent};
use evenkeel_proxy::SyncOptions;
use evenkeel_testkit::{LONGEST, PAUSE};
use serde_json::{Value, json};

use crate::world::{
    HOUR, MINUTE, Running, SECOND, START, SyncWorld, ens, fast, huawei, on_each_database, status,
    time,
};

/// As [`fast`], with names.
fn named() -> SyncOptions {
    SyncOptions {
        names: true,
        ..fast(1_000)
    }
}

async fn proxy(world: &SyncWorld) -> Running {
    world.proxy_with(world.both(), named()).await
}

fn is_named(event: &StoredEvent) -> bool {
    let resource = event.resource.as_ref();
    resource.is_some_and(|it| it.name.is_some() && it.read_at.is_some())
}

fn all_named(page: &EventPage) -> bool {
    !page.events.is_empty() && page.events.iter().all(is_named)
}

/// How many look-ups there were of names, and of tags beside them.
async fn lookups(world: &SyncWorld) -> [usize; 3] {
    [
        world.count("DescribeInstances").await,
        world.count("ListTagResources").await,
        world.count("ListServersDetails").await,
    ]
}

/// Lets time pass, so that what could be called would be, and gives the look-ups that there were.
async fn lookups_after(world: &SyncWorld, proxy: &Running, rounds: usize) -> [usize; 3] {
    for _ in 0..rounds {
        world.walk_again(proxy).await;
        for _ in 0..5 {
            world.advance(SECOND).await;
            tokio::time::sleep(PAUSE).await;
        }
    }
    lookups(world).await
}

on_each_database! {
    async fn events_get_names_and_tags_and_are_found_by_them(world: &SyncWorld, 30) {
        let proxy = proxy(world).await;
        let page = world.until_in_time(&proxy, "named", |page| page.total == 60 && all_named(page)).await;
        let clouds: BTreeSet<Provider> = page
            .events
            .iter()
            .filter(|stored| !stored.resource.as_ref().unwrap().tags.is_empty())
            .map(|stored| stored.event.provider)
            .collect();
        assert_eq!(clouds.len(), 2, "tags of both");
        let tagged = page.events.iter().find_map(|stored| {
            let resource = stored.resource.as_ref()?;
            let service = resource.tags.get("service")?;
            // As it stands in a URL.
            let is_plain = service.is_ascii() && resource.name.as_ref()?.is_ascii();
            is_plain.then_some((stored, service))
        });
        let (stored, service) = tagged.unwrap();
        let found = world.events(&proxy, &format!("tag=service:{service}&limit=1000&facets=true")).await;
        let with_it = |stored: &&StoredEvent| {
            stored.resource.as_ref().unwrap().tags.get("service") == Some(service)
        };
        let expected = page.events.iter().filter(with_it).count();
        assert_eq!(found.events.len(), expected);
        assert_eq!(found.total, expected as u64);
        let name = stored.resource.as_ref().unwrap().name.clone().unwrap();
        let found = world.events(&proxy, &format!("q={name}&limit=1000")).await;
        assert!(found.events.iter().any(|other| other.event.id == stored.event.id));
        let by_name = world.events(&proxy, "sort=name&limit=1000").await;
        let names: Vec<String> = by_name
            .events
            .iter()
            .map(|stored| stored.resource.clone().unwrap().name.unwrap().to_lowercase())
            .collect();
        assert!(names.is_sorted());
        let path = format!("{}/{}", stored.event.account, stored.event.id);
        let detail = world.detail(&proxy, &path).await;
        assert_eq!(detail.event.resource, stored.resource);
        proxy.stop().await;
    }

    async fn events_are_counted_by_the_label_that_is_configured(world: &SyncWorld, 30) {
        let proxy = world.proxy_grouped_by("env").await;
        world.until_in_time(&proxy, "named", |page| page.total == 60 && all_named(page)).await;
        let (_, accounts) = proxy.get("accounts").await;
        assert_eq!(accounts["group_by"], "env");
        let page = world.events(&proxy, "limit=1000&facets=true").await;
        let mut counted = BTreeMap::<String, u64>::new();
        for stored in &page.events {
            if let Some(env) = stored.resource.as_ref().unwrap().tags.get("env") {
                *counted.entry(env.clone()).or_default() += 1;
            }
        }
        assert_eq!(page.facets.unwrap().label, counted);
        assert!(counted.len() > 1, "{counted:?}");
        for (env, count) in &counted {
            let page = world.events(&proxy, &format!("tag=env:{env}&limit=1000&facets=true")).await;
            assert_eq!((page.total, page.events.len() as u64), (*count, *count));
            // What its own filter leaves out is counted all the same.
            assert_eq!(page.facets.unwrap().label, counted);
        }
        let both: Vec<String> = counted.keys().map(|env| format!("tag=env:{env}")).collect();
        let page = world.events(&proxy, &both.join("&")).await;
        assert_eq!(page.total, counted.values().sum::<u64>());
        proxy.stop().await;
        // Another label, from the next start on.
        let proxy = world.proxy_grouped_by("owner").await;
        world.until(&proxy, "grouped", |_| true).await;
        let started = std::time::Instant::now();
        loop {
            let page = world.events(&proxy, "limit=1&facets=true").await;
            let labels = page.facets.unwrap().label;
            if !labels.is_empty() && labels.keys().all(|label| !counted.contains_key(label)) {
                break;
            }
            assert!(started.elapsed() < LONGEST, "{labels:?}");
            tokio::time::sleep(PAUSE).await;
        }
        proxy.stop().await;
    }

    async fn each_resource_is_asked_about_once_a_day_many_at_a_time(world: &SyncWorld, 0) {
        let late = time(START + 72 * HOUR);
        let longer = |mut event: Value| {
            event["not_before"] = json!(late);
            event["course"]["until"] = json!(late);
            event
        };
        // 250 events of 150 instances.
        let of = |n: usize| {
            let mut event = longer(ens(n));
            event["resource_id"] = json!(format!("i-{:04}", n % 150));
            event
        };
        let servers = (0..250).map(huawei).map(longer);
        world.list((0..250).map(of).collect(), servers.collect()).await;
        let proxy = proxy(world).await;
        world.until_in_time(&proxy, "named", |page| page.total == 500 && all_named(page)).await;
        let [names, tags, servers] = lookups_after(world, &proxy, 3).await;
        assert_eq!((names, servers), (2, 3));
        // 50 ids a call, and further pages of 50 tags.
        assert!((3..=12).contains(&tags), "{tags}");
        world.advance(25 * HOUR).await;
        let started = std::time::Instant::now();
        loop {
            let again = lookups_after(world, &proxy, 1).await;
            if (again[0], again[2]) == (4, 6) {
                break;
            }
            assert!(started.elapsed() < LONGEST, "{again:?}");
        }
        let again = lookups_after(world, &proxy, 2).await;
        assert_eq!((again[0], again[2]), (4, 6));
        proxy.stop().await;
    }

    async fn what_is_not_granted_is_said_and_tried_again_only_seldom(world: &SyncWorld, 5) {
        let denied = json!({"operation": "DescribeInstances", "kind": "error", "status": 403,
            "code": "NoPermission", "message": "no"});
        let tags = json!({"operation": "ListTagResources", "kind": "error", "status": 403,
            "code": "NoPermission", "message": "no"});
        world.fault(denied).await;
        world.fault(tags).await;
        let proxy = proxy(world).await;
        let page = world.until_in_time(&proxy, "off", |page| {
            status(page, "edge").names_off.as_ref().is_some_and(|off| off.permissions.len() == 2)
        }).await;
        let edge = status(&page, "edge");
        let off = edge.names_off.clone().unwrap();
        assert_eq!(off.permissions, ["ens:DescribeInstances", "ens:ListTagResources"]);
        assert_eq!(off.failure.code, FailureCode::Denied);
        assert_eq!(off.failure.provider_code.as_deref(), Some("NoPermission"));
        assert_eq!(edge.error, None, "the account is read all the same");
        let core = world.until_in_time(&proxy, "named", |page| {
            page.events.iter().filter(|it| it.event.account == "core").all(is_named)
        }).await;
        assert_eq!(status(&core, "core").names_off, None);
        assert_eq!(lookups_after(world, &proxy, 3).await[..2], [1, 1]);
        // Whoever granted it has the account read anew.
        world.no_faults().await;
        world.refresh(&proxy, &json!({"accounts": ["edge"]})).await;
        let page = world.until_in_time(&proxy, "named", |page| {
            all_named(page) && status(page, "edge").names_off.is_none()
        }).await;
        assert_eq!(page.total, 10);
        proxy.stop().await;
    }

    async fn a_throttled_look_up_is_made_later_and_lists_go_on(world: &SyncWorld, 5) {
        world.fault(json!({"operation": "ListServersDetails", "kind": "throttle", "retry_after_s": 300, "times": 1})).await;
        let proxy = proxy(world).await;
        world.until_walked(&proxy).await;
        world.until_fault_is_met().await;
        let page = world.walk_again(&proxy).await;
        assert_eq!(status(&page, "core").error, None);
        assert_eq!(world.count("ListServersDetails").await, 1);
        world.advance(5 * MINUTE).await;
        world.until_in_time(&proxy, "named", all_named).await;
        proxy.stop().await;
    }

    async fn tags_that_go_on_failing_keep_no_name_from_being_shown_and_are_said(world: &SyncWorld, 0) {
        let late = time(START + 72 * HOUR);
        let longer = |mut event: Value| {
            event["not_before"] = json!(late);
            event["course"]["until"] = json!(late);
            event
        };
        world.list((0..20).map(ens).map(longer).collect(), Vec::new()).await;
        let busy = || json!({"operation": "ListTagResources", "kind": "error", "status": 503,
            "code": "ServiceUnavailable", "message": "busy"});
        world.fault(busy()).await;
        let proxy = proxy(world).await;
        let page = world.until_in_time(&proxy, "said", |page| {
            page.total == 20 && all_named(page) && status(page, "edge").names_off.is_some()
        }).await;
        assert_eq!(status(&page, "edge").error, None);
        let off = status(&page, "edge").names_off.clone().unwrap();
        assert_eq!((off.failure.code, off.permissions.len()), (FailureCode::Unavailable, 0));
        world.no_faults().await;
        let page = world.until_in_time(&proxy, "read", |page| {
            status(page, "edge").names_off.is_none()
        }).await;
        let tags = |page: &EventPage| -> BTreeMap<String, BTreeMap<String, String>> {
            let events = page.events.iter();
            let of = |it: &StoredEvent| (it.event.id.clone(), it.resource.clone().unwrap().tags);
            events.map(of).collect()
        };
        let before = tags(&page);
        assert!(before.values().any(|tags| !tags.is_empty()), "{before:?}");
        // A day later names are read anew: what nobody told of stays as it was.
        let renamed = |n: usize| json!({"InstanceId": format!("i-{n:04}"), "InstanceName": format!("new-{n}")});
        let answer = json!({"RequestId": "R", "TotalCount": 20, "PageNumber": 1, "PageSize": 100,
            "Instances": {"Instance": (0..20).map(renamed).collect::<Vec<_>>()}});
        world.fault(json!({"operation": "DescribeInstances", "kind": "wrong_content_type",
            "body": answer.to_string()})).await;
        world.fault(busy()).await;
        world.advance(25 * HOUR).await;
        let is_new = |stored: &StoredEvent| {
            let resource = stored.resource.as_ref();
            let name = resource.and_then(|it| it.name.as_deref());
            name.is_some_and(|name| name.starts_with("new-"))
        };
        let page = world.until_in_time(&proxy, "renamed", |page| {
            page.events.iter().all(is_new) && status(page, "edge").names_off.is_some()
        }).await;
        assert_eq!(tags(&page), before);
        proxy.stop().await;
    }

    async fn an_id_that_is_nobodys_is_shown_and_not_asked_for_again(world: &SyncWorld, 3) {
        let released = |id: &str| json!({"id": id, "status": "released"});
        let events = json!({"ens": [ens(0), ens(1)], "huawei-ecs": [huawei(0), huawei(1)]});
        let gone = json!({"ens": [released("i-0000")], "huawei-ecs": [released("v-0000")]});
        world.show_with(&events, &gone).await;
        let proxy = proxy(world).await;
        let page = world.until_in_time(&proxy, "named", |page| {
            page.events.iter().filter(|it| is_named(it)).count() == 2
        }).await;
        for stored in &page.events {
            let is_nobodys = stored.event.resource_id.ends_with("0000");
            assert_eq!(stored.resource.is_none(), is_nobodys, "{}", stored.event.resource_id);
        }
        let once = lookups(world).await;
        assert_eq!(lookups_after(world, &proxy, 3).await, once);
        proxy.stop().await;
    }

    async fn names_may_be_left_alone_altogether(world: &SyncWorld, 3) {
        let proxy = world.proxy_with(world.both(), fast(1_000)).await;
        world.until_walked(&proxy).await;
        assert_eq!(lookups_after(world, &proxy, 2).await, [0; 3]);
        proxy.stop().await;
    }

    async fn an_answer_that_is_odd_turns_names_off_and_nothing_else(world: &SyncWorld, 0) {
        world.list(Vec::new(), (0..350).map(huawei).collect()).await;
        world.fault(json!({"operation": "ListServersDetails", "kind": "wrong_content_type", "body": "<html>"})).await;
        let proxy = proxy(world).await;
        let page = world.until_in_time(&proxy, "off", |page| {
            status(page, "core").names_off.is_some()
        }).await;
        let core = status(&page, "core");
        assert_eq!(core.names_off.as_ref().unwrap().failure.code, FailureCode::Unreadable);
        assert!(core.names_off.as_ref().unwrap().permissions.is_empty());
        assert_eq!((core.error.clone(), page.total), (None, 350));
        assert_eq!(lookups_after(world, &proxy, 2).await[2], 2);
        proxy.stop().await;
    }

    async fn a_proxy_that_takes_over_asks_for_nothing_that_is_known(world: &SyncWorld, 20) {
        let first = proxy(world).await;
        world.until_in_time(&first, "named", |page| page.total == 40 && all_named(page)).await;
        let before = lookups(world).await;
        first.stop().await;
        let second = proxy(world).await;
        assert_eq!(lookups_after(world, &second, 3).await, before);
        second.stop().await;
    }
}
