//! The batches, newest first.

use evenkeel_api::BatchSummary;
use leptos::prelude::*;

use super::batch_badge::BatchBadge;
use super::model::answered;
use super::policy_note::PolicyNote;
use super::progress_bar::ProgressBar;
use super::store::{Reading, use_batches};
use super::{labels, stage};
use crate::clock::use_clock;
use crate::failure_banner::FailureBanner;
use crate::i18n::{Strings, phrase, t};
use crate::prefs::use_prefs;
use crate::ui::button::Button;
use crate::{routes, time};

#[component]
pub fn BatchesPage() -> impl IntoView {
    let batches = use_batches();
    Effect::new(move |_| document().set_title(&format!("{} · {}", t().act_batches(), t().brand())));
    batches.load();
    let ids = Memo::new(move |_| {
        batches
            .all
            .with(|all| all.keys().rev().cloned().collect::<Vec<_>>())
    });
    let failed = Memo::new(move |_| {
        batches.reading.with(|reading| match reading {
            Reading::Failed(failure) => Some(failure.clone()),
            Reading::Under | Reading::Done => None,
        })
    });
    let none = move || {
        ids.with(Vec::is_empty) && batches.reading.with(|reading| *reading == Reading::Done)
    };
    view! {
        <div class="page">
            <header class="page-head">
                <div class="page-title">
                    <h1>{phrase(Strings::act_batches)}</h1>
                    <p class="sub">{phrase(Strings::batches_sub)}</p>
                </div>
            </header>
            <FailureBanner failure=failed retry=move |()| batches.load() />
            <Show when=none>
                <div class="empty" role="status">
                    <h2>{phrase(Strings::batches_none_title)}</h2>
                    <p>{phrase(Strings::batches_none_text)}</p>
                    <a class="button" href=routes::EVENTS>{phrase(Strings::not_found_text)}</a>
                </div>
            </Show>
            <PolicyNote />
            <ul class="batches" aria-label=phrase(Strings::act_batches)>
                <For each=move || ids.get() key=String::clone let:id>
                    <BatchLine id=id />
                </For>
            </ul>
            <Show when=move || batches.older.with(Option::is_some)>
                <p class="batches-more">
                    <Button on_press=move || batches.load_older()>{phrase(Strings::batches_older)}</Button>
                </p>
            </Show>
        </div>
    }
}

#[component]
fn BatchLine(id: String) -> impl IntoView {
    let (batches, clock) = (use_batches(), use_clock());
    let zone = use_prefs().zone;
    let href = routes::batch(&id);
    let first = batches.all.with_untracked(|all| all.get(&id).cloned());
    let Some(first) = first else {
        return ().into_any();
    };
    let summary = RwSignal::new(first);
    Effect::new(move |_| {
        let latest = batches.all.with(|all| all.get(&id).cloned());
        if let Some(latest) = latest.filter(|latest| summary.with_untracked(|it| it != latest)) {
            summary.set(latest);
        }
    });
    let minutes = clock.minutes();
    let made = move |it: &BatchSummary| {
        let at = it.created_at.as_millis();
        let moment = labels::short_time(at, zone.get(), t());
        t().batch_made(time::relative(at, minutes.get(), t()), moment)
    };
    view! {
        <li class="batch-line">
            <span class="batch-name">
                <a class="row-link" href=href>{move || summary.with(|it| labels::name(it, t()))}</a>
                <small>{move || summary.with(|it| format!("{} · {}", it.account, made(it)))}</small>
            </span>
            <BatchBadge summary=summary />
            <span class="batch-far">
                <span>{move || summary.with(|it| labels::tally(&it.counts, t()))}</span>
                <small>{move || summary.with(|it| it.held.as_ref().map(|hold| labels::held(hold, t())))}</small>
                <small>
                    {move || {
                        let stages = summary.with(|it| stage::tally(it, t()));
                        (!stages.is_empty()).then(|| t().batch_maintenance(stages))
                    }}
                </small>
                <ProgressBar summary=summary />
            </span>
            <small class="batch-done">
                {move || {
                    summary.with(|it| t().act_answered(labels::many(it.total), labels::many(answered(it))))
                }}
            </small>
        </li>
    }
    .into_any()
}
