//! Parts that know the domain.

pub mod account_notices;
pub mod connection_strip;
pub mod empty;
pub mod event_history;
pub mod event_row;
pub mod event_table;
pub mod export;
pub mod filter_bar;
pub mod row_text;
pub mod row_window;
pub mod sandbox_banner;
pub mod selection_bar;
pub mod sidebar;
pub mod state_badge;
pub mod summary_cards;
pub mod window_of_rows;
