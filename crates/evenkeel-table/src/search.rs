//! Which rows a word is in, remembered for as long as no text changes: whoever types sees most words twice.

use crate::blob::Blob;
use crate::columns::Columns;
use crate::dictionary::index;
use crate::row_set::{RowId, RowSet};
use memchr::memmem::Finder;

/// So many words are remembered.
const REMEMBERED: usize = 48;
/// Where less than this part of the rows is in question, each is looked at instead of all text.
const FEW: usize = 6;

#[derive(Debug, Default)]
pub(crate) struct Search {
    /// The latest last.
    known: Vec<(String, RowSet)>,
}

impl Search {
    /// A text has changed.
    pub(crate) fn forget(&mut self) {
        self.known.clear();
    }

    /// The rows in which a word is, folded as they are.
    pub(crate) fn find(&mut self, columns: &Columns, word: &str) -> RowSet {
        if let Some(at) = self.known.iter().position(|(known, _)| known == word) {
            let known = self.known.remove(at);
            let rows = known.1.clone();
            self.known.push(known);
            return rows;
        }
        let rows = self.look(columns, word);
        if self.known.len() >= REMEMBERED {
            self.known.remove(0);
        }
        self.known.push((word.to_owned(), rows.clone()));
        rows
    }

    fn look(&self, columns: &Columns, word: &str) -> RowSet {
        // A word can only be where each of its parts is.
        let parts = self
            .known
            .iter()
            .filter(|(known, _)| word.contains(known.as_str()));
        let mut among = columns.live.clone();
        for (_, rows) in parts {
            among.keep(rows);
        }
        let mut rows = shared(columns, word, &among);
        among.remove_all(&rows);
        if among.len() < columns.len() / FEW {
            let finder = Finder::new(word);
            let text = |row: &RowId| columns.text.searched(row.index()).as_bytes();
            for row in among.iter().filter(|row| finder.find(text(row)).is_some()) {
                rows.insert(row);
            }
        } else {
            let mut own = columns.text.find(word);
            own.keep(&among);
            rows.insert_all(&own);
        }
        rows
    }
}

/// The rows that have a word in what they share with others.
fn shared(columns: &Columns, word: &str, among: &RowSet) -> RowSet {
    let standings = marks(&columns.standings.text, word);
    let wordings = marks(&columns.wordings.text, word);
    let facts = marks(&columns.facts.text, word);
    let mut rows = RowSet::none_of(columns.len());
    if [&standings, &wordings, &facts]
        .iter()
        .all(|it| it.is_none())
    {
        return rows;
    }
    let is = |marks: &Option<Vec<bool>>, numbers: &[u32], row: RowId| {
        let mark = |marks: &Vec<bool>| marks.get(index(*numbers.get(row.index())?)).copied();
        marks.as_ref().and_then(mark).unwrap_or_default()
    };
    for row in among.iter() {
        if is(&standings, &columns.standing, row)
            || is(&wordings, &columns.wording, row)
            || is(&facts, &columns.fact, row)
        {
            rows.insert(row);
        }
    }
    rows
}

/// Which texts a word is in; none where it is in none.
fn marks(texts: &Blob, word: &str) -> Option<Vec<bool>> {
    let mut marks = None;
    texts.find(
        word,
        |_, _| true,
        |at| {
            let marks = marks.get_or_insert_with(|| vec![false; texts.len()]);
            if let Some(mark) = marks.get_mut(at) {
                *mark = true;
            }
        },
    );
    marks
}
