//! Reads the server's own counts, which are there before the events are.

use std::collections::BTreeMap;

use evenkeel::StateKind;
use evenkeel_api::listing::StateCounts;

/// What the server counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Of the events that the clouds list, by state.
    pub listed: BTreeMap<StateKind, usize>,
    /// Those that they list no more, where they were counted.
    pub gone: usize,
}

impl Totals {
    pub fn of(counts: &[StateCounts]) -> Self {
        let gone = counts.iter().filter(|counts| counts.gone);
        let gone = gone.flat_map(|counts| counts.states.values()).sum::<u64>();
        Self {
            listed: by_state(counts),
            gone: usize::try_from(gone).unwrap_or(usize::MAX),
        }
    }
}

/// How many events that the clouds list stand in each state, over all accounts.
fn by_state(counts: &[StateCounts]) -> BTreeMap<StateKind, usize> {
    let mut totals = BTreeMap::new();
    let listed = counts.iter().filter(|counts| !counts.gone);
    for (state, count) in listed.flat_map(|counts| &counts.states) {
        *totals.entry(*state).or_default() += usize::try_from(*count).unwrap_or(usize::MAX);
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_clouds_list_is_counted_over_all_accounts() {
        let counts = |account: &str, gone, states: &[(StateKind, u64)]| StateCounts {
            account: account.to_owned(),
            gone,
            states: states.iter().copied().collect(),
        };
        let one = [(StateKind::Failed, 2), (StateKind::Inquiring, 5)];
        let totals = Totals::of(&[
            counts("a", false, &one),
            counts("b", false, &[(StateKind::Failed, 1)]),
            counts("b", true, &[(StateKind::Failed, 9)]),
        ]);
        let expected = [(StateKind::Inquiring, 5), (StateKind::Failed, 3)];
        assert_eq!(totals.listed, expected.into());
        assert_eq!(totals.gone, 9);
    }
}
