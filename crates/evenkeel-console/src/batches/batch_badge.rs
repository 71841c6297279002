//! Shows what a batch came to, in a badge made from its counts: never a tick for what did not happen.

use evenkeel::StateKind;
use evenkeel_api::{BatchState, BatchSummary, ItemState};
use leptos::prelude::*;

use super::{labels, stage};
use crate::i18n::{Strings, t};
use crate::labels::many;
use crate::ui::badge::{Badge, Tone};

/// A badge as values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchStatus {
    pub tone: Tone,
    pub shape: &'static str,
    pub word: String,
}

impl BatchStatus {
    fn new(tone: Tone, shape: &'static str, word: impl Into<String>) -> Self {
        Self {
            tone,
            shape,
            word: word.into(),
        }
    }

    pub fn of(batch: &BatchSummary, t: Strings) -> Self {
        match batch.state {
            BatchState::Unapproved => Self::new(Tone::Attention, "◔", t.batch_unapproved()),
            BatchState::Queued => Self::new(Tone::Neutral, "○", t.batch_queued()),
            BatchState::Sending => Self::new(Tone::Accent, "▶", t.batch_sending()),
            BatchState::Paused => Self::new(Tone::Info, "‖", t.batch_paused()),
            BatchState::Resting => {
                let unknown = labels::item_state(ItemState::Unknown, t);
                let word = t.act_tally(many(batch.counts.unknown), unknown);
                Self::new(Tone::Attention, "?", word)
            }
            BatchState::Done => Self::of_the_end(batch, t),
        }
    }

    /// Every order has an answer.
    fn of_the_end(batch: &BatchSummary, t: Strings) -> Self {
        let counts = &batch.counts;
        let taken = counts.accepted + counts.confirmed;
        let part = |count: u64, name: &str| (count > 0).then(|| t.act_tally(many(count), name));
        let off = if batch.cancelled {
            t.batch_called_off()
        } else {
            labels::item_state(ItemState::NotSent, t)
        };
        let stage = |kind| part(stage::count(batch, kind), stage::label(kind, t));
        // Before all else: what went wrong with what was ordered.
        if let Some(failed) = stage(StateKind::Failed) {
            return Self::new(Tone::Bad, "✕", failed);
        }
        if taken + counts.superseded == 0 {
            return if batch.cancelled && counts.rejected == 0 {
                Self::new(Tone::Neutral, "⊘", t.batch_called_off())
            } else {
                Self::new(Tone::Bad, "✕", t.batch_nothing())
            };
        }
        let orders = [
            part(taken, labels::item_state(ItemState::Accepted, t)),
            part(counts.rejected, labels::item_state(ItemState::Rejected, t)),
            part(counts.not_sent, off),
            part(
                counts.superseded,
                labels::item_state(ItemState::Superseded, t),
            ),
        ];
        if taken < batch.total {
            let parts: Vec<String> = orders.into_iter().flatten().collect();
            return Self::new(Tone::Attention, "△", t.list(&parts));
        }
        let stages: Vec<String> = [StateKind::Canceled, StateKind::Other]
            .into_iter()
            .filter_map(stage)
            .collect();
        if !stages.is_empty() {
            return Self::new(Tone::Attention, "△", t.list(&stages));
        }
        if stage::count(batch, StateKind::Completed) == batch.total {
            Self::new(Tone::Good, "✓", t.batch_completed())
        } else {
            Self::new(Tone::Info, "✓", t.batch_taken())
        }
    }
}

#[component]
pub fn BatchBadge(#[prop(into)] summary: Signal<BatchSummary>) -> impl IntoView {
    let status = Memo::new(move |_| summary.with(|it| BatchStatus::of(it, t())));
    view! {
        <Badge
            tone=Signal::derive(move || status.with(|it| it.tone))
            shape=Signal::derive(move || status.with(|it| it.shape))
            word=Signal::derive(move || status.with(|it| it.word.clone()))
        />
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;
    use evenkeel_api::Item;

    use super::*;
    use crate::fixture::{item, staged, summary};

    const EN: Strings = Strings(Locale::En);

    fn done(items: &[Item]) -> BatchSummary {
        BatchSummary {
            state: BatchState::Done,
            ..summary("b", items)
        }
    }

    fn badge(batch: &BatchSummary) -> String {
        let status = BatchStatus::of(batch, EN);
        format!("{} {}", status.shape, status.word)
    }

    fn all(state: ItemState) -> BatchSummary {
        done(&[item(0, state), item(1, state)])
    }

    #[test]
    fn a_tick_is_for_what_was_taken_and_green_for_what_is_completed() {
        assert_eq!(badge(&all(ItemState::Accepted)), "✓ all taken");
        assert_ne!(
            BatchStatus::of(&all(ItemState::Confirmed), EN).tone,
            Tone::Good
        );
        let completed = done(&[staged(0, ItemState::Confirmed, StateKind::Completed)]);
        assert_eq!(badge(&completed), "✓ all completed");
        assert_eq!(BatchStatus::of(&completed, EN).tone, Tone::Good);
    }

    #[test]
    fn a_batch_of_which_nothing_came_never_shows_a_tick() {
        for state in [ItemState::Rejected, ItemState::NotSent] {
            let status = BatchStatus::of(&all(state), EN);
            assert_eq!((status.shape, status.tone), ("✕", Tone::Bad));
            assert_eq!(status.word, "nothing happened");
        }
        let mut off = all(ItemState::NotSent);
        off.cancelled = true;
        assert_eq!(badge(&off), "⊘ called off");
        let mut refused = all(ItemState::Rejected);
        refused.cancelled = true;
        assert_eq!(badge(&refused), "✕ nothing happened");
    }

    #[test]
    fn what_came_out_in_part_is_told_in_parts() {
        let items = [
            item(0, ItemState::Accepted),
            item(1, ItemState::Confirmed),
            item(2, ItemState::Rejected),
            item(3, ItemState::NotSent),
            item(4, ItemState::Superseded),
        ];
        let mut batch = done(&items);
        assert_eq!(
            badge(&batch),
            "△ 2 taken, 1 refused, 1 not sent, 1 moved by others"
        );
        batch.cancelled = true;
        assert!(badge(&batch).contains("1 called off"));
    }

    #[test]
    fn a_failed_maintenance_is_what_a_batch_says_first_and_is_never_green() {
        let batch = done(&[
            staged(0, ItemState::Confirmed, StateKind::Completed),
            staged(1, ItemState::Confirmed, StateKind::Failed),
        ]);
        assert_eq!(badge(&batch), "✕ 1 failed");
        assert_eq!(BatchStatus::of(&batch, EN).tone, Tone::Bad);
        let canceled = done(&[staged(0, ItemState::Confirmed, StateKind::Canceled)]);
        assert_eq!(badge(&canceled), "△ 1 canceled");
    }

    #[test]
    fn a_batch_that_rests_says_how_many_are_unknown() {
        let mut batch = summary(
            "b",
            &[item(0, ItemState::Unknown), item(1, ItemState::Accepted)],
        );
        batch.state = BatchState::Resting;
        assert_eq!(badge(&batch), "? 1 unknown");
    }
}
