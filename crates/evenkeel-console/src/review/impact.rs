//! Shows the impact of a batch: data at risk, outages, and which events stay out.

use leptos::prelude::*;

use super::labels;
use super::review_controller::ReviewController;
use super::review_form::ReviewForm;
use super::stake::Stake;
use crate::i18n::{t, thousands};
use crate::labels::item_state;
use crate::resource::{self, ResourceName};
use crate::{events, routes};
use evenkeel::visible::visible;

/// Events listed by name; the rest is a number.
const NAMED: usize = 100;

#[component]
pub fn DataAtRiskBox(form: ReviewForm) -> impl IntoView {
    let data_at_risk = Memo::new(move |_| {
        form.choices
            .with(|choices| labels::data_at_risk(choices, form.zone.get(), t()))
    });
    view! {
        {move || {
            data_at_risk
                .get()
                .map(|(headline, what)| {
                    view! {
                        <div class="act-stake" data-stake=form.worst_stake.get().map(Stake::as_str)>
                            <strong>{headline}</strong>
                            <p>{what}</p>
                        </div>
                    }
                })
        }}
    }
}

/// What goes down, and whether all of it at the same time.
#[component]
pub fn OutageBox(form: ReviewForm) -> impl IntoView {
    let outage = Memo::new(move |_| {
        form.outage.with(|outage| {
            form.choices
                .with(|choices| labels::outage(choices, outage, form.zone.get(), t()))
        })
    });
    view! {
        {move || {
            outage
                .get()
                .map(|(at_once, headline, what)| {
                    view! {
                        <div class="act-stake" data-calm=(!at_once).then_some("")>
                            <strong>{headline}</strong>
                            <p>{what}</p>
                        </div>
                    }
                })
        }}
    }
}

/// The selected events that take no part, with the reason.
#[component]
pub fn LeftOut(controller: ReviewController, open: bool) -> impl IntoView {
    let Some(review) = controller.current.get_untracked() else {
        return ().into_any();
    };
    if review.out.is_empty() {
        return ().into_any();
    }
    let total: usize = review.out.iter().map(|it| it.events.len()).sum();
    let groups = review
        .out
        .iter()
        .map(|it| view! { <Group out=it.clone() controller=controller /> })
        .collect_view();
    view! {
        <details class="act-out" open=open>
            <summary>{move || t().act_out(thousands(total))}</summary>
            {groups}
        </details>
    }
    .into_any()
}

#[component]
fn Group(out: events::LeftOut, controller: ReviewController) -> impl IntoView {
    let events::LeftOut { reason, events } = out;
    let count = events.len();
    let names = events
        .iter()
        .take(NAMED)
        .map(|chosen| {
            let event = &chosen.event;
            let (kind, state) = (event.event_type.kind, event.state.kind);
            let order = chosen.order.as_ref().map(|item| {
                let href = routes::item(&item.batch_id, item.index, "");
                let path = href.clone();
                let order = item.state;
                view! {
                    " · "
                    <a
                        href=href
                        on:click=move |event| {
                            event.prevent_default();
                            controller.go(&path);
                        }
                    >
                        {move || t().in_batch(item_state(order, t()))}
                    </a>
                }
            });
            view! {
                <li>
                    <ResourceName
                        name=Signal::stored(resource::name(chosen.resource.as_deref()))
                        id=Signal::stored(visible(&event.resource_id).into_owned())
                    />
                    {move || format!(" · {} · {}", t().kind(kind), t().state(state))}
                    {order}
                </li>
            }
        })
        .collect_view();
    view! {
        <p>{move || labels::left_out(reason, count, t())}</p>
        <ul>
            {names}
            {(count > NAMED).then(|| view! { <li>{move || t().act_and_more(thousands(count - NAMED))}</li> })}
        </ul>
    }
}
