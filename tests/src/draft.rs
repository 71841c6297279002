//! Drafts in tests name an action, and no cloud.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

use evenkeel::{Action, Batch, BatchDraft, Checked, Provider, Report, Rules};

/// The cloud that has an action: so far each is one cloud's.
///
/// # Panics
///
/// When none has it.
#[must_use]
pub fn provider_of(action: Action) -> Provider {
    Provider::with_action(action).expect("a cloud has it")
}

/// Checks a draft for the cloud that has its action.
///
/// # Errors
///
/// As [`Batch::parse`].
pub fn parse_batch(draft: &BatchDraft, rules: &Rules<'_>) -> Result<Checked<Batch>, Report> {
    Batch::parse(provider_of(draft.action), draft, rules)
}
