//! The RPC v1 signature: what is signed verifies, and every way of being wrong has its own refusal.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests"
)]

use evenkeel_sign::{
    Credentials, ReceivedRequest, SignError, Verified, VerifyError, rpc1, wire_query,
};
use proptest::prelude::*;

const NOW: i64 = 1_742_452_232_000;

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

fn call() -> Vec<(String, String)> {
    owned(&[
        ("Action", "EventMigrateInstance"),
        ("Version", "2017-11-10"),
        ("Password", "canary+ *~é&="),
    ])
}

/// Signed parameters on their way.
struct Sent {
    parameters: Vec<(String, String)>,
    path: &'static str,
    method: &'static str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Sent {
    fn new(credentials: &Credentials) -> Self {
        Self {
            parameters: rpc1::sign("GET", &call(), credentials, NOW, "nonce-1")
                .unwrap()
                .parameters,
            path: "/",
            method: "GET",
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(given, _)| given != name);
        self
    }

    fn verify(&self, credentials: &Credentials) -> Result<Verified, VerifyError> {
        let target = format!("{}?{}", self.path, wire_query(&self.parameters));
        let received = ReceivedRequest {
            method: self.method,
            target: &target,
            headers: &self.headers,
            body: &self.body,
        };
        rpc1::verify(&received, NOW, rpc1::MAX_SKEW_MS, &|id| {
            (id == credentials.access_key_id()).then(|| credentials.clone())
        })
    }
}

fn form() -> Vec<(String, String)> {
    owned(&[("content-type", "application/x-www-form-urlencoded")])
}

#[test]
fn refuses_a_missing_parameter_by_its_name() {
    for name in [
        "Signature",
        "AccessKeyId",
        "SignatureMethod",
        "SignatureVersion",
        "SignatureNonce",
        "Timestamp",
    ] {
        let want = Err(VerifyError::MissingParameter { name });
        assert_eq!(Sent::new(&plain()).without(name).verify(&plain()), want);
        assert_eq!(Sent::new(&plain()).set(name, "").verify(&plain()), want);
    }
}

#[test]
fn refuses_another_method_and_version_of_signing() {
    for (name, expected) in [
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
    ] {
        assert_eq!(
            Sent::new(&plain()).set(name, "2").verify(&plain()),
            Err(VerifyError::UnsupportedParameter { name, expected })
        );
    }
}

#[test]
fn refuses_what_is_not_a_signature_without_comparing_it() {
    let good = Sent::new(&plain());
    let (_, signature) = good.parameters.last().unwrap().clone();
    let unpadded = signature.trim_end_matches('=').to_owned();
    for wrong in ["x", "AAAA", unpadded.as_str(), &signature.repeat(2)] {
        assert_eq!(
            Sent::new(&plain()).set("Signature", wrong).verify(&plain()),
            Err(VerifyError::MalformedSignature),
            "{wrong}"
        );
    }
    let other = "A".repeat(27) + "=";
    let refusal = Sent::new(&plain())
        .set("Signature", &other)
        .verify(&plain());
    assert!(
        matches!(refusal, Err(VerifyError::SignatureMismatch { .. })),
        "{refusal:?}"
    );
}

#[test]
fn refuses_a_repeated_parameter_wherever_it_stands() {
    let want = Err(VerifyError::DuplicateParameter {
        name: "Action".to_owned(),
    });
    let mut twice = Sent::new(&plain());
    twice
        .parameters
        .extend(owned(&[("Action", "EventRebootInstance")]));
    assert_eq!(twice.verify(&plain()), want);

    let mut in_body = Sent::new(&plain());
    in_body.headers = form();
    in_body.body = b"Action=EventRebootInstance".to_vec();
    assert_eq!(in_body.verify(&plain()), want);
}

#[test]
fn refuses_an_unknown_key_a_malformed_time_and_another_path() {
    assert_eq!(
        Sent::new(&plain()).verify(&Credentials::new("other", "canary-secret")),
        Err(VerifyError::UnknownKey {
            access_key_id: "AKID".to_owned()
        })
    );
    for wrong in ["2025-03-20T06:30:32", "1742452232", "20250320T063032Z"] {
        let sent = Sent::new(&plain()).set("Timestamp", wrong);
        assert_eq!(sent.verify(&plain()), Err(VerifyError::MalformedDate));
    }
    let mut elsewhere = Sent::new(&plain());
    elsewhere.path = "/v3/";
    assert!(matches!(
        elsewhere.verify(&plain()),
        Err(VerifyError::MalformedRequest { part }) if part == "target"
    ));
}

#[test]
fn wants_the_token_of_a_temporary_key_and_no_other() {
    let sent = Sent::new(&temporary());
    let verified = sent.verify(&temporary()).unwrap();
    assert_eq!(verified.security_token.as_deref(), Some("canary-token"));

    let mismatch = Err(VerifyError::SecurityTokenMismatch);
    let wrong = Sent::new(&plain().with_security_token("another"));
    assert_eq!(wrong.verify(&temporary()), mismatch);
    assert_eq!(Sent::new(&plain()).verify(&temporary()), mismatch);
    assert_eq!(Sent::new(&temporary()).verify(&plain()), mismatch);
}

#[test]
fn says_when_the_body_is_not_signed() {
    let mut sent = Sent::new(&plain());
    assert!(sent.verify(&plain()).unwrap().payload_signed);
    sent.body = b"{}".to_vec();
    assert!(!sent.verify(&plain()).unwrap().payload_signed);
    sent.headers = form();
    sent.body = b"x=1".to_vec();
    assert!(sent.verify(&plain()).is_err());
    sent.headers.extend(form());
    assert!(matches!(
        sent.verify(&plain()),
        Err(VerifyError::DuplicateHeader { .. })
    ));
}

#[test]
fn prints_no_parameter_however_it_is_printed() {
    let signed = rpc1::sign("POST", &call(), &temporary(), NOW, "n").unwrap();
    let verified = Sent::new(&temporary()).verify(&temporary());
    let mismatch = Sent::new(&temporary())
        .set("Password", "canary")
        .verify(&temporary());
    assert!(verified.is_ok() && mismatch.is_err());
    let printed = format!("{signed:?} {:?} {verified:?} {mismatch:?}", signed.trace);
    assert!(!printed.contains("canary"), "{printed}");
    assert!(printed.contains("SignatureNonce"), "{printed}");
}

#[test]
fn refuses_to_sign_what_cannot_be_sent() {
    let sign =
        |method: &str, parameters: &[(&str, &str)], credentials: &Credentials, nonce: &str| {
            rpc1::sign(method, &owned(parameters), credentials, NOW, nonce).unwrap_err()
        };
    let good = [("Action", "A"), ("Version", "1")];
    assert_eq!(sign("get", &good, &plain(), "n"), SignError::InvalidMethod);
    assert_eq!(sign("GET", &good, &plain(), ""), SignError::InvalidNonce);
    assert_eq!(
        sign("GET", &good, &Credentials::new("AKID", "line\n"), "n"),
        SignError::InvalidCredentials { part: "secret" }
    );
    assert_eq!(
        sign("GET", &good[..1], &plain(), "n"),
        SignError::MissingParameter { name: "Version" }
    );
    assert_eq!(
        sign("GET", &[good[0], good[1], good[0]], &plain(), "n"),
        SignError::DuplicateParameter {
            name: "Action".to_owned()
        }
    );
    assert_eq!(
        sign(
            "GET",
            &[good[0], good[1], ("Timestamp", "x")],
            &plain(),
            "n"
        ),
        SignError::ReservedParameter {
            name: "Timestamp".to_owned()
        }
    );
    let late = rpc1::sign("GET", &call(), &plain(), i64::MAX, "n").unwrap_err();
    assert_eq!(late, SignError::TimeOutOfRange { time_ms: i64::MAX });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_verifies_and_nothing_else_does(
        business in prop::collection::btree_map("[a-z]{1,6}[a-z.0-9]{0,4}", any::<String>(), 0..6),
        split in 0_usize..14,
        edited in any::<prop::sample::Index>(),
        other in any::<char>(),
    ) {
        let mut given = call();
        given.extend(business);
        let signed = rpc1::sign("POST", &given, &temporary(), NOW, "nonce").unwrap();
        let (query, body) = signed.parameters.split_at(split.min(signed.parameters.len()));
        let (target, body) = (format!("/?{}", wire_query(query)), wire_query(body));
        let headers = form();
        let verify = |body: &str| {
            let received = ReceivedRequest { method: "POST", target: &target, headers: &headers, body: body.as_bytes() };
            rpc1::verify(&received, NOW, 0, &|_| Some(temporary()))
        };
        let verified = verify(&body);
        prop_assert!(verified.is_ok(), "{:?}", verified);
        prop_assert!(verified.unwrap().trace == signed.trace);

        let mut letters: Vec<char> = body.chars().collect();
        if !letters.is_empty() && other.is_ascii_alphanumeric() {
            let at = edited.index(letters.len());
            // `%2b` and `%2B` are the same byte.
            if !letters[at].eq_ignore_ascii_case(&other) {
                letters[at] = other;
                let edited: String = letters.into_iter().collect();
                prop_assert!(verify(&edited).is_err(), "{}", edited);
            }
        }
    }

    #[test]
    fn nothing_that_arrives_makes_it_panic(
        target in any::<String>(),
        parameters in prop::collection::vec(("[A-Z][a-zA-Z]{0,16}", any::<String>()), 0..8),
        body in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let known = format!("/?AccessKeyId=AKID&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=n&\
            Timestamp=2025-03-20T06:30:32Z&Signature={}%3D&{}", "A".repeat(27), wire_query(&parameters));
        for target in [target.as_str(), known.as_str()] {
            let received = ReceivedRequest { method: "POST", target, headers: &form(), body: &body };
            prop_assert!(rpc1::verify(&received, NOW, 0, &|_| Some(plain())).is_err());
        }
    }
}
