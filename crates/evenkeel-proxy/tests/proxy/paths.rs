//! The API's paths lead to its routes, whatever stands in an id.

use evenkeel_api::{Health, Problem, ProblemCode, paths};

use crate::client::{get, proxy, request, send};

/// What means something in a URL, in a template or in a query.
const ID: &str = "a/b?c#d%2Fe+f g{h}é";

#[tokio::test]
async fn every_path_leads_to_its_route() {
    let router = proxy("http://127.0.0.1:9").await;
    let got = |path: String| ("GET", path);
    let posted = |path: String| ("POST", path);
    let batch = Some(ProblemCode::UnknownBatch);
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "k-1"),
    ];
    for ((method, path), code) in [
        (got(paths::accounts()), None),
        (
            posted(paths::operation("core", ID)),
            Some(ProblemCode::UnknownOperation),
        ),
        (
            posted(paths::operation(ID, "ListScheduledEvents")),
            Some(ProblemCode::UnknownAccount),
        ),
        (got(paths::batches()), None),
        (
            posted(paths::batches()),
            Some(ProblemCode::InvalidParameters),
        ),
        (got(paths::batch(ID)), batch),
        (got(paths::items(ID)), batch),
        (got(paths::item(ID, 0)), batch),
        (posted(paths::settle(ID, 0)), batch),
        (posted(paths::pause(ID)), batch),
        (posted(paths::resume(ID)), batch),
        (posted(paths::cancel(ID)), batch),
        (posted(paths::retry_failed(ID)), batch),
        (got(paths::events()), None),
        (got(paths::totals()), None),
        (
            got(format!("{}?since=-1", paths::listing())),
            Some(ProblemCode::InvalidParameters),
        ),
        (
            posted(paths::refresh()),
            Some(ProblemCode::InvalidParameters),
        ),
        (
            got(paths::event("core", ID)),
            Some(ProblemCode::UnknownEvent),
        ),
        (
            got(paths::event(ID, "e-1")),
            Some(ProblemCode::UnknownAccount),
        ),
        (
            got(format!("{}?after=-1", paths::stream())),
            Some(ProblemCode::InvalidParameters),
        ),
        (got(paths::session()), None),
        (got(paths::sessions()), None),
        (posted(paths::login()), Some(ProblemCode::ForbiddenOrigin)),
        (posted(paths::logout()), Some(ProblemCode::UnknownSession)),
        (
            posted(paths::revoke_session(ID)),
            Some(ProblemCode::UnknownSession),
        ),
        (
            got(format!("{}?after=-1", paths::audit())),
            Some(ProblemCode::InvalidParameters),
        ),
        (
            got(format!("{}/v1/nothing", paths::API)),
            Some(ProblemCode::NotFound),
        ),
    ] {
        let body = match path.ends_with("/settle") {
            true => r#"{"as":"not_sent"}"#,
            false
                if ["/retry-failed", "/logout", "/revoke"]
                    .iter()
                    .any(|end| path.ends_with(end)) =>
            {
                "{}"
            }
            false => "{\"what\":1}",
        };
        let answer = send(&router, request(method, &path, &headers, body)).await;
        let said = serde_json::from_slice::<Problem>(&answer.body).ok();
        let said = said.and_then(|problem| problem.code.known());
        assert_eq!(said, code, "{method} {path}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_proxy_that_is_well_says_so_in_the_words_of_the_api() {
    let router = proxy("http://127.0.0.1:9").await;
    for path in [paths::HEALTH, paths::READY] {
        let answer = get(&router, path, &[]).await;
        assert_eq!(answer.text(), r#"{"status":"ok"}"#);
        assert_eq!(
            serde_json::from_slice::<Health>(&answer.body).unwrap(),
            Health::OK
        );
    }
}

#[tokio::test]
async fn the_page_of_a_proxy_without_a_console_links_to_a_path_there_is() {
    let router = proxy("http://127.0.0.1:9").await;
    let page = get(&router, "/", &[]).await.text();
    let link = format!("href=\"{}\"", paths::accounts());
    assert!(page.contains(&link), "{page}");
}
