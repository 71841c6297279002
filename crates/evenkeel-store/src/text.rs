//! Foreign texts, as the columns take them.

use sha2::{Digest, Sha256};

/// The longest text that is part of an index, in bytes; PostgreSQL takes some 2,700 a row.
const LONGEST: usize = 400;

/// How many hexadecimal digits a digest has.
pub(crate) const DIGEST: usize = 16;

/// PostgreSQL's texts have no NUL.
pub(crate) fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A text that may be part of an index; a very long one is known by its digest.
pub(crate) fn key(text: &str) -> String {
    if text.len() <= LONGEST {
        return clean(text);
    }
    let mut short: String = clean(text).chars().take(LONGEST / 8).collect();
    short.push('…');
    short.push_str(&digest([text].into_iter()));
    short
}

/// Whether a key is the text that it was made of: neither shortened nor cleaned.
pub(crate) fn is_whole(key: &str) -> bool {
    !key.contains(['\u{fffd}', '…'])
}

/// A word to search for, as what is searched is kept.
pub(crate) fn fold(text: &str) -> String {
    clean(text).to_lowercase()
}

/// Half of a SHA-256 would do for far more things than there are; a quarter does too.
pub(crate) fn digest<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    hexadecimal(hash.finalize().into_iter().take(DIGEST / 2))
}

/// Two digits a byte.
pub(crate) fn hexadecimal(bytes: impl Iterator<Item = u8>) -> String {
    let halves = bytes.flat_map(|byte| [byte >> 4, byte & 15]);
    halves
        .filter_map(|half| char::from_digit(u32::from(half), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_key_stays_short_and_its_own() {
        let (one, other) = ("x".repeat(5_000), "x".repeat(5_001));
        assert!(key(&one).len() < LONGEST);
        assert_ne!(key(&one), key(&other));
        assert_eq!(key("e-1\0"), "e-1\u{fffd}");
        assert!(is_whole(&key("e-1")) && !is_whole(&key(&one)) && !is_whole(&key("e-1\0")));
    }
}
