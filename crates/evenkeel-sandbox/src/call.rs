//! Holds a call as it arrived, read once for everybody who looks at it.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
};
use evenkeel_sign::ReceivedRequest;

/// The most a call's body may hold.
const BODY_LIMIT: usize = 1024 * 1024;

/// A call with its body.
pub(crate) struct Call {
    pub(crate) method: String,
    /// The raw request target: `/path?query`.
    pub(crate) target: String,
    /// The path in `target`, still percent-encoded.
    pub(crate) path: String,
    /// The query in `target`, still encoded.
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Call {
    /// Reads a request to its end.
    ///
    /// # Errors
    /// The call without its body, when that is too large or breaks off.
    pub(crate) async fn read(request: Request<Body>) -> Result<Self, Self> {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, BODY_LIMIT).await;
        let headers = parts
            .headers
            .iter()
            // Bytes beyond ASCII stay distinct characters, so that none is lost to the signature.
            .map(|(name, value)| {
                let text = std::str::from_utf8(value.as_bytes()).map_or_else(
                    |_| value.as_bytes().iter().copied().map(char::from).collect(),
                    str::to_owned,
                );
                (name.as_str().to_owned(), text)
            })
            .collect();
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let target = parts
            .uri
            .path_and_query()
            .map_or_else(|| path.clone(), |target| target.as_str().to_owned());
        let is_whole = body.is_ok();
        let call = Self {
            method: parts.method.as_str().to_owned(),
            target,
            path,
            query,
            headers,
            body: body.map_or_else(|_| Vec::new(), |body| body.to_vec()),
        };
        if is_whole { Ok(call) } else { Err(call) }
    }

    /// The first header of this name, which is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_str())
    }

    /// Lends the call as the verifiers take it.
    pub(crate) fn received(&self) -> ReceivedRequest<'_> {
        ReceivedRequest {
            method: &self.method,
            target: &self.target,
            headers: &self.headers,
            body: &self.body,
        }
    }
}
