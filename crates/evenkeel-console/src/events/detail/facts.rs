//! Shows an event's times and facts as the cloud told them.

use std::sync::Arc;

use evenkeel::visible::visible;
use evenkeel::{Event, TimeLimit, Timestamp};
use leptos::prelude::*;

use crate::clock::use_clock;
use crate::i18n::{Strings, phrase, t};
use crate::prefs::Zone;
use crate::time;

#[component]
pub fn Times(event: Arc<Event>) -> impl IntoView {
    let clock = use_clock();
    let now = clock.minutes();
    let provider = event.provider;
    let opens = move |t: Strings| match provider.facts().time_limit {
        TimeLimit::OwnStart => t.time_own_start(),
        TimeLimit::Deadline | TimeLimit::FirstPlan => t.time_not_before(),
    };
    let unreadable = event.unreadable_times();
    let line = move |field: &str, name: Signal<&'static str>, time: Option<Timestamp>| {
        let Some(ms) = time.map(Timestamp::as_millis) else {
            // A time that cannot be read is not a time that is not there.
            let (_, text) = unreadable.iter().find(|(known, _)| *known == field)?;
            let text = visible(text).into_owned();
            return Some(
                view! {
                    <tr>
                        <th scope="row">{name}</th>
                        <td colspan="3">{move || t().time_unreadable(&text)}</td>
                    </tr>
                }
                .into_any(),
            );
        };
        Some(
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td class="mono">{time::full(ms, 0)}</td>
                    <td class="mono">{time::full(ms, Zone::Local.offset_minutes(ms))}</td>
                    <td>{move || time::relative(ms, now.get(), t())}</td>
                </tr>
            }
            .into_any(),
        )
    };
    let local = move || t().detail_local(time::offset(Zone::Local.offset_minutes(now.get())));
    view! {
        <table class="times">
            <thead>
                <tr>
                    <th scope="col">{phrase(Strings::detail_when)}</th>
                    <th scope="col">{phrase(Strings::detail_utc)}</th>
                    <th scope="col">{local}</th>
                    <th scope="col">{phrase(Strings::detail_relative)}</th>
                </tr>
            </thead>
            <tbody>
                {line("published_at", Signal::derive(|| t().time_published()), event.published_at)}
                {line("not_before", Signal::derive(move || opens(t())), event.not_before)}
                {line("not_after", Signal::derive(|| t().time_not_after()), event.not_after)}
                {line("deadline", Signal::derive(|| t().time_deadline()), event.deadline)}
                {line("started_at", Signal::derive(|| t().time_started()), event.started_at)}
                {line("finished_at", Signal::derive(|| t().time_finished()), event.finished_at)}
            </tbody>
        </table>
    }
}

#[component]
pub fn Facts(event: Arc<Event>) -> impl IntoView {
    let provider = event.provider;
    let cloud = move || provider.facts().name(t().0);
    let line = |name: Signal<&'static str>, value: Option<String>| {
        value.map(|value| view! { <dt>{name}</dt><dd class="mono" dir="auto">{visible(&value).into_owned()}</dd> })
    };
    view! {
        <dl class="facts">
            <dt>{phrase(Strings::detail_provider)}</dt>
            <dd>{cloud}</dd>
            {line(Signal::derive(|| t().detail_event_id()), Some(event.id.clone()))}
            {line(Signal::derive(|| t().resource_filter()), Some(event.resource_id.clone()))}
            {line(Signal::derive(|| t().detail_raw_type()), Some(event.event_type.raw.clone()))}
            {line(Signal::derive(|| t().detail_raw_state()), Some(event.state.raw.clone()))}
            {line(Signal::derive(|| t().detail_level()), event.level.clone())}
            {line(Signal::derive(|| t().detail_source()), event.source.clone())}
        </dl>
    }
}
