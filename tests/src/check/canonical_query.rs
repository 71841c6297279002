//! A query string as it is signed. The first byte chooses the scheme, the rest is the raw query.

use evenkeel_sign::{VerifyError, wire_query};

use super::NOW_MILLIS;
use super::signed::{Scheme, Wire, pairs, texts};
use crate::recording::{ALIBABA_KEY, HUAWEI_KEY};

pub(super) fn check(data: &[u8]) {
    let Some((first, raw)) = data.split_first() else {
        return;
    };
    let scheme = if first % 2 == 0 {
        Scheme::Acs3
    } else {
        Scheme::Huawei
    };
    let raw = String::from_utf8_lossy(raw);
    let sendable = !raw
        .bytes()
        .any(|byte| byte.is_ascii_control() || byte == b' ');
    let Some(canonical) = canonical(scheme, &raw) else {
        assert!(!sendable, "a query that can be sent is refused");
        return;
    };
    assert!(sendable, "a query that cannot be sent is taken");
    is_spelled_one_way(&canonical);
    assert_eq!(
        self::canonical(scheme, &canonical).as_ref(),
        Some(&canonical),
        "the canonical form has another canonical form"
    );
    let pairs = pairs(raw.as_bytes(), scheme.is_form());
    let mut kept = self::pairs(canonical.as_bytes(), false);
    let mut meant = pairs.clone();
    kept.sort();
    meant.sort();
    assert_eq!(kept, meant, "the canonical form means something else");

    let Some(texts) = texts(pairs) else { return };
    assert_eq!(canonical, wire_query(&texts), "sent and signed differ");
    if scheme.is_form() {
        let parsed: Vec<_> = form_urlencoded::parse(raw.as_bytes())
            .into_owned()
            .collect();
        assert_eq!(parsed, texts, "forms are read otherwise");
    }
    verifies_however_spelled(scheme, &raw, &canonical);
}

/// The canonical query of a request, which the verifier tells when a signature does not match.
fn canonical(scheme: Scheme, raw: &str) -> Option<String> {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let zeros = "0".repeat(64);
    let headers = match scheme {
        Scheme::Huawei => vec![
            header("host", "h"),
            header("x-sdk-date", "20250320T063032Z"),
            header(
                "authorization",
                &format!(
                    "SDK-HMAC-SHA256 Access={}, SignedHeaders=host;x-sdk-date, Signature={zeros}",
                    HUAWEI_KEY.0
                ),
            ),
        ],
        _ => vec![
            header("host", "h"),
            header("x-acs-action", "Act"),
            header(
                "x-acs-content-sha256",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            header("x-acs-date", "2025-03-20T06:30:32Z"),
            header("x-acs-signature-nonce", "n"),
            header("x-acs-version", "2017-11-10"),
            header(
                "authorization",
                &format!(
                    "ACS3-HMAC-SHA256 Credential={},SignedHeaders=host;x-acs-action;\
                     x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,\
                     Signature={zeros}",
                    ALIBABA_KEY.0
                ),
            ),
        ],
    };
    let wire = Wire {
        method: "GET".to_owned(),
        target: format!("/?{raw}"),
        headers,
        body: Vec::new(),
    };
    match wire.verify(scheme, NOW_MILLIS) {
        Err(VerifyError::SignatureMismatch { trace }) => trace
            .canonical_request
            .split('\n')
            .nth(2)
            .map(str::to_owned),
        Err(VerifyError::MalformedRequest { .. }) => None,
        other => panic!("neither taken nor malformed: {other:?}"),
    }
}

fn is_spelled_one_way(canonical: &str) {
    let mut bytes = canonical.bytes();
    while let Some(byte) = bytes.next() {
        let plain = byte.is_ascii_alphanumeric() || b"-_.~&=".contains(&byte);
        let escaped = byte == b'%'
            && (0..2).all(|_| {
                bytes
                    .next()
                    .is_some_and(|digit| digit.is_ascii_digit() || (b'A'..=b'F').contains(&digit))
            });
        assert!(plain || escaped, "a byte that is not spelled strictly");
    }
    for pair in canonical.split('&').filter(|_| !canonical.is_empty()) {
        assert_eq!(pair.matches('=').count(), 1, "not one `=` a pair");
    }
}

/// What was signed in our spelling verifies in the client's, and the other way round.
fn verifies_however_spelled(scheme: Scheme, raw: &str, canonical: &str) {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let unsigned = Wire {
        method: "POST".to_owned(),
        target: format!("/?{canonical}"),
        headers: vec![
            header("host", "h"),
            header("x-acs-action", "Act"),
            header("x-acs-version", "2017-11-10"),
        ],
        body: b"odd".to_vec(),
    };
    let Some(mut wire) = unsigned.signed(scheme, NOW_MILLIS) else {
        panic!("a plain request cannot be signed");
    };
    for query in [canonical, raw] {
        wire.target = format!("/?{query}");
        if let Err(error) = wire.verify(scheme, NOW_MILLIS) {
            panic!("the same query does not verify when it is spelled otherwise: {error}");
        }
    }
}
