//! Alibaba's RPC v1 signature against what its SDKs send, stage by stage: the first assertion that fails names the stage
//! at which the two part.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests are tests"
)]

use std::collections::HashSet;

use chrono::DateTime;
use evenkeel_sign::{Credentials, ReceivedRequest, Verified, VerifyError, rpc1, wire_query};
use evenkeel_tests::recording::{ALIBABA_KEY, Recording, Signature};
use evenkeel_tests::vector::{Kind, SdkVector};

/// A signed request, from whichever source.
#[derive(Clone)]
struct Case {
    name: String,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    now_ms: i64,
}

impl Case {
    fn recorded() -> Vec<Self> {
        Recording::all()
            .unwrap()
            .into_iter()
            .filter(|recording| recording.signature().unwrap() == Signature::RpcV1)
            .map(|recording| Self {
                now_ms: DateTime::parse_from_rfc3339(&recording.captured_at)
                    .unwrap()
                    .timestamp_millis(),
                name: recording.name,
                method: recording.method,
                target: recording.target,
                headers: recording.headers,
                body: recording.body,
            })
            .collect()
    }

    fn of_vector(vector: &SdkVector) -> Self {
        Self {
            name: vector.name.clone(),
            method: vector.method.clone(),
            target: vector.target.clone(),
            headers: vector.headers.clone(),
            body: vector.body.clone().into_bytes(),
            now_ms: 1_742_452_232_000,
        }
    }

    fn verify(&self) -> Result<Verified, VerifyError> {
        self.verify_at(self.now_ms)
    }

    fn verify_at(&self, now_ms: i64) -> Result<Verified, VerifyError> {
        let received = ReceivedRequest {
            method: &self.method,
            target: &self.target,
            headers: &self.headers,
            body: &self.body,
        };
        rpc1::verify(&received, now_ms, rpc1::MAX_SKEW_MS, &|id| {
            (id == ALIBABA_KEY.0).then(credentials)
        })
    }

    /// Every parameter, decoded by hands other than the verifier's.
    fn parameters(&self) -> Vec<(String, String)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        [query.as_bytes(), &self.body]
            .into_iter()
            .flat_map(|text| text.split(|byte| *byte == b'&'))
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let pair = std::str::from_utf8(pair).unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                (plain(name), plain(value))
            })
            .collect()
    }

    fn parameter(&self, name: &str) -> String {
        let mut found = self
            .parameters()
            .into_iter()
            .filter(|(given, _)| given == name);
        let value = found.next().unwrap().1;
        assert!(found.next().is_none(), "{}: `{name}` twice", self.name);
        value
    }
}

fn plain(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text)
        .decode_utf8()
        .unwrap()
        .into_owned()
}

fn credentials() -> Credentials {
    Credentials::new(ALIBABA_KEY.0, ALIBABA_KEY.1)
}

#[test]
fn verifies_and_signs_as_the_sdk_does_with_time_and_nonce_frozen() {
    let vectors = SdkVector::all().unwrap();
    let vectors: Vec<&SdkVector> = vectors
        .iter()
        .filter(|vector| vector.kind == Kind::Rpc1)
        .collect();
    assert_eq!(vectors.len(), 2);
    for vector in vectors {
        let case = Case::of_vector(vector);
        let verified = case.verify().unwrap();
        let name = &case.name;
        assert_eq!(
            verified.trace.canonical_request, vector.canonical_request,
            "{name}: parameters"
        );
        assert_eq!(
            verified.trace.string_to_sign, vector.string_to_sign,
            "{name}: string to sign"
        );
        assert_eq!(
            verified.trace.signature, vector.signature,
            "{name}: signature"
        );
        assert!(sign_again(&case) == verified.trace, "{name}: signed anew");
    }
}

/// The trace of the same parameters, signed by us.
fn sign_again(case: &Case) -> evenkeel_sign::SigningTrace {
    let own = [
        "AccessKeyId",
        "Signature",
        "SignatureMethod",
        "SignatureNonce",
        "SignatureVersion",
        "Timestamp",
    ];
    let given: Vec<(String, String)> = case
        .parameters()
        .into_iter()
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .collect();
    let signed_at = DateTime::parse_from_rfc3339(&case.parameter("Timestamp"))
        .unwrap()
        .timestamp_millis();
    let nonce = case.parameter("SignatureNonce");
    rpc1::sign(&case.method, &given, &credentials(), signed_at, &nonce)
        .unwrap()
        .trace
}

#[test]
fn verifies_and_signs_every_recorded_request() {
    let cases = Case::recorded();
    assert_eq!(cases.len(), 7);
    let mut shapes = HashSet::new();
    for case in &cases {
        let verified = case
            .verify()
            .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        assert!(verified.payload_signed, "{}", case.name);
        assert_eq!(
            verified.nonce,
            Some(case.parameter("SignatureNonce")),
            "{}",
            case.name
        );
        assert_eq!(
            verified.trace.signature,
            case.parameter("Signature"),
            "{}",
            case.name
        );
        let again = sign_again(case);
        assert_eq!(
            again.canonical_request, verified.trace.canonical_request,
            "{}",
            case.name
        );
        assert_eq!(
            again.string_to_sign, verified.trace.string_to_sign,
            "{}",
            case.name
        );
        assert_eq!(again.signature, verified.trace.signature, "{}", case.name);
        shapes.insert((
            case.method.clone(),
            case.target.contains('?'),
            case.body.is_empty(),
        ));
    }
    // GET, POST with a query, with a form body, and with both.
    assert_eq!(shapes.len(), 4, "{shapes:?}");
}

#[test]
fn takes_a_parameter_from_the_query_or_the_body_alike() {
    for case in Case::recorded() {
        let mut moved = case.clone();
        moved.method = "POST".to_owned();
        let parameters = case.parameters();
        let (left, right) = parameters.split_at(parameters.len() / 2);
        moved.target = format!("/?{}", wire_query(left));
        moved.body = wire_query(right).into_bytes();
        moved
            .headers
            .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        moved.headers.push((
            "Content-Type".to_owned(),
            "Application/X-WWW-Form-URLencoded; charset=utf-8".to_owned(),
        ));
        assert_eq!(
            moved.verify().is_ok(),
            case.method == "POST",
            "{}",
            case.name
        );
        // A body that is no form is not looked at.
        moved.headers.pop();
        assert!(moved.verify().is_err(), "{}", case.name);
    }
}

#[test]
fn refuses_every_recorded_request_once_a_signed_byte_changes() {
    for case in Case::recorded() {
        let mut changed = 0;
        for (index, byte) in case.target.clone().bytes().enumerate() {
            // Another letter or digit in its place: still a target, another meaning.
            if !byte.is_ascii_alphanumeric() {
                continue;
            }
            let other = if byte == b'x' { "y" } else { "x" };
            let mut edited = case.clone();
            edited.target.replace_range(index..=index, other);
            if edited.parameters_or_none() == Some(case.parameters()) {
                continue;
            }
            changed += 1;
            assert!(edited.verify().is_err(), "{}: {}", case.name, edited.target);
        }
        for index in 0..case.body.len() {
            let mut edited = case.clone();
            edited.body[index] ^= 1;
            changed += 1;
            assert!(edited.verify().is_err(), "{}: byte {index}", case.name);
        }
        assert!(changed > 300, "{}: {changed}", case.name);
        for method in ["GET", "POST", "PUT"] {
            let mut edited = case.clone();
            edited.method = method.to_owned();
            assert_eq!(edited.verify().is_ok(), method == case.method);
        }
    }
}

impl Case {
    /// What the parameters are, when they are text at all.
    fn parameters_or_none(&self) -> Option<Vec<(String, String)>> {
        let query = self.target.split_once('?')?.1;
        let decoded: Option<Vec<_>> = query
            .split('&')
            .map(|pair| {
                let (name, value) = pair.split_once('=')?;
                let read = |text: &str| {
                    let text = text.replace('+', " ");
                    let text = percent_encoding::percent_decode_str(&text).decode_utf8();
                    text.ok().map(std::borrow::Cow::into_owned)
                };
                Some((read(name)?, read(value)?))
            })
            .collect();
        decoded.filter(|_| self.body.is_empty())
    }
}

#[test]
fn accepts_a_clock_31_minutes_off_and_no_more() {
    let minutes = |minutes: i64| minutes * 60 * 1000;
    for case in Case::recorded() {
        let signed_at = case.verify().unwrap().signed_at_ms;
        for skew in [minutes(31), -minutes(31)] {
            assert!(case.verify_at(signed_at + skew).is_ok(), "{}", case.name);
        }
        for skew in [minutes(31) + 1, -minutes(31) - 1] {
            let refusal = case.verify_at(signed_at + skew);
            assert!(
                matches!(refusal, Err(VerifyError::Skewed { .. })),
                "{}: {refusal:?}",
                case.name
            );
        }
    }
}
