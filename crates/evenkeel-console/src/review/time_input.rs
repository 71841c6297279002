//! A field for a moment, typed as the chosen zone's clocks show it.

use leptos::html;
use leptos::prelude::*;

use super::datetime_local::{self, Reading};
use super::labels;
use crate::i18n::t;
use crate::prefs::Zone;
use crate::time;
use crate::ui::button::{Button, ButtonKind};

#[component]
pub fn TimeInput(
    #[prop(into)] id: String,
    #[prop(into)] label: Signal<String>,
    /// Ms since the Unix epoch.
    #[prop(into)]
    at: Signal<Option<i64>>,
    on_change: impl Fn(Option<i64>) + 'static,
    #[prop(optional)] on_leave: Option<Callback<()>>,
    #[prop(optional, into)] invalid: Signal<bool>,
    #[prop(into)] note: String,
    zone: RwSignal<Zone>,
    /// Where the keyboard comes to it by another way than from field to field.
    #[prop(optional, into)]
    tab_index: Option<Signal<&'static str>>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    // What was typed stands for no moment, or for two: a person chooses.
    let odd = RwSignal::new(None::<Reading>);
    let on_change = StoredValue::new_local(on_change);
    let give = move |ms: Option<i64>| on_change.with_value(|on_change| on_change(ms));
    let read = move |text: &str| {
        let zone = zone.get_untracked();
        let reading = datetime_local::read(text, |ms| zone.offset_minutes(ms));
        let clear = match reading {
            Some(Reading::Once(ms)) => Some(ms),
            Some(Reading::Twice(..) | Reading::Never(..)) | None => None,
        };
        odd.set(reading.filter(|_| clear.is_none()));
        give(clear);
    };
    let choose = move |ms: i64| {
        odd.set(None);
        give(Some(ms));
    };
    Effect::new(move |before: Option<Zone>| {
        let zone = zone.get();
        if before.is_some_and(|before| before != zone) {
            odd.set(None);
        }
        zone
    });
    // A browser empties the field's value while a part of it is being typed: what stands in the field is written over
    // only by a moment that is another one.
    Effect::new(move |_| {
        let zone = zone.get();
        let Some(input) = input.get() else { return };
        let Some(ms) = at.get() else {
            let typing = document()
                .active_element()
                .is_some_and(|it| it.is_same_node(Some(&input)));
            if !typing {
                input.set_value("");
            }
            return;
        };
        let wanted = datetime_local::text(ms, zone.offset_minutes(ms));
        if input.value() != wanted {
            input.set_value(&wanted);
        }
    });
    view! {
        <input
            type="datetime-local"
            class="input"
            id=id
            tabindex=move || tab_index.map(|it| it.get())
            node_ref=input
            aria-label=label
            aria-invalid=move || invalid.get().then_some("true")
            aria-describedby=note
            on:input=move |event| read(&event_target_value(&event))
            on:blur=move |_| {
                if let Some(on_leave) = on_leave {
                    on_leave.run(());
                }
            }
        />
        {move || odd.get().map(|reading| view! { <Odd reading=reading zone=zone choose=choose /> })}
    }
}

/// A change of the clocks: says what is wrong with the time, and what it may stand for.
#[component]
fn Odd(
    reading: Reading,
    zone: RwSignal<Zone>,
    choose: impl Fn(i64) + Copy + 'static,
) -> impl IntoView {
    let (text, moments): (fn() -> &'static str, _) = match reading {
        Reading::Twice(first, second) => (|| t().act_time_twice(), [first, second]),
        Reading::Never(first, second) => (|| t().act_time_never(), [first, second]),
        Reading::Once(ms) => (|| "", [ms, ms]),
    };
    let button = move |ms: i64| {
        let name = move || {
            let offset = time::offset(zone.get().offset_minutes(ms));
            t().act_use(format!(
                "{} {offset}",
                labels::short_time(ms, zone.get(), t())
            ))
        };
        view! {
            <Button kind=ButtonKind::Quiet on_press=move || choose(ms)>
                {name}
            </Button>
        }
    };
    view! {
        <div class="act-finding act-odd" data-severity="error" role="status">
            <span>{text}</span>
            {moments.map(button).collect_view()}
        </div>
    }
}
