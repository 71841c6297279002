//! Parameters of operations, described as plain data.

use crate::number::Range;
use crate::time::Timestamp;

/// What `PlanTime` may be, ms since the Unix epoch.
pub const PLAN_TIME: Range = Range {
    min: 0,
    max: Timestamp::MAX_MILLIS,
};
/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Anything: nobody reads it.
    Any,
    /// A string that is not empty.
    Text,
    /// A string that begins with the prefix, goes on, and has 1 to 128 characters that are no
    /// control characters; never `.` or `..`.
    Id {
        /// What it begins with; empty where the provider documents nothing.
        prefix: &'static str,
        /// Whether it may have a comma.
        comma: bool,
    },
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A whole number.
    Integer(Range),
    /// [`PLAN_TIME`] without [`LIKE_SECONDS`](crate::schema::LIKE_SECONDS).
    PlanTime,
    /// `yyyy-MM-ddTHH:mm:ssZ`, where it says so also the word `now`.
    Time {
        /// Whether `now` is a time.
        now: bool,
    },
    /// A string of [`PASSWORD_CHARS`](crate::PASSWORD_CHARS) characters with an upper-case letter,
    /// a lower-case letter and a digit.
    Password,
    /// An array.
    List {
        /// What its items are.
        of: &'static Shape,
        /// The fewest items.
        at_least: usize,
        /// The most items, where a call takes only so many.
        at_most: Option<usize>,
    },
    /// An object.
    Record(&'static Record),
}

/// Whether a field has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It has to.
    Required,
    /// It has to, because without it the provider takes this, which is a trap.
    Chosen(&'static str),
    /// It need not.
    Optional,
    /// The provider reserves it: it is dropped with a warning.
    Reserved,
}

impl Presence {
    /// Whether an object without the field is refused.
    #[must_use]
    pub fn is_required(self) -> bool {
        matches!(self, Self::Required | Self::Chosen(_))
    }
}

/// A parameter, or a member of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What it is.
    pub shape: Shape,
    /// Whether it has to be there.
    pub presence: Presence,
    /// What it means.
    pub doc: &'static str,
}

impl Field {
    pub(crate) const fn required(name: &'static str, shape: Shape, doc: &'static str) -> Self {
        Self::new(name, shape, Presence::Required, doc)
    }

    pub(crate) const fn optional(name: &'static str, shape: Shape, doc: &'static str) -> Self {
        Self::new(name, shape, Presence::Optional, doc)
    }

    pub(crate) const fn new(
        name: &'static str,
        shape: Shape,
        presence: Presence,
        doc: &'static str,
    ) -> Self {
        Self {
            name,
            shape,
            presence,
            doc,
        }
    }
}

/// What one word of a field asks of the other fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// The field.
    pub field: &'static str,
    /// Its word.
    pub word: &'static str,
    /// Fields that must be there then.
    pub requires: &'static [&'static str],
    /// Fields that must not be there then.
    pub excludes: &'static [&'static str],
}

/// An object: these keys and no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Its name as a type.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its members.
    pub fields: &'static [Field],
    /// One case for each word of one field; none where all fields stand alone.
    pub cases: &'static [Case],
}

/// The parameters of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    /// The provider's page about it.
    pub page: &'static str,
    /// The parameters.
    pub record: Record,
}

/// The keys of an object, for its reader.
#[expect(
    clippy::indexing_slicing,
    reason = "const: an index that is out of bounds would not compile"
)]
pub(crate) const fn keys<const N: usize>(fields: &[Field; N]) -> [&'static str; N] {
    let mut keys = [""; N];
    let mut index = 0;
    while index < N {
        keys[index] = fields[index].name;
        index += 1;
    }
    keys
}
