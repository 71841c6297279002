//! Requests and answers as plain data; sending them is the caller's.

use std::borrow::Cow;
use std::collections::BinaryHeap;
use std::fmt;

use crate::id::ProjectId;

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
}

impl Method {
    /// The method as it stands on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// Whose request it is: what stands in it besides the parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// The account that the answers' events belong to.
    pub account: String,
    /// The project, at a cloud that has it in the path; without it the path shows `{project_id}`.
    pub project_id: Option<ProjectId>,
    /// The region, at a cloud whose calls name it; without it they show `{region}`.
    pub region: Option<String>,
}

/// An unsigned request; the host is the sender's business.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, percent-encoded.
    pub path: String,
    /// The query, decoded, sorted by key.
    pub query: Vec<(String, String)>,
    /// The headers that belong to the operation, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, where there is one.
    pub body: Option<String>,
}

/// A header of every request: without it some gateways answer in XML.
pub(crate) fn accepts_json() -> (String, String) {
    ("accept".to_owned(), JSON.to_owned())
}

/// The header of a request whose body is JSON, or would be.
pub(crate) fn is_json() -> (String, String) {
    ("content-type".to_owned(), JSON.to_owned())
}

const JSON: &str = "application/json";

/// A query as a request has it: sorted. By a heap, whose code is a tenth of a sort's.
pub(crate) fn sorted(query: Vec<(String, String)>) -> Vec<(String, String)> {
    BinaryHeap::from(query).into_sorted_vec()
}

impl fmt::Debug for Request {
    /// Names only: a query or body may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[(String, String)]| {
            pairs
                .iter()
                .map(|(name, _)| name.clone())
                .collect::<Vec<_>>()
        };
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &names(&self.query))
            .field("headers", &names(&self.headers))
            .field("body_bytes", &self.body.as_ref().map_or(0, String::len))
            .finish()
    }
}

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The body as text; bytes that are none become replacement characters.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match simdutf8::basic::from_utf8(&self.body) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(&self.body),
        }
    }

    /// The first header of that name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}
