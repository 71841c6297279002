//! Checkpoints: a signature on how far a chain has come, kept where whoever can write the store cannot.

use evenkeel::Timestamp;
use ring::{
    rand::{SecureRandom as _, SystemRandom},
    signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{Head, hexadecimal};

/// What a signed text begins with, so that no other text that the key signs is one.
const BEGIN: &str = "evenkeel audit checkpoint v1";

/// Says that a store's chain had this record at this time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The store's id, as the chain's first record names it.
    pub store: String,
    /// The record's number.
    pub seq: u64,
    /// The record's hash.
    pub hash: String,
    /// When this was signed.
    pub at: Timestamp,
    /// The key that signed it, as 64 hexadecimal digits.
    pub key: String,
    /// Its Ed25519 signature, as 128 hexadecimal digits.
    pub signature: String,
}

/// Signs checkpoints. Its `Debug` shows the public half alone.
#[derive(Debug)]
pub struct SigningKey(Ed25519KeyPair);

/// The key that checkpoints are believed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// Why a key is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is not 32 bytes as lower-case hexadecimal digits.
    #[error("a key is 64 hexadecimal digits, in lower case")]
    Form,
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    Random,
}

/// Why a checkpoint is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Another key signed it.
    #[error("it is signed by another key than the one that is to be believed")]
    OtherKey,
    /// The signature is not that of what it says.
    #[error("its signature is not that of what it says")]
    Signature,
}

impl SigningKey {
    /// Makes a new one, and its text, which is the secret.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate() -> Result<(Self, Zeroizing<String>), KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        SystemRandom::new()
            .fill(&mut *seed)
            .map_err(|_| KeyError::Random)?;
        let text = Zeroizing::new(hexadecimal::write(&*seed));
        Ok((Self::parse(&text)?, text))
    }

    /// The key of a text; white space around it does not count.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let seed = Zeroizing::new(hexadecimal::parse::<32>(text.trim()).ok_or(KeyError::Form)?);
        let pair = Ed25519KeyPair::from_seed_unchecked(&*seed).map_err(|_| KeyError::Form)?;
        Ok(Self(pair))
    }

    /// The public half, as 64 hexadecimal digits.
    #[must_use]
    pub fn public(&self) -> String {
        hexadecimal::write(self.0.public_key().as_ref())
    }

    /// Signs how far a store's chain has come.
    #[must_use]
    pub fn sign(&self, store: &str, head: &Head, at: Timestamp) -> Checkpoint {
        let mut checkpoint = Checkpoint {
            store: store.to_owned(),
            seq: head.seq,
            hash: head.hash.clone(),
            at,
            key: self.public(),
            signature: String::new(),
        };
        let signature = self.0.sign(checkpoint.signed_text().as_bytes());
        checkpoint.signature = hexadecimal::write(signature.as_ref());
        checkpoint
    }
}

impl PublicKey {
    /// The key of a text; white space around it does not count.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let key = hexadecimal::parse(text.trim()).ok_or(KeyError::Form)?;
        Ok(Self(key))
    }
}

impl Checkpoint {
    /// Whether this key signed it.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn check(&self, key: &PublicKey) -> Result<(), CheckpointError> {
        if hexadecimal::parse(&self.key) != Some(key.0) {
            return Err(CheckpointError::OtherKey);
        }
        let signature: [u8; 64] =
            hexadecimal::parse(&self.signature).ok_or(CheckpointError::Signature)?;
        UnparsedPublicKey::new(&ED25519, key.0)
            .verify(self.signed_text().as_bytes(), &signature)
            .map_err(|_| CheckpointError::Signature)
    }

    /// What is signed.
    fn signed_text(&self) -> String {
        let Self {
            store,
            seq,
            hash,
            at,
            ..
        } = self;
        format!("{BEGIN}\n{store}\n{seq}\n{hash}\n{at}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_believed_by_its_key_as_it_was_signed_alone() {
        let (key, text) = SigningKey::generate().unwrap();
        let public = PublicKey::parse(&key.public()).unwrap();
        let head = Head {
            seq: 7,
            ..Head::default()
        };
        let signed = key.sign("s-1", &head, Timestamp::from_millis(1_800_000_000_000));
        assert_eq!(signed.check(&public), Ok(()));

        let mut forged = signed.clone();
        forged.seq = 6;
        assert_eq!(forged.check(&public), Err(CheckpointError::Signature));
        let mut forged = signed.clone();
        forged.store = "s-2".to_owned();
        assert_eq!(forged.check(&public), Err(CheckpointError::Signature));

        let (other, _) = SigningKey::generate().unwrap();
        let other = PublicKey::parse(&other.public()).unwrap();
        assert_eq!(signed.check(&other), Err(CheckpointError::OtherKey));

        // The same key again, and its secret in nothing that is shown.
        assert_eq!(SigningKey::parse(&text).unwrap().public(), key.public());
        assert!(!format!("{key:?}").contains(&*text));
        assert_eq!(SigningKey::parse("F00").unwrap_err(), KeyError::Form);
    }
}
