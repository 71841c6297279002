//! The right to make one call with a key, until it has ended.

use std::{fmt, sync::Arc};

use evenkeel_sign::Credentials;

use super::{KeyAnswer, Keys, Name, name};
use crate::account::Account;

/// One call's. Dropped, it tells that the call has ended, whatever came of it.
pub struct CallPermit {
    keys: Arc<Keys>,
    pub(super) name: Name,
    /// How often the key had been refused when it began.
    pub(super) refused: u64,
    /// What signs.
    pub(super) with: Arc<Credentials>,
    /// Where it tries the key: which trial it is.
    trial: Option<u64>,
    pub(super) is_act: bool,
}

impl CallPermit {
    pub(super) fn new(
        keys: &Arc<Keys>,
        account: &Account,
        refused: u64,
        trial: Option<u64>,
        is_act: bool,
    ) -> Self {
        Self {
            keys: Arc::clone(keys),
            name: name(account),
            refused,
            with: account.credentials(),
            trial,
            is_act,
        }
    }

    /// The call has ended with an answer that says this about the key; tells whether that is news for
    /// everybody who has it.
    pub fn answered(self, key_answer: KeyAnswer) -> bool {
        self.keys.heard(&self, key_answer)
    }
}

impl Drop for CallPermit {
    fn drop(&mut self) {
        match self.trial {
            Some(trial) => self.keys.ended(&self.name, trial),
            None => self.keys.notify(),
        }
    }
}

impl fmt::Debug for CallPermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pass")
            .field("trial", &self.trial)
            .field("is_act", &self.is_act)
            .finish_non_exhaustive()
    }
}
