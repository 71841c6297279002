//! One file a middleware; the router says in which order they stand.

pub(crate) mod compression;
pub(crate) mod crowd;
pub(crate) mod forwarded;
pub(crate) mod headers;
pub(crate) mod host;
pub(crate) mod json;
pub(crate) mod login;
pub(crate) mod origin;
pub(crate) mod panic;
pub(crate) mod rates;
pub(crate) mod request_log;
