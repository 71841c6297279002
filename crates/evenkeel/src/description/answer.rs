//! Answers, described as plain data.

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// A string.
    Text,
    /// A number.
    Number,
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A time: RFC 3339 with `Z`.
    Instant,
    /// A string or a number.
    TextOrNumber,
    /// The value or `null`.
    Nullable(&'static Data),
    /// An array.
    List(&'static Data),
    /// An object.
    Object(&'static Object),
    /// An object of texts by name.
    Texts,
    /// A name and a value, as an array of two.
    Pair,
}

/// A member of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Its key.
    pub name: &'static str,
    /// What it is.
    pub data: Data,
    /// Whether it may be absent.
    pub optional: bool,
    /// What it means.
    pub doc: &'static str,
}

/// An object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    /// Its name as a type.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its members.
    pub members: &'static [Member],
}

/// One of several objects that a tag tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variant {
    /// What stands in the tag.
    pub word: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Its members besides the tag and the common ones.
    pub members: &'static [Member],
}

/// Objects that a tag tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tagged {
    /// Its name as a type.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// The key of the tag.
    pub tag: &'static str,
    /// Members that all of them have.
    pub common: &'static [Member],
    /// The objects.
    pub variants: &'static [Variant],
}
