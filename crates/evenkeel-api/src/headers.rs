//! The headers of its own that the HTTP surface has.

/// Makes a new batch one, however often it is sent.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Says that the batch was there already.
pub const IDEMPOTENCY_REPLAYED: &str = "idempotency-replayed";
/// Says that an answer is not the proxy's own: [`ORIGIN_PROVIDER`].
pub const ORIGIN: &str = "evenkeel-origin";
/// The answer is the cloud's.
pub const ORIGIN_PROVIDER: &str = "provider";
/// Marks a listing that is whole, for whoever keeps it: `since` takes it.
pub const LISTING_MARK: &str = "evenkeel-listing-mark";
/// The id of the request, as the proxy's log has it.
pub const REQUEST_ID: &str = "evenkeel-request-id";
