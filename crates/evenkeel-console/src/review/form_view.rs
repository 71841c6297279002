//! Shows the form: the choices on one side, their impact on the other.

use leptos::prelude::*;

use super::action_field::ActionField;
use super::batch_review::BatchReview;
use super::choices::Choices;
use super::field_issue::ReviewField;
use super::field_issues::FieldIssues;
use super::footer::Footer;
use super::impact::{DataAtRiskBox, LeftOut, OutageBox};
use super::items::Items;
use super::password::PasswordField;
use super::policy::PolicyField;
use super::preview_pane::PreviewPane;
use super::review_controller::use_review_controller;
use super::review_form::ReviewForm;
use super::when::WhenField;

#[component]
pub fn FormView(batch_review: BatchReview) -> impl IntoView {
    let controller = use_review_controller();
    let form = ReviewForm::new(controller, &batch_review);
    let has_action = Memo::new(move |_| form.choices.with(|it| it.action.is_some()));
    let takes_policy = Memo::new(move |_| form.choices.with(Choices::takes_policy));
    let takes_password = Memo::new(move |_| form.choices.with(Choices::takes_password));
    view! {
        <div class="act">
            <div class="act-choices">
                <FieldIssues form=form field=ReviewField::Items />
                <ActionField form=form />
                <Show when=move || has_action.get()>
                    <WhenField form=form />
                </Show>
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
