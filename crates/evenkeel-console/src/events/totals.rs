//! Reads the server's own counts, which are there before the events are.

use std::collections::BTreeMap;

use evenkeel::StateKind;
use evenkeel_api::Facets;

/// How many events stand in each state; a state of a later server counts as one that nobody knows.
pub fn by_state(facets: &Facets) -> BTreeMap<StateKind, usize> {
    let mut totals = BTreeMap::new();
    for (state, count) in &facets.state {
        let state = state.parse().unwrap_or(StateKind::Other);
        *totals.entry(state).or_default() += usize::try_from(*count).unwrap_or(usize::MAX);
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_nobody_knows_here_counts_among_all() {
        let mut facets = Facets::default();
        let state = [("inquiring", 3), ("melting", 2), ("other", 1)];
        facets.state = state.map(|(name, count)| (name.to_owned(), count)).into();
        let totals = [(StateKind::Inquiring, 3), (StateKind::Other, 3)];
        assert_eq!(by_state(&facets), totals.into());
    }
}
