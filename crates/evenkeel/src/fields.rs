//! Reading a draft's fields: each problem becomes an issue at its place, and reading goes on.

use std::borrow::Cow;

use crate::id::{EventId, IdFlaw, ResourceId, check_listed, clean};
use crate::issue::IssueKind;
use crate::json::{Node, Value};
use crate::number::NotWhole;
use crate::path::Path;
use crate::report::{Collector, Nearest, Place};
use crate::time::Timestamp;
use crate::unexpected_keys::UnexpectedKeys;

/// An object of a draft, at its place.
pub(crate) struct Fields<'n, 'a> {
    node: &'n Node<'a>,
    path: &'n Path,
}

impl<'n, 'a> Fields<'n, 'a> {
    /// Takes an object; reports another type, repeated keys and keys that `known` lacks.
    pub(crate) fn new(
        issues: &mut Collector,
        node: &'n Node<'a>,
        path: &'n Path,
        known: &[&'static str],
    ) -> Option<Self> {
        Self::with_foreign(issues, node, path, known, |_| None)
    }

    /// As [`Self::new`]; `foreign` knows better of a key that `known` lacks.
    pub(crate) fn with_foreign(
        issues: &mut Collector,
        node: &'n Node<'a>,
        path: &'n Path,
        known: &[&'static str],
        foreign: impl Fn(&str) -> Option<IssueKind>,
    ) -> Option<Self> {
        let Value::Object(members) = &node.value else {
            wrong_type(issues, path, "object", node.type_name());
            return None;
        };
        let mut unexpected = UnexpectedKeys::default();
        let mut seen = vec![false; known.len()];
        for (key, _) in members {
            match known.iter().zip(&mut seen).find(|(name, _)| *name == key) {
                None => unexpected.unknown(Cow::Borrowed(key)),
                Some((_, seen)) if *seen => unexpected.repeated(Cow::Borrowed(key)),
                Some((_, seen)) => *seen = true,
            }
        }
        let absent = || known.iter().zip(&seen).filter(|(_, seen)| !**seen);
        unexpected.report(
            issues,
            path,
            || absent().map(|(name, _)| *name).collect(),
            foreign,
        );
        Some(Self { node, path })
    }

    #[inline(never)]
    pub(crate) fn path(&self, key: &str) -> Path {
        self.path.key(key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'n Node<'a>> {
        self.node.get(key)
    }

    #[inline(never)]
    pub(crate) fn text(&self, issues: &mut Collector, key: &str) -> Option<&'n str> {
        let node = self.get(key)?;
        let text = node.as_str();
        if text.is_none() {
            wrong_type(issues, &self.path(key), "string", node.type_name());
        }
        text
    }

    #[inline(never)]
    pub(crate) fn required_text(
        &self,
        issues: &mut Collector,
        key: &str,
        assumed: Option<&'static str>,
    ) -> Option<&'n str> {
        if self.get(key).is_none() {
            issues.error(&self.path(key), IssueKind::Missing { assumed });
        }
        self.text(issues, key)
    }

    #[inline(never)]
    pub(crate) fn integer(
        &self,
        issues: &mut Collector,
        key: &str,
        min: i64,
        max: i64,
    ) -> Option<i64> {
        let node = self.get(key)?;
        let path = self.path(key);
        let number = integer(issues, &path, node)?;
        if (min..=max).contains(&number) {
            Some(number)
        } else {
            let near = Some(Nearest::Number(number.clamp(min, max)));
            issues.error_near(&path, IssueKind::OutOfRange { min, max }, near);
            None
        }
    }

    #[inline(never)]
    pub(crate) fn event_id(
        &self,
        issues: &mut Collector,
        key: &str,
        prefix: &'static str,
    ) -> Option<EventId> {
        let text = self.required_text(issues, key, None)?;
        event_id(issues, &self.path(key), prefix, text)
    }

    /// An id of a filter.
    #[inline(never)]
    pub(crate) fn listed_id(&self, issues: &mut Collector, key: &str) -> Option<String> {
        let text = self.text(issues, key)?;
        listed_id(issues, &self.path(key), text)
    }

    /// A time in whole seconds; see [`utc_seconds`].
    #[inline(never)]
    pub(crate) fn utc_seconds(
        &self,
        issues: &mut Collector,
        key: &str,
        after: Option<Timestamp>,
    ) -> Option<Timestamp> {
        let text = self.text(issues, key)?;
        utc_seconds(issues, &self.path(key), text, after)
    }

    /// An array of strings, each taken by `take`; absent is empty.
    pub(crate) fn list<T>(
        &self,
        issues: &mut Collector,
        key: &str,
        mut take: impl FnMut(&mut Collector, &Path, &'n str) -> Option<T>,
    ) -> Vec<T> {
        let mut taken = Vec::new();
        self.each_text(issues, key, &mut |issues, path, text| {
            taken.extend(take(issues, path, text));
        });
        taken
    }

    /// Reads the array for [`Self::list`], once for all types.
    #[inline(never)]
    fn each_text(
        &self,
        issues: &mut Collector,
        key: &str,
        each: &mut dyn FnMut(&mut Collector, &Path, &'n str),
    ) {
        let Some(node) = self.get(key) else {
            return;
        };
        let path = self.path(key);
        let Some(items) = node.as_array() else {
            wrong_type(issues, &path, "array", node.type_name());
            return;
        };
        for (index, item) in items.iter().enumerate() {
            let path = path.index(index);
            match item.as_str() {
                Some(text) => each(issues, &path, text),
                None => wrong_type(issues, &path, "string", item.type_name()),
            }
        }
    }

    #[inline(never)]
    pub(crate) fn words(
        &self,
        issues: &mut Collector,
        key: &str,
        allowed: &'static [&'static str],
    ) -> Vec<String> {
        self.list(issues, key, |issues, path, text| {
            word(issues, path, text, allowed).map(str::to_owned)
        })
    }
}

pub(crate) fn wrong_type(
    issues: &mut Collector,
    place: &impl Place,
    expected: &'static str,
    found: &'static str,
) {
    issues.error(place, IssueKind::WrongType { expected, found });
}

fn word(
    issues: &mut Collector,
    place: &impl Place,
    text: &str,
    allowed: &'static [&'static str],
) -> Option<&'static str> {
    let found = allowed.iter().find(|name| **name == text).copied();
    if found.is_none() {
        unknown_value(issues, place, text, allowed);
    }
    found
}

pub(crate) fn unknown_value(
    issues: &mut Collector,
    place: &impl Place,
    text: &str,
    allowed: &'static [&'static str],
) {
    let near = issues.nearest(text, allowed);
    let near = near.map(|name| Nearest::Text(name.into()));
    issues.error_near(place, IssueKind::UnknownValue { allowed }, near);
}

fn integer(issues: &mut Collector, path: &Path, node: &Node<'_>) -> Option<i64> {
    let Value::Number(text) = &node.value else {
        wrong_type(issues, path, "number", node.type_name());
        return None;
    };
    number(issues, path, crate::number::integer(text))
}

pub(crate) fn number(
    issues: &mut Collector,
    place: &impl Place,
    whole: Result<i64, NotWhole>,
) -> Option<i64> {
    match whole {
        Ok(number) => Some(number),
        Err(flaw) => {
            issues.error(place, flaw.into());
            None
        }
    }
}

pub(crate) fn read_id<T>(
    issues: &mut Collector,
    place: &impl Place,
    text: &str,
    prefix: &'static str,
    parse: impl Fn(&str) -> Result<T, IdFlaw>,
) -> Option<T> {
    match parse(text) {
        Ok(id) => Some(id),
        Err(flaw) => {
            let meant = clean(text);
            let mends = parse(&meant).is_ok();
            let near = mends.then(|| Nearest::Text(meant.into()));
            issues.error_near(place, IssueKind::InvalidId { flaw, prefix }, near);
            None
        }
    }
}

pub(crate) fn event_id(
    issues: &mut Collector,
    path: &Path,
    prefix: &'static str,
    text: &str,
) -> Option<EventId> {
    read_id(issues, path, text, prefix, |text| {
        EventId::with_prefix(prefix, text)
    })
}

pub(crate) fn resource_id(
    issues: &mut Collector,
    path: &Path,
    prefix: &'static str,
    text: &str,
) -> Option<ResourceId> {
    read_id(issues, path, text, prefix, |text| {
        ResourceId::with_prefix(prefix, text)
    })
}

pub(crate) fn listed_id(issues: &mut Collector, path: &Path, text: &str) -> Option<String> {
    read_id(issues, path, text, "", |text| {
        check_listed(text).map(|()| text.to_owned())
    })
}

/// Reads a time in the form `yyyy-MM-ddTHH:mm:ssZ`. Where it must be `after` some time, none up to that is near.
pub(crate) fn utc_seconds(
    issues: &mut Collector,
    path: &Path,
    text: &str,
    after: Option<Timestamp>,
) -> Option<Timestamp> {
    let parsed = Timestamp::parse_utc_seconds(text).ok();
    if parsed.is_none() {
        let near = text
            .parse::<Timestamp>()
            .ok()
            .map(Timestamp::whole_seconds)
            .filter(|time| after.is_none_or(|after| *time > after))
            .map(|time| Nearest::Text(time.to_utc_seconds().into()));
        let kind = IssueKind::MalformedTime {
            expected: "yyyy-MM-ddTHH:mm:ssZ",
        };
        issues.error_near(path, kind, near);
    }
    parsed
}
