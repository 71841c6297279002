//! What the routes share.

use std::sync::Arc;

use crate::{account::Account, console::Console, upstream::Upstream};

/// The accounts, the way out, and the console's files.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) accounts: Vec<Arc<Account>>,
    pub(crate) upstream: Upstream,
    pub(crate) console: Console,
}
