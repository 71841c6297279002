//! One row, whichever way it is written: what each column means, and what it may hold.

use evenkeel::LocalDisks;
use evenkeel_store::InventoryEntry;

use super::contents::{Collector, Place};
use crate::foreign::one_line;

/// The column without which there is no row.
pub(super) const RESOURCE_ID: &str = "resource_id";
const ACCOUNT: &str = "account";
const NAME: &str = "name";
const ZONE: &str = "zone";
const LOCAL_DISKS: &str = "local_disks";
const KNOWN: [&str; 5] = [RESOURCE_ID, ACCOUNT, NAME, ZONE, LOCAL_DISKS];

/// How alike a column and one with a meaning must be for the one to be taken for the other misspelt.
const NEAR: f64 = 0.92;

/// The longest id and the longest key of a label, in characters: as in the clouds.
const MOST_OF_KEY: usize = 128;
/// The longest name and the longest value of a label, in characters.
const MOST_OF_VALUE: usize = 256;
/// How much of a wrong value is quoted, in characters.
const QUOTED: usize = 60;

/// What a column means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    ResourceId,
    Account,
    Name,
    Zone,
    LocalDisks,
    /// Any other: a label of this key.
    Label(String),
}

impl Column {
    /// What a column of this name means; its case does not matter, nor whether words are parted by a space.
    ///
    /// # Errors
    /// Why it cannot be a label either.
    pub(super) fn of(name: &str) -> Result<Self, String> {
        let name = name.trim();
        Ok(match plain(name).as_str() {
            RESOURCE_ID => Self::ResourceId,
            ACCOUNT => Self::Account,
            NAME => Self::Name,
            ZONE => Self::Zone,
            LOCAL_DISKS => Self::LocalDisks,
            _ => {
                let key = one_line(name, QUOTED);
                if name.chars().any(char::is_control) {
                    return Err(format!(
                        "`{key}` has a character that is no part of a name: rename it"
                    ));
                }
                if name.chars().count() > MOST_OF_KEY {
                    return Err(format!(
                        "`{key}` is longer than {MOST_OF_KEY} characters: shorten it"
                    ));
                }
                Self::Label(name.to_owned())
            }
        })
    }

    /// The name that messages have.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::ResourceId => RESOURCE_ID,
            Self::Account => ACCOUNT,
            Self::Name => NAME,
            Self::Zone => ZONE,
            Self::LocalDisks => LOCAL_DISKS,
            Self::Label(key) => key,
        }
    }

    /// Of a label, the column with a meaning that was most likely meant.
    pub(super) fn near(&self) -> Option<&'static str> {
        let Self::Label(key) = self else { return None };
        let key = plain(key);
        KNOWN
            .into_iter()
            .find(|known| strsim::jaro_winkler(&key, known) >= NEAR)
    }
}

/// A name of a column without what spreadsheets add to it.
fn plain(name: &str) -> String {
    name.to_lowercase().replace([' ', '-'], "_")
}

/// One value of a row.
pub(super) struct Cell<'a> {
    pub(super) column: &'a Column,
    pub(super) place: Place,
    pub(super) text: &'a str,
}

/// Takes a row, or tells everything that is wrong with it.
pub(super) fn take<'a>(
    cells: impl Iterator<Item = Cell<'a>>,
    place: Place,
    collector: &mut Collector<'_>,
) {
    let mut row = InventoryEntry::default();
    let mut is_good = true;
    for cell in cells {
        if let Err(message) = enter(&mut row, &cell, collector.accounts) {
            collector.report(
                cell.place,
                format!("`{}` {message}", one_line(cell.column.name(), QUOTED)),
            );
            is_good = false;
        }
    }
    if row.resource_id.is_empty() && is_good {
        collector.report(
            place,
            format!("the row has no `{RESOURCE_ID}`: write the cloud's id of the machine"),
        );
    } else if is_good {
        collector.take(row, place);
    }
}

/// Enters a cell; an empty one says nothing.
fn enter(row: &mut InventoryEntry, cell: &Cell<'_>, accounts: &[String]) -> Result<(), String> {
    let text = value(cell)?;
    if text.is_empty() {
        return Ok(());
    }
    match cell.column {
        Column::ResourceId => row.resource_id = text,
        Column::Account => {
            if !accounts.contains(&text) {
                return Err(format!(
                    "`{}` is no configured account: there are `{}`",
                    one_line(&text, QUOTED),
                    accounts.join("`, `")
                ));
            }
            row.account = Some(text);
        }
        Column::Name => row.name = Some(text),
        Column::Zone => row.zone = Some(text),
        Column::LocalDisks => row.local_disks = local_disks(&text)?,
        Column::Label(key) => {
            row.labels.insert(key.clone(), text);
        }
    }
    Ok(())
}

/// The text on one line, without white space around it.
fn value(cell: &Cell<'_>) -> Result<String, String> {
    let is_id = *cell.column == Column::ResourceId;
    let mut text = String::with_capacity(cell.text.len());
    for c in cell.text.trim().chars() {
        match c {
            // A quoted cell may have several lines; a name has one.
            '\n' | '\r' | '\t' if !is_id => {
                if !text.ends_with(' ') {
                    text.push(' ');
                }
            }
            c if c.is_control() || (is_id && c.is_whitespace()) => {
                return Err(format!(
                    "has the character `{}`: remove it",
                    c.escape_unicode()
                ));
            }
            c => text.push(c),
        }
    }
    let most = if is_id { MOST_OF_KEY } else { MOST_OF_VALUE };
    if text.chars().count() > most {
        return Err(format!("is longer than {most} characters: shorten it"));
    }
    Ok(text)
}

/// What the operator says of a machine's disks.
fn local_disks(text: &str) -> Result<Option<LocalDisks>, String> {
    match text.to_lowercase().as_str() {
        "yes" | "true" => Ok(Some(LocalDisks::Yes)),
        "no" | "false" => Ok(Some(LocalDisks::No)),
        "unknown" => Ok(None),
        _ => Err(format!(
            "must be `yes`, `no` or empty, not `{}`",
            one_line(text, QUOTED)
        )),
    }
}
