//! What goes in and comes out: requests to sign and to verify. Their `Debug` shows names and sizes, never values that may be
//! private (a query can hold a password, a header a token).

use std::fmt;

/// A request to be signed.
#[derive(Clone, Copy)]
pub struct SignableRequest<'a> {
    /// The method in capitals.
    pub method: &'a str,
    /// The host as it will stand in the `Host` header, with its port unless that is the scheme's default.
    pub host: &'a str,
    /// The path, percent-encoded as on the wire.
    pub path: &'a str,
    /// The query, decoded; [`wire_query`](crate::wire_query) makes the text to send.
    pub query: &'a [(String, String)],
    /// Further headers to send, all of which are signed: `content-type`, `x-acs-action`, `x-project-id`…
    pub headers: &'a [(String, String)],
    /// The body, exactly as it will be sent.
    pub body: &'a [u8],
}

/// A request as a server got it.
#[derive(Clone, Copy)]
pub struct ReceivedRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The request target, raw: `/path?query`.
    pub target: &'a str,
    /// All headers, in any case and order, `host` among them.
    pub headers: &'a [(String, String)],
    /// The body as it arrived.
    pub body: &'a [u8],
}

/// The three things computed in turn; comparing them in order tells where two signers differ.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningTrace {
    /// The canonical request: everything that is signed, spelled one way. It holds the query and the signed headers; with
    /// RPC v1 it is the parameters.
    pub canonical_request: String,
    /// What the HMAC is made over: the scheme and the hash of the canonical request; with RPC v1 the canonical request
    /// itself, once more encoded, so that **it can hold a password**.
    pub string_to_sign: String,
    /// The HMAC in lower-case hexadecimal; with RPC v1 in base64.
    pub signature: String,
}

/// A signed request's headers, and how its signature came about.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    /// **All** headers to put on the wire, names in lower case: the given ones, the scheme's own and `authorization`.
    /// `host` and `content-length` are left to the HTTP client; `host` must be sent exactly as it was signed.
    pub headers: Vec<(String, String)>,
    /// What was computed.
    pub trace: SigningTrace,
}

/// Signed parameters, for a scheme whose signature is one of them.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedParameters {
    /// **All** parameters: the given ones, the scheme's own and `Signature`. Each goes into the query or the form body.
    pub parameters: Vec<(String, String)>,
    /// What was computed.
    pub trace: SigningTrace,
}

/// A request whose signature holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    /// The key that signed it.
    pub access_key_id: String,
    /// When it was signed, in ms since the Unix epoch (whole seconds).
    pub signed_at_ms: i64,
    /// The nonce, for schemes that have one. Whether it was used before is for the caller to know.
    pub nonce: Option<String>,
    /// The token of a temporary key; it has been compared with the key's own.
    pub security_token: Option<String>,
    /// Whether the signature covers the body. False for `UNSIGNED-PAYLOAD`: refuse that on a call that changes something.
    pub payload_signed: bool,
    /// What was computed.
    pub trace: SigningTrace,
}

/// The names of headers, for `Debug`.
struct Names<'a>(&'a [(String, String)]);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

impl fmt::Debug for SignableRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignableRequest")
            .field("method", &self.method)
            .field("host", &self.host)
            .field("path", &self.path)
            .field("query", &Names(self.query))
            .field("headers", &Names(self.headers))
            .field("body_len", &self.body.len())
            .finish()
    }
}

impl fmt::Debug for ReceivedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedRequest")
            .field("method", &self.method)
            .field("path", &self.target.split('?').next().unwrap_or_default())
            .field("headers", &Names(self.headers))
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SigningTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("SigningTrace");
        // Usually the string to sign ends in the canonical request's hash: enough to compare, nothing to read out of it.
        // RPC v1 signs the parameters themselves, a password among them.
        if !self.string_to_sign.contains('&') {
            debug.field("string_to_sign", &self.string_to_sign);
        }
        debug.finish_non_exhaustive()
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed")
            .field("headers", &Names(&self.headers))
            .field("trace", &self.trace)
            .finish()
    }
}

impl fmt::Debug for SignedParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedParameters")
            .field("parameters", &Names(&self.parameters))
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("access_key_id", &self.access_key_id)
            .field("signed_at_ms", &self.signed_at_ms)
            .field("nonce", &self.nonce)
            .field("temporary", &self.security_token.is_some())
            .field("payload_signed", &self.payload_signed)
            .field("trace", &self.trace)
            .finish()
    }
}
