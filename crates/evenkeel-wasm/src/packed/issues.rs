//! Packs issues: a call hands out one array of numbers, and JavaScript makes objects of it only when they are
//! looked at. The README of this folder has the layout.

use evenkeel::{DataSink, Issue, Nearest, Path, Severity, Step, Timestamp};

const REFUSED_AT: usize = 0;
/// What stands there if it is.
const REFUSED: u32 = 1;
const COUNT_AT: usize = 1;
const ISSUES_AT: usize = 2;

/// A value's tag takes the bits below.
const LENGTH_AT: u32 = 3;
const NONE: u32 = 0;
const WORD: u32 = 1;
const TEXT: u32 = 2;
const NUMBER: u32 = 3;
const SMALL: u32 = 4;
const LIST: u32 = 5;
const INSTANT: u32 = 6;

const ODD: u32 = 1;
const ERROR: u32 = 2;
const PATTERN: u32 = 4;
const MEMBERS_AT: u32 = 3;
/// Of a head without [`ODD`].
const NUMBER_AT: u32 = 1;

/// For the side that reads it.
#[cfg(all(test, feature = "full", not(target_family = "wasm")))]
pub(super) const LAYOUT: &[(&str, usize)] = super::by_name![
    REFUSED_AT, COUNT_AT, ISSUES_AT, REFUSED, LENGTH_AT, WORD, TEXT, NUMBER, SMALL, LIST, INSTANT,
    ODD, ERROR, PATTERN, MEMBERS_AT, NUMBER_AT,
];

/// About how many words an issue takes.
const TYPICAL_ISSUE: usize = 3;
/// How many patterns are remembered: a power of two.
const PATTERNS: usize = 64;

/// Whether the input is refused, how many issues there are, and the issues.
pub(crate) fn pack(issues: &[Issue]) -> Vec<u32> {
    let mut packed = Packed(Vec::with_capacity(ISSUES_AT + issues.len() * TYPICAL_ISSUE));
    let refuses = |issue: &Issue| issue.severity == Severity::Error;
    let mut header = [0; ISSUES_AT];
    if issues.iter().any(refuses) {
        header[REFUSED_AT] = REFUSED;
    }
    header[COUNT_AT] = count(issues.len());
    packed.0.extend(header);
    let mut patterns = Patterns {
        known: [None; PATTERNS],
        count: 0,
    };
    for issue in issues {
        match patterns.like(issue) {
            Some((pattern, index)) => packed.0.extend([pattern << NUMBER_AT, index]),
            None => packed.issue(issue),
        }
    }
    packed.0
}

/// Issues that others may be like.
struct Patterns<'i> {
    known: [Option<(u32, &'i Issue)>; PATTERNS],
    count: u32,
}

impl<'i> Patterns<'i> {
    /// The pattern that an issue follows, and the index it is about; else it is one, if it is of a
    /// list.
    fn like(&mut self, issue: &'i Issue) -> Option<(u32, u32)> {
        let (list, index, key) = issue.path.in_list()?;
        // Those of one code and field share a place: mostly they are alike.
        let field = key.map_or(0, |key| key.as_ptr().addr());
        let place = (issue.code().as_ptr().addr() ^ (field << 1)) % PATTERNS;
        let slot = self.known.get_mut(place)?;
        if let Some((number, pattern)) = slot
            && let Some((other_list, _, other_key)) = pattern.path.in_list()
            && (other_list, other_key) == (list, key)
            && (pattern.severity, &pattern.kind, &pattern.nearest)
                == (issue.severity, &issue.kind, &issue.nearest)
        {
            return Some((*number, count(index)));
        }
        *slot = Some((self.count, issue));
        self.count += 1;
        None
    }
}

struct Packed(Vec<u32>);

#[expect(
    clippy::cast_possible_truncation,
    reason = "a 32-bit machine has no more of anything"
)]
fn count(number: usize) -> u32 {
    number as u32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "its lowest 32 bits"
)]
fn half(number: i64) -> u32 {
    number as u32
}

impl Packed {
    fn issue(&mut self, issue: &Issue) {
        let at = self.0.len();
        self.0.push(0);
        self.place_word(issue.code());
        self.path(&issue.path);
        match &issue.nearest {
            None => self.0.push(NONE),
            Some(Nearest::Text(text)) => self.place_text(text),
            Some(Nearest::Number(number)) => self.wide(NUMBER, *number),
        }
        let mut data = Data {
            packed: self,
            members: 0,
        };
        issue.kind.data(&mut data);
        let members = data.members;
        if let Some(head) = self.0.get_mut(at) {
            let set = |condition: bool, bit: u32| if condition { bit } else { 0 };
            *head = ODD
                | set(issue.severity == Severity::Error, ERROR)
                | set(issue.path.in_list().is_some(), PATTERN)
                | members << MEMBERS_AT;
        }
    }

    fn path(&mut self, path: &Path) {
        let at = self.0.len();
        self.0.push(0);
        let mut steps = 0;
        path.steps().for_each(|step| {
            steps += 1;
            match step {
                Step::Key(key) => self.place_text(key),
                Step::Known(key) => self.place_word(key),
                Step::Index(index) => self.0.push(SMALL | count(index) << LENGTH_AT),
            }
        });
        if let Some(head) = self.0.get_mut(at) {
            *head = LIST | steps << LENGTH_AT;
        }
    }

    fn place_word(&mut self, word: &'static str) {
        self.0.push(WORD | count(word.len()) << LENGTH_AT);
        self.0.push(count(word.as_ptr().addr()));
    }

    fn place_text(&mut self, text: &str) {
        self.0.push(TEXT | count(text.len()) << LENGTH_AT);
        for four in text.as_bytes().chunks(4) {
            let mut word = [0; 4];
            for (to, from) in word.iter_mut().zip(four) {
                *to = *from;
            }
            self.0.push(u32::from_le_bytes(word));
        }
    }

    fn wide(&mut self, tag: u32, number: i64) {
        let (low, high) = (number & 0xFFFF_FFFF, number >> 32);
        self.0.extend([tag, half(low), half(high)]);
    }
}

/// The data of one issue.
struct Data<'p> {
    packed: &'p mut Packed,
    members: u32,
}

impl Data<'_> {
    fn member(&mut self, name: &'static str) -> &mut Packed {
        self.members += 1;
        self.packed.place_word(name);
        self.packed
    }
}

impl DataSink for Data<'_> {
    fn word(&mut self, name: &'static str, word: &'static str) {
        self.member(name).place_word(word);
    }

    fn text(&mut self, name: &'static str, text: &str) {
        self.member(name).place_text(text);
    }

    fn words(&mut self, name: &'static str, words: &[&'static str]) {
        let packed = self.member(name);
        packed.0.push(LIST | count(words.len()) << LENGTH_AT);
        for word in words {
            packed.place_word(word);
        }
    }

    fn number(&mut self, name: &'static str, number: i64) {
        self.member(name).wide(NUMBER, number);
    }

    fn instant(&mut self, name: &'static str, at: Timestamp) {
        self.member(name).wide(INSTANT, at.as_millis());
    }
}
