//! Keys of an object that are repeated, or that the provider does not have.

use std::borrow::Cow;

use crate::index_by_key::IndexByKey;
use crate::issue::IssueKind;
use crate::path::Path;
use crate::report::{Collector, Nearest};

/// The unexpected keys of one object, kept until all of its keys have been seen.
#[derive(Default)]
pub(crate) struct UnexpectedKeys<'a> {
    /// In the order of the input.
    unexpected: Vec<(Cow<'a, str>, Oddity)>,
    index_by_key: IndexByKey,
}

enum Oddity {
    Repeated,
    Unknown,
}

impl<'a> UnexpectedKeys<'a> {
    /// A known key that has been there already.
    pub(crate) fn repeated(&mut self, key: Cow<'a, str>) {
        self.unexpected.push((key, Oddity::Repeated));
    }

    /// A key that is none of the known ones.
    pub(crate) fn unknown(&mut self, key: Cow<'a, str>) {
        let Self {
            unexpected,
            index_by_key,
        } = self;
        let key_at = |index: usize| [unexpected.get(index).map(|(key, _)| &**key), None, None];
        let known = index_by_key.insert(&[Some(&key), None, None], unexpected.len(), &key_at);
        let oddity = match known {
            Some(_) => Oddity::Repeated,
            None => Oddity::Unknown,
        };
        unexpected.push((key, oddity));
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
        if self.unexpected.is_empty() {
            return;
        }
        let absent = absent();
        for (key, oddity) in self.unexpected {
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
    use crate::index_by_key::LINEAR_SCAN_MAX;

    #[test]
    fn tells_repeated_keys_however_many_there_are() {
        for count in [
            1,
            LINEAR_SCAN_MAX - 1,
            LINEAR_SCAN_MAX,
            LINEAR_SCAN_MAX + 1,
            100,
        ] {
            let mut unexpected = UnexpectedKeys::default();
            for _ in 0..2 {
                for key in 0..count {
                    unexpected.unknown(Cow::Owned(format!("key {key}")));
                }
                unexpected.repeated(Cow::Borrowed("known"));
            }
            let mut issues = Collector::default();
            unexpected.report(&mut issues, &Path::root(), Vec::new, |_| None);
            let kinds: Vec<_> = issues.into_issues().into_iter().map(|i| i.kind).collect();
            let repeated = IssueKind::DuplicateKey;
            assert_eq!(kinds[..count], vec![IssueKind::UnknownField; count]);
            assert_eq!(kinds[count..], vec![repeated; count + 2]);
        }
    }
}
