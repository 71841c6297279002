//! Shows the form: the choices on one side, their impact on the other.

use evenkeel::{Action, Applies};
use leptos::prelude::*;

use super::batch_review::BatchReview;
use super::field_issue::ReviewField;
use super::field_issues::FieldIssues;
use super::footer::Footer;
use super::impact::{DataAtRiskBox, LeftOut, OutageBox};
use super::items::Items;
use super::labels;
use super::password::PasswordField;
use super::policy::PolicyField;
use super::preview_pane::PreviewPane;
use super::review_controller::use_review_controller;
use super::review_form::ReviewForm;
use super::when::WhenField;
use crate::i18n::t;
use crate::ui::radio_card::RadioCard;

#[component]
pub fn FormView(batch_review: BatchReview) -> impl IntoView {
    let controller = use_review_controller();
    let form = ReviewForm::new(controller, &batch_review);
    let takes_policy = Memo::new(move |_| {
        form.choices
            .with(|it| it.provider.takes_data_policy(it.action))
    });
    let takes_password = Memo::new(move |_| {
        form.choices
            .with(|it| it.provider.takes_password(it.action))
    });
    view! {
        <div class="act">
            <div class="act-choices">
                <FieldIssues form=form field=ReviewField::Items />
                <ActionField form=form />
                <WhenField form=form />
                <Show when=move || takes_policy.get()>
                    <PolicyField form=form />
                </Show>
                <Show when=move || takes_password.get()>
                    <PasswordField form=form />
                </Show>
                <Items form=form />
            </div>
            <div class="act-meaning">
                <PreviewPane form=form />
                <OutageBox form=form />
                <DataAtRiskBox form=form />
                <LeftOut controller=controller open=false />
            </div>
        </div>
        <Footer form=form />
    }
}

/// Asked only where the events take more than one action.
#[component]
fn ActionField(form: ReviewForm) -> impl IntoView {
    let offers = form
        .choices
        .with_untracked(super::choices::Choices::actions);
    let several = offers.len() > 1;
    let card = move |(action, applies): (Action, Applies)| {
        let hint = move || match applies {
            Applies::Yes => String::new(),
            Applies::Unverified => t().detail_unverified().to_owned(),
        };
        view! {
            <RadioCard
                name="act-action"
                value=action.as_str()
                checked=Signal::derive(move || form.choices.with(|it| it.action == action))
                on_choose=move || form.choices.update(|it| it.choose_action(action))
                title=Signal::derive(move || labels::verb(action, t()).to_owned())
                hint=Signal::derive(hint)
            />
        }
    };
    let offers = StoredValue::new(offers);
    view! {
        <Show when=move || several>
            <fieldset class="act-field">
                <legend>{move || t().act_action()}</legend>
                <div class="act-pair">{offers.get_value().into_iter().map(card).collect_view()}</div>
            </fieldset>
        </Show>
    }
}
