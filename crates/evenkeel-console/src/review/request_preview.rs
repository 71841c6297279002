//! Makes the exact requests of a batch as text to read, also while a choice is still missing: a gap shows as `"?"`.

use evenkeel::{
    Batch, Chunk, DataPolicy, Event, Password, Rules, Scope, TimeLimit, Timestamp, When,
};
use serde_json::Value;

use super::choices::{Choices, Timing};

/// What stands where a choice is missing.
pub const GAP: &str = "\"?\"";
/// Stands for a time that nobody has chosen, while the request is built; ms since the Unix epoch.
const NO_TIME: i64 = 1_000;
/// The items of a request shown before a person asks for all.
const FIRST_ITEMS: usize = 3;

/// A request to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestPreview {
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(String, String)>,
    /// Decoded, one after the other.
    pub query: Vec<(String, String)>,
    pub body: Option<String>,
    /// Items of the request that are not in the text.
    pub hidden: usize,
    /// A password stands in it, masked.
    pub masked: bool,
}

/// The calls of the batch with gaps where a choice is missing or not valid yet; none where even the ids do not
/// hold, or where it is not chosen what to do.
pub fn preview_calls(choices: &Choices) -> Vec<Chunk> {
    let Some(mut draft) = choices.draft() else {
        return Vec::new();
    };
    for item in &mut draft.items {
        item.when = item.when.or(match choices.provider.facts().time_limit {
            // Without any choice the call would be `immediate`; the gap is put in below.
            TimeLimit::OwnStart if choices.timing.is_none() => Some(When::Now),
            _ => Some(When::At(Timestamp::from_millis(NO_TIME))),
        });
        if choices.takes_policy() {
            item.data_policy = item.data_policy.or(Some(DataPolicy::Abandon));
        }
    }
    // Any password shows as the mask; one that holds lets the request be built while a person types.
    draft.password = choices
        .password
        .as_ref()
        .filter(|_| choices.timing != Some(Timing::At))
        .map(|_| Password::new("Aa345678".to_owned()));
    let none: [Event; 0] = [];
    let rules = Rules {
        now: Timestamp::from_millis(0),
        events: &none,
    };
    Batch::parse(choices.provider, &draft, &rules).map_or_else(
        |_| Vec::new(),
        |batch| batch.value.chunks(choices.items_per_call),
    )
}

/// A call as text. `all`: every item, however many.
pub fn request_preview(
    chunk: &Chunk,
    scope: &Scope,
    endpoint: &str,
    choices: &Choices,
    all: bool,
) -> RequestPreview {
    let request = chunk.operation.preview(scope);
    let mut hidden = 0;
    let mut pretty = |text: &str| match serde_json::from_str::<Value>(text) {
        Ok(mut value) => {
            mark_gaps(&mut value, choices);
            if let (Value::Array(items), false) = (&mut value, all) {
                hidden += items.len().saturating_sub(FIRST_ITEMS);
                items.truncate(FIRST_ITEMS);
            }
            serde_json::to_string_pretty(&value).unwrap_or_else(|_| text.to_owned())
        }
        Err(_) => text.to_owned(),
    };
    let query = request
        .query
        .iter()
        .map(|(name, value)| (name.clone(), pretty(value)))
        .collect();
    let body = request.body.as_deref().map(pretty);
    RequestPreview {
        method: request.method.as_str(),
        url: format!("{}{}", endpoint.trim_end_matches('/'), request.path),
        headers: request.headers,
        query,
        body,
        hidden,
        masked: choices.password.is_some() && choices.timing != Some(Timing::At),
    }
}

fn mark_gaps(value: &mut Value, choices: &Choices) {
    let gap = || Value::String("?".to_owned());
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| mark_gaps(item, choices)),
        Value::Object(members) => {
            let names = choices.provider.facts().choice_members;
            for (name, member) in members.iter_mut() {
                let is = |other: Option<&str>| other == Some(name.as_str());
                let is_open = (is(names.data_policy) && choices.policy.is_none())
                    || (is(names.timing) && choices.timing.is_none())
                    || (is(Some(names.time)) && is_no_time(member));
                if is_open {
                    *member = gap();
                }
            }
        }
        _ => {}
    }
}

/// Whether it is [`NO_TIME`], in either way in which clouds write a time.
fn is_no_time(member: &Value) -> bool {
    match member {
        Value::String(text) => *text == Timestamp::from_millis(NO_TIME).to_utc_seconds(),
        other => other.as_i64() == Some(NO_TIME),
    }
}

#[cfg(test)]
mod tests {

    use evenkeel::Action;

    use super::super::sample::{choices, ens, huawei};
    use super::*;
    use crate::events::SortedSelection;
    use crate::fixture::alibaba;

    fn migrate(count: usize) -> Choices {
        let event = |n: usize| ens(&n.to_string(), "Instance:SystemUpgrade.Migrate");
        choices(Action::Migrate, (0..count).map(event))
    }

    fn first(choices: &Choices) -> RequestPreview {
        let chunk = preview_calls(choices).remove(0);
        request_preview(
            &chunk,
            &Scope::default(),
            "https://ens.aliyuncs.com/",
            choices,
            false,
        )
    }

    #[test]
    fn shows_the_request_before_anything_is_chosen() {
        let preview = first(&migrate(1));
        assert_eq!(
            (preview.method, preview.url.as_str()),
            ("POST", "https://ens.aliyuncs.com/")
        );
        assert_eq!(preview.headers[0].1, "BatchEventMigrateInstance");
        let (name, text) = &preview.query[0];
        assert_eq!(name, "EventInfos");
        assert!(
            text.contains("\"DataPolicy\": \"?\"") && text.contains("\"OpsType\": \"?\""),
            "{text}"
        );
    }

    #[test]
    fn masks_the_password_even_while_it_is_too_short() {
        let mut choices = migrate(1);
        choices.choose_timing(Timing::Now);
        choices.password = Some(Password::new("Canary77".into()));
        let preview = first(&choices);
        assert!(preview.masked && preview.query[0].1.contains("••••"));
        assert!(!format!("{preview:?}").contains("Canary77"));
    }

    #[test]
    fn shortens_long_requests_and_says_by_how_much() {
        let mut choices = migrate(34);
        choices.choose_timing(Timing::At);
        let calls = preview_calls(&choices);
        assert_eq!(
            calls
                .iter()
                .map(|call| call.items.len())
                .collect::<Vec<_>>(),
            [20, 14]
        );
        let preview = first(&choices);
        assert_eq!(preview.hidden, 17);
        assert!(preview.query[0].1.contains("\"PlanTime\": \"?\""));
    }

    #[test]
    fn shows_what_huawei_gets() {
        let event = huawei("1", "instance-reboot", "inquiring");
        let mut choices = choices(Action::Accept, [event]);
        assert_eq!(
            first(&choices).body.as_deref(),
            Some("{\n  \"not_before\": \"?\"\n}")
        );
        choices.choose_timing(Timing::Now);
        assert_eq!(first(&choices).body.as_deref(), Some("{}"));
        choices.use_for_all(1_795_400_000_000);
        let preview = first(&choices);
        assert!(
            preview
                .url
                .ends_with("/v3/{project_id}/instance-scheduled-events/h-1/actions/accept")
        );
        assert_eq!(
            preview.body.as_deref(),
            Some("{\n  \"not_before\": \"2026-11-23T02:13:20Z\"\n}")
        );
    }

    #[test]
    fn shows_the_request_of_whichever_action_is_chosen() {
        let event = alibaba("e-1", "SystemMaintenance.Reboot", "Scheduled");
        let mut choices = Choices::of(&SortedSelection::of([event]).groups[0]);
        assert!(preview_calls(&choices).is_empty(), "nothing is chosen");
        let operations = [
            (Action::Redeploy, "RedeployInstance"),
            (Action::Reboot, "RebootInstances"),
            (Action::Reschedule, "ModifySystemEventAttribute"),
        ];
        for (action, operation) in operations {
            choices.choose_action(action);
            let preview = first(&choices);
            assert!(format!("{preview:?}").contains(operation), "{preview:?}");
        }
    }
}
