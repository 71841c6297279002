//! Carries out `RedeployInstance`, which names a machine and no event: a second call redeploys it once more.
//!
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-redeployinstance>

use axum::response::Response;
use serde_json::json;
use uuid::Uuid;

use super::{refusal, spared};
use crate::{
    answer,
    cloud::{Context, Request},
    clouds::{
        alibaba::params::Params,
        alibaba_ecs::{event::is_redeployable, instances, request::Reader},
    },
    event::{Course, Event, NEVER, Phase},
    refusal::Refusal,
    resource::Power,
};

/// An order to move a machine to another host.
pub(in crate::clouds::alibaba_ecs) struct Redeploy {
    instance_id: String,
}

impl Redeploy {
    pub(in crate::clouds::alibaba_ecs) fn parse(params: &Params) -> Result<Self, Refusal> {
        let reader = Reader::new(params);
        let instance_id = reader.required("InstanceId")?.to_owned();
        // Nothing here has a cache to lose.
        reader.boolean("ForceStop")?;
        Ok(Self { instance_id })
    }

    fn carry_out(&self, context: &mut Context<'_>) -> Result<(), Refusal> {
        let (id, now) = (self.instance_id.as_str(), context.now);
        spared(context, &[id])?;
        let machine = instances::machine(context, id).ok_or_else(refusal::no_such_instance)?;
        if machine.power == Power::Starting {
            return Err(refusal::incorrect_instance_status());
        }
        instances::check_lock(&machine)?;
        if machine.details.host.is_some() {
            return Err(refusal::denied(
                "An instance on a dedicated host cannot be redeployed.",
            ));
        }
        let has_local_disks = machine.details.local_disks > 0;
        let (mut answered, mut simulated) = (0, 0);
        // Which of several events is answered is not documented: assumed is each, for the machine leaves the host that
        // they are about.
        for event in context.events.of_resource_mut(id) {
            let phase = event.phase(now);
            if event.details.is_simulated {
                simulated += i32::from(matches!(phase, Phase::Scheduled | Phase::Executing));
            } else if event.published > now {
                // The machine leaves the disk that it would have been about: it does not come any more.
                event.published = NEVER;
            } else if event.published <= now && is_redeployable(&event.kind, phase, has_local_disks)
            {
                answered += 1;
                redeploy(event, now);
            }
        }
        if answered == 0 && simulated > 0 {
            return Err(refusal::denied(
                "A simulated event cannot be answered by redeploying the instance.",
            ));
        }
        Ok(())
    }
}

/// Takes an event through the redeployment of its machine. One that fails leaves the machine on its host: what was
/// scheduled stays so. That an inquired event is executed and a scheduled one avoided is assumed.
fn redeploy(event: &mut Event, now: i64) {
    let at = now.saturating_add(event.step);
    match event.phase(now) {
        Phase::Scheduled if event.fails => {}
        Phase::Scheduled => event.take(
            now,
            Course::Withdrawn {
                phase: Phase::Avoided,
                at,
            },
        ),
        _ => {
            let start = event.started(now).unwrap_or(now);
            event.take(now, Course::Planned { start, end: at });
        }
    }
}

impl Request for Redeploy {
    /// Faults find it by its machine.
    fn event_ids(&self) -> Vec<&str> {
        vec![&self.instance_id]
    }

    fn respond(&self, mut context: Context<'_>) -> Result<Response, Refusal> {
        let outcome = self.carry_out(&mut context);
        context.count_resource(&self.instance_id, outcome.is_ok());
        outcome?;
        Ok(answer::json(
            200,
            &json!({
                "RequestId": context.request_id,
                "TaskId": format!("t-{}", Uuid::new_v4().simple()),
            }),
        ))
    }
}
