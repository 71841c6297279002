//! Shows the form: the choices on one side; on the other what they come to, which machines they are about, and exactly
//! what will be sent.

use leptos::prelude::*;

use super::action_field::ActionField;
use super::batch_review::BatchReview;
use super::choices::Choices;
use super::field_issue::ReviewField;
use super::field_issues::FieldIssues;
use super::footer::Footer;
use super::impact::{DataAtRiskBox, OutageBox};
use super::left_alone_note::LeftAloneNote;
use super::machines::Machines;
use super::password::PasswordField;
use super::policy::PolicyField;
use super::preview_pane::PreviewPane;
use super::repeats::RepeatsNotice;
use super::review_controller::use_review_controller;
use super::review_form::{ReviewForm, ReviewTab};
use super::when::WhenField;
use crate::i18n::{Strings, phrase_signal, t, thousands};
use crate::ui::tabs::{Tabs, panel_id, tab_id};

/// Tells the tabs' elements from others'.
const PREFIX: &str = "act-tab";
const TABS: [ReviewTab; 2] = [ReviewTab::Machines, ReviewTab::Requests];

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
                <LeftAloneNote form=form />
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
                <OutageBox form=form />
                <DataAtRiskBox form=form />
            </div>
            <div class="act-machines">
                <Main form=form />
            </div>
        </div>
        <Footer form=form />
    }
}

/// The machines, and in a tab of their own the requests.
#[component]
fn Main(form: ReviewForm) -> impl IntoView {
    // How many take part, of how many that could.
    let machines = move || {
        let (count, all) = form.choices.with(|it| (it.machines(), it.all_machines()));
        if count == all {
            t().machines_tab(thousands(count))
        } else {
            t().machines_tab_of(thousands(count), thousands(all))
        }
    };
    let name = move |tab: ReviewTab| {
        move || match tab {
            ReviewTab::Machines => machines(),
            ReviewTab::Requests => t().act_preview().to_owned(),
        }
    };
    let place = move || {
        TABS.iter()
            .position(|tab| *tab == form.tab.get())
            .unwrap_or(0)
    };
    view! {
        <Tabs
            prefix=PREFIX
            label=phrase_signal(Strings::act_tabs)
            tabs=TABS.to_vec()
            chosen=form.tab
            on_choose=move |tab| form.tab.set(tab)
            name=name
        />
        <FieldIssues form=form field=ReviewField::Items />
        <RepeatsNotice form=form />
        <div
            class="act-panel"
            role="tabpanel"
            id=panel_id(PREFIX)
            aria-labelledby=move || tab_id(PREFIX, place())
        >
            <Show
                when=move || form.tab.get() == ReviewTab::Machines
                fallback=move || view! { <PreviewPane form=form /> }
            >
                <Machines form=form />
            </Show>
        </div>
    }
}
