//! The newest records first, filtered by the server; the page's address has what is asked for.

use evenkeel_api::{AuditRecord, RecordedAct};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::asked::{Asked, Group};
use super::record_line::RecordLine;
use crate::api::{self, ShownFailure};
use crate::clock::use_clock;
use crate::failure_banner::FailureBanner;
use crate::i18n::{Strings, phrase, phrase_signal, t};
use crate::labels::many;
use crate::ui::button::Button;

/// How often the server is asked on by itself where a filter leaves pages empty: each looks through thousands.
const MOST_EMPTY: u32 = 10;
const WORDS: &str = "activity-words";

/// What was read; `Copy`.
#[derive(Clone, Copy)]
struct Records {
    all: RwSignal<Vec<(RecordedAct, AuditRecord)>>,
    /// Before which record there may be more.
    next: RwSignal<Option<u64>>,
    reading: RwSignal<bool>,
    failure: RwSignal<Option<ShownFailure>>,
    /// Which question is the last: what comes for an earlier one is not wanted any more.
    asked: StoredValue<u32>,
}

impl Records {
    fn new() -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            reading: RwSignal::new(true),
            failure: RwSignal::new(None),
            asked: StoredValue::new(0),
        }
    }

    /// Reads on from a record, or anew.
    fn read(self, asked: Asked, from: Option<u64>, now: i64) {
        self.asked.update_value(|number| *number += 1);
        let number = self.asked.get_value();
        if from.is_none() {
            self.all.set(Vec::new());
            self.next.set(None);
        }
        self.reading.set(true);
        spawn_local(async move {
            let is_current = || self.asked.try_get_value() == Some(number);
            let mut from = from;
            for _ in 0..MOST_EMPTY {
                let page = api::audit(&asked.path(from, now)).await;
                if !is_current() {
                    return;
                }
                let page = match page {
                    Ok(page) => page,
                    Err(error) => {
                        self.failure.set(Some(error.into()));
                        break;
                    }
                };
                self.failure.set(None);
                self.next.set(page.next);
                from = page.next;
                let found = page.records.into_iter();
                // What is no record is none of this version; an export has it.
                let found: Vec<_> = found
                    .filter_map(|record| Some((record.act().ok()?, record)))
                    .collect();
                let is_empty = found.is_empty();
                self.all.update(|all| all.extend(found));
                if !is_empty || from.is_none() {
                    break;
                }
            }
            self.reading.set(false);
        });
    }
}

#[component]
pub fn ActivityPage() -> impl IntoView {
    Effect::new(move |_| {
        document().set_title(&format!("{} · {}", t().activity_title(), t().brand()));
    });
    let (query, go, clock) = (use_query_map(), use_navigate(), use_clock());
    let asked = Memo::new(move |_| query.with(|query| Asked::of_address(|name| query.get(name))));
    let records = Records::new();
    let now = move || untrack(|| clock.get());
    let needed = Memo::new(|_| api::is_login_needed());
    Effect::new(move |_| {
        if !needed.get() {
            records.read(asked.get(), None, now());
        }
    });
    let go = StoredValue::new(go);
    let ask = move |change: &dyn Fn(&mut Asked)| {
        let mut asked = asked.get_untracked();
        change(&mut asked);
        go.with_value(|go| go(&asked.address(), NavigateOptions::default()));
    };
    let words = RwSignal::new(String::new());
    Effect::new(move |_| words.set(asked.with(|asked| asked.words.clone())));
    let search = move |event: SubmitEvent| {
        event.prevent_default();
        let words = words.get_untracked();
        ask(&|asked| asked.words.clone_from(&words));
    };
    let group = move |wanted, name| choice(asked, ask, |asked| &mut asked.group, wanted, name);
    let days = move |wanted, name| choice(asked, ask, |asked| &mut asked.days, wanted, name);
    let on = move || {
        let from = records.next.get_untracked();
        records.read(asked.get_untracked(), from, now());
    };
    let again = move || records.read(asked.get_untracked(), None, now());
    view! {
        <div class="page">
            <header class="page-head">
                <div class="page-title">
                    <h1>{phrase(Strings::activity_title)}</h1>
                    <p class="sub">{phrase(Strings::activity_sub)}</p>
                </div>
            </header>
            <form class="activity-filter" role="search" on:submit=search>
                <label class="field-label" for=WORDS>{phrase(Strings::activity_words)}</label>
                <input
                    id=WORDS
                    class="input"
                    type="search"
                    maxlength="200"
                    autocomplete="off"
                    placeholder=phrase_signal(Strings::activity_words_hint)
                    prop:value=words
                    on:input=move |event| words.set(event_target_value(&event))
                />
                <button type="submit" class="button">{phrase(Strings::activity_search)}</button>
                <div class="segmented" role="group" aria-label=phrase(Strings::activity_kinds)>
                    {group(None, Strings::activity_all)}
                    {group(Some(Group::Orders), Strings::activity_orders)}
                    {group(Some(Group::Logins), Strings::logins_title)}
                    {group(Some(Group::People), Strings::activity_people)}
                    {group(Some(Group::Machine), Strings::activity_machine)}
                </div>
                <div class="segmented" role="group" aria-label=phrase(Strings::activity_time)>
                    {days(Some(1), Strings::activity_day)}
                    {days(Some(7), Strings::activity_week)}
                    {days(Some(30), Strings::activity_month)}
                    {days(None, Strings::activity_always)}
                </div>
            </form>
            <FailureBanner failure=records.failure retry=move |()| again() />
            <ul class="activity" aria-label=phrase(Strings::activity_title)>
                <For each=move || records.all.get() key=|(act, _)| act.seq let:shown>
                    <RecordLine act=shown.0 record=shown.1 />
                </For>
            </ul>
            <p role="status" class="sub">{move || said(records)}</p>
            <Show when=move || records.next.with(Option::is_some) && !records.reading.get()>
                <p class="batches-more">
                    <Button on_press=on>{phrase(Strings::activity_older)}</Button>
                </p>
            </Show>
        </div>
    }
}

/// A button that asks for one value of a part, and is pressed while that is what is asked for.
fn choice<V: Copy + PartialEq + Send + Sync + 'static>(
    asked: Memo<Asked>,
    ask: impl Fn(&dyn Fn(&mut Asked)) + Copy + 'static,
    part: fn(&mut Asked) -> &mut V,
    wanted: V,
    name: fn(Strings) -> &'static str,
) -> impl IntoView {
    let is_asked = move || *part(&mut asked.get()) == wanted;
    view! {
        <button
            type="button"
            aria-pressed=move || if is_asked() { "true" } else { "false" }
            on:click=move |_| ask(&|asked| *part(asked) = wanted)
        >
            {phrase(name)}
        </button>
    }
}

/// How far it was looked.
fn said(records: Records) -> Option<String> {
    if records.reading.get() {
        return Some(t().activity_reading().to_owned());
    }
    if records.failure.with(Option::is_some) {
        return None;
    }
    let is_empty = records.all.with(Vec::is_empty);
    match records.next.get() {
        Some(next) => Some(t().activity_looked(many(next))),
        None if is_empty => Some(t().activity_none().to_owned()),
        None => Some(t().activity_end().to_owned()),
    }
}
