//! Says why the server will not have a batch.

use leptos::prelude::*;

use super::pending_submits::Refusal;
use crate::i18n::{t, thousands};
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;

/// Different things that are wrong, at most so many by name.
const NAMED: usize = 20;

/// Why the server will not have the batch, with every different thing that is wrong.
#[component]
pub fn RefusalNotice(refusal: Refusal) -> impl IntoView {
    let language = untrack(|| t().0);
    let mut kinds: Vec<(String, String, usize)> = Vec::new();
    for issue in &refusal.issues {
        let text = issue.text(language);
        match kinds.iter_mut().find(|(_, other, _)| *other == text) {
            Some((_, _, count)) => *count += 1,
            None => kinds.push((issue.location.clone(), text, 1)),
        }
    }
    let more = kinds.len().saturating_sub(NAMED);
    let lines = kinds
        .into_iter()
        .take(NAMED)
        .map(|(location, message, count)| {
            let text = match count {
                1 => format!("{location}: {message}"),
                _ => format!("{message} ({})", thousands(count)),
            };
            view! { <li>{text}</li> }
        })
        .collect_view();
    let failure = StoredValue::new(refusal.failure);
    view! {
        <Banner tone=Signal::stored(Tone::Bad) urgent=true>
            <div class="notice-text">
                <strong>{move || t().submit_refused()}</strong>
                <p>{move || failure.with_value(|it| it.summary(t()))}</p>
                <ul>{lines}</ul>
                {(more > 0).then(|| view! { <p>{move || t().act_and_more(thousands(more))}</p> })}
            </div>
        </Banner>
    }
}
