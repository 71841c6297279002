//! Redeploys, migrates and reboots: the batch forms and the single ones.

mod order;

use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value, json};

use self::order::{Failure, Order};
use super::refusal;
use crate::{
    answer,
    cloud::{Context, Request},
    clouds::alibaba::params::Params,
    fault::{Effects, Items},
    refusal::Refusal,
};

/// What is done to an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Redeploy,
    Migrate,
    Reboot,
}

impl Action {
    /// The types of events that it applies to.
    fn types(self) -> &'static [&'static str] {
        match self {
            Self::Redeploy => &[
                "Instance:SystemFailure.Redeploy",
                "Instance:SystemMaintenance.Redeploy",
            ],
            Self::Migrate => &["Instance:SystemUpgrade.Migrate"],
            Self::Reboot => &[
                "Instance:SystemMaintenance.Reboot",
                "Instance:SystemFailure.Reboot",
            ],
        }
    }
}

/// The action on several events, each with a result of its own.
pub(super) struct Batch {
    action: Action,
    orders: Vec<Order>,
}

/// The action on one event.
pub(super) struct Single {
    action: Action,
    order: Order,
}

impl Batch {
    /// Reads `EventInfos`: a JSON list in a parameter. One wrong item refuses the whole call before
    /// anything is done.
    pub(super) fn parse(action: Action, params: &Params, now: i64) -> Result<Self, Refusal> {
        let text = params
            .get("EventInfos")
            .ok_or_else(|| refusal::missing("EventInfos"))?;
        let orders = match serde_json::from_str(text) {
            Ok(Value::Array(items)) if !items.is_empty() => items
                .iter()
                .map(|item| match item {
                    Value::Object(fields) => Order::parse(action, fields, now),
                    _ => Err(refusal::invalid("EventInfos")),
                })
                .collect::<Result<_, _>>()?,
            _ => return Err(refusal::invalid("EventInfos")),
        };
        Ok(Self { action, orders })
    }
}

impl Request for Batch {
    fn event_ids(&self) -> Vec<&str> {
        self.orders
            .iter()
            .map(|order| order.event_id.as_str())
            .collect()
    }

    fn respond(&self, mut context: Context<'_>) -> Result<Response, Refusal> {
        let outcomes: Vec<_> = self
            .orders
            .iter()
            .enumerate()
            .map(|(index, order)| order.carry_out(self.action, index, &mut context))
            .collect();
        let answer = batch_answer(&self.orders, &outcomes, context.effects, context.request_id);
        Ok(answer::json(200, &answer))
    }
}

impl Single {
    /// Reads the parameters, which are an item's fields as text.
    pub(super) fn parse(action: Action, params: &Params, now: i64) -> Result<Self, Refusal> {
        let mut fields = Map::new();
        for name in ["EventId", "ResourceId", "OpsType", "DataPolicy", "Password"] {
            if let Some(value) = params.get(name) {
                fields.insert(name.to_owned(), value.into());
            }
        }
        if let Some(text) = params.get("PlanTime") {
            let time: i64 = text.parse().map_err(|_| refusal::invalid("PlanTime"))?;
            fields.insert("PlanTime".to_owned(), time.into());
        }
        Ok(Self {
            action,
            order: Order::parse(action, &fields, now)?,
        })
    }
}

impl Request for Single {
    fn event_ids(&self) -> Vec<&str> {
        vec![&self.order.event_id]
    }

    /// Answers with the request's id alone, or fails as a whole.
    fn respond(&self, mut context: Context<'_>) -> Result<Response, Refusal> {
        match self.order.carry_out(self.action, 0, &mut context) {
            Err(failure) => Err(Refusal::service(
                failure.status(),
                failure.code(),
                failure.message(),
            )),
            Ok(()) => Ok(answer::json(
                200,
                &json!({ "RequestId": context.request_id }),
            )),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BatchAnswer {
    request_id: String,
    results: Vec<ItemAnswer>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ItemAnswer {
    code: Value,
    event_id: String,
    message: String,
    resource_id: String,
}

fn batch_answer(
    orders: &[Order],
    outcomes: &[Result<(), Failure>],
    effects: &Effects,
    request_id: &str,
) -> BatchAnswer {
    let is_missing = |place, event_id: &str| {
        effects
            .missing
            .iter()
            .any(|items| items.holds(place, event_id))
    };
    let mut results: Vec<ItemAnswer> = orders
        .iter()
        .zip(outcomes)
        .enumerate()
        .filter(|(place, (order, _))| !is_missing(*place, &order.event_id))
        .map(|(_, (order, outcome))| {
            let failure = outcome.as_ref().err();
            ItemAnswer {
                code: failure.map_or(json!(200), Failure::result_code),
                event_id: order.event_id.clone(),
                message: failure.map_or_else(|| "success".to_owned(), Failure::message),
                resource_id: resource_id(&order.resource_id, effects.newline),
            }
        })
        .collect();
    for event_id in effects.extra.iter().flat_map(extra_ids) {
        results.push(ItemAnswer {
            code: json!(200),
            resource_id: resource_id(&event_id.replacen("e-", "i-", 1), effects.newline),
            event_id,
            message: "success".to_owned(),
        });
    }
    if effects.reorder {
        results.reverse();
    }
    BatchAnswer {
        request_id: request_id.to_owned(),
        results,
    }
}

/// The ids of events that nobody asked for, made up where a fault gives only a number.
fn extra_ids(items: &Items) -> Vec<String> {
    match items {
        Items::Ids { event_ids } => event_ids.iter().cloned().collect(),
        Items::First { count } => (1..=*count)
            .map(|number| format!("e-{number:032}"))
            .collect(),
    }
}

/// A resource id as it is sent, with the stray line break of the documented sample if wanted.
pub(super) fn resource_id(id: &str, newline: bool) -> String {
    if newline {
        format!("{id}\n")
    } else {
        id.to_owned()
    }
}
