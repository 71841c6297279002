//! What stands behind each route.

pub(crate) mod accounts;
pub(crate) mod console;
pub(crate) mod fallback;
pub(crate) mod health;
pub(crate) mod operations;
