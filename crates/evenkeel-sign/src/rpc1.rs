//! Alibaba Cloud's RPC signature, version 1 (HMAC-SHA1): what SDKs sent before ACS3, and many in the field still send.
//!
//! Everything is a parameter, the signature too; query and form body are signed together. Headers are **not** signed: what
//! `x-acs-action` says counts for nothing here.
//!
//! The scheme: <https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism>.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::digest::{holds_sha1, same_secret, sign_sha1};
use crate::header::{is_word, values};
use crate::query::{Pair, canonical, decode, encode};
use crate::{
    Credentials, ReceivedRequest, SignError, SignedParameters, SigningTrace, Verified, VerifyError,
    date,
};

/// How far a client's clock may be off, as documented: 31 minutes.
pub const MAX_SKEW_MS: i64 = 31 * 60 * 1000;

const METHOD: &str = "HMAC-SHA1";
const VERSION: &str = "1.0";

/// What signing adds, and `Signature` itself.
const OWN: [&str; 7] = [
    "AccessKeyId",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureVersion",
    "Timestamp",
];

/// Signs parameters at a time (ms since the Unix epoch) with a nonce that must be new for every request.
///
/// `parameters` must hold `Action` and `Version`. Added are `AccessKeyId`, `SignatureMethod`, `SignatureVersion`,
/// `SignatureNonce`, `Timestamp`, for temporary credentials `SecurityToken`, and `Signature`. Whether a parameter travels
/// in the query or in the form body makes no difference; [`wire_query`](crate::wire_query) spells either.
///
/// # Errors
///
/// [`SignError`] when a part cannot be sent as it is given.
///
/// ```
/// use evenkeel_sign::{Credentials, rpc1};
///
/// let parameters = [("Action", "DescribeHistoryEvents"), ("Version", "2017-11-10")]
///     .map(|(name, value)| (name.to_owned(), value.to_owned()));
/// let signed = rpc1::sign("GET", &parameters, &Credentials::new("LTAI5t", "secret"), 1_742_452_232_000, "5f0c")?;
/// assert!(signed.parameters.iter().any(|(name, value)| name == "Timestamp" && value == "2025-03-20T06:30:32Z"));
/// # Ok::<(), evenkeel_sign::SignError>(())
/// ```
pub fn sign(
    method: &str,
    parameters: &[(String, String)],
    credentials: &Credentials,
    time_ms: i64,
    nonce: &str,
) -> Result<SignedParameters, SignError> {
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(SignError::InvalidMethod);
    }
    crate::sign::check_credentials(credentials)?;
    if !is_word(nonce) {
        return Err(SignError::InvalidNonce);
    }
    let timestamp =
        date::write(time_ms, date::EXTENDED).ok_or(SignError::TimeOutOfRange { time_ms })?;
    check_given(parameters)?;

    let mut all = parameters.to_vec();
    let mut add = |name: &str, value: &str| all.push((name.to_owned(), value.to_owned()));
    add("AccessKeyId", credentials.access_key_id());
    add("SignatureMethod", METHOD);
    add("SignatureVersion", VERSION);
    add("SignatureNonce", nonce);
    add("Timestamp", &timestamp);
    if let Some(token) = credentials.security_token() {
        add("SecurityToken", token);
    }
    let canonical_request = crate::wire_query(&all);
    let string_to_sign = string_to_sign(method, &canonical_request);
    let signature = sign_sha1(credentials, &string_to_sign)
        .map(|bytes| STANDARD.encode(bytes))
        .ok_or(SignError::InvalidCredentials { part: "secret" })?;
    all.push(("Signature".to_owned(), signature.clone()));
    Ok(SignedParameters {
        parameters: all,
        trace: SigningTrace {
            canonical_request,
            string_to_sign,
            signature,
        },
    })
}

fn check_given(parameters: &[(String, String)]) -> Result<(), SignError> {
    let mut seen = HashSet::new();
    for (name, _) in parameters {
        if OWN.contains(&name.as_str()) {
            return Err(SignError::ReservedParameter { name: name.clone() });
        }
        if !seen.insert(name) {
            return Err(SignError::DuplicateParameter { name: name.clone() });
        }
    }
    match ["Action", "Version"]
        .into_iter()
        .find(|name| !parameters.iter().any(|(given, _)| given == name))
    {
        Some(name) => Err(SignError::MissingParameter { name }),
        None => Ok(()),
    }
}

/// Verifies a received request. `find` knows the keys by their id; a `Timestamp` as far from `now_ms` as `max_skew_ms`
/// ([`MAX_SKEW_MS`] is the documented one) is still accepted. Whether the nonce was used before is the caller's to check.
/// A body that is no form is not covered by the signature: [`Verified::payload_signed`] says so.
///
/// # Errors
///
/// [`VerifyError`] says what is wrong; the signature is compared last.
///
/// ```
/// use evenkeel_sign::{Credentials, ReceivedRequest, rpc1, wire_query};
///
/// let credentials = Credentials::new("LTAI5t", "secret");
/// let parameters = [("Action", "DescribeHistoryEvents"), ("Version", "2017-11-10")]
///     .map(|(name, value)| (name.to_owned(), value.to_owned()));
/// let signed = rpc1::sign("GET", &parameters, &credentials, 1_742_452_232_000, "5f0c")?;
///
/// let target = format!("/?{}", wire_query(&signed.parameters));
/// let received = ReceivedRequest { method: "GET", target: &target, headers: &[], body: b"" };
/// let find = |id: &str| (id == "LTAI5t").then(|| credentials.clone());
/// let verified = rpc1::verify(&received, 1_742_452_240_000, rpc1::MAX_SKEW_MS, &find)?;
/// assert_eq!(verified.nonce.as_deref(), Some("5f0c"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify(
    received: &ReceivedRequest<'_>,
    now_ms: i64,
    max_skew_ms: i64,
    find: &dyn Fn(&str) -> Option<Credentials>,
) -> Result<Verified, VerifyError> {
    let (pairs, payload_signed) = parameters(received)?;
    let signature = get(&pairs, "Signature")?.ok_or(missing("Signature"))?;
    let access_key_id = get(&pairs, "AccessKeyId")?.ok_or(missing("AccessKeyId"))?;
    let access_key_id = access_key_id.to_owned();
    for (name, expected) in [("SignatureMethod", METHOD), ("SignatureVersion", VERSION)] {
        if get(&pairs, name)?.ok_or(missing(name))? != expected {
            return Err(VerifyError::UnsupportedParameter { name, expected });
        }
    }
    let nonce = get(&pairs, "SignatureNonce")?.ok_or(missing("SignatureNonce"))?;
    let credentials = find(&access_key_id).ok_or_else(|| VerifyError::UnknownKey {
        access_key_id: access_key_id.clone(),
    })?;
    let timestamp = get(&pairs, "Timestamp")?.ok_or(missing("Timestamp"))?;
    let signed_at_ms = date::read(timestamp, date::EXTENDED).ok_or(VerifyError::MalformedDate)?;
    // INVARIANT: inclusive on both sides, and no overflow for any pair of times.
    if signed_at_ms.abs_diff(now_ms) > max_skew_ms.max(0).unsigned_abs() {
        return Err(VerifyError::Skewed {
            signed_at_ms,
            now_ms,
        });
    }
    let security_token = match (get(&pairs, "SecurityToken")?, credentials.security_token()) {
        (None, None) => None,
        (Some(sent), Some(own)) if same_secret(sent, own) => Some(sent.to_owned()),
        _ => return Err(VerifyError::SecurityTokenMismatch),
    };

    let bytes = STANDARD
        .decode(signature)
        .ok()
        .filter(|bytes| bytes.len() == 20)
        .ok_or(VerifyError::MalformedSignature)?;
    let (nonce, signature) = (nonce.to_owned(), signature.to_owned());
    let canonical_request = canonical(
        pairs
            .into_iter()
            .filter(|(name, _)| name != b"Signature")
            .collect(),
    );
    let trace = SigningTrace {
        string_to_sign: string_to_sign(received.method, &canonical_request),
        canonical_request,
        signature,
    };
    if !holds_sha1(&credentials, &trace.string_to_sign, &bytes) {
        return Err(VerifyError::SignatureMismatch { trace });
    }
    Ok(Verified {
        access_key_id,
        signed_at_ms,
        nonce: Some(nonce),
        security_token,
        payload_signed,
        trace,
    })
}

fn string_to_sign(method: &str, canonical_request: &str) -> String {
    format!("{method}&%2F&{}", encode(canonical_request))
}

/// The parameters of query and form body together, and whether the body is among them.
fn parameters(received: &ReceivedRequest<'_>) -> Result<(Vec<Pair>, bool), VerifyError> {
    let malformed = |part: &str| VerifyError::MalformedRequest {
        part: part.to_owned(),
    };
    let method = received.method;
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(malformed("method"));
    }
    let (path, query) = received
        .target
        .split_once('?')
        .unwrap_or((received.target, ""));
    // The path is not signed: it is always the root.
    if path != "/" {
        return Err(malformed("target"));
    }
    let mut pairs = decode(query.as_bytes(), true);
    let mut kinds = values(received.headers, "content-type");
    let is_form = kinds.next().is_some_and(is_form);
    if kinds.next().is_some() {
        return Err(VerifyError::DuplicateHeader {
            name: "content-type".to_owned(),
        });
    }
    if is_form {
        pairs.extend(decode(received.body, true));
    }
    let mut seen = HashSet::new();
    if let Some((name, _)) = pairs.iter().find(|(name, _)| !seen.insert(name)) {
        return Err(VerifyError::DuplicateParameter {
            name: String::from_utf8_lossy(name).into_owned(),
        });
    }
    Ok((pairs, is_form || received.body.is_empty()))
}

/// Whether a content type is that of a form, whatever follows it.
fn is_form(kind: &str) -> bool {
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The parameter's text; an empty one is none.
fn get<'a>(pairs: &'a [Pair], name: &'static str) -> Result<Option<&'a str>, VerifyError> {
    pairs
        .iter()
        .find(|(given, _)| given == name.as_bytes())
        .map(|(_, value)| {
            std::str::from_utf8(value).map_err(|_| VerifyError::MalformedRequest {
                part: name.to_owned(),
            })
        })
        .transpose()
        .map(|value| value.filter(|value| !value.is_empty()))
}

fn missing(name: &'static str) -> VerifyError {
    VerifyError::MissingParameter { name }
}
