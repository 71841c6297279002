//! Shows what the selection can do and what it cannot, and starts its review.

use leptos::prelude::*;

use super::export;
use super::list::use_list;
use super::selection::use_selection;
use super::sorted_selection::{Reason, SortedSelection};
use super::store::use_events;
use crate::i18n::{t, thousands};
use crate::ui::button::{Button, ButtonKind};

/// The selection in a line: `1 redeploy in edge-prod · 2 accept in ecs-north4 · 1 cannot: already executing`.
pub fn summary(sorted: &SortedSelection) -> String {
    let t = t();
    let can = sorted.groups.iter().map(|group| {
        t.selection_group(
            &group.account,
            t.one_of(group.actions.iter().map(|it| t.action(*it))),
            thousands(group.events.len()),
        )
    });
    let cannot = sorted.left_out.iter().map(|left| {
        let count = thousands(left.events.len());
        match left.reason {
            Reason::InBatch => t.selection_in_batch(count),
            Reason::Executing => t.selection_executing(count),
            Reason::Over => t.selection_over(count),
            Reason::NoAction => t.selection_no_action(count),
        }
    });
    can.chain(cannot).collect::<Vec<_>>().join(" · ")
}

#[component]
pub fn SelectionBar(on_review: Callback<SortedSelection>) -> impl IntoView {
    let (events, list, selection) = (use_events(), use_list(), use_selection());
    let sorted = selection.sorted(events);
    // Not the set's own count: an event that the cloud no longer lists is not selected any more.
    let count = Memo::new(move |_| sorted.with(SortedSelection::total));
    let hidden = Memo::new(move |_| {
        selection.rows.with(|rows| {
            let shown = list
                .view
                .with(|view| view.rows.iter().filter(|id| rows.contains(**id)).count());
            count.get().saturating_sub(shown)
        })
    });
    let blocked = Signal::derive(move || {
        sorted.with(|sorted| (sorted.count() == 0).then(|| t().review_blocked().to_owned()))
    });
    let export = move || {
        let chosen = selection.events(events);
        let chosen = events.table.with_untracked(|table| table.choose(chosen));
        // The browser refuses a download only when its user told it to, and says so itself.
        drop(export::download(&chosen));
    };
    view! {
        <Show when=move || count.with(|count| *count != 0)>
            <section class="tray" aria-label=move || t().selection()>
                <strong role="status">{move || t().selected(thousands(count.get()))}</strong>
                <span class="tray-why">
                    {move || sorted.with(summary)}
                    {move || {
                        (hidden.get() > 0)
                            .then(|| format!(" · {}", t().selected_hidden(thousands(hidden.get()))))
                    }}
                </span>
                <span class="tray-actions">
                    <Button kind=ButtonKind::Quiet on_press=move || selection.clear()>
                        {move || t().clear_selection()}
                    </Button>
                    <Button on_press=export>{move || t().export_selected()}</Button>
                    <Button kind=ButtonKind::Primary blocked=blocked on_press=move || on_review.run(sorted.get_untracked())>
                        {move || t().review(sorted.with(|sorted| thousands(sorted.count())))}
                    </Button>
                </span>
            </section>
        </Show>
    }
}
