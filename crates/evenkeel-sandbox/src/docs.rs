//! Holds `docs/sandbox.md`, the reference of the controls, to what is true.

use serde_json::Value;

use crate::{clouds, fault, fault::FaultKind, snapshot};

const PAGE: &str = include_str!("../../../docs/sandbox.md");

/// The page's blocks of JSON.
fn examples() -> Vec<&'static str> {
    PAGE.split("```json\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn every_kind_is_there_with_all_its_fields() {
    for (kind, fields) in FaultKind::FIELDS {
        let row = PAGE
            .lines()
            .find(|line| line.starts_with(&format!("| `{kind}` |")))
            .unwrap_or_else(|| panic!("`{kind}` is not on the page"));
        for field in fields {
            assert!(row.contains(&format!("`{field}`")), "{kind}: {field}");
        }
    }
}

#[test]
fn the_fault_plan_can_be_taken() {
    let plan = examples()
        .into_iter()
        .find(|text| text.contains("\"faults\": [\n"))
        .unwrap();
    assert_eq!(
        fault::parse(plan.as_bytes(), &clouds::providers())
            .unwrap()
            .len(),
        4
    );
    let one = PAGE
        .lines()
        .find_map(|line| line.strip_prefix("curl -s localhost:9000/_sandbox/faults -d '"))
        .and_then(|rest| rest.strip_suffix('\''))
        .unwrap();
    assert_eq!(
        fault::parse(one.as_bytes(), &clouds::providers())
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn the_state_can_be_taken() {
    let text = examples()
        .into_iter()
        .find(|text| text.contains("\"version\": 1"))
        .unwrap();
    let imported = snapshot::import(text.as_bytes(), 1000).unwrap();
    for provider in clouds::providers() {
        let name = provider.name;
        let section = imported.events.iter().find(|(other, _)| *other == name);
        let count = section.map_or(0, |(_, events)| events.len());
        assert_eq!(count, 1, "the page has no event of `{name}`");
    }
}

#[test]
fn the_calls_are_json() {
    let text = examples()
        .into_iter()
        .find(|text| text.contains("\"forgotten\""))
        .unwrap();
    let calls: Value = serde_json::from_str(text).unwrap();
    assert_eq!(calls["calls"][0]["number"], 1);
}
