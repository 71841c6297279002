//! Drafts for tests: of any action of any cloud, or of the first cloud that has an action.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

use evenkeel::{Action, Batch, BatchDraft, Checked, Provider, Report, Rules, When};

use crate::check::now;

/// The first cloud that has an action, where a test is not about one cloud or another.
///
/// # Panics
///
/// When none has it.
#[must_use]
pub fn provider_of(action: Action) -> Provider {
    Provider::with_action(action).expect("a cloud has it")
}

/// Every action of every cloud: what a draft can be for.
#[must_use]
pub fn every_action() -> Vec<(Provider, Action)> {
    let of = |cloud: &Provider| {
        let cloud = *cloud;
        cloud
            .actions()
            .iter()
            .map(move |action| (cloud, *action))
            .collect::<Vec<_>>()
    };
    Provider::ALL.iter().flat_map(of).collect()
}

/// A time in a minute where an action takes one, and now where it takes none.
#[must_use]
pub fn soon(provider: Provider, action: Action) -> When {
    match (provider, action) {
        (Provider::AlibabaEcs, Action::Accept | Action::Redeploy | Action::Reboot) => When::Now,
        _ => When::At(now().plus_millis(60_000)),
    }
}

/// Whether the call of an action names events, and not instances alone.
#[must_use]
pub fn names_event(provider: Provider, action: Action) -> bool {
    provider != Provider::AlibabaEcs || !matches!(action, Action::Redeploy | Action::Reboot)
}

/// Checks a draft for the first cloud that has its action.
///
/// # Errors
///
/// As [`Batch::parse`].
pub fn parse_batch(draft: &BatchDraft, rules: &Rules<'_>) -> Result<Checked<Batch>, Report> {
    Batch::parse(provider_of(draft.action), draft, rules)
}
