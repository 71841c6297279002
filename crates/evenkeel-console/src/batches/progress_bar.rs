//! Shows how far a batch is, as a bar of what became of its items.

use evenkeel::StateKind;
use evenkeel_api::{BatchSummary, ItemState};
use leptos::prelude::*;

use super::model::answered;
use super::{labels, stage};
use crate::i18n::{Strings, phrase, t};

/// Percent of the bar.
#[expect(
    clippy::cast_precision_loss,
    reason = "batches are far smaller than 2^52"
)]
fn share(count: u64, total: u64) -> f64 {
    if total == 0 {
        return 0.0;
    }
    count as f64 * 100.0 / total as f64
}

/// A part of the bar: what the cloud took is shown by how far it is with it, the rest by its order.
#[derive(Clone, Copy)]
enum Part {
    Stage(StateKind),
    Order(ItemState),
}

/// Good news first, then what is still to come, then what nobody knows or did not happen.
const PARTS: [Part; 13] = [
    Part::Stage(StateKind::Completed),
    Part::Stage(StateKind::Avoided),
    Part::Stage(StateKind::Executing),
    Part::Stage(StateKind::Scheduled),
    Part::Order(ItemState::Accepted),
    Part::Stage(StateKind::Canceled),
    Part::Stage(StateKind::Failed),
    Part::Order(ItemState::Rejected),
    Part::Order(ItemState::NotSent),
    Part::Order(ItemState::Unknown),
    Part::Order(ItemState::Sending),
    Part::Order(ItemState::Queued),
    Part::Order(ItemState::Unapproved),
];

impl Part {
    fn count(self, batch: &BatchSummary) -> u64 {
        match self {
            Self::Stage(kind) => stage::count(batch, kind),
            // What was taken, and of which nothing more is seen.
            Self::Order(ItemState::Accepted) => {
                let counts = &batch.counts;
                let taken = counts.accepted + counts.confirmed + counts.superseded;
                let staged = PARTS.iter().filter_map(|part| match part {
                    Self::Stage(kind) => Some(stage::count(batch, *kind)),
                    Self::Order(_) => None,
                });
                taken.saturating_sub(staged.sum())
            }
            Self::Order(state) => batch.counts.get(state),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Stage(kind) => kind.as_str(),
            Self::Order(state) => state.as_str(),
        }
    }
}

/// `2 taken effect · 1 refused. Maintenance: 1 failed · 1 completed`.
fn told(batch: &BatchSummary, t: Strings) -> String {
    let orders = labels::tally(&batch.counts, t);
    match stage::tally(batch, t) {
        stages if stages.is_empty() => orders,
        stages => format!("{orders}. {}", t.batch_maintenance(stages)),
    }
}

#[component]
pub fn ProgressBar(#[prop(into)] summary: Signal<BatchSummary>) -> impl IntoView {
    let part = move |part: Part| {
        let width = move || summary.with(|it| share(part.count(it), it.total));
        view! {
            <i data-part=part.name() style:width=move || format!("{:.3}%", width())></i>
        }
    };
    view! {
        <span
            class="stack"
            role="progressbar"
            aria-label=phrase(Strings::batch_progress)
            aria-valuemin="0"
            aria-valuemax=move || summary.with(|it| it.total.to_string())
            aria-valuenow=move || summary.with(|it| answered(it).to_string())
            aria-valuetext=move || summary.with(|it| told(it, t()))
        >
            {PARTS.map(part).collect_view()}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{item, staged, summary};

    #[test]
    fn every_item_is_in_one_part_of_the_bar() {
        let items = [
            staged(0, ItemState::Confirmed, StateKind::Failed),
            staged(1, ItemState::Confirmed, StateKind::Inquiring),
            staged(2, ItemState::Superseded, StateKind::Scheduled),
            item(3, ItemState::Accepted),
            item(4, ItemState::Rejected),
            item(5, ItemState::Queued),
        ];
        let batch = summary("b", &items);
        let counts: Vec<_> = PARTS
            .iter()
            .map(|part| (part.name(), part.count(&batch)))
            .filter(|(_, count)| *count > 0)
            .collect();
        assert_eq!(
            counts,
            [
                ("scheduled", 1),
                ("accepted", 2),
                ("failed", 1),
                ("rejected", 1),
                ("queued", 1)
            ]
        );
    }
}
