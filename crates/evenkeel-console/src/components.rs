//! Parts that know the domain.

pub mod account_notices;
pub mod cards;
pub mod connection_strip;
pub mod empty;
pub mod event_row;
pub mod event_story;
pub mod event_table;
pub mod export;
pub mod filter_bar;
pub mod row_text;
pub mod row_window;
pub mod sandbox_banner;
pub mod sidebar;
pub mod state_badge;
pub mod tray;
pub mod window_of_rows;
