//! The password a migrated instance gets.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

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
    fn never_prints_itself() {
        let printed = format!("{:?}", Password::new("Canary77".into()));
        assert!(!printed.contains("Canary77"));
    }
}
