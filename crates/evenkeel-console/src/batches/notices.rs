//! What a person should know about a batch besides its numbers.

use evenkeel_api::BatchSummary;
use leptos::prelude::*;

use super::labels;
use super::model::BatchModel;
use super::store::use_batches;
use super::subjects;
use crate::api::ShownFailure;
use crate::failure_banner::FailureBanner;
use crate::i18n::t;
use crate::labels::many;
use crate::prefs::use_prefs;
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;
use crate::{resource, routes};

/// Warnings listed by name; the rest is a number.
const NAMED: usize = 50;

#[component]
pub fn Notices(
    #[prop(into)] summary: Signal<BatchSummary>,
    failure: RwSignal<Option<ShownFailure>>,
) -> impl IntoView {
    let zone = use_prefs().zone;
    let open = use_batches().open;
    let resting =
        Memo::new(move |_| summary.with(|it| (it.counts.unknown > 0).then_some(it.counts.unknown)));
    let resend =
        Memo::new(move |_| open.with(|open| open.as_ref().and_then(BatchModel::first_resend)));
    let unknown = move || {
        let count = resting.get()?;
        let mut parts = vec![t().batch_unknown(many(count))];
        if let Some(ms) = resend.get() {
            parts.push(t().batch_unknown_resend(labels::short_time(ms, zone.get(), t())));
        }
        Some(t().sentences(&parts))
    };
    // While calls are on their way the state is that something is being sent: nothing more leaves all the same.
    let paused = Memo::new(move |_| summary.with(|it| it.paused || it.held.is_some()));
    let paused_text = move || {
        let held = summary.with(|it| it.held.as_ref().map(|hold| labels::held(hold, t())));
        held.unwrap_or_else(|| t().batch_paused_text().to_owned())
    };
    let links = Memo::new(move |_| summary.with(|it| (it.retry_of.clone(), it.retried_by.clone())));
    view! {
        <div class="notices">
            <FailureBanner failure=failure />
            <Show when=move || paused.get()>
                <Banner tone=Signal::stored(Tone::Info)>{paused_text}</Banner>
            </Show>
            <Show when=move || resting.get().is_some()>
                <Banner tone=Signal::stored(Tone::Attention)>{unknown}</Banner>
            </Show>
            {move || {
                let (of, by) = links.get();
                let link = |id: String, text: fn() -> &'static str| {
                    view! { <p class="batch-link"><a href=routes::batch(&id)>{text}</a></p> }
                };
                view! {
                    {of.map(|id| link(id, || t().batch_retry_of()))}
                    {by.into_iter().map(|id| link(id, || t().batch_retried_by())).collect_view()}
                }
            }}
            <Warnings />
        </div>
    }
}

/// The warnings that the batch was taken with.
#[component]
fn Warnings() -> impl IntoView {
    let open = use_batches().open;
    let issues = Memo::new(move |_| {
        open.with(|open| {
            open.as_ref()
                .map(|it| it.issues.clone())
                .unwrap_or_default()
        })
    });
    let count = Memo::new(move |_| issues.with(Vec::len));
    let called = move |index: usize| {
        open.with(|open| {
            let item = open.as_ref()?.item(u32::try_from(index).ok()?)?;
            Some(resource::called(item.resource.as_ref(), &item.resource_id))
        })
    };
    view! {
        <Show when=move || count.get() != 0>
            <details class="batch-warnings">
                <summary>
                    {move || match count.get() {
                        1 => t().batch_warnings_one().to_owned(),
                        count => t().batch_warnings(crate::i18n::thousands(count)),
                    }}
                </summary>
                <ul>
                    {move || {
                        issues
                            .get()
                            .into_iter()
                            .take(NAMED)
                            .map(|it| view! { <li>{subjects::issue(&it, called, t().0)}</li> })
                            .collect_view()
                    }}
                    <Show when=move || NAMED < count.get()>
                        <li>{move || t().act_and_more(crate::i18n::thousands(count.get() - NAMED))}</li>
                    </Show>
                </ul>
            </details>
        </Show>
    }
}
