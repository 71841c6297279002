//! Submits a batch to the server and stays with it until there is an answer.

use evenkeel::Password;
use evenkeel_api::Batch;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;

use super::pending_submits::{self, PendingSubmit, Refusal, SubmitAnswer, read_answer};
use crate::api::{self, FailureClass, ShownFailure};
use crate::backoff::wait_ms;

/// How submitting goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum SubmitState {
    /// Nothing is submitted.
    #[default]
    NotSubmitted,
    /// It was submitted; why the last try came to nothing, where it did.
    Waiting(Option<ShownFailure>),
    /// The server will not have it.
    Refused(Refusal),
    /// The server has it, under this id.
    Taken(String),
    /// A person stopped asking: nobody knows.
    Abandoned,
}

impl SubmitState {
    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Waiting(_))
    }
}

/// Asks until there is an answer, or until `submit_state` says that nobody waits for one any more. What is pending is
/// stored for a reload as long as nobody knows.
pub async fn submit(
    pending: PendingSubmit,
    password: Option<Password>,
    submit_state: ArcRwSignal<SubmitState>,
) -> Option<Batch> {
    // It has keys of text and is ordered: it can be written.
    let body = pending.body(password.as_ref()).unwrap_or_default();
    drop(password);
    pending_submits::store(&pending);
    submit_state.set(SubmitState::Waiting(None));
    let mut tries = 0;
    loop {
        let answer = api::submit_batch(&pending.path(), &pending.key, body.clone()).await;
        match read_answer(answer) {
            SubmitAnswer::Taken(batch) => {
                pending_submits::remove(&pending.key);
                submit_state.set(SubmitState::Taken(batch.summary.id.clone()));
                return Some(*batch);
            }
            SubmitAnswer::Refused(refusal) => {
                pending_submits::remove(&pending.key);
                submit_state.set(SubmitState::Refused(refusal));
                return None;
            }
            SubmitAnswer::Retry(failure) => {
                if !submit_state.with_untracked(SubmitState::is_waiting) {
                    return None;
                }
                let asks_login = failure.class == FailureClass::LoginNeeded;
                submit_state.set(SubmitState::Waiting(Some(failure)));
                if asks_login {
                    let waits = || submit_state.with_untracked(SubmitState::is_waiting);
                    api::until_logged_in(waits).await;
                    if !waits() {
                        return None;
                    }
                    tries = 0;
                    continue;
                }
            }
        }
        tries += 1;
        let ms = wait_ms(tries, js_sys::Math::random());
        TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX)).await;
        if !submit_state.with_untracked(SubmitState::is_waiting) {
            return None;
        }
    }
}

/// Stops waiting for the answer; whether the server has the batch, its list of batches tells.
pub fn abandon(key: &str, submit_state: &ArcRwSignal<SubmitState>) {
    pending_submits::remove(key);
    submit_state.set(SubmitState::Abandoned);
}
