//! Holds the review of a selection: choose, check, preview, confirm, and submit the batch to the server, which sends it.
//!
//! Everything that decides knows no page: [`choices`], [`field_issue`], [`request_preview`], [`pending_submits`]. The
//! [`review_controller`] holds the review, [`submit`] stays with a batch until the server has answered, and the views
//! show it.

mod batch_review;
mod choices;
mod datetime_local;
mod field_issue;
mod field_issues;
mod footer;
mod form_view;
mod impact;
mod items;
mod labels;
mod outage;
mod password;
mod pending_submit_banner;
mod pending_submits;
mod policy;
mod preview_pane;
mod request_preview;
mod review_controller;
mod review_dialog;
mod review_form;
#[cfg(test)]
mod sample;
mod start_review;
mod submit;
mod submit_status;
mod time_input;
mod when;

pub use labels::{confirm, policy, title, verb};
pub use outage::Risk;
pub use pending_submit_banner::PendingSubmitBanners;
pub use pending_submits::{PendingSubmit, SubmitRequest, fresh_key};
pub use review_controller::ReviewController;
pub use review_dialog::ReviewDialog;
pub use start_review::StartReview;
pub use submit::{SubmitState, submit};
pub use submit_status::{RefusalNotice, said};
