//! What an answer says about the key that signed its question, and what is known of a key that was refused.

use std::{fmt, sync::Arc};

use evenkeel_api::HoldReason;
use evenkeel_sign::Credentials;

/// Stands for a cloud's own words where those may quote what was signed.
pub(crate) const REFUSED: &str = "the cloud refuses the key, its signature or its date";

/// What a key's refusal means, in the two ways that it can be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// The key, its secret or its token.
    Key,
    /// The time of the signature.
    Clock,
}

impl KeyFault {
    /// Why a batch is held for it.
    pub(crate) fn reason(self) -> HoldReason {
        match self {
            Self::Key => HoldReason::KeyRefused,
            Self::Clock => HoldReason::ClockRefused,
        }
    }
}

/// What an answer says about the key that signed its question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyAnswer {
    /// It is good.
    Taken,
    /// It is refused; the cloud's code.
    Refused(KeyFault, String),
    /// Nothing: no answer, one of a cloud that is busy or down, or one that cannot be read.
    Nothing,
}

/// A key that is left alone. Times are ms since the Unix epoch.
#[derive(Clone)]
pub struct RestingKey {
    /// What was refused: the same key with another secret or token is not.
    pub(super) refused: Arc<Credentials>,
    /// What is wrong.
    pub fault: KeyFault,
    /// The cloud's code.
    pub code: String,
    /// When it was refused last.
    pub refused_at: i64,
    /// When a read tries it by itself.
    pub next_at: i64,
    /// How often it was refused since it was last taken.
    pub(super) times: u32,
}

impl fmt::Debug for RestingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rest")
            .field("fault", &self.fault)
            .field("code", &self.code)
            .field("next_at", &self.next_at)
            .finish_non_exhaustive()
    }
}
