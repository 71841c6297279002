//! The lines of the table of machines. Each belongs to one machine as long as it stands in the page: a field that
//! somebody is in never comes to be another machine's.

use evenkeel::visible::visible;
use leptos::prelude::*;

use super::choices::Timing;
use super::field_issue::ReviewField;
use super::field_issues::note_id;
use super::review_form::ReviewForm;
use super::review_item::ReviewItem;
use super::stake::{Line, Stake};
use super::time_input::TimeInput;
use super::{labels, machine_text};
use crate::clock::now_ms;
use crate::events::Chosen;
use crate::i18n::{t, thousands};
use crate::labels::item_state;
use crate::resource;
use crate::routes;
use crate::ui::button::{Button, ButtonKind};

/// The element id of a line, for `aria-activedescendant`.
pub fn line_id(line: Line) -> String {
    match line {
        Line::Head(stake) => format!("machines-{}", stake.as_str()),
        Line::Machine(index) => format!("machine-{index}"),
        Line::OutHead => "machines-out".to_owned(),
        Line::Out(index) => format!("machine-out-{index}"),
    }
}

/// What all lines say of their place: from 0, after the table's head.
fn row_index(place: Memo<Option<usize>>) -> impl Fn() -> Option<String> {
    move || Some((place.get()? + 2).to_string())
}

#[component]
pub fn HeadRow(
    form: ReviewForm,
    line: Line,
    place: Memo<Option<usize>>,
    active: RwSignal<Option<Line>>,
) -> impl IntoView {
    let text = move || {
        let Line::Head(stake) = line else {
            let count = form.staying.with_value(Vec::len);
            return t().stake_out(thousands(count));
        };
        let (count, down) = form.choices.with(|choices| choices.in_group(stake));
        let head = machine_text::head(stake, t());
        if down > 0 {
            t().stake_head_down(thousands(count), thousands(down), head)
        } else {
            t().stake_head(thousands(count), head)
        }
    };
    let tone = match line {
        Line::Head(stake) => stake.as_str(),
        _ => "out",
    };
    view! {
        <tr
            role="row"
            class="machine-head"
            id=line_id(line)
            data-stake=tone
            aria-rowindex=row_index(place)
            data-active=move || (active.get() == Some(line)).then_some("")
        >
            <td role="gridcell" colspan="4">
                <strong>{text}</strong>
            </td>
        </tr>
    }
}

#[component]
pub fn MachineRow(
    form: ReviewForm,
    index: usize,
    place: Memo<Option<usize>>,
    active: RwSignal<Option<Line>>,
) -> impl IntoView {
    let line = Line::Machine(index);
    let item = Memo::new(move |_| form.choices.with(|it| it.items.get(index).cloned()));
    let say = move |read: fn(&super::choices::Choices, &ReviewItem) -> String| {
        Memo::new(move |_| {
            form.choices.with(|choices| {
                let item = choices.items.get(index);
                item.map(|item| read(choices, item)).unwrap_or_default()
            })
        })
    };
    let name = Memo::new(move |_| {
        item.with(|item| resource::name(item.as_ref().and_then(|it| it.resource.as_deref())))
    });
    let called = move || {
        item.with(|item| {
            item.as_ref()
                .map(|it| resource::called(it.resource.as_deref(), &it.event.resource_id))
                .unwrap_or_default()
        })
    };
    let place_of = say(|_, item| machine_text::place(item));
    let whole_id = say(|_, item| visible(&item.event.resource_id).into_owned());
    let event_id = say(|_, item| visible(&item.event.id).into_owned());
    let happens = say(|choices, item| machine_text::happens(choices, item, t()));
    let data = say(|choices, item| machine_text::data(choices, item, t()));
    let stake = Memo::new(move |_| {
        form.choices.with(|choices| {
            let item = choices.items.get(index);
            item.map_or(Stake::Open, |item| choices.stake(item))
        })
    });
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
    let when = Memo::new(move |_| {
        form.choices.with(|choices| {
            let item = choices.items.get(index);
            let said =
                item.map(|it| machine_text::when(choices, it, form.zone.get(), now_ms(), t()));
            said.unwrap_or_default()
        })
    });
    let limit = Memo::new(move |_| {
        item.with(|item| {
            let said = item
                .as_ref()
                .map(|it| machine_text::limit(&it.event, form.zone.get(), now_ms(), t()));
            said.unwrap_or_default()
        })
    });
    let order = Memo::new(move |_| item.with(|item| item.as_ref().and_then(|it| it.order.clone())));
    // A moment that all share stands in the field until the item has its own.
    let at = Signal::derive(move || own.get().or_else(|| form.choices.with(|it| it.at)));
    let set = move |ms: Option<i64>| {
        form.choices.update(|it| {
            if let Some(item) = it.items.get_mut(index) {
                item.own_at = ms;
            }
        });
    };
    let is_active = Memo::new(move |_| active.get() == Some(line));
    // The keyboard goes from row to row; of the fields only those of the row that it is on are on its way.
    let reach = Signal::derive(move || if is_active.get() { "0" } else { "-1" });
    let label = move || {
        let mut parts = vec![called(), happens.get(), data.get()];
        parts.push(if out.get() {
            t().machine_left_out().to_owned()
        } else {
            when.get()
        });
        parts.retain(|part| !part.is_empty());
        t().list(&parts)
    };
    view! {
        <tr
            role="row"
            class="machine"
            id=line_id(line)
            aria-label=label
            aria-rowindex=row_index(place)
            data-out=move || out.get().then_some("")
            data-active=move || is_active.get().then_some("")
            on:pointerdown=move |_| active.set(Some(line))
            on:focusin=move |_| active.set(Some(line))
        >
            <td role="gridcell" class="machine-which">
                <bdi dir="auto" class="machine-name" hidden=move || name.with(Option::is_none)>{name}</bdi>
                <bdi dir="auto" class="mono" title=whole_id>{place_of}</bdi>
                <bdi dir="auto" class="mono machine-event" hidden=move || name.with(Option::is_some)>{event_id}</bdi>
            </td>
            <td role="gridcell" class="machine-what">
                <span>{happens}</span>
                <small data-stake=move || stake.get().as_str()>{data}</small>
            </td>
            <td role="gridcell" class="machine-when">
                <Show
                    when=move || scheduled.get() && !out.get()
                    fallback=move || view! { <span>{when}</span> }
                >
                    <TimeInput
                        id=format!("act-time-{index}")
                        label=Signal::derive(move || t().act_time_of(called()))
                        at=at
                        on_change=set
                        invalid=invalid
                        note=note_id(ReviewField::When)
                        zone=form.zone
                        tab_index=reach
                    />
                </Show>
                <small>{limit}</small>
            </td>
            <td role="gridcell" class="machine-take">
                {move || order.get().map(|item| view! { <Order form=form item=item /> })}
                <Button
                    kind=ButtonKind::Quiet
                    tab_index=reach
                    label=Signal::derive(move || {
                        if out.get() { t().machine_put_back(called()) } else { t().machine_leave_out(called()) }
                    })
                    on_press=move || form.turn(index)
                >
                    {move || if out.get() { t().act_put_back() } else { t().act_leave_out() }}
                </Button>
            </td>
        </tr>
    }
}

/// The order of another batch that may still act on the machine's event.
#[component]
fn Order(form: ReviewForm, item: evenkeel_api::EventItem) -> impl IntoView {
    let href = routes::item(&item.batch_id, item.index, "");
    let path = href.clone();
    let state = item.state;
    view! {
        <a
            href=href
            on:click=move |event| {
                event.prevent_default();
                form.controller.go(&path);
            }
        >
            {move || t().in_batch(item_state(state, t()))}
        </a>
    }
}

/// One that stays out, with the reason.
#[component]
pub fn StayingRow(
    form: ReviewForm,
    index: usize,
    place: Memo<Option<usize>>,
    active: RwSignal<Option<Line>>,
) -> impl IntoView {
    let line = Line::Out(index);
    let Some((reason, chosen)) = form.staying.with_value(|all| all.get(index).cloned()) else {
        return ().into_any();
    };
    let Chosen {
        event,
        resource,
        order,
    } = chosen;
    let name = resource::name(resource.as_deref());
    let unnamed = name.is_none();
    let id = visible(&event.resource_id).into_owned();
    let (kind, state) = (event.event_type.kind, event.state.kind);
    view! {
        <tr
            role="row"
            class="machine"
            id=line_id(line)
            aria-rowindex=row_index(place)
            data-staying=""
            data-active=move || (active.get() == Some(line)).then_some("")
        >
            <td role="gridcell" class="machine-which">
                <bdi dir="auto" class="machine-name" hidden=unnamed>{name}</bdi>
                <bdi dir="auto" class="mono">{id}</bdi>
            </td>
            <td role="gridcell" class="machine-what">
                <span>{move || format!("{} · {}", t().kind(kind), t().state(state))}</span>
                <small>{move || labels::stays_out(reason, t())}</small>
            </td>
            <td role="gridcell" class="machine-when"></td>
            <td role="gridcell" class="machine-take">
                {order.map(|item| view! { <Order form=form item=item /> })}
            </td>
        </tr>
    }
    .into_any()
}
