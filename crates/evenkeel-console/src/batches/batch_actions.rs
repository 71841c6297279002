//! Shows what a person can do about a whole batch.

use evenkeel_api::{BatchSummary, Right};
use evenkeel_table::Row;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::model::{AvailableActions, BatchModel};
use super::result_file::{to_csv, to_json};
use super::retry::Retry;
use super::store::use_batches;
use crate::api::{BatchAction, EventKey, ShownFailure};
use crate::events::{SortedSelection, use_events};
use crate::i18n::{Strings, phrase, phrase_signal, t};
use crate::labels::many;
use crate::missing_right::missing_right;
use crate::stream::connection::use_connection;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::download::{FileKind, save};
use crate::ui::icon::{Glyph, Icon};

#[component]
pub fn BatchActions(
    #[prop(into)] summary: Signal<BatchSummary>,
    /// Why the last action did nothing.
    failure: RwSignal<Option<ShownFailure>>,
    on_review: Callback<SortedSelection>,
) -> impl IntoView {
    let batches = use_batches();
    let available = Memo::new(move |_| summary.with(AvailableActions::of));
    let acting = RwSignal::new(false);
    let retrying = RwSignal::new(false);
    let connection = use_connection();
    let offline = Signal::derive(move || {
        let offline = connection.is_offline();
        offline.then(|| t().connection_blocked().to_owned())
    });
    let busy = Signal::derive(move || {
        offline
            .get()
            .or_else(|| acting.get().then(|| t().batch_acting().to_owned()))
    });
    let account = Memo::new(move |_| summary.with(|it| it.account.clone()));
    let missing = move |right| account.with(|account| missing_right(right, account));
    let may_not_stop = Signal::derive(move || missing(Right::Stop).or_else(|| busy.get()));
    let may_not_resume = Signal::derive(move || missing(Right::Order).or_else(|| busy.get()));
    let may_not_retry = Signal::derive(move || missing(Right::Order).or_else(|| offline.get()));
    let run = move |action: BatchAction| {
        acting.set(true);
        let id = summary.with_untracked(|it| it.id.clone());
        spawn_local(async move {
            let done = batches.run_action(&id, action).await;
            failure.set(done.err());
            acting.set(false);
        });
    };
    let retried = Memo::new(move |_| summary.with(|it| !it.retried_by.is_empty()));
    view! {
        <Show when=move || available.get().pause>
            <Button blocked=may_not_stop on_press=move || run(BatchAction::Pause)>{phrase(Strings::batch_pause)}</Button>
        </Show>
        <Show when=move || available.get().resume>
            <Button kind=ButtonKind::Primary blocked=may_not_resume on_press=move || run(BatchAction::Resume)>
                {phrase(Strings::batch_resume)}
            </Button>
        </Show>
        <Show when=move || available.get().cancel != 0>
            <Button blocked=may_not_stop on_press=move || run(BatchAction::Cancel)>
                {move || t().batch_cancel(many(available.get().cancel))}
            </Button>
        </Show>
        <Show when=move || available.get().retry != 0 && !retried.get()>
            <Button kind=ButtonKind::Primary blocked=may_not_retry on_press=move || retrying.set(true)>
                {move || t().act_retry(many(available.get().retry))}
            </Button>
        </Show>
        <Files />
        <Retry summary=summary open=retrying on_review=on_review />
    }
}

/// The result as a file; whole only once every item is here.
#[component]
fn Files() -> impl IntoView {
    let (batches, events) = (use_batches(), use_events());
    let blocked = Signal::derive(move || {
        let whole = batches
            .open
            .with(|open| open.as_ref().is_some_and(BatchModel::is_whole));
        (!whole).then(|| t().detail_loading().to_owned())
    });
    let download = move |kind: FileKind| {
        let text = batches.open.with_untracked(|open| {
            let open = open.as_ref()?;
            match kind {
                FileKind::Json => to_json(&open.summary, open.items()).ok(),
                FileKind::Csv => events.table.with_untracked(|table| {
                    let items = open.items().map(|item| {
                        let key = EventKey {
                            account: open.summary.account.clone(),
                            event_id: item.event_id.clone(),
                            resource_id: item.resource_id.trim().to_owned(),
                        };
                        (item, key.row(table).map(Row::event))
                    });
                    let items: Vec<_> = items.collect();
                    let items = items.iter().map(|(item, event)| (*item, event.as_ref()));
                    Some(to_csv(&open.summary, items, t()))
                }),
            }
        });
        // The browser refuses a download only when its user told it to, and says so itself.
        drop(text.map(|text| save(t().act_file(), kind, &text)));
    };
    view! {
        <Button
            blocked=blocked
            label=phrase_signal(Strings::export)
            on_press=move || download(FileKind::Csv)
        >
            <Icon glyph=Glyph::Download />
            "CSV"
        </Button>
        <Button
            blocked=blocked
            label=phrase_signal(Strings::export_json)
            on_press=move || download(FileKind::Json)
        >
            <Icon glyph=Glyph::Download />
            "JSON"
        </Button>
    }
}
