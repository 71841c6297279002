//! Where in the caller's input something is.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeSeq};

/// Where an issue is, made into a [`Path`] only when there is one: most places have none.
pub(crate) trait Place {
    fn path(&self) -> Path;
}

impl Place for Path {
    fn path(&self) -> Path {
        self.clone()
    }
}

/// One step into the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A key of an object, as the caller wrote it.
    Key(String),
    /// An index of an array, from 0.
    Index(usize),
}

/// A place in the caller's input; displays as `EventInfos[3].PlanTime`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path(Vec<Segment>);

impl Path {
    /// The place itself: no step in.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The steps.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// This place, one key further in.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.with(Segment::Key(key.to_owned()))
    }

    /// This place, one index further in.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    fn with(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// The place as a JSON Pointer (RFC 6901).
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut out = String::new();
        for segment in &self.0 {
            out.push('/');
            match segment {
                Segment::Key(key) => out.push_str(&key.replace('~', "~0").replace('/', "~1")),
                Segment::Index(index) => out.push_str(&index.to_string()),
            }
        }
        out
    }

    /// The key it ends in, if it does end in one.
    #[must_use]
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last() {
            Some(Segment::Key(key)) => Some(key),
            _ => None,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) if position == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.len()))?;
        for segment in &self.0 {
            match segment {
                Segment::Key(key) => seq.serialize_element(key)?,
                Segment::Index(index) => seq.serialize_element(index)?,
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
