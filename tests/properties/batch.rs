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

fn item(action: Action, index: usize, later: Option<i64>, policy: DataPolicy) -> ItemDraft {
    let prefix = |prefix| match evenkeel_tests::draft::provider_of(action) {
        Provider::Ens | Provider::AlibabaEcs => prefix,
        Provider::HuaweiEcs => "",
    };
    ItemDraft {
        event_id: format!("{}{index}", prefix("e-")),
        resource_id: format!("{}{}", prefix("i-"), index % 3),
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

prop_compose! {
    fn batch()(
        action in select(Action::ALL),
        choices in prop::collection::vec(
            (prop::option::of(1000..10_000_000_i64), select(DataPolicy::ALL)),
            1..80,
        ),
    ) -> Batch {
        let items = choices.into_iter().enumerate();
        let draft = BatchDraft {
            account: "a".into(),
            action,
            items: items.map(|(index, (later, policy))| item(action, index, later, policy)).collect(),
            password: None,
        };
        evenkeel_tests::draft::parse_batch(&draft, &Rules::at(Timestamp::from_millis(NOW_MILLIS))).unwrap().value
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
    }

    #[test]
    fn results_in_any_order_settle_each_item_by_its_own(
        codes in prop::collection::vec(select(&[200, 400, 500][..]), 1..25),
        swaps in prop::collection::vec((any::<Index>(), any::<Index>()), 0..20),
    ) {
        let items: Vec<_> = (0..codes.len()).map(|index| item(Action::Reboot, index, None, DataPolicy::Abandon)).collect();
        let draft = BatchDraft { account: "a".into(), action: Action::Reboot, items, password: None };
        let batch = evenkeel_tests::draft::parse_batch(&draft, &Rules::at(Timestamp::from_millis(NOW_MILLIS))).unwrap().value;
        let mut results: Vec<_> = codes.iter().enumerate().map(|(index, code)| {
            serde_json::json!({"EventId": format!("e-{index}"), "ResourceId": format!("i-{}\n", index % 3), "Code": code})
        }).collect();
        for (one, two) in swaps {
            let (one, two) = (one.index(results.len()), two.index(results.len()));
            results.swap(one, two);
        }
        let body = serde_json::json!({ "Results": results }).to_string().into_bytes();
        let response = evenkeel::Response { status: 200, headers: Vec::new(), body };
        let call = batch.chunks(codes.len()).remove(0);
        let Judgement::Settled(outcomes) = call.judge(&response) else { panic!("settled") };
        let seen: Vec<_> = outcomes.iter().map(|outcome| match outcome {
            Outcome::Accepted { .. } => 200,
            Outcome::Rejected { .. } => 400,
            Outcome::Unknown { .. } => 500,
            Outcome::NotSent { .. } => 0,
        }).collect();
        prop_assert_eq!(seen, codes);
    }
}
