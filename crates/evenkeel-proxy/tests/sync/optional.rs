//! Lists that an account is read without, where its key may not read them.

use std::time::Duration;

use evenkeel::Provider;
use evenkeel_api::{AccountPhase, EventPage, FailureCode};
use evenkeel_proxy::{Upstream, check::Check};
use serde_json::{Value, json};

use crate::world::{HOUR, MINUTE, START, SyncWorld, fast, on_each_database, status, time};

const DISKS: &str = "DescribeDisksFullStatus";
const EVENTS: &str = "DescribeInstanceHistoryEvents";
const PERMISSION: &str = "ecs:DescribeDisksFullStatus";

fn event(id: &str, resource: &str, kind: &str) -> Value {
    let until = time(START + 24 * HOUR);
    json!({"id": id, "resource_id": resource, "type": kind, "published_at": time(START - MINUTE),
        "not_before": until, "course": {"kind": "asking"}})
}

/// An event of an instance and one of a disk.
async fn show(world: &SyncWorld, ids: &[&str]) {
    let all = [
        event("e-1", "i-1", "SystemMaintenance.Reboot"),
        event("e-2", "i-2", "SystemMaintenance.Reboot"),
        // It has begun: before that, no disk has it.
        json!({"id": "e-d", "resource_id": "d-1", "type": "Degraded", "published_at": time(START - MINUTE),
            "course": {"kind": "planned", "starts_at": time(START - MINUTE)}}),
    ];
    let shown = all
        .into_iter()
        .filter(|event| ids.iter().any(|id| event["id"] == *id));
    world
        .show(&json!({"alibaba-ecs": shown.collect::<Vec<_>>()}))
        .await;
}

fn denied(operation: &str) -> Value {
    json!({"operation": operation, "kind": "error", "status": 403, "code": "Forbidden.RAM",
        "message": "User not authorized."})
}

fn gone(page: &EventPage) -> Vec<&str> {
    let events = page.events.iter().filter(|stored| stored.gone_at.is_some());
    events.map(|stored| stored.event.id.as_str()).collect()
}

fn is_off(page: &EventPage) -> bool {
    status(page, "hz").lists_off.is_some()
}

on_each_database! {
    async fn a_list_that_is_not_granted_leaves_the_others_read_and_is_said(world: &SyncWorld, 0) {
        show(world, &["e-1", "e-2"]).await;
        world.fault(denied(DISKS)).await;
        let accounts = vec![world.account("hz", Provider::AlibabaEcs)];
        let proxy = world.proxy_with(accounts, fast(1_000)).await;
        let page = world.until_in_time(&proxy, "off", is_off).await;
        let hz = status(&page, "hz");
        let off = hz.lists_off.clone().unwrap();
        assert_eq!(off.permissions, [PERMISSION]);
        assert_eq!(off.failure.code, FailureCode::Denied);
        assert_eq!(off.failure.provider_code.as_deref(), Some("Forbidden.RAM"));
        assert_eq!((&hz.error, hz.phase, page.total), (&None, AccountPhase::Ok, 2));
        // It is left alone then, and the others are not.
        let (calls, lists) = (world.count(DISKS).await, world.count(EVENTS).await);
        for _ in 0..3 {
            world.walk_again(&proxy).await;
        }
        assert_eq!(world.count(DISKS).await, calls);
        assert!(world.count(EVENTS).await >= lists + 6);
        // Whoever granted it has the account read anew.
        world.no_faults().await;
        world.advance(MINUTE).await;
        world.refresh(&proxy, &json!({"accounts": ["hz"]})).await;
        world.until_in_time(&proxy, "on", |page| !is_off(page)).await;
        assert!(world.count(DISKS).await > calls);
        proxy.stop().await;
    }

    async fn what_a_list_had_that_is_not_granted_any_more_stays_and_the_rest_may_go(world: &SyncWorld, 0) {
        show(world, &["e-1", "e-2", "e-d"]).await;
        let accounts = vec![world.account("hz", Provider::AlibabaEcs)];
        let proxy = world.proxy_with(accounts, fast(1_000)).await;
        world.until_in_time(&proxy, "listed", |page| page.total == 3 && !is_off(page)).await;
        world.fault(denied(DISKS)).await;
        show(world, &["e-1"]).await;
        for _ in 0..4 {
            world.walk_again(&proxy).await;
        }
        let page = world.events(&proxy, "gone=include&limit=1000").await;
        assert!(is_off(&page));
        assert_eq!(gone(&page), ["e-2"]);
        // An hour later it is tried again.
        world.no_faults().await;
        world.advance(HOUR).await;
        world.until_in_time(&proxy, "on", |page| !is_off(page)).await;
        for _ in 0..2 {
            world.walk_again(&proxy).await;
        }
        let page = world.events(&proxy, "gone=include&limit=1000").await;
        assert_eq!(gone(&page).len(), 2, "nor is the disk's event listed");
        proxy.stop().await;
    }

    async fn a_list_that_was_granted_meanwhile_is_read_once_a_proxy_begins(world: &SyncWorld, 0) {
        show(world, &["e-1", "e-d"]).await;
        world.fault(denied(DISKS)).await;
        let accounts = || vec![world.account("hz", Provider::AlibabaEcs)];
        let proxy = world.proxy_with(accounts(), fast(1_000)).await;
        let page = world.until_in_time(&proxy, "off", is_off).await;
        assert_eq!(page.total, 1);
        proxy.stop().await;
        world.no_faults().await;
        let proxy = world.proxy_with(accounts(), fast(1_000)).await;
        let page = world.walk_again(&proxy).await;
        assert_eq!((is_off(&page), page.total), (false, 2));
        proxy.stop().await;
    }

    async fn a_list_that_nothing_is_read_without_fails_the_account_when_it_is_not_granted(world: &SyncWorld, 0) {
        show(world, &["e-1"]).await;
        for operation in [DISKS, EVENTS] {
            world.fault(denied(operation)).await;
        }
        let accounts = vec![world.account("hz", Provider::AlibabaEcs)];
        let proxy = world.proxy_with(accounts, fast(1_000)).await;
        let page = world.until_in_time(&proxy, "failing", |page| status(page, "hz").error.is_some()).await;
        let hz = status(&page, "hz");
        assert_eq!(hz.error.as_ref().unwrap().code, FailureCode::Denied);
        assert_eq!((hz.phase, &hz.lists_off), (AccountPhase::Failing, &None));
        proxy.stop().await;
    }

    async fn a_list_that_fails_otherwise_fails_the_account(world: &SyncWorld, 0) {
        show(world, &["e-1"]).await;
        let mut fault = denied(DISKS);
        fault["code"] = json!("InvalidParameter");
        fault["status"] = json!(400);
        world.fault(fault).await;
        let accounts = vec![world.account("hz", Provider::AlibabaEcs)];
        let proxy = world.proxy_with(accounts, fast(1_000)).await;
        let page = world.until_in_time(&proxy, "failing", |page| status(page, "hz").error.is_some()).await;
        assert!(!is_off(&page));
        proxy.stop().await;
    }

    async fn the_check_tries_each_list_and_says_what_to_grant(world: &SyncWorld, 0) {
        let account = world.account("hz", Provider::AlibabaEcs);
        let upstream = Upstream::new(Duration::from_secs(5)).unwrap().with_clock(world.clock());
        let check = Check::run(&account, &upstream).await;
        assert_eq!((check.to_string().as_str(), check.lists_off()), ("hz: ok, may list events", None));
        world.fault(denied(DISKS)).await;
        let check = Check::run(&account, &upstream).await;
        assert!(check.is_ok(), "{check}");
        let off = check.lists_off().unwrap();
        assert!(off.starts_with(&format!("disk events are off: grant `{PERMISSION}` (")), "{off}");
        assert!(off.contains("Forbidden.RAM"), "{off}");
        world.no_faults().await;
        let mut fault = denied(DISKS);
        fault["code"] = json!("InvalidParameter");
        fault["status"] = json!(400);
        world.fault(fault).await;
        let check = Check::run(&account, &upstream).await;
        assert!(!check.is_ok(), "{check}");
    }
}
