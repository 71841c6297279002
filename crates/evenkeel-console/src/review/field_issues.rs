//! Shows the core's issues at their field, each with the way out of it.

use leptos::prelude::*;

use super::field_issue::{FieldIssue, ReviewField};
use super::labels;
use super::review_form::ReviewForm;
use crate::i18n::{t, thousands};
use crate::ui::button::{Button, ButtonKind};

/// The id of the lines at a field; its controls are described by it.
pub fn note_id(field: ReviewField) -> &'static str {
    match field {
        ReviewField::Action => "act-action-note",
        ReviewField::When => "act-when-note",
        ReviewField::Policy => "act-policy-note",
        ReviewField::Password => "act-password-note",
        ReviewField::Items => "act-items-note",
    }
}

#[component]
pub fn FieldIssues(form: ReviewForm, field: ReviewField) -> impl IntoView {
    let shown = Memo::new(move |_| form.shown(field));
    view! {
        <div id=note_id(field) class="act-findings" aria-live="polite">
            {move || {
                shown.get().into_iter().map(|field_issue| view! { <IssueLine form=form field_issue=field_issue /> }).collect_view()
            }}
        </div>
    }
}

#[component]
fn IssueLine(form: ReviewForm, field_issue: FieldIssue) -> impl IntoView {
    let nearest = field_issue.nearest;
    let indexes = StoredValue::new(field_issue.items.clone());
    let count = field_issue.items.len();
    // Where it is about every item, there is nothing to pick out.
    let some =
        Memo::new(move |_| count > 0 && count < form.choices.with(super::choices::Choices::count));
    let of_items =
        field_issue.field != ReviewField::Policy && field_issue.field != ReviewField::Password;
    let mark = if field_issue.is_error() {
        "error"
    } else {
        "warning"
    };
    let text = move || {
        form.choices
            .with(|choices| labels::field_issue(&field_issue, choices, form.zone.get(), t()))
    };
    view! {
        <p class="act-finding" data-severity=mark>
            <span>{text}</span>
            {nearest
                .map(|ms| {
                    view! {
                        <Button
                            kind=ButtonKind::Quiet
                            on_press=move || form.choices.update(|it| it.use_for_all(ms))
                        >
                            {move || t().act_use(labels::short_time(ms, form.zone.get(), t()))}
                        </Button>
                    }
                })}
            <Show when=move || of_items && some.get()>
                <Button
                    kind=ButtonKind::Quiet
                    on_press=move || form.show_items(indexes.get_value())
                >
                    {move || t().act_show_the(thousands(count))}
                </Button>
                <Button
                    kind=ButtonKind::Quiet
                    on_press=move || {
                        form.choices.update(|it| it.set_out(&indexes.get_value(), true));
                    }
                >
                    {move || t().act_leave_out_the(thousands(count))}
                </Button>
            </Show>
        </p>
    }
}
