//! Calls that name an instance and no event: one act an instance, and never the same twice.

use std::time::Duration;

use evenkeel::Provider;
use evenkeel_testkit::{HOUR, ProxyOptions, SECOND, START};
use serde_json::{Value, json};

use crate::testbed::{JournalTestbed, MINUTE, Running, on_each_database, time};

/// Events as a state document has them: an id, an instance, a type and what is to come of it.
fn shown(events: &[(&str, &str, &str, Value)]) -> Value {
    let events = events.iter().map(|(id, instance, kind, course)| {
        let mut event = json!({"id": id, "resource_id": instance, "type": kind,
            "published_at": time(START - MINUTE), "course": course});
        if course["kind"] == "planned" {
            event["not_before"] = course["starts_at"].clone();
            event["deadline"] = json!(time(START + 48 * HOUR));
        }
        event
    });
    json!({"alibaba-ecs": events.collect::<Vec<_>>()})
}

fn asking() -> Value {
    json!({"kind": "asking"})
}

fn planned(hours: i64) -> Value {
    let at = START + hours * HOUR;
    json!({"kind": "planned", "starts_at": time(at), "ends_at": time(at + HOUR)})
}

async fn proxy(testbed: &JournalTestbed) -> Running {
    let account = testbed.account("hz", Provider::AlibabaEcs);
    Running::start(&testbed.database, testbed, ProxyOptions::new(vec![account])).await
}

fn order(action: &str, event: &str, instance: &str, when: &Value) -> Value {
    let item = json!({"event_id": event, "resource_id": instance, "when": when});
    json!({"account": "hz", "action": action, "items": [item]})
}

/// Submits an order for now and waits until it was sent, or is not.
async fn ordered(
    testbed: &JournalTestbed,
    proxy: &Running,
    action: &str,
    event: &str,
    instance: &str,
) -> String {
    let body = order(action, event, instance, &json!("now"));
    let id = testbed.batch(proxy, &body).await;
    testbed.until_sent(proxy, &id).await;
    id
}

async fn first(testbed: &JournalTestbed, proxy: &Running, id: &str) -> Value {
    testbed.get(proxy, &format!("batches/{id}")).await["items"][0].clone()
}

on_each_database! {
    async fn each_of_the_four_actions_does_what_it_says(testbed: &JournalTestbed) {
        testbed.show(&shown(&[
            ("e-1", "i-1", "SystemMaintenance.Reboot", asking()),
            ("e-2", "i-2", "SystemMaintenance.Redeploy", planned(24)),
            ("e-3", "i-3", "SystemMaintenance.Reboot", planned(24)),
            ("e-4", "i-4", "SystemMaintenance.Stop", planned(24)),
        ])).await;
        let proxy = proxy(testbed).await;
        let accepted = ordered(testbed, &proxy, "accept", "e-1", "i-1").await;
        let redeployed = ordered(testbed, &proxy, "redeploy", "e-2", "i-2").await;
        let rebooted = ordered(testbed, &proxy, "reboot", "e-3", "i-3").await;
        let moved = order("reschedule", "e-4", "i-4", &json!({"at": time(START + 30 * HOUR)}));
        let moved = testbed.batch(&proxy, &moved).await;
        for id in [&accepted, &redeployed, &rebooted, &moved] {
            testbed.until_taken(&proxy, id, 1).await;
        }
        for _ in 0..3 {
            testbed.advance(20 * SECOND).await;
        }
        for id in [&accepted, &redeployed, &rebooted, &moved] {
            testbed.until_count(&proxy, id, "confirmed", 1).await;
        }
        for operation in ["AcceptInquiredSystemEvent", "RedeployInstance", "RebootInstances", "ModifySystemEventAttribute"] {
            assert_eq!(testbed.count(operation).await, 1, "{operation}");
        }
        proxy.stop().await;
    }

    async fn a_call_that_is_lost_is_never_made_again(testbed: &JournalTestbed) {
        testbed.show(&shown(&[("e-1", "i-1", "SystemMaintenance.Redeploy", asking())])).await;
        let proxy = proxy(testbed).await;
        // It never arrives, and the event stays as it is: nobody can tell from that.
        testbed.fault(json!({"operation": "RedeployInstance", "kind": "reset", "when": "before", "times": 1})).await;
        let id = testbed.batch(&proxy, &order("redeploy", "e-1", "i-1", &json!("now"))).await;
        testbed.until_count(&proxy, &id, "unknown", 1).await;
        for _ in 0..4 {
            testbed.advance(17 * MINUTE).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(first(testbed, &proxy, &id).await["state"], "unknown");
        // What would prove that an accept did not act proves nothing here.
        assert!(testbed.count("RedeployInstance").await <= 1);
        proxy.stop().await;
    }

    async fn no_second_act_on_an_instance_leaves_while_one_may_still_act_whatever_its_event(testbed: &JournalTestbed) {
        testbed.show(&shown(&[
            ("e-1", "i-1", "SystemMaintenance.Redeploy", asking()),
            ("e-2", "i-1", "SystemMaintenance.Reboot", planned(24)),
            ("e-3", "i-2", "SystemMaintenance.Reboot", planned(24)),
        ])).await;
        let proxy = proxy(testbed).await;
        testbed.fault(json!({"operation": "RedeployInstance", "kind": "lost_answer", "times": 1})).await;
        testbed.fault(json!({"operation": "DescribeInstanceHistoryEvents", "kind": "stale_lists", "ms": 3_600_000})).await;
        let lost = testbed.batch(&proxy, &order("redeploy", "e-1", "i-1", &json!("now"))).await;
        testbed.until_count(&proxy, &lost, "unknown", 1).await;
        let second = ordered(testbed, &proxy, "reboot", "e-2", "i-1").await;
        let item = first(testbed, &proxy, &second).await;
        assert_eq!((&item["state"], &item["reason"]), (&json!("not_sent"), &json!("resource_in_flight")));
        assert_eq!(testbed.count("RebootInstances").await, 0);
        // Another instance is free.
        let other = ordered(testbed, &proxy, "reboot", "e-3", "i-2").await;
        testbed.until_taken(&proxy, &other, 1).await;
        proxy.stop().await;
    }

    async fn a_call_that_a_person_called_not_sent_holds_its_instance_up_once_its_event_moved_until_that_is_over(testbed: &JournalTestbed) {
        let show = |first: Value| shown(&[
            ("e-1", "i-1", "SystemMaintenance.Redeploy", first),
            ("e-2", "i-1", "SystemMaintenance.Reboot", planned(24)),
        ]);
        testbed.show(&show(asking())).await;
        let proxy = proxy(testbed).await;
        testbed.fault(json!({"operation": "RedeployInstance", "kind": "reset", "when": "before", "times": 1})).await;
        let lost = testbed.batch(&proxy, &order("redeploy", "e-1", "i-1", &json!("now"))).await;
        testbed.until_count(&proxy, &lost, "unknown", 1).await;
        let path = format!("batches/{lost}/items/0/settle");
        let (status, item) = proxy.post(&path, "-", &json!({"as": "not_sent"})).await;
        assert_eq!(status, axum::http::StatusCode::OK, "{item}");
        // It has arrived, and the machine moves.
        let long = json!({"kind": "planned", "starts_at": time(START - MINUTE), "ends_at": time(START + 12 * HOUR)});
        testbed.show(&show(long)).await;
        testbed.advance(17 * MINUTE).await;
        testbed.until_in_state(&proxy, "e-1", "Executing").await;
        let held_up = ordered(testbed, &proxy, "reboot", "e-2", "i-1").await;
        let item = first(testbed, &proxy, &held_up).await;
        assert_eq!((&item["state"], &item["reason"]), (&json!("not_sent"), &json!("resource_in_flight")), "{item}");
        assert_eq!(testbed.count("RebootInstances").await, 0);
        testbed.show(&show(json!({"kind": "canceled", "at": time(START)}))).await;
        testbed.advance(MINUTE).await;
        testbed.until_in_state(&proxy, "e-1", "Canceled").await;
        let free = ordered(testbed, &proxy, "reboot", "e-2", "i-1").await;
        testbed.until_taken(&proxy, &free, 1).await;
        assert_eq!(testbed.count("RebootInstances").await, 1);
        proxy.stop().await;
    }

    async fn the_event_is_looked_at_just_before_an_act_that_does_not_name_it(testbed: &JournalTestbed) {
        let show = |course| shown(&[("e-1", "i-1", "SystemMaintenance.Reboot", course)]);
        testbed.show(&show(planned(24))).await;
        let proxy = proxy(testbed).await;
        // The store knows it as it was; somebody else has been at it since.
        testbed.until_listed(&proxy, "e-1").await;
        testbed.show(&show(json!({"kind": "canceled", "at": time(START)}))).await;
        let id = ordered(testbed, &proxy, "reboot", "e-1", "i-1").await;
        let item = first(testbed, &proxy, &id).await;
        assert_eq!((&item["state"], &item["code"]), (&json!("not_sent"), &json!("action_not_applicable")));
        assert_eq!(testbed.count("RebootInstances").await, 0);
        proxy.stop().await;
    }

    async fn a_simulated_event_is_marked_and_a_batch_with_one_is_refused(testbed: &JournalTestbed) {
        let mut events = shown(&[("e-1", "i-1", "SystemMaintenance.Reboot", planned(24))]);
        events["alibaba-ecs"][0]["simulated"] = json!(true);
        testbed.show(&events).await;
        let proxy = proxy(testbed).await;
        let event = testbed.until_listed(&proxy, "e-1").await;
        assert_eq!((&event["restriction"], &event["actions"]), (&json!("simulated"), &json!([])));
        let body = order("reboot", "e-1", "i-1", &json!("now"));
        let (status, problem) = proxy.post("batches", "key", &body).await;
        assert_eq!(status, axum::http::StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert!(problem.to_string().contains("action_restricted"), "{problem}");
        proxy.stop().await;
    }
}
