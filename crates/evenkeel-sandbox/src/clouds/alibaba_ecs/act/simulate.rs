//! Carries out `CreateSimulatedSystemEvents` and `CancelSimulatedSystemEvents`: the cloud's own rehearsal.
//!
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createsimulatedsystemevents>
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-cancelsimulatedsystemevents>

use axum::response::Response;
use serde_json::json;

use super::{done, refusal, spared};
use crate::{
    answer,
    cloud::{Context, Request},
    clouds::{
        alibaba::params::Params,
        alibaba_ecs::{event::SIMULATED_TYPES, fleet::SIMULATED, instances, request::Reader},
    },
    event::{Course, Details, Event, Phase},
    refusal::Refusal,
};

const MOST_INSTANCES: usize = 100;
const MOST_EVENTS: usize = 100;
/// How many unfinished simulated events a machine may have. The limit is documented, its number is not.
const MOST_OPEN: usize = 10;

/// An order for one simulated event a machine.
pub(in crate::clouds::alibaba_ecs) struct Create {
    instance_ids: Vec<String>,
    kind: &'static str,
    at: i64,
}

impl Create {
    pub(in crate::clouds::alibaba_ecs) fn parse(
        params: &Params,
        now: i64,
    ) -> Result<Self, Refusal> {
        let reader = Reader::new(params);
        reader.region()?;
        let word = reader.required("EventType")?;
        let kind = SIMULATED_TYPES.into_iter().find(|known| *known == word);
        let kind = kind.ok_or_else(|| reader.invalid("EventType"))?;
        let instance_ids = reader.list("InstanceId");
        if instance_ids.is_empty() {
            return Err(refusal::missing(400, "InstanceId"));
        }
        if instance_ids.len() > MOST_INSTANCES {
            return Err(refusal::too_many_instances());
        }
        let at = reader.required_time("NotBefore")?;
        if at <= now {
            return Err(refusal::time_has_passed());
        }
        if reader.boolean("TriggerRealOps")? {
            // The cloud would really stop machines. There are none here, and nobody should send it.
            return Err(refusal::denied("The sandbox triggers no real operations."));
        }
        Ok(Self {
            instance_ids,
            kind,
            at,
        })
    }

    fn carry_out(&self, context: &mut Context<'_>) -> Result<Vec<String>, Refusal> {
        let now = context.now;
        let ids: Vec<&str> = self.instance_ids.iter().map(String::as_str).collect();
        spared(context, &ids)?;
        let machines = instances::machines(context, &self.instance_ids);
        if ids.iter().any(|id| !machines.contains_key(*id)) {
            return Err(refusal::no_such_instance());
        }
        for id in &ids {
            let is_open = |event: &&mut Event| {
                event.details.is_simulated
                    && matches!(event.phase(now), Phase::Scheduled | Phase::Executing)
            };
            if context.events.of_resource_mut(id).filter(is_open).count() >= MOST_OPEN {
                return Err(refusal::too_many_simulated());
            }
        }
        let mut number = context.events.all().len();
        let mut new_id = || loop {
            number += 1;
            let id = format!("e-simulated{number:09}");
            if context.events.get(&id).is_none() {
                return id;
            }
        };
        let events: Vec<Event> = ids.iter().map(|id| self.event(new_id(), id, now)).collect();
        let created = events.iter().map(|event| event.id.clone()).collect();
        context.events.add(events);
        Ok(created)
    }

    /// Maintenance is scheduled and over at its time; a failure happens at once and is over then.
    fn event(&self, id: String, instance_id: &str, now: i64) -> Event {
        let start = if self.kind.starts_with("SystemMaintenance.") {
            self.at
        } else {
            now
        };
        Event {
            id,
            resource_id: instance_id.to_owned(),
            kind: self.kind.into(),
            published: now - now.rem_euclid(1000),
            not_before: Some(start),
            not_after: None,
            deadline: None,
            course: Course::Planned {
                start,
                end: self.at,
            },
            past: Vec::new(),
            step: 0,
            fails: false,
            text: SIMULATED.into(),
            details: Details {
                is_simulated: true,
                ..Details::default()
            },
        }
    }
}

impl Request for Create {
    /// Faults find it by its machines.
    fn event_ids(&self) -> Vec<&str> {
        self.instance_ids.iter().map(String::as_str).collect()
    }

    /// No machine and no event is acted on, and none is counted.
    fn respond(&self, mut context: Context<'_>) -> Result<Response, Refusal> {
        let created = self.carry_out(&mut context)?;
        Ok(answer::json(
            200,
            &json!({"RequestId": context.request_id, "EventIdSet": {"EventId": created}}),
        ))
    }
}

/// An order to call simulated events off: all of them or none, which is assumed.
pub(in crate::clouds::alibaba_ecs) struct Cancel {
    event_ids: Vec<String>,
}

impl Cancel {
    pub(in crate::clouds::alibaba_ecs) fn parse(params: &Params) -> Result<Self, Refusal> {
        let reader = Reader::new(params);
        reader.region()?;
        let event_ids = reader.list("EventId");
        if event_ids.is_empty() {
            return Err(refusal::missing(400, "EventId"));
        }
        if event_ids.len() > MOST_EVENTS {
            return Err(refusal::too_many_events(400));
        }
        Ok(Self { event_ids })
    }

    fn carry_out(&self, context: &mut Context<'_>) -> Result<(), Refusal> {
        let now = context.now;
        spared(context, &self.event_ids())?;
        for id in &self.event_ids {
            let event = context.events.get(id);
            let event = event.ok_or_else(|| refusal::no_such_event(403))?;
            if !event.details.is_simulated {
                return Err(refusal::not_simulated());
            }
            if !matches!(event.phase(now), Phase::Scheduled | Phase::Executing) {
                return Err(refusal::incorrect_event_status());
            }
        }
        for id in &self.event_ids {
            if let Some(event) = context.events.get_mut(id) {
                let (phase, at) = (Phase::Canceled, now);
                event.take(now, Course::Withdrawn { phase, at });
            }
        }
        Ok(())
    }
}

impl Request for Cancel {
    fn event_ids(&self) -> Vec<&str> {
        self.event_ids.iter().map(String::as_str).collect()
    }

    fn respond(&self, mut context: Context<'_>) -> Result<Response, Refusal> {
        let outcome = self.carry_out(&mut context);
        for id in &self.event_ids {
            context.count(id, outcome.is_ok());
        }
        outcome.map(|()| done(&context))
    }
}
