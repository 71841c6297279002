//! What happens to the data of a migrated instance: nothing is chosen before a person chooses.

use evenkeel::DataPolicy;
use leptos::prelude::*;

use super::bench::Bench;
use super::finding::Field;
use super::findings::{Findings, note_id};
use super::words;
use crate::i18n::t;
use crate::ui::radio_card::RadioCard;

/// The kindest first; the cloud's own default is the last.
const ORDER: [DataPolicy; 3] = [
    DataPolicy::TryTransfer,
    DataPolicy::ForceTransfer,
    DataPolicy::Abandon,
];

#[component]
pub fn PolicyField(bench: Bench) -> impl IntoView {
    let invalid = Signal::derive(move || bench.invalid(Field::Policy));
    let card = move |policy: DataPolicy| {
        view! {
            <RadioCard
                name="act-policy"
                value=policy.as_str()
                checked=Signal::derive(move || bench.choices.with(|it| it.policy == Some(policy)))
                on_choose=move || bench.choices.update(|it| it.policy = Some(policy))
                title=Signal::derive(move || words::policy(policy, t()).0.to_owned())
                hint=Signal::derive(move || {
                    format!("{} · {}", policy.as_str(), words::policy(policy, t()).1)
                })
                invalid=invalid
            />
        }
    };
    view! {
        <fieldset class="act-field" aria-describedby=note_id(Field::Policy)>
            <legend>{move || t().act_policy()}</legend>
            {ORDER.map(card).collect_view()}
            <Findings bench=bench field=Field::Policy />
        </fieldset>
    }
}
