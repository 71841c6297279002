//! Says why the server will not have a batch.

use leptos::prelude::*;

use super::pending_submits::Refusal;
use super::subjects;
use crate::i18n::{Strings, phrase, t, thousands};
use crate::ui::badge::Tone;
use crate::ui::banner::Banner;

/// Different things that are wrong, at most so many by name.
const NAMED: usize = 20;

/// Why the server will not have the batch, with every different thing that is wrong.
#[component]
pub fn RefusalNotice(
    refusal: Refusal,
    /// What the machine of an item is called, by the item's index.
    #[prop(optional, into)]
    called: Option<Callback<usize, Option<String>>>,
) -> impl IntoView {
    let language = untrack(|| t().0);
    let mut kinds: Vec<(String, String, usize)> = Vec::new();
    for issue in &refusal.issues {
        let text = issue.text(language);
        if let Some((_, _, count)) = kinds.iter_mut().find(|(_, other, _)| *other == text) {
            *count += 1;
            continue;
        }
        let called = |index| called.and_then(|called| called.run(index));
        let one = untrack(|| subjects::issue(issue, called, language));
        kinds.push((one, text, 1));
    }
    let more = kinds.len().saturating_sub(NAMED);
    let lines = kinds
        .into_iter()
        .take(NAMED)
        .map(|(one, message, count)| {
            let text = match count {
                1 => one,
                _ => format!("{message} ({})", thousands(count)),
            };
            view! { <li>{text}</li> }
        })
        .collect_view();
    let failure = StoredValue::new(refusal.failure);
    view! {
        <Banner tone=Signal::stored(Tone::Bad) urgent=true>
            <div class="notice-text">
                <strong>{phrase(Strings::submit_refused)}</strong>
                <p>{move || failure.with_value(|it| it.summary(t()))}</p>
                <ul>{lines}</ul>
                {(more > 0).then(|| view! { <p>{move || t().act_and_more(thousands(more))}</p> })}
            </div>
        </Banner>
    }
}
