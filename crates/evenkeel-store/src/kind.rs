//! Which database it is.

/// Which database it is: statements are the same, what runs them is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file, for one proxy.
    Sqlite,
    /// A server, for several.
    Postgres,
}
