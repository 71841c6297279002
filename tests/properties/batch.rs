//! Batches: every item leaves in one call and gets one outcome, whatever comes back.

use evenkeel::{
    Action, Batch, BatchDraft, DataPolicy, ItemDraft, Judgement, Outcome, Provider, Rules,
    Timestamp, When,
};
use evenkeel_tests::check::{NOW_MILLIS, Target, byte_of, covers_each_item};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::config;
use crate::made_up::any_json;

fn item(
    provider: Provider,
    action: Action,
    index: usize,
    later: Option<i64>,
    policy: DataPolicy,
) -> ItemDraft {
    let prefix = |prefix| match provider {
        Provider::Ens | Provider::AlibabaEcs => prefix,
        Provider::HuaweiEcs => "",
    };
    let resource = match provider {
        Provider::Ens | Provider::HuaweiEcs => index % 3,
        // Calls name it, once a batch.
        Provider::AlibabaEcs => index,
    };
    // One cloud carries out at once all that it does not move.
    let later = later.filter(|_| provider != Provider::AlibabaEcs);
    ItemDraft {
        event_id: format!("{}{index}", prefix("e-")),
        resource_id: format!("{}{resource}", prefix("i-")),
        when: Some(match later {
            Some(later) => When::At(Timestamp::from_millis(NOW_MILLIS + later)),
            None if action == Action::Reschedule => {
                When::At(Timestamp::from_millis(NOW_MILLIS + 60_000))
            }
            None => When::Now,
        }),
        data_policy: (action == Action::Migrate).then_some(policy),
    }
}

/// Every action of every cloud.
fn acts() -> Vec<(Provider, Action)> {
    let providers = Provider::ALL.iter();
    providers
        .flat_map(|provider| provider.actions().iter().map(|action| (*provider, *action)))
        .collect()
}

prop_compose! {
    fn batch()(
        (provider, action) in select(acts()),
        choices in prop::collection::vec(
            (prop::option::of(1000..10_000_000_i64), select(DataPolicy::ALL)),
            1..80,
        ),
    ) -> Batch {
        let items = choices.into_iter().enumerate();
        let items = items.map(|(index, (later, policy))| item(provider, action, index, later, policy));
        let draft = BatchDraft {
            account: "a".into(),
            action,
            items: items.collect(),
            password: None,
        };
        let rules = Rules::at(Timestamp::from_millis(NOW_MILLIS));
        Batch::parse(provider, &draft, &rules).unwrap().value
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_item_leaves_in_one_call(batch in batch(), size in 0..100_usize) {
        covers_each_item(&batch, size);
        covers_each_item(&batch, usize::MAX);
    }

    #[test]
    fn any_bytes_of_an_answer_give_a_page_or_one_outcome_an_item(
        name in select(evenkeel::OperationName::ALL),
        status: u8,
        count: u8,
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        Target::Answers.run(&[&[byte_of(name), status, count], &body[..]].concat());
    }

    #[test]
    fn any_json_of_an_answer_does_so_too(
        name in select(evenkeel::OperationName::ALL),
        status: u8,
        count: u8,
        body in any_json(),
    ) {
        Target::Answers.run(&[&[byte_of(name), status, count], body.to_string().as_bytes()].concat());
    }

    #[test]
    fn any_list_and_any_results_do_so_too(
        name in select(evenkeel::OperationName::ALL),
        items in prop::collection::vec(any_json(), 0..5),
        total in any_json(),
    ) {
        let items = serde_json::Value::from(items);
        for key in ["Events", "events", "Results"] {
            let body = format!(r#"{{"{key}":{items},"TotalCount":{total},"page_info":{{"next_marker":{total}}}}}"#);
            Target::Answers.run(&[&[byte_of(name), 0, 2], body.as_bytes()].concat());
        }
        for (set, key) in [
            ("InstanceSystemEventSet", "InstanceSystemEventType"),
            ("InstanceResponses", "InstanceResponse"),
            ("DiskFullStatusSet", "DiskFullStatusType"),
        ] {
            let body = format!(r#"{{"{set}":{{"{key}":{items}}},"RequestId":"r","NextToken":{total},"TotalCount":{total}}}"#);
            Target::Answers.run(&[&[byte_of(name), 0, 2], body.as_bytes()].concat());
        }
    }

    #[test]
    fn results_in_any_order_settle_each_item_by_its_own(
        provider in select(&[Provider::Ens, Provider::AlibabaEcs][..]),
        codes in prop::collection::vec(select(&[200, 400, 500][..]), 1..25),
        swaps in prop::collection::vec((any::<Index>(), any::<Index>()), 0..20),
    ) {
        let action = Action::Reboot;
        let items = (0..codes.len()).map(|index| item(provider, action, index, None, DataPolicy::Abandon));
        let draft = BatchDraft { account: "a".into(), action, items: items.collect(), password: None };
        let rules = Rules::at(Timestamp::from_millis(NOW_MILLIS));
        let batch = Batch::parse(provider, &draft, &rules).unwrap().value;
        let mut results: Vec<_> = codes.iter().enumerate().map(|(index, code)| match provider {
            Provider::AlibabaEcs => serde_json::json!({"InstanceId": format!("i-{index}\n"), "Code": code.to_string()}),
            _ => serde_json::json!({"EventId": format!("e-{index}"), "ResourceId": format!("i-{}\n", index % 3), "Code": code}),
        }).collect();
        for (one, two) in swaps {
            let (one, two) = (one.index(results.len()), two.index(results.len()));
            results.swap(one, two);
        }
        let body = match provider {
            Provider::AlibabaEcs => serde_json::json!({"RequestId": "r", "InstanceResponses": {"InstanceResponse": results}}),
            _ => serde_json::json!({ "Results": results }),
        };
        let body = body.to_string().into_bytes();
        let response = evenkeel::Response { status: 200, headers: Vec::new(), body };
        let outcomes = batch.chunks(codes.len()).into_iter().flat_map(|call| match call.judge(&response) {
            Judgement::Settled(outcomes) => outcomes,
            Judgement::Throttled { .. } => panic!("settled"),
        });
        let outcomes: Vec<_> = outcomes.collect();
        let seen: Vec<_> = outcomes.iter().map(|outcome| match outcome {
            Outcome::Accepted { .. } => 200,
            Outcome::Rejected { .. } => 400,
            Outcome::Unknown { .. } => 500,
            Outcome::NotSent { .. } => 0,
        }).collect();
        prop_assert_eq!(seen, codes);
    }
}
