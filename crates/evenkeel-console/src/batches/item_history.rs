//! Shows an item's history, step by step.

use evenkeel::visible::{visible, visible_lines};
use evenkeel_api::Attempt;
use leptos::prelude::*;

use super::labels;
use crate::actor_label::actor;
use crate::i18n::{Strings, phrase, t};
use crate::prefs::use_prefs;
use crate::ui::badge::Badge;
use crate::{pretty, time};

#[component]
pub fn ItemHistory(history: Vec<Attempt>) -> impl IntoView {
    view! {
        <ol class="life">
            {history.into_iter().map(|step| view! { <Step step=step /> }).collect_view()}
        </ol>
    }
}

#[component]
fn Step(step: Attempt) -> impl IntoView {
    let zone = use_prefs().zone;
    let state = step.state;
    let at = step.at.as_millis();
    let (tone, shape) = labels::item_look(state);
    let attempt = step.attempt;
    let facts = move || {
        let mut facts: Vec<String> = step.by.iter().map(|by| actor(by, t())).collect();
        if attempt > 0 {
            facts.push(t().item_history_attempt(attempt));
        }
        if let Some(signed) = step.signed_at {
            let ms = signed.as_millis();
            facts.push(t().item_history_signed(time::full(ms, zone.get().offset_minutes(ms))));
        }
        if let Some(status) = step.status {
            facts.push(format!("HTTP {status}"));
        }
        facts.join(" · ")
    };
    view! {
        <li class="life-step">
            <Badge
                tone=Signal::stored(tone)
                shape=Signal::stored(shape)
                word=Signal::derive(move || labels::item_state(state, t()).to_owned())
            />
            <span class="mono">{move || time::full(at, zone.get().offset_minutes(at))}</span>
            <p class="sub">{facts}</p>
            {step.detail.map(|detail| view! { <p dir="auto">{visible(&detail).into_owned()}</p> })}
            {step
                .request_id
                .map(|id| {
                    view! { <p class="sub">{phrase(Strings::act_request_id)}" "<bdi class="mono">{visible(&id).into_owned()}</bdi></p> }
                })}
            {step
                .answer
                .filter(|answer| !answer.is_empty())
                .map(|answer| {
                    let text = visible_lines(&pretty::indent(&answer));
                    view! {
                        <details>
                            <summary>{phrase(Strings::item_history_answer)}</summary>
                            <pre class="code" tabindex="0" aria-label=phrase(Strings::item_history_answer)>{text}</pre>
                        </details>
                    }
                })}
        </li>
    }
}
