//! Carries out `RebootInstance` and `RebootInstances`.
//!
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-rebootinstance>
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-rebootinstances>

use axum::response::Response;
use serde_json::{Value, json};

use super::{done, refusal, spared};
use crate::{
    answer,
    cloud::{Context, Request},
    clouds::{
        alibaba::params::Params,
        alibaba_ecs::{
            event::{ISOLATE_BY_REBOOT, REINIT_BY_REBOOT, waits_for_reboot},
            instances,
            request::Reader,
        },
    },
    event::{Course, Event, NEVER, Phase},
    fault::Items,
    refusal::Refusal,
    resource::Power,
};

const MOST_INSTANCES: usize = 100;

/// Checks whether a machine may be rebooted.
fn check(context: &Context<'_>, id: &str) -> Result<(), Refusal> {
    let machine = instances::machine(context, id).ok_or_else(refusal::no_such_instance)?;
    if machine.power != Power::Running {
        return Err(refusal::incorrect_instance_status());
    }
    instances::check_lock(&machine)
}

/// Reboots a machine. A reboot that is planned for it is avoided, if all goes well; an accepted replacement of a disk that
/// waits for a reboot goes on, and after the first step the cloud asks for the second.
fn reboot(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    let mut following = Vec::new();
    for event in context.events.of_resource_mut(id) {
        let at = now.saturating_add(event.step);
        match event.phase(now) {
            Phase::Scheduled if event.kind == "SystemMaintenance.Reboot" && !event.fails => {
                let phase = Phase::Avoided;
                event.take(now, Course::Withdrawn { phase, at });
            }
            Phase::Executing if waits_for_reboot(&event.kind) => {
                let Course::Planned { start, end: NEVER } = event.course else {
                    continue;
                };
                event.take(now, Course::Planned { start, end: at });
                if event.kind == ISOLATE_BY_REBOOT && !event.fails {
                    following.push(second_step(event, at));
                }
            }
            _ => {}
        }
    }
    context.events.add(following);
}

/// The inquiry after a damaged disk was isolated: it has been replaced, and is to be initialised. When it comes is not
/// documented; here it does when the event has stayed isolated for a step.
fn second_step(event: &Event, isolated: i64) -> Event {
    let published = isolated.saturating_add(event.step);
    let mut attributes = event.details.attributes.clone();
    if let Some(Value::Object(attributes)) = &mut attributes {
        attributes.remove("ResponseResult");
    }
    let mut next = Event {
        id: format!("{}2", event.id),
        kind: REINIT_BY_REBOOT.into(),
        published,
        not_before: None,
        not_after: None,
        deadline: None,
        course: Course::Asking { until: NEVER },
        past: Vec::new(),
        text: "The damaged disk was replaced. Initialize the disk.".into(),
        ..event.clone()
    };
    next.details.attributes = attributes;
    next
}

/// The order for one machine.
pub(in crate::clouds::alibaba_ecs) struct RebootOne {
    instance_id: String,
    is_dry: bool,
}

impl RebootOne {
    pub(in crate::clouds::alibaba_ecs) fn parse(params: &Params) -> Result<Self, Refusal> {
        let reader = Reader::new(params);
        let instance_id = reader.required("InstanceId")?.to_owned();
        reader.boolean("ForceStop")?;
        Ok(Self {
            instance_id,
            is_dry: reader.boolean("DryRun")?,
        })
    }
}

impl Request for RebootOne {
    /// Faults find it by its machine.
    fn event_ids(&self) -> Vec<&str> {
        vec![&self.instance_id]
    }

    fn respond(&self, mut context: Context<'_>) -> Result<Response, Refusal> {
        let id = self.instance_id.as_str();
        let allowed = spared(&context, &[id]).and_then(|()| check(&context, id));
        if self.is_dry {
            return Err(allowed.err().unwrap_or_else(refusal::dry_run_succeeded));
        }
        context.count_resource(id, allowed.is_ok());
        allowed?;
        reboot(&mut context, id);
        Ok(done(&context))
    }
}

/// The order for several, with a result for each.
pub(in crate::clouds::alibaba_ecs) struct Reboot {
    instance_ids: Vec<String>,
    /// One that may not be rebooted fails all.
    is_together: bool,
    is_dry: bool,
}

impl Reboot {
    pub(in crate::clouds::alibaba_ecs) fn parse(params: &Params) -> Result<Self, Refusal> {
        let reader = Reader::new(params);
        reader.region()?;
        let instance_ids = reader.list("InstanceId");
        if instance_ids.is_empty() {
            return Err(refusal::missing(400, "InstanceId"));
        }
        if instance_ids.len() > MOST_INSTANCES {
            return Err(refusal::too_many_instances());
        }
        let is_together = match reader.text("BatchOptimization") {
            None | Some("AllTogether") => true,
            Some("SuccessFirst") => false,
            Some(_) => return Err(reader.invalid("BatchOptimization")),
        };
        reader.boolean("ForceReboot")?;
        Ok(Self {
            instance_ids,
            is_together,
            is_dry: reader.boolean("DryRun")?,
        })
    }

    /// What an instance's item says. The code of success, and what a dry run's item has beside its code, are assumed.
    fn item(&self, id: &str, outcome: &Result<(), Refusal>) -> Value {
        match outcome {
            Ok(()) if self.is_dry => {
                json!({"InstanceId": id, "Code": "DRYRUN.SUCCESS", "Message": "success"})
            }
            Ok(()) => json!({
                "InstanceId": id,
                "Code": "200",
                "Message": "success",
                "PreviousStatus": "Running",
                "CurrentStatus": "Starting",
            }),
            Err(refusal) => {
                json!({"InstanceId": id, "Code": refusal.code, "Message": refusal.message})
            }
        }
    }

    /// The items of the answer, as far as faults leave them alone.
    fn items(&self, context: &Context<'_>, outcomes: &[Result<(), Refusal>]) -> Vec<Value> {
        let effects = context.effects;
        let is_missing = |at, id: &str| effects.missing.iter().any(|items| items.holds(at, id));
        let mut items: Vec<Value> = self
            .instance_ids
            .iter()
            .zip(outcomes)
            .enumerate()
            .filter(|(at, (id, _))| !is_missing(*at, id))
            .map(|(_, (id, outcome))| self.item(id, outcome))
            .collect();
        for id in effects.extra.iter().flat_map(extra_ids) {
            items.push(self.item(&id, &Ok(())));
        }
        if effects.reorder {
            items.reverse();
        }
        items
    }
}

/// The ids of machines that nobody asked for, made up where a fault gives only a number.
fn extra_ids(items: &Items) -> Vec<String> {
    match items {
        Items::Ids { event_ids } => event_ids.iter().cloned().collect(),
        Items::First { count } => (1..=*count).map(|n| format!("i-{n:020}")).collect(),
    }
}

impl Request for Reboot {
    /// Faults find its items by their machines.
    fn event_ids(&self) -> Vec<&str> {
        self.instance_ids.iter().map(String::as_str).collect()
    }

    fn respond(&self, mut context: Context<'_>) -> Result<Response, Refusal> {
        let outcome = |(at, id): (usize, &String)| {
            let failure = context.effects.failure(at, id);
            failure.map_or_else(|| check(&context, id), |kind| Err(refusal::of_item(kind)))
        };
        let outcomes: Vec<_> = self.instance_ids.iter().enumerate().map(outcome).collect();
        let failed = outcomes.iter().find_map(|outcome| outcome.as_ref().err());
        let refusal = failed.filter(|_| self.is_together).cloned();
        if !self.is_dry {
            for (id, outcome) in self.instance_ids.iter().zip(&outcomes) {
                let is_done = refusal.is_none() && outcome.is_ok();
                context.count_resource(id, is_done);
                if is_done {
                    reboot(&mut context, id);
                }
            }
        }
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        let items = self.items(&context, &outcomes);
        Ok(answer::json(
            200,
            &json!({
                "RequestId": context.request_id,
                "InstanceResponses": {"InstanceResponse": items},
            }),
        ))
    }
}
