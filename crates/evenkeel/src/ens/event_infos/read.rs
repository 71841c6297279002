//! `{"EventInfos": […]}` in one pass: each item is read, judged and let go.

use super::facts::{Facts, Field};
use super::judge::{Judge, Verdict};
use super::place::{self, EVENT_INFOS};
use super::repeats::Repeats;
use crate::event::Action;
use crate::fields::wrong_type;
use crate::issue::IssueKind;
use crate::json::{Cursor, Mode, Step, SyntaxError, locate, value};
use crate::odd_keys::OddKeys;
use crate::path::Path;
use crate::report::Collector;
use crate::rules::{KnownEvents, Rules};

/// About how many bytes an item takes.
const TYPICAL_ITEM: usize = 128;

/// What `read` gives for each item that nothing is wrong with.
pub(super) struct Item<'f, 'a> {
    pub(super) facts: &'f Facts<'a>,
    pub(super) verdict: Verdict,
}

/// Reads the parameters of a batch operation and hands its items to `keep`.
///
/// # Errors
/// The first place where the text is not JSON.
pub(super) fn read(
    action: Action,
    text: &str,
    rules: &Rules<'_>,
    mut keep: impl FnMut(Item<'_, '_>),
) -> Result<Collector, SyntaxError> {
    let judge = Judge {
        action,
        now: rules.now,
        known: KnownEvents::new(rules),
    };
    let mut cursor = Cursor::new(text, Mode::Strict);
    cursor
        .document(|cursor| root(cursor, &judge, &mut keep))
        .map_err(|detail| locate(text, cursor.at(), detail))
}

fn root(
    cursor: &mut Cursor<'_>,
    judge: &Judge<'_>,
    keep: &mut impl FnMut(Item<'_, '_>),
) -> Step<Collector> {
    let mut issues = Collector::default();
    let root = Path::root();
    if cursor.peek() != Some(b'{') {
        let found = value(cursor)?.type_name();
        wrong_type(&mut issues, &root, "object", found);
        return Ok(issues);
    }
    let mut odd = OddKeys::default();
    let mut of_items: Option<Collector> = None;
    cursor.object(|cursor, key| {
        if key == EVENT_INFOS {
            // Of a repeated key the last one counts, as for every reader. Space is made once: many
            // repeats would each ask for it.
            let capacity = if of_items.is_some() {
                odd.repeated(key);
                0
            } else {
                cursor.left() / TYPICAL_ITEM
            };
            of_items = Some(items(cursor, judge, capacity, keep)?);
        } else {
            odd.unknown(key);
            value(cursor)?;
        }
        Ok(())
    })?;
    let absent = || match of_items {
        Some(_) => Vec::new(),
        None => vec![EVENT_INFOS],
    };
    odd.report(&mut issues, &root, absent, |_| None);
    match of_items {
        Some(of_items) => issues.append(of_items),
        None => issues.error(&root.key(EVENT_INFOS), IssueKind::Missing { assumed: None }),
    }
    Ok(issues)
}

fn items(
    cursor: &mut Cursor<'_>,
    judge: &Judge<'_>,
    capacity: usize,
    keep: &mut impl FnMut(Item<'_, '_>),
) -> Step<Collector> {
    let mut issues = Collector::default();
    let path = Path::root().key(EVENT_INFOS);
    if cursor.peek() != Some(b'[') {
        let found = value(cursor)?.type_name();
        wrong_type(&mut issues, &path, "array", found);
        return Ok(issues);
    }
    let fields = Field::of(judge.action);
    let action = judge.action;
    let foreign = |key: &str| {
        let migrates = Field::ALL.iter().any(|field| field.name() == key);
        migrates.then_some(IssueKind::NotForAction { action })
    };
    let mut facts = Facts::default();
    let mut repeats = Repeats::with_capacity(capacity);
    let mut index = 0;
    cursor.array(|cursor| {
        let here = index;
        index += 1;
        if cursor.peek() != Some(b'{') {
            repeats.skip();
            let found = value(cursor)?.type_name();
            wrong_type(&mut issues, &place::item(here), "object", found);
            return Ok(());
        }
        let mark = issues.mark();
        facts.read(cursor, here, fields, foreign, &mut issues)?;
        if let Some(first) = repeats.first(&facts) {
            let spot = place::Spot {
                index: here,
                field: Field::EventId,
            };
            issues.error_at(mark, &spot, IssueKind::Duplicate { first });
        }
        if let Some(verdict) = judge.item(&facts, here, &mut issues) {
            let facts = &facts;
            keep(Item { facts, verdict });
        }
        Ok(())
    })?;
    if index == 0 {
        issues.error(&path, IssueKind::NoItems);
    }
    Ok(issues)
}
