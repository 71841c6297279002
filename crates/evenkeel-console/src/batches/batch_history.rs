//! Shows who ordered a batch, and what was done about it since.

use evenkeel::visible::visible;
use evenkeel_api::{BatchStep, BatchStepKind, BatchSummary, HoldReason};
use leptos::prelude::*;

use super::labels;
use crate::actor_label::actor;
use crate::i18n::{Strings, t};
use crate::prefs::use_prefs;
use crate::{routes, time};

#[component]
pub fn BatchHistory(#[prop(into)] summary: Signal<BatchSummary>) -> impl IntoView {
    let zone = use_prefs().zone;
    let told =
        Memo::new(move |_| summary.with(|it| (it.created_at, it.by.clone(), it.steps.clone())));
    let line = move |at: i64, word: String, by: Option<String>| {
        view! {
            <li>
                <span class="mono">{time::full(at, zone.get().offset_minutes(at))}</span>
                <strong>{word}</strong>
                {by.map(|by| view! { <span class="sub"><bdi>{by}</bdi></span> })}
            </li>
        }
    };
    view! {
        <details class="batch-history">
            <summary>{move || t().item_history_title()}</summary>
            <ol class="story">
                {move || {
                    let (created_at, by, steps) = told.get();
                    let by = by.map(|by| actor(&by, t()));
                    let ordered = line(created_at.as_millis(), t().batch_step_ordered().to_owned(), by);
                    let steps = steps
                        .into_iter()
                        .map(|step| {
                            let by = step.by.as_ref().map(|by| actor(by, t()));
                            let done = line(step.at.as_millis(), word(&step, t()), by);
                            view! { {done} {retried_in(&step)} }
                        })
                        .collect_view();
                    view! { {ordered} {steps} }
                }}
            </ol>
        </details>
    }
}

/// What was done, in the reader's language.
fn word(step: &BatchStep, t: Strings) -> String {
    match step.kind {
        BatchStepKind::Paused => t.batch_step_paused().to_owned(),
        BatchStepKind::Resumed => t.batch_step_resumed().to_owned(),
        BatchStepKind::Cancelled => t.batch_step_cancelled().to_owned(),
        BatchStepKind::Retried => t.batch_step_retried().to_owned(),
        BatchStepKind::Approved => t.batch_step_approved().to_owned(),
        BatchStepKind::ApprovalRefused => t.batch_step_refused(said(step)),
        BatchStepKind::ApprovalExpired => t.batch_step_expired().to_owned(),
        BatchStepKind::BreakGlass => t.batch_step_glass(said(step)),
        BatchStepKind::Held => {
            let reason = HoldReason::parse(step.detail.as_deref().unwrap_or_default());
            labels::held_for(reason, t).to_owned()
        }
        BatchStepKind::Released => t.batch_step_released().to_owned(),
        BatchStepKind::Other => t.batch_step_other().to_owned(),
    }
}

/// What a person said: foreign text.
fn said(step: &BatchStep) -> String {
    visible(step.detail.as_deref().unwrap_or_default()).into_owned()
}

fn retried_in(step: &BatchStep) -> Option<impl IntoView + use<>> {
    let id = step
        .detail
        .clone()
        .filter(|_| step.kind == BatchStepKind::Retried)?;
    Some(
        view! { <li class="batch-link"><a href=routes::batch(&id)>{move || t().batch_retried_by()}</a></li> },
    )
}

#[cfg(test)]
mod tests {
    use evenkeel::{Locale, Timestamp};

    use super::*;

    #[test]
    fn every_step_has_words_and_a_hold_says_why() {
        for locale in [Locale::En, Locale::Zh] {
            let t = Strings(locale);
            let step = |kind, detail: Option<&str>| BatchStep {
                kind,
                at: Timestamp::from_millis(0),
                by: None,
                detail: detail.map(str::to_owned),
            };
            for kind in BatchStepKind::ALL {
                assert!(!word(&step(kind, None), t).is_empty());
            }
            let held = word(&step(BatchStepKind::Held, Some("stale")), t);
            assert_eq!(held, t.held_stale());
        }
    }
}
