//! What is never believed, and what is told nowhere.

use super::{provider::CANARY, *};

async fn refused(pair: &Pair, change: impl FnOnce(&mut Given)) -> LoginFailure {
    let answer = pair.whole(change).await;
    assert!(session(&answer).is_none());
    failure(&answer).unwrap()
}

#[tokio::test]
async fn a_token_that_is_not_the_providers_for_this_login_lets_nobody_in() {
    let pair = Pair::new().await;
    let unreadable = LoginFailure::ProviderUnreadable;
    let now = START / 1_000;
    for (name, value) in [
        ("iss", json!("https://id.evil.example")),
        ("aud", json!("another")),
        ("aud", json!(["another", "evenkeel"])),
        ("azp", json!("another")),
        ("nonce", json!("another")),
        ("nonce", Value::Null),
        ("exp", json!(now - 61)),
        ("iat", json!(now + 90)),
        ("iat", json!(now - 3_600)),
        ("sub", Value::Null),
        ("at_hash", json!("bm90IHRoaXMgb25lIQ")),
        ("groups", json!({ "ops": true })),
    ] {
        // Each comes from an address of its own: too many would have to wait.
        pair.stand.pass(2 * MINUTE);
        let moved = pair.stand.now.load(Ordering::SeqCst) / 1_000 - now;
        let value = match &value {
            Value::Number(time) => json!(time.as_i64().unwrap() + moved),
            _ => value,
        };
        let told = format!("{name}: {value}");
        assert_eq!(
            refused(&pair, claim(name, value)).await,
            unreadable,
            "{told}"
        );
    }
    for signed in [
        Signed::NotAtAll,
        Signed::ByPublicKey,
        Signed::ByClientSecret,
        Signed::ByAnother,
    ] {
        pair.stand.pass(2 * MINUTE);
        let answer = refused(&pair, |given| given.signed = signed).await;
        assert_eq!(answer, unreadable, "{signed:?}");
    }
    pair.stand.pass(2 * MINUTE);
    // It is the same pair that lets in whoever has a good one, for several clients too.
    let several = |given: &mut Given| {
        given.claims.extend(map(
            &json!({ "aud": ["another", "evenkeel"], "azp": "evenkeel" }),
        ));
    };
    session(&pair.whole(several).await).unwrap();
}

#[tokio::test]
async fn groups_that_the_provider_leaves_out_are_not_taken_for_none() {
    let pair = Pair::new().await;
    let answer = refused(&pair, |given| {
        given.claims.remove("groups");
        given.claims.extend(map(&json!({
            "_claim_names": { "groups": "src1" },
            "_claim_sources": { "src1": { "endpoint": "http://127.0.0.1:9/" } },
        })));
    });
    assert_eq!(answer.await, LoginFailure::TooManyGroups);
}

#[tokio::test]
async fn an_answer_is_good_once_for_the_browser_that_asked_and_in_time() {
    let pair = Pair::new().await;
    let (ours, theirs) = (pair.set_out("/").await, pair.set_out("/").await);
    let query = |trip: &Trip| format!("code=canary-code&state={}", trip.asked("state"));
    let asked = || pair.provider.said.lock().unwrap().answers_to_codes;
    for (query, cookie) in [
        // Somebody sends us a link with their own answer.
        (query(&theirs), ours.cookie.as_str()),
        (query(&ours), theirs.cookie.as_str()),
        (query(&ours), ""),
        ("code=canary-code".to_owned(), &ours.cookie),
        ("code=canary-code&state=".to_owned(), &ours.cookie),
        // Two of one name: somebody else may have set the other.
        (query(&ours), &format!("{}; {}", ours.cookie, theirs.cookie)),
    ] {
        pair.give(&ours, |_| {});
        let answer = pair.come_back(&query, cookie).await;
        assert_eq!(
            failure(&answer),
            Some(LoginFailure::Over),
            "{query} {cookie}"
        );
        assert!(session(&answer).is_none());
    }
    assert_eq!(asked(), 0, "the code was shown to nobody");

    pair.give(&ours, |_| {});
    let answer = pair.come_back(&query(&ours), &ours.cookie).await;
    assert!(session(&answer).is_some(), "it is good for whom it is");
    pair.give(&ours, |_| {});
    let answer = pair.come_back(&query(&ours), &ours.cookie).await;
    assert_eq!(failure(&answer), Some(LoginFailure::Over), "but once");
    assert!(
        answer.header("set-cookie").unwrap().contains("-to=;"),
        "it is taken away"
    );

    pair.give(&theirs, |_| {});
    pair.stand.pass(10 * MINUTE);
    let answer = pair.come_back(&query(&theirs), &theirs.cookie).await;
    assert_eq!(failure(&answer), Some(LoginFailure::Over), "too late");
    assert_eq!(asked(), 1);
}

#[tokio::test]
async fn a_code_of_another_login_is_refused_by_the_provider_for_want_of_the_verifier() {
    let pair = Pair::new().await;
    let answer = refused(&pair, |given| given.challenge = "another".to_owned());
    assert_eq!(answer.await, LoginFailure::ProviderRefused);
}

#[tokio::test]
async fn an_answer_of_another_provider_is_not_taken_for_this_ones() {
    let pair = Pair::new().await;
    let back = async |more: &str| {
        let trip = pair.set_out("/").await;
        pair.give(&trip, |_| {});
        let query = format!("code=canary-code&state={}{more}", trip.asked("state"));
        pair.come_back(&query, &trip.cookie).await
    };
    let other = back("&iss=https%3A%2F%2Fid.evil.example").await;
    assert_eq!(failure(&other), Some(LoginFailure::ProviderUnreadable));
    let own = format!("&iss={}", paths::segment(&pair.provider.issuer));
    session(&back(&own).await).unwrap();

    // One that says that it always says so, has to.
    let pair = Pair::new().await;
    let extra = json!({ "authorization_response_iss_parameter_supported": true });
    pair.provider.said.lock().unwrap().extra = map(&extra);
    let answer = refused(&pair, |_| {});
    assert_eq!(answer.await, LoginFailure::ProviderUnreadable);
}

#[tokio::test]
async fn a_description_that_sends_browsers_or_secrets_elsewhere_is_not_followed() {
    for (name, value) in [
        ("issuer", "https://id.evil.example"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("authorization_endpoint", "http://id.evil.example/"),
        ("end_session_endpoint", "http://id.evil.example/"),
        ("jwks_uri", "http://id.evil.example/"),
        ("jwks_uri", "file:///etc/passwd"),
    ] {
        let pair = Pair::new().await;
        pair.provider.said.lock().unwrap().extra = map(&json!({ name: value }));
        let answer = pair.stand.get(&paths::login_provider(), &[]).await;
        assert!(failure(&answer).is_some(), "{name}: {value}");
        assert!(
            !answer.header("location").unwrap().contains("evil"),
            "{name}"
        );
    }
    let pair = Pair::new().await;
    let extra = map(&json!({ "token_endpoint": "http://id.evil.example/" }));
    pair.provider.said.lock().unwrap().extra = extra;
    let answer = refused(&pair, |_| {});
    assert_eq!(answer.await, LoginFailure::ProviderUnreachable);
}

#[tokio::test]
async fn what_a_provider_says_in_place_of_a_code_is_told_in_our_words() {
    let pair = Pair::new().await;
    for (error, failed) in [
        ("access_denied", LoginFailure::Denied),
        ("server_error", LoginFailure::ProviderUnreachable),
        ("invalid_scope", LoginFailure::ProviderRefused),
        ("%3Cscript%3E", LoginFailure::ProviderRefused),
    ] {
        let trip = pair.set_out("/events").await;
        let state = trip.asked("state");
        let query =
            format!("error={error}&error_description=%3Cb%3E&state={state}&code=canary-code");
        let answer = pair.come_back(&query, &trip.cookie).await;
        assert_eq!(failure(&answer), Some(failed));
        let location = format!("/events#login-failed={}", failed.as_str());
        assert_eq!(answer.header("location"), Some(location.as_str()));
    }
    assert_eq!(pair.provider.said.lock().unwrap().answers_to_codes, 0);
}

#[tokio::test]
async fn nobody_is_sent_on_to_another_server() {
    let pair = Pair::new().await;
    for evil in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/api/v1/events",
    ] {
        let trip = pair.set_out(evil).await;
        pair.give(&trip, |_| {});
        let query = format!("code=canary-code&state={}", trip.asked("state"));
        let answer = pair.come_back(&query, &trip.cookie).await;
        assert_eq!(answer.header("location"), Some("/"), "{evil}");
    }
    let twice = format!(
        "{}?return_to=/a&return_to=//evil.example",
        paths::login_provider()
    );
    let answer = pair.stand.get(&twice, &[]).await;
    assert_eq!(code_of(&answer), ProblemCode::InvalidParameters);
}

#[tokio::test]
async fn after_too_many_that_came_to_nothing_an_address_waits_and_the_provider_is_left_alone() {
    let pair = Pair::new().await;
    for _ in 0..10 {
        refused(&pair, |given| given.signed = Signed::NotAtAll).await;
    }
    let (asked, recorded) = (10, pair.audit().await.len());
    assert_eq!(refused(&pair, |_| {}).await, LoginFailure::TooManyAttempts);
    assert_eq!(pair.provider.said.lock().unwrap().answers_to_codes, asked);
    assert_eq!(pair.audit().await.len(), recorded);
}

/// Everything that is answered and kept, and the secrets that it was made with.
pub(crate) async fn secrets_in_use() -> (String, Vec<String>) {
    let pair = Pair::new().await;
    let mut shown = String::new();
    let mut tell = |answer: &Answer| {
        shown += &format!("{:?} {}", answer.header("location"), answer.text());
    };
    let trip = pair.set_out("/").await;
    for change in [Signed::Well, Signed::NotAtAll, Signed::ByAnother] {
        tell(&pair.whole(|given| given.signed = change).await);
    }
    tell(&pair.whole(claim("groups", json!(7))).await);
    tell(&pair.whole(claim("at_hash", json!("x"))).await);
    pair.provider.said.lock().unwrap().refuses = true;
    tell(&pair.whole(|_| {}).await);
    tell(
        &pair
            .come_back("error=canary-code&code=canary-code", &trip.cookie)
            .await,
    );
    for record in pair.audit().await {
        shown += &record.to_string();
    }
    let kept = trip.cookie.split_once('=').unwrap().1.to_owned();
    let secrets = [CANARY, CLIENT_SECRET, "canary-code"].map(str::to_owned);
    (shown, [secrets.to_vec(), vec![kept]].concat())
}
