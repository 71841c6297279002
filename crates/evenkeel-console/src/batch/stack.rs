//! How far a batch is, as a bar of what became of its items.

use evenkeel_api::BatchSummary;
use leptos::prelude::*;

use super::words::{self, ORDER};
use crate::i18n::t;
use crate::state::batch::settled;

/// Percent of the bar.
#[expect(
    clippy::cast_precision_loss,
    reason = "batches are far smaller than 2^52"
)]
fn share(count: u64, total: u64) -> f64 {
    if total == 0 {
        return 0.0;
    }
    count as f64 * 100.0 / total as f64
}

#[component]
pub fn Stack(#[prop(into)] summary: Signal<BatchSummary>) -> impl IntoView {
    let part = move |state| {
        let width = move || summary.with(|it| share(it.counts.get(state), it.total));
        view! {
            <i data-state=state.as_str() style:width=move || format!("{:.3}%", width())></i>
        }
    };
    view! {
        <span
            class="stack"
            role="progressbar"
            aria-label=move || t().batch_progress()
            aria-valuemin="0"
            aria-valuemax=move || summary.with(|it| it.total.to_string())
            aria-valuenow=move || summary.with(|it| settled(it).to_string())
            aria-valuetext=move || summary.with(|it| words::tally(&it.counts, t()))
        >
            {ORDER.map(part).collect_view()}
        </span>
    }
}
