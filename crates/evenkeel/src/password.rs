//! The password a migrated instance gets.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::quote::{Share, is_plain, quotes};

/// What is shown instead of a password.
pub const MASK: &str = "••••";
/// The fewest and the most characters a password may have.
pub const PASSWORD_CHARS: (usize, usize) = (8, 30);

/// A password: never in a debug print, written out by the request builder alone, zeroized when dropped. It can be
/// read with serde, and nothing that holds one can be written down by the way:
///
/// ```compile_fail
/// serde_json::to_string(&evenkeel::Password::new("Canary77".into()));
/// ```
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

impl Password {
    /// Takes a text as it is; the rules look at it later.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Writes it out, for `serialize_with` at the one member of a body that takes it to the proxy.
    ///
    /// # Errors
    /// As the serializer has them.
    pub fn serialize_revealed<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether a foreign text may quote it, or a piece of it, in whatever spelling: it is free of it for
    /// certain only where every character stands for itself.
    #[must_use]
    pub fn may_stand_in(&self, text: &str) -> bool {
        !is_plain(text) || quotes(text, &self.0, Share::Piece)
    }

    /// Whether a name, such as a code or an id, shows it.
    #[must_use]
    pub fn stands_in_name(&self, name: &str) -> bool {
        !is_plain(name) || quotes(name, &self.0, Share::Name)
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextAlone)
    }
}

/// Reads a text, and quotes nothing else: a password that was written as a number is one all the same.
struct TextAlone;

impl Visitor<'_> for TextAlone {
    type Value = Password;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Password, E> {
        Ok(Password(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Password, E> {
        Ok(Password(text))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Password, E> {
        Err(E::custom("a password must be a string, not a number"))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Password, E> {
        self.visit_i64(0)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Password, E> {
        self.visit_i64(0)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(••••)")
    }
}

/// Whether a password is written out or masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrets {
    Reveal,
    Mask,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_quotes_it_in_any_form_may_hold_it() {
        let password = Password::new("Can\"ry 7/7".into());
        for text in [
            "Can\"ry 7/7",
            r#"{"Password":"Can\"ry 7/7"}"#,
            r#"{\"Password\":\"Can\\\"ry 7/7\"}"#,
            r"Can\u0022ry 7\/7",
            "Can&quot;ry 7/7",
            "Can&#34;ry&#32;7/7",
            "Can%22ry%207%2F7",
            "Can%2522ry%25207%252F7",
            "Q2FuInJ5IDcvNw",
        ] {
            assert!(password.may_stand_in(text), "{text}");
        }
        assert!(!password.may_stand_in("nothing of it"));
        assert!(!password.stands_in_name("InvalidParameter.Cannot"));
        assert!(password.stands_in_name("Can\"ry7/7"));
    }

    #[test]
    fn one_that_is_no_text_is_refused_and_not_quoted() {
        for text in ["12345678", "-12345678", "12345678.5", "[12345678]", "true"] {
            let error = serde_json::from_str::<Password>(text).unwrap_err();
            assert!(!error.to_string().contains("1234"), "{error}");
        }
        let read: Password = serde_json::from_str("\"Canary\\u0037\"").unwrap();
        assert_eq!(read, Password::new("Canary7".to_owned()));
    }

    #[test]
    fn never_prints_itself() {
        let printed = format!("{:?}", Password::new("Canary77".into()));
        assert!(!printed.contains("Canary77"));
    }
}
