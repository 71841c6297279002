//! One judge: an item gets the same verdict as an item of a batch and as the parameters of a call.

use evenkeel::{
    Action, Batch, BatchDraft, DataPolicy, Event, EventType, Issue, IssueKind, ItemDraft, Nearest,
    Operation, OperationName, Password, Provider, Rules, Severity, State, Timestamp, When,
};
use evenkeel_tests::check::NOW_MILLIS;
use evenkeel_tests::draft::{every_action, names_event, soon};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::config;

const HOUR: i64 = 3_600_000;

/// What an issue says, without where it stands: the part of the item, and a time as the instant that it is.
type Said = (&'static str, IssueKind, Severity, Option<String>);

fn said(issues: &[Issue], part_of: impl Fn(&str) -> &'static str) -> Vec<Said> {
    let said = |issue: &Issue| {
        let nearest = issue.nearest.as_ref().map(|nearest| match nearest {
            Nearest::Number(millis) => Timestamp::from_millis(*millis).to_string(),
            Nearest::Text(text) => text.to_string(),
        });
        let part = part_of(issue.path.last_key().unwrap_or_default());
        (part, issue.kind.clone(), issue.severity, nearest)
    };
    issues.iter().map(said).collect()
}

fn part_of_draft(key: &str) -> &'static str {
    match key {
        "event_id" => "event",
        "resource_id" => "resource",
        "when" => "time",
        "data_policy" => "data",
        "password" => "password",
        other => panic!("`{other}` is no part of an item"),
    }
}

fn part_of_params(key: &str) -> &'static str {
    match key {
        "EventId" | "id" => "event",
        "ResourceId" | "InstanceId" => "resource",
        "OpsType" | "PlanTime" | "not_before" | "NotBefore" => "time",
        "DataPolicy" => "data",
        "Password" => "password",
        other => panic!("`{other}` is no parameter of an item"),
    }
}

fn as_batch(cloud: Provider, draft: &BatchDraft, rules: &Rules<'_>) -> Vec<Said> {
    let issues = match Batch::parse(cloud, draft, rules) {
        Ok(checked) => checked.issues,
        Err(report) => report.issues,
    };
    said(&issues, part_of_draft)
}

/// The same item, as the cloud spells it.
fn params(cloud: Provider, draft: &BatchDraft, password: Option<&str>) -> Value {
    let item = &draft.items[0];
    let mut params = Map::new();
    let mut set = |key: &str, value: Value| params.insert(key.to_owned(), value);
    match cloud {
        Provider::Ens => {
            set("EventId", json!(item.event_id));
            set("ResourceId", json!(item.resource_id));
            match item.when {
                None => {}
                Some(When::Now) => {
                    set("OpsType", json!("immediate"));
                }
                Some(When::At(at)) => {
                    set("OpsType", json!("scheduled"));
                    set("PlanTime", json!(at.as_millis()));
                }
            }
            if let Some(policy) = item.data_policy {
                set("DataPolicy", json!(policy));
            }
            if let Some(password) = password {
                set("Password", json!(password));
            }
            json!({ "EventInfos": [params] })
        }
        Provider::AlibabaEcs => {
            let has_event = names_event(cloud, draft.action);
            if has_event {
                set("EventId", json!(item.event_id));
            }
            match draft.action {
                Action::Accept => {}
                Action::Reboot => {
                    set("InstanceId", json!([item.resource_id]));
                    set("BatchOptimization", json!("SuccessFirst"));
                }
                _ => {
                    set("InstanceId", json!(item.resource_id));
                }
            }
            if let Some(When::At(at)) = item.when {
                set("NotBefore", json!(at.to_utc_seconds()));
            }
            Value::Object(params)
        }
        Provider::HuaweiEcs => {
            set("id", json!(item.event_id));
            match item.when {
                None => {}
                Some(When::Now) => {
                    set("not_before", json!("now"));
                }
                Some(When::At(at)) => {
                    set("not_before", json!(at.to_utc_seconds()));
                }
            }
            Value::Object(params)
        }
    }
}

fn as_parameters(
    cloud: Provider,
    draft: &BatchDraft,
    password: Option<&str>,
    rules: &Rules<'_>,
) -> Vec<Said> {
    let acts =
        |name: &&OperationName| name.provider() == cloud && name.action() == Some(draft.action);
    let name = *OperationName::ALL.iter().find(acts).unwrap();
    let json = params(cloud, draft, password).to_string();
    // What costs data stands at what a call names: of some that is the instance.
    let part = |key: &str| match part_of_params(key) {
        "resource" if !names_event(cloud, draft.action) => "event",
        part => part,
    };
    said(&Operation::check_json(name, json.as_bytes(), rules), part)
}

/// A known event of any cloud, type and state, with times about now.
fn event() -> impl Strategy<Value = Event> {
    let time = || prop::option::of((-2..48_i64).prop_map(|hours| NOW_MILLIS + hours * HOUR));
    let cloud = select(Provider::ALL).prop_flat_map(|cloud| {
        let types = select(cloud.event_types());
        (Just(cloud), types, select(cloud.states()))
    });
    (cloud, time(), time()).prop_map(|((provider, event_type, state), not_before, deadline)| {
        Event {
            account: "a".into(),
            provider,
            id: "e-1".into(),
            resource_id: "i-1".into(),
            event_type: EventType::new(event_type),
            state: State::new(state),
            level: None,
            published_at: None,
            not_before: not_before.map(Timestamp::from_millis),
            not_after: None,
            deadline: deadline.map(Timestamp::from_millis),
            started_at: None,
            finished_at: None,
            description: Vec::new(),
            source: None,
            restriction: None,
            raw: String::new(),
        }
    })
}

prop_compose! {
    /// An item as both can say it: where a cloud has no field for something, nothing is said of it.
    fn item()(
        (cloud, action) in select(every_action()),
        event_id in select(&["e-1", "e-2", "x-1", "e-", "e\u{200b}-1"][..]),
        when in prop_oneof![
            Just(None),
            Just(Some(When::Now)),
            (-60..3000_i64).prop_map(|minutes| {
                Some(When::At(Timestamp::from_millis(NOW_MILLIS + minutes * 60_000)))
            }),
        ],
        data_policy in prop::option::of(select(DataPolicy::ALL)),
        password in prop::option::of(select(&["Abcdefg1", "short", "abcdefgh"][..])),
    ) -> (Provider, BatchDraft, Option<&'static str>) {
        let is_ens = cloud == Provider::Ens;
        let when = when.filter(|when| action != Action::Reschedule || *when != When::Now);
        let when = match soon(cloud, action) {
            When::Now => Some(When::Now),
            When::At(_) => when,
        };
        // What a call does not name has no verdict there.
        let event_id = if names_event(cloud, action) { event_id } else { "e-1" };
        let password = password.filter(|_| is_ens);
        let item = ItemDraft {
            event_id: event_id.to_owned(),
            resource_id: "i-1".to_owned(),
            when,
            data_policy: data_policy.filter(|_| is_ens),
        };
        let draft = BatchDraft {
            account: "a".to_owned(),
            action,
            items: vec![item],
            password: password.map(|text| Password::new(text.to_owned())),
        };
        (cloud, draft, password)
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_item_gets_one_verdict_whichever_way_it_is_written(
        (cloud, draft, password) in item(),
        events in prop::collection::vec(event(), 0..2),
    ) {
        let known = if names_event(cloud, draft.action) { &events[..] } else { &[] };
        let rules = Rules { now: Timestamp::from_millis(NOW_MILLIS), events: known };
        let mut as_batch = as_batch(cloud, &draft, &rules);
        let mut as_parameters = as_parameters(cloud, &draft, password, &rules);
        // A key that an action's parameters do not have stands before all fields.
        let by_part = |said: &Said| (said.0, said.1.code());
        as_batch.sort_by_key(by_part);
        as_parameters.sort_by_key(by_part);
        prop_assert_eq!(as_batch, as_parameters);
    }
}
