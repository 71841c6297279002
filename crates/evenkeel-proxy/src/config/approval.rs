//! The `[approval]` table: which batches a second person has to approve.

use std::{collections::BTreeMap, str::FromStr, time::Duration};

use evenkeel::Action;
use evenkeel_api::RuleConditions;
use evenkeel_engine::{DEFAULT_EXPIRY, Policy, Rule, TimeZone};
use toml::de::{DeTable, DeValue};

use super::{
    reader::{Reader, Value, kind, table, table_at},
    sync::time,
};

const KEYS: &[&str] = &["rules", "expires", "break_glass"];
const RULE_KEYS: &[&str] = &["name", "when"];
const CONDITIONS: &[&str] = &[
    "accounts",
    "actions",
    "at_least_items",
    "down_at_once",
    "within",
    "data_at_risk",
    "labels",
    "hours",
    "dates",
    "time_zone",
];

const LEAST: Duration = Duration::from_mins(1);
const MOST: Duration = Duration::from_hours(30 * 24);
/// How long an instance counts as down, unless it is said, and at most.
const DOWN: Duration = Duration::from_mins(10);
const MOST_DOWN: Duration = Duration::from_hours(7 * 24);
/// As many items as a batch can have.
const MOST_ITEMS: usize = 1_000_000;

/// `accounts` are the names of those that are configured.
pub(super) fn approval<'t>(
    reader: &mut Reader<'t>,
    root: &DeTable<'t>,
    accounts: &[&str],
) -> Policy {
    let Some(table) = table(reader, root, "approval") else {
        return Policy::default();
    };
    reader.refuse_unknown(table, "`[approval]`", KEYS);
    let expires = time(reader, table, "expires", LEAST, MOST, "24h").unwrap_or(DEFAULT_EXPIRY);
    let break_glass = reader.boolean(table, "break_glass").unwrap_or(false);
    let rules = rules(reader, table, accounts);
    if rules.is_empty() && !reader.has_faults() {
        let fault =
            "`[approval]` needs rules, `[[approval.rules]]`: without one nothing needs an approval";
        reader.fault(root.get("approval").map(toml::Spanned::span), fault);
    }
    Policy::new(rules, expires, break_glass)
}

fn rules<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>, accounts: &[&str]) -> Vec<Rule> {
    let Some(value) = table.get("rules") else {
        return Vec::new();
    };
    let DeValue::Array(entries) = value.get_ref() else {
        let fault = format!(
            "`rules` must be written `[[approval.rules]]`, not as {}",
            kind(value)
        );
        reader.fault(Some(value.span()), fault);
        return Vec::new();
    };
    let mut rules: Vec<Rule> = Vec::new();
    for entry in entries {
        let Some(rule) = rule(reader, entry, accounts) else {
            continue;
        };
        if rules.iter().any(|other| other.name == rule.name) {
            let fault = format!("there is a rule `{}` already", rule.name);
            reader.fault(Some(entry.span()), fault);
        }
        rules.push(rule);
    }
    rules
}

fn rule<'t>(reader: &mut Reader<'t>, entry: &Value<'t>, accounts: &[&str]) -> Option<Rule> {
    let DeValue::Table(table) = entry.get_ref() else {
        let fault = format!(
            "a rule must be a table, `[[approval.rules]]`, not {}",
            kind(entry)
        );
        reader.fault(Some(entry.span()), fault);
        return None;
    };
    reader.refuse_unknown(table, "a rule of `[approval]`", RULE_KEYS);
    let name = reader.string(table, "name").map(|(text, _)| text.trim());
    let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
    if name.is_none() {
        let fault = "a rule of `[approval]` needs a `name`, by which people know it";
        reader.fault(Some(entry.span()), fault);
    }
    let mut rule = Rule {
        name: name?,
        when: RuleConditions::default(),
        hours: Vec::new(),
        dates: Vec::new(),
        zone: TimeZone::UTC,
    };
    let written = "when = { … }";
    if let Some(when) = table_at(reader, table, "when", written) {
        reader.refuse_unknown(when, "`when` of a rule", CONDITIONS);
        conditions(reader, when, accounts, &mut rule);
    }
    Some(rule)
}

fn conditions<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    accounts: &[&str],
    rule: &mut Rule,
) {
    for (account, span) in reader.strings(table, "accounts") {
        if accounts.contains(&account) {
            rule.when.accounts.push(account.to_owned());
        } else {
            // A name that is misspelt would ask for nothing.
            reader.fault(Some(span), format!("no account is called `{account}`"));
        }
    }
    for (action, span) in reader.strings(table, "actions") {
        if let Ok(action) = action.parse::<Action>() {
            rule.when.actions.push(action);
        } else {
            let known: Vec<String> = Action::NAMES.iter().map(|it| format!("`{it}`")).collect();
            let fault = format!("`{action}` is no action; there are {}", known.join(", "));
            reader.fault(Some(span), fault);
        }
    }
    let least = reader.count(table, "at_least_items", (1, MOST_ITEMS));
    rule.when.at_least_items = least.and_then(|count| u64::try_from(count).ok());
    let down = reader.count(table, "down_at_once", (2, MOST_ITEMS));
    rule.when.down_at_once = down.and_then(|count| u64::try_from(count).ok());
    let within = time(reader, table, "within", LEAST, MOST_DOWN, "10m");
    if down.is_some() {
        rule.when.within_s = Some(within.unwrap_or(DOWN).as_secs());
    } else if let Some(value) = table
        .get("within")
        .filter(|_| !table.contains_key("down_at_once"))
    {
        let fault = "`within` is that of `down_at_once`: how long an instance counts as down";
        reader.fault(Some(value.span()), fault);
    }
    if let Some(value) = table.get("data_at_risk") {
        match reader.boolean(table, "data_at_risk") {
            Some(true) => rule.when.data_at_risk = true,
            Some(false) => {
                let fault =
                    "`data_at_risk` is `true`, or left out: nothing asks for what is safe alone";
                reader.fault(Some(value.span()), fault);
            }
            None => {}
        }
    }
    rule.when.labels = labels(reader, table);
    rule.hours = times(reader, table, "hours", &mut rule.when.hours);
    rule.dates = times(reader, table, "dates", &mut rule.when.dates);
    let has_times = table.contains_key("hours") || table.contains_key("dates");
    match reader.string(table, "time_zone") {
        Some((_, span)) if !has_times => {
            reader.fault(Some(span), "`time_zone` is that of `hours` and `dates`");
        }
        Some((name, span)) => {
            if let Ok(zone) = TimeZone::get(name) {
                rule.zone = zone;
                rule.when.time_zone = Some(name.to_owned());
            } else {
                let fault = format!(
                    "`{name}` is no time zone: it is one of the IANA names, like `Asia/Shanghai` or `UTC`"
                );
                reader.fault(Some(span), fault);
            }
        }
        None if has_times && !table.contains_key("time_zone") => {
            let at = table.get("hours").or_else(|| table.get("dates"));
            let fault = "`hours` and `dates` need a `time_zone`, like `Asia/Shanghai`";
            reader.fault(at.map(toml::Spanned::span), fault);
        }
        None => {}
    }
}

fn times<'t, T>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    key: &str,
    texts: &mut Vec<String>,
) -> Vec<T>
where
    T: FromStr + ToString,
    T::Err: std::fmt::Display,
{
    let mut times = Vec::new();
    for (text, span) in reader.strings(table, key) {
        match text.parse::<T>() {
            Ok(time) => {
                texts.push(time.to_string());
                times.push(time);
            }
            Err(error) => reader.fault(Some(span), format!("`{text}` of `{key}` {error}")),
        }
    }
    times
}

fn labels<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>) -> BTreeMap<String, Vec<String>> {
    let mut labels = BTreeMap::new();
    let Some(table) = table_at(reader, table, "labels", "labels = { service = [\"db\"] }") else {
        return labels;
    };
    for key in table.keys() {
        let name = key.get_ref().as_ref();
        let values = reader.strings(table, name);
        let values = values.into_iter().map(|(value, _)| value.to_owned());
        labels.insert(name.to_owned(), values.collect());
    }
    labels
}

#[cfg(test)]
mod tests {
    use crate::Config;

    const ACCOUNT: &str =
        "[[accounts]]\nid = \"prod\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\n";

    fn parse(text: &str) -> Result<Config, String> {
        let text = format!("{text}\n{ACCOUNT}");
        Config::parse(&text, "evenkeel.toml").map_err(|error| error.to_string())
    }

    #[test]
    fn a_policy_is_read_as_it_is_written_and_has_a_version() {
        let text = r#"[approval]
expires = "2h"
break_glass = true
[[approval.rules]]
name = "production"
when = { accounts = ["prod"], actions = ["migrate"], at_least_items = 3, data_at_risk = true, labels = { service = ["db", "mq"] }, hours = ["Mon-Fri 09:00-18:00"], dates = ["2026-12-24/2027-01-02"], time_zone = "Asia/Shanghai" }
[[approval.rules]]
name = "many down"
when = { down_at_once = 5 }
"#;
        let policy = parse(text).unwrap().policy;
        let view = policy.view();
        assert_eq!((view.expires_s, view.break_glass), (7200, true));
        assert_eq!(view.rules.len(), 2);
        let when = &view.rules[0].when;
        assert_eq!(when.accounts, ["prod"]);
        assert_eq!(when.at_least_items, Some(3));
        assert_eq!(when.labels["service"], ["db", "mq"]);
        assert_eq!(when.hours, ["Mon-Fri 09:00-18:00"]);
        assert_eq!(when.time_zone.as_deref(), Some("Asia/Shanghai"));
        let when = &view.rules[1].when;
        assert_eq!((when.down_at_once, when.within_s), (Some(5), Some(600)));
        let version = view.version.clone().unwrap();
        assert_eq!(version.len(), 64);
        // White space is no other policy; another number is.
        let spaced = text.replace("[approval]", "\n\n[approval]");
        let again = parse(&spaced).unwrap().policy;
        assert_eq!(again.view().version, Some(version.clone()));
        let other = parse(&text.replace("= 3", "= 4")).unwrap().policy;
        assert_ne!(other.view().version, Some(version));
        assert_eq!(parse("").unwrap().policy.view().version, None);
    }

    #[test]
    fn each_fault_is_said_with_its_line() {
        for (rule, said) in [
            ("", ":2: a rule of `[approval]` needs a `name`"),
            ("name = \"x\"\nwhat = 1", ":4: unknown key `what` in a rule"),
            ("name = \"x\"\nwhen = 5", ":4: `when` must be a table"),
            (
                "name = \"x\"\nwhen = { accounts = [\"prdo\"] }",
                ":4: no account is called `prdo`",
            ),
            (
                "name = \"x\"\nwhen = { actions = [\"wipe\"] }",
                ":4: `wipe` is no action; there are ",
            ),
            (
                "name = \"x\"\nwhen = { at_least_items = 0 }",
                ":4: `at_least_items` must be",
            ),
            (
                "name = \"x\"\nwhen = { data_at_risk = false }",
                ":4: `data_at_risk` is `true`, or left out",
            ),
            (
                "name = \"x\"\nwhen = { hours = [\"always\"], time_zone = \"UTC\" }",
                ":4: `always` of `hours` must be days and times",
            ),
            (
                "name = \"x\"\nwhen = { dates = [\"2026-02-30\"], time_zone = \"UTC\" }",
                ":4: `2026-02-30` of `dates` must be a day",
            ),
            (
                "name = \"x\"\nwhen = { hours = [\"Mon 09:00-10:00\"] }",
                ":4: `hours` and `dates` need a `time_zone`",
            ),
            (
                "name = \"x\"\nwhen = { time_zone = \"UTC\" }",
                ":4: `time_zone` is that of `hours`",
            ),
            (
                "name = \"x\"\nwhen = { hours = [\"Mon 09:00-10:00\"], time_zone = \"Mars/Base\" }",
                ":4: `Mars/Base` is no time zone",
            ),
            (
                "name = \"x\"\nwhen = { labels = { service = [] } }",
                "`service` must be a list of strings",
            ),
            (
                "name = \"x\"\nwhen = { all_at_once = 3 }",
                ":4: unknown key `all_at_once`",
            ),
            (
                "name = \"x\"\nwhen = { down_at_once = 1 }",
                ":4: `down_at_once` must be",
            ),
            (
                "name = \"x\"\nwhen = { within = \"10m\" }",
                ":4: `within` is that of `down_at_once`",
            ),
            (
                "name = \"x\"\nwhen = { down_at_once = 3, within = \"1s\" }",
                ":4: `within` must be a time from 1m to 7days",
            ),
            (
                "name = \"x\"\n[[approval.rules]]\nname = \"x\"",
                ":4: there is a rule `x` already",
            ),
        ] {
            let error = parse(&format!("[approval]\n[[approval.rules]]\n{rule}")).unwrap_err();
            assert!(error.contains(said), "{rule}\n{error}");
        }
        let none = parse("[approval]\nexpires = \"1h\"").unwrap_err();
        assert!(none.contains(":1: `[approval]` needs rules"), "{none}");
        let soon = parse("[approval]\nexpires = \"1s\"\n[[approval.rules]]\nname = \"x\"");
        assert!(
            soon.unwrap_err()
                .contains(":2: `expires` must be a time from 1m to 30days")
        );
    }
}
