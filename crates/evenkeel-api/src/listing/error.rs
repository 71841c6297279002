//! Why a listing cannot be read.

/// Why a listing cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListingError {
    /// The bytes do not begin as a listing does.
    #[error("the answer is no listing of events")]
    NoListing,
    /// It was written by another version.
    #[error("the listing is of version {0}, and this page reads version {version}: load the page anew", version = super::LISTING_VERSION)]
    Version(u8),
    /// It ends before its end.
    #[error("the listing was cut off: ask for it again")]
    Cut,
    /// It is not what a listing is.
    #[error("the listing cannot be read: {0}")]
    Corrupt(&'static str),
}
