//! `{"EventInfos": […]}` in one pass: each item is read, judged and let go.

use super::item_path::EVENT_INFOS;
use super::items::{Items, ReadItem, foreign};
use crate::clouds::alibaba_ens::actions::BatchKind;
use crate::clouds::judge;
use crate::fields::wrong_type;
use crate::issue::IssueKind;
use crate::json::{Cursor, Mode, Step, SyntaxError, locate, value};
use crate::path::Path;
use crate::report::Collector;
use crate::rules::{Judge, Rules};
use crate::unexpected_keys::UnexpectedKeys;

/// About how many bytes an item takes.
const TYPICAL_ITEM: usize = 128;

/// Reads the parameters of a batch operation and hands its items to `keep`.
///
/// # Errors
/// The first place where the text is not JSON.
pub(super) fn read(
    kind: BatchKind,
    text: &str,
    rules: &Rules<'_>,
    keep: &mut dyn FnMut(ReadItem<'_>),
) -> Result<Collector, SyntaxError> {
    let judge = judge(kind, rules);
    let mut cursor = Cursor::new(text, Mode::Strict);
    cursor
        .document(|cursor| root(cursor, &judge, keep))
        .map_err(|detail| locate(text, cursor.at(), detail))
}

fn root(
    cursor: &mut Cursor<'_>,
    judge: &Judge<'_, BatchKind>,
    keep: &mut dyn FnMut(ReadItem<'_>),
) -> Step<Collector> {
    let mut issues = Collector::default();
    let root = Path::root();
    if cursor.peek() != Some(b'{') {
        let found = value(cursor)?.type_name();
        wrong_type(&mut issues, &root, "object", found);
        return Ok(issues);
    }
    let mut unexpected = UnexpectedKeys::default();
    let mut of_items: Option<Collector> = None;
    cursor.object(|cursor, key| {
        if key == EVENT_INFOS {
            // Of a repeated key the last one counts, as for every reader. Space is made once: many
            // repeats would each ask for it.
            let capacity = if of_items.is_some() {
                unexpected.repeated(key);
                0
            } else {
                cursor.left() / TYPICAL_ITEM
            };
            of_items = Some(items(cursor, judge, capacity, keep)?);
        } else {
            unexpected.unknown(key);
            value(cursor)?;
        }
        Ok(())
    })?;
    let absent = || match of_items {
        Some(_) => Vec::new(),
        None => vec![EVENT_INFOS],
    };
    unexpected.report(&mut issues, &root, absent, |_| None);
    match of_items {
        Some(of_items) => issues.append(of_items),
        None => issues.error(&root.key(EVENT_INFOS), IssueKind::Missing { assumed: None }),
    }
    Ok(issues)
}

fn items(
    cursor: &mut Cursor<'_>,
    judge: &Judge<'_, BatchKind>,
    capacity: usize,
    keep: &mut dyn FnMut(ReadItem<'_>),
) -> Step<Collector> {
    if cursor.peek() != Some(b'[') {
        let mut issues = Collector::default();
        let path = Path::root().key(EVENT_INFOS);
        let found = value(cursor)?.type_name();
        wrong_type(&mut issues, &path, "array", found);
        return Ok(issues);
    }
    let mut items = Items::new(judge, capacity);
    cursor.array(|cursor| {
        if cursor.peek() != Some(b'{') {
            items.other(value(cursor)?.type_name());
            return Ok(());
        }
        items.object(
            |raw_item, index, fields, issues| {
                raw_item.read(cursor, index, fields, foreign(judge.act), issues)
            },
            keep,
        )
    })?;
    Ok(items.end())
}
