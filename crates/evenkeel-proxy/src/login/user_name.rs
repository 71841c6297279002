//! What users are called.

use std::fmt;

const LONGEST: usize = 64;

/// The name of a user: in lower case, so that nobody is taken for somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserName(String);

impl UserName {
    /// Reads a name as somebody typed it.
    ///
    /// # Errors
    /// What a name is made of.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = text.trim().to_ascii_lowercase();
        let is_plain = |sign: char| {
            sign.is_ascii_lowercase()
                || sign.is_ascii_digit()
                || matches!(sign, '.' | '_' | '-' | '@')
        };
        if name.is_empty() || name.len() > LONGEST || !name.chars().all(is_plain) {
            return Err(format!(
                "1 to {LONGEST} letters, digits, `.`, `_`, `-` and `@` are needed"
            ));
        }
        Ok(Self(name))
    }

    /// It.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain_and_in_one_case() {
        assert_eq!(
            UserName::parse(" Lin.W@x-1_ ").unwrap().as_str(),
            "lin.w@x-1_"
        );
        for odd in ["", " ", "a b", "a/b", "é", "ａ", "a\n", &"x".repeat(65)] {
            // White space around it is no part of it.
            assert_eq!(UserName::parse(odd).is_ok(), odd == "a\n", "{odd}");
        }
    }
}
