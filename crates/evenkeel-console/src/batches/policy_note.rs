//! Which batches a second person has to approve, as the server's configuration says.

use evenkeel::visible::visible;
use evenkeel_api::{ApprovalPolicy, ApprovalRule, RuleConditions};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{approval_words, labels};
use crate::api;
use crate::i18n::{Strings, phrase, t};
use crate::labels::many;

/// Nothing where no batch needs an approval.
#[component]
pub fn PolicyNote() -> impl IntoView {
    let policy = RwSignal::new(None::<ApprovalPolicy>);
    spawn_local(async move {
        // It is told beside the batches: who cannot be told now is told by the batch that waits.
        if let Ok(told) = api::policy().await {
            policy.try_set(Some(told).filter(|told| !told.rules.is_empty()));
        }
    });
    let rules = move || {
        let told = policy.get();
        let rules = told.into_iter().flat_map(|policy| policy.rules);
        rules
            .map(|rule| view! { <li>{words(&rule, t())}</li> })
            .collect_view()
    };
    let terms = move || {
        policy.with(|policy| {
            let policy = policy.as_ref()?;
            let expires = t().policy_expires(approval_words::seconds(policy.expires_s, t()));
            let glass = if policy.break_glass {
                t().policy_glass()
            } else {
                t().policy_no_glass()
            };
            Some(t().sentences(&[expires, glass.to_owned()]))
        })
    };
    let version = move || {
        policy.with(|policy| {
            let version = policy.as_ref()?.version.as_deref()?;
            Some(t().policy_version(visible(version.get(..12).unwrap_or(version))))
        })
    };
    view! {
        <Show when=move || policy.with(Option::is_some)>
            <details class="policy">
                <summary>{phrase(Strings::policy_title)}</summary>
                <p>{phrase(Strings::policy_text)}</p>
                <ul>{rules}</ul>
                <p>{terms}</p>
                <p class="sub">{version}</p>
            </details>
        </Show>
    }
}

/// A rule in words: its name, and what all of it a batch has to be.
fn words(rule: &ApprovalRule, t: Strings) -> String {
    let conditions = conditions(&rule.when, t);
    let conditions = if conditions.is_empty() {
        t.approval_met_always().to_owned()
    } else {
        t.list(&conditions)
    };
    t.approval_rule(conditions, visible(&rule.name))
}

fn conditions(when: &RuleConditions, t: Strings) -> Vec<String> {
    let shown = |texts: &[String]| {
        let texts: Vec<String> = texts
            .iter()
            .map(|text| visible(text).into_owned())
            .collect();
        t.list(&texts)
    };
    let mut said = Vec::new();
    if !when.accounts.is_empty() {
        said.push(t.policy_accounts(shown(&when.accounts)));
    }
    if !when.actions.is_empty() {
        let verbs: Vec<String> = when
            .actions
            .iter()
            .map(|action| labels::verb(*action, t).to_owned())
            .collect();
        said.push(t.policy_actions(t.list(&verbs)));
    }
    if when.data_at_risk {
        said.push(t.policy_data().to_owned());
    }
    for (key, values) in &when.labels {
        said.push(t.policy_label(visible(key), shown(values)));
    }
    let zone = when.time_zone.as_deref().unwrap_or("UTC");
    for times in [&when.hours, &when.dates] {
        if !times.is_empty() {
            said.push(t.policy_times(shown(times), visible(zone)));
        }
    }
    if let Some(instances) = when.down_at_once {
        let within = approval_words::seconds(when.within_s.unwrap_or_default(), t);
        said.push(t.policy_down(many(instances), within));
    }
    if let Some(least) = when.at_least_items {
        said.push(t.policy_least(many(least)));
    }
    said
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;

    use super::*;

    #[test]
    fn every_condition_is_said_in_both_languages() {
        let rule: ApprovalRule = serde_json::from_str(
            r#"{"name":"many\u202e","when":{"accounts":["edge"],"actions":["migrate"],"at_least_items":20,"down_at_once":5,"within_s":600,"data_at_risk":true,
            "labels":{"env":["prod","canary"]},"hours":["Mon-Fri 09:00-18:00"],"dates":["2026-12-24/2027-01-02"],"time_zone":"UTC"}}"#,
        )
        .unwrap();
        for locale in [Locale::En, Locale::Zh] {
            let said = words(&rule, Strings(locale));
            for part in [
                "many\\u{202e}",
                "edge",
                "20",
                "env",
                "prod",
                "canary",
                "Mon-Fri 09:00-18:00",
                "2026-12-24/2027-01-02",
                "UTC",
            ] {
                assert!(said.contains(part), "{part}: {said}");
            }
            assert_eq!(conditions(&rule.when, Strings(locale)).len(), 8);
        }
        let every = ApprovalRule {
            name: "all".to_owned(),
            when: RuleConditions::default(),
        };
        assert_eq!(
            words(&every, Strings(Locale::En)),
            "all: every batch needs it"
        );
    }
}
