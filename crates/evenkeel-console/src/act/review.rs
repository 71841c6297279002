//! The sheet in which a selection becomes batches.

use leptos::prelude::*;

use crate::i18n::t;
use crate::state::plan::Plan;
use crate::ui::dialog::Dialog;

/// Opened from the selection tray. `plan` follows the selection: take a copy when the sheet opens.
#[component]
pub fn Review(#[prop(into)] plan: Signal<Plan>, open: RwSignal<bool>) -> impl IntoView {
    let lines = move || {
        plan.get()
            .groups
            .into_iter()
            .map(|group| {
                view! { <li>{t().tray_group(group.account, t().action(group.action), group.events.len())}</li> }
            })
            .collect_view()
    };
    view! {
        <Dialog
            open=open
            title=Signal::derive(move || t().review(plan.with(Plan::count)))
            close_label=Signal::derive(|| t().close().to_owned())
            body=ViewFn::from(move || view! { <ul>{lines}</ul> })
        />
    }
}
