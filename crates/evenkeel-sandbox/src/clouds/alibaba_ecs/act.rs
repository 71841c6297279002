//! Carries out what acts: here on an event by its id, in the files below on machines and on simulated events.
//!
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-acceptinquiredsystemevent>
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifysystemeventattribute>

pub(super) mod reboot;
pub(super) mod redeploy;
pub(super) mod simulate;

use axum::response::Response;
use serde_json::{Value, json};

use super::{
    event::{attribute, is_planned, resource_type, waits_for_reboot},
    instances, refusal,
    request::Reader,
};
use crate::{
    answer,
    cloud::{Context, Request},
    clouds::alibaba::params::Params,
    event::{Course, Event, NEVER, Phase},
    refusal::Refusal,
    resource::Power,
};

/// What an order for one event or machine answers with.
fn done(context: &Context<'_>) -> Response {
    answer::json(200, &json!({"RequestId": context.request_id}))
}

/// Fails as a fault asks for it, for one of the things that an order names.
fn spared(context: &Context<'_>, ids: &[&str]) -> Result<(), Refusal> {
    let failures = ids.iter().enumerate();
    let mut failures = failures.filter_map(|(at, id)| context.effects.failure(at, id));
    failures
        .next()
        .map_or(Ok(()), |kind| Err(refusal::of_item(kind)))
}

/// `AcceptInquiredSystemEvent`: go ahead with what an event proposes, now. There is no time to choose.
pub(super) struct Accept {
    event_id: String,
}

impl Accept {
    pub(super) fn parse(params: &Params) -> Result<Self, Refusal> {
        let reader = Reader::new(params);
        reader.region()?;
        let event_id = reader.required("EventId")?.to_owned();
        if reader.text("Choice").is_some() {
            // For invited customers; that others are refused is assumed.
            return Err(reader.invalid("Choice"));
        }
        Ok(Self { event_id })
    }

    fn carry_out(&self, context: &mut Context<'_>) -> Result<(), Refusal> {
        let (id, now) = (self.event_id.as_str(), context.now);
        spared(context, &[id])?;
        let asks = |event: &&Event| {
            event.published <= now
                && resource_type(event) != "disk"
                && event.phase(now) == Phase::Inquiring
        };
        let event = context.events.get(id).filter(asks);
        let event = event.ok_or_else(refusal::nothing_inquired)?;
        if attribute(event, "CanAccept") == Some("false") {
            return Err(refusal::accept_not_supported());
        }
        let machine = instances::machine(context, &event.resource_id);
        if machine.is_some_and(|it| it.power == Power::Starting) {
            return Err(refusal::incorrect_instance_status());
        }
        let event = context
            .events
            .get_mut(id)
            .ok_or_else(refusal::nothing_inquired)?;
        event
            .accept(now, None)
            .map_err(|_| refusal::nothing_inquired())?;
        if let (true, Course::Planned { start, .. }) = (waits_for_reboot(&event.kind), event.course)
        {
            event.course = Course::Planned { start, end: NEVER };
        }
        respond_to(event);
        Ok(())
    }
}

/// Notes in an event's attributes that it was answered; that each has this afterwards is assumed.
fn respond_to(event: &mut Event) {
    let attributes = event.details.attributes.get_or_insert_with(|| json!({}));
    if let Value::Object(attributes) = attributes {
        attributes.insert("ResponseResult".to_owned(), "true".into());
    }
}

impl Request for Accept {
    fn event_ids(&self) -> Vec<&str> {
        vec![&self.event_id]
    }

    fn respond(&self, mut context: Context<'_>) -> Result<Response, Refusal> {
        let outcome = self.carry_out(&mut context);
        context.count(&self.event_id, outcome.is_ok());
        outcome.map(|()| done(&context))
    }
}

/// `ModifySystemEventAttribute`: another time for planned maintenance, up to the one that was planned first.
pub(super) struct Reschedule {
    event_id: String,
    instance_id: String,
    at: i64,
}

impl Reschedule {
    pub(super) fn parse(params: &Params, now: i64) -> Result<Self, Refusal> {
        let reader = Reader::new(params);
        reader.region()?;
        let event_id = reader.required("EventId")?.to_owned();
        let instance_id = reader.required("InstanceId")?.to_owned();
        let at = reader.required_time("NotBefore")?;
        // Whole seconds on the wire: the current one is not the past.
        if at < now - now.rem_euclid(1000) {
            return Err(reader.invalid("NotBefore"));
        }
        Ok(Self {
            event_id,
            instance_id,
            at,
        })
    }

    fn carry_out(&self, context: &mut Context<'_>) -> Result<(), Refusal> {
        let now = context.now;
        spared(context, &[&self.event_id])?;
        let event = context.events.get_mut(&self.event_id);
        let event = event
            .filter(|event| event.published <= now && event.resource_id == self.instance_id)
            .ok_or_else(|| refusal::no_such_event(404))?;
        if event.phase(now) != Phase::Scheduled {
            return Err(refusal::incorrect_event_status());
        }
        if event.details.is_simulated || !is_planned(&event.kind) {
            return Err(refusal::denied("The specified event cannot be modified."));
        }
        let first = event.deadline.or(event.not_before);
        if first.is_some_and(|first| self.at > first) {
            return Err(refusal::invalid(400, "NotBefore"));
        }
        event.deadline = first;
        event
            .reschedule(now, self.at)
            .map_err(|_| refusal::incorrect_event_status())
    }
}

impl Request for Reschedule {
    fn event_ids(&self) -> Vec<&str> {
        vec![&self.event_id]
    }

    fn respond(&self, mut context: Context<'_>) -> Result<Response, Refusal> {
        let outcome = self.carry_out(&mut context);
        context.count(&self.event_id, outcome.is_ok());
        outcome.map(|()| done(&context))
    }
}
