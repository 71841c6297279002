//! Events: read back from their own JSON, whatever the cloud put into them.

use evenkeel::{Event, EventType, Provider, Restriction, State, StateKind, Timestamp};
use proptest::prelude::*;
use proptest::sample::select;

use crate::config;

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    prop::option::of(any::<i64>().prop_map(Timestamp::from_millis))
}

/// A word of some cloud's.
fn word(words: fn(Provider) -> &'static [&'static str]) -> impl Strategy<Value = String> {
    let cloud = select(Provider::ALL);
    cloud.prop_flat_map(move |cloud| select(words(cloud)).prop_map(str::to_owned))
}

prop_compose! {
    fn event()(
        provider in select(Provider::ALL),
        texts in prop::array::uniform4(any::<String>()),
        optional in prop::array::uniform2(any::<Option<String>>()),
        event_type in prop_oneof![
            any::<String>(),
            word(Provider::event_types),
        ],
        state in prop_oneof![
            any::<String>(),
            word(Provider::states),
        ],
        times in prop::array::uniform6(time()),
        description in prop::collection::hash_map(any::<String>(), any::<String>(), 0..4),
        restriction in prop::option::of(select(Restriction::ALL)),
    ) -> Event {
        let [account, id, resource_id, raw] = texts;
        let [level, source] = optional;
        let [published_at, not_before, not_after, deadline, started_at, finished_at] = times;
        Event {
            account,
            provider,
            id,
            resource_id,
            event_type: EventType::new(&event_type),
            state: State::new(&state),
            level,
            published_at,
            not_before,
            not_after,
            deadline,
            started_at,
            finished_at,
            description: description.into_iter().collect(),
            source,
            restriction,
            raw,
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_event_reads_back_from_its_own_json(event in event()) {
        let text = serde_json::to_string(&event).unwrap();
        prop_assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
    }

    #[test]
    fn a_decision_is_due_only_while_one_can_be_made(event in event()) {
        if event.decide_by().is_some() {
            prop_assert!(!event.state.kind.is_past_acting());
        }
        for offer in event.actions() {
            // What is under way takes an action where its cloud's own table says so.
            let kind = event.state.kind;
            prop_assert!(!kind.is_past_acting() || kind == StateKind::Executing, "{kind:?}");
            prop_assert!(event.provider.actions().contains(&offer.action));
            prop_assert!(!event.id.is_empty());
        }
    }

    #[test]
    fn a_description_is_found_whatever_the_locale(event in event(), locale in any::<String>()) {
        prop_assert_eq!(event.description_for(&locale).is_some(), !event.description.is_empty());
        for (locale, _) in &event.description {
            prop_assert!(event.description_for(locale).is_some());
        }
    }
}
