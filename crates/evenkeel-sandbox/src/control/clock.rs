//! Answers `/_sandbox/clock`: looks at the clock, and moves one that stands still.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, response::Response};
use serde::{Deserialize, Serialize};

use crate::{
    answer,
    clock::{Clock, ClockError},
    state::SandboxState,
    time,
};

/// Says whose clock it is, the machine's or the sandbox's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Whose {
    Real,
    Virtual,
}

#[derive(Serialize)]
struct View {
    clock: Whose,
    now: String,
    /// What the dates of signatures are compared with.
    signatures: Whose,
}

impl View {
    fn of(clock: &Clock) -> Self {
        let whose = |is_virtual| {
            if is_virtual {
                Whose::Virtual
            } else {
                Whose::Real
            }
        };
        Self {
            clock: whose(clock.is_virtual()),
            now: time::format_ms(clock.now()),
            signatures: whose(clock.judges_signatures()),
        }
    }
}

/// A change as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    advance_s: Option<f64>,
    now: Option<String>,
    signatures: Option<Whose>,
}

pub(super) async fn show(State(state): State<Arc<SandboxState>>) -> Response {
    answer::json(200, &View::of(state.clock()))
}

pub(super) async fn change(State(state): State<Arc<SandboxState>>, body: Bytes) -> Response {
    match apply(state.clock(), &body) {
        Ok(()) => answer::json(200, &View::of(state.clock())),
        Err(message) => super::refuse(400, "malformed_clock", &message),
    }
}

fn apply(clock: &Clock, body: &[u8]) -> Result<(), String> {
    let change: Change = serde_json::from_slice(body).map_err(|error| {
        format!(
            "{error}: send {{\"advance_s\": 60}}, {{\"now\": \"2027-01-01T00:00:00Z\"}} or {{\"signatures\": \"virtual\"}}"
        )
    })?;
    let words = |error: ClockError| error.to_string();
    match (change.advance_s, change.now) {
        (Some(_), Some(_)) => return Err("`advance_s` or `now`, not both".to_owned()),
        (Some(seconds), None) => clock.advance(whole_ms(seconds)?).map_err(words)?,
        (None, Some(text)) => {
            let at = time::parse_rfc3339(&text).ok_or_else(|| {
                format!("`now` is not a time like 2027-01-01T00:00:00Z: `{text}`")
            })?;
            clock.advance_to(at).map_err(words)?;
        }
        (None, None) if change.signatures.is_none() => {
            return Err("nothing to change: `advance_s`, `now` or `signatures`".to_owned());
        }
        (None, None) => {}
    }
    match change.signatures {
        Some(whose) => clock
            .judge_signatures(whose == Whose::Virtual)
            .map_err(words),
        None => Ok(()),
    }
}

fn whole_ms(seconds: f64) -> Result<i64, String> {
    // Beyond it no clock goes; within it every ms is exact.
    const MOST_S: f64 = 1e12;
    if !(0.0..=MOST_S).contains(&seconds) {
        return Err(format!(
            "`advance_s` is a number of seconds from 0 on, not {seconds}"
        ));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it has just been checked to fit"
    )]
    Ok((seconds * 1000.0).round() as i64)
}
