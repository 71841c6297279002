//! The `[network]` table.

use std::path::PathBuf;

use evenkeel_engine::{NetworkConfig, ProxyConfig, Reference, Setting, parse_proxy};
use toml::{Spanned, de::DeTable};

use super::reader::{Reader, table};

const KEYS: &[&str] = &["proxy", "no_proxy", "ca_file", "system_roots"];

pub(super) fn network<'t>(reader: &mut Reader<'t>, root: &DeTable<'t>) -> NetworkConfig {
    let mut config = NetworkConfig::default();
    let Some(table) = table(reader, root, "network") else {
        return config;
    };
    reader.refuse_unknown(table, "`[network]`", KEYS);
    config.proxy = proxy(reader, table);
    config.no_proxy = reader
        .string(table, "no_proxy")
        .map(|(text, _)| text.to_owned());
    config.ca_file = reader
        .string(table, "ca_file")
        .map(|(text, _)| PathBuf::from(text));
    if let Some(system) = reader.boolean(table, "system_roots") {
        config.system_roots = system;
        if !system && config.ca_file.is_none() {
            reader.fault(
                table.get("system_roots").map(Spanned::span),
                "without the system's roots nobody is trusted: name a `ca_file`",
            );
        }
    }
    config
}

fn proxy<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Option<ProxyConfig> {
    let (text, span) = reader.string(table, "proxy")?;
    if text == "none" {
        return Some(ProxyConfig::None);
    }
    if let Some(reference) = Reference::parse(text) {
        return Some(ProxyConfig::At(Setting::At(reference)));
    }
    let fault = match parse_proxy(text) {
        Ok(url) if url.password().is_some() => {
            // The value is not shown.
            format!(
                "`proxy` holds a password, which never stands in the file: keep the URL elsewhere and write {}",
                Reference::FORMS
            )
        }
        Ok(_) => return Some(ProxyConfig::At(Setting::Plain(text.to_owned()))),
        Err(flaw) => format!("`proxy` {flaw}; or `none`, {}", Reference::FORMS),
    };
    reader.fault(Some(span), fault);
    None
}
