//! A client of the router.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode},
};
use evenkeel_proxy::{
    Account, Background, Clock, Config, Console, JournalOptions, Policy, Proxy, ProxyParts,
    ServerLimits, SyncOptions,
};
use evenkeel_store::{Caller, Db, NewApiToken, SecretHash, StoreUrl};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

pub(crate) const SECRET: &str = "canary-secret-5f0c";
pub(crate) const TOKEN: &str = "canary-token-91ab";
/// What this client is let in by.
pub(crate) const API_TOKEN: &str = "evenkeel_canary-api-token-4e77";

/// Both clouds at one endpoint, with temporary credentials.
pub(crate) fn accounts(endpoint: &str) -> Vec<Account> {
    let text = format!(
        r#"
        [[accounts]]
        id = "edge"
        provider = "ens"
        region = "cn-hangzhou"
        endpoint = "{endpoint}"
        [[accounts]]
        id = "core"
        provider = "huawei-ecs"
        region = "cn-north-4"
        project_id = "p-1"
        endpoint = "{endpoint}"
        "#
    );
    let environment = |name: &str| {
        let value = match name {
            "ALIBABA_CLOUD_ACCESS_KEY_ID" | "HUAWEICLOUD_SDK_AK" => "the-key",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET" | "HUAWEICLOUD_SDK_SK" => SECRET,
            "ALIBABA_CLOUD_SECURITY_TOKEN" | "HUAWEICLOUD_SDK_SECURITY_TOKEN" => TOKEN,
            _ => return None,
        };
        Some(value.to_owned())
    };
    let config = Config::parse(&text, "evenkeel.toml").unwrap();
    let open = |account| Account::open(account, &environment).unwrap();
    config.accounts.iter().map(open).collect()
}

/// A proxy in front of that endpoint, with a short patience.
pub(crate) async fn proxy(endpoint: &str) -> Router {
    with_console(endpoint, Console::placeholder()).await
}

pub(crate) async fn with_console(endpoint: &str, console: Console) -> Router {
    made(endpoint, console, JournalOptions::default())
        .await
        .router()
}

/// A proxy on that store.
pub(crate) async fn on_store(store: Db) -> Router {
    let console = Console::placeholder();
    on(
        "http://127.0.0.1:9",
        console,
        JournalOptions::default(),
        store,
    )
    .await
    .router()
}

/// A proxy that also works by itself, with little patience for clouds that do not answer.
pub(crate) async fn working(endpoint: &str) -> (Router, Background) {
    let journal = JournalOptions {
        call_timeout: Duration::from_secs(1),
        deadline: Duration::from_millis(1),
        ..JournalOptions::default()
    };
    let proxy = made(endpoint, Console::placeholder(), journal).await;
    (proxy.router(), proxy.start())
}

async fn made(endpoint: &str, console: Console, journal: JournalOptions) -> Proxy {
    let store = Db::open(&StoreUrl::memory()).await.unwrap();
    on(endpoint, console, journal, store).await
}

/// A proxy on that store, with other bounds.
pub(crate) async fn bounded(store: Db, limits: ServerLimits) -> Router {
    let (console, journal) = (Console::placeholder(), JournalOptions::default());
    let proxy = on("http://127.0.0.1:9", console, journal, store).await;
    proxy.with_limits(limits).router()
}

/// Has the store know this client's token.
pub(crate) async fn add_token(store: &Db) {
    let token = NewApiToken {
        id: "test".to_owned(),
        name: "test".to_owned(),
        hash: SecretHash::of(API_TOKEN),
        principal: evenkeel_proxy::local_principal(),
        grants: evenkeel_api::Grants::everything(),
        made_at: 0,
        ends_at: i64::MAX,
    };
    store.add_api_token(&token, &Caller::local()).await.unwrap();
}

async fn on(endpoint: &str, console: Console, journal: JournalOptions, store: Db) -> Proxy {
    add_token(&store).await;
    let parts = ProxyParts {
        accounts: accounts(endpoint),
        console,
        upstream_timeout: Duration::from_secs(5),
        clock: Clock::machine(),
        store,
        sync: SyncOptions::default(),
        journal,
        inventory: None,
        group_by: None,
        policy: Policy::default(),
    };
    Proxy::new(parts).unwrap()
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) head: Response<()>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.headers().get(name)?.to_str().ok()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The status and the body, with what differs from run to run taken out.
    pub(crate) fn redacted(&self) -> String {
        let mut body: Value = serde_json::from_slice(&self.body).unwrap();
        if let Some(id) = body.get_mut("request_id") {
            assert_eq!(id.as_str(), self.header("evenkeel-request-id"));
            *id = "[id]".into();
        }
        let body = serde_json::to_string_pretty(&body).unwrap();
        format!(
            "{} {}\n{body}",
            self.head.status(),
            self.header("content-type").unwrap()
        )
    }
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    Answer {
        head: Response::from_parts(head, ()),
        body,
    }
}

/// A request with a loopback `Host` and these headers, by a client with a token.
pub(crate) fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Request<Body> {
    let mut request = anonymous(method, path, headers, body);
    let token = format!("Bearer {API_TOKEN}").parse().unwrap();
    request
        .headers_mut()
        .entry("authorization")
        .or_insert(token);
    request
}

/// The same by nobody that is known.
pub(crate) fn anonymous(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "127.0.0.1:8080");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

pub(crate) async fn get(router: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(router, request("GET", path, headers, "")).await
}

/// Calls an operation as the console does.
pub(crate) async fn call(router: &Router, account: &str, operation: &str, body: &str) -> Answer {
    let path = format!("/api/v1/accounts/{account}/operations/{operation}");
    send(
        router,
        request("POST", &path, &[("content-type", "application/json")], body),
    )
    .await
}

/// A list call that every rule allows.
pub(crate) async fn list(router: &Router) -> Answer {
    call(router, "core", "ListScheduledEvents", "{}").await
}

pub(crate) fn is_ok(answer: &Answer) -> bool {
    answer.head.status() == StatusCode::OK
}
