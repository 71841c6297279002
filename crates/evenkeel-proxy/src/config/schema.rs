//! What the tables of `evenkeel.toml` may hold.

use std::collections::HashMap;

use evenkeel_engine::AccountConfig;
use toml::de::{DeTable, DeValue};

use super::{
    Config, account,
    approval::approval,
    audit::audit,
    labels::labels,
    login::oidc,
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
    "login",
    "approval",
    "accounts",
];

pub(super) fn config<'t>(reader: &mut Reader<'t>, root: &DeTable<'t>) -> Config {
    let config = without_policy(reader, root);
    let ids: Vec<&str> = config.accounts.iter().map(|it| it.id.as_str()).collect();
    let policy = approval(reader, root, &ids);
    Config { policy, ..config }
}

fn without_policy<'t>(reader: &mut Reader<'t>, root: &DeTable<'t>) -> Config {
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
    let (accounts, ids) = accounts(reader, root);
    config.accounts = accounts;
    config.oidc = oidc(reader, root, &ids);
    config
}

/// The accounts, and the id of each, also of those that have faults.
fn accounts<'t>(
    reader: &mut Reader<'t>,
    root: &DeTable<'t>,
) -> (Vec<AccountConfig>, HashMap<String, usize>) {
    let mut accounts = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let Some(value) = root.get("accounts") else {
        return (accounts, seen);
    };
    let DeValue::Array(entries) = value.get_ref() else {
        reader.fault(
            Some(value.span()),
            format!(
                "`accounts` must be written `[[accounts]]`, not as {}",
                kind(value)
            ),
        );
        return (accounts, seen);
    };
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
        accounts.extend(account::accounts(reader, table, &entry.span()));
    }
    (accounts, seen)
}
