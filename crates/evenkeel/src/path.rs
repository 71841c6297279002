//! Where in the caller's input something is.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeSeq};

/// One step into the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A key of an object, as the caller wrote it.
    Key(String),
    /// An index of an array, from 0.
    Index(usize),
}

/// A place in the caller's input; displays as `EventInfos[3].PlanTime`.
#[derive(Debug, Clone)]
pub struct Path(Steps);

/// Batches have the same two places in thousands of items: these cost no allocation.
#[derive(Debug, Clone)]
enum Steps {
    Item {
        list: &'static str,
        index: usize,
    },
    Field {
        list: &'static str,
        index: usize,
        key: &'static str,
    },
    Any(Vec<Segment>),
}

/// A step as it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// A key, as the caller wrote it.
    Key(&'a str),
    /// A key that stands in the program.
    Known(&'static str),
    /// An index of an array, from 0.
    Index(usize),
}

impl Default for Path {
    fn default() -> Self {
        Self::root()
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.segments() == other.segments()
    }
}

impl Eq for Path {}

impl Path {
    /// The place itself: no step in.
    #[must_use]
    pub fn root() -> Self {
        Self(Steps::Any(Vec::new()))
    }

    /// An item of a list of the root.
    pub(crate) fn item(list: &'static str, index: usize) -> Self {
        Self(Steps::Item { list, index })
    }

    /// A field of an item of a list of the root.
    pub(crate) fn field(list: &'static str, index: usize, key: &'static str) -> Self {
        Self(Steps::Field { list, index, key })
    }

    /// The list, the index and the field, where it is an item of a list or a field of one and stands
    /// in the program as such.
    #[must_use]
    pub fn in_list(&self) -> Option<(&'static str, usize, Option<&'static str>)> {
        match self.0 {
            Steps::Item { list, index } => Some((list, index, None)),
            Steps::Field { list, index, key } => Some((list, index, Some(key))),
            Steps::Any(_) => None,
        }
    }

    /// The steps, without a copy of their keys.
    pub fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        let any: &[Segment] = match &self.0 {
            Steps::Any(segments) => segments,
            _ => &[],
        };
        let known = self.in_list().into_iter().flat_map(|(list, index, key)| {
            [
                Some(Step::Known(list)),
                Some(Step::Index(index)),
                key.map(Step::Known),
            ]
        });
        known
            .flatten()
            .chain(any.iter().map(|segment| match segment {
                Segment::Key(key) => Step::Key(key),
                Segment::Index(index) => Step::Index(*index),
            }))
    }

    /// The steps.
    #[must_use]
    pub fn segments(&self) -> Vec<Segment> {
        self.steps()
            .map(|step| match step {
                Step::Key(key) | Step::Known(key) => Segment::Key(key.to_owned()),
                Step::Index(index) => Segment::Index(index),
            })
            .collect()
    }

    /// This place, one key further in.
    #[must_use]
    #[inline(never)]
    pub fn key(&self, key: &str) -> Self {
        self.with(Segment::Key(key.to_owned()))
    }

    /// This place, one index further in.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    #[inline(never)]
    fn with(&self, segment: Segment) -> Self {
        let mut segments = self.segments();
        segments.push(segment);
        Self(Steps::Any(segments))
    }

    /// The place as a JSON Pointer (RFC 6901).
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut out = String::new();
        for step in self.steps() {
            out.push('/');
            match step {
                Step::Key(key) | Step::Known(key) => {
                    out.push_str(&key.replace('~', "~0").replace('/', "~1"));
                }
                Step::Index(index) => out.push_str(&index.to_string()),
            }
        }
        out
    }

    /// The index of the item that it is in, where it is in a list of the root.
    #[must_use]
    pub fn item_index(&self) -> Option<usize> {
        match self.steps().nth(1) {
            Some(Step::Index(index)) => Some(index),
            _ => None,
        }
    }

    /// The key it ends in, if it does end in one.
    #[must_use]
    pub fn last_key(&self) -> Option<&str> {
        match &self.0 {
            Steps::Item { .. } => None,
            Steps::Field { key, .. } => Some(key),
            Steps::Any(segments) => match segments.last() {
                Some(Segment::Key(key)) => Some(key),
                _ => None,
            },
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.steps().enumerate() {
            match step {
                Step::Key(key) | Step::Known(key) if position == 0 => f.write_str(key)?,
                Step::Key(key) | Step::Known(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.steps().count()))?;
        for step in self.steps() {
            match step {
                Step::Key(key) | Step::Known(key) => seq.serialize_element(key)?,
                Step::Index(index) => seq.serialize_element(&index)?,
            }
        }
        seq.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_a_location_and_as_a_pointer() {
        let path = Path::root().key("EventInfos").index(3).key("Plan/Time~");
        assert_eq!(path.to_string(), "EventInfos[3].Plan/Time~");
        assert_eq!(path.pointer(), "/EventInfos/3/Plan~1Time~0");
    }
}
