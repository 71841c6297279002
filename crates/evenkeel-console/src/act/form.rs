//! The choices on one side, what they mean on the other.

use evenkeel::{Action, Applies};
use leptos::prelude::*;

use super::aside::{LeftOut, OutageBox, StakeBox};
use super::bench::Bench;
use super::desk::use_desk;
use super::finding::Field;
use super::findings::Findings;
use super::footer::Footer;
use super::items::Items;
use super::password::PasswordField;
use super::policy::PolicyField;
use super::preview::Preview;
use super::session::Job;
use super::when::WhenField;
use super::words;
use crate::i18n::t;
use crate::ui::radio_card::RadioCard;

#[component]
pub fn Form(job: Job) -> impl IntoView {
    let desk = use_desk();
    let bench = Bench::new(desk, &job);
    let migrate = Memo::new(move |_| bench.choices.with(|it| it.action == Action::Migrate));
    view! {
        <div class="act">
            <div class="act-choices">
                <Findings bench=bench field=Field::Items />
                <ActionField bench=bench />
                <WhenField bench=bench />
                <Show when=move || migrate.get()>
                    <PolicyField bench=bench />
                    <PasswordField bench=bench />
                </Show>
                <Items bench=bench />
            </div>
            <div class="act-meaning">
                <Preview bench=bench />
                <OutageBox bench=bench />
                <StakeBox bench=bench />
                <LeftOut desk=desk open=false />
            </div>
        </div>
        <Footer bench=bench />
    }
}

/// Asked only where the events take more than one action.
#[component]
fn ActionField(bench: Bench) -> impl IntoView {
    let offers = bench
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
                checked=Signal::derive(move || bench.choices.with(|it| it.action == action))
                on_choose=move || bench.choices.update(|it| it.choose_action(action))
                title=Signal::derive(move || words::verb(action, t()).to_owned())
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
