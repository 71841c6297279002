//! How much the server has in hand at a time, and how long it waits for whom.

use std::{num::NonZeroU32, time::Duration};

use evenkeel_api::listing::MOST_EVENTS;

/// How many descriptors are for what is no connection of a client: the store, the clouds, files.
const OWN_DESCRIPTORS: usize = 96;
/// Fewer connections serve nobody.
const FEWEST_CONNECTIONS: usize = 16;
/// An office may have one address.
const REQUESTS_PER_ADDRESS: NonZeroU32 = NonZeroU32::new(500).expect("not zero");
/// A page that is opened asks for some twenty things, and a tool that follows a batch once a second.
const REQUESTS_PER_LOGIN: NonZeroU32 = NonZeroU32::new(100).expect("not zero");
/// Of so many connections one is never a stream's: whoever streams can still ask.
const STREAMLESS: usize = 8;

/// The bounds of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerLimits {
    /// How many connections may be open.
    pub connections: usize,
    /// How many of them may be streams.
    pub streams: usize,
    /// How many streams one address may have.
    pub streams_per_address: usize,
    /// How long the head of a request may take to arrive, from its first byte on.
    pub header_timeout: Duration,
    /// How long a connection may be open without a request.
    pub idle_timeout: Duration,
    /// How long the body of a request may take to arrive.
    pub body_timeout: Duration,
    /// How long a client may take nothing of what it is sent.
    pub write_timeout: Duration,
    /// How many bytes of requests' bodies are in hand at a time.
    pub body_bytes: usize,
    /// How long a body waits for others to be done with.
    pub body_wait: Duration,
    /// How many requests a second one address may send, beyond this machine; ten seconds' at once.
    pub requests_per_address: NonZeroU32,
    /// How many a second a session or a token may; ten seconds' at once.
    pub requests_per_login: NonZeroU32,
    /// How many events a listing has at most.
    pub listing_events: u64,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections: 5_000,
            streams: 4_096,
            streams_per_address: 1_024,
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            body_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            body_bytes: 64 * 1024 * 1024,
            body_wait: Duration::from_secs(5),
            requests_per_address: REQUESTS_PER_ADDRESS,
            requests_per_login: REQUESTS_PER_LOGIN,
            listing_events: MOST_EVENTS,
        }
    }
}

impl ServerLimits {
    /// No more connections than a process with so many descriptors can have.
    #[must_use]
    pub fn within(mut self, descriptors: usize) -> Self {
        let most = descriptors.saturating_sub(OWN_DESCRIPTORS);
        self.connections = self.connections.min(most.max(FEWEST_CONNECTIONS));
        self.fitting()
    }

    /// No more streams than leave connections for requests.
    pub(crate) fn fitting(mut self) -> Self {
        let requests = (self.connections / STREAMLESS).max(1);
        self.streams = self.streams.min(self.connections.saturating_sub(requests));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_descriptors_for_the_store_and_connections_for_requests() {
        let limits = ServerLimits::default();
        assert_eq!(limits.within(1_048_576), limits);
        let few = limits.within(256);
        assert_eq!((few.connections, few.streams), (160, 140));
        let fewest = limits.within(20);
        assert_eq!((fewest.connections, fewest.streams), (16, 14));
    }
}
