//! Signing and verifying against what the providers publish and what their SDKs send, stage by stage: the first
//! assertion that fails names the stage at which the two part.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests"
)]

mod case;

use evenkeel_sign::{
    Credentials, SignableRequest, SigningTrace, Verified, VerifyError, huawei, wire_query,
};
use evenkeel_tests::recording::Recording;
use evenkeel_tests::vector::{Kind, PublishedVector, SdkVector};
use sha2::{Digest, Sha256};

use case::Case;

const SKEW: i64 = 15 * 60 * 1000;

/// The trace of a verification, whether or not the signature held.
fn trace(name: &str, result: Result<Verified, VerifyError>) -> (SigningTrace, bool) {
    match result {
        Ok(verified) => (verified.trace, true),
        Err(VerifyError::SignatureMismatch { trace }) => (trace, false),
        Err(error) => panic!("{name}: refused before the signature: {error}"),
    }
}

fn same_trace(name: &str, left: &SigningTrace, right: &SigningTrace) {
    assert_eq!(
        left.canonical_request, right.canonical_request,
        "{name}: canonical request"
    );
    assert_eq!(
        left.string_to_sign, right.string_to_sign,
        "{name}: string to sign"
    );
    assert_eq!(left.signature, right.signature, "{name}: signature");
}

fn sha256(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

#[test]
fn verifies_what_the_providers_publish() {
    let vectors = PublishedVector::all().unwrap();
    assert_eq!(vectors.len(), 2);
    for vector in &vectors {
        let names: Vec<&str> = vector
            .headers
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let names = names.join(";");
        let authorization = match vector.kind {
            Kind::Acs3 => format!(
                "ACS3-HMAC-SHA256 Credential={},SignedHeaders={names},Signature={}",
                vector.access_key, vector.signature
            ),
            Kind::Huawei => format!(
                "SDK-HMAC-SHA256 Access={}, SignedHeaders={names}, Signature={}",
                vector.access_key, vector.signature
            ),
            Kind::Rpc1 => panic!("{}: no RPC v1 vector is published here", vector.name),
        };
        let mut headers = vector.headers.clone();
        headers.push(("Authorization".to_owned(), authorization));
        let case = Case {
            name: &vector.name,
            alibaba: vector.kind == Kind::Acs3,
            key: (&vector.access_key, &vector.secret_key),
            method: &vector.method,
            target: &vector.target,
            headers: &headers,
            body: b"",
            now_ms: vector.time_ms,
        };
        let (got, holds) = trace(case.name, case.verify());
        let hash = sha256(&got.canonical_request);
        assert_eq!(
            hash, vector.canonical_request_sha256,
            "{}: canonical request\n{}",
            case.name, got.canonical_request
        );
        let string_to_sign = match vector.kind {
            Kind::Acs3 => format!("ACS3-HMAC-SHA256\n{hash}"),
            Kind::Huawei | Kind::Rpc1 => format!("SDK-HMAC-SHA256\n20191115T033655Z\n{hash}"),
        };
        assert_eq!(
            got.string_to_sign, string_to_sign,
            "{}: string to sign",
            case.name
        );
        assert!(holds, "{}: signature", case.name);
    }
}

#[test]
fn signs_as_huawei_publishes() {
    // Alibaba's published request leaves out `x-acs-credentials-provider`, which we always send, as its SDKs do.
    let vectors = PublishedVector::all().unwrap();
    let vector = vectors
        .iter()
        .find(|vector| vector.kind == Kind::Huawei)
        .unwrap();
    let (path, query) = vector.target.split_once('?').unwrap();
    let query: Vec<(String, String)> = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .collect();
    let given = [("Content-Type".to_owned(), "application/json".to_owned())];
    let parts = SignableRequest {
        method: &vector.method,
        host: "service.region.example.com",
        path,
        query: &query,
        headers: &given,
        body: b"",
    };
    let signed = huawei::sign(
        &parts,
        &Credentials::new(&vector.access_key, &vector.secret_key),
        vector.time_ms,
    )
    .unwrap();
    assert_eq!(
        sha256(&signed.trace.canonical_request),
        vector.canonical_request_sha256,
        "canonical request"
    );
    assert_eq!(signed.trace.signature, vector.signature, "signature");
}

#[test]
fn verifies_and_signs_as_the_sdks_do_with_time_and_nonce_frozen() {
    let vectors = SdkVector::all().unwrap();
    let (checked, rpc1): (Vec<_>, Vec<_>) =
        vectors.iter().partition(|vector| vector.kind != Kind::Rpc1);
    assert_eq!(
        (checked.len(), rpc1.len()),
        (8, 2),
        "RPC v1 is tested in rpc1.rs"
    );
    for vector in checked {
        let case = Case::of_vector(vector);
        let want = SigningTrace {
            canonical_request: vector.canonical_request.clone(),
            string_to_sign: vector.string_to_sign.clone(),
            signature: vector.signature.clone(),
        };
        let (got, holds) = trace(case.name, case.verify());
        same_trace(case.name, &got, &want);
        assert!(holds, "{}: signature", case.name);

        let signed = case.sign(case.now_ms);
        same_trace(case.name, &signed.trace, &want);
        for (name, value) in &signed.headers {
            assert_eq!(
                case.header(name),
                Some(value.as_str()),
                "{}: header `{name}`",
                case.name
            );
        }
    }
}

#[test]
fn verifies_every_recorded_request_at_the_time_it_arrived() {
    let recordings = Recording::all().unwrap();
    let cases: Vec<Case<'_>> = recordings.iter().filter_map(Case::of_recording).collect();
    assert_eq!(
        (recordings.len(), cases.len()),
        (37, 30),
        "the others are RPC v1, in rpc1.rs"
    );
    for case in cases {
        let verified = case
            .verify()
            .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        assert!(verified.payload_signed, "{}", case.name);
        assert_eq!(verified.access_key_id, case.key.0, "{}", case.name);
        assert_eq!(
            verified.nonce.as_deref(),
            case.header("x-acs-signature-nonce"),
            "{}",
            case.name
        );
    }
}

#[test]
fn signs_every_recorded_request_as_its_sdk_did() {
    let recordings = Recording::all().unwrap();
    for case in recordings.iter().filter_map(Case::of_recording) {
        let verified = case
            .verify()
            .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let signed = case.sign(verified.signed_at_ms);
        same_trace(case.name, &signed.trace, &verified.trace);
        for (name, value) in &signed.headers {
            assert_eq!(
                case.header(name),
                Some(value.as_str()),
                "{}: header `{name}`",
                case.name
            );
        }
    }
}

#[test]
fn refuses_every_recorded_request_once_anything_in_it_changes() {
    let recordings = Recording::all().unwrap();
    for recording in &recordings {
        let edits: [fn(&mut Recording); 4] = [
            |recording| recording.body.push(b' '),
            |recording| {
                recording
                    .target
                    .push_str(if recording.target.contains('?') {
                        "&x=1"
                    } else {
                        "?x=1"
                    });
            },
            |recording| recording.method = "DELETE".to_owned(),
            |recording| {
                recording
                    .headers
                    .retain(|(name, _)| !name.eq_ignore_ascii_case("host"));
            },
        ];
        for edit in edits {
            let mut changed = recording.clone();
            edit(&mut changed);
            let Some(case) = Case::of_recording(&changed) else {
                continue;
            };
            assert!(case.verify().is_err(), "{}", case.name);
        }
    }
}

#[test]
fn what_is_sent_anew_verifies_again() {
    let recordings = Recording::all().unwrap();
    for case in recordings.iter().filter_map(Case::of_recording) {
        let verified = case
            .verify()
            .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let mut headers = case.sign(verified.signed_at_ms).headers;
        headers.push(("host".to_owned(), case.header("host").unwrap().to_owned()));
        let (path, query) = case.target.split_once('?').unwrap_or((case.target, ""));
        let query = wire_query(&case.decoded(query));
        let target = if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        };
        let again = Case {
            target: &target,
            headers: &headers,
            ..case
        };
        assert_eq!(
            again.verify().unwrap().trace,
            verified.trace,
            "{}",
            again.name
        );
    }
}
