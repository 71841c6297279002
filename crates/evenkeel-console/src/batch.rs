//! What a batch's page is made of: how far it is, its items, and what a person can do about them.

mod item_row;
mod item_table;
mod levers;
mod life;
mod notices;
mod result_file;
mod retry;
mod settle;
mod stack;
pub mod stage;
mod stake;
mod verdict;
pub mod words;

pub use item_table::ItemTable;
pub use levers::Levers;
pub use life::Life;
pub use notices::Notices;
pub use settle::SettleForm;
pub use stack::Stack;
pub use stage::StageBadge;
pub use verdict::BatchBadge;
