//! A batch: one account, one action, many events, a time for each.

use serde::{Deserialize, Serialize};

use crate::action::{Action, DataLoss, DataPolicy};
use crate::body::objects;
use crate::clouds::{CloudAction, judge};
use crate::fields::{event_id, resource_id};
use crate::id::{EventId, ResourceId};
use crate::index_by_key::{IndexByKey, Key};
use crate::issue::IssueKind;
use crate::item::{BatchItem, When, target};
use crate::operation::Operation;
use crate::password::Password;
use crate::path::Path;
use crate::provider::Provider;
use crate::report::{Checked, Collector, Report};
use crate::rules::{ActionRules, ItemPart, Judge, Named, Part, ReadItem, Rules, Timing};
use crate::time::Timestamp;

/// An unchecked batch. With serde it is read as a request has it, and written without its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BatchDraft {
    /// The account.
    pub account: String,
    /// The action.
    pub action: Action,
    /// The items.
    #[serde(deserialize_with = "objects")]
    pub items: Vec<ItemDraft>,
    /// One password for all immediate migrations; without one the cloud makes one nobody sees.
    #[serde(default, skip_serializing)]
    pub password: Option<Password>,
}

/// An unchecked item of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemDraft {
    /// The event.
    pub event_id: String,
    /// Its resource.
    pub resource_id: String,
    /// When; a person chooses it, and a missing one is an issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// What happens to the data; migrations only, where a person chooses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_policy: Option<DataPolicy>,
}

/// A checked batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    account: String,
    action: Action,
    cloud_action: CloudAction,
    items: Vec<BatchItem>,
    password: Option<Password>,
}

/// The items that go in one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The call.
    pub operation: Operation,
    /// The items' indices in the batch.
    pub items: Vec<usize>,
    targets: Vec<(String, String)>,
}

impl Batch {
    /// Checks a draft for the cloud of its account.
    ///
    /// # Errors
    /// Every issue at once, at the draft's own fields: `items[3].when`.
    pub fn parse(
        provider: Provider,
        draft: &BatchDraft,
        rules: &Rules<'_>,
    ) -> Result<Checked<Self>, Report> {
        let mut issues = Collector::default();
        let action = draft.action;
        let Some(cloud_action) = provider.act(action) else {
            let kind = IssueKind::NotForAction { action };
            issues.error(&Path::root().key("action"), kind);
            return issues.finish(None);
        };
        let items = parse_items(draft, cloud_action, rules, &mut issues);
        issues.finish(items.map(|items| Self {
            account: draft.account.clone(),
            action,
            cloud_action,
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

    /// The batch of these of its items alone, by their indices.
    #[must_use]
    pub fn only(&self, indices: &[usize]) -> Self {
        let item = |index: &usize| self.items.get(*index).cloned();
        Self {
            items: indices.iter().filter_map(item).collect(),
            ..self.clone()
        }
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
        let password = self.password.as_ref();
        let calls = Operation::calls(
            self.cloud_action,
            &self.items,
            items_per_call.max(1),
            password,
        );
        let mut items = self.items.iter().enumerate();
        calls
            .into_iter()
            .map(|(operation, count)| {
                let (items, targets) = items
                    .by_ref()
                    .take(count)
                    .map(|(index, item)| (index, target(&item.event_id, &item.resource_id)))
                    .unzip();
                Chunk {
                    operation,
                    items,
                    targets,
                }
            })
            .collect()
    }
}

impl Chunk {
    /// An operation that acts, made elsewhere, as one call; `None` for a list.
    #[must_use]
    pub fn from_operation(operation: Operation) -> Option<Self> {
        let targets = operation.targets()?;
        Some(Self {
            items: (0..targets.len()).collect(),
            operation,
            targets,
        })
    }

    /// Event id and resource id of each item, in the order of [`Self::items`]; where an operation was
    /// made elsewhere, the latter is empty at clouds whose calls name no resource.
    #[must_use]
    pub fn targets(&self) -> &[(String, String)] {
        &self.targets
    }
}

/// The member with the items, where issues are.
const ITEMS: &str = "items";

fn parse_items(
    draft: &BatchDraft,
    act: CloudAction,
    rules: &Rules<'_>,
    issues: &mut Collector,
) -> Option<Vec<BatchItem>> {
    let judge = judge(act, rules);
    if draft.items.is_empty() {
        issues.error(&Path::root().key(ITEMS), IssueKind::NoItems);
        check_batch_password(draft, &judge, issues);
        return None;
    }
    let provider = act.provider();
    let mut index_by_key = IndexByKey::with_capacity(draft.items.len());
    // Where each stands first, for calls that name no event.
    let mut resources = IndexByKey::default();
    let mut items = Vec::with_capacity(draft.items.len());
    for (index, item) in draft.items.iter().enumerate() {
        let reader = DraftReader { item, index };
        let key = identity(provider, item);
        if let Some(first) = index_by_key.insert(&key, index, &|at| {
            let other = draft.items.get(at);
            other.map_or([None; 3], |other| identity(provider, other))
        }) {
            issues.error(&reader.at("event_id"), IssueKind::Duplicate { first });
        } else if act.acts_on_resource()
            && let Some(first) = resources.insert(&resource(item), index, &|at| {
                draft.items.get(at).map_or([None; 3], resource)
            })
        {
            let kind = IssueKind::DuplicateResource { first };
            issues.error(&reader.at("resource_id"), kind);
        }
        let (event_id, resource_id) = reader.ids(provider, issues);
        // Those that cannot be sent are looked up, too: an event may be meant by them.
        let named = Named {
            account: Some(&draft.account),
            id: &item.event_id,
            resource: Some(&item.resource_id),
        };
        let meaning = judge.item(&reader, Some(named), issues).meaning;
        if let (Some(event_id), Some(resource_id), Some(meaning)) = (event_id, resource_id, meaning)
        {
            items.push(BatchItem {
                event_id,
                resource_id,
                when: meaning.when,
                data_policy: meaning.data_policy,
                data_loss: meaning.data_loss,
            });
        }
    }
    check_batch_password(draft, &judge, issues);
    (items.len() == draft.items.len()).then_some(items)
}

/// What no two items of a batch share: the event, with its resource where calls name that.
fn identity(provider: Provider, item: &ItemDraft) -> Key<'_> {
    let resource = provider.names_resource().then(|| item.resource_id.trim());
    [Some(item.event_id.trim()), resource, None]
}

/// What no two items share whose calls name no event.
fn resource(item: &ItemDraft) -> Key<'_> {
    [Some(item.resource_id.trim()), None, None]
}

/// Reads the parts of an item of a draft.
struct DraftReader<'d> {
    item: &'d ItemDraft,
    index: usize,
}

impl DraftReader<'_> {
    fn at(&self, key: &'static str) -> Path {
        Path::field(ITEMS, self.index, key)
    }

    fn ids(
        &self,
        provider: Provider,
        issues: &mut Collector,
    ) -> (Option<EventId>, Option<ResourceId>) {
        let ItemDraft {
            event_id: event,
            resource_id: resource,
            ..
        } = self.item;
        let id = event_id(issues, &self.at("event_id"), provider.event_prefix(), event);
        let resource = if provider.names_resource() {
            let prefix = provider.resource_prefix();
            resource_id(issues, &self.at("resource_id"), prefix, resource)
        } else {
            // No call carries it, so nothing is asked of it.
            Some(ResourceId::opaque(resource.trim()))
        };
        (id, resource)
    }
}

impl ReadItem for DraftReader<'_> {
    type Place = Path;

    fn place(&self, part: ItemPart) -> Path {
        self.at(match part {
            ItemPart::Event => "event_id",
            ItemPart::Timing | ItemPart::Time => "when",
            ItemPart::DataPolicy => "data_policy",
        })
    }

    fn timing(&self, _issues: &mut Collector) -> Part<Timing> {
        match self.item.when {
            None => Part::Absent,
            Some(When::Now) => Part::Given(Timing::Now),
            Some(When::At(_)) => Part::Given(Timing::Later),
        }
    }

    fn has_time(&self) -> bool {
        matches!(self.item.when, Some(When::At(_)))
    }

    fn time(&self, _issues: &mut Collector) -> Option<Timestamp> {
        match self.item.when {
            Some(When::At(at)) => Some(at),
            Some(When::Now) | None => None,
        }
    }

    fn data_policy(&self, _issues: &mut Collector) -> Part<DataPolicy> {
        self.item.data_policy.map_or(Part::Absent, Part::Given)
    }
}

/// One password is for all items.
fn check_batch_password(
    draft: &BatchDraft,
    judge: &Judge<'_, CloudAction>,
    issues: &mut Collector,
) {
    let path = Path::root().key("password");
    let password = draft.password.as_ref().map(Password::reveal);
    let password = password.map_or(Part::Absent, Part::Given);
    let any_now = draft.items.iter().any(|item| item.when == Some(When::Now));
    let is_later = |item: &ItemDraft| matches!(item.when, Some(When::At(_)));
    let all_later = !draft.items.is_empty() && draft.items.iter().all(is_later);
    judge.password(&path, &password, any_now, all_later, issues);
}
