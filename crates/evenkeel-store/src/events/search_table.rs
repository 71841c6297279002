//! The texts of all events in memory: a search looks through them in less time than a database needs to count what many
//! events have, however short the word is.

mod fill;
mod lines;

use std::collections::HashMap;

use evenkeel::{EventKind, StateKind};

pub use self::fill::SearchNews;
use self::lines::Lines;
use super::{
    Counts, EventQuery, NEVER, Sort, SortKey,
    counts::Sums,
    cursor::{Cursor, Position},
    record::FacetKey,
    search::FEW,
    sort_rank,
};
use crate::text::{fold, key};

/// So many lines that no event has any more do no harm.
const LITTLE: usize = 100_000;

/// What is searched of all events, as it stood at a position in the order of changes.
#[derive(Debug, Default)]
pub struct SearchTable {
    position: i64,
    /// By their numbers.
    entries: Vec<Entry>,
    sorts: Vec<EventSort>,
    sort_numbers: HashMap<EventSort, u32>,
    lines: Lines,
    /// The lines of each entry.
    of_entries: Vec<u32>,
    /// How many of these no entry has any more.
    unused: usize,
}

#[derive(Debug, Clone)]
struct Entry {
    n: i64,
    decide_by: i64,
    sort: u32,
    first_line: u32,
    lines: u32,
}

/// What events are counted and filtered by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct EventSort {
    account: String,
    facet_key: FacetKey,
    type_name: String,
}

/// An event as it was read.
#[derive(Debug)]
struct EventText<'t> {
    n: i64,
    decide_by: i64,
    sort: EventSort,
    texts: [&'t str; 2],
}

impl SearchTable {
    /// What events are found and in which numbers, if this can answer it: tags are not in it, nor which line is the
    /// resource's id.
    #[must_use]
    pub fn search(&self, query: &EventQuery, after: Option<&Cursor>, limit: u32) -> Option<Counts> {
        let words: Vec<String> = query.words.iter().map(|word| fold(word)).collect();
        let is_line = |word: &String| !word.is_empty() && !word.contains('\n');
        let is_more = query.resource.is_some() || !query.tags.is_empty();
        if words.is_empty() || is_more || !words.iter().all(is_line) {
            return None;
        }
        let hits: Vec<Vec<bool>> = words.iter().map(|word| self.lines.having(word)).collect();
        let has = |hits: &Vec<bool>, line: u32| {
            let at = usize::try_from(line).ok();
            at.and_then(|at| hits.get(at)).copied().unwrap_or_default()
        };
        let chosen: Vec<Choice> = self
            .sorts
            .iter()
            .map(|sort| Choice::of(query, sort))
            .collect();
        let mut sums = vec![0_u64; self.sorts.len()];
        let mut found = Vec::new();
        for entry in &self.entries {
            let sort = index(entry.sort);
            let choice = chosen.get(sort).copied().unwrap_or(Choice::Never);
            let lines = self.lines_of(entry);
            if choice == Choice::Never
                || !hits
                    .iter()
                    .all(|hits| lines.iter().any(|line| has(hits, *line)))
            {
                continue;
            }
            if let Some(sum) = sums.get_mut(sort) {
                *sum += 1;
            }
            if choice == Choice::Wanted {
                found.push((entry.decide_by, entry.n));
            }
        }
        let mut by_sort = Sums::new();
        for (sort, sum) in self.sorts.iter().zip(sums).filter(|(_, sum)| *sum > 0) {
            let sort = (sort.account.clone(), sort.facet_key.clone());
            *by_sort.entry(sort).or_default() += sum;
        }
        let (found, is_page) = first_of(found, query.sort, after, limit);
        Some(Counts::of_table(by_sort, found, is_page))
    }

    /// The position that it stands at.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.position
    }

    fn lines_of(&self, entry: &Entry) -> &[u32] {
        let first = index(entry.first_line);
        let lines = first..first.saturating_add(index(entry.lines));
        self.of_entries.get(lines).unwrap_or_default()
    }

    /// Takes in an event in place of what it was.
    fn put(&mut self, event: &EventText<'_>) {
        let sort = self.sort(&event.sort);
        let first_line = self.of_entries.len();
        for text in event.texts {
            for line in text.split('\n').filter(|line| !line.is_empty()) {
                let line = self.lines.number(line);
                self.of_entries.push(line);
            }
        }
        let lines = self.of_entries.len() - first_line;
        let entry = Entry {
            n: event.n,
            decide_by: event.decide_by,
            sort,
            first_line: number(first_line),
            lines: number(lines),
        };
        match self.place(event.n) {
            Ok(place) => {
                if let Some(known) = self.entries.get_mut(place) {
                    self.unused += index(known.lines);
                    *known = entry;
                }
            }
            Err(place) => self.entries.insert(place, entry),
        }
    }

    /// Keeps the events that this is true of, by their numbers and whether they are gone.
    fn keep(&mut self, is_kept: impl Fn(i64, bool) -> bool) {
        let gone: Vec<bool> = self.sorts.iter().map(|sort| sort.facet_key.gone).collect();
        let unused = &mut self.unused;
        self.entries.retain(|entry| {
            let is_gone = gone.get(index(entry.sort)).copied().unwrap_or_default();
            let is_kept = is_kept(entry.n, is_gone);
            if !is_kept {
                *unused += index(entry.lines);
            }
            is_kept
        });
    }

    /// Whether so much of it is of what events were that it is better read anew.
    fn is_stale(&self) -> bool {
        self.unused > (self.of_entries.len() / 2).max(LITTLE)
    }

    fn place(&self, n: i64) -> Result<usize, usize> {
        // New events have the highest numbers.
        match self.entries.last() {
            Some(last) if last.n < n => Err(self.entries.len()),
            _ => self.entries.binary_search_by_key(&n, |entry| entry.n),
        }
    }

    fn sort(&mut self, sort: &EventSort) -> u32 {
        if let Some(known) = self.sort_numbers.get(sort) {
            return *known;
        }
        let new = number(self.sorts.len());
        self.sorts.push(sort.clone());
        self.sort_numbers.insert(sort.clone(), new);
        new
    }
}

/// What a query's filters say of a sort of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Wanted,
    /// Counted alone: each filter is left out where its own values are counted.
    Counted,
    /// Not of a type that is searched for.
    Never,
}

impl Choice {
    fn of(query: &EventQuery, sort: &EventSort) -> Self {
        let facet_key = &sort.facet_key;
        let among = |list: &[String], value: &String| {
            list.is_empty() || list.iter().any(|text| key(text) == *value)
        };
        let state: StateKind = sort_rank::state(facet_key.state);
        let kind: EventKind = sort_rank::kind(facet_key.kind);
        if query.type_names.is_empty() {
            if !query.kinds.is_empty() && !query.kinds.contains(&kind) {
                return Self::Counted;
            }
        } else if !among(&query.type_names, &sort.type_name) && !query.kinds.contains(&kind) {
            return Self::Never;
        }
        let is_wanted = query.gone.takes(facet_key.gone)
            && among(&query.accounts, &sort.account)
            && (query.providers.is_empty() || query.providers.contains(&facet_key.provider))
            && (query.states.is_empty() || query.states.contains(&state))
            && among(&query.levels, &facet_key.level)
            && among(&query.labels, &facet_key.label);
        if is_wanted {
            Self::Wanted
        } else {
            Self::Counted
        }
    }
}

/// The numbers of what a page can have of what was found, and whether they are those of one page alone. None where
/// that is not known.
fn first_of(
    mut found: Vec<(i64, i64)>,
    sort: Sort,
    after: Option<&Cursor>,
    limit: u32,
) -> (Option<Vec<i64>>, bool) {
    let numbers = |found: Vec<(i64, i64)>| found.into_iter().map(|(_, n)| n).collect();
    if found.len() <= FEW {
        return (Some(numbers(found)), false);
    }
    if sort.key != SortKey::DecideBy {
        return (None, false);
    }
    // What has nothing to decide stands last in both directions.
    let place = |(decide_by, n): &(i64, i64)| match (sort.descending, *decide_by == NEVER) {
        (false, lacks) => (lacks, *decide_by, *n),
        (true, lacks) => (lacks, decide_by.saturating_neg(), -n),
    };
    let after = after.filter(|cursor| cursor.sort == sort).map(|cursor| {
        let Position { decide_by, n, .. } = cursor.position;
        place(&(decide_by, n))
    });
    found.retain(|event| after.is_none_or(|after| place(event) > after));
    let most = index(limit).saturating_add(1);
    if let Some(last) = found.len().checked_sub(1).filter(|last| *last >= most) {
        found.select_nth_unstable_by_key(most.min(last), place);
        found.truncate(most);
    }
    (Some(numbers(found)), true)
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// INVARIANT: no table is filled with more than the lines that a number can count.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
