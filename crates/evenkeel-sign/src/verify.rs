//! Verifying, for both schemes. What the client signed is rebuilt from what arrived, never from its own text: the query
//! is decoded and strictly re-encoded, the body is hashed again.

use crate::authorization::Authorization;
use crate::digest::{holds, same_secret, sha256_hex};
use crate::header::{is_readable, values};
use crate::scheme::{RequestLine, Scheme, UNSIGNED_PAYLOAD};
use crate::{Credentials, ReceivedRequest, SigningTrace, Verified, VerifyError, date, query};

pub(crate) fn verify(
    scheme: Scheme<'_>,
    received: &ReceivedRequest<'_>,
    now_ms: i64,
    max_skew_ms: i64,
    find: &dyn Fn(&str) -> Option<Credentials>,
) -> Result<Verified, VerifyError> {
    let line = request_line(scheme, received)?;
    let authorization =
        single(received.headers, "authorization")?.ok_or(VerifyError::MissingAuthorization)?;
    let authorization = Authorization::parse(scheme, authorization)?;
    let access_key_id = authorization.access_key_id.to_owned();
    let credentials = find(&access_key_id).ok_or_else(|| VerifyError::UnknownKey {
        access_key_id: access_key_id.clone(),
    })?;

    insist(scheme, received.headers, &authorization)?;
    let headers = signed_headers(received.headers, &authorization)?;
    let payloads = payloads(scheme, received)?;
    let (date, signed_at_ms) = signed_at(scheme, received.headers)?;
    // INVARIANT: inclusive on both sides, and no overflow for any pair of times.
    if signed_at_ms.abs_diff(now_ms) > max_skew_ms.max(0).unsigned_abs() {
        return Err(VerifyError::Skewed {
            signed_at_ms,
            now_ms,
        });
    }
    let security_token = security_token(scheme, received.headers, &credentials)?;

    let trace = |payload: &str| {
        let canonical_request = scheme.canonical_request(&line, &headers, payload);
        let string_to_sign = scheme.string_to_sign(&canonical_request, date);
        SigningTrace {
            canonical_request,
            string_to_sign,
            signature: authorization.signature.to_owned(),
        }
    };
    let matches = |payload: &str| {
        let trace = trace(payload);
        holds(
            &credentials,
            &trace.string_to_sign,
            &authorization.signature_bytes,
        )
        .then_some((trace, payload != UNSIGNED_PAYLOAD))
    };
    let other = payloads.other.as_deref();
    let Some((trace, payload_signed)) =
        matches(&payloads.usual).or_else(|| other.and_then(matches))
    else {
        return Err(VerifyError::SignatureMismatch {
            trace: trace(&payloads.usual),
        });
    };
    let nonce = match scheme {
        Scheme::Acs3 { .. } => {
            single(received.headers, "x-acs-signature-nonce")?.map(str::to_owned)
        }
        Scheme::Huawei => None,
    };
    Ok(Verified {
        access_key_id,
        signed_at_ms,
        nonce,
        security_token,
        payload_signed,
        trace,
    })
}

/// The one value of a header, or `None`. Two values are refused: the signer may have meant the other one.
fn single<'a>(
    headers: &'a [(String, String)],
    name: &'a str,
) -> Result<Option<&'a str>, VerifyError> {
    let mut values = values(headers, name);
    let value = values.next();
    if values.next().is_some() {
        return Err(VerifyError::DuplicateHeader {
            name: name.to_owned(),
        });
    }
    Ok(value)
}

fn request_line<'a>(
    scheme: Scheme<'_>,
    received: &ReceivedRequest<'a>,
) -> Result<RequestLine<'a>, VerifyError> {
    let malformed = |part: &str| VerifyError::MalformedRequest {
        part: part.to_owned(),
    };
    if received.method.is_empty()
        || !received
            .method
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic())
    {
        return Err(malformed("method"));
    }
    // A control character would let one canonical request stand for two requests.
    if received
        .target
        .bytes()
        .any(|byte| byte.is_ascii_control() || byte == b' ')
    {
        return Err(malformed("target"));
    }
    let (path, raw_query) = received
        .target
        .split_once('?')
        .unwrap_or((received.target, ""));
    let form = matches!(scheme, Scheme::Acs3 { .. });
    Ok(RequestLine {
        method: received.method,
        path,
        query: query::recanonical(raw_query, form),
    })
}

/// Every header that must be signed is.
fn insist(
    scheme: Scheme<'_>,
    headers: &[(String, String)],
    authorization: &Authorization<'_>,
) -> Result<(), VerifyError> {
    let sent = headers
        .iter()
        .map(|(name, _)| name.to_ascii_lowercase())
        .filter(|name| scheme.insists_on(name));
    let mandatory = scheme.mandatory().iter().map(|name| (*name).to_owned());
    match mandatory
        .chain(sent)
        .find(|name| !authorization.signed_headers.contains(&name.as_str()))
    {
        Some(name) => Err(VerifyError::MissingSignedHeader { name }),
        None => Ok(()),
    }
}

/// The signed headers with their trimmed values, in the order of `SignedHeaders`.
fn signed_headers<'a>(
    headers: &'a [(String, String)],
    authorization: &Authorization<'a>,
) -> Result<Vec<(&'a str, &'a str)>, VerifyError> {
    authorization
        .signed_headers
        .iter()
        .map(|name| {
            let value = single(headers, name)?.ok_or_else(|| VerifyError::UnsentSignedHeader {
                name: (*name).to_owned(),
            })?;
            if is_readable(value) {
                Ok((*name, value))
            } else {
                Err(VerifyError::MalformedRequest {
                    part: (*name).to_owned(),
                })
            }
        })
        .collect()
}

/// What may stand for the body in the canonical request.
struct Payloads {
    usual: String,
    other: Option<String>,
}

/// The body's hash, which a declared one must equal, or `UNSIGNED-PAYLOAD`.
fn payloads(scheme: Scheme<'_>, received: &ReceivedRequest<'_>) -> Result<Payloads, VerifyError> {
    let declared = single(received.headers, scheme.hash_header())?;
    let hash = sha256_hex(received.body);
    match declared {
        Some(UNSIGNED_PAYLOAD) if matches!(scheme, Scheme::Huawei) => {
            // Without a body the Python SDK declares the payload unsigned and then signs the empty one.
            let other = received.body.is_empty().then_some(hash);
            Ok(Payloads {
                usual: UNSIGNED_PAYLOAD.to_owned(),
                other,
            })
        }
        Some(declared) if declared != hash => Err(VerifyError::BodyHashMismatch),
        _ => Ok(Payloads {
            usual: hash,
            other: None,
        }),
    }
}

fn signed_at<'a>(
    scheme: Scheme<'_>,
    headers: &'a [(String, String)],
) -> Result<(&'a str, i64), VerifyError> {
    let date = single(headers, scheme.date_header())?.ok_or(VerifyError::MalformedDate)?;
    let signed_at_ms = date::read(date, scheme.date_format()).ok_or(VerifyError::MalformedDate)?;
    Ok((date, signed_at_ms))
}

/// A temporary key needs its own token; any other key must come without one.
fn security_token(
    scheme: Scheme<'_>,
    headers: &[(String, String)],
    credentials: &Credentials,
) -> Result<Option<String>, VerifyError> {
    if matches!(scheme, Scheme::Acs3 { .. })
        && single(headers, "x-acs-accesskey-id")?
            .is_some_and(|id| id != credentials.access_key_id())
    {
        return Err(VerifyError::SecurityTokenMismatch);
    }
    match (
        single(headers, scheme.token_header())?,
        credentials.security_token(),
    ) {
        (None, None) => Ok(None),
        (Some(sent), Some(own)) if same_secret(sent, own) => Ok(Some(sent.to_owned())),
        _ => Err(VerifyError::SecurityTokenMismatch),
    }
}
