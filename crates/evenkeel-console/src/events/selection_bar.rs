//! Shows what the selection can do and what it cannot, and starts its review.

use evenkeel_table::RowSet;
use leptos::prelude::*;

use super::export;
use super::list::use_list;
use super::selection::use_selection;
use super::selection_counts::SelectionCounts;
use super::sorted_selection::{Chosen, Reason, SortedSelection};
use super::store::use_events;
use crate::i18n::{Strings, phrase, t, thousands};
use crate::ui::button::{Button, ButtonKind};

/// The selection in a line: `1 redeploy in edge-prod · 2 accept in ecs-north4 · 1 cannot: already executing`.
pub fn summary(counts: &SelectionCounts) -> String {
    let t = t();
    let can = counts.groups.iter().map(|(account, actions, count)| {
        t.selection_group(
            account,
            t.one_of(actions.iter().map(|it| t.action(*it))),
            thousands(*count),
        )
    });
    let cannot = counts.left_out.iter().map(|(reason, count)| {
        let count = thousands(*count);
        match reason {
            Reason::InBatch => t.selection_in_batch(count),
            Reason::Executing => t.selection_executing(count),
            Reason::Over => t.selection_over(count),
            Reason::NoAction => t.selection_no_action(count),
        }
    });
    can.chain(cannot).collect::<Vec<_>>().join(" · ")
}

/// What became of selected events while they were: how many changed, how many the clouds list no more.
fn meanwhile((changed, gone): (usize, usize), t: Strings) -> String {
    let changed = match changed {
        0 => None,
        1 => Some(t.selection_changed_one().to_owned()),
        _ => Some(t.selection_changed_many(thousands(changed))),
    };
    let gone = match gone {
        0 => None,
        1 => Some(t.selection_gone_one().to_owned()),
        _ => Some(t.selection_gone_many(thousands(gone))),
    };
    let parts: Vec<String> = [changed, gone].into_iter().flatten().collect();
    parts.join(" · ")
}

#[component]
pub fn SelectionBar(on_review: Callback<SortedSelection>) -> impl IntoView {
    let (events, list, selection) = (use_events(), use_list(), use_selection());
    let counts = selection.counts(events);
    // Not the set's own count: an event that the cloud no longer lists is not selected any more.
    let count = Memo::new(move |_| counts.with(SelectionCounts::total));
    let hidden = Memo::new(move |_| {
        let listed = events
            .table
            .with(|table| selection.rows.with(|rows| table.listed(rows)));
        let shown = list.hold.shown(|shown| listed.shared(shown));
        listed.len() - shown
    });
    let chosen = Memo::new(move |_| selection.rows.with(RowSet::len));
    let changed = move || {
        let changed = events.table.with(|table| {
            selection.rows.with(|rows| {
                let listed = table.listed(rows);
                let changed = table.restated().shared(&listed);
                (
                    if list.hold.is_on() { changed } else { 0 },
                    rows.len() - listed.len(),
                )
            })
        });
        meanwhile(changed, t())
    };
    let blocked = Signal::derive(move || {
        counts.with(|counts| (counts.count() == 0).then(|| t().review_blocked().to_owned()))
    });
    let export = move || {
        let chosen: Vec<Chosen> = events.table.with_untracked(|table| {
            let listed = selection.rows.with_untracked(|rows| table.listed(rows));
            listed
                .iter()
                .filter_map(|id| table.get(id).map(Chosen::from))
                .collect()
        });
        // The browser refuses a download only when its user told it to, and says so itself.
        drop(export::download(&chosen));
    };
    view! {
        <Show when=move || chosen.get() != 0>
            <section class="tray" aria-label=phrase(Strings::selection)>
                <strong role="status">{move || t().selected(thousands(count.get()))}</strong>
                <span class="tray-why">
                    {move || counts.with(summary)}
                    {move || {
                        (hidden.get() > 0)
                            .then(|| format!(" · {}", t().selected_hidden(thousands(hidden.get()))))
                    }}
                    <span class="tray-changed" role="status">{changed}</span>
                </span>
                <span class="tray-actions">
                    <Button kind=ButtonKind::Quiet on_press=move || selection.clear()>
                        {phrase(Strings::clear_selection)}
                    </Button>
                    <Button on_press=export>{phrase(Strings::export_selected)}</Button>
                    <Button kind=ButtonKind::Primary blocked=blocked on_press=move || on_review.run(selection.sorted(events))>
                        {move || t().review(counts.with(|counts| thousands(counts.count())))}
                    </Button>
                </span>
            </section>
        </Show>
    }
}
