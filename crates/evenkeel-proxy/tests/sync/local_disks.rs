//! Whether instances have disks of their hosts: read beside the names, in bulk, and said only where there is evidence.

use evenkeel::{LocalDisks, Provider};
use evenkeel_api::{EventPage, FailureCode, SaidBy, StoredEvent};
use evenkeel_proxy::SyncOptions;
use evenkeel_testkit::{LONGEST, PAUSE};
use serde_json::{Value, json};

use crate::world::{
    HOUR, MINUTE, Running, SECOND, START, SyncWorld, fast, on_each_database, status, time,
};

const DISKS: &str = "DescribeDisks";
const NAMES: &str = "DescribeInstances";

fn instance(number: usize) -> String {
    format!("i-{number:04}")
}

/// So many instances, each with an event; every third has a local disk.
async fn show(world: &SyncWorld, instances: usize) {
    let until = time(START + 72 * HOUR);
    let event = |number: usize| {
        json!({"id": format!("e-{number:04}"), "resource_id": instance(number),
            "type": "SystemMaintenance.Reboot", "published_at": time(START - MINUTE),
            "not_before": until, "course": {"kind": "asking"}})
    };
    let machine = |number: usize| {
        json!({"id": instance(number), "name": format!("web-{number}"), "zone": "cn-hangzhou-b",
            "local_disks": u32::from(number.is_multiple_of(3))})
    };
    let of = |make: &dyn Fn(usize) -> Value| (0..instances).map(make).collect::<Vec<_>>();
    let events = json!({"alibaba-ecs": of(&event)});
    let machines = json!({"alibaba-ecs": of(&machine)});
    world.show_with(&events, &machines).await;
}

async fn proxy(world: &SyncWorld) -> Running {
    let options = SyncOptions {
        names: true,
        ..fast(1_000)
    };
    let accounts = vec![world.account("hz", Provider::AlibabaEcs)];
    world.proxy_with(accounts, options).await
}

fn disks(stored: &StoredEvent) -> (LocalDisks, Option<SaidBy>) {
    let resource = stored.resource.as_ref();
    resource.map_or((LocalDisks::Unknown, None), |it| {
        (it.local_disks, it.local_disks_by)
    })
}

fn is_named(stored: &StoredEvent) -> bool {
    let resource = stored.resource.as_ref();
    resource.is_some_and(|it| it.name.is_some())
}

fn all(page: &EventPage, is: impl Fn(&StoredEvent) -> bool) -> bool {
    !page.events.is_empty() && page.events.iter().all(is)
}

/// What the cloud's disks say of an instance.
fn truth(stored: &StoredEvent) -> (LocalDisks, Option<SaidBy>) {
    let number = stored.event.resource_id.strip_prefix("i-").unwrap();
    let number: usize = number.parse().unwrap();
    let disks = if number.is_multiple_of(3) {
        LocalDisks::Yes
    } else {
        LocalDisks::No
    };
    (disks, Some(SaidBy::Cloud))
}

fn is_true(stored: &StoredEvent) -> bool {
    disks(stored) == truth(stored)
}

/// Lets some minutes pass, so that what could be called would be.
async fn some_rounds(world: &SyncWorld, proxy: &Running) {
    for _ in 0..3 {
        round(world, proxy).await;
    }
}

/// The same, for two minutes.
async fn round(world: &SyncWorld, proxy: &Running) {
    world.walk_again(proxy).await;
    for _ in 0..3 {
        world.advance(SECOND).await;
        tokio::time::sleep(PAUSE).await;
    }
}

on_each_database! {
    async fn many_instances_take_the_list_of_all_disks_and_once_a_day(world: &SyncWorld, 0) {
        show(world, 600).await;
        let proxy = proxy(world).await;
        let page = world.until_in_time(&proxy, "known", |page| page.total == 600 && all(page, is_true)).await;
        assert!(all(&page, is_named));
        // 800 disks, 500 a page; 600 names, 100 a call.
        assert_eq!((world.count(DISKS).await, world.count(NAMES).await), (2, 6));
        some_rounds(world, &proxy).await;
        assert_eq!((world.count(DISKS).await, world.count(NAMES).await), (2, 6));
        world.advance(25 * HOUR).await;
        let started = std::time::Instant::now();
        while (world.count(DISKS).await, world.count(NAMES).await) != (4, 12) {
            assert!(started.elapsed() < LONGEST, "they are not read anew");
            some_rounds(world, &proxy).await;
        }
        some_rounds(world, &proxy).await;
        assert_eq!((world.count(DISKS).await, world.count(NAMES).await), (4, 12));
        proxy.stop().await;
    }

    async fn a_few_instances_are_asked_for_one_by_one(world: &SyncWorld, 0) {
        show(world, 4).await;
        let proxy = proxy(world).await;
        world.until_in_time(&proxy, "known", |page| page.total == 4 && all(page, is_true)).await;
        assert_eq!((world.count(DISKS).await, world.count(NAMES).await), (4, 1));
        proxy.stop().await;
    }

    async fn a_key_that_may_not_read_disks_has_names_and_unknown_disks(world: &SyncWorld, 0) {
        show(world, 4).await;
        world.fault(json!({"operation": DISKS, "kind": "error", "status": 403, "code": "Forbidden.RAM",
            "message": "no"})).await;
        let proxy = proxy(world).await;
        let page = world.until_in_time(&proxy, "named", |page| {
            page.total == 4 && all(page, is_named) && status(page, "hz").names_off.is_some()
        }).await;
        assert!(all(&page, |stored| disks(stored) == (LocalDisks::Unknown, None)));
        let off = status(&page, "hz").names_off.clone().unwrap();
        assert_eq!(off.permissions, ["ecs:DescribeDisks"]);
        assert_eq!(off.failure.code, FailureCode::Denied);
        assert_eq!(status(&page, "hz").error, None);
        some_rounds(world, &proxy).await;
        assert_eq!(world.count(DISKS).await, 1);
        // Whoever granted it has the account read anew.
        world.no_faults().await;
        world.advance(SECOND).await;
        world.refresh(&proxy, &json!({"accounts": ["hz"]})).await;
        world.until_in_time(&proxy, "known", |page| {
            all(page, is_true) && status(page, "hz").names_off.is_none()
        }).await;
        proxy.stop().await;
    }

    async fn disks_that_cannot_be_read_now_keep_no_name_waiting_and_are_read_later(world: &SyncWorld, 0) {
        show(world, 600).await;
        // The second page does not come: what the first one says against local disks is no evidence.
        world.fault(json!({"operation": DISKS, "kind": "throttle", "retry_after_s": 300, "nth": [2]})).await;
        let proxy = proxy(world).await;
        let page = world.until_in_time(&proxy, "named", |page| page.total == 600 && all(page, is_named)).await;
        let with = page.events.iter().filter(|stored| disks(stored).0 == LocalDisks::Yes).count();
        assert!((1..200).contains(&with), "{with}");
        assert!(page.events.iter().all(|stored| disks(stored).0 != LocalDisks::No));
        assert_eq!(status(&page, "hz").names_off, None);
        // The cloud said to come again in five minutes.
        round(world, &proxy).await;
        assert_eq!(world.count(DISKS).await, 2);
        world.advance(6 * MINUTE).await;
        world.until_in_time(&proxy, "known", |page| all(page, is_true)).await;
        proxy.stop().await;
    }

    async fn an_empty_list_is_no_evidence_and_asked_for_once(world: &SyncWorld, 0) {
        show(world, 4).await;
        // So is a key answered that may not read them, at times; and it may read no names.
        let empty = json!({"Disks": {"Disk": []}, "NextToken": "", "RequestId": "R"}).to_string();
        world.fault(json!({"operation": DISKS, "kind": "wrong_content_type", "body": empty})).await;
        world.fault(json!({"operation": NAMES, "kind": "error", "status": 403, "code": "Forbidden.RAM",
            "message": "no"})).await;
        let proxy = proxy(world).await;
        let page = world.until_in_time(&proxy, "off", |page| {
            page.total == 4 && status(page, "hz").names_off.is_some()
        }).await;
        assert!(all(&page, |stored| disks(stored).0 == LocalDisks::Unknown));
        some_rounds(world, &proxy).await;
        assert_eq!(world.count(DISKS).await, 4);
        let page = world.events(&proxy, "limit=1000").await;
        assert!(all(&page, |stored| disks(stored) == (LocalDisks::Unknown, None)));
        proxy.stop().await;
    }

    async fn a_list_of_disks_that_does_not_end_says_yes_and_never_no(world: &SyncWorld, 0) {
        show(world, 4).await;
        let disk = |number: usize, category: &str| json!({"InstanceId": instance(number), "Category": category});
        // The second page calls itself the next one.
        let body = json!({"Disks": {"Disk": [disk(0, "local_ssd_pro"), disk(0, "cloud_essd"), disk(1, "cloud_essd"),
            disk(2, "cloud_auto"), disk(3, "cloud_ssd")]}, "NextToken": "token-d-1", "RequestId": "R"});
        world.fault(json!({"operation": DISKS, "kind": "wrong_content_type", "body": body.to_string()})).await;
        let proxy = proxy(world).await;
        let page = world.until_in_time(&proxy, "named", |page| page.total == 4 && all(page, is_named)).await;
        for stored in &page.events {
            let expected = if stored.event.resource_id == instance(0) {
                (LocalDisks::Yes, Some(SaidBy::Cloud))
            } else {
                (LocalDisks::Unknown, None)
            };
            assert_eq!(disks(stored), expected, "{}", stored.event.resource_id);
        }
        assert_eq!(world.count(DISKS).await, 8);
        proxy.stop().await;
    }

    async fn names_that_may_not_be_read_keep_no_disk_from_being_known(world: &SyncWorld, 0) {
        show(world, 4).await;
        world.fault(json!({"operation": NAMES, "kind": "error", "status": 403, "code": "Forbidden.RAM",
            "message": "no"})).await;
        let proxy = proxy(world).await;
        let page = world.until_in_time(&proxy, "known", |page| page.total == 4 && all(page, is_true)).await;
        assert!(!page.events.iter().any(is_named));
        assert_eq!(status(&page, "hz").names_off.as_ref().unwrap().permissions, ["ecs:DescribeInstances"]);
        proxy.stop().await;
    }
}
