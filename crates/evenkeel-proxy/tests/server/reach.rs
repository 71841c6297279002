//! Names of its own, and proxies before it: what each may say, and what others may not.

use evenkeel_api::Caller;
use evenkeel_proxy::{Clock, Reach, TrustedProxies, new_login_code};
use serde_json::json;

use crate::stand::{Answer, Setup, Stand, real_accounts, rest};

const NAME: &str = "evenkeel.example.org";
const HTTPS: &str = "x-forwarded-proto: https\r\n";

/// Known by that name, with proxies at these addresses before it.
fn behind(proxies: &[&str]) -> Reach {
    let mut trusted_proxies = TrustedProxies::default();
    for proxy in proxies {
        trusted_proxies.add(proxy).unwrap();
    }
    Reach {
        public_urls: vec![format!("https://{NAME}").parse().unwrap()],
        trusted_proxies,
        ..Reach::default()
    }
}

async fn stand(proxies: &[&str]) -> Stand {
    let setup = Setup {
        reach: behind(proxies),
        ..Setup::default()
    };
    setup.start().await
}

async fn ask(stand: &Stand, line: &str, host: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n{headers}\r\n{body}"
    );
    rest(stand.client(&request).await).await
}

async fn get(stand: &Stand, host: &str, headers: &str) -> Answer {
    ask(stand, "GET /api/v1/accounts", host, headers, "").await
}

#[tokio::test]
async fn it_answers_to_its_public_url_by_https_alone() {
    let stand = stand(&["127.0.0.1"]).await;
    for host in [NAME, "EVENKEEL.example.org:443"] {
        let answer = get(&stand, host, HTTPS).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let hsts = "strict-transport-security: max-age=31536000; includesubdomains";
        assert!(answer.head.contains(hsts), "{}", answer.head);
    }
    let plain = get(&stand, NAME, "").await;
    assert_eq!(plain.code(), "forbidden_host");
    assert!(
        plain.body.contains("X-Forwarded-Proto: https"),
        "{}",
        plain.body
    );
    assert!(!plain.head.contains("strict-transport"), "{}", plain.head);
    for host in [
        "evil.example",
        "evenkeel.example.org.evil.example",
        "x.evenkeel.example.org",
        "evenkeel.example.org:8443",
        "evenkeel.example.org:80",
        "evenkeel.example.org.",
        "lin@evenkeel.example.org",
        "127.0.0.1.evenkeel.example.org",
    ] {
        let answer = get(&stand, host, HTTPS).await;
        assert_eq!(answer.code(), "forbidden_host", "{host}");
        assert!(!answer.head.contains("strict-transport"), "{}", answer.head);
    }
    let said = format!("x-forwarded-host: {NAME}\r\n{HTTPS}");
    assert_eq!(
        get(&stand, "evil.example", &said).await.code(),
        "forbidden_host"
    );
    stand.stop().await;
}

#[tokio::test]
async fn a_page_of_a_public_url_is_its_own_and_no_other() {
    let stand = stand(&["127.0.0.1"]).await;
    let refresh = "POST /api/v1/events/refresh";
    let status = async |host: &str, origin: &str| {
        let headers = format!("{HTTPS}origin: {origin}\r\nsec-fetch-site: same-origin\r\n");
        ask(&stand, refresh, host, &headers, r#"{"accounts":["edge"]}"#).await
    };
    let own = status(NAME, "https://evenkeel.example.org").await;
    assert!(own.status < 300, "{}", own.body);
    for origin in [
        "http://evenkeel.example.org",
        "https://evenkeel.example.org:8443",
        "https://evil.example",
        "https://evenkeel.example.org.evil.example",
        "https://localhost",
        "http://localhost",
        "null",
    ] {
        let answer = status(NAME, origin).await;
        assert_eq!(answer.code(), "forbidden_origin", "{origin}");
    }
    // Neither is it that of another of its names.
    let answer = status("localhost", "https://evenkeel.example.org").await;
    assert_eq!(answer.code(), "forbidden_origin");
    stand.stop().await;
}

#[tokio::test]
async fn who_is_no_trusted_proxy_says_nothing_of_where_it_comes_from() {
    let stand = stand(&["10.0.0.0/8"]).await;
    for headers in [
        HTTPS,
        "x-forwarded-for: 10.0.0.1\r\nx-forwarded-proto: https\r\n",
        "x_forwarded_proto: https\r\n",
        "forwarded: for=10.0.0.1;proto=https;host=evenkeel.example.org\r\n",
    ] {
        let answer = get(&stand, NAME, headers).await;
        assert_eq!(answer.code(), "forbidden_host", "{headers}");
    }
    // A client that says it is elsewhere is here all the same.
    let answer = get(&stand, "localhost", "x-forwarded-for: 192.0.2.7\r\n").await;
    assert_eq!(answer.status, 200);
    stand.stop().await;
}

#[tokio::test]
async fn a_loopback_name_is_for_those_at_the_machine() {
    let stand = stand(&["127.0.0.1"]).await;
    assert_eq!(get(&stand, "localhost:8080", "").await.status, 200);
    let remote = get(&stand, "localhost:8080", "x-forwarded-for: 192.0.2.7\r\n").await;
    assert_eq!(remote.code(), "forbidden_host");
    let secure = get(&stand, "localhost", HTTPS).await;
    assert!(
        !secure.head.contains("strict-transport"),
        "it is not Evenkeel's alone"
    );
    stand.stop().await;
}

#[tokio::test]
async fn the_audit_has_the_address_of_the_client_and_not_the_proxys() {
    let stand = stand(&["127.0.0.1"]).await;
    let batch = json!({"account": "edge", "action": "reboot", "items": [
        {"event_id": "e-1", "resource_id": "i-1", "when": "now"}
    ]});
    let headers = format!(
        "{HTTPS}idempotency-key: one\r\nx-forwarded-for: 198.51.100.9, 192.0.2.7\r\nx_forwarded_for: 198.51.100.8\r\n"
    );
    let answer = ask(
        &stand,
        "POST /api/v1/batches",
        NAME,
        &headers,
        &batch.to_string(),
    )
    .await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let audit = ask(&stand, "GET /api/v1/audit", NAME, HTTPS, "").await;
    assert!(audit.body.contains("192.0.2.7"), "{}", audit.body);
    assert!(!audit.body.contains("198.51.100."), "{}", audit.body);
    stand.stop().await;
}

#[tokio::test]
async fn by_https_the_cookie_is_this_hosts_alone() {
    let setup = Setup {
        reach: behind(&["127.0.0.1"]),
        accounts: real_accounts(),
        ..Setup::default()
    };
    let stand = setup.start().await;
    let code = new_login_code(
        &stand.db,
        &Clock::machine(),
        &evenkeel_api::Grants::everything(),
        &Caller::local(),
    )
    .await
    .unwrap();
    let body = json!({ "code": code.reveal().as_str() }).to_string();
    let headers = format!("{HTTPS}origin: https://{NAME}\r\n");
    let answer = ask(&stand, "POST /api/v1/login", NAME, &headers, &body).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    let (_, cookie) = answer.raw_head.split_once("set-cookie: ").unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-evenkeel-"), "{pair}");
    let expected = "Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure\r\n";
    assert!(attributes.starts_with(expected), "{attributes}");

    let with = |cookie: &str| format!("{HTTPS}cookie: {cookie}\r\n");
    assert_eq!(get(&stand, NAME, &with(pair)).await.status, 200);
    // Whoever is on the way of plain HTTP could have set one of that name.
    let bare = pair.strip_prefix("__Host-").unwrap();
    assert_eq!(get(&stand, NAME, &with(bare)).await.code(), "login_needed");
    let plain = format!("cookie: {pair}\r\n");
    assert_eq!(
        get(&stand, "localhost", &plain).await.code(),
        "login_needed"
    );
    stand.stop().await;
}

#[tokio::test]
async fn wrong_codes_are_counted_for_the_client_and_not_for_the_proxy() {
    let setup = Setup {
        reach: behind(&["127.0.0.1"]),
        accounts: real_accounts(),
        ..Setup::default()
    };
    let stand = setup.start().await;
    let try_from = async |addresses: &str| {
        let headers = format!("{HTTPS}origin: https://{NAME}\r\nx-forwarded-for: {addresses}\r\n");
        let answer = ask(
            &stand,
            "POST /api/v1/login",
            NAME,
            &headers,
            r#"{"code":"X"}"#,
        )
        .await;
        answer.code()
    };
    for n in 0..10 {
        // What a client writes there by itself makes it nobody else.
        assert_eq!(
            try_from(&format!("198.51.100.{n}, 192.0.2.7")).await,
            "wrong_code"
        );
    }
    assert_eq!(
        try_from("198.51.100.99, 192.0.2.7").await,
        "too_many_attempts"
    );
    assert_eq!(try_from("192.0.2.8").await, "wrong_code");
    stand.stop().await;
}
