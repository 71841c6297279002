//! The second stage of an item: how far the cloud is with what it took. An order that was taken is no maintenance that
//! went well, so only a maintenance that is completed is green.

use evenkeel::StateKind;
use evenkeel_api::BatchSummary;
use leptos::prelude::*;

use crate::i18n::{Strings, t};
use crate::labels::many;
use crate::ui::badge::{Badge, Tone};

/// In the order in which a person wants to know them.
pub const ORDER: [StateKind; 8] = [
    StateKind::Failed,
    StateKind::Canceled,
    StateKind::Other,
    StateKind::Executing,
    StateKind::Scheduled,
    StateKind::Inquiring,
    StateKind::Completed,
    StateKind::Avoided,
];

pub fn label(stage: StateKind, t: Strings) -> &'static str {
    match stage {
        StateKind::Inquiring => t.stage_inquiring(),
        StateKind::Scheduled => t.stage_scheduled(),
        StateKind::Executing => t.stage_executing(),
        StateKind::Completed => t.stage_completed(),
        StateKind::Failed => t.stage_failed(),
        StateKind::Canceled => t.stage_canceled(),
        StateKind::Avoided => t.stage_avoided(),
        StateKind::Other => t.stage_other(),
    }
}

pub fn look(stage: StateKind) -> (Tone, &'static str) {
    match stage {
        StateKind::Inquiring => (Tone::Neutral, "○"),
        StateKind::Scheduled => (Tone::Info, "◷"),
        StateKind::Executing => (Tone::Accent, "▶"),
        StateKind::Completed => (Tone::Good, "✓"),
        StateKind::Failed => (Tone::Bad, "✕"),
        StateKind::Canceled => (Tone::Attention, "⊘"),
        StateKind::Avoided => (Tone::Neutral, "↷"),
        StateKind::Other => (Tone::Attention, "?"),
    }
}

pub fn count(batch: &BatchSummary, stage: StateKind) -> u64 {
    batch.maintenance.get(&stage).copied().unwrap_or_default()
}

/// `1 failed · 3 scheduled`; empty where nothing is known.
pub fn tally(batch: &BatchSummary, t: Strings) -> String {
    ORDER
        .into_iter()
        .filter_map(|stage| match count(batch, stage) {
            0 => None,
            count => Some(t.act_tally(many(count), label(stage, t))),
        })
        .collect::<Vec<_>>()
        .join(" · ")
}

#[component]
pub fn StageBadge(#[prop(into)] stage: Signal<StateKind>) -> impl IntoView {
    view! {
        <Badge
            tone=Signal::derive(move || look(stage.get()).0)
            shape=Signal::derive(move || look(stage.get()).1)
            word=Signal::derive(move || label(stage.get(), t()).to_owned())
        />
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;
    use evenkeel_api::ItemState;

    use super::*;
    use crate::fixture::{item, staged, summary};

    #[test]
    fn only_what_is_completed_is_green() {
        for stage in StateKind::ALL {
            let good = look(*stage).0 == Tone::Good;
            assert_eq!(good, *stage == StateKind::Completed, "{stage}");
        }
    }

    #[test]
    fn tells_first_what_went_wrong() {
        let items = [
            staged(0, ItemState::Confirmed, StateKind::Completed),
            staged(1, ItemState::Confirmed, StateKind::Failed),
            item(2, ItemState::Accepted),
        ];
        let batch = summary("b", &items);
        assert_eq!(tally(&batch, Strings(Locale::En)), "1 failed · 1 completed");
    }
}
