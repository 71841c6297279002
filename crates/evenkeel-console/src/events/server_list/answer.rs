//! What the server said of a question, as the list shows it.

use std::collections::BTreeMap;
use std::str::FromStr;

use evenkeel::StateKind;
use evenkeel_api::Facets;
use evenkeel_table::{RowId, RowSet, View};

use super::super::filter::{Filter, Tab};
use super::question::Question;

/// The rows that were read so far, and what the server counted.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub question: Question,
    /// In the server's order.
    pub rows: Vec<RowId>,
    pub set: RowSet,
    /// How many match.
    pub total: usize,
    pub facets: Facets,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Whether something has changed since, and too many rows are here to read them all again by itself.
    pub is_old: bool,
}

impl Answer {
    /// Whether every row that matches is here.
    pub fn is_whole(&self) -> bool {
        self.next.is_none()
    }

    /// Takes in a further page; gives what of it is new.
    pub fn push(&mut self, rows: Vec<RowId>) -> Vec<RowId> {
        let new: Vec<RowId> = rows
            .into_iter()
            .filter(|row| {
                let is_new = !self.set.contains(*row);
                self.set.insert(*row);
                is_new
            })
            .collect();
        self.rows.extend(&new);
        new
    }

    /// `total` is how many events there are in all.
    pub fn view(&self, filter: &Filter, total: usize) -> View {
        let mut states: BTreeMap<StateKind, usize> = named(&self.facets.state);
        // The server was asked for the states of the tab and counts all of them.
        if let Some(tab) = filter.tab.map(Tab::states) {
            states.retain(|state, _| tab.contains(state));
        }
        View {
            rows: self.rows.clone(),
            matches: self.set.clone(),
            accounts: named(&self.facets.account),
            states,
            kinds: named(&self.facets.event_type),
            labels: named(&self.facets.label),
            stages: Vec::new(),
            total,
        }
    }
}

/// What has a name that this page does not know is left out.
fn named<T: FromStr + Ord>(counts: &BTreeMap<String, u64>) -> BTreeMap<T, usize> {
    let known = counts.iter().filter_map(|(name, count)| {
        let count = usize::try_from(*count).unwrap_or(usize::MAX);
        Some((name.parse().ok()?, count))
    });
    known.collect()
}

#[cfg(test)]
mod tests {
    use evenkeel::EventKind;

    use super::*;

    #[test]
    fn what_the_server_counted_stands_in_the_view() {
        let counts = |pairs: &[(&str, u64)]| {
            let pairs = pairs
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count));
            pairs.collect::<BTreeMap<_, _>>()
        };
        let answer = Answer {
            facets: Facets {
                account: counts(&[("edge", 7)]),
                state: counts(&[("completed", 3), ("inquiring", 4), ("melting", 1)]),
                event_type: counts(&[("reboot", 7)]),
                ..Facets::default()
            },
            ..Answer::default()
        };
        let view = |query| answer.view(&Filter::from_query(query), 900);
        assert_eq!(view("").total, 900);
        assert_eq!(view("").accounts, [("edge".to_owned(), 7)].into());
        assert_eq!(view("").kinds, [(EventKind::Reboot, 7)].into());
        let both = [(StateKind::Completed, 3), (StateKind::Inquiring, 4)];
        assert_eq!(view("").states, both.into());
        assert_eq!(
            view("?show=done").states,
            [(StateKind::Completed, 3)].into()
        );
    }

    #[test]
    fn a_row_that_comes_again_stands_where_it_stood() {
        let mut answer = Answer::default();
        let rows = |ids: &[u32]| ids.iter().copied().map(RowId).collect::<Vec<_>>();
        answer.push(rows(&[3, 1]));
        assert_eq!(answer.push(rows(&[1, 2])), rows(&[2]));
        assert_eq!(answer.rows, rows(&[3, 1, 2]));
        assert_eq!(answer.set.len(), 3);
    }
}
