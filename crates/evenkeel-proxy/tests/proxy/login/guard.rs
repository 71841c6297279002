//! What stands before every route.

use super::*;

#[tokio::test]
async fn every_route_asks_for_a_login_but_the_one_that_logs_in() {
    let stand = Stand::new().await;
    let routes = templates::ALL
        .iter()
        .copied()
        .filter(|path| !OPEN.contains(path));
    let nowhere = [
        "",
        "/v1",
        "/v1/nothing",
        "/v1/login/",
        "/v1/LOGIN",
        "/v1//login",
    ];
    for template in routes.chain(nowhere) {
        let path = format!("{}{}", paths::API, template.replace(['{', '}'], ""));
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            for headers in [
                &[JSON][..],
                &[JSON, ORIGIN],
                &[JSON, ("authorization", "Bearer wrong")],
                &[JSON, ("authorization", "Basic YTpi")],
                &[JSON, ("cookie", "evenkeel-x=y")],
            ] {
                let answer = send(&stand.router, anonymous(method, &path, headers, "{}")).await;
                let said = format!("{method} {path} {headers:?}: {}", answer.text());
                assert_eq!(answer.head.status(), StatusCode::UNAUTHORIZED, "{said}");
                assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{said}");
                if method != "HEAD" {
                    assert_eq!(code_of(&answer), ProblemCode::LoginNeeded, "{said}");
                }
            }
        }
    }
    let answer = stand.get(paths::METRICS, &[]).await;
    assert_eq!(code_of(&answer), ProblemCode::LoginNeeded);
    // What nobody has to be known for, by name.
    for path in [paths::HEALTH, paths::READY, "/", "/events", "/batches"] {
        let answer = stand.get(path, &[]).await;
        assert_eq!(answer.head.status(), StatusCode::OK, "{path}");
    }
    let answer = stand.get(&paths::login(), &[]).await;
    assert_eq!(answer.text(), r#"{"code":true,"password":false}"#);
}

#[tokio::test]
async fn nobody_is_asked_where_nothing_is_real() {
    let db = Db::open(&StoreUrl::memory()).await.unwrap();
    let sandbox = account_at("edge", Provider::Ens, "127.0.0.1:9".parse().unwrap());
    let stand = Stand::on(db.clone(), vec![sandbox]).await;
    assert!(stand.shown.lock().unwrap().is_empty(), "there is no code");
    let answer = stand.get(&paths::accounts(), &[]).await;
    assert_eq!(answer.head.status(), StatusCode::OK);
    let ways = stand.get(&paths::login(), &[]).await;
    assert_eq!(ways.text(), r#"{"code":false,"password":false}"#);
    let answer = stand.get(&paths::session(), &[]).await;
    assert_eq!(
        serde_json::from_slice::<Actor>(&answer.body).unwrap(),
        Actor::LOCAL
    );

    // One account that is none of a sandbox is enough.
    let mut mixed = accounts(NOWHERE);
    mixed.truncate(1);
    mixed.push(account_at(
        "box",
        Provider::Ens,
        "127.0.0.1:9".parse().unwrap(),
    ));
    let stand = Stand::on(db, mixed).await;
    let answer = stand.get(&paths::accounts(), &[]).await;
    assert_eq!(answer.head.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_cookie_changes_something_only_from_a_page_of_this_server() {
    let stand = Stand::new().await;
    let cookie = stand.log_in(&stand.code()).await;
    let cookie = ("cookie", cookie.as_str());
    let token = format!("Bearer {API_TOKEN}");
    add_token(&stand.db).await;
    let refresh = paths::refresh();
    for (headers, status) in [
        (&[cookie, ORIGIN][..], StatusCode::ACCEPTED),
        (&[cookie], StatusCode::FORBIDDEN),
        (
            &[cookie, ("origin", "http://127.0.0.1:8081")],
            StatusCode::FORBIDDEN,
        ),
        (
            &[cookie, ("origin", "https://127.0.0.1:8080")],
            StatusCode::FORBIDDEN,
        ),
        (&[cookie, ("origin", "null")], StatusCode::FORBIDDEN),
        (
            &[cookie, ("sec-fetch-site", "same-origin")],
            StatusCode::FORBIDDEN,
        ),
        (&[("authorization", &token)], StatusCode::ACCEPTED),
        // A wrong token is not made good by a cookie.
        (
            &[cookie, ORIGIN, ("authorization", "Bearer x")],
            StatusCode::UNAUTHORIZED,
        ),
    ] {
        let answer = stand.post(&refresh, headers).await;
        assert_eq!(
            answer.head.status(),
            status,
            "{headers:?}: {}",
            answer.text()
        );
    }
    // Neither does a login come from nowhere: it would be somebody else's.
    let body = serde_json::json!({ "code": stand.new_code().await }).to_string();
    let answer = send(
        &stand.router,
        anonymous("POST", &paths::login(), &[JSON], &body),
    )
    .await;
    assert_eq!(code_of(&answer), ProblemCode::ForbiddenOrigin);
}

#[tokio::test]
async fn what_is_done_is_done_by_who_logged_in() {
    let stand = Stand::new().await;
    add_token(&stand.db).await;
    let cookie = stand.log_in(&stand.code()).await;
    let token = format!("Bearer {API_TOKEN}");
    let session = [
        ("cookie", cookie.as_str()),
        ORIGIN,
        ("idempotency-key", "a"),
    ];
    let tool = [("authorization", token.as_str()), ("idempotency-key", "b")];
    for (headers, by) in [
        (&session[..], r#"{"who":"local","login":"code"}"#),
        (&tool, r#"{"who":"local","login":"token","token":"test"}"#),
    ] {
        let by: Actor = serde_json::from_str(by).unwrap();
        let who = stand.get(&paths::session(), headers).await;
        assert_eq!(serde_json::from_slice::<Actor>(&who.body).unwrap(), by);
        let headers = [&[JSON], headers].concat();
        let event = headers.len();
        let body = format!(
            r#"{{"account":"edge","action":"reboot","items":[{{"event_id":"e-{event}","resource_id":"i-{event}","when":"now"}}]}}"#
        );
        let answer = send(
            &stand.router,
            anonymous("POST", &paths::batches(), &headers, &body),
        )
        .await;
        assert_eq!(
            answer.head.status(),
            StatusCode::CREATED,
            "{}",
            answer.text()
        );
        let batch: evenkeel_api::Batch = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(batch.summary.by, Some(by));
    }
}

#[tokio::test]
async fn the_last_use_of_a_token_is_kept() {
    let stand = Stand::new().await;
    add_token(&stand.db).await;
    let token = format!("Bearer {API_TOKEN}");
    stand
        .get(&paths::accounts(), &[("authorization", &token)])
        .await;
    let tokens = stand.db.api_tokens().await.unwrap();
    assert_eq!(tokens[0].used_at, Some(START));
}
