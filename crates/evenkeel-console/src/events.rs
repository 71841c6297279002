//! The events of all accounts: the store and its table, the list with its filters, one event's detail, and what a
//! selection of them can do.

mod account_notices;
mod detail;
mod empty;
mod event_history;
mod event_lookup;
mod event_row;
mod event_table;
mod event_tabs;
mod export;
mod facet;
mod filter;
mod filter_bar;
mod first_walk;
mod hold;
mod inventory;
mod inventory_notice;
mod list;
mod page;
mod part_notices;
mod room;
mod row_text;
mod selection;
mod selection_bar;
mod selection_counts;
mod server_list;
mod server_note;
mod sort;
mod sorted_selection;
mod state_badge;
mod store;
mod totals;
mod waiting_bar;
mod window_bar;

pub use detail::views::{DetailViews, detail_part};
pub use list::{Entry, List, use_list};
pub use page::EventsPage;
pub use selection::{Selection, use_selection};
pub use sorted_selection::{Chosen, Group, LeftOut, Reason, SortedSelection, is_free};
pub use store::{Directory, Events, Load, use_events};
