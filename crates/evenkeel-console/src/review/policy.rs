//! What happens to the data of a migrated instance: nothing is chosen before a person chooses.

use evenkeel::DataPolicy;
use leptos::prelude::*;

use super::field_issue::ReviewField;
use super::field_issues::{FieldIssues, note_id};
use super::labels;
use super::review_form::ReviewForm;
use crate::i18n::{Strings, phrase, t};
use crate::ui::radio_card::RadioCard;

/// The kindest first; the cloud's own default is the last.
const ORDER: [DataPolicy; 3] = [
    DataPolicy::TryTransfer,
    DataPolicy::ForceTransfer,
    DataPolicy::Abandon,
];

#[component]
pub fn PolicyField(form: ReviewForm) -> impl IntoView {
    let invalid = Signal::derive(move || form.invalid(ReviewField::Policy));
    let card = move |policy: DataPolicy| {
        view! {
            <RadioCard
                name="act-policy"
                value=policy.as_str()
                checked=Signal::derive(move || form.choices.with(|it| it.policy == Some(policy)))
                on_choose=move || form.choices.update(|it| it.policy = Some(policy))
                title=Signal::derive(move || labels::policy(policy, t()).0.to_owned())
                hint=Signal::derive(move || {
                    format!("{} · {}", policy.as_str(), labels::policy(policy, t()).1)
                })
                invalid=invalid
            />
        }
    };
    view! {
        <fieldset class="act-field" aria-describedby=note_id(ReviewField::Policy)>
            <legend>{phrase(Strings::act_policy)}</legend>
            {ORDER.map(card).collect_view()}
            <FieldIssues form=form field=ReviewField::Policy />
        </fieldset>
    }
}
