//! Redeploy, migrate and reboot: the batch forms and the single ones.

use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{param::Params, refusal::Refusal};
use crate::{
    answer,
    cloud::{Cloud, Operation},
    fault::{Items, Kind, Plan},
    fleet::{MIGRATE_TYPES, Phase, REBOOT_TYPES, REDEPLOY_TYPES},
    world::Inner,
};

/// One event's order, checked as far as it can be without looking at the event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) event_id: String,
    resource_id: String,
    /// In ms since the epoch; nothing is now.
    at: Option<i64>,
}

/// Why an order was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    NotFound,
    WrongType,
    WrongState(Phase),
    /// A fault asked for it.
    Injected {
        status: u16,
        code: String,
        message: String,
        result_code: Option<Value>,
    },
}

impl Failure {
    /// Undocumented, assumed to be like HTTP's.
    fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::WrongType | Self::WrongState(_) => 400,
            Self::Injected { status, .. } => *status,
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::NotFound => "InvalidEventId.NotFound",
            Self::WrongType => "InvalidEventType.NotSupported",
            Self::WrongState(_) => "IncorrectEventStatus",
            Self::Injected { code, .. } => code,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::NotFound => "The specified event does not exist.".to_owned(),
            Self::WrongType => {
                "The type of the specified event does not support this operation.".to_owned()
            }
            Self::WrongState(phase) => format!(
                "The status of the specified event does not support this operation: {}.",
                phase.ens()
            ),
            Self::Injected { message, .. } => message.clone(),
        }
    }

    /// The item's `Code`.
    fn result_code(&self) -> Value {
        match self {
            Self::Injected {
                result_code: Some(code),
                ..
            } => code.clone(),
            failure => json!(failure.status()),
        }
    }

    /// What a fault asks for; what it leaves open is the usual.
    fn injected(kind: &Kind) -> Self {
        let (status, code, message) = match kind {
            Kind::FailItems {
                status,
                code,
                message,
                ..
            } => (*status, code.as_deref(), message.as_deref()),
            _ => (None, None, None),
        };
        let result_code = match kind {
            Kind::FailItems { result_code, .. } => result_code.clone(),
            _ => None,
        };
        Self::Injected {
            result_code,
            status: status.unwrap_or(400),
            code: code.unwrap_or("OperationDenied").to_owned(),
            message: message
                .unwrap_or("The operation is denied: a fault asked for it.")
                .to_owned(),
        }
    }
}

/// Reads `EventInfos`: a JSON list in a parameter. One wrong item refuses the whole call before
/// anything is done.
pub(super) fn parse_batch(
    operation: Operation,
    params: &Params,
    now: i64,
) -> Result<Vec<Order>, Refusal> {
    let text = params
        .get("EventInfos")
        .ok_or_else(|| Refusal::missing("EventInfos"))?;
    match serde_json::from_str(text) {
        Ok(Value::Array(items)) if !items.is_empty() => items
            .iter()
            .map(|item| match item {
                Value::Object(fields) => order(operation, fields, now),
                _ => Err(Refusal::invalid("EventInfos")),
            })
            .collect(),
        _ => Err(Refusal::invalid("EventInfos")),
    }
}

/// Reads a single form's parameters, which are an item's fields as text.
pub(super) fn parse_single(
    operation: Operation,
    params: &Params,
    now: i64,
) -> Result<Order, Refusal> {
    let mut fields = Map::new();
    for name in ["EventId", "ResourceId", "OpsType", "DataPolicy", "Password"] {
        if let Some(value) = params.get(name) {
            fields.insert(name.to_owned(), value.into());
        }
    }
    if let Some(text) = params.get("PlanTime") {
        let time: i64 = text.parse().map_err(|_| Refusal::invalid("PlanTime"))?;
        fields.insert("PlanTime".to_owned(), time.into());
    }
    order(operation, &fields, now)
}

/// Checks one item. Fields that mean nothing for it (`PlanUtcTime` among them) are ignored.
fn order(operation: Operation, fields: &Map<String, Value>, now: i64) -> Result<Order, Refusal> {
    let event_id = text(fields, "EventId")?.ok_or_else(|| Refusal::missing("EventId"))?;
    let resource_id = text(fields, "ResourceId")?.ok_or_else(|| Refusal::missing("ResourceId"))?;
    let at = match text(fields, "OpsType")? {
        None => return Err(Refusal::missing("OpsType")),
        Some("immediate") => None,
        Some("scheduled") => match fields.get("PlanTime") {
            None | Some(Value::Null) => return Err(Refusal::missing("PlanTime")),
            Some(value) => Some(
                value
                    .as_i64()
                    .filter(|time| *time > now)
                    .ok_or_else(|| Refusal::invalid("PlanTime"))?,
            ),
        },
        Some(_) => return Err(Refusal::invalid("OpsType")),
    };
    if matches!(
        operation,
        Operation::BatchEventMigrateInstance | Operation::EventMigrateInstance
    ) {
        match text(fields, "DataPolicy")? {
            None | Some("abandon" | "force_transfer" | "try_transfer") => {}
            Some(_) => return Err(Refusal::invalid("DataPolicy")),
        }
        if let Some(password) = text(fields, "Password")?
            && (at.is_some() || !is_password(password))
        {
            return Err(Refusal::invalid("Password"));
        }
    }
    Ok(Order {
        event_id: event_id.to_owned(),
        resource_id: resource_id.trim().to_owned(),
        at,
    })
}

/// A text field; `null` and nothing are the same.
fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(Refusal::invalid(name)),
    }
}

/// 8–30 characters with upper case, lower case and a digit.
fn is_password(text: &str) -> bool {
    (8..=30).contains(&text.chars().count())
        && text.contains(|c: char| c.is_ascii_uppercase())
        && text.contains(|c: char| c.is_ascii_lowercase())
        && text.contains(|c: char| c.is_ascii_digit())
}

/// Carries out what can be carried out, item by item.
pub(super) fn carry_out(
    inner: &mut Inner,
    operation: Operation,
    orders: &[Order],
    now: i64,
    plan: &Plan,
) -> Vec<Result<(), Failure>> {
    let types = match operation {
        Operation::BatchEventMigrateInstance | Operation::EventMigrateInstance => MIGRATE_TYPES,
        Operation::BatchEventRebootInstance | Operation::EventRebootInstance => REBOOT_TYPES,
        _ => REDEPLOY_TYPES,
    };
    let mut outcomes = Vec::with_capacity(orders.len());
    for (place, order) in orders.iter().enumerate() {
        let failure = plan.failure(place, &order.event_id).map(Failure::injected);
        let event = inner.fleet.ens.get_mut(&order.event_id);
        let outcome = match (failure, event) {
            (Some(failure), _) => Err(failure),
            (None, Some(event)) if event.resource_id == order.resource_id => {
                if types.contains(&&*event.kind) {
                    event.accept(now, order.at).map_err(Failure::WrongState)
                } else {
                    Err(Failure::WrongType)
                }
            }
            _ => Err(Failure::NotFound),
        };
        inner
            .tally
            .act(Cloud::Ens, &order.event_id, outcome.is_ok());
        outcomes.push(outcome);
    }
    outcomes
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BatchAnswer {
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

pub(super) fn batch_answer(
    orders: &[Order],
    outcomes: &[Result<(), Failure>],
    plan: &Plan,
    request_id: &str,
) -> BatchAnswer {
    let is_missing = |place, event_id: &str| {
        plan.missing
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
                resource_id: resource_id(&order.resource_id, plan.newline),
            }
        })
        .collect();
    for event_id in plan.extra.iter().flat_map(Items::ids) {
        results.push(ItemAnswer {
            code: json!(200),
            resource_id: resource_id(&event_id.replacen("e-", "i-", 1), plan.newline),
            event_id,
            message: "success".to_owned(),
        });
    }
    if plan.reorder {
        results.reverse();
    }
    BatchAnswer {
        request_id: request_id.to_owned(),
        results,
    }
}

/// A single form answers with its id alone, and fails as a whole.
pub(super) fn single_answer(
    outcomes: &[Result<(), Failure>],
    request_id: &str,
) -> Result<Response, Refusal> {
    match outcomes.first() {
        Some(Err(failure)) => Err(Refusal::new(
            failure.status(),
            failure.code(),
            failure.message(),
        )),
        _ => Ok(answer::json(200, &json!({ "RequestId": request_id }))),
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
