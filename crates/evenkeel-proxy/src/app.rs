//! What the routes share.

use std::sync::Arc;

use evenkeel_store::Db;
use tokio::sync::watch;

use crate::{
    account::Account,
    clock::Clock,
    collector::Collector,
    console::Console,
    counts::KnownCounts,
    journal::Journal,
    routes::{body::Bodies, stream::Hub},
    server::ServerLimits,
    upstream::Upstream,
};

/// The accounts, the way out, the store, who fills it, and the console's files.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) accounts: Vec<Arc<Account>>,
    pub(crate) upstream: Upstream,
    pub(crate) console: Console,
    pub(crate) clock: Clock,
    pub(crate) store: Db,
    pub(crate) collector: Arc<Collector>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) counts: KnownCounts,
    pub(crate) limits: ServerLimits,
    /// What streams tell.
    pub(crate) hub: Hub,
    /// The bodies of requests that are in hand.
    pub(crate) bodies: Bodies,
    /// This process among those that share the store.
    pub(crate) proxy_id: String,
    /// Tells everything that goes on by itself, streams among it, to come to an end.
    pub(crate) stop: watch::Sender<bool>,
}
