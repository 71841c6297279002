//! A signed request. The first byte chooses the scheme, and whether the request is taken as signed already or is signed
//! first; two bytes choose a place in it and one what becomes of the byte there; the rest is the request as text.

use chrono::NaiveDateTime;
use evenkeel_sign::{Credentials, Verified, VerifyError};

use super::NOW_MILLIS;
use super::signed::{SECRETS, SKEW, Scheme, Wire, find, pairs, texts};

pub(super) fn check(data: &[u8]) {
    let [first, low, high, mask, text @ ..] = data else {
        return;
    };
    let scheme = Scheme::of(*first);
    let sign_first = first / 3 % 2 == 1;
    let given = Wire::parse(text);
    let (wire, now_ms) = if sign_first {
        match given.signed(scheme, NOW_MILLIS) {
            Some(wire) => (wire, NOW_MILLIS),
            None => return,
        }
    } else {
        let now_ms = signed_at(&given, scheme).unwrap_or(NOW_MILLIS);
        (given, now_ms)
    };
    let verified = match wire.verify(scheme, now_ms) {
        Ok(verified) => verified,
        Err(error) => {
            assert!(!sign_first, "what is signed does not verify: {error}");
            keeps_secrets(&error);
            return;
        }
    };
    is_what_was_signed(&wire, scheme, &verified, now_ms);
    breaks_when_changed(&wire, scheme, &verified, now_ms, (*low, *high, *mask));
}

/// When it says it was signed.
fn signed_at(wire: &Wire, scheme: Scheme) -> Option<i64> {
    let (text, format) = match scheme {
        Scheme::Acs3 => (wire.header("x-acs-date")?.to_owned(), "%Y-%m-%dT%H:%M:%SZ"),
        Scheme::Huawei => (wire.header("x-sdk-date")?.to_owned(), "%Y%m%dT%H%M%SZ"),
        Scheme::Rpc1 => {
            let query = wire.target.split_once('?').map_or("", |(_, query)| query);
            let mut all = pairs(query.as_bytes(), true);
            all.extend(pairs(&wire.body, true));
            let found = texts(all)?
                .into_iter()
                .find(|(name, _)| name == "Timestamp");
            (found?.1, "%Y-%m-%dT%H:%M:%SZ")
        }
    };
    let date = NaiveDateTime::parse_from_str(&text, format).ok()?;
    Some(date.and_utc().timestamp_millis())
}

fn keeps_secrets(error: &VerifyError) {
    let printed = format!("{error} {error:?}");
    // What the request itself says may be said again.
    let known = match error {
        VerifyError::UnknownKey { access_key_id } => access_key_id.as_str(),
        VerifyError::DuplicateHeader { name }
        | VerifyError::DuplicateParameter { name }
        | VerifyError::MissingSignedHeader { name }
        | VerifyError::UnsentSignedHeader { name } => name,
        _ => "",
    };
    for secret in SECRETS {
        assert!(
            !printed.contains(secret) || known.contains(secret),
            "an error says a secret"
        );
    }
}

/// The key is known, the time and the secret are the right ones, and no others do.
fn is_what_was_signed(wire: &Wire, scheme: Scheme, verified: &Verified, now_ms: i64) {
    let printed = format!("{verified:?}");
    assert!(
        SECRETS.iter().all(|secret| !printed.contains(secret)),
        "a secret is printed"
    );
    let key = find(&verified.access_key_id);
    assert_eq!(
        key.as_ref()
            .map(|key| key.security_token().map(str::to_owned)),
        Some(verified.security_token.clone()),
        "another key, or another token"
    );
    assert!(verified.signed_at_ms.abs_diff(now_ms) <= SKEW.unsigned_abs());
    assert_eq!(verified.nonce.is_some(), scheme != Scheme::Huawei);
    for late in [SKEW + 1000, -SKEW - 1000] {
        let result = wire.verify(scheme, verified.signed_at_ms.saturating_add(late));
        assert!(
            matches!(result, Err(VerifyError::Skewed { .. })),
            "the time does not matter"
        );
    }
    let other = |id: &str| {
        let key = find(id)?;
        let other = Credentials::new(id, "another secret");
        Some(match key.security_token() {
            Some(token) => other.with_security_token(token),
            None => other,
        })
    };
    assert!(
        matches!(
            wire.verify_with(scheme, now_ms, &other),
            Err(VerifyError::SignatureMismatch { .. })
        ),
        "the secret does not matter"
    );
}

/// One changed byte: the request is refused, or means the same as before.
fn breaks_when_changed(
    wire: &Wire,
    scheme: Scheme,
    verified: &Verified,
    now_ms: i64,
    (low, high, mask): (u8, u8, u8),
) {
    let at = usize::from(low) + 256 * usize::from(high);
    let Some(changed) = change(wire, scheme, verified, at, mask) else {
        return;
    };
    if changed.verify(scheme, now_ms).is_ok() {
        assert!(
            changed.meaning(scheme) == wire.meaning(scheme),
            "a changed request verifies"
        );
    }
}

/// The request with one byte changed of what its signature covers; `None` where that gives no text.
pub(super) fn change(
    wire: &Wire,
    scheme: Scheme,
    verified: &Verified,
    at: usize,
    mask: u8,
) -> Option<Wire> {
    let mut changed = wire.clone();
    let covered = covered_headers(wire, scheme);
    let body = if verified.payload_signed {
        wire.body.len()
    } else {
        0
    };
    let values: usize = covered.iter().map(|(_, length)| length).sum();
    let total = wire.method.len() + wire.target.len() + body + values;
    let mut at = at % total.max(1);
    if at < wire.method.len() {
        changed.method = flipped(&wire.method, at, mask)?;
        return Some(changed);
    }
    at -= wire.method.len();
    if at < wire.target.len() {
        changed.target = flipped(&wire.target, at, mask)?;
        return Some(changed);
    }
    at -= wire.target.len();
    if at < body {
        *changed.body.get_mut(at)? ^= mask;
        return Some(changed);
    }
    at -= body;
    for (index, length) in covered {
        if at < length {
            let (_, value) = changed.headers.get_mut(index)?;
            *value = flipped(value, at, mask)?;
            return Some(changed);
        }
        at -= length;
    }
    None
}

fn flipped(text: &str, at: usize, mask: u8) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    *bytes.get_mut(at)? ^= mask;
    String::from_utf8(bytes).ok()
}

/// The signed headers and `authorization`: their places, and the lengths of their values.
fn covered_headers(wire: &Wire, scheme: Scheme) -> Vec<(usize, usize)> {
    if scheme == Scheme::Rpc1 {
        return Vec::new();
    }
    let authorization = wire.header("authorization").unwrap_or_default();
    let signed: Vec<&str> = authorization
        .split(',')
        .find_map(|field| field.trim().strip_prefix("SignedHeaders="))
        .map(|names| names.split(';').collect())
        .unwrap_or_default();
    wire.headers
        .iter()
        .enumerate()
        .filter(|(_, (name, _))| {
            let name = name.to_ascii_lowercase();
            name == "authorization" || signed.contains(&name.as_str())
        })
        .map(|(index, (_, value))| (index, value.len()))
        .collect()
}
