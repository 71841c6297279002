//! Why there is nothing to see, and what to do about it.

use evenkeel_api::AccountPhase;
use leptos::prelude::*;

use super::filter::{Filter, Tab};
use super::list::{Entry, use_list};
use super::server_list::{Asking, Source};
use super::store::{Directory, Load, use_events};
use crate::i18n::{t, thousands};
use crate::ui::button::Button;
use crate::ui::virtual_list::RowKeys as _;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Emptiness {
    Loading,
    NoAccounts,
    AllFailed,
    NoEvents,
    NoMatches,
    /// Nothing waits for an answer, of all there is.
    NothingToDecide,
}

#[component]
pub fn Empty() -> impl IntoView {
    let (events, list) = (use_events(), use_list());
    let why = Memo::new(move |_| {
        let total = list.view.with(|view| view.total);
        let shown = list.hold.rows().with(<[_]>::len);
        if shown > 0 {
            return None;
        }
        // What broke off is read again: what of it is here is neither nothing nor all.
        let failed = total == 0 && events.load.with(|load| matches!(load, Load::Failed(_)));
        let source = list.source.get();
        if source != Source::Table && !list.is_told.get() {
            // What failed is said above, and tried again.
            let failed = (list.server.asking).with(|asking| matches!(asking, Asking::Failed(_)));
            return (!failed).then_some(Emptiness::Loading);
        }
        if total > 0 && (list.is_told.get() || source != Source::Table) {
            let decide = Filter {
                tab: Some(Tab::Decide),
                ..list.filter.with(Filter::opened)
            };
            return Some(if list.filter.with(|filter| *filter == decide) {
                Emptiness::NothingToDecide
            } else {
                Emptiness::NoMatches
            });
        }
        let none = events.directory.with(|directory| match directory {
            Directory::Ready(accounts) => accounts.is_empty(),
            Directory::Loading | Directory::Failed(_) => false,
        });
        let failed = failed
            || events.accounts.with(|accounts| {
                !accounts.is_empty()
                    && accounts
                        .values()
                        .all(|status| status.phase == AccountPhase::Failing)
            });
        let waiting = events.loading() || !events.is_whole();
        Some(if none {
            Emptiness::NoAccounts
        } else if failed {
            Emptiness::AllFailed
        } else if waiting {
            Emptiness::Loading
        } else {
            Emptiness::NoEvents
        })
    });
    let title = move |why| match why {
        Emptiness::Loading => "",
        Emptiness::NoAccounts => t().empty_accounts_title(),
        Emptiness::AllFailed => t().empty_failed_title(),
        Emptiness::NoEvents => t().empty_events_title(),
        Emptiness::NoMatches => t().empty_matches_title(),
        Emptiness::NothingToDecide => t().empty_decide_title(),
    };
    let text = move |why| match why {
        Emptiness::Loading => String::new(),
        Emptiness::NoAccounts => t().empty_accounts_text().to_owned(),
        Emptiness::AllFailed => t().empty_failed_text().to_owned(),
        Emptiness::NoEvents => t().empty_events_text().to_owned(),
        Emptiness::NothingToDecide => {
            t().empty_decide_text(thousands(list.view.with(|view| view.total)))
        }
        Emptiness::NoMatches => {
            t().empty_matches_text(thousands(list.view.with(|view| view.total)))
        }
    };
    move || {
        why.get().map(|why| {
            if why == Emptiness::Loading {
                return view! {
                    <div class="skeleton" aria-hidden="true">
                        {(0..6).map(|_| view! { <div class="skeleton-row"></div> }).collect_view()}
                    </div>
                }
                .into_any();
            }
            view! {
                <div class="empty" role="status">
                    <h2>{move || title(why)}</h2>
                    <p>{move || text(why)}</p>
                    <Show when=move || matches!(why, Emptiness::NoMatches | Emptiness::NothingToDecide)>
                        <Button on_press=move || {
                            list.change(Entry::New, |filter| *filter = filter.opened());
                        }>
                            {move || match why {
                                Emptiness::NothingToDecide => t().empty_decide_all(),
                                _ => t().clear_filters(),
                            }}
                        </Button>
                    </Show>
                </div>
            }
            .into_any()
        })
    }
}
