//! The description of the API says what there is.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel_api::paths::{self, templates};
use serde_json::Value;

use crate::client::{get, proxy, request, send};

async fn document() -> Value {
    let router = proxy("http://127.0.0.1:9").await;
    let answer = get(&router, &paths::openapi(), &[]).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    serde_json::from_slice(&answer.body).unwrap()
}

/// The methods of a path, as the router tells them to whoever asks with another.
async fn methods(router: &axum::Router, path: &str) -> BTreeSet<String> {
    let answer = send(router, request("DELETE", path, &[], "")).await;
    assert_eq!(answer.head.status(), 405, "{path}");
    let allowed = answer.header("allow").unwrap();
    let methods = allowed
        .split(',')
        .map(|method| method.trim().to_lowercase());
    methods.filter(|method| method != "head").collect()
}

#[tokio::test]
async fn every_route_is_described_and_nothing_else() {
    let router = proxy("http://127.0.0.1:9").await;
    let document = document().await;
    let mut described = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods: BTreeSet<String> = item.as_object().unwrap().keys().cloned().collect();
        described.insert(path.clone(), methods);
    }
    let mut there = BTreeMap::new();
    let api = templates::ALL
        .iter()
        .map(|template| format!("{}{template}", paths::API));
    for path in api.chain([paths::HEALTH, paths::READY, paths::METRICS].map(str::to_owned)) {
        let one = path.replace("{index}", "0").replace(['{', '}'], "");
        there.insert(path, methods(&router, &one).await);
    }
    assert_eq!(described, there);
}

#[tokio::test]
async fn each_is_called_by_one_name_and_what_it_refers_to_is_there() {
    let document = document().await;
    let mut names = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} twice");
        }
    }
    let text = document.to_string();
    for part in text.split(r##""$ref":"#"##).skip(1) {
        let pointer = part.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[tokio::test]
async fn a_person_reads_it_as_a_page_without_a_script() {
    let router = proxy("http://127.0.0.1:9").await;
    let answer = get(&router, &paths::openapi_page(), &[]).await;
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let policy = answer.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    let page = answer.text();
    for path in document().await["paths"].as_object().unwrap().keys() {
        assert!(page.contains(path), "{path}");
    }
}
