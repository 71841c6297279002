//! Reads the parts of the one item of a call that is about one event, or about its resource.

use crate::fields::Fields;
use crate::path::Path;
use crate::report::Collector;
use crate::rules::{ItemPart, Part, ReadItem, Timing};
use crate::time::Timestamp;

/// A call's one item, whose time is in whole seconds where it has one.
pub(super) struct OneEventReader<'n, 'a> {
    pub(super) fields: Fields<'n, 'a>,
    /// The key of what the call is about.
    pub(super) subject: &'static str,
    /// The key of the time; none where the call takes none, and acts at once.
    pub(super) time: Option<&'static str>,
    /// The word that stands for "at once" in its place, where there is one.
    pub(super) now_word: Option<&'static str>,
    pub(super) now: Timestamp,
}

impl OneEventReader<'_, '_> {
    fn says_now(&self) -> bool {
        let word = self.time.and_then(|key| self.fields.get(key)?.as_str());
        self.now_word.is_some() && word == self.now_word
    }

    fn is_given(&self) -> bool {
        self.time.is_some_and(|key| self.fields.get(key).is_some())
    }
}

impl ReadItem for OneEventReader<'_, '_> {
    type Place = Path;

    fn place(&self, part: ItemPart) -> Path {
        self.fields.path(match part {
            ItemPart::Event => self.subject,
            ItemPart::Timing | ItemPart::Time | ItemPart::DataPolicy => {
                self.time.unwrap_or(self.subject)
            }
        })
    }

    fn timing(&self, _issues: &mut Collector) -> Part<Timing> {
        if self.time.is_none() || self.says_now() {
            Part::Given(Timing::Now)
        } else if self.is_given() {
            Part::Given(Timing::Later)
        } else {
            Part::Absent
        }
    }

    fn has_time(&self) -> bool {
        self.is_given() && !self.says_now()
    }

    fn time(&self, issues: &mut Collector) -> Option<Timestamp> {
        self.fields.utc_seconds(issues, self.time?, Some(self.now))
    }
}
