//! Who is let in: codes, sessions and tokens.

mod codes;
mod guard;
pub(crate) mod oidc;
mod sessions;
mod users;

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use axum::{Router, http::StatusCode};
use evenkeel::Provider;
use evenkeel_api::{
    Actor, Grants, Problem, ProblemCode, Role, SessionList,
    paths::{self, templates},
};
use evenkeel_proxy::{
    Account, Clock, Console, JournalOptions, LoginCode, Oidc, Policy, Proxy, ProxyParts,
    SyncOptions, new_login_code,
};
use evenkeel_store::{Caller, Db, StoreUrl};
use evenkeel_testkit::{TestDatabase, account_at};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::client::{API_TOKEN, Answer, accounts, add_token, anonymous, send};

pub(crate) const START: i64 = 1_800_000_000_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
pub(crate) const ORIGIN: (&str, &str) = ("origin", "http://127.0.0.1:8080");
pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9";

/// The routes for which nobody has to be known.
pub(crate) const OPEN: [&str; 3] = [
    templates::LOGIN,
    templates::LOGIN_PROVIDER,
    templates::LOGIN_PROVIDER_CALLBACK,
];

/// A proxy whose clock is moved, and what its terminal shows.
pub(crate) struct Stand {
    pub(crate) router: Router,
    pub(crate) db: Db,
    now: Arc<AtomicI64>,
    shown: Arc<Mutex<Vec<String>>>,
}

impl Stand {
    pub(crate) async fn new() -> Self {
        let db = Db::open(&StoreUrl::memory()).await.unwrap();
        Self::on(db, accounts(NOWHERE)).await
    }

    pub(crate) async fn on(db: Db, accounts: Vec<Account>) -> Self {
        Self::with_oidc(db, accounts, None).await
    }

    pub(crate) async fn with_oidc(db: Db, accounts: Vec<Account>, oidc: Option<Oidc>) -> Self {
        let now = Arc::new(AtomicI64::new(START));
        let time = Arc::clone(&now);
        let shown = Arc::new(Mutex::new(Vec::new()));
        let terminal = Arc::clone(&shown);
        let proxy = Proxy::new(ProxyParts {
            accounts,
            console: Console::placeholder(),
            upstream_timeout: std::time::Duration::from_secs(5),
            clock: Clock::from_fn(move || time.load(Ordering::SeqCst)),
            store: db.clone(),
            sync: SyncOptions::default(),
            journal: JournalOptions::default(),
            inventory: None,
            group_by: None,
            policy: Policy::default(),
        });
        let proxy = proxy.unwrap().with_oidc(oidc);
        let proxy = proxy.with_code_display(move |code: &LoginCode| {
            terminal.lock().unwrap().push(code.reveal().to_string());
        });
        proxy.grant_subjects().await.unwrap();
        if proxy.asks_login() {
            proxy.show_login_code().await.unwrap();
        }
        Self {
            router: proxy.router(),
            db,
            now,
            shown,
        }
    }

    pub(crate) fn pass(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    /// The code that was shown last.
    fn code(&self) -> String {
        self.shown.lock().unwrap().last().unwrap().clone()
    }

    async fn new_code(&self) -> String {
        let now = self.now.load(Ordering::SeqCst);
        let clock = Clock::from_fn(move || now);
        let code = new_login_code(&self.db, &clock, &Grants::everything(), &Caller::local())
            .await
            .unwrap();
        code.reveal().to_string()
    }

    pub(crate) async fn try_code(&self, code: &str, headers: &[(&str, &str)]) -> Answer {
        let body = serde_json::json!({ "code": code }).to_string();
        let headers = [&[JSON, ORIGIN], headers].concat();
        send(
            &self.router,
            anonymous("POST", &paths::login(), &headers, &body),
        )
        .await
    }

    /// The cookie of a session for that code.
    pub(crate) async fn log_in(&self, code: &str) -> String {
        let answer = self.try_code(code, &[]).await;
        assert_eq!(
            answer.head.status(),
            StatusCode::NO_CONTENT,
            "{}",
            answer.text()
        );
        let cookie = answer.header("set-cookie").unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        send(&self.router, anonymous("GET", path, headers, "")).await
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let headers = [&[JSON], headers].concat();
        send(&self.router, anonymous("POST", path, &headers, "{}")).await
    }

    async fn is_let_in(&self, cookie: &str) -> bool {
        let answer = self.get(&paths::accounts(), &[("cookie", cookie)]).await;
        answer.head.status() == StatusCode::OK
    }
}

pub(crate) fn code_of(answer: &Answer) -> ProblemCode {
    let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
    problem.code.known().unwrap()
}

/// Everything that is answered to right and wrong logins, and the secrets that they were made with.
pub(crate) async fn secrets_in_use() -> (String, Vec<String>) {
    let stand = Stand::new().await;
    add_token(&stand.db).await;
    let code = stand.code();
    let mut shown = String::new();
    let cookie = stand.log_in(&code).await;
    let secret = cookie.split_once('=').unwrap().1.to_owned();
    let token = format!("Bearer {API_TOKEN}");
    let known = [("cookie", cookie.as_str()), ORIGIN];
    let tool = [("authorization", token.as_str())];
    for headers in [&known[..], &tool] {
        for path in [paths::session(), paths::sessions(), paths::accounts()] {
            shown += &stand.get(&path, headers).await.text();
            shown += &stand
                .get(&format!("{path}?token={API_TOKEN}&code={code}"), headers)
                .await
                .text();
        }
        shown += &stand.post(&paths::refresh(), headers).await.text();
    }
    for headers in [&[][..], &[("origin", "https://evil.example")]] {
        shown += &stand.try_code(&code, headers).await.text();
        let odd = format!(r#"{{"code":"{code}","{code}":1}}"#);
        let headers = [&[JSON, ORIGIN], headers].concat();
        shown += &send(
            &stand.router,
            anonymous("POST", &paths::login(), &headers, &odd),
        )
        .await
        .text();
    }
    users::add(&stand, "lin", Role::Viewer).await;
    for (name, password) in [
        ("lin", users::PASSWORD),
        (users::PASSWORD, "lin"),
        ("nobody", users::PASSWORD),
    ] {
        shown += &users::try_password(&stand, name, password).await.text();
    }
    let user = users::log_in(&stand, "lin").await;
    let user_secret = user.split_once('=').unwrap().1.to_owned();
    let headers = [JSON, ORIGIN, ("cookie", user.as_str())];
    for new in [users::PASSWORD, "short"] {
        let body = serde_json::json!({ "password": users::PASSWORD, "new_password": new });
        for body in [body.to_string(), format!("{{{body}}}")] {
            let request = anonymous("POST", &paths::password(), &headers, &body);
            shown += &send(&stand.router, request).await.text();
        }
    }
    shown += &stand.post(&paths::logout(), &known).await.text();
    shown += &stand.get(&paths::accounts(), &known).await.text();
    let plain = code.replace('-', "");
    let password = users::PASSWORD.to_owned();
    let secrets = [
        code,
        plain,
        secret,
        user_secret,
        password,
        API_TOKEN.to_owned(),
    ];
    (shown, secrets.into())
}
