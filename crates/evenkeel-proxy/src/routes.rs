//! What stands behind each route.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod batches;
pub(crate) mod console;
pub(crate) mod events;
pub(crate) mod fallback;
pub(crate) mod health;
pub(crate) mod login;
pub(crate) mod metrics;
pub(crate) mod openapi;
pub(crate) mod operations;
pub(crate) mod policy;
pub(crate) mod stream;
