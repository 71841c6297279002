//! Sessions, and what ends with them.

use super::*;
use evenkeel_store::Caller;

#[tokio::test]
async fn a_session_ends_unused_and_in_the_end() {
    let stand = Stand::new().await;
    let cookie = stand.log_in(&stand.code()).await;
    stand.pass(2 * HOUR - 1);
    assert!(stand.is_let_in(&cookie).await);
    stand.pass(2 * HOUR);
    assert!(!stand.is_let_in(&cookie).await, "nobody used it");

    let cookie = stand.log_in(&stand.new_code().await).await;
    for _ in 0..11 {
        stand.pass(HOUR);
        assert!(stand.is_let_in(&cookie).await);
    }
    stand.pass(HOUR);
    assert!(!stand.is_let_in(&cookie).await, "twelve hours are over");
}

#[tokio::test]
async fn one_sees_and_ends_ones_own_sessions() {
    let stand = Stand::new().await;
    let first = stand.log_in(&stand.code()).await;
    stand.pass(HOUR);
    let second = stand.log_in(&stand.new_code().await).await;
    let headers = [("cookie", second.as_str()), ORIGIN];
    let answer = stand.get(&paths::sessions(), &headers).await;
    let list: SessionList = serde_json::from_slice(&answer.body).unwrap();
    let current: Vec<bool> = list.sessions.iter().map(|it| it.is_current).collect();
    assert_eq!(current, [true, false]);
    assert!(!answer.text().contains(second.split_once('=').unwrap().1));

    let other = paths::revoke_session(&list.sessions[1].id);
    assert_eq!(
        stand.post(&other, &headers).await.head.status(),
        StatusCode::NO_CONTENT
    );
    assert!(!stand.is_let_in(&first).await);
    assert_eq!(
        code_of(&stand.post(&other, &headers).await),
        ProblemCode::UnknownSession
    );

    let answer = stand.post(&paths::logout(), &headers).await;
    let cleared = answer.header("set-cookie").unwrap();
    assert!(cleared.contains("=; Path=/; Max-Age=0;"), "{cleared}");
    assert!(!stand.is_let_in(&second).await);
}

#[tokio::test]
async fn a_login_begins_a_session_that_nobody_knew_before() {
    let stand = Stand::new().await;
    let before = stand.log_in(&stand.code()).await;
    let code = stand.new_code().await;
    let name = before.split_once('=').unwrap().0;
    // Set by whoever wants to share the session afterwards.
    let planted = format!("{name}=planted");
    for known in [&planted, &before] {
        let answer = stand
            .try_code(&stand.new_code().await, &[("cookie", known)])
            .await;
        let cookie = answer.header("set-cookie").unwrap();
        assert!(!cookie.starts_with(&format!("{known};")), "{cookie}");
        assert!(!stand.is_let_in(known).await);
    }
    // A wrong code ends nothing.
    let cookie = stand.log_in(&code).await;
    stand.try_code("WRONG", &[("cookie", &cookie)]).await;
    assert!(stand.is_let_in(&cookie).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn proxies_on_one_database_share_sessions_and_codes() {
    let mut ran = 0;
    for database in [Some(TestDatabase::sqlite()), TestDatabase::postgres().await] {
        let Some(database) = database else { continue };
        let db = Db::open(&database.url().parse().unwrap()).await.unwrap();
        let second = match database.kind() {
            // A file has one owner.
            evenkeel_testkit::DatabaseKind::Sqlite => db.clone(),
            evenkeel_testkit::DatabaseKind::Postgres => {
                Db::open(&database.url().parse().unwrap()).await.unwrap()
            }
        };
        let here = Stand::on(db, accounts(NOWHERE)).await;
        let there = Stand::on(second, accounts(NOWHERE)).await;
        let cookie = here.log_in(&there.code()).await;
        assert!(there.is_let_in(&cookie).await);
        let headers = [("cookie", cookie.as_str()), ORIGIN];
        there.post(&paths::logout(), &headers).await;
        assert!(!here.is_let_in(&cookie).await);
        ran += 1;
        here.db.close().await;
        there.db.close().await;
    }
    assert!(ran > 0);
}

/// All that a stream says until it ends.
async fn until_end(stand: &Stand, headers: &[(&str, &str)], act: impl AsyncFnOnce()) -> String {
    let request = anonymous("GET", &paths::stream(), headers, "");
    let answer = stand.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let mut body = answer.into_body();
    let mut said = Vec::new();
    let opening = body.frame().await.unwrap().unwrap().into_data().unwrap();
    said.extend_from_slice(&opening);
    act().await;
    while let Some(frame) = body.frame().await {
        said.extend_from_slice(&frame.unwrap().into_data().unwrap());
    }
    String::from_utf8(said).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_goes_on_whose_token_is_newer_than_what_was_seen_last() {
    let stand = Stand::new().await;
    let cookie = stand.log_in(&stand.code()).await;
    let open = async |headers: &[(&str, &str)]| {
        let request = anonymous("GET", &paths::stream(), headers, "");
        let mut body = stand
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_body();
        body.frame().await.unwrap().unwrap();
        body
    };
    let still_open = async |body: &mut axum::body::Body| {
        let next = tokio::time::timeout(std::time::Duration::from_millis(200), body.frame());
        next.await.is_err()
    };
    // By it the sessions and tokens are looked at; the token is made elsewhere at once after.
    let mut before = open(&[("cookie", &cookie)]).await;
    assert!(still_open(&mut before).await);
    add_token(&stand.db).await;
    let token = format!("Bearer {API_TOKEN}");
    let mut after = open(&[("authorization", &token)]).await;
    assert!(still_open(&mut after).await, "it ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_with_what_it_was_asked_for_by() {
    let stand = Stand::new().await;
    add_token(&stand.db).await;
    let ended = "event: end\ndata: {\"reason\":\"logged_out\"}\n\n";

    let cookie = stand.log_in(&stand.code()).await;
    let headers = [("cookie", cookie.as_str()), ORIGIN];
    let log_out = async || drop(stand.post(&paths::logout(), &headers).await);
    let said = until_end(&stand, &headers, log_out).await;
    assert!(said.ends_with(ended), "logged out here: {said}");

    // By the command line, or another proxy.
    let token = format!("Bearer {API_TOKEN}");
    let revoke = async || {
        assert!(
            stand
                .db
                .revoke_api_token("test", &Caller::local(), 0)
                .await
                .unwrap()
        );
    };
    let said = until_end(&stand, &[("authorization", &token)], revoke).await;
    assert!(said.ends_with(ended), "revoked elsewhere: {said}");

    let cookie = stand.log_in(&stand.new_code().await).await;
    let pass = async || stand.pass(2 * HOUR);
    let said = until_end(&stand, &[("cookie", &cookie)], pass).await;
    assert!(said.ends_with(ended), "it was idle: {said}");
}
