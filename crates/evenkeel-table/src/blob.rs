//! Many texts as one, so that all are searched in a single scan.

use memchr::memmem::Finder;

use crate::dictionary::index;

/// Texts in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Blob {
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
}

/// Where a text stands.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    end: usize,
}

impl Blob {
    pub(crate) fn reserve(&mut self, texts: usize, bytes: usize) {
        self.ends.reserve_exact(texts);
        self.text.reserve_exact(bytes);
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.close();
    }

    /// Adds to the text that is not closed yet.
    pub(crate) fn write(&mut self, part: &str) {
        self.text.push_str(part);
    }

    pub(crate) fn close(&mut self) {
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, at: usize) -> &str {
        let Place { start, end } = self.place(at);
        self.text.get(start..end).unwrap_or_default()
    }

    fn end(&self, at: usize) -> usize {
        self.ends.get(at).map_or(self.text.len(), |end| index(*end))
    }

    fn place(&self, at: usize) -> Place {
        let start = at.checked_sub(1).map_or(0, |before| self.end(before));
        Place {
            start,
            end: self.end(at),
        }
    }

    /// Tells of each text in which `needle` is, at most once, in order. `counts` says of a match, by the text's number
    /// and the place in it, whether it is one.
    pub(crate) fn find(
        &self,
        needle: &str,
        counts: impl Fn(usize, usize) -> bool,
        mut hit: impl FnMut(usize),
    ) {
        let finder = Finder::new(needle);
        let bytes = self.text.as_bytes();
        let (mut from, mut at) = (0, 0);
        while let Some(found) = bytes.get(from..).and_then(|rest| finder.find(rest)) {
            let place = from + found;
            at = self.text_at(at, place);
            let Place { start, end } = self.place(at);
            // What begins in one text and ends in the next is in neither.
            let whole = place + needle.len() <= end;
            if whole && counts(at, place - start) {
                hit(at);
                from = end;
            } else {
                from = place + 1;
            }
            if at >= self.ends.len() {
                break;
            }
        }
    }

    /// The text that a place is in, which is `at` or after it.
    fn text_at(&self, at: usize, place: usize) -> usize {
        // Matches are often close together.
        for near in at..at + 4 {
            if self.end(near) > place {
                return near;
            }
        }
        let rest = self.ends.get(at..).unwrap_or_default();
        at + rest.partition_point(|end| index(*end) <= place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str], needle: &str) -> Vec<usize> {
        let mut blob = Blob::default();
        for text in texts {
            blob.push(text);
        }
        let mut found = Vec::new();
        blob.find(needle, |_, _| true, |at| found.push(at));
        found
    }

    #[test]
    fn finds_each_text_once_and_none_across_two() {
        let texts = ["abab", "", "xb", "bx", "ab"];
        assert_eq!(found(&texts, "ab"), [0, 4]);
        assert_eq!(found(&texts, "b"), [0, 2, 3, 4]);
        assert_eq!(found(&texts, "bb"), Vec::<usize>::new());
        assert_eq!(found(&texts, "bxab"), Vec::<usize>::new());
        assert_eq!(found(&["机架", "架"], "架"), [0, 1]);
        assert_eq!(found(&[], "a"), Vec::<usize>::new());
        let many: Vec<String> = (0..100).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(found(&many, "99"), [99]);
    }
}
