//! What a batch's page is made of: how far it is, its items, and what a person can do about them.

mod batch_actions;
mod batch_badge;
mod item_history;
mod item_row;
mod item_table;
pub mod labels;
mod notices;
mod progress_bar;
mod result_file;
mod retry;
mod retry_risk;
mod settle;
pub mod stage;

pub use batch_actions::BatchActions;
pub use batch_badge::BatchBadge;
pub use item_history::ItemHistory;
pub use item_table::ItemTable;
pub use notices::Notices;
pub use progress_bar::ProgressBar;
pub use settle::SettleForm;
pub use stage::StageBadge;
