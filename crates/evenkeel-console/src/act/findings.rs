//! The core's issues at their field, each with the way out of it.

use leptos::prelude::*;

use super::bench::Bench;
use super::finding::{Field, Finding};
use super::words;
use crate::i18n::{t, thousands};
use crate::ui::button::{Button, ButtonKind};

/// The id of the lines at a field; its controls are described by it.
pub fn note_id(field: Field) -> &'static str {
    match field {
        Field::When => "act-when-note",
        Field::Policy => "act-policy-note",
        Field::Password => "act-password-note",
        Field::Items => "act-items-note",
    }
}

#[component]
pub fn Findings(bench: Bench, field: Field) -> impl IntoView {
    let shown = Memo::new(move |_| bench.shown(field));
    view! {
        <div id=note_id(field) class="act-findings" aria-live="polite">
            {move || {
                shown.get().into_iter().map(|finding| view! { <Line bench=bench finding=finding /> }).collect_view()
            }}
        </div>
    }
}

#[component]
fn Line(bench: Bench, finding: Finding) -> impl IntoView {
    let nearest = finding.nearest;
    let places = StoredValue::new(finding.items.clone());
    let count = finding.items.len();
    // Where it is about every item, there is nothing to pick out.
    let some =
        Memo::new(move |_| count > 0 && count < bench.choices.with(super::choices::Choices::count));
    let of_items = finding.field != Field::Policy && finding.field != Field::Password;
    let mark = if finding.is_error() {
        "error"
    } else {
        "warning"
    };
    let text = move || {
        bench
            .choices
            .with(|choices| words::finding(&finding, choices, bench.zone.get(), t()))
    };
    view! {
        <p class="act-finding" data-severity=mark>
            <span>{text}</span>
            {nearest
                .map(|ms| {
                    view! {
                        <Button
                            kind=ButtonKind::Quiet
                            on_press=move || bench.choices.update(|it| it.use_for_all(ms))
                        >
                            {move || t().act_use(words::at(ms, bench.zone.get(), t()))}
                        </Button>
                    }
                })}
            <Show when=move || of_items && some.get()>
                <Button
                    kind=ButtonKind::Quiet
                    on_press=move || bench.show_items(Some(places.get_value()))
                >
                    {move || t().act_show_the(thousands(count))}
                </Button>
                <Button
                    kind=ButtonKind::Quiet
                    on_press=move || {
                        bench.choices.update(|it| it.set_out(&places.get_value(), true));
                    }
                >
                    {move || t().act_leave_out_the(thousands(count))}
                </Button>
            </Show>
        </p>
    }
}
