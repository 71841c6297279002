//! The batches: their list, one batch with its items and one item with its history, what a person can do about them,
//! and submitting one to the server.

mod approval;
mod approval_words;
mod batch_actions;
mod batch_badge;
mod batch_history;
mod item_history;
mod item_page;
mod item_row;
mod item_table;
mod labels;
mod list_page;
mod model;
mod notices;
mod page;
mod pending_submit_banner;
mod pending_submits;
mod policy_note;
mod progress_bar;
mod refusal_notice;
mod result_file;
mod retry;
mod risk;
mod settle;
mod stage;
mod store;
mod subjects;
mod submit;
mod views;

pub use labels::confirm;
pub use pending_submits::{PendingSubmit, SubmitRequest, fresh_key, names as pending_names};
pub use refusal_notice::RefusalNotice;
pub use risk::{Risk, most_at_once};
pub use store::{Batches, use_batches};
pub use submit::{SubmitState, abandon, submit};
pub use views::{BatchViews, batches_part};
