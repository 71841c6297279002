//! Logging in at a provider of identities: who is let in, what they may do, and what is never believed.

mod attacks;
mod provider;

use evenkeel_api::{LoggedOut, Login, LoginFailure, LoginWays, Principal, Right, Who};
use evenkeel_proxy::{Config, Network, Oidc};
use form_urlencoded::parse;
use serde_json::{Map, Value, json};

use super::*;
pub(crate) use attacks::secrets_in_use;
use provider::{CLIENT_SECRET, Given, Provider, Signed};

/// The configuration of whoever has a provider: operators of one account, and viewers of all.
fn config(issuer: &str) -> Config {
    let text = format!(
        r#"
        [login.oidc]
        name = "Example ID"
        issuer = "{issuer}"
        client_id = "evenkeel"
        client_secret = "env:SECRET"
        [[login.oidc.grants]]
        group = "ops"
        role = "operator"
        accounts = ["edge"]
        [[login.oidc.grants]]
        group = "staff"
        role = "viewer"
        [[accounts]]
        id = "edge"
        provider = "ens"
        region = "cn-hangzhou"
        "#
    );
    Config::parse(&text, "evenkeel.toml").unwrap()
}

fn opened(config: Config) -> Oidc {
    let secret = |name: &str| (name == "SECRET").then(|| CLIENT_SECRET.to_owned());
    Oidc::open(config.oidc.unwrap(), &Network::direct(), &secret).unwrap()
}

/// A proxy, and the provider that it asks.
struct Pair {
    stand: Stand,
    provider: Provider,
}

/// A browser's way to the provider: what it keeps, and what it was sent there with.
#[derive(Debug, Clone)]
struct Trip {
    cookie: String,
    asked: Vec<(String, String)>,
}

impl Trip {
    fn asked(&self, name: &str) -> String {
        let found = self.asked.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

/// The part of a `set-cookie` that a browser sends back.
fn kept(header: &str) -> String {
    header.split(';').next().unwrap().to_owned()
}

impl Pair {
    async fn new() -> Self {
        let provider = Provider::start().await;
        let db = Db::open(&StoreUrl::memory()).await.unwrap();
        let oidc = opened(config(&provider.issuer));
        let stand = Stand::with_oidc(db, accounts(NOWHERE), Some(oidc)).await;
        Self { stand, provider }
    }

    async fn set_out(&self, return_to: &str) -> Trip {
        let path = paths::login_provider_then(return_to);
        let answer = self.stand.get(&path, &[]).await;
        assert_eq!(
            answer.head.status(),
            StatusCode::SEE_OTHER,
            "{}",
            answer.text()
        );
        let location = answer.header("location").unwrap();
        let (page, query) = location.split_once('?').unwrap();
        assert_eq!(page, format!("{}/authorize", self.provider.issuer));
        Trip {
            cookie: kept(answer.header("set-cookie").unwrap()),
            asked: parse(query.as_bytes()).into_owned().collect(),
        }
    }

    /// Has the provider give this for the code; by default it is what a good provider gives.
    fn give(&self, trip: &Trip, change: impl FnOnce(&mut Given)) {
        let now = self.stand.now.load(Ordering::SeqCst) / 1_000;
        let claims = json!({
            "iss": self.provider.issuer, "aud": "evenkeel", "sub": "42",
            "iat": now, "exp": now + 300, "nonce": trip.asked("nonce"),
            "name": "Lin Wang", "email": "lin@example.org", "groups": ["ops", "staff"],
        });
        let mut given = Given {
            claims: claims.as_object().unwrap().clone(),
            signed: Signed::Well,
            kid: "k1".to_owned(),
            challenge: trip.asked("code_challenge"),
        };
        change(&mut given);
        self.provider.said.lock().unwrap().given = Some(given);
    }

    async fn come_back(&self, query: &str, cookie: &str) -> Answer {
        let path = format!("{}?{query}", paths::login_provider_callback());
        let headers = [
            ("cookie", cookie),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
        ];
        self.stand.get(&path, &headers).await
    }

    /// The whole way: the answer to whoever comes back.
    async fn whole(&self, change: impl FnOnce(&mut Given)) -> Answer {
        let trip = self.set_out("/batches?state=sent").await;
        self.give(&trip, change);
        let query = format!("code=canary-code&state={}", trip.asked("state"));
        self.come_back(&query, &trip.cookie).await
    }

    async fn who(&self, cookie: &str) -> Option<Who> {
        let answer = self
            .stand
            .get(&paths::session(), &[("cookie", cookie)])
            .await;
        serde_json::from_slice(&answer.body).ok()
    }

    async fn audit(&self) -> Vec<Value> {
        let records = self.stand.db.audit_after(0, 1_000).await.unwrap();
        records
            .iter()
            .map(|record| serde_json::from_str(&record.record).unwrap())
            .collect()
    }
}

/// The session's cookie, among those that an answer sets.
fn session(answer: &Answer) -> Option<String> {
    let cookies = answer.head.headers().get_all("set-cookie").iter();
    let cookies = cookies.map(|cookie| kept(cookie.to_str().unwrap()));
    cookies
        .filter(|cookie| !cookie.contains("-to="))
        .find(|cookie| !cookie.ends_with('='))
}

/// What the page says to whoever was not let in.
fn failure(answer: &Answer) -> Option<LoginFailure> {
    assert_eq!(
        answer.head.status(),
        StatusCode::SEE_OTHER,
        "{}",
        answer.text()
    );
    let (_, fragment) = answer.header("location").unwrap().split_once('#')?;
    LoginFailure::of_fragment(fragment)
}

fn claim(name: &str, value: Value) -> impl FnOnce(&mut Given) {
    let name = name.to_owned();
    move |given| {
        given.claims.insert(name, value);
    }
}

#[tokio::test]
async fn whoever_the_provider_knows_comes_back_to_where_they_were_as_what_their_groups_are() {
    let pair = Pair::new().await;
    let ways = pair.stand.get(&paths::login(), &[]).await;
    let ways: LoginWays = serde_json::from_slice(&ways.body).unwrap();
    assert_eq!(ways.provider.unwrap().name, "Example ID");

    let answer = pair.whole(|_| {}).await;
    assert_eq!(answer.header("location"), Some("/batches?state=sent"));
    let cookie = session(&answer).unwrap();
    let who = pair.who(&cookie).await.unwrap();
    let subject = Principal::Subject {
        issuer: pair.provider.issuer.clone(),
        subject: "42".to_owned(),
        name: Some("Lin Wang".to_owned()),
    };
    assert_eq!((who.actor.who, who.actor.login), (subject, Login::Oidc));
    assert!(who.grants.allow(Right::Order, "edge") && !who.grants.allow(Right::Order, "core"));
    assert!(who.grants.allow(Right::Read, "core"));
    // An hour after the provider said so, it has to say so again.
    pair.stand.pass(HOUR - 1);
    assert!(pair.stand.is_let_in(&cookie).await);
    pair.stand.pass(1);
    assert!(!pair.stand.is_let_in(&cookie).await);
}

#[tokio::test]
async fn the_provider_is_asked_as_it_should_be_and_the_browser_keeps_what_nobody_else_has() {
    let pair = Pair::new().await;
    let trip = pair.set_out("/").await;
    let asked = |name| trip.asked(name);
    assert_eq!(
        (asked("response_type"), asked("client_id")),
        ("code".into(), "evenkeel".into())
    );
    assert_eq!(asked("scope"), "openid profile");
    assert_eq!(asked("code_challenge_method"), "S256");
    assert_eq!(
        asked("redirect_uri"),
        "http://127.0.0.1:8080/api/v1/login/oidc/callback"
    );
    let answer = pair.stand.get(&paths::login_provider(), &[]).await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.ends_with("Path=/; Max-Age=600; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    // A page of another site sends nobody there, and a HEAD uses nothing up.
    let cross = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
    ];
    let answer = pair.stand.get(&paths::login_provider(), &cross).await;
    assert_eq!(code_of(&answer), ProblemCode::ForbiddenOrigin);
    let head = anonymous("HEAD", &paths::login_provider(), &[], "");
    let answer = send(&pair.stand.router, head).await;
    assert_eq!(answer.head.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn groups_may_be_told_to_whoever_shows_the_access_token_and_of_the_same_one() {
    let pair = Pair::new().await;
    let without = |given: &mut Given| drop(given.claims.remove("groups"));
    let tell = |said: Value| pair.provider.said.lock().unwrap().userinfo = said;
    tell(json!({ "sub": "42", "groups": ["staff"] }));
    let cookie = session(&pair.whole(without).await).unwrap();
    let grants = pair.who(&cookie).await.unwrap().grants;
    assert!(grants.allow(Right::Read, "core") && !grants.allow(Right::Order, "edge"));

    tell(json!({ "sub": "43", "groups": ["ops"] }));
    let answer = pair.whole(without).await;
    assert_eq!(failure(&answer), Some(LoginFailure::ProviderUnreadable));
    tell(json!({ "sub": "42" }));
    let answer = pair.whole(without).await;
    assert_eq!(failure(&answer), Some(LoginFailure::NothingGranted));
}

#[tokio::test]
async fn whoever_is_known_and_may_do_nothing_is_told_so_and_loses_what_they_had() {
    let pair = Pair::new().await;
    let cookie = session(&pair.whole(|_| {}).await).unwrap();
    let answer = pair.whole(claim("groups", json!(["chess"]))).await;
    assert_eq!(failure(&answer), Some(LoginFailure::NothingGranted));
    assert_eq!(
        answer.header("location"),
        Some("/batches?state=sent#login-failed=nothing_granted")
    );
    assert!(session(&answer).is_none());
    assert!(
        !pair.stand.is_let_in(&cookie).await,
        "their other session is over"
    );
    let last = pair.audit().await.pop().unwrap();
    assert_eq!(last["kind"], "login.refused");
    assert_eq!(
        last.to_string().matches("nothing_granted").count(),
        1,
        "{last}"
    );
    assert!(last.to_string().contains("\"42\""), "{last}");
}

#[tokio::test]
async fn a_login_with_other_groups_changes_what_all_of_ones_sessions_may_do() {
    let pair = Pair::new().await;
    let first = session(&pair.whole(|_| {}).await).unwrap();
    session(&pair.whole(claim("groups", json!(["staff"]))).await).unwrap();
    let grants = pair.who(&first).await.unwrap().grants;
    assert!(grants.allow(Right::Read, "edge") && !grants.allow(Right::Order, "edge"));
}

#[tokio::test]
async fn another_configuration_acts_at_the_start_for_whoever_is_logged_in() {
    let pair = Pair::new().await;
    let cookie = session(&pair.whole(|_| {}).await).unwrap();
    let restarted = async |oidc| {
        let stand = Stand::with_oidc(pair.stand.db.clone(), accounts(NOWHERE), oidc).await;
        let answer = stand.get(&paths::session(), &[("cookie", &cookie)]).await;
        serde_json::from_slice::<Who>(&answer.body)
            .map(|who| who.grants)
            .unwrap_or_default()
    };
    let mut other = config(&pair.provider.issuer);
    let oidc = other.oidc.as_mut().unwrap();
    oidc.grants = evenkeel_proxy::GroupGrants::default();
    let (role, accounts) = (evenkeel_api::Role::Approver, evenkeel_api::Accounts::All);
    oidc.grants
        .add("staff", evenkeel_api::Grant { role, accounts });
    let grants = restarted(Some(opened(other))).await;
    assert!(grants.allow(Right::Stop, "core") && !grants.allow(Right::Order, "edge"));
    let grants = restarted(Some(opened(config("http://127.0.0.1:1")))).await;
    assert!(
        !grants.allow(Right::Read, "edge"),
        "of another provider they know nothing"
    );
    let grants = restarted(None).await;
    assert!(!grants.allow(Right::Read, "edge"));
}

#[tokio::test]
async fn whoever_logs_out_is_told_where_to_log_out_too() {
    let pair = Pair::new().await;
    let cookie = session(&pair.whole(|_| {}).await).unwrap();
    let answer = pair
        .stand
        .post(&paths::logout(), &[("cookie", &cookie), ORIGIN])
        .await;
    let LoggedOut { go_to } = serde_json::from_slice(&answer.body).unwrap();
    let (page, query) = go_to.split_once('?').unwrap();
    assert_eq!(page, format!("{}/end", pair.provider.issuer));
    let asked: Vec<(String, String)> = parse(query.as_bytes()).into_owned().collect();
    let pairs = [
        ("client_id", "evenkeel"),
        ("post_logout_redirect_uri", "http://127.0.0.1:8080/"),
    ];
    assert_eq!(
        asked,
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    assert!(!pair.stand.is_let_in(&cookie).await);

    let cookie = pair.stand.log_in(&pair.stand.code()).await;
    let answer = pair
        .stand
        .post(&paths::logout(), &[("cookie", &cookie), ORIGIN])
        .await;
    assert_eq!(answer.head.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_asked_for_once_and_not_by_every_token() {
    let pair = Pair::new().await;
    session(&pair.whole(|_| {}).await).unwrap();
    pair.provider.rotate();
    session(&pair.whole(|given| given.kid = "k2".to_owned()).await).unwrap();
    let answer = pair.whole(|given| given.kid = "k3".to_owned()).await;
    assert_eq!(failure(&answer), Some(LoginFailure::ProviderUnreadable));
    assert_eq!(pair.provider.said.lock().unwrap().descriptions, 2);
}

#[tokio::test]
async fn without_a_provider_there_is_no_way_to_one_and_with_one_that_is_away_the_code_still_works()
{
    let stand = Stand::new().await;
    for path in [paths::login_provider(), paths::login_provider_callback()] {
        assert_eq!(code_of(&stand.get(&path, &[]).await), ProblemCode::NotFound);
    }
    let db = Db::open(&StoreUrl::memory()).await.unwrap();
    let oidc = opened(config("http://127.0.0.1:9"));
    let stand = Stand::with_oidc(db, accounts(NOWHERE), Some(oidc)).await;
    let answer = stand.get(&paths::login_provider_then("/events"), &[]).await;
    assert_eq!(failure(&answer), Some(LoginFailure::ProviderUnreachable));
    assert!(answer.header("set-cookie").is_none());
    stand.log_in(&stand.code()).await;
}

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}
