//! How many events there are of each sort: every total, and how many each filter would leave.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use evenkeel::StateKind;
use evenkeel_api::{Accounts, Facets, listing::StateCounts};

use super::{
    EventQuery, Expected,
    record::FacetKey,
    search::{FEW, Way},
    sort_rank,
};
use crate::text::key;

/// The filters that counts are about: account, provider, state, kind, level, label.
const FILTERS: usize = 6;

/// How many events there are of each sort: every total and every count of a value comes from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    rows: Vec<Count>,
    /// The values that each filter has, once each: a count names them by their places.
    values: [Vec<String>; FILTERS],
    /// The events that were found, where these are the counts of a search that found few.
    found: Option<Vec<i64>>,
    /// Whether they are those of the page that was asked for alone.
    is_page: bool,
    /// Whether a search found them by the index.
    by_index: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Count {
    values: [usize; FILTERS],
    state: StateKind,
    gone: bool,
    events: u64,
}

/// How many events each account has of each sort.
pub(super) type Sums = BTreeMap<(String, FacetKey), u64>;

/// What the filters of a query say of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    All,
    /// All but one.
    But(usize),
    Not,
}

impl From<Sums> for Counts {
    fn from(sums: Sums) -> Self {
        let mut places: [HashMap<String, usize>; FILTERS] = Default::default();
        let mut rows = Vec::with_capacity(sums.len());
        for ((account, facet_key), events) in sums {
            let state = sort_rank::state(facet_key.state);
            let kind = sort_rank::kind(facet_key.kind).as_str().to_owned();
            let state_name = state.as_str().to_owned();
            let FacetKey {
                provider,
                level,
                label,
                gone,
                ..
            } = facet_key;
            let mut values = [0; FILTERS];
            let names = [account, provider, state_name, kind, level, label];
            for ((value, places), name) in values.iter_mut().zip(&mut places).zip(names) {
                let next = places.len();
                *value = *places.entry(name).or_insert(next);
            }
            rows.push(Count {
                values,
                state,
                gone,
                events,
            });
        }
        let values = places.map(|places| {
            let mut values: Vec<(String, usize)> = places.into_iter().collect();
            values.sort_unstable_by_key(|(_, place)| *place);
            values.into_iter().map(|(name, _)| name).collect()
        });
        Self {
            rows,
            values,
            ..Self::default()
        }
    }
}

impl Counts {
    /// Of a search, which found these events if they are few.
    pub(super) fn of_search(sums: Sums, found: Option<Vec<i64>>, by_index: bool) -> Self {
        Self {
            found: found.filter(|found| found.len() <= FEW),
            by_index,
            ..Self::from(sums)
        }
    }

    /// Of a search in memory, which found these events, or of many those of one page.
    pub(super) fn of_table(sums: Sums, found: Option<Vec<i64>>, is_page: bool) -> Self {
        Self {
            found,
            is_page,
            ..Self::from(sums)
        }
    }

    /// What is known of a page before it is read.
    #[must_use]
    pub fn expected(&self, query: &EventQuery) -> Expected<'_> {
        let way = match &self.found {
            Some(found) if self.is_page => Way::Page(found),
            Some(found) => Way::Among(found),
            None if self.by_index => Way::Trigrams,
            None => Way::Reading,
        };
        Expected {
            total: self.total(query),
            way,
        }
    }

    /// How many events match.
    #[must_use]
    pub fn total(&self, query: &EventQuery) -> u64 {
        self.matching(query).map(|count| count.events).sum()
    }

    /// How many match of each value of a filter, under all the other filters.
    #[must_use]
    pub fn facets(&self, query: &EventQuery) -> Facets {
        let filters = Filters::of(self, query);
        let mut sums = self.values.each_ref().map(|values| vec![0; values.len()]);
        for count in &self.rows {
            let matched = filters.judge(count);
            for (filter, (sums, value)) in sums.iter_mut().zip(count.values).enumerate() {
                let takes = matched == Match::All || matched == Match::But(filter);
                if let Some(sum) = sums.get_mut(value).filter(|_| takes) {
                    *sum += count.events;
                }
            }
        }
        let mut facets = sums.into_iter().zip(&self.values).map(|(sums, values)| {
            let some = sums.into_iter().zip(values).filter(|(sum, _)| *sum > 0);
            some.map(|(sum, value)| (value.clone(), sum))
                .collect::<BTreeMap<_, _>>()
        });
        let mut next = || facets.next().unwrap_or_default();
        let mut facets = Facets {
            account: next(),
            provider: next(),
            state: next(),
            event_type: next(),
            level: next(),
            label: next(),
        };
        // What has no value is not counted.
        facets.level.remove("");
        facets.label.remove("");
        facets
    }

    /// How many match by account and kind of state, and whether they are gone.
    #[must_use]
    pub fn by_state(&self, query: &EventQuery) -> Vec<StateCounts> {
        let mut all = BTreeMap::<(&str, bool), BTreeMap<_, u64>>::new();
        for count in self.matching(query) {
            let states = all.entry((self.account(count), count.gone)).or_default();
            *states.entry(count.state).or_default() += count.events;
        }
        let counts = all
            .into_iter()
            .map(|((account, gone), states)| StateCounts {
                account: account.to_owned(),
                gone,
                states,
            });
        counts.collect()
    }

    /// How many events of an account the cloud lists.
    #[must_use]
    pub fn of_account(&self, account: &str) -> u64 {
        let there = |count: &&Count| !count.gone && self.account(count) == account;
        self.rows
            .iter()
            .filter(there)
            .map(|count| count.events)
            .sum()
    }

    /// The accounts that have events.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        let [accounts, ..] = &self.values;
        accounts.iter().map(String::as_str)
    }

    /// What is counted of these accounts alone: of others not even a value is told that only they have.
    #[must_use]
    pub fn seen_of(&self, accounts: &Accounts) -> Cow<'_, Self> {
        if *accounts == Accounts::All {
            return Cow::Borrowed(self);
        }
        let seen = self
            .rows
            .iter()
            .filter(|count| accounts.has(self.account(count)));
        Cow::Owned(Self {
            rows: seen.cloned().collect(),
            ..self.clone()
        })
    }

    fn account(&self, count: &Count) -> &str {
        let ([accounts, ..], [account, ..]) = (&self.values, count.values);
        accounts.get(account).map_or("", String::as_str)
    }

    fn matching(&self, query: &EventQuery) -> impl Iterator<Item = &Count> {
        let filters = Filters::of(self, query);
        let rows = self.rows.iter();
        rows.filter(move |count| filters.judge(count) == Match::All)
    }
}

/// Which values each filter of a query lets through; none of them where it lets all through.
struct Filters {
    gone: super::Gone,
    lets: [Option<Vec<bool>>; FILTERS],
}

impl Filters {
    fn of(counts: &Counts, query: &EventQuery) -> Self {
        let keys = |list: &[String]| list.iter().map(|text| key(text)).collect::<Vec<_>>();
        let states = query.states.iter().map(|state| state.as_str().to_owned());
        let kinds = query.kinds.iter().map(|kind| kind.as_str().to_owned());
        // With a name of a type the search has chosen by type already.
        let kinds = kinds.filter(|_| query.type_names.is_empty());
        let mut wanted = [
            keys(&query.accounts),
            query.providers.clone(),
            states.collect(),
            kinds.collect(),
            keys(&query.levels),
            keys(&query.labels),
        ]
        .into_iter();
        let lets = counts.values.each_ref().map(|values| {
            let wanted = wanted.next().filter(|wanted| !wanted.is_empty())?;
            Some(values.iter().map(|value| wanted.contains(value)).collect())
        });
        Self {
            gone: query.gone,
            lets,
        }
    }

    fn judge(&self, count: &Count) -> Match {
        if !self.gone.takes(count.gone) {
            return Match::Not;
        }
        let mut matched = Match::All;
        for (filter, (lets, value)) in self.lets.iter().zip(count.values).enumerate() {
            let Some(lets) = lets else { continue };
            if !lets.get(value).copied().unwrap_or_default() {
                if matched != Match::All {
                    return Match::Not;
                }
                matched = Match::But(filter);
            }
        }
        matched
    }
}
