//! Which rows a query lets through, and how many each choice of it would show.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel::{EventKind, StateKind};

use crate::columns::Columns;
use crate::derived::Derived;
use crate::row_set::{RowId, RowSet};
use crate::search::Search;
use crate::sort::Sort;
use crate::standing::{Stage, Standing};

/// What is asked for. Empty sets and texts let everything through.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// Words, each of which has to be somewhere in what is known of the event.
    pub text: &'a str,
    /// A part of the id of the resource.
    pub resource: &'a str,
    /// Of these accounts.
    pub accounts: &'a BTreeSet<String>,
    /// In these states.
    pub states: &'a BTreeSet<StateKind>,
    /// Of these kinds.
    pub kinds: &'a BTreeSet<EventKind>,
    /// Tags of the resource, each with the values of which it has to have one.
    pub tags: &'a BTreeMap<String, BTreeSet<String>>,
    /// At this stage.
    pub stage: Option<Stage>,
    /// Stages to be counted.
    pub stages: &'a [Stage],
    /// Whether those count that the clouds list no more.
    pub past: bool,
    /// The tag whose values are counted, as a filter of its own.
    pub group_by: Option<&'a str>,
    /// In which order.
    pub sort: Sort,
}

/// The rows that match, and the counts of the choices under all *other* filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// In order.
    pub rows: Vec<RowId>,
    /// The same as a set.
    pub matches: RowSet,
    /// By account.
    pub accounts: BTreeMap<String, usize>,
    /// By kind of state.
    pub states: BTreeMap<StateKind, usize>,
    /// By kind of type.
    pub kinds: BTreeMap<EventKind, usize>,
    /// By value of the tag that is grouped by.
    pub labels: BTreeMap<String, usize>,
    /// Of each stage that was to be counted, over all events: they say how things stand, not how the filter stands.
    pub stages: Vec<usize>,
    /// How many events there are in all.
    pub total: usize,
}

/// What of a query depends on how an event stands alone, by the number of that.
#[derive(Clone, Copy, Default)]
struct Lets {
    account: bool,
    state: bool,
    kind: bool,
}

impl Lets {
    fn all(self) -> bool {
        self.account && self.state && self.kind
    }
}

impl View {
    pub(crate) fn of(columns: &Columns, derived: &mut Derived, query: &Query<'_>) -> Self {
        let shown = if query.past {
            &columns.live
        } else {
            &columns.listed
        };
        let mut view = Self {
            total: shown.len(),
            stages: derived.standing_counts.of(columns, query.stages),
            ..Self::default()
        };
        let mut candidates = found(columns, &mut derived.search, query, shown);
        if query.stage.is_some() {
            candidates.keep(&columns.listed);
        }
        view.count(columns, query, &candidates);
        view.rows = (derived.orders).sorted(columns, query.sort, &view.matches);
        view
    }

    /// Counts the choices among the rows that the rest of the query lets through, and finds those that all of it does.
    fn count(&mut self, columns: &Columns, query: &Query<'_>, candidates: &RowSet) {
        let standings = columns.standings.all();
        let lets: Vec<Option<Lets>> = standings.iter().map(|it| lets(query, it)).collect();
        // Of the facts: whether they have one of the values that are asked for of the tag that is grouped by.
        let groups = query.group_by.and_then(|key| {
            let values = query.tags.get(key)?;
            let has = columns.facts.all().iter().map(|facts| {
                let value = facts.tags.get(key);
                value.is_some_and(|value| values.contains(value))
            });
            Some(has.collect::<Vec<bool>>())
        });
        let mut by_standing = vec![0_usize; standings.len()];
        let mut by_fact = vec![0_usize; columns.facts.all().len()];
        self.matches = RowSet::none_of(columns.len());
        for row in candidates.iter() {
            let (standing, fact) = (columns.standing_index(row), columns.fact_index(row));
            let Some(lets) = lets.get(standing).copied().flatten() else {
                continue;
            };
            let group = |groups: &Vec<bool>| groups.get(fact).copied().unwrap_or_default();
            let group = groups.as_ref().is_none_or(group);
            if group && let Some(count) = by_standing.get_mut(standing) {
                *count += 1;
            }
            if lets.all() {
                if let Some(count) = by_fact.get_mut(fact) {
                    *count += 1;
                }
                if group {
                    self.matches.insert(row);
                }
            }
        }
        for ((standing, lets), count) in standings.iter().zip(lets).zip(by_standing) {
            let Some(lets) = lets.filter(|_| count > 0) else {
                continue;
            };
            if lets.state && lets.kind {
                add(&mut self.accounts, &standing.account, count);
            }
            if lets.account && lets.kind {
                *self.states.entry(standing.state.kind).or_default() += count;
            }
            if lets.account && lets.state {
                *self.kinds.entry(standing.event_type.kind).or_default() += count;
            }
        }
        let Some(key) = query.group_by else { return };
        for (facts, count) in columns.facts.all().iter().zip(by_fact) {
            if let (Some(value), true) = (facts.tags.get(key), count > 0) {
                add(&mut self.labels, value, count);
            }
        }
    }
}

fn add(counts: &mut BTreeMap<String, usize>, value: &str, more: usize) {
    if let Some(count) = counts.get_mut(value) {
        *count += more;
    } else {
        counts.insert(value.to_owned(), more);
    }
}

/// None of what is not at the stage that is asked for.
fn lets(query: &Query<'_>, standing: &Standing) -> Option<Lets> {
    let (accounts, states, kinds) = (query.accounts, query.states, query.kinds);
    let at_stage = (query.stage).is_none_or(|states| states.contains(&standing.state.kind));
    at_stage.then(|| Lets {
        account: accounts.is_empty() || accounts.contains(&standing.account),
        state: states.is_empty() || states.contains(&standing.state.kind),
        kind: kinds.is_empty() || kinds.contains(&standing.event_type.kind),
    })
}

/// The rows that have every word, and the tags that are asked for but the one that is grouped by.
fn found(columns: &Columns, search: &mut Search, query: &Query<'_>, shown: &RowSet) -> RowSet {
    let mut rows = shown.clone();
    for word in query.text.to_lowercase().split_whitespace() {
        rows.keep(&search.find(columns, word));
    }
    let resource = query.resource.trim().to_lowercase();
    if !resource.is_empty() {
        rows.keep(&columns.text.find_resource(&resource));
    }
    let mut tags = query.tags.iter();
    let others: Vec<_> = tags
        .by_ref()
        .filter(|(key, _)| query.group_by != Some(key.as_str()))
        .collect();
    if !others.is_empty() {
        let has: Vec<bool> = columns
            .facts
            .all()
            .iter()
            .map(|facts| {
                others.iter().all(|(key, values)| {
                    let value = facts.tags.get(*key);
                    value.is_some_and(|value| values.contains(value))
                })
            })
            .collect();
        let with: RowSet = rows
            .iter()
            .filter(|row| has.get(columns.fact_index(*row)).copied() == Some(true))
            .collect();
        rows = with;
    }
    rows
}
