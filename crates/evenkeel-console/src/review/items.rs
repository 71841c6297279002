//! The events of the batch, to look at, to leave out, and to give a time of their own.

use evenkeel::DataLoss;
use evenkeel::visible::visible;
use leptos::prelude::*;

use super::choices::{ReviewItem, Timing};
use super::field_issue::ReviewField;
use super::field_issues::note_id;
use super::labels;
use super::review_form::ReviewForm;
use super::time_input::TimeInput;
use crate::i18n::{t, thousands};
use crate::resource::{self, ResourceName};
use crate::ui::button::{Button, ButtonKind};

/// How many more are shown at once.
const PAGE: usize = 50;

#[component]
pub fn Items(form: ReviewForm) -> impl IntoView {
    let shown = RwSignal::new(PAGE);
    let indexes = Memo::new(move |_| {
        let all = form.choices.with(|it| it.items.len());
        form.only.get().unwrap_or_else(|| (0..all).collect())
    });
    let visible = Memo::new(move |_| {
        indexes.with(|indexes| {
            indexes
                .iter()
                .copied()
                .take(shown.get())
                .collect::<Vec<_>>()
        })
    });
    let hidden = Memo::new(move |_| indexes.with(Vec::len).saturating_sub(shown.get()));
    let label = move || {
        let (count, all) = form.choices.with(|it| (it.count(), it.items.len()));
        // A time each only where the cloud takes one.
        let timed = form
            .choices
            .with(|it| it.action.is_some() && it.only_timing() != Some(Timing::Now));
        if count == all && !timed {
            t().act_items_untimed(thousands(count))
        } else if !timed {
            t().act_items_of_untimed(thousands(count), thousands(all))
        } else if count == all {
            t().act_items(thousands(count))
        } else {
            t().act_items_of(thousands(count), thousands(all))
        }
    };
    view! {
        <details
            class="act-items"
            prop:open=form.items_open
            on:toggle=move |event| {
                let open = event_target::<web_sys::HtmlDetailsElement>(&event).open();
                if open != form.items_open.get_untracked() {
                    form.items_open.set(open);
                }
            }
        >
            <summary>{label}</summary>
            <Show when=move || form.items_open.get()>
                <Show when=move || form.only.with(Option::is_some)>
                    <p class="act-finding">
                        <span>{move || t().act_items_only(thousands(indexes.with(Vec::len)))}</span>
                        <Button kind=ButtonKind::Quiet on_press=move || form.only.set(None)>
                            {move || t().act_items_all()}
                        </Button>
                    </p>
                </Show>
                <ul class="act-list">
                    <For each=move || visible.get() key=|index| *index let:index>
                        <ItemRow form=form index=index />
                    </For>
                </ul>
                <Show when=move || hidden.get() != 0>
                    <Button kind=ButtonKind::Quiet on_press=move || shown.update(|it| *it += PAGE)>
                        {move || t().act_more(thousands(hidden.get().min(PAGE)))}
                    </Button>
                </Show>
            </Show>
        </details>
    }
}

#[component]
fn ItemRow(form: ReviewForm, index: usize) -> impl IntoView {
    let item = Memo::new(move |_| form.choices.with(|it| it.items.get(index).cloned()));
    let text = move |read: fn(&ReviewItem) -> String| {
        move || item.with(|item| item.as_ref().map(read).unwrap_or_default())
    };
    let id = text(|item| visible(&item.event.resource_id).into_owned());
    let called = text(|item| resource::called(item.resource.as_deref(), &item.event.resource_id));
    let name = Memo::new(move |_| {
        item.with(|item| resource::name(item.as_ref().and_then(|it| it.resource.as_deref())))
    });
    let disks = move || {
        let loses = form.choices.with(|it| it.loss(index) != DataLoss::No);
        item.with(|item| {
            let known = item.as_ref().and_then(|it| it.resource.as_deref());
            loses.then(|| resource::local_disks(known, t())).flatten()
        })
    };
    let event_id = text(|item| visible(&item.event.id).into_owned());
    let out = Memo::new(move |_| item.with(|item| item.as_ref().is_some_and(|item| item.out)));
    let own = Memo::new(move |_| item.with(|item| item.as_ref().and_then(|item| item.own_at)));
    let scheduled = Memo::new(move |_| form.choices.with(|it| it.timing == Some(Timing::At)));
    let invalid = Signal::derive(move || {
        form.check.with(|check| {
            check.errors().any(|it| {
                it.field == ReviewField::When && !it.is_missing() && it.items.contains(&index)
            })
        })
    });
    let by = move || {
        let by = item.with(|item| item.as_ref().and_then(|item| item.event.decide_by()))?;
        Some(format!(
            "{} {}",
            t().column_decide_by(),
            labels::short_time(by.as_millis(), form.zone.get(), t())
        ))
    };
    // A moment that all share stands in the field until the item has its own.
    let at = Signal::derive(move || own.get().or_else(|| form.choices.with(|it| it.at)));
    let set = move |ms: Option<i64>| {
        form.choices.update(|it| {
            if let Some(item) = it.items.get_mut(index) {
                item.own_at = ms;
            }
        });
    };
    view! {
        <li class="act-item" data-out=move || out.get().then_some("")>
            <span class="act-item-name">
                <ResourceName name=name id=Signal::derive(id) />
                <small class="mono" dir="auto">{event_id}</small>
                <small>{by}</small>
                <small>{disks}</small>
            </span>
            <Show when=move || scheduled.get() && !out.get()>
                <TimeInput
                    id=format!("act-time-{index}")
                    label=Signal::derive(move || t().act_time_of(called()))
                    at=at
                    on_change=set
                    invalid=invalid
                    note=note_id(ReviewField::When)
                    zone=form.zone
                />
            </Show>
            <Button
                kind=ButtonKind::Quiet
                on_press=move || {
                    let now_out = !out.get_untracked();
                    form.choices.update(|it| it.set_out(&[index], now_out));
                }
            >
                {move || if out.get() { t().act_put_back() } else { t().act_leave_out() }}
            </Button>
        </li>
    }
}
