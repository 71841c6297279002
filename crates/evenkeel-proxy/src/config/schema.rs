//! What the tables of `evenkeel.toml` may hold.

use std::collections::HashMap;

use toml::de::{DeTable, DeValue};

use super::{
    Config, account,
    audit::audit,
    labels::labels,
    network::network,
    reader::{Reader, kind},
    server::server,
    store::{journal, store},
    sync::sync,
};

const TABLES: &[&str] = &[
    "server",
    "store",
    "network",
    "collector",
    "journal",
    "labels",
    "audit",
    "accounts",
];

pub(super) fn config<'t>(reader: &mut Reader<'t>, root: &DeTable<'t>) -> Config {
    reader.refuse_unknown(root, "the file", TABLES);
    let mut config = Config {
        server: server(reader, root),
        store: store(reader, root),
        network: network(reader, root),
        sync: sync(reader, root),
        journal: journal(reader, root),
        labels: labels(reader, root),
        audit: audit(reader, root),
        ..Config::default()
    };
    let Some(value) = root.get("accounts") else {
        return config;
    };
    let DeValue::Array(entries) = value.get_ref() else {
        reader.fault(
            Some(value.span()),
            format!(
                "`accounts` must be written `[[accounts]]`, not as {}",
                kind(value)
            ),
        );
        return config;
    };
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let DeValue::Table(table) = entry.get_ref() else {
            let kind = kind(entry);
            reader.fault(
                Some(entry.span()),
                format!("an account must be a table, `[[accounts]]`, not {kind}"),
            );
            continue;
        };
        for (id, span) in account::ids(table) {
            match seen.get(&id) {
                Some(first) => {
                    reader.fault(
                        Some(span),
                        format!("the id `{id}` is taken by account {first}"),
                    );
                }
                None => {
                    seen.insert(id, index + 1);
                }
            }
        }
        let accounts = account::accounts(reader, table, &entry.span());
        config.accounts.extend(accounts);
    }
    config
}
