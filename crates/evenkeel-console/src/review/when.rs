//! Asks when: now, or at a time.

use evenkeel::TimeLimit;
use leptos::prelude::*;

use super::choices::{Choices, Timing};
use super::field_issue::ReviewField;
use super::field_issues::{FieldIssues, note_id};
use super::labels;
use super::review_form::ReviewForm;
use super::time_input::TimeInput;
use crate::clock::now_ms;
use crate::i18n::{Strings, phrase, phrase_signal, t};
use crate::prefs::Zone;
use crate::time;
use crate::ui::radio_card::RadioCard;

#[component]
pub fn WhenField(form: ReviewForm) -> impl IntoView {
    let timing = Memo::new(move |_| form.choices.with(|it| it.timing));
    // What the cloud takes for this action alone, where there is nothing to choose.
    let only = Memo::new(move |_| form.choices.with(Choices::only_timing));
    let choose = move |timing| form.choices.update(|it| it.choose_timing(timing));
    let unasked =
        Signal::derive(move || timing.with(Option::is_none) && form.invalid(ReviewField::When));
    let invalid = Signal::derive(move || form.invalid(ReviewField::When));
    let at = Signal::derive(move || form.choices.with(|it| it.at));
    view! {
        <fieldset class="act-field" aria-describedby=note_id(ReviewField::When)>
            <legend>{phrase(Strings::act_when)}</legend>
            <Show when=move || only.get().is_none()>
                <RadioCard
                    name="act-when"
                    value="now"
                    checked=Signal::derive(move || timing.get() == Some(Timing::Now))
                    on_choose=move || choose(Timing::Now)
                    title=phrase_signal(Strings::act_now)
                    hint=phrase_signal(Strings::act_now_hint)
                    invalid=unasked
                />
                <RadioCard
                    name="act-when"
                    value="at"
                    checked=Signal::derive(move || timing.get() == Some(Timing::At))
                    on_choose=move || choose(Timing::At)
                    title=phrase_signal(Strings::act_at)
                    hint=Signal::derive(move || limit_hint(form))
                    invalid=unasked
                />
            </Show>
            <Show when=move || only.get() == Some(Timing::Now)>
                <p class="field-hint">{phrase(Strings::act_now_only)}</p>
            </Show>
            <Show when=move || timing.get() == Some(Timing::At)>
                <div class="act-time">
                    <TimeInput
                        id="act-time"
                        label=phrase_signal(Strings::act_time)
                        at=at
                        on_change=move |ms| form.choices.update(|it| it.at = ms)
                        on_leave=Callback::new(move |()| form.touched.update(|it| it.when = true))
                        invalid=invalid
                        note=note_id(ReviewField::When)
                        zone=form.zone
                    />
                    <ZoneChoice form=form />
                </div>
                <Show when=move || only.get() == Some(Timing::At)>
                    <p class="field-hint">{move || limit_hint(form)}</p>
                </Show>
                <Other form=form />
            </Show>
            <FieldIssues form=form field=ReviewField::When />
        </fieldset>
    }
}

/// The time again as the other zone's clocks show it, and how far off it is: a mistaken zone shows at once.
#[component]
fn Other(form: ReviewForm) -> impl IntoView {
    let text = move || {
        let at = form.choices.with(|it| it.at)?;
        let other = match form.zone.get() {
            Zone::Utc => Zone::Local,
            Zone::Local => Zone::Utc,
        };
        let offset = other.offset_minutes(at);
        let distance = time::relative(at, now_ms(), t());
        Some(t().act_time_is(
            distance,
            labels::short_time(at, other, t()),
            time::offset(offset),
        ))
    };
    view! { <p class="field-hint">{text}</p> }
}

/// In which zone the time is meant: the one setting of the page.
#[component]
fn ZoneChoice(form: ReviewForm) -> impl IntoView {
    let local = move || {
        // Of the chosen day: half the year it is another.
        let at = form.choices.with(|it| it.at).unwrap_or_else(now_ms);
        let offset = time::offset(Zone::Local.offset_minutes(at));
        format!("{offset} · {}", t().zone_local())
    };
    let choice = move |zone: Zone, name: Signal<String>| {
        view! {
            <button
                type="button"
                aria-pressed=move || if form.zone.get() == zone { "true" } else { "false" }
                on:click=move |_| form.zone.set(zone)
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="segmented" role="group" aria-label=phrase(Strings::times_in)>
            {choice(Zone::Local, Signal::derive(local))}
            {choice(Zone::Utc, phrase_signal(Strings::zone_utc))}
        </div>
    }
}

/// What the time has to stay before: the earliest of the events' own limits.
fn limit_hint(form: ReviewForm) -> String {
    let now = now_ms();
    let (kind, limit) = form.choices.with(|it| {
        let kind = it.provider.facts().time_limit;
        let limits = it.included().filter_map(|(_, item)| match kind {
            TimeLimit::OwnStart | TimeLimit::Deadline => item.event.decide_by(),
            TimeLimit::FirstPlan => item.event.deadline,
        });
        (
            kind,
            limits
                .map(evenkeel::Timestamp::as_millis)
                .filter(|ms| *ms > now)
                .min(),
        )
    });
    match (kind, limit) {
        (_, None) => String::new(),
        (TimeLimit::OwnStart, Some(ms)) => {
            t().act_limit_start(labels::short_time(ms, form.zone.get(), t()))
        }
        (TimeLimit::Deadline, Some(ms)) => {
            t().act_limit_deadline(labels::short_time(ms, form.zone.get(), t()))
        }
        (TimeLimit::FirstPlan, Some(ms)) => {
            t().act_limit_first_plan(labels::short_time(ms, form.zone.get(), t()))
        }
    }
}
