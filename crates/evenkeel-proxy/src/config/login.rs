//! The `[login]` table: how people log in beside the code that the terminal shows.

use std::collections::{BTreeSet, HashMap};

use evenkeel_api::{Accounts, Grant, Role};
use evenkeel_engine::Reference;
use openidconnect::{IssuerUrl, url::Url};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::reader::{Reader, kind, table, table_at};
use crate::oidc::{GroupGrants, OidcConfig, is_issuer};

const KEYS: &[&str] = &["oidc"];
const OIDC: &[&str] = &[
    "name",
    "issuer",
    "client_id",
    "client_secret",
    "scopes",
    "groups_claim",
    "grants",
];
const GRANT: &[&str] = &["group", "role", "accounts"];

/// What has somebody's groups, unless it is said.
const GROUPS: &str = "groups";
/// What a button can show, in characters.
const NAME_MAX: usize = 40;

pub(super) fn oidc<'t>(
    reader: &mut Reader<'t>,
    root: &DeTable<'t>,
    accounts: &HashMap<String, usize>,
) -> Option<OidcConfig> {
    let login = table(reader, root, "login")?;
    reader.refuse_unknown(login, "`[login]`", KEYS);
    let table = table_at(reader, login, "oidc", "[login.oidc]")?;
    reader.refuse_unknown(table, "`[login.oidc]`", OIDC);
    let at = login.get("oidc").map(Spanned::span);
    for (key, what) in [
        (
            "issuer",
            "the provider's `https://` URL, as it calls itself",
        ),
        ("client_id", "what the provider calls this proxy"),
        (
            "client_secret",
            "where the secret is that the provider gave",
        ),
    ] {
        if !table.contains_key(key) {
            reader.fault(at.clone(), format!("`[login.oidc]` needs `{key}`: {what}"));
        }
    }
    if !table.contains_key("grants") {
        let fault = "`[login.oidc]` grants nothing to anybody: say what a group may do by `[[login.oidc.grants]]`, \
                     with its `group` and a `role`";
        reader.fault(at, fault);
    }
    let name = name(reader, table);
    let issuer = issuer(reader, table);
    let client_id = filled(reader, table, "client_id");
    let client_secret = secret(reader, table);
    let scopes = scopes(reader, table);
    let groups_claim = filled(reader, table, "groups_claim");
    let grants = grants(reader, table, accounts);
    let issuer = issuer?;
    Some(OidcConfig {
        name: name.unwrap_or_else(|| issuer.url().host_str().unwrap_or_default().to_owned()),
        issuer,
        client_id: client_id?,
        client_secret: client_secret?,
        scopes,
        groups_claim: groups_claim.unwrap_or_else(|| GROUPS.to_owned()),
        grants,
    })
}

/// A text that is not empty.
fn filled<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>, key: &str) -> Option<String> {
    let (text, span) = reader.string(table, key)?;
    if text.trim().is_empty() {
        reader.fault(Some(span), format!("`{key}` is empty"));
        return None;
    }
    Some(text.to_owned())
}

fn name<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Option<String> {
    let (text, span) = reader.string(table, "name")?;
    let is_fit = !text.trim().is_empty()
        && text.chars().count() <= NAME_MAX
        && !text.chars().any(char::is_control);
    if !is_fit {
        let fault = format!("`name` stands on a button: one line of at most {NAME_MAX} characters");
        reader.fault(Some(span), fault);
        return None;
    }
    Some(text.trim().to_owned())
}

fn issuer<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Option<IssuerUrl> {
    let (text, span) = reader.string(table, "issuer")?;
    let is_fit = text.parse::<Url>().is_ok_and(|url| is_issuer(&url));
    let issuer = IssuerUrl::new(text.to_owned()).ok().filter(|_| is_fit);
    if issuer.is_none() {
        let fault = "`issuer` must be the provider's URL, as it calls itself: by `https://`, or by `http://` on this \
                     machine, without a user, `?` or `#`";
        reader.fault(Some(span), fault);
    }
    issuer
}

fn secret<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Option<Reference> {
    let (text, span) = reader.string(table, "client_secret")?;
    let secret = Reference::parse(text);
    if secret.is_none() {
        // What stands there may be the secret: it is not shown.
        let fault = format!(
            "`client_secret` must be where the secret is, {}",
            Reference::FORMS
        );
        reader.fault(Some(span), fault);
    }
    secret
}

/// What is asked for beside `openid`.
fn scopes<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Vec<String> {
    if !table.contains_key("scopes") {
        return vec!["profile".to_owned()];
    }
    let mut scopes = Vec::new();
    for (text, span) in reader.strings(table, "scopes") {
        // As RFC 6749 has it.
        let is_one = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        if text.is_empty() || !text.bytes().all(is_one) {
            reader.fault(Some(span), "each of `scopes` is one word");
        } else if text == "offline_access" {
            let fault = "`offline_access` is not asked for: no token is kept";
            reader.fault(Some(span), fault);
        } else if text != "openid" {
            scopes.push(text.to_owned());
        }
    }
    scopes
}

fn grants<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    accounts: &HashMap<String, usize>,
) -> GroupGrants {
    let mut grants = GroupGrants::default();
    let Some(value) = table.get("grants") else {
        return grants;
    };
    let DeValue::Array(entries) = value.get_ref() else {
        let kind = kind(value);
        let fault = format!("`grants` must be written `[[login.oidc.grants]]`, not as {kind}");
        reader.fault(Some(value.span()), fault);
        return grants;
    };
    for entry in entries {
        let DeValue::Table(table) = entry.get_ref() else {
            let kind = kind(entry);
            let fault = format!("a grant must be a table, `[[login.oidc.grants]]`, not {kind}");
            reader.fault(Some(entry.span()), fault);
            continue;
        };
        reader.refuse_unknown(table, "`[[login.oidc.grants]]`", GRANT);
        for (key, what) in [
            ("group", "as the provider writes it"),
            ("role", "what it is"),
        ] {
            if !table.contains_key(key) {
                let fault = format!("the grant has no `{key}`: {what}");
                reader.fault(Some(entry.span()), fault);
            }
        }
        let group = filled(reader, table, "group");
        let role = role(reader, table);
        let accounts = granted_accounts(reader, table, accounts);
        if let (Some(group), Some(role)) = (group, role) {
            grants.add(&group, Grant { role, accounts });
        }
    }
    grants
}

fn role<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> Option<Role> {
    let (text, span) = reader.string(table, "role")?;
    let role = Role::parse(text);
    if role.is_none() {
        let words = Role::ALL.map(Role::as_str).join("`, `");
        let fault = format!("`role` must be one of `{words}`, not `{text}`");
        reader.fault(Some(span), fault);
    }
    role
}

/// All of them, unless some are named; a name that none has would grant nothing unseen.
fn granted_accounts<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    accounts: &HashMap<String, usize>,
) -> Accounts {
    if !table.contains_key("accounts") {
        return Accounts::All;
    }
    let mut these = BTreeSet::new();
    for (text, span) in reader.strings(table, "accounts") {
        if accounts.contains_key(text) {
            these.insert(text.to_owned());
        } else {
            let fault = format!("`accounts` names `{text}`, which is the `id` of no account");
            reader.fault(Some(span), fault);
        }
    }
    Accounts::These(these)
}

#[cfg(test)]
mod tests {
    use evenkeel_api::Right;

    use crate::Config;

    const ACCOUNT: &str = "[[accounts]]\nid = \"edge\"\nprovider = \"PROVIDER\"\nregion = \"cn-hangzhou\"\n\
                           access_key_id = \"env:A\"\naccess_key_secret = \"env:B\"\n";
    const WHOLE: &str = "[login.oidc]\nname = \"Example ID\"\nissuer = \"https://id.example.org/realms/x\"\n\
                         client_id = \"evenkeel\"\nclient_secret = \"env:C\"\n\
                         [[login.oidc.grants]]\ngroup = \"ops\"\nrole = \"operator\"\naccounts = [\"edge\"]\n\
                         [[login.oidc.grants]]\ngroup = \"staff\"\nrole = \"viewer\"\n";

    fn parse(oidc: &str) -> Result<Config, String> {
        let account = ACCOUNT.replace("PROVIDER", evenkeel::Provider::NAMES[0]);
        let text = format!("{oidc}{account}");
        Config::parse(&text, "evenkeel.toml").map_err(|error| error.to_string())
    }

    #[test]
    fn a_provider_has_a_name_and_its_groups_have_roles() {
        assert!(parse("").unwrap().oidc.is_none());
        let oidc = parse(WHOLE).unwrap().oidc.unwrap();
        assert_eq!(
            (oidc.name.as_str(), oidc.groups_claim.as_str()),
            ("Example ID", "groups")
        );
        assert_eq!(oidc.scopes, ["profile"]);
        let grants = oidc.grants.of(&["ops".to_owned()]);
        assert!(grants.allow(Right::Order, "edge") && !grants.allow(Right::Read, "core"));
        assert!(
            oidc.grants
                .of(&["staff".to_owned()])
                .allow(Right::Read, "core")
        );

        let nameless = parse(&WHOLE.replace("name = \"Example ID\"\n", "")).unwrap();
        assert_eq!(nameless.oidc.unwrap().name, "id.example.org");
    }

    #[test]
    fn every_fault_is_told_at_its_line_and_no_secret_is() {
        let said = |from: &str, to: &str| parse(&WHOLE.replace(from, to)).unwrap_err();
        for (from, to, told) in [
            (
                "client_id = \"evenkeel\"\n",
                "",
                ":1: `[login.oidc]` needs `client_id`",
            ),
            ("https://id", "http://id", ":3: `issuer` must be"),
            ("https://id", "https://lin@id", ":3: `issuer` must be"),
            ("realms/x", "realms/x?a=b", ":3: `issuer` must be"),
            (
                "\"env:C\"",
                "\"canary\"",
                ":5: `client_secret` must be where the secret is",
            ),
            (
                "\"operator\"",
                "\"boss\"",
                ":8: `role` must be one of `viewer`",
            ),
            (
                "[\"edge\"]",
                "[\"egde\"]",
                ":9: `accounts` names `egde`, which is",
            ),
            ("[\"edge\"]", "[]", ":9: `accounts` must be a list"),
            (
                "group = \"ops\"",
                "groups = \"ops\"",
                "did you mean `group`?",
            ),
            ("group = \"ops\"", "group = \" \"", ":7: `group` is empty"),
            (
                "client_id",
                "scopes = [\"offline_access\"]\nclient_id",
                ":4: `offline_access`",
            ),
            ("Example ID", "a\\nb", ":2: `name` stands on a button"),
        ] {
            let error = said(from, to);
            assert!(error.contains(told), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
        let none = WHOLE.split("[[").next().unwrap();
        let error = parse(none).unwrap_err();
        assert!(
            error.contains(":1: `[login.oidc]` grants nothing to anybody"),
            "{error}"
        );
    }
}
