//! `EventInfos`, the one parameter of the three batch operations, and their answer.

use std::collections::HashMap;

use crate::answer::{Answer, ItemResult};
use crate::event::{Action, DataLoss, Provider};
use crate::fields::{Fields, integer, wrong_type};
use crate::http::Request;
use crate::id::{EventId, ResourceId};
use crate::issue::IssueKind;
use crate::json::{Node, ObjectWriter};
use crate::password::{MASK, Password, Secrets};
use crate::path::Path;
use crate::report::{Collector, Nearest};
use crate::rules::{KnownEvents, Rules, check_fit, check_password, check_plan};
use crate::schema::{self, keys};
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

const BATCH_FIELDS: [&str; 1] = keys(&schema::BATCH_FIELDS);
const FIELDS: [&str; 5] = keys(&schema::EVENT_INFO);
const MIGRATE_FIELDS: [&str; 7] = keys(&schema::MIGRATE_EVENT_INFO);

/// Reads `{"EventInfos": […]}`.
pub(super) fn parse(
    action: Action,
    params: &Node<'_>,
    rules: &Rules<'_>,
    issues: &mut Collector,
) -> Option<Vec<EventInfo>> {
    let root = Path::root();
    let fields = Fields::new(issues, params, &root, &BATCH_FIELDS)?;
    let path = fields.path("EventInfos");
    let Some(node) = fields.get("EventInfos") else {
        issues.error(&path, IssueKind::Missing { assumed: None });
        return None;
    };
    let Some(items) = node.as_array() else {
        wrong_type(issues, &path, "array", node);
        return None;
    };
    if items.is_empty() {
        issues.error(&path, IssueKind::NoItems);
        return None;
    }
    let known = KnownEvents::new(rules);
    let mut first_seen: HashMap<(&str, &str), usize> = HashMap::with_capacity(items.len());
    let mut infos = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let path = path.index(index);
        if let (Some(id), Some(resource)) = (
            item.get("EventId").and_then(Node::as_str),
            item.get("ResourceId").and_then(Node::as_str),
        ) {
            let first = *first_seen
                .entry((id.trim(), resource.trim()))
                .or_insert(index);
            if first != index {
                issues.error(&path.key("EventId"), IssueKind::Duplicate { first });
            }
        }
        infos.extend(parse_item(action, item, &path, rules.now, &known, issues));
    }
    (infos.len() == items.len()).then_some(infos)
}

fn parse_item(
    action: Action,
    item: &Node<'_>,
    path: &Path,
    now: Timestamp,
    known: &KnownEvents<'_>,
    issues: &mut Collector,
) -> Option<EventInfo> {
    let migrate = action == Action::Migrate;
    let allowed: &[&str] = if migrate { &MIGRATE_FIELDS } else { &FIELDS };
    let fields = Fields::with_foreign(issues, item, path, allowed, |key| {
        MIGRATE_FIELDS
            .contains(&key)
            .then_some(IssueKind::NotForAction { action })
    })?;
    let event_id = fields.event_id(issues, "EventId", Provider::Ens);
    let resource_id = fields.resource_id(issues, "ResourceId", Provider::Ens);
    let event = event_id.as_ref().and_then(|id| {
        known.find(
            None,
            id.as_str(),
            resource_id.as_ref().map(ResourceId::as_str),
        )
    });
    if let Some(event) = event {
        check_fit(issues, &fields.path("EventId"), action, event);
    }
    let ops_text = fields.required_text(issues, "OpsType", None);
    let ops_type = fields.word(issues, "OpsType", ops_text, schema::OPS_TYPES);
    let plan_time = plan_time(&fields, ops_type, now, event, issues);
    if fields.get("PlanUtcTime").is_some() {
        issues.warning(&fields.path("PlanUtcTime"), IssueKind::ReservedField);
    }
    let data_policy = if migrate {
        let text = fields.required_text(issues, "DataPolicy", Some("abandon"));
        let policy = fields
            .word(issues, "DataPolicy", text, DataPolicy::NAMES)
            .and_then(|name| name.parse::<DataPolicy>().ok());
        if policy == Some(DataPolicy::Abandon) {
            let kind = IssueKind::LosesData {
                data_loss: DataLoss::Certain,
            };
            issues.warning(&fields.path("DataPolicy"), kind);
        }
        policy
    } else {
        None
    };
    let password = if migrate {
        password(&fields, ops_type, issues)
    } else {
        None
    };
    // Where a part failed its issue is told already; what is built here is then dropped.
    if migrate && data_policy.is_none() {
        return None;
    }
    Some(EventInfo {
        event_id: event_id?,
        resource_id: resource_id?,
        plan_time: match ops_type? {
            "scheduled" => Some(plan_time?),
            _ => None,
        },
        data_policy,
        password,
    })
}

fn plan_time(
    fields: &Fields<'_, '_>,
    ops_type: Option<&'static str>,
    now: Timestamp,
    event: Option<&crate::event::Event>,
    issues: &mut Collector,
) -> Option<Timestamp> {
    let path = fields.path("PlanTime");
    let node = match (fields.get("PlanTime"), ops_type) {
        (None, Some("scheduled")) => {
            issues.error(&path, IssueKind::Missing { assumed: None });
            return None;
        }
        (None, _) => return None,
        (Some(_), Some("immediate")) => {
            issues.error(&path, IssueKind::PlanTimeWithImmediate);
            return None;
        }
        (Some(node), _) => node,
    };
    let millis = integer(issues, &path, node)?;
    if schema::LIKE_SECONDS.contains(millis) {
        let in_millis = millis * 1000;
        let ahead = in_millis > now.as_millis();
        issues.error_near(
            &path,
            IssueKind::LooksLikeSeconds { millis: in_millis },
            ahead.then_some(Nearest::Number(in_millis)),
        );
        return None;
    }
    let schema::Range { min, max } = schema::PLAN_TIME;
    if !(min..=max).contains(&millis) {
        issues.error(&path, IssueKind::OutOfRange { min, max });
        return None;
    }
    let at = Timestamp::from_millis(millis);
    check_plan(issues, &path, at, now, event);
    Some(at)
}

fn password(
    fields: &Fields<'_, '_>,
    ops_type: Option<&'static str>,
    issues: &mut Collector,
) -> Option<Password> {
    let path = fields.path("Password");
    if fields.get("Password").is_none() {
        if ops_type == Some("immediate") {
            issues.warning(&path, IssueKind::PasswordRandom);
        }
        return None;
    }
    let password = Password::new(fields.text(issues, "Password")?.to_owned());
    if ops_type == Some("scheduled") {
        issues.error(&path, IssueKind::PasswordWithScheduled);
    } else {
        check_password(issues, &path, &password);
    }
    Some(password)
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
                code: result.get("Code").and_then(Node::as_i64_lenient),
                message: result.text("Message").unwrap_or_default().to_owned(),
            })
            .collect(),
    )
}
