//! Carries out `AcceptScheduledEvent` and `UpdateScheduledEvent`.
//!
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2202.html>

use axum::{http::StatusCode, response::Response};
use serde_json::Value;

use super::{event::state, refusal};
use crate::{
    answer,
    cloud::{Context, Request},
    refusal::Refusal,
    time,
};

/// An order for one event.
pub(super) struct Act {
    event_id: String,
    order: Order,
}

/// What is ordered, checked as far as it can be without looking at the event.
pub(super) enum Order {
    /// Go ahead at this time, in ms since the epoch, or now.
    Accept(Option<i64>),
    /// Start at this time instead.
    Update(i64),
}

fn invalid_body() -> Refusal {
    refusal::invalid("Request body is invalid.")
}

/// Reads the time in a body, if there is one. `null` is refused, since what it means for a call that may destroy data is
/// written nowhere.
fn not_before(body: &[u8], now: i64) -> Result<Option<i64>, Refusal> {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return Err(invalid_body());
    };
    let at = match fields.get("not_before") {
        None => None,
        Some(Value::String(text)) => Some(time::parse(text).ok_or_else(invalid_body)?),
        Some(_) => return Err(invalid_body()),
    };
    // Whole seconds on the wire: the current one is not the past.
    if at.is_some_and(|at| at < now - now.rem_euclid(1000)) {
        return Err(refusal::invalid("The value of not_before is in the past."));
    }
    Ok(at)
}

impl Order {
    /// Reads the body of `AcceptScheduledEvent`: nothing and `{}` accept for now.
    pub(super) fn accept(body: &[u8], now: i64) -> Result<Self, Refusal> {
        let body = if body.is_empty() { b"{}" } else { body };
        not_before(body, now).map(Self::Accept)
    }

    /// Reads the body of `UpdateScheduledEvent`, which needs a time.
    pub(super) fn update(body: &[u8], now: i64) -> Result<Self, Refusal> {
        not_before(body, now)?
            .map(Self::Update)
            .ok_or_else(invalid_body)
    }
}

impl Act {
    pub(super) fn new(event_id: String, order: Order) -> Self {
        Self { event_id, order }
    }

    fn carry_out(&self, context: &mut Context<'_>) -> Result<(), Refusal> {
        let (event_id, now) = (&self.event_id, context.now);
        if let Some(kind) = context.effects.failure(0, event_id) {
            return Err(refusal::of_item(kind));
        }
        let event = context.events.get_mut(event_id).ok_or_else(|| {
            Refusal::service(
                404,
                "Ecs.0004",
                format!("Scheduled event {event_id} not found."),
            )
        })?;
        let at = match self.order {
            Order::Accept(at) => at,
            Order::Update(at) => Some(at),
        };
        let late = at
            .zip(event.deadline)
            .is_some_and(|(at, deadline)| at >= deadline);
        let refusal = match self.order {
            _ if late => {
                return Err(refusal::invalid(
                    "The value of not_before must be earlier than not_before_deadline.",
                ));
            }
            Order::Accept(at) => event.accept(now, at).map_err(|phase| (phase, "accepted")),
            Order::Update(at) => event
                .reschedule(now, at)
                .map_err(|phase| (phase, "updated")),
        };
        refusal.map_err(|(phase, verb)| {
            refusal::invalid(format!(
                "A scheduled event in the {} state cannot be {verb}.",
                state(phase)
            ))
        })
    }
}

impl Request for Act {
    fn event_ids(&self) -> Vec<&str> {
        vec![&self.event_id]
    }

    fn respond(&self, mut context: Context<'_>) -> Result<Response, Refusal> {
        let outcome = self.carry_out(&mut context);
        context.count(&self.event_id, outcome.is_ok());
        outcome.map(|()| answer::empty(StatusCode::NO_CONTENT))
    }
}
