//! A batch: one account, one action, many events, a time for each.

use serde::{Deserialize, Serialize};

use crate::action::{Action, DataLoss, DataPolicy};
use crate::body::objects;
use crate::clouds::CloudAction;
use crate::event::Event;
use crate::fields::{event_id, resource_id};
use crate::hash::{Key, Places};
use crate::id::ResourceId;
use crate::issue::IssueKind;
use crate::item::{BatchItem, When, target};
use crate::operation::Operation;
use crate::password::Password;
use crate::path::Path;
use crate::provider::Provider;
use crate::report::{Checked, Collector, Report};
use crate::rules::{
    ActionRules, Bound, KnownEvents, Needs, Rules, check_fit, check_password, check_plan,
    warn_of_certain_loss,
};
use crate::time::Timestamp;

/// An unchecked batch. With serde it is read as a request has it, and written without its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
        let needs = cloud_action.needs();
        let items = parse_items(draft, cloud_action, rules, &mut issues);
        check_batch_password(draft, needs, &mut issues);
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

fn parse_items(
    draft: &BatchDraft,
    act: CloudAction,
    rules: &Rules<'_>,
    issues: &mut Collector,
) -> Option<Vec<BatchItem>> {
    let path = Path::root().key("items");
    if draft.items.is_empty() {
        issues.error(&path, IssueKind::NoItems);
        return None;
    }
    let reader = ItemReader {
        draft,
        act,
        provider: act.provider(),
        needs: act.needs(),
        now: rules.now,
        known: KnownEvents::new(rules),
    };
    let mut places = Places::with_capacity(draft.items.len());
    let mut items = Vec::with_capacity(draft.items.len());
    for (index, item) in draft.items.iter().enumerate() {
        let path = path.index(index);
        let key = reader.identity(item);
        if let Some(first) = places.insert(&key, index, &|at| match draft.items.get(at) {
            Some(other) => reader.identity(other),
            None => [None; 3],
        }) {
            issues.error(&path.key("event_id"), IssueKind::Duplicate { first });
        }
        items.extend(reader.item(item, &path, issues));
    }
    (items.len() == draft.items.len()).then_some(items)
}

/// Checks the items of a draft.
struct ItemReader<'d> {
    draft: &'d BatchDraft,
    act: CloudAction,
    provider: Provider,
    needs: Needs,
    now: Timestamp,
    known: KnownEvents<'d>,
}

impl ItemReader<'_> {
    /// What no two items of a batch share: the event, with its resource where calls name that.
    fn identity<'d>(&self, item: &'d ItemDraft) -> Key<'d> {
        let resource = self
            .provider
            .names_resource()
            .then(|| item.resource_id.trim());
        [Some(item.event_id.trim()), resource, None]
    }

    fn item(&self, item: &ItemDraft, path: &Path, issues: &mut Collector) -> Option<BatchItem> {
        let provider = self.provider;
        let id = event_id(
            issues,
            &path.key("event_id"),
            provider.event_prefix(),
            &item.event_id,
        );
        let resource = if provider.names_resource() {
            let path = path.key("resource_id");
            resource_id(issues, &path, provider.resource_prefix(), &item.resource_id)
        } else {
            // No call carries it, so nothing is asked of it.
            Some(ResourceId::opaque(item.resource_id.trim()))
        };
        let event = self.known.find(
            Some(&self.draft.account),
            &item.event_id,
            Some(&item.resource_id),
        );
        if let Some(event) = event {
            let path = path.key("event_id");
            check_fit(issues, &path, self.act, event);
            warn_of_certain_loss(issues, &path, self.act, event);
        }
        let when = self.when(item.when, event, &path.key("when"), issues);
        let policy_fits = self.check_policy(item.data_policy, &path.key("data_policy"), issues);
        let data_loss = match item.data_policy {
            Some(policy) => policy.data_loss(),
            None => self.act.data_loss(event.map(|event| event.event_type.kind)),
        };
        let (event_id, resource_id, when) = (id?, resource?, when?);
        policy_fits.then_some(BatchItem {
            event_id,
            resource_id,
            when,
            data_policy: item.data_policy,
            data_loss,
        })
    }

    fn when(
        &self,
        when: Option<When>,
        event: Option<&Event>,
        path: &Path,
        issues: &mut Collector,
    ) -> Option<When> {
        let action = self.draft.action;
        match when {
            None => {
                let assumed = self.needs.missing_time;
                issues.error(path, IssueKind::Missing { assumed });
                None
            }
            Some(When::Now) if !self.needs.may_be_now => {
                issues.error(path, IssueKind::NotForAction { action });
                None
            }
            Some(When::Now) => Some(When::Now),
            Some(When::At(at)) => {
                // What is sent is what is checked.
                let at = self.act.as_sent(at);
                let bound = event.map_or(Bound::None, Event::bound);
                check_plan(issues, path, at, self.now, bound);
                Some(When::At(at))
            }
        }
    }

    /// Tells whether the choice about the data may stand.
    fn check_policy(
        &self,
        policy: Option<DataPolicy>,
        path: &Path,
        issues: &mut Collector,
    ) -> bool {
        let action = self.draft.action;
        match (self.needs.missing_data_policy, policy) {
            (Some(_), Some(DataPolicy::Abandon)) => {
                let data_loss = DataLoss::Certain;
                issues.warning(path, IssueKind::LosesData { data_loss });
            }
            (assumed @ Some(_), None) => {
                issues.error(path, IssueKind::Missing { assumed });
                return false;
            }
            (None, Some(_)) => {
                issues.error(path, IssueKind::NotForAction { action });
                return false;
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
        true
    }
}

fn check_batch_password(draft: &BatchDraft, needs: Needs, issues: &mut Collector) {
    let path = Path::root().key("password");
    let action = draft.action;
    let any_now = draft.items.iter().any(|item| item.when == Some(When::Now));
    match &draft.password {
        None if needs.takes_password && any_now => issues.warning(&path, IssueKind::PasswordRandom),
        None => {}
        Some(_) if !needs.takes_password => {
            issues.error(&path, IssueKind::NotForAction { action });
        }
        Some(password) => {
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
