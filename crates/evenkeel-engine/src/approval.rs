//! Four eyes: which batches a second person has to approve, and what they say. `docs/adr/0010-four-eyes.md`

mod met;
mod times;

use std::{collections::BTreeMap, time::Duration};

use evenkeel_api::{ApprovalPolicy, ApprovalRule, MetRule, RuleConditions};
use evenkeel_store::journal::NewApproval;
use sha2::{Digest as _, Sha256};

pub use jiff::tz::TimeZone;

pub(crate) use met::met;
pub use times::{DateRange, TimesError, WeeklyHours};

/// How long an approval is waited for, unless it is said.
pub const DEFAULT_EXPIRY: Duration = Duration::from_hours(24);

/// Holds the rules by which a batch needs an approval. Without rules none does.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    view: ApprovalPolicy,
    rules: Vec<Rule>,
}

/// A rule: a batch meets it of whose items enough meet each of its conditions.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// What it asks for, as it is shown.
    pub when: RuleConditions,
    /// The times of a week in `when`.
    pub hours: Vec<WeeklyHours>,
    /// The days in `when`.
    pub dates: Vec<DateRange>,
    /// Where they are.
    pub zone: TimeZone,
}

impl Policy {
    /// A policy of these rules.
    #[must_use]
    pub fn new(rules: Vec<Rule>, expires: Duration, break_glass: bool) -> Self {
        let mut view = ApprovalPolicy {
            version: None,
            rules: rules
                .iter()
                .map(|rule| ApprovalRule {
                    name: rule.name.clone(),
                    when: rule.when.clone(),
                })
                .collect(),
            expires_s: expires.as_secs(),
            break_glass,
        };
        if !rules.is_empty() {
            // Texts and numbers: they can be written.
            let text = serde_json::to_vec(&view).unwrap_or_default();
            view.version = Some(format!("{:x}", Sha256::digest(text)));
        }
        Self { view, rules }
    }

    /// As it is shown.
    #[must_use]
    pub fn view(&self) -> &ApprovalPolicy {
        &self.view
    }

    /// Whether there are rules.
    #[must_use]
    pub fn has_rules(&self) -> bool {
        !self.rules.is_empty()
    }

    /// Until when an approval counts that is asked for, or given, at a time; both are ms since the Unix epoch.
    pub(crate) fn expires_at(&self, now: i64) -> i64 {
        let seconds = i64::try_from(self.view.expires_s).unwrap_or(i64::MAX);
        now.saturating_add(seconds.saturating_mul(1000))
    }

    /// What a batch is taken with that meets rules; nothing where it meets none.
    pub(crate) fn asks(&self, met: &[MetRule], now: i64) -> Option<NewApproval> {
        (!met.is_empty()).then(|| NewApproval {
            rules: met.to_vec(),
            expires_at: self.expires_at(now),
        })
    }

    /// Which of the rules that name times apply at a moment: whoever was looked at while others did is looked at again.
    pub(crate) fn active(&self, now: i64) -> Vec<bool> {
        let rules = self.rules.iter();
        rules.map(|rule| rule.is_active(now)).collect()
    }
}

/// Instances by what the inventory says of them.
pub(crate) type Labels = std::collections::HashMap<String, BTreeMap<String, String>>;
