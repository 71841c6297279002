//! Whatever is done to a chain is found, and where.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use evenkeel::Timestamp;
use evenkeel_api::{Caller, ProxyPart};
use evenkeel_audit::{Checkpoint, Entry, Head, SigningKey, VerifyError, kind, verify};
use proptest::prelude::*;

const NOW: i64 = 1_800_000_000_000;

/// A chain of so many records, with its head after each.
#[derive(Clone, Debug)]
struct Chain {
    lines: Vec<String>,
    heads: Vec<Head>,
}

impl Chain {
    fn new(notes: &[String]) -> Self {
        let mut head = Head::default();
        let begun = Entry::new(kind::BEGUN, &Caller::proxy(ProxyPart::Server), NOW);
        let mut entries = vec![begun.with("store", "s-1")];
        for (n, note) in (1..).zip(notes) {
            let entry = Entry::new("batch.paused", &Caller::local(), NOW + n);
            entries.push(entry.with("note", note));
        }
        let mut chain = Self {
            lines: Vec::new(),
            heads: Vec::new(),
        };
        for entry in entries {
            chain.lines.push(head.seal(&entry).unwrap().line());
            chain.heads.push(head.clone());
        }
        chain
    }

    fn signed(&self, seq: usize) -> Vec<Checkpoint> {
        let (key, _) = SigningKey::generate().unwrap();
        let at = Timestamp::from_millis(NOW);
        vec![key.sign("s-1", &self.heads[seq - 1], at)]
    }
}

/// The first bad record.
fn bad(lines: &[String], signed: &[Checkpoint]) -> Option<u64> {
    bad_bytes(lines.concat().as_bytes(), signed)
}

fn bad_bytes(bytes: &[u8], signed: &[Checkpoint]) -> Option<u64> {
    match verify(bytes, signed) {
        Ok(_) => None,
        Err(VerifyError::Bad { seq, .. }) => Some(seq),
        Err(VerifyError::Cut { end, .. }) => Some(end + 1),
        Err(VerifyError::Read(error)) => panic!("{error}"),
    }
}

/// A chain, and two of its records.
fn chains() -> impl Strategy<Value = (Chain, usize, usize)> {
    let notes = prop::collection::vec("\\PC{0,12}|[\\x00-\\x1f\"\\\\]{0,4}", 1..8);
    notes.prop_flat_map(|notes| {
        let records = 1..=notes.len() + 1;
        (Just(notes), records.clone(), records)
            .prop_map(|(notes, one, other)| (Chain::new(&notes), one, other))
    })
}

proptest! {
    #[test]
    fn a_chain_that_nobody_touched_is_verified_to_its_last_record((chain, at, _) in chains()) {
        let done = verify(chain.lines.concat().as_bytes(), &chain.signed(at)).unwrap();
        prop_assert_eq!(&done.head, chain.heads.last().unwrap());
        prop_assert_eq!(done.store.as_deref(), Some("s-1"));
        prop_assert_eq!(done.signed, Some((at as u64, Timestamp::from_millis(NOW))));
    }

    #[test]
    fn a_byte_that_is_another_one_is_in_the_record_that_is_named(
        (chain, at, _) in chains(), place in any::<prop::sample::Index>(), flip in 1..=255u8
    ) {
        let before: usize = chain.lines[..at - 1].iter().map(String::len).sum();
        let place = before + place.index(chain.lines[at - 1].len());
        let mut bytes = chain.lines.concat().into_bytes();
        bytes[place] ^= flip;
        prop_assert_eq!(bad_bytes(&bytes, &[]), Some(at as u64));
    }

    #[test]
    fn a_record_that_is_dropped_is_named((chain, at, _) in chains()) {
        let mut lines = chain.lines.clone();
        lines.remove(at - 1);
        // The last one nothing follows: only a checkpoint knows of it.
        let signed = chain.signed(chain.lines.len());
        prop_assert_eq!(bad(&lines, &signed), Some(at as u64));
        let without = (at < chain.lines.len()).then_some(at as u64);
        prop_assert_eq!(bad(&lines, &[]), without);
    }

    #[test]
    fn of_records_that_are_swapped_the_first_is_named((chain, one, other) in chains()) {
        prop_assume!(one != other);
        let mut lines = chain.lines.clone();
        lines.swap(one - 1, other - 1);
        prop_assert_eq!(bad(&lines, &[]), Some(one.min(other) as u64));
    }

    #[test]
    fn a_record_that_is_put_in_is_named((chain, at, which) in chains()) {
        let mut lines = chain.lines.clone();
        lines.insert(at - 1, chain.lines[which - 1].clone());
        // Of two that are the same it is the second.
        let named = if at == which { at + 1 } else { at };
        prop_assert_eq!(bad(&lines, &[]), Some(named as u64));
    }

    #[test]
    fn a_forged_record_is_found_by_the_one_after_it((chain, at, _) in chains()) {
        prop_assume!(at > 1);
        let mut before = chain.heads[at - 2].clone();
        let forged = Entry::new("batch.resumed", &Caller::local(), NOW);
        let mut lines = chain.lines.clone();
        // Everything about it is right, but that it was never made.
        lines[at - 1] = before.seal(&forged).unwrap().line();
        let next = (at < lines.len()).then_some(at as u64 + 1);
        prop_assert_eq!(bad(&lines, &[]), next);
        // A checkpoint knows it by itself.
        prop_assert_eq!(bad(&lines, &chain.signed(at)), Some(at as u64));
    }

    #[test]
    fn what_is_cut_off_is_missed_back_to_the_newest_checkpoint((chain, at, end) in chains()) {
        let lines = &chain.lines[..end];
        let cut = (end < at).then_some(end as u64 + 1);
        prop_assert_eq!(bad(lines, &chain.signed(at)), cut);
    }

    #[test]
    fn what_is_cut_off_within_a_record_names_it((chain, at, _) in chains(), by in 1..20usize) {
        let text = chain.lines[..at].concat();
        prop_assert_eq!(bad_bytes(&text.as_bytes()[..text.len() - by], &[]), Some(at as u64));
    }
}

#[test]
fn a_checkpoint_of_another_store_is_not_of_this_chain() {
    let chain = Chain::new(&["x".to_owned()]);
    let (key, _) = SigningKey::generate().unwrap();
    let signed = key.sign("s-2", &chain.heads[1], Timestamp::from_millis(NOW));
    assert_eq!(bad(&chain.lines, &[signed]), Some(2));
}

#[test]
fn a_restored_store_says_where_its_chain_forks() {
    let mut chain = Chain::new(&[]);
    let mut head = chain.heads[0].clone();
    let by = Caller::proxy(ProxyPart::Restore);
    let restored = Entry::new(kind::RESTORED, &by, NOW + 5);
    chain.lines.push(head.seal(&restored).unwrap().line());
    let done = verify(chain.lines.concat().as_bytes(), &[]).unwrap();
    let forks: Vec<_> = done
        .forks
        .iter()
        .map(|it| (it.seq, it.at.as_millis()))
        .collect();
    assert_eq!(forks, [(2, NOW + 5)]);
}
