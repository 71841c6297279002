//! Huawei's `UNSIGNED-PAYLOAD`, which its SDKs declare for a body that is not JSON. We never sign like that, so these
//! requests are signed by hand, as the scheme's page describes it.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use evenkeel_sign::{Credentials, ReceivedRequest, Verified, VerifyError, huawei};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

const NOW: i64 = 1_742_452_232_000;
const NAMES: &str = "content-type;host;x-sdk-content-sha256;x-sdk-date";

/// Verifies a request that declares `declared`, was signed over `signed`, and arrives with `body`.
fn verify(declared: &str, signed: &str, body: &[u8]) -> Result<Verified, VerifyError> {
    let headers = [
        ("content-type", "text/plain"),
        ("host", "localhost"),
        ("x-sdk-content-sha256", declared),
        ("x-sdk-date", "20250320T063032Z"),
    ];
    let lines = headers
        .map(|(name, value)| format!("{name}:{value}\n"))
        .concat();
    let canonical_request = format!("POST\n/upload/\n\n{lines}\n{NAMES}\n{signed}");
    let hash = format!("{:x}", Sha256::digest(canonical_request));
    let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").unwrap();
    mac.update(format!("SDK-HMAC-SHA256\n20250320T063032Z\n{hash}").as_bytes());
    let signature = format!("{:x}", mac.finalize().into_bytes());
    let authorization =
        format!("SDK-HMAC-SHA256 Access=AKID, SignedHeaders={NAMES}, Signature={signature}");

    let mut headers = headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    headers.push(("Authorization".to_owned(), authorization));
    let received = ReceivedRequest {
        method: "POST",
        target: "/upload",
        headers: &headers,
        body,
    };
    huawei::verify(&received, NOW, 0, &|_| {
        Some(Credentials::new("AKID", "secret"))
    })
}

#[test]
fn flags_a_body_that_is_not_signed() {
    let verified = verify("UNSIGNED-PAYLOAD", "UNSIGNED-PAYLOAD", b"anything").unwrap();
    assert!(!verified.payload_signed);
}

#[test]
fn accepts_an_absent_body_signed_either_way() {
    let empty = format!("{:x}", Sha256::digest(b""));
    assert!(
        verify("UNSIGNED-PAYLOAD", &empty, b"")
            .unwrap()
            .payload_signed
    );
    assert!(
        !verify("UNSIGNED-PAYLOAD", "UNSIGNED-PAYLOAD", b"")
            .unwrap()
            .payload_signed
    );
}

#[test]
fn refuses_a_body_added_to_a_request_signed_without_one() {
    let empty = format!("{:x}", Sha256::digest(b""));
    let refusal = verify("UNSIGNED-PAYLOAD", &empty, b"added").unwrap_err();
    assert!(matches!(refusal, VerifyError::SignatureMismatch { .. }));
}

#[test]
fn compares_a_declared_hash_with_the_body() {
    let hash = format!("{:x}", Sha256::digest(b"body"));
    assert!(verify(&hash, &hash, b"body").unwrap().payload_signed);
    assert_eq!(
        verify(&hash, &hash, b"exchanged"),
        Err(VerifyError::BodyHashMismatch)
    );
    assert_eq!(
        verify("anything", "anything", b"body"),
        Err(VerifyError::BodyHashMismatch)
    );
}
