//! Keys of an object that are repeated, or that the provider does not have.

use std::borrow::Cow;

use crate::hash::Places;
use crate::issue::IssueKind;
use crate::path::Path;
use crate::report::{Collector, Nearest};

/// The odd keys of one object, kept until all of its keys have been seen.
#[derive(Default)]
pub(crate) struct OddKeys<'a> {
    /// In the order of the input.
    odd: Vec<(Cow<'a, str>, Oddity)>,
    unknown: Places,
}

enum Oddity {
    Repeated,
    Unknown,
}

impl<'a> OddKeys<'a> {
    /// A known key that has been there already.
    pub(crate) fn repeated(&mut self, key: Cow<'a, str>) {
        self.odd.push((key, Oddity::Repeated));
    }

    /// A key that is none of the known ones.
    pub(crate) fn unknown(&mut self, key: Cow<'a, str>) {
        let Self { odd, unknown } = self;
        let key_at = |place: usize| [odd.get(place).map(|(key, _)| &**key), None, None];
        let known = unknown.insert(&[Some(&key), None, None], odd.len(), &key_at);
        let oddity = match known {
            None => Oddity::Unknown,
            Some(_) => Oddity::Repeated,
        };
        odd.push((key, oddity));
    }

    /// Reports them. `absent` are the known keys that the object lacks: one that is there already
    /// is not what another was meant to be. `foreign` knows better of some keys.
    pub(crate) fn report(
        self,
        issues: &mut Collector,
        object: &Path,
        absent: impl FnOnce() -> Vec<&'static str>,
        foreign: impl Fn(&str) -> Option<IssueKind>,
    ) {
        if self.odd.is_empty() {
            return;
        }
        let absent = absent();
        for (key, oddity) in self.odd {
            let path = object.key(&key);
            match (oddity, foreign(&key)) {
                (Oddity::Repeated, _) => issues.error(&path, IssueKind::DuplicateKey),
                (Oddity::Unknown, Some(kind)) => issues.error(&path, kind),
                (Oddity::Unknown, None) => {
                    let near = issues.nearest(&key, &absent);
                    let near = near.map(|name| Nearest::Text(name.into()));
                    issues.error_near(&path, IssueKind::UnknownField, near);
                }
            }
        }
    }
}
