//! Starts a proxy in this process, and speaks to its routes without a connection.

use std::{num::NonZeroU32, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode},
};
use evenkeel_proxy::{
    Account, Background, Console, Grants, InventoryOptions, JournalOptions, Login, Policy,
    Principal, Proxy, ProxyParts, ServerLimits, StreamOptions, SyncOptions,
};

use evenkeel_store::{
    Caller, Db, NewApiToken, NewSession, NewUser, PasswordHash, SecretHash, sqlx,
};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{Clouds, START, TestDatabase};

const FAST: NonZeroU32 = NonZeroU32::new(1_000_000).expect("not zero");

/// What a proxy is started with.
pub struct ProxyOptions {
    /// Its accounts.
    pub accounts: Vec<Account>,
    /// How events are read.
    pub sync: SyncOptions,
    /// How orders are sent.
    pub journal: JournalOptions,
    /// The operator's own inventory.
    pub inventory: Option<InventoryOptions>,
    /// The label that events are grouped by.
    pub group_by: Option<String>,
    /// Which batches a second person has to approve.
    pub policy: Policy,
    /// How long a cloud may take to answer.
    pub upstream_timeout: Duration,
    /// How changes are told.
    pub streams: StreamOptions,
    /// How much it takes on.
    pub limits: ServerLimits,
}

impl ProxyOptions {
    /// With a lease that a busy machine does not lose, and what is to do looked for ten times a second.
    pub fn new(accounts: Vec<Account>) -> Self {
        Self {
            accounts,
            sync: SyncOptions::default(),
            journal: JournalOptions {
                lease: Duration::from_secs(20),
                poll: Duration::from_millis(100),
                ..JournalOptions::default()
            },
            inventory: None,
            group_by: None,
            policy: Policy::default(),
            upstream_timeout: Duration::from_secs(10),
            streams: StreamOptions::default(),
            limits: ServerLimits::default(),
        }
    }
}

/// A proxy in this process.
pub struct RunningProxy {
    router: Router,
    background: Background,
    db: Db,
}

impl RunningProxy {
    /// Starts one on a database, by the clouds' clock.
    pub async fn start(database: &TestDatabase, clouds: &Clouds, options: ProxyOptions) -> Self {
        let db = Db::open(&database.url().parse().unwrap()).await.unwrap();
        // Another proxy on the same database may have made it.
        db.add_api_token(&token(), &Caller::local()).await.unwrap();
        let proxy = Proxy::new(ProxyParts {
            accounts: options.accounts,
            console: Console::placeholder(),
            upstream_timeout: options.upstream_timeout,
            clock: clouds.clock(),
            store: db.clone(),
            sync: options.sync,
            journal: options.journal,
            inventory: options.inventory,
            group_by: options.group_by,
            policy: options.policy,
        })
        .unwrap()
        .with_streams(options.streams)
        .with_limits(ServerLimits {
            // Tests and benches ask as fast as they can.
            requests_per_login: FAST,
            ..options.limits
        });
        let background = proxy.start();
        Self {
            router: proxy.router(),
            background,
            db,
        }
    }

    /// What it keeps.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Ends it in good order.
    pub async fn stop(self) {
        self.background.stop().await;
        drop(self.router);
        self.db.close().await;
    }

    /// Ends it as one ends that is killed: it says nothing to anybody, and its file is free.
    pub async fn kill(self) {
        drop(self.background);
        drop(self.router);
        self.db.close().await;
    }

    /// Has no proxy alive by the database's clock until it says so again, as after a leap of that clock.
    pub async fn forget_proxies(&self) {
        let mut tx = self.db.begin().await.unwrap();
        sqlx::query("UPDATE proxies SET alive_until = 0")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Sends it a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Asks for a path below `/api/v1/`. What is no JSON comes as `{"text": …}`.
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        let request = Request::get(format!("/api/v1/{path}"))
            .header("host", HOST)
            .header("authorization", BEARER);
        self.answer(request.body(Body::empty()).unwrap()).await
    }

    /// Posts to a path below `/api/v1/`, with an idempotency key.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> (StatusCode, Value) {
        let request = Request::post(format!("/api/v1/{path}"))
            .header("host", HOST)
            .header("authorization", BEARER)
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(Body::from(body.to_string()))
            .unwrap();
        self.answer(request).await
    }

    /// Makes a user who may do this, and logs them in until the test is over; gives the cookie that their browser shows.
    pub async fn log_in(&self, name: &str, grants: &Grants) -> String {
        let by = Caller::local();
        let password = PasswordHash::of_text(format!("{name}'s"));
        let user = NewUser {
            name: name.to_owned(),
            password: password.clone(),
            grants: grants.clone(),
            made_at: START,
        };
        assert!(self.db.add_user(&user, &by).await.unwrap());
        let who = Principal::User {
            name: name.to_owned(),
        };
        let session = NewSession {
            id: format!("session-of-{name}"),
            hash: SecretHash::of(name),
            principal: serde_json::to_string(&who).unwrap(),
            login: Login::Password,
            began_at: START,
            ends_at: i64::MAX,
        };
        let db = &self.db;
        let begun = db.begin_user_session(&session, name, &password, None, &by);
        assert!(begun.await.unwrap());
        // It is used all the time.
        let mut tx = self.db.begin().await.unwrap();
        sqlx::query("UPDATE sessions SET seen_at = ends_at")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let store = self.db.audit_head().await.unwrap().store;
        format!("evenkeel-{store}={name}")
    }

    /// Posts as the browser does that has this cookie.
    pub async fn post_by(
        &self,
        cookie: &str,
        path: &str,
        key: &str,
        body: &Value,
    ) -> (StatusCode, Value) {
        let request = Request::post(format!("/api/v1/{path}"))
            .header("host", HOST)
            .header("origin", format!("http://{HOST}"))
            .header("cookie", cookie)
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(Body::from(body.to_string()))
            .unwrap();
        self.answer(request).await
    }

    async fn answer(&self, request: Request<Body>) -> (StatusCode, Value) {
        let answer = self.send(request).await;
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&body)
            .unwrap_or_else(|_| serde_json::json!({"text": String::from_utf8_lossy(&body)}));
        (status, body)
    }
}

/// The token that every request shows: it is looked at where an account is none of a sandbox.
const BEARER: &str = "Bearer evenkeel_testkit";

fn token() -> NewApiToken {
    NewApiToken {
        id: "testkit".to_owned(),
        name: "testkit".to_owned(),
        hash: SecretHash::of(BEARER.trim_start_matches("Bearer ")),
        principal: evenkeel_proxy::local_principal(),
        grants: Grants::everything(),
        made_at: 0,
        ends_at: i64::MAX,
    }
}

/// What a browser on the same machine sends.
const HOST: &str = "127.0.0.1:8080";
