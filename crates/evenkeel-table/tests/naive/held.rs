//! Rows that are held, beside a view of what has changed meanwhile.

use std::collections::BTreeSet;

use evenkeel_table::{Held, RowId, Table, Waiting};
use proptest::prelude::*;

use super::made::{Asked, Change, asked, change};
use super::{Naive, compare, put, query, sweep};

/// The least number of touched rows to put elsewhere: what is left is the longest part in order that has every row that
/// nothing has touched.
fn moved(before: &[usize], now: &[usize], touched: &BTreeSet<usize>) -> usize {
    let place = |slot: &usize| now.iter().position(|other| other == slot);
    let both: Vec<(usize, usize)> = before
        .iter()
        .filter_map(|slot| {
            let weight = if touched.contains(slot) { 1 } else { 1_000 };
            Some((place(slot)?, weight))
        })
        .collect();
    let mut best: Vec<usize> = Vec::new();
    for (index, (place, weight)) in both.iter().enumerate() {
        let earlier = both[..index].iter().zip(&best);
        let most = earlier
            .filter(|((other, _), _)| other < place)
            .map(|(_, best)| *best)
            .max();
        best.push(weight + most.unwrap_or_default());
    }
    let all: usize = both.iter().map(|(_, weight)| weight).sum();
    all - best.into_iter().max().unwrap_or_default()
}

fn slots(rows: &[RowId]) -> Vec<usize> {
    rows.iter().map(|row| row.index()).collect()
}

fn apply(
    table: &mut Table,
    naive: &mut Naive,
    known: &mut Vec<evenkeel_api::StoredEvent>,
    change: &Change,
) -> Vec<usize> {
    match change {
        Change::Put(stored) => {
            let slot = put(naive, known, stored);
            let (_, changed) = table.put(stored);
            changed.then_some(slot).into_iter().collect()
        }
        Change::Sweep(by) => sweep(table, naive, *by),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_waits_beside_rows_that_are_held_is_told_by_what_has_changed(
        first in prop::collection::vec(change(), 1..60),
        later in prop::collection::vec(prop::collection::vec(change(), 0..12), 1..4),
        asked in asked(),
        open in prop::bool::weighted(0.7),
    ) {
        let asked = if open { Asked { sort: asked.sort, ..Asked::default() } } else { asked };
        let (mut table, mut naive, mut known) = (Table::default(), Naive::new(), Vec::new());
        for change in &first {
            apply(&mut table, &mut naive, &mut known, change);
        }
        let query = query(&asked);
        let before = table.view(&query);
        let held = Held::of(&before, asked.sort);
        table.watch();
        prop_assert_eq!(table.waiting(&held, &before), Waiting::default());
        let stood = naive.clone();
        let mut touched = BTreeSet::new();
        for changes in &later {
            for change in changes {
                touched.extend(apply(&mut table, &mut naive, &mut known, change));
            }
            let now = table.view(&query);
            let (old, new) = (slots(held.rows()), slots(&now.rows));
            let wanted = Waiting {
                new: new.iter().filter(|slot| !old.contains(slot)).count(),
                moved: moved(&old, &new, &touched),
                left: old.iter().filter(|slot| !new.contains(slot)).count(),
            };
            prop_assert_eq!(table.waiting(&held, &now), wanted, "{:?}", asked);
            prop_assert!(wanted.moved > 0 || in_order(&old, &new));
            for slot in touched.iter().filter(|slot| **slot < stood.len()) {
                let id = RowId(u32::try_from(*slot).unwrap());
                let (was, is) = (stood[*slot].as_ref(), naive[*slot].as_ref());
                let others = was.is_some_and(|was| is.is_none_or(|is| {
                    compare(asked.sort, was, is).is_ne() && was.event.state != is.event.state
                }));
                prop_assert!(!others || table.restated().contains(id));
                prop_assert!(table.last_seen(id).is_some());
            }
        }
    }
}

/// Whether those that are in both stand in the same order.
fn in_order(old: &[usize], new: &[usize]) -> bool {
    let both = |of: &[usize], other: &[usize]| -> Vec<usize> {
        of.iter().filter(|it| other.contains(it)).copied().collect()
    };
    both(old, new) == both(new, old)
}

#[test]
fn rows_that_come_after_stand_after_and_move_nothing() {
    let (mut table, mut naive, mut known) = (Table::default(), Naive::new(), Vec::new());
    for number in 0..4 {
        apply(
            &mut table,
            &mut naive,
            &mut known,
            &Change::Put(Box::new(super::made::stored_as(
                &format!("e-{number}"),
                "i",
                "Disk:Stalled",
                "Inquiring",
            ))),
        );
    }
    let asked = Asked::default();
    let view = table.view(&query(&asked));
    let mut held = Held::of(&view, asked.sort);
    let all = view.rows.clone();
    held.append(&[all[2], all[0]]);
    assert_eq!(held.rows(), all, "they stand there");
    let (first, rest) = all.split_at(2);
    let part = evenkeel_table::View {
        rows: first.to_vec(),
        matches: first.iter().copied().collect(),
        ..evenkeel_table::View::default()
    };
    let mut held = Held::of(&part, asked.sort);
    assert_eq!(table.waiting(&held, &view).new, rest.len());
    held.append(&all);
    assert_eq!((held.rows(), held.set().len()), (&*all, all.len()));
    assert_eq!(table.waiting(&held, &view), Waiting::default());
}
