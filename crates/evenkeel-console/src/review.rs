//! The review of a selection: choose, check, preview, confirm, and submit the batches that it becomes.
//!
//! Everything that decides knows no page: [`choices`], [`field_issue`], [`outage`], [`request_preview`]. The
//! [`review_controller`] holds the review and submits its batches, and the views show it.

mod action_field;
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
mod local_disks;
mod offers;
mod outage;
mod password;
mod policy;
mod preview_pane;
mod request_preview;
mod review_controller;
mod review_dialog;
mod review_form;
#[cfg(test)]
mod sample;
mod submit_status;
mod time_input;
mod when;

pub use review_controller::{ReviewController, use_review_controller};
pub use review_dialog::ReviewDialog;
