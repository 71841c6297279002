//! Signing, for both schemes: check that everything can be sent as it is signed, add the scheme's headers, sign them all.

use crate::digest::{sha256_hex, sign_hex};
use crate::header::{is_name, is_value, is_word};
use crate::scheme::{RequestLine, Scheme, signed_names};
use crate::{Credentials, SignError, SignableRequest, Signed, SigningTrace, date, wire_query};

/// Headers that the HTTP client sets, or the signature itself.
const CLIENT_HEADERS: [&str; 5] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "authorization",
];

pub(crate) fn sign(
    scheme: Scheme<'_>,
    request: &SignableRequest<'_>,
    credentials: &Credentials,
    time_ms: i64,
) -> Result<Signed, SignError> {
    check_line(request)?;
    check_credentials(credentials)?;
    let date =
        date::write(time_ms, scheme.date_format()).ok_or(SignError::TimeOutOfRange { time_ms })?;
    let hash = sha256_hex(request.body);
    let added = added_headers(scheme, credentials, &date, &hash)?;
    let mut headers = given_headers(scheme, request.headers, &added)?;
    headers.extend(
        added
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value)),
    );
    headers.sort();

    let mut signed: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    signed.push(("host", request.host));
    signed.sort_unstable();

    let line = RequestLine {
        method: request.method,
        path: request.path,
        query: wire_query(request.query),
    };
    let canonical_request = scheme.canonical_request(&line, &signed, &hash);
    let string_to_sign = scheme.string_to_sign(&canonical_request, &date);
    let signature = sign_hex(credentials, &string_to_sign)
        .ok_or(SignError::InvalidCredentials { part: "secret" })?;
    let authorization = format!(
        "{} {}={}{comma}SignedHeaders={}{comma}Signature={signature}",
        scheme.name(),
        scheme.key_field(),
        credentials.access_key_id(),
        signed_names(&signed),
        comma = scheme.separator(),
    );
    headers.push(("authorization".to_owned(), authorization));
    Ok(Signed {
        headers,
        trace: SigningTrace {
            canonical_request,
            string_to_sign,
            signature,
        },
    })
}

fn check_line(request: &SignableRequest<'_>) -> Result<(), SignError> {
    if request.method.is_empty() || !request.method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(SignError::InvalidMethod);
    }
    if !is_word(request.host) || request.host.contains(['/', '?', '#', '@']) {
        return Err(SignError::InvalidHost);
    }
    if !request.path.starts_with('/') || !is_word(request.path) || request.path.contains(['?', '#'])
    {
        return Err(SignError::InvalidPath);
    }
    Ok(())
}

pub(crate) fn check_credentials(credentials: &Credentials) -> Result<(), SignError> {
    let key = credentials.access_key_id();
    if !is_word(key) || key.contains([',', '=', ';']) {
        return Err(SignError::InvalidCredentials {
            part: "access key id",
        });
    }
    if !is_word(credentials.secret()) {
        return Err(SignError::InvalidCredentials { part: "secret" });
    }
    if credentials
        .security_token()
        .is_some_and(|token| !is_word(token))
    {
        return Err(SignError::InvalidCredentials {
            part: "security token",
        });
    }
    Ok(())
}

/// The headers that the scheme adds.
fn added_headers(
    scheme: Scheme<'_>,
    credentials: &Credentials,
    date: &str,
    hash: &str,
) -> Result<Vec<(&'static str, String)>, SignError> {
    let mut added = vec![(scheme.date_header(), date.to_owned())];
    if let Scheme::Acs3 { nonce } = scheme {
        let nonce = nonce
            .filter(|nonce| is_word(nonce))
            .ok_or(SignError::InvalidNonce)?;
        added.push(("x-acs-signature-nonce", nonce.to_owned()));
        added.push((scheme.hash_header(), hash.to_owned()));
        // The SDKs say where their key came from; the service does not need it, a log on its side may show it.
        let provider = if credentials.security_token().is_some() {
            "static_sts"
        } else {
            "static_ak"
        };
        added.push(("x-acs-credentials-provider", provider.to_owned()));
        if credentials.security_token().is_some() {
            added.push(("x-acs-accesskey-id", credentials.access_key_id().to_owned()));
        }
    }
    if let Some(token) = credentials.security_token() {
        added.push((scheme.token_header(), token.to_owned()));
    }
    Ok(added)
}

/// The given headers, checked, with names in lower case and values trimmed as they are signed.
fn given_headers(
    scheme: Scheme<'_>,
    given: &[(String, String)],
    added: &[(&'static str, String)],
) -> Result<Vec<(String, String)>, SignError> {
    let mut headers: Vec<(String, String)> = Vec::with_capacity(given.len() + added.len() + 1);
    for (name, value) in given {
        let value = value.trim();
        if !is_name(name) || !is_value(value) {
            return Err(SignError::InvalidHeader { name: name.clone() });
        }
        let name = name.to_ascii_lowercase();
        let reserved = CLIENT_HEADERS.contains(&name.as_str())
            || [
                scheme.token_header(),
                scheme.hash_header(),
                "x-acs-accesskey-id",
            ]
            .contains(&name.as_str())
            || added.iter().any(|(added, _)| *added == name);
        if reserved {
            return Err(SignError::ReservedHeader { name });
        }
        if headers.iter().any(|(earlier, _)| *earlier == name) {
            return Err(SignError::DuplicateHeader { name });
        }
        headers.push((name, value.to_owned()));
    }
    for name in scheme.mandatory() {
        let there = *name == "host"
            || added.iter().any(|(added, _)| added == name)
            || headers.iter().any(|(given, _)| given == name);
        if !there {
            return Err(SignError::MissingHeader { name });
        }
    }
    Ok(headers)
}
