//! The ids and the name of each row, as they are and as they are searched: one folded text, and beside it the few that
//! are not lower case already.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::blob::Blob;
use crate::dictionary::index;
use crate::row_set::{RowId, RowSet};

/// What tells a row from the others, and what its resource is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text<'a> {
    pub(crate) id: &'a str,
    pub(crate) resource_id: &'a str,
    pub(crate) name: Option<&'a str>,
}

#[derive(Debug)]
struct Original {
    id: String,
    resource_id: String,
    name: Option<String>,
}

/// Where the parts of an entry end.
#[derive(Clone, Copy, Debug)]
struct Ends {
    id: u32,
    resource_id: u32,
    named: bool,
}

/// A text a row. One that has changed is written anew at the end, and the old one lies there until there are many.
#[derive(Debug, Default)]
pub(crate) struct TextColumn {
    folded: Blob,
    ends: Vec<Ends>,
    /// Whose each entry is.
    owner: Vec<u32>,
    /// Which entry each row has.
    entry: Vec<u32>,
    originals: HashMap<u32, Original>,
}

impl TextColumn {
    pub(crate) fn reserve(&mut self, rows: usize, bytes: usize) {
        self.folded.reserve(rows, bytes);
        self.ends.reserve_exact(rows);
        self.owner.reserve_exact(rows);
        self.entry.reserve_exact(rows);
    }

    pub(crate) fn get(&self, row: usize) -> Text<'_> {
        let entry = self.entry_of(row);
        if let Some(original) = self.originals.get(&entry) {
            return Text {
                id: &original.id,
                resource_id: &original.resource_id,
                name: original.name.as_deref(),
            };
        }
        self.folded_entry(entry)
    }

    /// In lower case.
    pub(crate) fn folded(&self, row: usize) -> Text<'_> {
        self.folded_entry(self.entry_of(row))
    }

    /// All of it, in lower case.
    pub(crate) fn searched(&self, row: usize) -> &str {
        self.folded.get(index(self.entry_of(row)))
    }

    fn entry_of(&self, row: usize) -> u32 {
        self.entry.get(row).copied().unwrap_or(u32::MAX)
    }

    fn folded_entry(&self, entry: u32) -> Text<'_> {
        let text = self.folded.get(index(entry));
        let Some(ends) = self.ends.get(index(entry)) else {
            return Text {
                id: "",
                resource_id: "",
                name: None,
            };
        };
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        let (id, resource_id) = (index(ends.id), index(ends.resource_id));
        Text {
            id: part(0, id),
            resource_id: part(id + 1, resource_id),
            name: ends.named.then(|| part(resource_id + 1, text.len())),
        }
    }

    /// Gives a row, known or the next, its text; tells whether that is another one.
    pub(crate) fn set(&mut self, row: RowId, text: Text<'_>) -> bool {
        let known = row.index() < self.entry.len();
        if known && self.get(row.index()) == text {
            return false;
        }
        let entry = u32::try_from(self.owner.len()).unwrap_or(u32::MAX);
        if let Some(slot) = self.entry.get_mut(row.index()) {
            *slot = entry;
        } else {
            self.entry.push(entry);
        }
        self.write(row.0, entry, text);
        if self.owner.len() > self.entry.len() / 4 * 5 + 1_000 {
            self.tidy();
        }
        true
    }

    fn write(&mut self, row: u32, entry: u32, text: Text<'_>) {
        let (id, resource_id) = (fold(text.id), fold(text.resource_id));
        let name = text.name.map(fold);
        let borrowed = |text: &Cow<'_, str>| matches!(text, Cow::Borrowed(_));
        if !(borrowed(&id) && borrowed(&resource_id) && name.as_ref().is_none_or(borrowed)) {
            let original = Original {
                id: text.id.to_owned(),
                resource_id: text.resource_id.to_owned(),
                name: text.name.map(str::to_owned),
            };
            self.originals.insert(entry, original);
        }
        let end = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        self.folded.write(&id);
        self.folded.write("\n");
        self.folded.write(&resource_id);
        if let Some(name) = &name {
            self.folded.write("\n");
            self.folded.write(name);
        }
        self.folded.close();
        self.ends.push(Ends {
            id: end(id.len()),
            resource_id: end(id.len() + 1 + resource_id.len()),
            named: name.is_some(),
        });
        self.owner.push(row);
    }

    /// Leaves behind the entries that no row has any more.
    fn tidy(&mut self) {
        let mut tidy = Self::default();
        tidy.reserve(self.entry.len(), 0);
        for row in 0..self.entry.len() {
            tidy.set(RowId::of(row), self.get(row));
        }
        *self = tidy;
    }

    /// The rows with `needle` in any of it.
    pub(crate) fn find(&self, needle: &str) -> RowSet {
        self.find_where(needle, |_, _| true)
    }

    /// The rows with `needle` in the id of the resource.
    pub(crate) fn find_resource(&self, needle: &str) -> RowSet {
        self.find_where(needle, |entry, place| {
            self.ends.get(entry).is_some_and(|ends| {
                place > index(ends.id) && place + needle.len() <= index(ends.resource_id)
            })
        })
    }

    fn find_where(&self, needle: &str, counts: impl Fn(usize, usize) -> bool) -> RowSet {
        let mut rows = RowSet::none_of(self.entry.len());
        self.folded.find(needle, counts, |entry| {
            let row = self.owner.get(entry).copied().unwrap_or(u32::MAX);
            if index(self.entry_of(index(row))) == entry {
                rows.insert(RowId(row));
            }
        });
        rows
    }
}

/// In lower case; borrowed where it is so already.
fn fold(text: &str) -> Cow<'_, str> {
    let is_folded = text
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_folded {
        return Cow::Borrowed(text);
    }
    let folded = text.to_lowercase();
    if folded == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(folded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'a>(id: &'a str, resource_id: &'a str, name: Option<&'a str>) -> Text<'a> {
        Text {
            id,
            resource_id,
            name,
        }
    }

    #[test]
    fn a_text_comes_back_as_it_was_whatever_its_case() {
        let mut column = TextColumn::default();
        let texts = [
            text("e-1", "i-1", None),
            text("E-2", "i\n2", Some("Web Ünit")),
            text("", "", Some("")),
            text("机", "İ", None),
        ];
        for (row, text) in texts.into_iter().enumerate() {
            assert!(column.set(RowId::of(row), text));
            assert!(!column.set(RowId::of(row), text));
        }
        for (row, text) in texts.into_iter().enumerate() {
            assert_eq!(column.get(row), text);
        }
        assert_eq!(column.folded(1).name, Some("web ünit"));
        let found = |needle| column.find(needle).iter().collect::<Vec<_>>();
        assert_eq!(found("ünit"), [RowId(1)]);
        assert_eq!(found("e-"), [RowId(0), RowId(1)]);
    }

    #[test]
    fn a_resource_is_found_by_its_own_id_alone() {
        let mut column = TextColumn::default();
        column.set(RowId(0), text("i-1", "x-2", Some("i-1")));
        column.set(RowId(1), text("i-1", "xi-1", None));
        let found: Vec<_> = column.find_resource("i-1").iter().collect();
        assert_eq!(found, [RowId(1)]);
    }

    #[test]
    fn what_a_row_was_called_is_not_found_any_more() {
        let mut column = TextColumn::default();
        for turn in 0..5_000 {
            column.set(RowId(turn % 3), text("e", "i", Some(&format!("n-{turn}"))));
        }
        assert!(column.owner.len() < 2_000, "{}", column.owner.len());
        assert_eq!(column.get(4_999 % 3).name, Some("n-4999"));
        assert!(column.find("n-4996").is_empty() && column.find("n-42").is_empty());
        assert_eq!(column.find("n-4999").len(), 1);
    }
}
