//! Asks what to do, where the events take more than one action: where several fit, nothing is chosen before a person
//! chooses.

use evenkeel::{ActionOffer, Applies};
use leptos::prelude::*;

use super::choices::Choices;
use super::field_issue::ReviewField;
use super::field_issues::{FieldIssues, note_id};
use super::labels;
use super::review_form::ReviewForm;
use crate::i18n::{Strings, phrase, t};
use crate::ui::radio_card::RadioCard;

#[component]
pub fn ActionField(form: ReviewForm) -> impl IntoView {
    let offers = form.choices.with_untracked(Choices::offers);
    let several = offers.len() > 1;
    let invalid = Signal::derive(move || form.invalid(ReviewField::Action));
    let card = move |offer: ActionOffer| {
        let action = offer.action;
        let hint = move || {
            let mut hints = vec![
                labels::data_loss(offer.data_loss, t()),
                labels::down(offer.down, t()),
            ];
            if offer.applies == Applies::Unverified {
                hints.push(t().detail_unverified());
            }
            hints.join(" · ")
        };
        view! {
            <RadioCard
                name="act-action"
                value=action.as_str()
                checked=Signal::derive(move || form.choices.with(|it| it.action == Some(action)))
                on_choose=move || form.choose_action(action)
                title=Signal::derive(move || labels::verb(action, t()).to_owned())
                hint=Signal::derive(hint)
                invalid=invalid
            />
        }
    };
    let offers = StoredValue::new(offers);
    view! {
        <Show when=move || several>
            <fieldset class="act-field" aria-describedby=note_id(ReviewField::Action)>
                <legend>{phrase(Strings::act_action)}</legend>
                <div class="act-pair">{offers.get_value().into_iter().map(card).collect_view()}</div>
                <FieldIssues form=form field=ReviewField::Action />
            </fieldset>
        </Show>
    }
}
