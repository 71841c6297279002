//! SHA-256 and HMAC-SHA-256, in lower-case hexadecimal; HMAC-SHA-1 for the scheme that still has it.

use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::Credentials;

/// The hash of `bytes`, as 64 lower-case digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    to_hex(&Sha256::digest(bytes))
}

/// An HMAC keyed with the secret as it is.
fn mac(secret: &str, message: &str) -> Option<Hmac<Sha256>> {
    // HMAC takes keys of any length, so this is never `None`; callers refuse instead of panicking all the same.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(message.as_bytes());
    Some(mac)
}

/// The signature of `message`; `None` never happens (see [`mac`]).
pub(crate) fn sign_hex(credentials: &Credentials, message: &str) -> Option<String> {
    Some(to_hex(
        &mac(credentials.secret(), message)?.finalize().into_bytes(),
    ))
}

/// Whether `signature` is the one of `message`, in constant time.
pub(crate) fn holds(credentials: &Credentials, message: &str, signature: &[u8]) -> bool {
    mac(credentials.secret(), message).is_some_and(|mac| mac.verify_slice(signature).is_ok())
}

/// An HMAC-SHA-1 keyed with the secret and `&`, as RPC v1 wants it.
fn mac_sha1(credentials: &Credentials, message: &str) -> Option<Hmac<Sha1>> {
    let key = Zeroizing::new(format!("{}&", credentials.secret()));
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(message.as_bytes());
    Some(mac)
}

/// The RPC v1 signature of `message`; `None` never happens (see [`mac`]).
pub(crate) fn sign_sha1(credentials: &Credentials, message: &str) -> Option<[u8; 20]> {
    Some(
        mac_sha1(credentials, message)?
            .finalize()
            .into_bytes()
            .into(),
    )
}

/// Whether `signature` is the RPC v1 one of `message`, in constant time.
pub(crate) fn holds_sha1(credentials: &Credentials, message: &str, signature: &[u8]) -> bool {
    mac_sha1(credentials, message).is_some_and(|mac| mac.verify_slice(signature).is_ok())
}

/// Whether two secrets are the same, in constant time: their HMACs are compared, not they.
pub(crate) fn same_secret(left: &str, right: &str) -> bool {
    let (Some(left), Some(right)) = (mac(left, "token"), mac(right, "token")) else {
        return false;
    };
    left.verify_slice(&right.finalize().into_bytes()).is_ok()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

/// Exactly 64 lower-case digits. Capitals are refused, so that a signature has one spelling.
pub(crate) fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return None,
            };
            *byte = (*byte << 4) | value;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_the_empty_body() {
        assert_eq!(
            sha256_hex(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn reads_back_only_the_one_spelling_of_a_signature() {
        let text = sha256_hex(b"x");
        let bytes = from_hex(&text).unwrap();
        assert_eq!(to_hex(&bytes), text);
        assert_eq!(from_hex(&text.to_uppercase()), None);
        assert_eq!(from_hex(text.split_at(1).1), None);
        assert_eq!(from_hex(&format!("{text}0")), None);
        assert_eq!(from_hex(&"é".repeat(32)), None);
    }

    #[test]
    fn tells_secrets_apart() {
        assert!(same_secret("a", "a"));
        assert!(!same_secret("a", "b"));
        assert!(!same_secret("", "b"));
    }
}
