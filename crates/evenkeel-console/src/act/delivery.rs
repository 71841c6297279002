//! Hands a slip to the server and stays with it until there is an answer.

use evenkeel::Password;
use evenkeel_api::Batch;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;

use super::outbox::{self, Refusal, Slip, Verdict, judge};
use crate::api;
use crate::backoff::wait_ms;
use crate::state::failure::Failure;

/// How handing in goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Handing {
    /// Nothing is handed in.
    #[default]
    Open,
    /// It was handed in; what the last try came to, where it came to nothing.
    Asking(Option<Failure>),
    /// The server will not have it.
    Refused(Refusal),
    /// The server has it, under this id.
    Taken(String),
    /// A person stopped asking: nobody knows.
    Left,
}

impl Handing {
    pub fn is_asking(&self) -> bool {
        matches!(self, Self::Asking(_))
    }
}

/// Asks until there is an answer, or until `handing` says that nobody waits for one any more. The slip is kept for a
/// reload as long as nobody knows.
pub async fn deliver(
    slip: Slip,
    password: Option<Password>,
    handing: ArcRwSignal<Handing>,
) -> Option<Batch> {
    // It has keys of text and an order: it can be written.
    let body = slip.body(password.as_ref()).unwrap_or_default();
    drop(password);
    outbox::keep(&slip);
    handing.set(Handing::Asking(None));
    let mut tries = 0;
    loop {
        let answer = api::hand_in(&slip.path(), &slip.key, body.clone()).await;
        match judge(answer) {
            Verdict::Taken(batch) => {
                outbox::forget(&slip.key);
                handing.set(Handing::Taken(batch.summary.id.clone()));
                return Some(*batch);
            }
            Verdict::Refused(refusal) => {
                outbox::forget(&slip.key);
                handing.set(Handing::Refused(refusal));
                return None;
            }
            Verdict::Again(failure) => {
                if !handing.with_untracked(Handing::is_asking) {
                    return None;
                }
                handing.set(Handing::Asking(Some(failure)));
            }
        }
        tries += 1;
        let ms = wait_ms(tries, js_sys::Math::random());
        TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX)).await;
        if !handing.with_untracked(Handing::is_asking) {
            return None;
        }
    }
}

/// Nobody waits for the answer any more; whether the server has the batch, its list of batches tells.
pub fn leave(slip_key: &str, handing: &ArcRwSignal<Handing>) {
    outbox::forget(slip_key);
    handing.set(Handing::Left);
}
