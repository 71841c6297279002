//! `AcceptScheduledEvent` and `UpdateScheduledEvent`.
//!
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2202.html>

use serde_json::Value;

use super::refusal::Refusal;
use crate::{
    cloud::{Cloud, Operation},
    fault::Plan,
    time,
    world::Inner,
};

/// What is ordered for one event, checked as far as it can be without looking at it.
pub(super) enum Order {
    /// Go ahead at this time, in ms since the epoch, or now.
    Accept(Option<i64>),
    /// Start at this time instead.
    Update(i64),
}

impl Order {
    /// Reads the body. Nothing and `{}` accept for now; `null` is refused, since what it means
    /// for a call that may destroy data is written nowhere.
    pub(super) fn parse(operation: Operation, body: &[u8], now: i64) -> Result<Self, Refusal> {
        let invalid = || Refusal::invalid("Request body is invalid.");
        let updates = operation == Operation::UpdateScheduledEvent;
        let body = if body.is_empty() && !updates {
            b"{}"
        } else {
            body
        };
        let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
            return Err(invalid());
        };
        let at = match fields.get("not_before") {
            None => None,
            Some(Value::String(text)) => Some(time::parse(text).ok_or_else(invalid)?),
            Some(_) => return Err(invalid()),
        };
        // Whole seconds on the wire: the current one is not the past.
        if at.is_some_and(|at| at < now - now.rem_euclid(1000)) {
            return Err(Refusal::invalid("The value of not_before is in the past."));
        }
        match (updates, at) {
            (false, at) => Ok(Self::Accept(at)),
            (true, Some(at)) => Ok(Self::Update(at)),
            (true, None) => Err(invalid()),
        }
    }

    pub(super) fn carry_out(
        &self,
        inner: &mut Inner,
        event_id: &str,
        now: i64,
        plan: &Plan,
    ) -> Result<(), Refusal> {
        let outcome = self.change(inner, event_id, now, plan);
        inner.tally.act(Cloud::HuaweiEcs, event_id, outcome.is_ok());
        outcome
    }

    fn change(
        &self,
        inner: &mut Inner,
        event_id: &str,
        now: i64,
        plan: &Plan,
    ) -> Result<(), Refusal> {
        if let Some(kind) = plan.failure(0, event_id) {
            return Err(Refusal::of_item(kind));
        }
        let event = inner.fleet.huawei.get_mut(event_id).ok_or_else(|| {
            Refusal::service(
                404,
                "Ecs.0004",
                format!("Scheduled event {event_id} not found."),
            )
        })?;
        let at = match self {
            Self::Accept(at) => *at,
            Self::Update(at) => Some(*at),
        };
        let late = at
            .zip(event.deadline)
            .is_some_and(|(at, deadline)| at >= deadline);
        let refusal = match self {
            _ if late => {
                return Err(Refusal::invalid(
                    "The value of not_before must be earlier than not_before_deadline.",
                ));
            }
            Self::Accept(at) => event.accept(now, *at).map_err(|phase| (phase, "accepted")),
            Self::Update(at) => event
                .reschedule(now, *at)
                .map_err(|phase| (phase, "updated")),
        };
        refusal.map_err(|(phase, verb)| {
            Refusal::invalid(format!(
                "A scheduled event in the {} state cannot be {verb}.",
                phase.huawei()
            ))
        })
    }
}
