//! Each way a request is refused, by both schemes, starting from one that is accepted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests"
)]

use evenkeel_sign::{
    Credentials, Parts, Received, SignError, Signed, Verified, VerifyError, acs3, huawei,
};

const NOW: i64 = 1_742_452_232_000;
const SKEW: i64 = 15 * 60 * 1000;
const HOST: &str = "127.0.0.1:9000";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Cloud {
    Alibaba,
    Huawei,
}

const BOTH: [Cloud; 2] = [Cloud::Alibaba, Cloud::Huawei];

impl Cloud {
    fn sign(
        self,
        parts: &Parts<'_>,
        credentials: &Credentials,
        time_ms: i64,
    ) -> Result<Signed, SignError> {
        match self {
            Self::Alibaba => acs3::sign(parts, credentials, time_ms, "nonce-1"),
            Self::Huawei => huawei::sign(parts, credentials, time_ms),
        }
    }

    fn date_header(self) -> &'static str {
        match self {
            Self::Alibaba => "x-acs-date",
            Self::Huawei => "x-sdk-date",
        }
    }

    fn token_header(self) -> &'static str {
        match self {
            Self::Alibaba => "x-acs-security-token",
            Self::Huawei => "x-security-token",
        }
    }
}

fn plain() -> Credentials {
    Credentials::new("AKID", "canary-secret")
}

fn temporary() -> Credentials {
    plain().with_security_token("canary-token")
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn given() -> Vec<(String, String)> {
    owned(&[
        ("x-acs-action", "Act"),
        ("x-acs-version", "2017-11-10"),
        ("Content-Type", "application/json"),
    ])
}

/// A request on its way, free to be tampered with.
struct Request {
    cloud: Cloud,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn signed(cloud: Cloud, credentials: &Credentials) -> Self {
        let parts = Parts {
            method: "POST",
            host: HOST,
            path: "/v3/p",
            query: &owned(&[("b", "1 2"), ("a", "ü*")]),
            headers: &given(),
            body: b"{}",
        };
        let mut headers = cloud.sign(&parts, credentials, NOW).unwrap().headers;
        headers.push(("Host".to_owned(), HOST.to_owned()));
        Self {
            cloud,
            method: "POST".to_owned(),
            target: "/v3/p?a=%C3%BC%2A&b=1%202".to_owned(),
            headers,
            body: b"{}".to_vec(),
        }
    }

    fn header(&mut self, name: &str) -> &mut String {
        &mut self
            .headers
            .iter_mut()
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .unwrap()
            .1
    }

    fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(given, _)| !given.eq_ignore_ascii_case(name));
        self
    }

    /// As if the client had never put this header into `SignedHeaders`.
    fn unsigned(mut self, name: &str) -> Self {
        let value = self.header("authorization");
        let (head, rest) = value.split_once("SignedHeaders=").unwrap();
        let (names, tail) = rest.split_once(',').unwrap();
        let names: Vec<&str> = names.split(';').filter(|given| *given != name).collect();
        *value = format!("{head}SignedHeaders={},{tail}", names.join(";"));
        self
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn authorized(mut self, edit: impl Fn(&str) -> String) -> Self {
        let value = self.header("authorization");
        *value = edit(value);
        self
    }

    fn verify_at(
        &self,
        now_ms: i64,
        credentials: Option<&Credentials>,
    ) -> Result<Verified, VerifyError> {
        let received = Received {
            method: &self.method,
            target: &self.target,
            headers: &self.headers,
            body: &self.body,
        };
        let find = |id: &str| {
            credentials
                .filter(|known| known.access_key_id() == id)
                .cloned()
        };
        match self.cloud {
            Cloud::Alibaba => acs3::verify(&received, now_ms, SKEW, &find),
            Cloud::Huawei => huawei::verify(&received, now_ms, SKEW, &find),
        }
    }

    fn refusal(&self) -> VerifyError {
        self.verify_at(NOW, Some(&plain()))
            .expect_err("the request is refused")
    }
}

fn missing(name: &str) -> VerifyError {
    VerifyError::MissingSignedHeader {
        name: name.to_owned(),
    }
}

#[test]
fn accepts_what_it_signed() {
    for cloud in BOTH {
        let verified = Request::signed(cloud, &plain())
            .verify_at(NOW, Some(&plain()))
            .unwrap();
        assert_eq!(verified.access_key_id, "AKID");
        assert_eq!(verified.signed_at_ms, NOW);
        assert_eq!(
            verified.nonce.as_deref(),
            (cloud == Cloud::Alibaba).then_some("nonce-1")
        );
        assert_eq!(verified.security_token, None);
        assert!(verified.payload_signed);
    }
}

#[test]
fn accepts_a_temporary_key_with_its_token() {
    for cloud in BOTH {
        let mut request = Request::signed(cloud, &temporary());
        assert_eq!(request.header(cloud.token_header()), "canary-token");
        if cloud == Cloud::Alibaba {
            assert_eq!(request.header("x-acs-accesskey-id"), "AKID");
            assert_eq!(request.header("x-acs-credentials-provider"), "static_sts");
        }
        let verified = request.verify_at(NOW, Some(&temporary())).unwrap();
        assert_eq!(verified.security_token.as_deref(), Some("canary-token"));
    }
}

#[test]
fn says_which_credentials_a_long_lived_key_is_as_the_sdks_do() {
    let mut request = Request::signed(Cloud::Alibaba, &plain());
    assert_eq!(request.header("x-acs-credentials-provider"), "static_ak");
}

#[test]
fn refuses_a_request_without_authorization() {
    for cloud in BOTH {
        assert_eq!(
            Request::signed(cloud, &plain())
                .without("authorization")
                .refusal(),
            VerifyError::MissingAuthorization
        );
    }
}

#[test]
fn refuses_a_malformed_authorization() {
    let edits: [(&str, fn(&str) -> String); 13] = [
        ("nothing", |_| String::new()),
        ("only the scheme", |value| {
            value.split(' ').next().unwrap_or_default().to_owned()
        }),
        ("another scheme", |value| value.replace("HMAC", "SM3")),
        ("no signature", |value| {
            value
                .split("Signature=")
                .next()
                .unwrap_or_default()
                .to_owned()
        }),
        ("a field without a value", |value| {
            value.replace("Signature=", "Signature")
        }),
        ("a foreign field", |value| format!("{value},Region=x")),
        ("a field twice", |value| format!("{value},Signature=00")),
        ("no key id", |value| value.replace("=AKID", "=")),
        ("no signed headers", |value| {
            value.replace("SignedHeaders", "Headers")
        }),
        ("a short signature", |value| {
            value.split_at(value.len() - 1).0.to_owned()
        }),
        ("a signature that is not hexadecimal", |value| {
            format!("{}g", value.split_at(value.len() - 1).0)
        }),
        ("signed headers in capitals", |value| {
            value.replace(";host", ";Host")
        }),
        ("signed headers out of order", |value| {
            value.replace("SignedHeaders=", "SignedHeaders=x-zzz;")
        }),
    ];
    for cloud in BOTH {
        for (case, edit) in edits {
            let refusal = Request::signed(cloud, &plain()).authorized(edit).refusal();
            assert!(
                matches!(refusal, VerifyError::MalformedAuthorization { .. }),
                "{cloud:?}, {case}: {refusal:?}"
            );
        }
        let twice = |value: &str| value.replace(";host", ";host;host");
        let refusal = Request::signed(cloud, &plain()).authorized(twice).refusal();
        assert!(
            matches!(refusal, VerifyError::MalformedAuthorization { .. }),
            "{cloud:?}: {refusal:?}"
        );
    }
}

#[test]
fn refuses_the_other_clouds_scheme() {
    for (cloud, other) in [
        (Cloud::Alibaba, Cloud::Huawei),
        (Cloud::Huawei, Cloud::Alibaba),
    ] {
        let mut request = Request::signed(cloud, &plain());
        request.cloud = other;
        assert!(matches!(
            request.refusal(),
            VerifyError::MalformedAuthorization { .. }
        ));
    }
}

#[test]
fn refuses_an_unknown_key() {
    for cloud in BOTH {
        let refusal = Request::signed(cloud, &plain())
            .verify_at(NOW, None)
            .unwrap_err();
        assert_eq!(
            refusal,
            VerifyError::UnknownKey {
                access_key_id: "AKID".to_owned()
            }
        );
    }
}

#[test]
fn insists_that_the_mandatory_headers_are_signed() {
    let alibaba = [
        "host",
        "x-acs-action",
        "x-acs-version",
        "x-acs-date",
        "x-acs-signature-nonce",
        "x-acs-content-sha256",
        "x-acs-credentials-provider",
        "content-type",
    ];
    for name in alibaba {
        assert_eq!(
            Request::signed(Cloud::Alibaba, &plain())
                .unsigned(name)
                .refusal(),
            missing(name)
        );
    }
    for name in ["host", "x-sdk-date"] {
        assert_eq!(
            Request::signed(Cloud::Huawei, &plain())
                .unsigned(name)
                .refusal(),
            missing(name)
        );
    }
    for name in [
        "x-acs-action",
        "x-acs-signature-nonce",
        "x-acs-content-sha256",
    ] {
        assert_eq!(
            Request::signed(Cloud::Alibaba, &plain())
                .unsigned(name)
                .without(name)
                .refusal(),
            missing(name)
        );
    }
}

#[test]
fn insists_that_a_sent_token_is_signed() {
    for cloud in BOTH {
        let request = Request::signed(cloud, &temporary()).unsigned(cloud.token_header());
        assert_eq!(
            request.verify_at(NOW, Some(&temporary())),
            Err(missing(cloud.token_header()))
        );
    }
}

#[test]
fn refuses_a_cloud_header_slipped_in_after_signing() {
    let request = Request::signed(Cloud::Alibaba, &plain()).with("X-Acs-Region-Id", "elsewhere");
    assert_eq!(request.refusal(), missing("x-acs-region-id"));
    let request =
        Request::signed(Cloud::Huawei, &plain()).with("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD");
    assert_eq!(request.refusal(), missing("x-sdk-content-sha256"));
}

#[test]
fn lets_unsigned_headers_of_the_client_be() {
    for cloud in BOTH {
        let request = Request::signed(cloud, &plain())
            .with("Accept", "*/*")
            .with("Connection", "keep-alive");
        assert!(request.verify_at(NOW, Some(&plain())).is_ok());
    }
}

#[test]
fn refuses_a_signed_header_that_did_not_arrive() {
    for cloud in BOTH {
        let refusal = Request::signed(cloud, &plain())
            .without("content-type")
            .refusal();
        assert_eq!(
            refusal,
            VerifyError::UnsentSignedHeader {
                name: "content-type".to_owned()
            }
        );
    }
}

#[test]
fn refuses_a_signed_header_sent_twice() {
    for cloud in BOTH {
        for (name, value) in [
            ("Host", "evil"),
            ("Authorization", "x"),
            (cloud.date_header(), "x"),
        ] {
            let refusal = Request::signed(cloud, &plain()).with(name, value).refusal();
            assert_eq!(
                refusal,
                VerifyError::DuplicateHeader {
                    name: name.to_ascii_lowercase()
                }
            );
        }
    }
}

#[test]
fn refuses_a_body_that_was_exchanged() {
    let mut request = Request::signed(Cloud::Alibaba, &plain());
    request.body = b"[]".to_vec();
    assert_eq!(request.refusal(), VerifyError::BodyHashMismatch);

    // Huawei's clients do not declare the hash, so it is the signature that no longer holds.
    let mut request = Request::signed(Cloud::Huawei, &plain());
    request.body = b"[]".to_vec();
    assert!(matches!(
        request.refusal(),
        VerifyError::SignatureMismatch { .. }
    ));
}

#[test]
fn knows_no_unsigned_payload_at_alibaba() {
    let mut request = Request::signed(Cloud::Alibaba, &plain());
    "UNSIGNED-PAYLOAD".clone_into(request.header("x-acs-content-sha256"));
    assert_eq!(request.refusal(), VerifyError::BodyHashMismatch);
}

#[test]
fn refuses_a_date_in_another_spelling() {
    for cloud in BOTH {
        for date in [
            "",
            "now",
            "2025-03-20 06:30:32",
            "Thu, 20 Mar 2025 06:30:32 GMT",
        ] {
            let mut request = Request::signed(cloud, &plain());
            date.clone_into(request.header(cloud.date_header()));
            assert_eq!(
                request.refusal(),
                VerifyError::MalformedDate,
                "{cloud:?} `{date}`"
            );
        }
    }
}

#[test]
fn allows_the_clock_to_be_off_by_exactly_the_skew() {
    for cloud in BOTH {
        let request = Request::signed(cloud, &plain());
        for now_ms in [NOW - SKEW, NOW + SKEW] {
            assert!(request.verify_at(now_ms, Some(&plain())).is_ok());
        }
        for now_ms in [NOW - SKEW - 1, NOW + SKEW + 1, i64::MIN, i64::MAX] {
            let refusal = request.verify_at(now_ms, Some(&plain())).unwrap_err();
            assert_eq!(
                refusal,
                VerifyError::Skewed {
                    signed_at_ms: NOW,
                    now_ms
                }
            );
        }
    }
}

#[test]
fn allows_no_skew_when_it_is_negative() {
    let request = Request::signed(Cloud::Huawei, &plain());
    let received = Received {
        method: "POST",
        target: &request.target,
        headers: &request.headers,
        body: b"{}",
    };
    assert!(huawei::verify(&received, NOW, -1, &|_| Some(plain())).is_ok());
    assert!(huawei::verify(&received, NOW + 1, i64::MIN, &|_| Some(plain())).is_err());
}

#[test]
fn refuses_a_token_that_is_not_the_keys() {
    for cloud in BOTH {
        let other = plain().with_security_token("another");
        let cases = [
            (plain(), temporary()),
            (temporary(), plain()),
            (other, temporary()),
        ];
        for (signer, known) in cases {
            let refusal = Request::signed(cloud, &signer)
                .verify_at(NOW, Some(&known))
                .unwrap_err();
            assert_eq!(refusal, VerifyError::SecurityTokenMismatch);
        }
    }
}

#[test]
fn refuses_a_temporary_key_that_names_another_id() {
    let mut request = Request::signed(Cloud::Alibaba, &temporary());
    "OTHER".clone_into(request.header("x-acs-accesskey-id"));
    assert_eq!(
        request.verify_at(NOW, Some(&temporary())),
        Err(VerifyError::SecurityTokenMismatch)
    );
}

#[test]
fn refuses_everything_else_that_was_changed() {
    for cloud in BOTH {
        let edits: [fn(&mut Request); 6] = [
            |request| request.method = "PUT".to_owned(),
            |request| request.target = "/v3/q?a=%C3%BC%2A&b=1%202".to_owned(),
            |request| request.target = "/v3/p?a=%C3%BC%2A&b=1%203".to_owned(),
            |request| request.target = "/v3/p".to_owned(),
            // The port is part of the host.
            |request| "127.0.0.1".clone_into(request.header("host")),
            |request| "text/plain".clone_into(request.header("content-type")),
        ];
        for edit in edits {
            let mut request = Request::signed(cloud, &plain());
            edit(&mut request);
            assert!(matches!(
                request.refusal(),
                VerifyError::SignatureMismatch { .. }
            ));
        }
        let wrong = Credentials::new("AKID", "another secret");
        let refusal = Request::signed(cloud, &plain())
            .verify_at(NOW, Some(&wrong))
            .unwrap_err();
        assert!(matches!(refusal, VerifyError::SignatureMismatch { .. }));
    }
}

#[test]
fn a_mismatch_shows_the_stages_but_not_the_right_signature() {
    let right = Request::signed(Cloud::Alibaba, &plain())
        .verify_at(NOW, Some(&plain()))
        .unwrap()
        .stages;
    let wrong = "0".repeat(64);
    let request = Request::signed(Cloud::Alibaba, &plain())
        .authorized(|value| value.replace(&right.signature, &wrong));
    let VerifyError::SignatureMismatch { stages } = request.refusal() else {
        panic!("another refusal")
    };
    assert_eq!(stages.canonical_request, right.canonical_request);
    assert_eq!(stages.string_to_sign, right.string_to_sign);
    assert_eq!(stages.signature, wrong);
}

#[test]
fn refuses_characters_that_would_forge_lines() {
    for cloud in BOTH {
        let cases: [fn(&mut Request); 4] = [
            |request| request.method = "POST\n/".to_owned(),
            |request| request.method = String::new(),
            |request| request.target.insert(3, '\n'),
            |request| request.header("content-type").insert(3, '\n'),
        ];
        for edit in cases {
            let mut request = Request::signed(cloud, &plain());
            edit(&mut request);
            assert!(matches!(
                request.refusal(),
                VerifyError::MalformedRequest { .. }
            ));
        }
    }
}

#[test]
fn shows_no_secret_in_any_debug_or_message() {
    for cloud in BOTH {
        let parts = Parts {
            method: "POST",
            host: HOST,
            path: "/",
            query: &owned(&[("EventInfos", "canary-password")]),
            headers: &given(),
            body: b"canary-body",
        };
        let signed = cloud.sign(&parts, &temporary(), NOW).unwrap();
        let mut request = Request::signed(cloud, &temporary());
        let verified = request.verify_at(NOW, Some(&temporary())).unwrap();
        request.target = "/?p=canary-password".to_owned();
        let refusal = request.verify_at(NOW, Some(&temporary())).unwrap_err();
        let received = Received {
            method: "POST",
            target: &request.target,
            headers: &request.headers,
            body: &request.body,
        };
        let printed =
            format!("{parts:?} {signed:?} {verified:?} {refusal:?} {refusal} {received:?}");
        assert!(!printed.contains("canary"), "{printed}");
        assert!(!printed.contains(&signed.stages.signature), "{printed}");
    }
}
