//! `EventInfos`, the one parameter of the three batch operations.

mod duplicates;
mod field;
mod item_path;
mod items;
pub(crate) mod packed_input;
mod raw_item;
mod read;
mod reader;

use self::items::ReadItem;
use super::AlibabaEns;
use super::actions::BatchKind;
use crate::action::DataPolicy;
use crate::cloud::Cloud;
use crate::id::{EventId, ResourceId};
use crate::item::{BatchItem, When};
use crate::json::{ObjectWriter, SyntaxError};
use crate::password::{MASK, Password, Secrets};
use crate::report::Collector;
use crate::rules::Rules;
use crate::time::Timestamp;

/// One checked item of `EventInfos`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EventInfo {
    /// The event.
    pub(super) event_id: EventId,
    /// Its resource.
    pub(super) resource_id: ResourceId,
    /// The time, ms since the Unix epoch on the wire; without one it is `immediate`.
    pub(super) plan_time: Option<Timestamp>,
    /// Migrations only, where it is required.
    pub(super) data_policy: Option<DataPolicy>,
    /// Immediate migrations only.
    pub(super) password: Option<Password>,
}

/// Checks `{"EventInfos": […]}` and keeps its items.
///
/// # Errors
/// The first place where the text is not JSON.
pub(super) fn parse(
    kind: BatchKind,
    text: &str,
    rules: &Rules<'_>,
) -> Result<(Option<Vec<EventInfo>>, Collector), SyntaxError> {
    let mut infos = Vec::new();
    let issues = read::read(kind, text, rules, &mut |item| {
        infos.extend(EventInfo::new(&item));
    })?;
    // Where an item was not kept, an issue says why.
    Ok(((!infos.is_empty()).then_some(infos), issues))
}

/// The issues alone: nothing is kept.
///
/// # Errors
/// The first place where the text is not JSON.
pub(super) fn check(
    kind: BatchKind,
    text: &str,
    rules: &Rules<'_>,
) -> Result<Collector, SyntaxError> {
    read::read(kind, text, rules, &mut |_| {})
}

impl EventInfo {
    /// Of an item of a batch; a password is for what is done at once.
    pub(super) fn of(item: &BatchItem, password: Option<&Password>) -> Self {
        let (plan_time, password) = match item.when {
            When::Now => (None, password.cloned()),
            When::At(at) => (Some(at), None),
        };
        Self {
            event_id: item.event_id.clone(),
            resource_id: item.resource_id.clone(),
            plan_time,
            data_policy: item.data_policy,
            password,
        }
    }

    fn new(item: &ReadItem<'_>) -> Option<Self> {
        let ReadItem { meaning, .. } = item;
        let password = item.password.map(|text| Password::new(text.to_owned()));
        Some(Self {
            event_id: EventId::with_prefix(AlibabaEns::EVENT_PREFIX, item.event_id).ok()?,
            resource_id: ResourceId::with_prefix(AlibabaEns::RESOURCE_PREFIX, item.resource_id)
                .ok()?,
            plan_time: match meaning.when {
                When::Now => None,
                When::At(at) => Some(at),
            },
            data_policy: meaning.data_policy,
            password,
        })
    }
}

/// `EventInfos` as it is sent: compact, keys in alphabetical order.
pub(super) fn write(infos: &[EventInfo], secrets: Secrets) -> String {
    let mut out = String::with_capacity(infos.len() * 160);
    out.push('[');
    for (position, info) in infos.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        let mut object = ObjectWriter::new(&mut out);
        if let Some(policy) = info.data_policy {
            object.string("DataPolicy", policy.as_str());
        }
        object.string("EventId", info.event_id.as_str());
        object.string(
            "OpsType",
            if info.plan_time.is_some() {
                "scheduled"
            } else {
                "immediate"
            },
        );
        if let Some(password) = &info.password {
            object.string(
                "Password",
                match secrets {
                    Secrets::Reveal => password.reveal(),
                    Secrets::Mask => MASK,
                },
            );
        }
        if let Some(at) = info.plan_time {
            object.integer("PlanTime", at.as_millis());
        }
        object.string("ResourceId", info.resource_id.as_str());
        object.end();
    }
    out.push(']');
    out
}
