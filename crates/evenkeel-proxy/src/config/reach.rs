//! What of `[server]` says how it is reached from beyond this machine.

use std::path::PathBuf;

use toml::{Spanned, de::DeTable};

use super::reader::{Reader, table_at};
use crate::reach::{PublicUrl, Reach, SocketMode, TlsFiles};

const TLS_KEYS: &[&str] = &["certificate", "key"];

pub(super) fn reach<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Reach {
    let mut reach = Reach::default();
    for (text, span) in reader.strings(table, "public_url") {
        match text.parse::<PublicUrl>() {
            Ok(url) if reach.public_urls.contains(&url) => {
                reader.fault(Some(span), format!("`public_url` has `{text}` twice"));
            }
            Ok(url) => reach.public_urls.push(url),
            Err(error) => reader.fault(Some(span), format!("`public_url` {error}, not `{text}`")),
        }
    }
    for (text, span) in reader.strings(table, "trusted_proxies") {
        if let Err(error) = reach.trusted_proxies.add(text) {
            let fault = format!("each of `trusted_proxies` {error}, not `{text}`");
            reader.fault(Some(span), fault);
        }
    }
    reach.tls = tls(reader, table);
    if let Some((text, span)) = reader.string(table, "socket_mode") {
        match text {
            "0600" => reach.socket_mode = SocketMode::Owner,
            "0660" => reach.socket_mode = SocketMode::Group,
            _ => reader.fault(
                Some(span),
                "`socket_mode` must be `0600`, the proxy's user alone, or `0660`, its group too",
            ),
        }
    }
    reach
}

/// The `[server.tls]` table, whose two files belong together.
fn tls<'t>(reader: &mut Reader<'t>, server: &DeTable<'t>) -> Option<TlsFiles> {
    let table = table_at(reader, server, "tls", "[server.tls]")?;
    reader.refuse_unknown(table, "`[server.tls]`", TLS_KEYS);
    let mut file = |key| {
        let text = reader
            .string(table, key)
            .map(|(text, _)| PathBuf::from(text));
        if text.is_none() && !table.contains_key(key) {
            let fault = format!("`[server.tls]` has no `{key}`: the path of a PEM file");
            reader.fault(server.get("tls").map(Spanned::span), fault);
        }
        text
    };
    let (certificate, key) = (file("certificate"), file("key"));
    Some(TlsFiles {
        certificate: certificate?,
        key: key?,
    })
}
