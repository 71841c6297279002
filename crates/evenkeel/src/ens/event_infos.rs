//! `EventInfos`, the one parameter of the three batch operations, and their answer.

mod facts;
mod items;
mod judge;
mod place;
mod read;
mod repeats;
pub(crate) mod transcript;

use self::facts::Field;
use self::read::Item;
use crate::answer::{Answer, ItemCode, ItemResult};
use crate::event::{Action, DataLoss, Provider};
use crate::http::Request;
use crate::id::{EventId, ResourceId};
use crate::json::{ObjectWriter, SyntaxError};
use crate::password::{MASK, Password, Secrets};
use crate::report::Collector;
use crate::rules::Rules;
use crate::time::Timestamp;

/// What happens to the data of a migrated instance. The cloud's default is [`Self::Abandon`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataPolicy {
    /// The data is left behind: lost.
    Abandon,
    /// The data is moved if that works; it may be left behind.
    TryTransfer,
    /// The data is moved, or the migration stops.
    ForceTransfer,
}

crate::names! {
    DataPolicy {
        Abandon => "abandon", TryTransfer => "try_transfer", ForceTransfer => "force_transfer",
    }
}

impl DataPolicy {
    /// Whether it loses data.
    #[must_use]
    pub fn data_loss(self) -> DataLoss {
        match self {
            Self::Abandon => DataLoss::Certain,
            Self::TryTransfer | Self::ForceTransfer => DataLoss::Possible,
        }
    }
}

/// One checked item of `EventInfos`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventInfo {
    /// The event.
    pub event_id: EventId,
    /// Its resource.
    pub resource_id: ResourceId,
    /// The time, ms since the Unix epoch on the wire; without one it is `immediate`.
    pub plan_time: Option<Timestamp>,
    /// Migrations only, where it is required.
    pub data_policy: Option<DataPolicy>,
    /// Immediate migrations only.
    pub password: Option<Password>,
}

/// When the cloud acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpsType {
    /// At once.
    Immediate,
    /// At a time, which then must be given.
    Scheduled,
}

crate::names! {
    OpsType { Immediate => "immediate", Scheduled => "scheduled" }
}

/// Checks `{"EventInfos": […]}` and keeps its items.
///
/// # Errors
/// The first place where the text is not JSON.
pub(super) fn parse(
    action: Action,
    text: &str,
    rules: &Rules<'_>,
) -> Result<(Option<Vec<EventInfo>>, Collector), SyntaxError> {
    let mut infos = Vec::new();
    let issues = read::read(action, text, rules, &mut |item| {
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
    action: Action,
    text: &str,
    rules: &Rules<'_>,
) -> Result<Collector, SyntaxError> {
    read::read(action, text, rules, &mut |_| {})
}

impl EventInfo {
    fn new(item: &Item<'_, '_>) -> Option<Self> {
        let Item { facts, verdict } = item;
        Some(Self {
            event_id: EventId::parse(Provider::Ens, facts.get(Field::EventId).as_str()?).ok()?,
            resource_id: ResourceId::parse(Provider::Ens, facts.get(Field::ResourceId).as_str()?)
                .ok()?,
            plan_time: verdict.plan_time,
            data_policy: verdict.data_policy,
            password: facts
                .get(Field::Password)
                .as_str()
                .map(|text| Password::new(text.to_owned())),
        })
    }
}

/// `EventInfos` as it is sent: compact, keys in alphabetical order.
fn write(infos: &[EventInfo], secrets: Secrets) -> String {
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

pub(super) fn request(action: &str, infos: &[EventInfo], secrets: Secrets) -> Request {
    super::request(
        action,
        vec![("EventInfos".to_owned(), write(infos, secrets))],
    )
}

pub(super) fn params_json(infos: &[EventInfo]) -> String {
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    object.raw("EventInfos", &write(infos, Secrets::Reveal));
    object.end();
    out
}

/// The answer of the three: one result an item, in any order, some maybe missing.
pub(crate) fn parse_results(answer: &Answer<'_>) -> Option<Vec<ItemResult>> {
    let results = answer.root.get("Results")?.as_array()?;
    Some(
        results
            .iter()
            .map(|result| ItemResult {
                event_id: result.text("EventId").map(|id| id.trim().to_owned()),
                resource_id: result.text("ResourceId").map(|id| id.trim().to_owned()),
                code: ItemCode::of(result.get("Code")),
                message: result.text("Message").unwrap_or_default().to_owned(),
            })
            .collect(),
    )
}
