//! What is printed reads back as the same.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use evenkeel::{
    Action, DataPolicy, EventId, EventKind, OperationName, Outcome, ProjectId, Provider,
    ResourceId, StateKind, Timestamp,
};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::config;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_instant_reads_back_from_each_of_its_forms(millis: i64, near in -70_000_000_000_000..260_000_000_000_000_i64) {
        for millis in [millis, near] {
            let at = Timestamp::from_millis(millis);
            prop_assert_eq!(at.to_string().parse(), Ok(at));
            prop_assert_eq!(json(&at), at);
            prop_assert_eq!(Timestamp::from_millis(at.as_millis()), at);
            let seconds = Timestamp::from_millis(at.as_millis().div_euclid(1000) * 1000);
            prop_assert_eq!(Timestamp::parse_utc_seconds(&at.to_utc_seconds()), Ok(seconds));
        }
    }

    #[test]
    fn an_instant_is_the_same_in_every_zone(
        millis in 0..253_402_300_000_000_i64,
        hours in 0..24_i64,
        minutes in 0..60_i64,
        west: bool,
    ) {
        let offset = (hours * 60 + minutes) * if west { -60_000 } else { 60_000 };
        let at = Timestamp::from_millis(millis);
        let there = at.plus_millis(offset);
        // At the ends of the years 0 to 9999 the local time cannot be written.
        prop_assume!(there.as_millis() == millis + offset);
        let sign = if west { '-' } else { '+' };
        let text = there.to_string().replace('Z', &format!("{sign}{hours:02}:{minutes:02}"));
        prop_assert_eq!(text.parse(), Ok(at), "{}", text);
        prop_assert!(Timestamp::parse_utc_seconds(&text).is_err());
    }

    #[test]
    fn any_text_is_an_instant_or_none(text in any::<String>(), near in "[-+0-9]{1,5}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]{5,12}(Z|z|[-+][0-9:]{2,6})") {
        for text in [text, near] {
            if let Ok(at) = text.parse::<Timestamp>() {
                prop_assert_eq!(at.to_string().parse(), Ok(at));
            }
            if let Ok(at) = Timestamp::parse_utc_seconds(&text) {
                prop_assert_eq!(at.to_utc_seconds(), text);
            }
        }
    }

    #[test]
    fn an_id_is_kept_as_it_is_written(text in any::<String>(), tail in "[!-~é😀]{1,140}") {
        for &provider in Provider::ALL {
            let prefixed = [format!("e-{tail}"), format!("i-{tail}")];
            for text in prefixed.iter().chain([&text, &tail]) {
                if let Ok(id) = EventId::parse(provider, text) {
                    prop_assert_eq!(&id.to_string(), text);
                    prop_assert_eq!(EventId::parse(provider, id.as_str()), Ok(id.clone()));
                    prop_assert_eq!(serde_json::to_value(&id).unwrap(), text.as_str());
                }
                if let Ok(id) = ResourceId::parse(provider, text) {
                    prop_assert_eq!(ResourceId::parse(provider, id.as_str()), Ok(id));
                }
            }
        }
        if let Ok(id) = ProjectId::parse(&text) {
            prop_assert_eq!(id.as_str(), text);
        }
    }

    #[test]
    fn an_id_with_its_prefix_and_of_its_length_is_one(tail in "[!-~é😀]{1,126}") {
        let prefixed = [format!("e-{tail}"), format!("i-{tail}")];
        prop_assert!(EventId::parse(Provider::Ens, &prefixed[0]).is_ok());
        prop_assert!(ResourceId::parse(Provider::Ens, &prefixed[1]).is_ok());
        let dots = [".", ".."].contains(&tail.as_str());
        prop_assert_eq!(EventId::parse(Provider::HuaweiEcs, &tail).is_ok(), !dots);
    }

    #[test]
    fn an_outcome_reads_back(a in any::<String>(), b in any::<String>(), id in any::<Option<String>>()) {
        for outcome in [
            Outcome::Accepted { request_id: id.clone() },
            Outcome::Rejected { code: a.clone(), message: b, request_id: id },
            Outcome::NotSent { reason: a.clone() },
            Outcome::Unknown { reason: a },
        ] {
            prop_assert_eq!(json(&outcome), outcome);
        }
    }

    #[test]
    fn a_name_that_is_in_no_list_is_refused(text in any::<String>()) {
        prop_assert!(text.parse::<OperationName>().is_err());
        prop_assert!(text.parse::<Action>().is_err());
        prop_assert!(serde_json::from_value::<Provider>(text.into()).is_err());
    }
}

/// The same through JSON.
fn json<T: Serialize + DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

fn names<T>(all: &[T], names: &[&str])
where
    T: Copy + Debug + Display + FromStr + PartialEq + Serialize + DeserializeOwned,
{
    assert_eq!(all.len(), names.len());
    for (value, name) in all.iter().zip(names) {
        assert_eq!(value.to_string(), *name);
        assert_eq!(name.parse().ok(), Some(*value));
        assert_eq!(json(value), *value);
        assert_eq!(names.iter().filter(|other| *other == name).count(), 1);
        assert!(name.to_uppercase().parse::<T>().is_err());
    }
}

#[test]
fn every_name_stands_for_one_value() {
    names(Action::ALL, Action::NAMES);
    names(DataPolicy::ALL, DataPolicy::NAMES);
    names(EventKind::ALL, EventKind::NAMES);
    names(OperationName::ALL, OperationName::NAMES);
    names(Provider::ALL, Provider::NAMES);
    names(StateKind::ALL, StateKind::NAMES);
}
