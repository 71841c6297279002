//! What keys may not do: operations of accounts that the cloud denied again and again.

use std::collections::HashMap;

use evenkeel::Action;

use super::Keys;
use crate::account::Account;

/// So many alike, and the next would be denied, too.
const ALIKE: u32 = 3;

/// By account and action.
pub(super) type Denials = HashMap<(String, Action), Denial>;

/// An operation of an account that was denied. Times are ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    /// The cloud's code.
    pub(crate) code: String,
    /// When it was denied last.
    pub(crate) refused_at: i64,
    /// How often it was, each time with this code and never taken between.
    times: u32,
}

impl Denial {
    /// Whether it is left alone until a person says otherwise.
    fn rests(&self) -> bool {
        self.times >= ALIKE
    }
}

impl Keys {
    /// Hears that the cloud denies it; tells whether it is left alone now.
    pub(crate) fn denied(&self, account: &Account, action: Action, code: &str) -> bool {
        let now = self.clock.now_ms();
        let key = (account.id().to_owned(), action);
        let mut denials = self.denials();
        let before = denials.get(&key).filter(|denial| denial.code == code);
        let denial = Denial {
            code: code.to_owned(),
            refused_at: now,
            times: before.map_or(0, |denial| denial.times).saturating_add(1),
        };
        let rests = denial.rests();
        denials.insert(key, denial);
        rests
    }

    /// Hears that the cloud did it.
    pub(crate) fn granted(&self, account: &Account, action: Action) {
        self.denials().remove(&(account.id().to_owned(), action));
    }

    /// Whether something of the account was denied and not done since: calls go one by one.
    pub(crate) fn is_careful(&self, account: &Account) -> bool {
        self.denials().keys().any(|(id, _)| id == account.id())
    }

    /// What of the account is left alone.
    pub(crate) fn resting_actions(&self, account: &Account) -> Vec<(Action, Denial)> {
        self.denials()
            .iter()
            .filter(|((id, _), denial)| id == account.id() && denial.rests())
            .map(|((_, action), denial)| (*action, denial.clone()))
            .collect()
    }

    fn denials(&self) -> std::sync::MutexGuard<'_, Denials> {
        self.denials
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
