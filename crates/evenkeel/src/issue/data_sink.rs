//! The data of issues handed out one by one: for writers that know no serde.

use crate::action::{Action, DataLoss};
use crate::event::Restriction;
use crate::id::IdFlaw;
use crate::issue::CharacterClass;
use crate::time::Timestamp;

/// Takes the data of an issue, each under its name.
pub trait DataSink {
    /// A text that stands in the program.
    fn word(&mut self, name: &'static str, word: &'static str);
    /// Any text.
    fn text(&mut self, name: &'static str, text: &str);
    /// A list of texts that stand in the program.
    fn words(&mut self, name: &'static str, words: &[&'static str]);
    /// A number.
    fn number(&mut self, name: &'static str, number: i64);
    /// An instant.
    fn instant(&mut self, name: &'static str, at: Timestamp);
}

/// A value that an issue carries.
pub(super) trait WriteIssueData {
    fn write(&self, name: &'static str, to: &mut impl DataSink);
}

impl WriteIssueData for &'static str {
    fn write(&self, name: &'static str, to: &mut impl DataSink) {
        to.word(name, self);
    }
}

impl WriteIssueData for String {
    fn write(&self, name: &'static str, to: &mut impl DataSink) {
        to.text(name, self);
    }
}

impl WriteIssueData for Option<&'static str> {
    fn write(&self, name: &'static str, to: &mut impl DataSink) {
        if let Some(word) = self {
            to.word(name, word);
        }
    }
}

impl WriteIssueData for &'static [&'static str] {
    fn write(&self, name: &'static str, to: &mut impl DataSink) {
        to.words(name, self);
    }
}

impl WriteIssueData for i64 {
    fn write(&self, name: &'static str, to: &mut impl DataSink) {
        to.number(name, *self);
    }
}

impl WriteIssueData for usize {
    fn write(&self, name: &'static str, to: &mut impl DataSink) {
        to.number(name, i64::try_from(*self).unwrap_or(i64::MAX));
    }
}

impl WriteIssueData for Timestamp {
    fn write(&self, name: &'static str, to: &mut impl DataSink) {
        to.instant(name, *self);
    }
}

impl WriteIssueData for Vec<CharacterClass> {
    fn write(&self, name: &'static str, to: &mut impl DataSink) {
        let words: Vec<_> = self.iter().map(|class| class.as_str()).collect();
        to.words(name, &words);
    }
}

macro_rules! words {
    ($($type:ty),*) => {$(
        impl WriteIssueData for $type {
            fn write(&self, name: &'static str, to: &mut impl DataSink) {
                to.word(name, self.as_str());
            }
        }
    )*};
}
words!(Action, DataLoss, IdFlaw, CharacterClass, Restriction);
