//! Lines of texts, each once and under a number, in one text.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;
use memchr::memmem::Finder;

use super::{index, number};

/// The lines, each with an end of line after it.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: Vec<u8>,
    /// Where each line ends, its own end of line included.
    ends: Vec<u32>,
    numbers: HashTable<u32>,
    state: RandomState,
}

impl Lines {
    /// How many bytes they have.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The number of a line, which has no end of line in it.
    pub(super) fn number(&mut self, line: &str) -> u32 {
        let Self {
            text,
            ends,
            numbers,
            state,
        } = self;
        let line = line.as_bytes();
        let hash = state.hash_one(line);
        let known = numbers.find(hash, |known| line_at(text, ends, *known) == line);
        if let Some(known) = known {
            return *known;
        }
        let new = number(ends.len());
        text.extend_from_slice(line);
        text.push(b'\n');
        ends.push(number(text.len()));
        numbers.insert_unique(hash, new, |known| {
            state.hash_one(line_at(text, ends, *known))
        });
        new
    }

    /// Which of them have a word, which has no end of line in it.
    pub(super) fn having(&self, word: &str) -> Vec<bool> {
        let mut having = vec![false; self.ends.len()];
        let finder = Finder::new(word);
        let mut lines = self.ends.iter().zip(&mut having);
        let mut from = 0;
        while let Some(rest) = self.text.get(from..)
            && let Some(at) = finder.find(rest)
        {
            let found = lines.find(|(end, _)| index(**end) > from + at);
            let Some((end, has)) = found else { break };
            *has = true;
            from = index(*end);
        }
        having
    }
}

fn line_at<'t>(text: &'t [u8], ends: &[u32], at: u32) -> &'t [u8] {
    let at = index(at);
    let begin = at.checked_sub(1).and_then(|before| ends.get(before));
    let begin = begin.map_or(0, |end| index(*end));
    let end = ends.get(at).map_or(0, |end| index(*end));
    text.get(begin..end.saturating_sub(1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_one_number_and_is_found_by_whatever_is_in_it() {
        let mut lines = Lines::default();
        let told = ["reboot", "e-1", "维护事件", "reboot", "boot", "e-1"];
        let numbers: Vec<u32> = told.iter().map(|line| lines.number(line)).collect();
        assert_eq!(numbers, [0, 1, 2, 0, 3, 1]);
        for (word, found) in [
            ("boot", [true, false, false, true]),
            ("reboot", [true, false, false, false]),
            ("-", [false, true, false, false]),
            ("护事", [false, false, true, false]),
            // Nothing reaches over the end of a line.
            ("te", [false; 4]),
            ("tboot", [false; 4]),
        ] {
            assert_eq!(lines.having(word), found, "{word}");
        }
        assert_eq!(Lines::default().having("x"), Vec::<bool>::new());
    }
}
