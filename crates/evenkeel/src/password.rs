//! The password a migrated instance gets.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::json::write_string;

/// What is shown instead of a password.
pub const MASK: &str = "••••";
/// The fewest and the most characters a password may have.
pub const PASSWORD_CHARS: (usize, usize) = (8, 30);

/// A password: never in a debug print, written out by the request builder alone, zeroized when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

impl Password {
    /// Takes a text as it is; the rules look at it later.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// A foreign text with the mask wherever the password stands in it, as it is or as a query or
    /// JSON writes it: an answer may quote what was sent.
    #[must_use]
    pub fn mask_in(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        let mut escaped = Zeroizing::new(String::with_capacity(self.0.len() + 2));
        write_string(&mut escaped, &self.0);
        let escaped = escaped.trim_matches('"');
        let mut masked = text.to_owned();
        for form in [escaped, self.0.as_str()] {
            let once = percent(form);
            let twice = percent(&once);
            for form in [twice.as_str(), once.as_str(), form] {
                masked = masked.replace(form, MASK);
            }
        }
        masked
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(••••)")
    }
}

/// As RFC 3986 has it in a query: unreserved characters stand for themselves.
fn percent(text: &str) -> Zeroizing<String> {
    use fmt::Write as _;

    let mut encoded = Zeroizing::new(String::with_capacity(text.len() * 3));
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
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
    fn is_masked_in_whatever_form_a_text_quotes_it() {
        let password = Password::new("Can\"ry 7/7".into());
        for text in [
            "Can\"ry 7/7",
            r#"{"Password":"Can\"ry 7/7"}"#,
            "Can%22ry%207%2F7",
            "Can%5C%22ry%207%2F7",
            "Can%2522ry%25207%252F7",
        ] {
            let masked = password.mask_in(text);
            assert!(masked.contains(MASK) && !masked.contains("ry"), "{masked}");
        }
        assert_eq!(password.mask_in("nothing of it"), "nothing of it");
        assert_eq!(Password::new(String::new()).mask_in("a"), "a");
    }

    #[test]
    fn never_prints_itself() {
        let printed = format!("{:?}", Password::new("Canary77".into()));
        assert!(!printed.contains("Canary77"));
    }
}
