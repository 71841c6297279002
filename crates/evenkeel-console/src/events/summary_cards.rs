//! Shows how things stand, in four numbers that are also filters.

use leptos::prelude::*;

use super::facet::on_card;
use super::filter::SummaryCard;
use super::list::{Entry, use_list};
use super::store::use_events;
use crate::i18n::{t, thousands};

fn label(card: SummaryCard) -> &'static str {
    match card {
        SummaryCard::Undecided => t().card_undecided(),
        SummaryCard::Soon => t().card_soon(),
        SummaryCard::Running => t().card_running(),
        SummaryCard::Failed => t().card_failed(),
    }
}

#[component]
pub fn SummaryCards() -> impl IntoView {
    let (events, list) = (use_events(), use_list());
    let whole = Memo::new(move |_| events.is_whole());
    let card = move |card: SummaryCard| {
        let count = Memo::new(move |_| list.view.with(|view| on_card(view, card)));
        let on = move || list.filter.with(|filter| filter.card == Some(card));
        view! {
            <button
                type="button"
                class="card"
                data-card=card.as_str()
                data-some=move || (whole.get() && count.get() > 0).then_some("")
                aria-pressed=move || if on() { "true" } else { "false" }
                on:click=move |_| {
                    list.change(Entry::New, |filter| {
                        filter.card = (filter.card != Some(card)).then_some(card);
                    });
                }
            >
                <strong>
                    {move || if whole.get() { thousands(count.get()) } else { t().not_yet().to_owned() }}
                </strong>
                " "
                <span>{move || label(card)}</span>
            </button>
        }
    };
    view! {
        <div class="cards" role="group" aria-label=move || t().summary()>
            {SummaryCard::ALL.map(card).collect_view()}
        </div>
    }
}
