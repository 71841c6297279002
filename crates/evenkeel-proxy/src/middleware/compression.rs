//! Compresses answers that are worth it, for clients that take it. What is compressed already (the console's files, the
//! stream, a listing) stays as it is, and so does every stream of events.
//!
//! An attacker who can put text of his own beside a secret in one compressed body, and see the body's length, learns the
//! secret letter by letter (BREACH). No body of this surface has one: keys and passwords have no way into an
//! answer, a session's secret is in a header alone and a token's is shown by the command line, and what another site's
//! page asks for is refused before there is a body (`origin::guard`). A secret that were to be in a body one day would
//! have to be left out here.

use tower_http::compression::{CompressionLayer, CompressionLevel};

/// Quick rather than small: an answer is made once and read once.
const LEVEL: i32 = 2;

pub(crate) fn layer() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Precise(LEVEL))
}
