//! What Prometheus sees of a batch.

use std::collections::BTreeSet;

use axum::{body::Body, http::Request};
use http_body_util::BodyExt as _;
use serde_json::json;

use crate::testbed::{Running, on_each_database, reboots};

const PAGE: &str = include_str!("../../../../docs/monitoring.md");
const ALERTS: &str = include_str!("../../../../docs/monitoring/alerts.yml");
const DASHBOARD: &str = include_str!("../../../../docs/monitoring/dashboard.json");

/// The names that there are, as they are asked for.
fn served(text: &str) -> BTreeSet<String> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types
        .map(|line| {
            let (name, kind) = line.split_once(' ').unwrap();
            match kind {
                "counter" => format!("{name}_total"),
                "info" => format!("{name}_info"),
                _ => name.to_owned(),
            }
        })
        .collect()
}

/// The names in a text that begin as all of them do.
fn named(text: &str) -> BTreeSet<String> {
    let is_of_name = |sign: char| sign.is_ascii_lowercase() || sign == '_';
    text.split(|sign: char| !is_of_name(sign))
        .filter(|word| word.starts_with("evenkeel_"))
        .map(|word| word.trim_end_matches("_bucket").to_owned())
        .collect()
}

async fn metrics(proxy: &Running) -> String {
    let request = Request::get("/metrics")
        .header("host", "127.0.0.1")
        .header("authorization", "Bearer evenkeel_testkit");
    let answer = proxy.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().unwrap();
    assert!(
        kind.starts_with("application/openmetrics-text; version=1.0.0"),
        "{kind}"
    );
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

/// Whether there is a sample like that: a name with its labels in any order, and a value.
#[track_caller]
fn assert_shows(text: &str, name: &str, labels: &[&str], value: &str) {
    let is_it = |line: &&str| {
        line.starts_with(name)
            && labels.iter().all(|label| line.contains(label))
            && line.ends_with(&format!(" {value}"))
    };
    assert!(
        text.lines().any(|line| is_it(&line)),
        "no {name} {labels:?} {value} in\n{text}"
    );
}

on_each_database! {
    async fn calls_and_items_are_counted_by_what_came_of_them(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let fault = json!({"operation": "BatchEventRebootInstance", "kind": "fail_items", "event_ids": ["e-0003"], "times": 1});
        testbed.fault(fault).await;
        let id = testbed.batch(&proxy, &reboots(0..5)).await;
        testbed.until_sent(&proxy, &id).await;
        let text = metrics(&proxy).await;
        let reboot = r#"operation="BatchEventRebootInstance""#;
        assert_shows(&text, "evenkeel_cloud_calls_total", &[r#"account="edge""#, reboot, r#"class="partly""#], "1");
        assert_shows(&text, "evenkeel_items_answered_total", &[r#"account="edge""#, r#"result="accepted""#], "4");
        assert_shows(&text, "evenkeel_items_answered_total", &[r#"account="edge""#, r#"result="rejected""#], "1");
        assert_shows(&text, "evenkeel_cloud_call_duration_seconds_count", &[reboot], "1");
        assert_shows(&text, "evenkeel_cloud_calls_total", &[r#"operation="DescribeHistoryEvents""#, r#"class="ok""#], "1");
        assert_shows(&text, "evenkeel_items", &[r#"account="edge""#, r#"state="queued""#], "0");
        assert_shows(&text, "evenkeel_ready", &[], "1");
        assert_shows(&text, "evenkeel_http_requests_total", &[r#"route="/api/v1/batches""#, r#"method="POST""#, r#"status="201""#], "1");
        assert!(text.ends_with("# EOF\n"));

        // The page, the alerts and the dashboard name what there is.
        let rows = PAGE.lines().filter(|line| line.starts_with("| `evenkeel_"));
        let told: String = rows.map(|row| row.split('|').nth(1).unwrap()).collect();
        assert_eq!(named(&told), served(&text));
        for file in [ALERTS, DASHBOARD] {
            let names = named(file);
            assert!(!names.is_empty() && names.is_subset(&served(&text)), "{names:?}");
        }
        proxy.stop().await;
    }

    async fn what_waits_is_told_with_since_when(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let id = testbed.batch(&proxy, &reboots(0..5)).await;
        let (status, _) = proxy.post(&format!("batches/{id}/pause"), &testbed.key(), &json!({})).await;
        assert_eq!(status, 200);
        testbed.advance(90_000).await;
        let text = metrics(&proxy).await;
        // Some may have left before it was paused.
        let batch = testbed.get(&proxy, &format!("batches/{id}")).await;
        let queued = batch["counts"]["queued"].as_u64().unwrap_or(0);
        assert_shows(&text, "evenkeel_items", &[r#"account="edge""#, r#"state="queued""#], &queued.to_string());
        let age = text.lines().find(|line| line.starts_with(r#"evenkeel_queue_age_seconds{account="edge""#)).unwrap();
        let age: f64 = age.rsplit(' ').next().unwrap().parse().unwrap();
        assert_eq!(age >= 90.0, queued > 0, "{age} with {queued} queued");
        proxy.stop().await;
    }
}
