//! Made-up parameters: valid ones, with every odd character that a provider allows, and damaged ones.

use evenkeel::{OperationName, Provider, Timestamp};
use evenkeel_tests::check::NOW_MILLIS;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::string::string_regex;
use serde_json::{Map, Value, json};

/// Characters of ids that an encoding could lose: of URLs, forms, JSON, and beyond the first plane.
const ODD: &str = "[a-zA-Z0-9+*~%&=#?/\\\\\"'<>,;:.!()\\[\\]{}|^`@$_éß机😀\u{10ffff}-]";

fn id(prefix: &'static str) -> impl Strategy<Value = String> {
    string_regex(&format!("{ODD}{{1,40}}"))
        .unwrap()
        .prop_map(move |tail| format!("{prefix}{tail}"))
        .prop_filter("a path has no such segment", |id| id != "." && id != "..")
}

/// An id of a list, which ENS joins by commas.
fn listed_id() -> impl Strategy<Value = String> {
    id("").prop_map(|id| id.replace(',', "_"))
}

fn later() -> impl Strategy<Value = i64> {
    NOW_MILLIS + 1..=Timestamp::MAX_MILLIS
}

fn later_in_huaweis_form() -> impl Strategy<Value = String> {
    (NOW_MILLIS + 1000..=Timestamp::MAX_MILLIS)
        .prop_map(|millis| Timestamp::from_millis(millis).to_utc_seconds())
}

/// 8 to 30 characters with the three classes, anywhere.
fn password() -> impl Strategy<Value = String> {
    (
        prop::collection::vec(any::<char>(), 5..=27),
        any::<[prop::sample::Index; 3]>(),
    )
        .prop_map(|(mut chars, places)| {
            for (class, place) in ['A', 'b', '3'].into_iter().zip(places) {
                chars.insert(place.index(chars.len() + 1), class);
            }
            chars.into_iter().collect()
        })
}

prop_compose! {
    fn info(migrate: bool)(
        event in id("e-"),
        resource in id("i-"),
        time in prop::option::of(later()),
        policy in select(&["abandon", "try_transfer", "force_transfer"][..]),
        password in prop::option::of(password()),
        reserved: bool,
    ) -> Value {
        let mut info = json!({ "EventId": event, "ResourceId": resource });
        info["OpsType"] = json!(if time.is_some() { "scheduled" } else { "immediate" });
        if let Some(millis) = time {
            info["PlanTime"] = json!(millis);
        }
        if migrate {
            info["DataPolicy"] = json!(policy);
            if let (Some(password), None) = (password, time) {
                info["Password"] = json!(password);
            }
        }
        if reserved {
            info["PlanUtcTime"] = json!("2025-03-20T06:30:32Z");
        }
        info
    }
}

fn infos(migrate: bool) -> BoxedStrategy<Value> {
    prop::collection::vec(info(migrate), 1..6)
        .prop_map(|mut infos| {
            // Each event once.
            for (index, info) in infos.iter_mut().enumerate() {
                let id = info["EventId"].as_str().unwrap_or_default();
                info["EventId"] = json!(format!("{}{index}", id.trim_end()));
            }
            json!({ "EventInfos": infos })
        })
        .boxed()
}

fn some_of(names: &'static [&'static str], least: usize) -> impl Strategy<Value = Value> {
    subsequence(names, least..=names.len()).prop_map(|names| json!(names))
}

/// An object of the members that are there.
fn object(members: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let there = members
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(there.collect::<Map<_, _>>())
}

prop_compose! {
    fn describe()(
        types in some_of(Provider::Ens.event_types(), 1),
        status in prop::option::of(some_of(Provider::Ens.states(), 0)),
        levels in prop::option::of(some_of(Provider::Ens.levels(), 0)),
        ids in prop::option::of(prop::collection::vec(listed_id(), 0..4)),
        number in prop::option::of(1..=i32::MAX),
        size in prop::option::of(1..=i32::MAX),
    ) -> Value {
        object([
            ("EventTypes", Some(types)),
            ("EventStatus", status),
            ("EventLevels", levels),
            ("ResourceIds", ids.map(Value::from)),
            ("PageNumber", number.map(Value::from)),
            ("PageSize", size.map(Value::from)),
        ])
    }
}

prop_compose! {
    fn list()(
        limit in prop::option::of(1..=100),
        marker in prop::option::of("\\PC{1,40}"),
        ids in prop::array::uniform2(prop::option::of(listed_id())),
        types in prop::option::of(some_of(Provider::HuaweiEcs.event_types(), 0)),
        states in prop::option::of(some_of(Provider::HuaweiEcs.states(), 0)),
        times in prop::array::uniform2(prop::option::of(later_in_huaweis_form())),
    ) -> Value {
        let [id, instance] = ids;
        let [mut since, mut until] = times;
        // The form sorts as the times do.
        if let (Some(one), Some(two)) = (&since, &until) && two < one {
            std::mem::swap(&mut since, &mut until);
        }
        object([
            ("limit", limit.map(Value::from)),
            ("marker", marker.map(Value::from)),
            ("id", id.map(Value::from)),
            ("instance_id", instance.map(Value::from)),
            ("type", types),
            ("state", states),
            ("publish_since", since.map(Value::from)),
            ("publish_until", until.map(Value::from)),
        ])
    }
}

fn region() -> impl Strategy<Value = Option<Value>> {
    prop::option::of("[a-z0-9-]{1,20}".prop_map(Value::from))
}

prop_compose! {
    fn history()(
        states in some_of(Provider::AlibabaEcs.states(), 1),
        types in prop::option::of(some_of(Provider::AlibabaEcs.event_types().split_at(22).0, 0)),
        ids in prop::array::uniform2(prop::option::of(prop::collection::vec(listed_id(), 0..13))),
        of in prop::option::of(select(&["instance", "ddh", "managedhost"][..])),
        times in prop::array::uniform2(prop::option::of(later_in_huaweis_form())),
        max in prop::option::of(10..=100),
        token in prop::option::of("\\PC{1,40}"),
        region in region(),
    ) -> Value {
        let [events, resources] = ids;
        let [mut since, mut until] = times;
        // The form sorts as the times do.
        if let (Some(one), Some(two)) = (&since, &until) && two < one {
            std::mem::swap(&mut since, &mut until);
        }
        object([
            ("InstanceEventCycleStatus", Some(states)),
            ("InstanceEventType", types),
            ("EventId", events.map(Value::from)),
            ("ResourceId", resources.map(Value::from)),
            ("ResourceType", of.map(Value::from)),
            ("EventPublishTime.Start", since.map(Value::from)),
            ("EventPublishTime.End", until.map(Value::from)),
            ("MaxResults", max.map(Value::from)),
            ("NextToken", token.map(Value::from)),
            ("RegionId", region),
        ])
    }
}

prop_compose! {
    fn disks()(
        name in prop::option::of(select(Provider::AlibabaEcs.event_types().split_at(22).1)),
        number in prop::option::of(1..=i32::MAX),
        size in prop::option::of(1..=100),
        region in region(),
    ) -> Value {
        object([
            ("EventType", name.map(Value::from)),
            ("PageNumber", number.map(Value::from)),
            ("PageSize", size.map(Value::from)),
            ("RegionId", region),
        ])
    }
}

/// Parameters that are right, for any operation.
pub(crate) fn parameters() -> impl Strategy<Value = (OperationName, Value)> {
    select(OperationName::ALL).prop_flat_map(|name| {
        let parameters = match name {
            OperationName::DescribeHistoryEvents => describe().boxed(),
            OperationName::BatchEventMigrateInstance => infos(true),
            OperationName::BatchEventRedeployInstance | OperationName::BatchEventRebootInstance => {
                infos(false)
            }
            OperationName::ListScheduledEvents => list().boxed(),
            OperationName::AcceptScheduledEvent => {
                let start = prop_oneof![Just("now".to_owned()), later_in_huaweis_form()];
                (id(""), start)
                    .prop_map(|(id, start)| json!({ "id": id, "not_before": start }))
                    .boxed()
            }
            OperationName::UpdateScheduledEvent => (id(""), later_in_huaweis_form())
                .prop_map(|(id, start)| json!({ "id": id, "not_before": start }))
                .boxed(),
            OperationName::DescribeInstanceHistoryEvents => history().boxed(),
            OperationName::DescribeDisksFullStatus => disks().boxed(),
            OperationName::AcceptInquiredSystemEvent => (id("e-"), region())
                .prop_map(|(id, region)| {
                    object([("EventId", Some(json!(id))), ("RegionId", region)])
                })
                .boxed(),
            OperationName::RedeployInstance => {
                id("i-").prop_map(|id| json!({ "InstanceId": id })).boxed()
            }
            OperationName::RebootInstances => {
                let ids = prop::collection::btree_set(id("i-"), 1..13);
                (ids, region())
                    .prop_map(|(ids, region)| {
                        object([
                            ("InstanceId", Some(json!(ids))),
                            ("BatchOptimization", Some(json!("SuccessFirst"))),
                            ("RegionId", region),
                        ])
                    })
                    .boxed()
            }
            OperationName::ModifySystemEventAttribute => {
                (id("e-"), id("i-"), later_in_huaweis_form(), region())
                    .prop_map(|(event, instance, start, region)| {
                        object([
                            ("EventId", Some(json!(event))),
                            ("InstanceId", Some(json!(instance))),
                            ("NotBefore", Some(json!(start))),
                            ("RegionId", region),
                        ])
                    })
                    .boxed()
            }
        };
        (Just(name), parameters)
    })
}

/// Any JSON, in which names of fields come up often.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        select(
            &[
                "EventInfos",
                "EventId",
                "ResourceId",
                "OpsType",
                "PlanTime",
                "DataPolicy",
                "Password",
                "id",
                "not_before",
                "limit",
                "type",
                "state",
                "Events",
                "Results",
                "Code",
                "events",
                "description",
                "error",
                "RequestId",
                "TotalCount",
                "PageSize",
                "page_info",
                "next_marker",
                "InstanceId",
                "NotBefore",
                "InstanceSystemEventSet",
                "InstanceSystemEventType",
                "DiskFullStatusSet",
                "InstanceResponses",
                "ExtendedAttribute",
            ][..]
        )
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        select(&["e-0", "i-0", "e-1", "immediate", "scheduled", "200", "now"][..])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(key.clone(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
