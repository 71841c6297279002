//! Reads what is ordered for one event, and carries it out.

use serde_json::{Map, Value, json};

use super::Action;
use crate::{
    cloud::Context,
    clouds::alibaba_ens::{event::status, refusal},
    event::Phase,
    fault::FaultKind,
    refusal::Refusal,
};

/// One event's order, checked as far as it can be without looking at the event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) event_id: String,
    pub(super) resource_id: String,
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
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::WrongType | Self::WrongState(_) => 400,
            Self::Injected { status, .. } => *status,
        }
    }

    pub(super) fn code(&self) -> &str {
        match self {
            Self::NotFound => "InvalidEventId.NotFound",
            Self::WrongType => "InvalidEventType.NotSupported",
            Self::WrongState(_) => "IncorrectEventStatus",
            Self::Injected { code, .. } => code,
        }
    }

    pub(super) fn message(&self) -> String {
        match self {
            Self::NotFound => "The specified event does not exist.".to_owned(),
            Self::WrongType => {
                "The type of the specified event does not support this operation.".to_owned()
            }
            Self::WrongState(phase) => format!(
                "The status of the specified event does not support this operation: {}.",
                status(*phase)
            ),
            Self::Injected { message, .. } => message.clone(),
        }
    }

    /// The item's `Code`.
    pub(super) fn result_code(&self) -> Value {
        match self {
            Self::Injected {
                result_code: Some(code),
                ..
            } => code.clone(),
            failure => json!(failure.status()),
        }
    }

    /// Makes the failure that a fault asks for; what the fault leaves open is the usual.
    fn injected(kind: &FaultKind) -> Self {
        let (status, code, message) = kind.of_item();
        let result_code = match kind {
            FaultKind::FailItems { result_code, .. } => result_code.clone(),
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

impl Order {
    /// Checks one item. Fields that mean nothing for it (`PlanUtcTime` among them) are ignored.
    pub(super) fn parse(
        action: Action,
        fields: &Map<String, Value>,
        now: i64,
    ) -> Result<Self, Refusal> {
        let event_id = text(fields, "EventId")?.ok_or_else(|| refusal::missing("EventId"))?;
        let resource_id =
            text(fields, "ResourceId")?.ok_or_else(|| refusal::missing("ResourceId"))?;
        let at = match text(fields, "OpsType")? {
            None => return Err(refusal::missing("OpsType")),
            Some("immediate") => None,
            Some("scheduled") => match fields.get("PlanTime") {
                None | Some(Value::Null) => return Err(refusal::missing("PlanTime")),
                Some(value) => Some(
                    value
                        .as_i64()
                        .filter(|time| *time > now)
                        .ok_or_else(|| refusal::invalid("PlanTime"))?,
                ),
            },
            Some(_) => return Err(refusal::invalid("OpsType")),
        };
        if action == Action::Migrate {
            match text(fields, "DataPolicy")? {
                None | Some("abandon" | "force_transfer" | "try_transfer") => {}
                Some(_) => return Err(refusal::invalid("DataPolicy")),
            }
            if let Some(password) = text(fields, "Password")?
                && (at.is_some() || !is_password(password))
            {
                return Err(refusal::invalid("Password"));
            }
        }
        Ok(Self {
            event_id: event_id.to_owned(),
            resource_id: resource_id.trim().to_owned(),
            at,
        })
    }

    /// Carries it out, as the item of this number of its call, and counts it.
    pub(super) fn carry_out(
        &self,
        action: Action,
        index: usize,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let failure = context.effects.failure(index, &self.event_id);
        let event = context.events.get_mut(&self.event_id);
        let outcome = match (failure.map(Failure::injected), event) {
            (Some(failure), _) => Err(failure),
            (None, Some(event)) if event.resource_id == self.resource_id => {
                if action.types().contains(&&*event.kind) {
                    event
                        .accept(context.now, self.at)
                        .map_err(Failure::WrongState)
                } else {
                    Err(Failure::WrongType)
                }
            }
            _ => Err(Failure::NotFound),
        };
        context.count(&self.event_id, outcome.is_ok());
        outcome
    }
}

/// A text field; `null` and nothing are the same.
fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(refusal::invalid(name)),
    }
}

/// 8–30 characters with upper case, lower case and a digit.
fn is_password(text: &str) -> bool {
    (8..=30).contains(&text.chars().count())
        && text.contains(|c: char| c.is_ascii_uppercase())
        && text.contains(|c: char| c.is_ascii_lowercase())
        && text.contains(|c: char| c.is_ascii_digit())
}
