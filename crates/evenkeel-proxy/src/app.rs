//! What the routes share.

use std::sync::Arc;

use evenkeel_engine::Engine;

use crate::{
    body::Bodies, console::Console, last_listing::LastListing, limits::ServerLimits, login::Logins,
    rates::Rates, reach::Reach, request_counts::RequestCounts, stream::Hub,
};

/// The engine, and what there is of HTTP around it.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) engine: Arc<Engine>,
    pub(crate) console: Console,
    pub(crate) limits: ServerLimits,
    /// What it is known by.
    pub(crate) reach: Reach,
    /// Who asks.
    pub(crate) logins: Logins,
    /// What streams tell.
    pub(crate) hub: Arc<Hub>,
    /// The bodies of requests that are in hand.
    pub(crate) bodies: Bodies,
    /// How fast requests come.
    pub(crate) rates: Rates,
    /// What is counted of requests.
    pub(crate) request_counts: RequestCounts,
    /// The listing that was sent last.
    pub(crate) last_listing: LastListing,
}
