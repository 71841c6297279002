//! A batch: one account, one action, many events, a time for each.

use serde::Serialize;

use crate::ens::{
    BatchEventMigrateInstance, BatchEventRebootInstance, BatchEventRedeployInstance, DataPolicy,
    EventInfo,
};
use crate::event::{Action, DataLoss, Provider, data_loss};
use crate::fields::{event_id, resource_id};
use crate::hash::{Key, Places};
use crate::huawei::{AcceptScheduledEvent, UpdateScheduledEvent};
use crate::id::{EventId, ResourceId};
use crate::issue::IssueKind;
use crate::operation::Operation;
use crate::password::Password;
use crate::path::Path;
use crate::report::{Checked, Collector, Report};
use crate::rules::{
    KnownEvents, Rules, check_fit, check_password, check_plan, warn_of_certain_loss,
};
use crate::time::Timestamp;

/// When the cloud is to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At once.
    Now,
    /// At a time.
    At(Timestamp),
}

/// An unchecked batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchDraft {
    /// The account.
    pub account: String,
    /// The action.
    pub action: Action,
    /// The items.
    pub items: Vec<ItemDraft>,
    /// One password for all immediate migrations; without one the cloud makes one nobody sees.
    pub password: Option<Password>,
}

/// An unchecked item of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemDraft {
    /// The event.
    pub event_id: String,
    /// Its resource.
    pub resource_id: String,
    /// When; a person chooses it.
    pub when: Option<When>,
    /// What happens to the data; migrations only, where a person chooses it.
    pub data_policy: Option<DataPolicy>,
}

/// A checked batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    account: String,
    action: Action,
    items: Vec<BatchItem>,
    password: Option<Password>,
}

/// A checked item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchItem {
    /// The event.
    pub event_id: EventId,
    /// Its resource; opaque, Huawei's requests do not carry it.
    pub resource_id: String,
    /// When.
    pub when: When,
    /// Migrations only.
    pub data_policy: Option<DataPolicy>,
    /// What it may cost: by policy, by the event where it is known, else by the action alone.
    pub data_loss: DataLoss,
}

/// The items that go in one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The call.
    pub operation: Operation,
    /// The items' indices in the batch.
    pub items: Vec<usize>,
    pub(crate) targets: Vec<(String, String)>,
}

impl Batch {
    /// Checks a draft.
    ///
    /// # Errors
    /// Every issue at once, at the draft's own fields: `items[3].when`.
    pub fn parse(draft: &BatchDraft, rules: &Rules<'_>) -> Result<Checked<Self>, Report> {
        let mut issues = Collector::default();
        let items = parse_items(draft, rules, &mut issues);
        check_batch_password(draft, &mut issues);
        issues.finish(items.map(|items| Self {
            account: draft.account.clone(),
            action: draft.action,
            items,
            password: draft.password.clone(),
        }))
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The action.
    #[must_use]
    pub fn action(&self) -> Action {
        self.action
    }

    /// The items.
    #[must_use]
    pub fn items(&self) -> &[BatchItem] {
        &self.items
    }

    /// How many items lose data, or may.
    #[must_use]
    pub fn may_lose_data(&self) -> usize {
        self.items
            .iter()
            .filter(|item| item.data_loss != DataLoss::No)
            .count()
    }

    /// The calls to make, of so many items each, or of one where the cloud takes one.
    #[must_use]
    pub fn chunks(&self, items_per_call: usize) -> Vec<Chunk> {
        let size = match self.action.provider().most_items_per_call() {
            1 => 1,
            _ => items_per_call.max(1),
        };
        let indices: Vec<usize> = (0..self.items.len()).collect();
        self.items
            .chunks(size)
            .zip(indices.chunks(size))
            .filter_map(|(items, indices)| {
                Some(Chunk {
                    operation: self.operation(items)?,
                    items: indices.to_vec(),
                    targets: items
                        .iter()
                        .map(|item| target(&item.event_id, &item.resource_id))
                        .collect(),
                })
            })
            .collect()
    }

    fn operation(&self, items: &[BatchItem]) -> Option<Operation> {
        // INVARIANT: chunks are never empty, and `parse` refuses a reschedule without a time, so
        // this is always `Some`.
        let first = items.first()?;
        let event_infos = || -> Option<Vec<EventInfo>> {
            items.iter().map(|item| self.event_info(item)).collect()
        };
        Some(match (self.action, first.when) {
            (Action::Redeploy, _) => {
                let event_infos = event_infos()?;
                Operation::BatchEventRedeployInstance(BatchEventRedeployInstance { event_infos })
            }
            (Action::Migrate, _) => {
                let event_infos = event_infos()?;
                Operation::BatchEventMigrateInstance(BatchEventMigrateInstance { event_infos })
            }
            (Action::Reboot, _) => {
                let event_infos = event_infos()?;
                Operation::BatchEventRebootInstance(BatchEventRebootInstance { event_infos })
            }
            (Action::Accept, when) => Operation::AcceptScheduledEvent(AcceptScheduledEvent {
                id: first.event_id.clone(),
                not_before: match when {
                    When::Now => None,
                    When::At(at) => Some(at),
                },
            }),
            (Action::Reschedule, When::At(not_before)) => {
                let id = first.event_id.clone();
                Operation::UpdateScheduledEvent(UpdateScheduledEvent { id, not_before })
            }
            (Action::Reschedule, When::Now) => return None,
        })
    }

    fn event_info(&self, item: &BatchItem) -> Option<EventInfo> {
        let plan_time = match item.when {
            When::Now => None,
            When::At(at) => Some(at),
        };
        let immediate = plan_time.is_none();
        Some(EventInfo {
            event_id: item.event_id.clone(),
            resource_id: ResourceId::parse(Provider::Ens, &item.resource_id).ok()?,
            plan_time,
            data_policy: item.data_policy,
            password: self.password.clone().filter(|_| immediate),
        })
    }
}

impl Chunk {
    /// An operation that acts, made elsewhere, as one call; `None` for a list.
    #[must_use]
    pub fn from_operation(operation: Operation) -> Option<Self> {
        let targets: Vec<(String, String)> = match &operation {
            Operation::BatchEventRedeployInstance(op) => targets(op.event_infos()),
            Operation::BatchEventMigrateInstance(op) => targets(op.event_infos()),
            Operation::BatchEventRebootInstance(op) => targets(op.event_infos()),
            Operation::AcceptScheduledEvent(op) => vec![(op.id.to_string(), String::new())],
            Operation::UpdateScheduledEvent(op) => vec![(op.id.to_string(), String::new())],
            Operation::DescribeHistoryEvents(_) | Operation::ListScheduledEvents(_) => return None,
        };
        Some(Self {
            items: (0..targets.len()).collect(),
            operation,
            targets,
        })
    }

    /// Event id and resource id of each item, in the order of [`Self::items`]; Huawei's calls
    /// name no resource.
    #[must_use]
    pub fn targets(&self) -> &[(String, String)] {
        &self.targets
    }
}

fn targets(infos: &[EventInfo]) -> Vec<(String, String)> {
    infos
        .iter()
        .map(|info| target(&info.event_id, info.resource_id.as_str()))
        .collect()
}

/// As results are matched: white space around an id is no part of it.
fn target(event_id: &EventId, resource_id: &str) -> (String, String) {
    let text = |id: &str| id.trim().to_owned();
    (text(event_id.as_str()), text(resource_id))
}

fn parse_items(
    draft: &BatchDraft,
    rules: &Rules<'_>,
    issues: &mut Collector,
) -> Option<Vec<BatchItem>> {
    let path = Path::root().key("items");
    if draft.items.is_empty() {
        issues.error(&path, IssueKind::NoItems);
        return None;
    }
    let known = KnownEvents::new(rules);
    let mut places = Places::with_capacity(draft.items.len());
    let mut items = Vec::with_capacity(draft.items.len());
    for (index, item) in draft.items.iter().enumerate() {
        let path = path.index(index);
        let key = identity(draft, item);
        if let Some(first) = places.insert(&key, index, &|at| match draft.items.get(at) {
            Some(other) => identity(draft, other),
            None => [None; 3],
        }) {
            issues.error(&path.key("event_id"), IssueKind::Duplicate { first });
        }
        items.extend(parse_item(draft, item, &path, rules.now, &known, issues));
    }
    (items.len() == draft.items.len()).then_some(items)
}

/// What no two items of a batch share. A call at Huawei names the event alone.
fn identity<'d>(draft: &BatchDraft, item: &'d ItemDraft) -> Key<'d> {
    let resource = match draft.action.provider() {
        Provider::Ens => Some(item.resource_id.trim()),
        Provider::HuaweiEcs => None,
    };
    [Some(item.event_id.trim()), resource, None]
}

fn parse_item(
    draft: &BatchDraft,
    item: &ItemDraft,
    path: &Path,
    now: Timestamp,
    known: &KnownEvents<'_>,
    issues: &mut Collector,
) -> Option<BatchItem> {
    let action = draft.action;
    let provider = action.provider();
    let id = event_id(issues, &path.key("event_id"), provider, &item.event_id);
    // Huawei's requests carry no resource, so nothing is asked of it there.
    let resource_fits = provider == Provider::HuaweiEcs
        || resource_id(
            issues,
            &path.key("resource_id"),
            provider,
            &item.resource_id,
        )
        .is_some();
    let event = known.find(
        Some(&draft.account),
        &item.event_id,
        Some(&item.resource_id),
    );
    if let Some(event) = event {
        let path = path.key("event_id");
        check_fit(issues, &path, action, event);
        warn_of_certain_loss(issues, &path, action, event);
    }
    let when_path = path.key("when");
    let when = match item.when {
        None => {
            // What the cloud takes a missing time for; ENS has no default.
            let assumed = (action == Action::Accept).then_some(AcceptScheduledEvent::NOW);
            issues.error(&when_path, IssueKind::Missing { assumed });
            None
        }
        Some(When::Now) if action == Action::Reschedule => {
            issues.error(&when_path, IssueKind::NotForAction { action });
            None
        }
        Some(When::Now) => Some(When::Now),
        Some(When::At(at)) => {
            // Huawei's times have whole seconds; what is sent is what is checked.
            let at = match provider {
                Provider::Ens => at,
                Provider::HuaweiEcs => at.whole_seconds(),
            };
            check_plan(issues, &when_path, at, now, event);
            Some(When::At(at))
        }
    };
    let policy_path = path.key("data_policy");
    let policy_fits = match (action, item.data_policy) {
        (Action::Migrate, None) => {
            issues.error(
                &policy_path,
                IssueKind::Missing {
                    assumed: Some("abandon"),
                },
            );
            false
        }
        (Action::Migrate, Some(DataPolicy::Abandon)) => {
            let kind = IssueKind::LosesData {
                data_loss: DataLoss::Certain,
            };
            issues.warning(&policy_path, kind);
            true
        }
        (Action::Migrate, Some(_)) | (_, None) => true,
        (_, Some(_)) => {
            issues.error(&policy_path, IssueKind::NotForAction { action });
            false
        }
    };
    if !resource_fits || !policy_fits {
        return None;
    }
    let data_loss = match (item.data_policy, event) {
        (Some(policy), _) => policy.data_loss(),
        (None, Some(event)) => data_loss(action, event.event_type.kind),
        // An accept of an event that is not known may be one that wipes local disks.
        (None, None) if action == Action::Accept => DataLoss::Possible,
        (None, None) => data_loss(action, crate::event::EventKind::Other),
    };
    Some(BatchItem {
        event_id: id?,
        resource_id: item.resource_id.trim().to_owned(),
        when: when?,
        data_policy: item.data_policy,
        data_loss,
    })
}

fn check_batch_password(draft: &BatchDraft, issues: &mut Collector) {
    let path = Path::root().key("password");
    let any_now = draft.items.iter().any(|item| item.when == Some(When::Now));
    match (&draft.password, draft.action) {
        (None, Action::Migrate) if any_now => issues.warning(&path, IssueKind::PasswordRandom),
        (None, _) => {}
        (Some(_), action) if action != Action::Migrate => {
            issues.error(&path, IssueKind::NotForAction { action });
        }
        (Some(password), _) => {
            let all_later = !draft.items.is_empty()
                && draft
                    .items
                    .iter()
                    .all(|item| matches!(item.when, Some(When::At(_))));
            if all_later {
                issues.error(&path, IssueKind::PasswordWithScheduled);
            } else {
                check_password(issues, &path, password.reveal());
            }
        }
    }
}
