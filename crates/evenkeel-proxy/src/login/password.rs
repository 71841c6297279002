//! Passwords that people think of: which are taken, and what is kept of them.

use std::fmt;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::phc,
};
use evenkeel_store::PasswordHash;
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

/// How many characters there are at least, without a word of which.
const SHORTEST: usize = 12;
/// How many there are at most.
const LONGEST: usize = 256;
/// What an attempt costs: more than each of the pairs that OWASP names (46 MiB once, 19 MiB twice).
const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 2;
/// Made as every hash, of a password that nobody kept: who is no user is compared with it, and takes as long.
pub(super) const NOBODYS: &str = "$argon2id$v=19$m=47104,t=2,p=1$y3AL2OSdayjzftSi5r2/Pw$4k+3eJEYh+KAfq25MPti5FseUs6TOyC17MIBx2R19Hk";

/// A password as somebody typed it: taken as it is, to the last sign.
pub struct Password(Zeroizing<String>);

/// Why a password is not taken as a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// It is too short.
    #[error("a password has at least {SHORTEST} characters")]
    Short,
    /// It is too long.
    #[error("a password has at most {LONGEST} characters")]
    Long,
    /// It would be among the first that somebody tries.
    #[error(
        "this password is easily guessed, being made of common words, names, dates or repetitions: take one that is not, such as \
         four words that have nothing to do with each other"
    )]
    Guessable,
}

/// Why a password has no hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the password cannot be hashed: {0}")]
pub struct PasswordHashError(String);

impl Password {
    /// As somebody typed it.
    #[must_use]
    pub fn typed(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Whether it is taken as a new one of a user.
    ///
    /// # Errors
    /// Why it is not.
    pub fn require_strong(&self, user: &str) -> Result<(), WeakPassword> {
        let count = self.0.chars().count();
        if count < SHORTEST {
            return Err(WeakPassword::Short);
        }
        if count > LONGEST {
            return Err(WeakPassword::Long);
        }
        match zxcvbn(&self.0, &[user, "evenkeel"]).score() {
            Score::Three | Score::Four => Ok(()),
            _ => Err(WeakPassword::Guessable),
        }
    }

    /// What is kept of it. It takes a while, as it shall.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn hash(&self) -> Result<PasswordHash, PasswordHashError> {
        let argon2 = argon2().map_err(|error| PasswordHashError(error.to_string()))?;
        let hash = argon2
            .hash_password(self.0.as_bytes())
            .map_err(|error| PasswordHashError(error.to_string()))?;
        Ok(PasswordHash::of_text(hash.to_string()))
    }

    /// Whether that was made of it. It takes as long whatever either is.
    pub(super) fn is(&self, hash: &PasswordHash) -> bool {
        // What is no hash is nobody's.
        let hash = phc::PasswordHash::new(hash.as_str());
        hash.is_ok_and(|hash| {
            Argon2::default()
                .verify_password(self.0.as_bytes(), &hash)
                .is_ok()
        })
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

fn argon2() -> Result<Argon2<'static>, argon2::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::typed(text.to_owned())
    }

    #[test]
    fn a_password_is_known_again_by_its_hash_and_no_other_is() {
        let own = password("correct horse ünd bättery ");
        let hash = own.hash().unwrap();
        assert!(own.is(&hash));
        for other in [
            "correct horse ünd bättery",
            "Correct horse ünd bättery ",
            "",
        ] {
            assert!(!password(other).is(&hash), "{other}");
        }
        assert_ne!(own.hash().unwrap(), hash, "each has a salt of its own");
        assert!(!own.is(&PasswordHash::of_text("no hash".to_owned())));
        assert!(!hash.as_str().contains("horse"));
        assert_eq!(format!("{own:?} {hash:?}"), "Password(…) PasswordHash(…)");
    }

    #[test]
    fn who_is_no_user_is_compared_with_as_much_work() {
        let own = password("whatever").hash().unwrap();
        let cost = |text: &str| {
            let parts: Vec<String> = text.split('$').map(str::to_owned).collect();
            parts[1..4].to_vec()
        };
        assert_eq!(cost(NOBODYS), cost(own.as_str()));
        assert_eq!(cost(NOBODYS), ["argon2id", "v=19", "m=47104,t=2,p=1"]);
        assert!(phc::PasswordHash::new(NOBODYS).is_ok());
    }

    #[test]
    fn a_new_password_is_long_and_not_easily_guessed() {
        for (text, weak) in [
            ("elevenchars", WeakPassword::Short),
            ("", WeakPassword::Short),
            (&"ab3 ".repeat(65), WeakPassword::Long),
            ("password1234", WeakPassword::Guessable),
            ("qwertyuiop[]", WeakPassword::Guessable),
            ("aaaaaaaaaaaaaaaa", WeakPassword::Guessable),
            ("evenkeel2026", WeakPassword::Guessable),
            ("lin.wang.lin", WeakPassword::Guessable),
            ("123456789012", WeakPassword::Guessable),
        ] {
            assert_eq!(
                password(text).require_strong("lin.wang"),
                Err(weak),
                "{text}"
            );
        }
        for good in [
            "copper lantern drift mosaic",
            "t7#Lq9vX2mPz",
            "不积跬步无以至千里不积小流",
            // Whatever it is made of: no sign has to be there.
            "kvzplmwqtrbnx",
        ] {
            assert_eq!(password(good).require_strong("lin"), Ok(()), "{good}");
        }
    }
}
