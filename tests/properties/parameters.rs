//! Parameters: right ones are taken, printed and built without a loss; all others give every issue at its place.

use evenkeel::{Operation, OperationName, Rules, Timestamp};
use evenkeel_tests::check::{NOW_MILLIS, Target, WITH_EVENTS, byte_of};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use crate::config;
use crate::made_up::{any_json, parameters};

fn run(name: OperationName, json: &str) {
    // Once with no event known, once with some.
    for known in [0, WITH_EVENTS] {
        Target::Drafts.run(&[&[byte_of(name) | known], json.as_bytes()].concat());
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn right_parameters_read_back_from_their_print_and_from_their_request((name, value) in parameters()) {
        let json = value.to_string();
        let rules = Rules::at(Timestamp::from_millis(NOW_MILLIS));
        let checked = Operation::parse_json(name, json.as_bytes(), &rules);
        prop_assert!(checked.is_ok(), "{}: {}", json, checked.unwrap_err());
        run(name, &json);
    }

    #[test]
    fn parameters_of_another_operation_are_checked_too((_, value) in parameters(), name in select(OperationName::ALL)) {
        run(name, &value.to_string());
    }

    #[test]
    fn any_json_gives_an_operation_or_issues_at_places_that_are_there(value in any_json(), name in select(OperationName::ALL)) {
        run(name, &value.to_string());
    }

    #[test]
    fn any_item_gives_issues_that_name_it(items in prop::collection::vec(any_json(), 1..5), name in select(OperationName::ALL)) {
        run(name, &format!(r#"{{"EventInfos":{}}}"#, Value::from(items)));
    }

    #[test]
    fn any_bytes_are_taken_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), name in select(OperationName::ALL)) {
        Target::Drafts.run(&[&[byte_of(name)], &bytes[..]].concat());
    }

    #[test]
    fn damaged_parameters_are_taken_or_refused((name, value) in parameters(), at: Index, byte: u8) {
        let mut bytes = value.to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        Target::Drafts.run(&[&[byte_of(name)], &bytes[..]].concat());
    }

    #[test]
    fn the_issues_of_items_come_in_the_order_of_the_items(items in prop::collection::vec(any_json(), 2..6)) {
        let json = format!(r#"{{"EventInfos":{}}}"#, Value::from(items));
        let rules = Rules::at(Timestamp::from_millis(NOW_MILLIS));
        let name = OperationName::BatchEventMigrateInstance;
        if let Err(report) = Operation::parse_json(name, json.as_bytes(), &rules) {
            let indices: Vec<_> = report.issues.iter().map(|issue| {
                issue.path.segments().get(1).cloned()
            }).map(|segment| match segment {
                Some(evenkeel::Segment::Index(index)) => index,
                other => panic!("not an item: {other:?}"),
            }).collect();
            prop_assert!(indices.is_sorted(), "{:?}", indices);
        }
    }

    #[test]
    fn a_right_item_more_changes_nothing_of_the_issues(items in prop::collection::vec(any_json(), 1..4)) {
        let rules = Rules::at(Timestamp::from_millis(NOW_MILLIS));
        let name = OperationName::BatchEventRebootInstance;
        let issues = |items: &[Value]| {
            let json = format!(r#"{{"EventInfos":{}}}"#, Value::from(items));
            match Operation::parse_json(name, json.as_bytes(), &rules) {
                Ok(checked) => checked.issues,
                Err(report) => report.issues,
            }
        };
        let right = serde_json::json!({"EventId": "e-right", "ResourceId": "i-right", "OpsType": "immediate"});
        let before = issues(&items);
        let more = [items, vec![right]].concat();
        prop_assert_eq!(issues(&more), before);
    }
}
