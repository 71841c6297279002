//! Shows what can be done about an event, and starts its review.

use std::sync::Arc;

use evenkeel::{Applies, DataLoss, Down, Event};
use leptos::prelude::*;

use super::super::sorted_selection::{Reason, SortedSelection, choose, fitting};
use super::super::store::use_events;
use crate::api::EventKey;
use crate::i18n::{Strings, phrase, t};
use crate::ui::button::{Button, ButtonKind};
use crate::{labels, routes};

#[component]
pub fn Actions(event: Arc<Event>, on_review: Callback<SortedSelection>) -> impl IntoView {
    let events = use_events();
    let chosen = Arc::clone(&event);
    let sorted = Memo::new(move |_| {
        events
            .table
            .with(|table| SortedSelection::of(choose(table, vec![Arc::clone(&chosen)])))
    });
    let key = EventKey::of(&event);
    let order = Memo::new(move |_| events.table.with(|table| key.row(table)?.order().cloned()));
    let offers = event.actions();
    let fitting = fitting(&event);
    // Where several fit, the button stands beside none of them: which it shall be, the review asks.
    let fits = fitting.as_ref().map_or(&[][..], Vec::as_slice);
    let several = fits.len() > 1;
    let only = match fits {
        [only] => Some(*only),
        _ => None,
    };
    let review = move || {
        view! {
            <Button kind=ButtonKind::Primary on_press=move || on_review.run(sorted.get_untracked())>
                {phrase(Strings::detail_review)}
            </Button>
        }
    };
    let nothing = move || match fitting {
        Ok(_) => None,
        Err(Reason::Executing) => Some(t().detail_no_executing()),
        Err(Reason::Over) => Some(t().detail_no_over()),
        Err(Reason::NoAction | Reason::InBatch) => Some(t().detail_no_action()),
    };
    let lines = offers
        .into_iter()
        .map(|offer| {
            let alone = only == Some(offer.action);
            let loss = move || labels::data_loss(offer.data_loss, t());
            let down = move || labels::down(offer.down, t());
            let calm = offer.down == Down::No;
            let applies = move || match offer.applies {
                Applies::Yes => t().detail_applies(),
                Applies::Unverified => t().detail_unverified(),
            };
            let tone = if offer.data_loss == DataLoss::No { "calm" } else { "loss" };
            view! {
                <li class="offer">
                    <div>
                        <strong class="offer-name">{move || t().action(offer.action)}</strong>
                        <span class="sub">" · "{applies}</span>
                        <p class="offer-loss" data-tone=tone>
                            <span aria-hidden="true">{if tone == "loss" { "△ " } else { "✓ " }}</span>
                            {loss}
                        </p>
                        <p class="offer-loss" data-tone=if calm { "calm" } else { "loss" }>
                            <span aria-hidden="true">{if calm { "✓ " } else { "△ " }}</span>
                            {down}
                        </p>
                    </div>
                    {alone.then(review)}
                </li>
            }
        })
        .collect_view();
    view! {
        <section>
            <h3>{phrase(Strings::detail_actions)}</h3>
            {move || nothing().map(|why| view! { <p class="sub">{why}</p> })}
            {move || {
                order
                    .get()
                    .map(|item| {
                        view! {
                            <p class="detail-order">
                                <a href=routes::item(&item.batch_id, item.index, "")>
                                    {t().in_batch(labels::item_state(item.state, t()))}
                                </a>
                                " · "
                                {t().detail_in_batch()}
                            </p>
                        }
                    })
            }}
            <ul>{lines}</ul>
            {several.then(review)}
        </section>
    }
}
