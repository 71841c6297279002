//! The `[server]` table.

use std::{num::NonZeroU32, path::PathBuf, time::Duration};

use toml::de::DeTable;

use super::{
    ServerConfig,
    reach::reach,
    reader::{Reader, table},
    sync::time,
};
use crate::server::ListenAddressError;

const KEYS: &[&str] = &[
    "listen",
    "socket_mode",
    "public_url",
    "trusted_proxies",
    "console",
    "upstream_timeout",
    "connections",
    "streams",
    "streams_per_address",
    "requests_per_address",
    "requests_per_login",
    "header_timeout",
    "idle_timeout",
    "body_timeout",
    "write_timeout",
    "body_memory_mib",
    "listing_events",
    "tls",
];

const TIMEOUT_MIN: Duration = Duration::from_secs(1);
const TIMEOUT_MAX: Duration = Duration::from_hours(1);
/// Health, a page and its stream.
const CONNECTIONS: (usize, usize) = (16, 1_000_000);
const STREAMS: (usize, usize) = (1, 1_000_000);
const REQUESTS: (usize, usize) = (1, 1_000_000);
/// The largest batch has 32 MiB.
const BODY_MIB: (usize, usize) = (32, 65_536);
const MIB: usize = 1024 * 1024;
/// A browser's memory is its own bound.
const LISTING_EVENTS: (usize, usize) = (1, 10_000_000);

pub(super) fn server<'t>(reader: &mut Reader<'t>, root: &DeTable<'t>) -> ServerConfig {
    let mut server = ServerConfig::default();
    let Some(table) = table(reader, root, "server") else {
        return server;
    };
    reader.refuse_unknown(table, "`[server]`", KEYS);
    if let Some((text, span)) = reader.string(table, "listen") {
        match text.parse() {
            Ok(address) => server.listen = Some(address),
            Err(error) => reader.fault(Some(span), fault_of_listen(&error)),
        }
    }
    server.console = reader
        .string(table, "console")
        .map(|(text, _)| PathBuf::from(text));
    server.upstream_timeout = time(
        reader,
        table,
        "upstream_timeout",
        TIMEOUT_MIN,
        TIMEOUT_MAX,
        "30s",
    );
    server.reach = reach(reader, table);
    limits(reader, table, &mut server);
    server
}

fn fault_of_listen(error: &ListenAddressError) -> String {
    format!("`listen` {error}")
}

fn limits<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>, server: &mut ServerConfig) {
    let limits = &mut server.limits;
    let counts = [
        ("connections", CONNECTIONS, &mut limits.connections),
        ("streams", STREAMS, &mut limits.streams),
        (
            "streams_per_address",
            STREAMS,
            &mut limits.streams_per_address,
        ),
    ];
    for (key, bounds, limit) in counts {
        if let Some(number) = reader.count(table, key, bounds) {
            *limit = number;
        }
    }
    let rates = [
        ("requests_per_address", &mut limits.requests_per_address),
        ("requests_per_login", &mut limits.requests_per_login),
    ];
    for (key, limit) in rates {
        let number = reader.count(table, key, REQUESTS);
        if let Some(number) =
            number.and_then(|number| NonZeroU32::try_from(u32::try_from(number).ok()?).ok())
        {
            *limit = number;
        }
    }
    if let Some(mib) = reader.count(table, "body_memory_mib", BODY_MIB) {
        limits.body_bytes = mib * MIB;
    }
    if let Some(events) = reader.count(table, "listing_events", LISTING_EVENTS) {
        limits.listing_events = u64::try_from(events).unwrap_or(u64::MAX);
    }
    let times = [
        ("header_timeout", "10s", &mut limits.header_timeout),
        ("idle_timeout", "75s", &mut limits.idle_timeout),
        ("body_timeout", "30s", &mut limits.body_timeout),
        ("write_timeout", "30s", &mut limits.write_timeout),
    ];
    for (key, example, limit) in times {
        if let Some(time) = time(reader, table, key, TIMEOUT_MIN, TIMEOUT_MAX, example) {
            *limit = time;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn how_many_events_a_listing_has_can_be_said() {
        let parse = |value: &str| {
            let text = format!("[server]\nlisting_events = {value}\n");
            let config = Config::parse(&text, "evenkeel.toml");
            config.map(|config| config.server.limits.listing_events)
        };
        assert_eq!(parse("9").unwrap(), 9);
        assert!(parse("0").is_err());
    }
    #[test]
    fn how_fast_requests_may_come_can_be_said() {
        let text = "[server]\nrequests_per_address = 30\nrequests_per_login = 4\n";
        let limits = Config::parse(text, "evenkeel.toml").unwrap().server.limits;
        assert_eq!(limits.requests_per_address.get(), 30);
        assert_eq!(limits.requests_per_login.get(), 4);
        let none = Config::parse("[server]\nrequests_per_login = 0\n", "evenkeel.toml");
        let said = "`requests_per_login` must be a whole number from 1 to 1000000";
        assert!(none.unwrap_err().to_string().contains(said));
    }
}
