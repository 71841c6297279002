//! What signing adds, and what it refuses to sign.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use evenkeel_sign::{
    Credentials, ReceivedRequest, SignError, SignableRequest, acs3, huawei, wire_query,
};

const NOW: i64 = 1_742_452_232_000;

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn key() -> Credentials {
    Credentials::new("AKID", "secret")
}

fn parts(headers: &[(String, String)]) -> SignableRequest<'_> {
    SignableRequest {
        method: "POST",
        host: "ens.aliyuncs.com",
        path: "/",
        query: &[],
        headers,
        body: b"",
    }
}

fn refuse(parts: &SignableRequest<'_>, error: &SignError) {
    assert_eq!(huawei::sign(parts, &key(), NOW).as_ref(), Err(error));
}

#[test]
fn lists_all_headers_to_send_except_the_clients_own() {
    let given = owned(&[("X-Acs-Action", "Act"), ("x-acs-version", " 2017-11-10 ")]);
    let signed = acs3::sign(&parts(&given), &key(), NOW, "n").unwrap();
    let names: Vec<&str> = signed
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "x-acs-action",
            "x-acs-content-sha256",
            "x-acs-credentials-provider",
            "x-acs-date",
            "x-acs-signature-nonce",
            "x-acs-version",
            "authorization"
        ]
    );
    assert!(
        signed
            .headers
            .contains(&("x-acs-version".to_owned(), "2017-11-10".to_owned()))
    );

    let given = owned(&[("Content-Type", "application/json"), ("X-Project-Id", "p")]);
    let signed = huawei::sign(&parts(&given), &key(), NOW).unwrap();
    let names: Vec<&str> = signed
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "content-type",
            "x-project-id",
            "x-sdk-date",
            "authorization"
        ]
    );
}

#[test]
fn signs_the_query_it_sends() {
    let query = owned(&[("type", "b"), ("state", "x y+z"), ("type", "a"), ("é", "")]);
    let wire = wire_query(&query);
    assert_eq!(wire, "state=x%20y%2Bz&type=a&type=b&%C3%A9=");
    let signed = huawei::sign(
        &SignableRequest {
            query: &query,
            ..parts(&[])
        },
        &key(),
        NOW,
    )
    .unwrap();
    assert_eq!(
        signed.trace.canonical_request.lines().nth(2),
        Some(wire.as_str())
    );
}

#[test]
fn accepts_what_other_clients_put_on_the_wire_for_the_same_query() {
    let given = owned(&[("x-acs-action", "Act"), ("x-acs-version", "1")]);
    let query = owned(&[("p", "a b(!*')"), ("q", "c+d")]);
    let request = SignableRequest {
        query: &query,
        ..parts(&given)
    };
    let mut headers = acs3::sign(&request, &key(), NOW, "n").unwrap().headers;
    headers.push(("host".to_owned(), "ens.aliyuncs.com".to_owned()));
    for target in [
        "/?p=a+b%28%21%2A%27%29&q=c%2Bd",
        "/?q=c%2bd&p=a%20b(!*')",
        "/?p=%61+b(!*')&q=c%2Bd",
    ] {
        let received = ReceivedRequest {
            method: "POST",
            target,
            headers: &headers,
            body: b"",
        };
        assert!(
            acs3::verify(&received, NOW, 0, &|_| Some(key())).is_ok(),
            "{target}"
        );
    }

    let mut headers = huawei::sign(&request, &key(), NOW).unwrap().headers;
    headers.push(("host".to_owned(), "ens.aliyuncs.com".to_owned()));
    for (target, holds) in [
        ("/?q=c+d&p=a%20b(!*')", true),
        ("/?q=c%2Bd&p=a+b(!*')", false),
    ] {
        let received = ReceivedRequest {
            method: "POST",
            target,
            headers: &headers,
            body: b"",
        };
        assert_eq!(
            huawei::verify(&received, NOW, 0, &|_| Some(key())).is_ok(),
            holds,
            "{target}"
        );
    }
}

#[test]
fn signs_a_huawei_path_with_a_slash_that_is_not_sent() {
    let signed = huawei::sign(
        &SignableRequest {
            path: "/v3/p/events",
            ..parts(&[])
        },
        &key(),
        NOW,
    )
    .unwrap();
    assert!(
        signed
            .trace
            .canonical_request
            .starts_with("POST\n/v3/p/events/\n")
    );
}

#[test]
fn refuses_a_request_line_that_cannot_be_sent() {
    for method in ["", "post", "PO ST", "POST\n"] {
        refuse(
            &SignableRequest {
                method,
                ..parts(&[])
            },
            &SignError::InvalidMethod,
        );
    }
    for host in ["", "a b", "a/b", "user@a", "a\n", "é"] {
        refuse(
            &SignableRequest { host, ..parts(&[]) },
            &SignError::InvalidHost,
        );
    }
    for path in ["", "v3", "/a?b", "/a#b", "/a b", "/a\n", "/é"] {
        refuse(
            &SignableRequest { path, ..parts(&[]) },
            &SignError::InvalidPath,
        );
    }
}

#[test]
fn refuses_headers_that_cannot_be_sent() {
    for (name, value) in [
        ("", "x"),
        ("a b", "x"),
        ("a\n", "x"),
        ("a", "x\ny"),
        ("a", "é"),
    ] {
        refuse(
            &parts(&owned(&[(name, value)])),
            &SignError::InvalidHeader {
                name: name.to_owned(),
            },
        );
    }
    refuse(
        &parts(&owned(&[("A", "1"), ("a", "2")])),
        &SignError::DuplicateHeader {
            name: "a".to_owned(),
        },
    );
}

#[test]
fn refuses_headers_that_are_not_the_callers_to_set() {
    for name in [
        "Host",
        "Content-Length",
        "Authorization",
        "X-Sdk-Date",
        "X-Security-Token",
        "X-Sdk-Content-Sha256",
    ] {
        let error = SignError::ReservedHeader {
            name: name.to_ascii_lowercase(),
        };
        refuse(&parts(&owned(&[(name, "x")])), &error);
    }
    for name in [
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-content-sha256",
        "x-acs-accesskey-id",
    ] {
        let given = owned(&[("x-acs-action", "Act"), ("x-acs-version", "1"), (name, "x")]);
        let error = SignError::ReservedHeader {
            name: name.to_owned(),
        };
        assert_eq!(acs3::sign(&parts(&given), &key(), NOW, "n"), Err(error));
    }
}

#[test]
fn requires_an_action_and_a_version_at_alibaba() {
    for (given, name) in [
        ("x-acs-version", "x-acs-action"),
        ("x-acs-action", "x-acs-version"),
    ] {
        let given = owned(&[(given, "x")]);
        assert_eq!(
            acs3::sign(&parts(&given), &key(), NOW, "n"),
            Err(SignError::MissingHeader { name })
        );
    }
}

#[test]
fn refuses_credentials_with_a_line_break_without_showing_them() {
    let cases = [
        (Credentials::new("canary\n", "s"), "access key id"),
        (Credentials::new("a,canary", "s"), "access key id"),
        (Credentials::new("", "s"), "access key id"),
        (Credentials::new("a", "canary\n"), "secret"),
        (Credentials::new("a", ""), "secret"),
        (
            Credentials::new("a", "s").with_security_token("canary\n"),
            "security token",
        ),
        (
            Credentials::new("a", "s").with_security_token(""),
            "security token",
        ),
    ];
    for (credentials, part) in cases {
        let error = huawei::sign(&parts(&[]), &credentials, NOW).unwrap_err();
        assert_eq!(error, SignError::InvalidCredentials { part });
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}

#[test]
fn refuses_a_nonce_or_a_time_that_cannot_be_written() {
    let given = owned(&[("x-acs-action", "Act"), ("x-acs-version", "1")]);
    for nonce in ["", "a b", "a\n", "é"] {
        assert_eq!(
            acs3::sign(&parts(&given), &key(), NOW, nonce),
            Err(SignError::InvalidNonce)
        );
    }
    for time_ms in [i64::MIN, i64::MAX] {
        refuse_time(time_ms);
    }
}

fn refuse_time(time_ms: i64) {
    assert_eq!(
        huawei::sign(&parts(&[]), &key(), time_ms),
        Err(SignError::TimeOutOfRange { time_ms })
    );
}
