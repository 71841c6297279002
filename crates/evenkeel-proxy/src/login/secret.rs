//! What somebody shows to be let in: made here at random, shown once, and kept by its hash alone.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use evenkeel_store::SecretHash;
use zeroize::Zeroizing;

/// Digits and letters that nobody takes for others (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 60 bits, which are to be guessed in ten minutes and five tries.
const CODE_LETTERS: usize = 12;
/// So many are read at a time.
const GROUP: usize = 4;
/// Where a token is found by accident, it is known for one.
const TOKEN_PREFIX: &str = "evenkeel_";

/// Why there is no secret: the system gives no random bytes.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the system gives no random bytes: {0}")]
pub struct NoRandomError(String);

fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, NoRandomError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut()).map_err(|error| NoRandomError(error.to_string()))?;
    Ok(bytes)
}

/// A code that begins a session, once. Shows itself by [`Self::reveal`] alone.
pub struct LoginCode(Zeroizing<String>);

impl LoginCode {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn new() -> Result<Self, NoRandomError> {
        let bytes = random::<CODE_LETTERS>()?;
        // 256 is a multiple of 32: each letter is as likely as any.
        let letters = bytes
            .iter()
            .filter_map(|byte| LETTERS.get(usize::from(byte % 32)));
        Ok(Self(Zeroizing::new(
            letters.map(|letter| char::from(*letter)).collect(),
        )))
    }

    /// As somebody typed it: in whatever case, with or without what parts its groups, and with O and 0, I, L and
    /// 1 taken for each other.
    pub(crate) fn typed(text: &str) -> Self {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        let meant = letters.map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            letter => letter,
        });
        Self(Zeroizing::new(meant.collect()))
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }

    /// As a person reads it: `ABCD-EFGH-JKMN`.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let letters: Vec<char> = self.0.chars().collect();
        let groups: Vec<String> = letters
            .chunks(GROUP)
            .map(|group| group.iter().collect())
            .collect();
        Zeroizing::new(groups.join("-"))
    }
}

impl fmt::Debug for LoginCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginCode(…)")
    }
}

/// What a browser or a tool shows with each request. Shows itself by [`Self::reveal`] alone.
pub struct BearerSecret(Zeroizing<String>);

impl BearerSecret {
    /// A new one for a browser's cookie.
    pub(crate) fn of_session() -> Result<Self, NoRandomError> {
        Ok(Self(Zeroizing::new(
            URL_SAFE_NO_PAD.encode(*random::<32>()?),
        )))
    }

    /// A new one for a tool.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn of_token() -> Result<Self, NoRandomError> {
        let random = Zeroizing::new(URL_SAFE_NO_PAD.encode(*random::<32>()?));
        Ok(Self(Zeroizing::new(format!("{TOKEN_PREFIX}{}", *random))))
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }

    /// As it is shown, once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BearerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_taken_however_it_is_typed() {
        let code = LoginCode::new().unwrap();
        let shown = code.reveal();
        assert_eq!(shown.len(), 14, "three groups of four");
        for typed in [
            shown.to_lowercase(),
            shown.replace('-', " "),
            shown.replace('-', ""),
            format!(" {} \n", *shown),
            shown.replace('0', "o").replace('1', "l"),
        ] {
            assert_eq!(LoginCode::typed(&typed).hash(), code.hash(), "{typed}");
        }
        assert_ne!(LoginCode::typed("").hash(), code.hash());
    }

    #[test]
    fn two_secrets_are_two_and_neither_is_shown() {
        let codes = [LoginCode::new().unwrap(), LoginCode::new().unwrap()];
        assert_ne!(codes[0].hash(), codes[1].hash());
        assert_eq!(format!("{:?}", codes[0]), "LoginCode(…)");
        let secrets = [
            BearerSecret::of_session().unwrap(),
            BearerSecret::of_token().unwrap(),
        ];
        assert_ne!(secrets[0].hash(), secrets[1].hash());
        assert_eq!(format!("{:?}", secrets[1]), "BearerSecret(…)");
        assert!(secrets[1].reveal().starts_with(TOKEN_PREFIX));
        // 32 bytes in base 64.
        assert_eq!(secrets[0].reveal().len(), 43);
    }
}
