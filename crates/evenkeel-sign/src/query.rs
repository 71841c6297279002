//! Query strings: read in the provider's way, written in one way only.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

/// RFC 3986: everything but `A-Za-z0-9-_.~` is encoded.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The query as it is sent and signed: pairs sorted by key, then value, RFC 3986 encoding, `key=` for an empty value.
///
/// ```
/// let pairs = [("type", "b c"), ("limit", "1"), ("type", "a+*")].map(|(key, value)| (key.to_owned(), value.to_owned()));
/// assert_eq!(evenkeel_sign::wire_query(&pairs), "limit=1&type=a%2B%2A&type=b%20c");
/// ```
pub fn wire_query(pairs: &[(String, String)]) -> String {
    canonical(
        pairs
            .iter()
            .map(|(key, value)| (key.as_bytes().to_vec(), value.as_bytes().to_vec()))
            .collect(),
    )
}

/// A key and its value, decoded; they need not be text.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

/// The canonical spelling of a raw query. `form` reads `+` as a space (Alibaba's clients), else it is a plus (Huawei's).
pub(crate) fn recanonical(raw: &str, form: bool) -> String {
    canonical(decode(raw.as_bytes(), form))
}

/// The pairs of a raw query or form body.
pub(crate) fn decode(raw: &[u8], form: bool) -> Vec<Pair> {
    let read = |text: &[u8]| {
        let plain: Vec<u8> = text
            .iter()
            .map(|byte| match byte {
                b'+' if form => b' ',
                byte => *byte,
            })
            .collect();
        percent_decode(&plain).collect::<Vec<u8>>()
    };
    raw.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let mut half = || read(halves.next().unwrap_or_default());
            (half(), half())
        })
        .collect()
}

/// RFC 3986 encoding of a text that is encoded once more.
pub(crate) fn encode(text: &str) -> String {
    percent_encode(text.as_bytes(), STRICT).to_string()
}

pub(crate) fn canonical(mut pairs: Vec<Pair>) -> String {
    pairs.sort();
    let mut out = String::new();
    for (key, value) in &pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.extend(percent_encode(key, STRICT));
        out.push('=');
        out.extend(percent_encode(value, STRICT));
    }
    out
}

/// Each segment decoded and strictly re-encoded, with a `/` at the end: how Huawei's clients sign a path.
pub(crate) fn slashed_path(path: &str) -> String {
    let decoded: Vec<u8> = percent_decode(path.as_bytes()).collect();
    let mut out = decoded
        .split(|byte| *byte == b'/')
        .map(|segment| percent_encode(segment, STRICT).to_string())
        .collect::<Vec<_>>()
        .join("/");
    if !out.ends_with('/') {
        out.push('/');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_plus_as_a_space_only_in_a_form() {
        assert_eq!(
            recanonical("b=1+2&a=(%27!)*~", true),
            "a=%28%27%21%29%2A~&b=1%202"
        );
        assert_eq!(recanonical("b=1+2%20", false), "b=1%2B2%20");
    }

    #[test]
    fn sorts_repeated_keys_by_value_and_writes_empty_values() {
        assert_eq!(recanonical("b=2&&b=1&a&=x", false), "=x&a=&b=1&b=2");
    }

    #[test]
    fn sorts_before_encoding() {
        // Encoded, `%` would come before every letter; the clients sort the plain keys.
        assert_eq!(recanonical("%7Ba=1&z=2", false), "z=2&%7Ba=1");
    }

    #[test]
    fn keeps_broken_escapes_and_foreign_bytes_apart() {
        assert_eq!(recanonical("a=%zz%f", true), "a=%25zz%25f");
        assert_eq!(recanonical("a=%FF%00", true), "a=%FF%00");
    }

    #[test]
    fn ends_a_path_with_one_slash() {
        assert_eq!(slashed_path("/v3/a b%20c"), "/v3/a%20b%20c/");
        assert_eq!(slashed_path("/v3/"), "/v3/");
        assert_eq!(slashed_path(""), "/");
    }
}
