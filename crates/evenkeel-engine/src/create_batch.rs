//! Takes a batch: once for each key, checked by the core's rules, with its password in memory.

use evenkeel::{
    Action, Batch, BatchDraft, DataPolicy, Issue, ItemDraft, Password, Provider, Report, Rules,
    Severity, Timestamp, When,
};
use evenkeel_api::{BatchSummary, Caller, MetRule};
use evenkeel_store::{
    StoreError,
    journal::{self, Created, Destination, FailedItem, NewItem},
};
use sha2::{Digest as _, Sha256};

use crate::{account::Account, approval, engine::Engine};

/// The most issues that are kept: a large batch may have one for each item.
const MOST_ISSUES: usize = 1000;

/// A batch that is asked for.
pub struct BatchRequest {
    /// Whoever asks with it again gets the same batch; others have keys of their own.
    key: String,
    /// Of all that was asked for but the password.
    digest: String,
    draft: BatchDraft,
    retry: Option<Retry>,
    /// Who asks.
    by: Caller,
}

/// It sends the failed items of an earlier batch again.
struct Retry {
    of: String,
    /// Their indexes there.
    indexes: Vec<u32>,
    /// Some took a password, and nobody has said it again or that there is to be none.
    lacks_password: bool,
}

/// The batch that a request led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// A new one, by its id.
    New(String),
    /// One that the same request has led to before.
    Same(String),
}

/// Why a batch is not taken.
#[derive(Debug)]
pub enum CreateBatchError {
    /// The key belongs to another request.
    KeyTaken,
    /// No account of that id is configured.
    UnknownAccount,
    /// The account's cloud has no such action.
    NoSuchAction(Action, Provider),
    /// No item of the earlier batch is rejected or not sent and waits for a retry.
    NothingToRetry,
    /// The account of the earlier batch leads elsewhere.
    Destination(DestinationError),
    /// Items of the earlier batch took a password, and none is kept.
    PasswordNeeded,
    /// It breaks the rules of its action.
    Invalid(Report),
    /// The store refuses.
    Store(StoreError),
}

/// Why a batch cannot go where its account led when it was taken.
#[derive(Debug)]
pub enum DestinationError {
    /// The account leads elsewhere by now.
    Moved {
        /// The account's id.
        account: String,
        /// Where it led.
        then: Destination,
        /// Where it leads.
        now: Destination,
    },
    /// No account of that id is configured any more.
    Missing(String),
    /// The store refuses.
    Store(StoreError),
}

impl From<StoreError> for CreateBatchError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<StoreError> for DestinationError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl BatchRequest {
    /// One of a draft.
    pub fn of_batch(key: String, draft: BatchDraft, by: Caller) -> Self {
        // The shape's own order of members, so that the same wish has the same digest. The password is not
        // written.
        let text = serde_json::to_vec(&draft).unwrap_or_default();
        Self {
            key,
            digest: digest("batch", &text),
            draft,
            retry: None,
            by,
        }
    }

    /// One of the failed items of an earlier batch.
    pub fn of_retry(
        key: String,
        earlier: &BatchSummary,
        failed: Vec<FailedItem>,
        password: Option<Password>,
        by: Caller,
    ) -> Self {
        let indexes = failed.iter().map(|item| item.index).collect();
        let lacks_password = password.is_none() && failed.iter().any(|item| item.took_password);
        let draft = BatchDraft {
            account: earlier.account.clone(),
            action: earlier.action,
            items: failed
                .into_iter()
                .map(|item| ItemDraft {
                    event_id: item.event_id,
                    resource_id: item.resource_id,
                    when: Some(
                        item.plan_at
                            .map_or(When::Now, |at| When::At(Timestamp::from_millis(at))),
                    ),
                    data_policy: item.data_policy,
                })
                .collect(),
            password,
        };
        Self {
            key,
            digest: digest("retry", earlier.id.as_bytes()),
            draft,
            retry: Some(Retry {
                of: earlier.id.clone(),
                indexes,
                lacks_password,
            }),
            by,
        }
    }

    /// The cloud may make a password that nobody sees.
    #[must_use]
    pub fn without_password(mut self) -> Self {
        if let Some(retry) = &mut self.retry {
            retry.lacks_password = false;
        }
        self
    }

    /// The items as they are sent, and what is to be told about them.
    fn checked(
        &self,
        provider: Provider,
        rules: &Rules<'_>,
    ) -> Result<(Vec<NewItem>, Vec<Issue>), Report> {
        let takes_password =
            self.draft.password.is_some() && provider.takes_password(self.draft.action);
        let report = match Batch::parse(provider, &self.draft, rules) {
            Ok(checked) => {
                let items = checked.value.items().iter().map(|item| {
                    let (event, resource) = (item.event_id.as_str(), item.resource_id.as_str());
                    new_item(event, resource, item.when, item.data_policy, takes_password)
                });
                return Ok((items.collect(), checked.issues));
            }
            Err(report) => report,
        };
        // Of a retry nobody can mend an item. What can still be sent is; of the rest the sender
        // says why not.
        if self.retry.is_none() || all_refused(&report, self.draft.items.len()) {
            return Err(report);
        }
        let items = self.draft.items.iter().map(|item| {
            let when = item.when.unwrap_or(When::Now);
            let (event_id, resource_id) = (&item.event_id, &item.resource_id);
            new_item(
                event_id,
                resource_id,
                when,
                item.data_policy,
                takes_password,
            )
        });
        Ok((items.collect(), report.issues))
    }
}

/// An item as it is kept. `takes_password` is of a batch whose action takes one, and that has one.
fn new_item(
    event_id: &str,
    resource_id: &str,
    when: When,
    data_policy: Option<DataPolicy>,
    takes_password: bool,
) -> NewItem {
    NewItem {
        event_id: event_id.trim().to_owned(),
        // Opaque where the cloud asks nothing of it.
        resource_id: resource_id.trim().replace(char::is_control, ""),
        plan_at: match when {
            When::Now => None,
            When::At(at) => Some(at.as_millis()),
        },
        data_policy,
        takes_password: takes_password && when == When::Now,
        due_at: 0,
    }
}

impl Engine {
    /// Takes a batch, unless it is there already.
    ///
    /// # Errors
    /// Why it is not taken; then nothing of it is kept.
    pub async fn create_batch(&self, request: BatchRequest) -> Result<Taken, CreateBatchError> {
        // Before any rule: a wish that was granted stays granted, whatever time it is by now.
        match self
            .store
            .batch_of_key(&request.by.actor.who, &request.key, &request.digest)
            .await?
        {
            Some(Created::Same(id)) => return Ok(Taken::Same(id)),
            Some(_) => return Err(CreateBatchError::KeyTaken),
            None => {}
        }
        let account = self
            .account(&request.draft.account)
            .ok_or(CreateBatchError::UnknownAccount)?;
        let (provider, action) = (account.provider(), request.draft.action);
        if !provider.actions().contains(&action) {
            return Err(CreateBatchError::NoSuchAction(action, provider));
        }
        if let Some(retry) = &request.retry {
            if request.draft.items.is_empty() {
                return Err(CreateBatchError::NothingToRetry);
            }
            self.require_destination(&retry.of)
                .await
                .map_err(CreateBatchError::Destination)?;
            if retry.lacks_password {
                return Err(CreateBatchError::PasswordNeeded);
            }
        }
        let now = self.clock.now_ms();
        let ids: Vec<&str> = request
            .draft
            .items
            .iter()
            .map(|item| item.event_id.trim())
            .collect();
        let events = self
            .store
            .events_by_id(&request.draft.account, &ids)
            .await?;
        let rules = Rules {
            now: Timestamp::from_millis(now),
            events: &events,
        };
        let (items, issues) = request
            .checked(provider, &rules)
            .map_err(CreateBatchError::Invalid)?;
        let of = (request.draft.account.as_str(), provider, action);
        let met = approval::met(&self.policy, &self.store, of, &items, now).await?;
        self.write_batch(account, request, items, (&issues, &met), now)
            .await
    }

    /// A batch goes where its account led when it was taken, or nowhere.
    ///
    /// # Errors
    /// When it leads elsewhere, or nowhere.
    pub async fn require_destination(&self, batch_id: &str) -> Result<(), DestinationError> {
        let Some((account, Some(then))) = self.store.batch_destination(batch_id).await? else {
            return Ok(());
        };
        match self.account(&account).map(|known| known.destination()) {
            Some(now) if now == then => Ok(()),
            Some(now) => Err(DestinationError::Moved { account, then, now }),
            None => Err(DestinationError::Missing(account)),
        }
    }

    async fn write_batch(
        &self,
        account: &Account,
        request: BatchRequest,
        items: Vec<NewItem>,
        (issues, met): (&[Issue], &[MetRule]),
        now: i64,
    ) -> Result<Taken, CreateBatchError> {
        let told: Vec<&Issue> = issues.iter().take(MOST_ISSUES).collect();
        let password: Option<Password> = request
            .draft
            .password
            // Whoever approves it says it again: nothing waits for a person with a password in memory.
            .filter(|_| met.is_empty() && items.iter().any(|item| item.takes_password));
        let (retry_of, retried) = match request.retry {
            Some(retry) => (Some(retry.of), retry.indexes),
            None => (None, Vec::new()),
        };
        let batch = journal::NewBatch {
            id: self.journal.new_batch_id(),
            account: request.draft.account,
            action: request.draft.action,
            created_at: now,
            by: request.by,
            retry_of,
            retried,
            destination: account.destination(),
            idempotency_key: request.key,
            body_digest: request.digest,
            issues: serde_json::to_string(&told).unwrap_or_else(|_| "[]".to_owned()),
            approval: self.policy.asks(met, now),
            password_at: password
                .is_some()
                .then(|| self.journal.proxy_id().to_owned()),
        };
        if let Some(password) = password {
            // Before the items can be seen: without it they would not be sent.
            self.journal.keep_password(&batch.id, password);
        }
        fail_point!("journal::before_create");
        let created = self.store.create_batch(&batch, &items).await;
        fail_point!("journal::created");
        let earlier = match created {
            Ok(Created::New) => {
                self.notifier.wake_sender(&batch.account);
                return Ok(Taken::New(batch.id));
            }
            Ok(Created::Same(id)) => Ok(Taken::Same(id)),
            Ok(Created::Conflict) => Err(CreateBatchError::KeyTaken),
            Ok(Created::Changed) => Err(CreateBatchError::NothingToRetry),
            Err(error) => Err(error.into()),
        };
        // No batch of this id is there.
        self.journal.forget_password(&batch.id);
        earlier
    }
}

fn digest(kind: &str, text: &[u8]) -> String {
    let hash = Sha256::new()
        .chain_update(kind)
        .chain_update([0])
        .chain_update(text)
        .finalize();
    format!("{hash:x}")
}

/// Whether there is an error at every item, or at the batch as a whole.
pub(crate) fn all_refused(report: &Report, items: usize) -> bool {
    let mut refused = std::collections::HashSet::new();
    for issue in &report.issues {
        if issue.severity != Severity::Error {
            continue;
        }
        match issue.path.item_index() {
            Some(index) => refused.insert(index),
            None => return true,
        };
    }
    refused.len() == items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_wish_has_the_digest_that_it_always_had() {
        let body = r#"{"account":"edge","action":"migrate","items":[{"event_id":"e-1","resource_id":"i-1","when":"now","data_policy":"abandon"}]}"#;
        let digest = |body: &str| {
            let draft = serde_json::from_str(body).unwrap();
            BatchRequest::of_batch("key".to_owned(), draft, Caller::local()).digest
        };
        // By this digest a batch is known again that an earlier version has taken.
        let known = "17a26cbc404aeeff1b65386cfdc90bcd67f1fa5a7c187bf8a117716ffd0941ab";
        assert_eq!(digest(body), known);
        let with_password = body.replace("]}", r#"],"password":"Canary77"}"#);
        assert_eq!(digest(&with_password), known);
        let spread_out = body.replace(',', " ,\n ");
        assert_eq!(digest(&spread_out), known);
        assert_ne!(digest(&body.replace("e-1", "e-2")), known);
    }
}
