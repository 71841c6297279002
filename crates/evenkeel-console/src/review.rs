//! The review of a selection: choose, check, preview, confirm, and submit the batches that it becomes.
//!
//! Everything that decides knows no page: [`choices`], [`field_issue`], [`outage`], [`request_preview`]. The
//! [`review_controller`] holds the review and submits its batches, and the views show it.

mod action_field;
mod batch_review;
mod choices;
mod datetime_local;
mod draft;
mod field_issue;
mod field_issues;
mod footer;
mod form_view;
mod history_entry;
mod impact;
mod kept_review;
mod labels;
mod leave_question;
mod left_alone_note;
mod local_disks;
mod machine_row;
mod machine_text;
mod machines;
mod offers;
mod outage;
mod password;
mod policy;
mod preview_pane;
mod repeats;
mod request_preview;
mod review_controller;
mod review_dialog;
mod review_form;
mod review_item;
#[cfg(test)]
mod sample;
mod stake;
mod submit_status;
mod time_input;
mod views;
mod when;

pub use views::{ReviewPart, ReviewRoot, ReviewStrip, use_review};
