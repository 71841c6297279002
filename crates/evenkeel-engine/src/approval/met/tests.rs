use std::{collections::BTreeMap, time::Duration};

use evenkeel::DataPolicy;
use evenkeel_api::RuleConditions;
use serde_json::json;

use super::*;
use crate::approval::TimeZone;

const NOW: i64 = 1_800_000_000_000;

fn rule(when: RuleConditions) -> Rule {
    Rule {
        name: "a rule".to_owned(),
        hours: when.hours.iter().map(|it| it.parse().unwrap()).collect(),
        dates: when.dates.iter().map(|it| it.parse().unwrap()).collect(),
        zone: TimeZone::UTC,
        when,
    }
}

fn item(n: i64) -> NewItem {
    NewItem {
        event_id: format!("e-{n}"),
        resource_id: format!("i-{n}"),
        plan_at: None,
        data_policy: None,
        takes_password: false,
        due_at: 0,
    }
}

fn event(n: i64, kind: &str) -> Event {
    serde_json::from_value(json!({"account": "prod", "provider": "alibaba-ecs",
        "id": format!("e-{n}"), "resource_id": format!("i-{n}"),
        "type": {"raw": format!("SystemMaintenance.{kind}"), "kind": "other"}, "state": {"raw": "x", "kind": "scheduled"},
        "raw": ""}))
    .unwrap()
}

/// What one rule says of an accept of these items, with what is known.
fn met(rule: Rule, items: &[NewItem], events: &[Event], labels: &Labels) -> Option<String> {
    let policy = Policy::new(vec![rule], Duration::from_hours(1), false);
    let mut met = policy.met(&Subject {
        account: "prod",
        provider: Provider::AlibabaEcs,
        action: Action::Accept,
        items,
        events,
        labels,
        now: NOW,
    });
    assert!(met.len() <= 1);
    met.pop().map(|rule| rule.text)
}

fn said(when: RuleConditions, items: &[NewItem]) -> Option<String> {
    met(rule(when), items, &[], &Labels::new())
}

#[test]
fn a_rule_without_conditions_is_met_by_everything_and_no_rule_by_nothing() {
    let all = said(RuleConditions::default(), &[item(1)]);
    assert_eq!(all.as_deref(), Some("every batch needs it"));
    let none = Policy::default();
    assert!(!none.has_rules());
}

#[test]
fn each_condition_has_to_be_met() {
    let of = |accounts: &[&str], actions: &[Action]| RuleConditions {
        accounts: accounts.iter().map(|it| (*it).to_owned()).collect(),
        actions: actions.to_vec(),
        ..RuleConditions::default()
    };
    let one = [item(1)];
    assert!(said(of(&["test", "prod"], &[]), &one).is_some());
    assert!(said(of(&["test"], &[]), &one).is_none());
    assert!(said(of(&["prod"], &[Action::Accept]), &one).is_some());
    assert!(said(of(&["prod"], &[Action::Reboot]), &one).is_none());
}

#[test]
fn items_that_meet_the_rest_are_counted() {
    let least = |count| RuleConditions {
        at_least_items: Some(count),
        ..RuleConditions::default()
    };
    let items: Vec<NewItem> = (0..5).map(item).collect();
    assert!(said(least(5), &items).is_some());
    assert!(said(least(6), &items).is_none());
    let risky = RuleConditions {
        data_at_risk: true,
        ..least(2)
    };
    let events = [event(0, "Reboot"), event(1, "Redeploy"), event(2, "Reboot")];
    let of = |items: &[NewItem]| met(rule(risky.clone()), items, &events, &Labels::new());
    assert_eq!(of(&items[..3]), None);
    assert!(of(&[item(1), item(7)]).is_some());
}

#[test]
fn instances_that_are_down_at_one_time_are_counted_and_each_once() {
    let down = |count| RuleConditions {
        down_at_once: Some(count),
        within_s: Some(600),
        ..RuleConditions::default()
    };
    let at = |n, minutes: i64| NewItem {
        plan_at: Some(NOW + minutes * 60_000),
        ..item(n)
    };
    let now: Vec<NewItem> = (0..3).map(item).collect();
    assert!(said(down(3), &now).is_some());
    assert!(said(down(4), &now).is_none());
    // Ten minutes after the other it is up again; and whoever goes down twice is one.
    let spread: Vec<NewItem> = (0..20).map(|n| at(n, n * 11)).collect();
    assert!(said(down(2), &spread).is_none());
    let close: Vec<NewItem> = [at(1, 60), at(2, 5), at(3, 70), at(4, 64)].to_vec();
    let text = said(down(3), &close).unwrap();
    assert_eq!(text, "3 instances are down within 600 s");
    let known = [event(1, "Reboot"), event(2, "Reboot")];
    let twice = [item(1), item(1), item(1), item(2)];
    let of = |count| met(rule(down(count)), &twice, &known, &Labels::new());
    assert!(of(2).is_some());
    assert_eq!(of(3), None);
    // One that nobody knows may be any.
    let unknown = NewItem {
        resource_id: String::new(),
        ..item(9)
    };
    let and = [item(1), unknown];
    assert!(met(rule(down(2)), &and, &known, &Labels::new()).is_some());
}

#[test]
fn what_an_unknown_event_may_lose_is_lost() {
    let risky = || {
        rule(RuleConditions {
            data_at_risk: true,
            ..RuleConditions::default()
        })
    };
    let none = Labels::new();
    assert_eq!(met(risky(), &[item(1)], &[event(1, "Reboot")], &none), None);
    let unknown = met(risky(), &[item(1)], &[], &none).unwrap();
    assert_eq!(unknown, "1 items may lose data; of 1 nobody can tell");
    // The event of another instance says nothing of this one.
    let mut other = event(1, "Reboot");
    other.resource_id = "i-2".to_owned();
    assert!(met(risky(), &[item(1)], &[other], &none).is_some());
    // What was chosen goes before what the event may do.
    let mut moved = item(1);
    moved.data_policy = Some(DataPolicy::TryTransfer);
    assert!(met(risky(), &[moved], &[event(1, "Reboot")], &none).is_some());
}

#[test]
fn an_instance_without_the_label_meets_every_restriction() {
    let production = || {
        rule(RuleConditions {
            labels: BTreeMap::from([
                ("env".to_owned(), vec!["production".to_owned()]),
                ("tier".to_owned(), vec!["1".to_owned(), "2".to_owned()]),
            ]),
            ..RuleConditions::default()
        })
    };
    let of = |pairs: &[(&str, &str)]| {
        let labels = pairs.iter();
        let labels = labels.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let known = Labels::from([("i-1".to_owned(), labels.collect())]);
        met(production(), &[item(1)], &[event(1, "Reboot")], &known).is_some()
    };
    assert!(of(&[("env", "production"), ("tier", "2")]));
    assert!(of(&[("env", "production")]));
    assert!(of(&[]));
    assert!(!of(&[("env", "test")]));
    assert!(!of(&[("env", "production"), ("tier", "3")]));
    // One that the inventory does not name has none.
    let events = [event(9, "Reboot")];
    assert!(met(production(), &[item(9)], &events, &Labels::new()).is_some());
    // A call that names no instance is about its event's.
    let mut nameless = item(1);
    nameless.resource_id = String::new();
    let test = BTreeMap::from([("env".to_owned(), "test".to_owned())]);
    let known = Labels::from([("i-1".to_owned(), test)]);
    let events = [event(1, "Reboot")];
    assert_eq!(
        met(production(), &[nameless.clone()], &events, &known),
        None
    );
    assert!(met(production(), &[nameless], &[], &known).is_some());
}

#[test]
fn an_order_for_an_event_cannot_say_that_it_is_another_instances() {
    let production = || {
        rule(RuleConditions {
            labels: BTreeMap::from([("env".to_owned(), vec!["production".to_owned()])]),
            ..RuleConditions::default()
        })
    };
    let env = |env: &str| BTreeMap::from([("env".to_owned(), env.to_owned())]);
    let known = Labels::from([
        ("i-1".to_owned(), env("production")),
        ("i-2".to_owned(), env("test")),
    ]);
    let mut lie = item(1);
    lie.resource_id = "i-2".to_owned();
    let of = |item: &NewItem, events: &[Event]| {
        met(production(), std::slice::from_ref(item), events, &known).is_some()
    };
    assert!(of(&lie, &[event(1, "Reboot")]));
    assert!(!of(&item(2), &[event(2, "Reboot")]));
    // Of an event that nobody knows, nobody knows whose it is.
    assert!(of(&item(2), &[]));
}

#[test]
fn an_item_acts_at_its_time_or_now() {
    // 2027-01-15 08:00 UTC, a Friday.
    let office = || {
        rule(RuleConditions {
            hours: vec!["Mon-Fri 09:00-18:00".to_owned()],
            ..RuleConditions::default()
        })
    };
    let none = Labels::new();
    assert_eq!(met(office(), &[item(1)], &[], &none), None);
    let mut later = item(1);
    later.plan_at = Some(NOW + 2 * 3_600_000);
    let text = met(office(), &[item(2), later.clone()], &[], &none).unwrap();
    assert_eq!(text, "1 items act within Mon-Fri 09:00-18:00 (UTC)");
    let both = rule(RuleConditions {
        hours: vec!["Mon-Fri 09:00-18:00".to_owned()],
        dates: vec!["2027-01-16".to_owned()],
        ..RuleConditions::default()
    });
    assert_eq!(met(both, &[later], &[], &none), None);
}
