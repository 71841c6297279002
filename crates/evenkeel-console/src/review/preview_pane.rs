//! Shows the exact requests, beside the choices that make them.

use evenkeel::visible::visible_lines;
use leptos::prelude::*;

use super::request_preview::{GAP, preview_calls, request_preview};
use super::review_form::ReviewForm;
use crate::i18n::{Strings, phrase, phrase_signal, t, thousands};
use crate::ui::button::{Button, ButtonKind};

#[component]
pub fn PreviewPane(form: ReviewForm) -> impl IntoView {
    let chunks = Memo::new(move |_| form.choices.with(preview_calls));
    let page = RwSignal::new(0_usize);
    let all = RwSignal::new(false);
    let count = Memo::new(move |_| chunks.with(Vec::len));
    let here = Memo::new(move |_| page.get().min(count.get().saturating_sub(1)));
    let shown = Memo::new(move |_| {
        form.choices.with(|choices| {
            let account = form.controller.account(&choices.account)?;
            chunks.with(|chunks| {
                let chunk = chunks.get(here.get())?;
                Some(request_preview(
                    chunk,
                    &account.scope(),
                    &account.endpoint,
                    choices,
                    all.get(),
                ))
            })
        })
    });
    let turn = move |by: isize| {
        page.set(
            here.get_untracked()
                .saturating_add_signed(by)
                .min(count.get_untracked().saturating_sub(1)),
        );
    };
    let text = move || {
        shown.get().map(|preview| {
            let headers = preview
                .headers
                .iter()
                .map(|(name, value)| view! { <span class="act-wire-name">{name.clone()}": "</span>{value.clone()}"\n" })
                .collect_view();
            let query = preview
                .query
                .iter()
                .map(|(name, value)| view! { "\n"<span class="act-wire-name">{name.clone()}"="</span>{gaps(value)} })
                .collect_view();
            view! {
                <span class="act-wire-method">{preview.method}</span>" "{preview.url.clone()}"\n"
                {headers}
                {query}
                {preview.body.as_deref().map(|body| view! { "\n"{gaps(body)} })}
            }
        })
    };
    let none = move || {
        if form.choices.with(|it| it.action.is_none()) {
            t().act_preview_open()
        } else {
            t().act_preview_none()
        }
    };
    let hidden = move || shown.with(|preview| preview.as_ref().map_or(0, |preview| preview.hidden));
    let masked =
        move || shown.with(|preview| preview.as_ref().is_some_and(|preview| preview.masked));
    view! {
        <section class="act-preview" aria-label=phrase(Strings::act_preview)>
            <header class="act-preview-head">
                <h3>{phrase(Strings::act_preview)}</h3>
                <Show when=move || count.with(|count| *count > 1)>
                    <span class="act-pager">
                        <Button
                            kind=ButtonKind::Quiet
                            label=phrase_signal(Strings::act_previous_request)
                            on_press=move || turn(-1)
                        >
                            "‹"
                        </Button>
                        <span role="status">
                            {move || t().act_page_of(thousands(count.get()), thousands(here.get() + 1))}
                        </span>
                        <Button
                            kind=ButtonKind::Quiet
                            label=phrase_signal(Strings::act_next_request)
                            on_press=move || turn(1)
                        >
                            "›"
                        </Button>
                    </span>
                </Show>
            </header>
            <Show
                when=move || shown.with(Option::is_some)
                fallback=move || view! { <p class="field-hint">{none}</p> }
            >
                <pre class="act-wire" tabindex="0" aria-label=phrase(Strings::act_preview)>{text}</pre>
            </Show>
            <Show when=move || hidden() != 0>
                <Button kind=ButtonKind::Quiet on_press=move || all.set(true)>
                    {move || t().act_preview_more(thousands(hidden()))}
                </Button>
            </Show>
            <Show when=masked>
                <p class="field-hint">{phrase(Strings::act_preview_masked)}</p>
            </Show>
            <p class="field-hint">{phrase(Strings::act_preview_signed)}</p>
        </section>
    }
}

/// A text with its gaps set apart.
fn gaps(text: &str) -> impl IntoView + use<> {
    let parts: Vec<String> = text.split(GAP).map(visible_lines).collect();
    parts
        .into_iter()
        .enumerate()
        .map(|(index, part)| {
            view! {
                {(index > 0).then(|| view! { <mark class="act-gap">{GAP}</mark> })}
                {part}
            }
        })
        .collect_view()
}
