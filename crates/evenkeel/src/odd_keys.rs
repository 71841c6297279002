//! Keys of an object that are repeated, or that the provider does not have.

use std::borrow::Cow;

use crate::hash::Places;
use crate::issue::IssueKind;
use crate::path::Path;
use crate::report::{Collector, Nearest};

/// So many keys are few.
const FEW: usize = 8;

/// The odd keys of one object, kept until all of its keys have been seen.
#[derive(Default)]
pub(crate) struct OddKeys<'a> {
    /// In the order of the input.
    odd: Vec<(Cow<'a, str>, Oddity)>,
    /// How many of them have a place in the table.
    placed: usize,
    places: Places,
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
        // Where there are few, a look at each is quicker than a table of them.
        let known = if self.odd.len() < FEW {
            self.odd.iter().any(|(earlier, _)| *earlier == key)
        } else {
            self.is_placed(&key)
        };
        let oddity = if known {
            Oddity::Repeated
        } else {
            Oddity::Unknown
        };
        self.odd.push((key, oddity));
    }

    /// Whether a key is among those so far.
    #[inline(never)]
    fn is_placed(&mut self, key: &str) -> bool {
        let Self {
            odd,
            placed,
            places,
        } = self;
        let key_at = |place: usize| [odd.get(place).map(|(key, _)| &**key), None, None];
        while *placed < odd.len() {
            places.insert(&key_at(*placed), *placed, &key_at);
            *placed += 1;
        }
        places.find(&[Some(key), None, None], &key_at).is_some()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_repeated_keys_however_many_there_are() {
        for count in [1, FEW - 1, FEW, FEW + 1, 100] {
            let mut odd = OddKeys::default();
            for _ in 0..2 {
                for key in 0..count {
                    odd.unknown(Cow::Owned(format!("key {key}")));
                }
                odd.repeated(Cow::Borrowed("known"));
            }
            let mut issues = Collector::default();
            odd.report(&mut issues, &Path::root(), Vec::new, |_| None);
            let kinds: Vec<_> = issues.into_issues().into_iter().map(|i| i.kind).collect();
            let repeated = IssueKind::DuplicateKey;
            assert_eq!(kinds[..count], vec![IssueKind::UnknownField; count]);
            assert_eq!(kinds[count..], vec![repeated; count + 2]);
        }
    }
}
