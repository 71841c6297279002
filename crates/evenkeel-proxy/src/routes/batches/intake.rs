//! Taking a batch: once for each key, checked by the core's rules, with its password in memory.

use axum::http::HeaderMap;
use evenkeel::{
    Action, Batch, BatchDraft, Issue, ItemDraft, Password, Provider, Report, Rules, Severity,
    Timestamp, When,
};
use evenkeel_api::{BatchSummary, headers};
use evenkeel_store::journal::{self, Created, FailedItem, NewItem};
use sha2::{Digest as _, Sha256};

use crate::{
    account::Account,
    app::App,
    problem::{Problem, ProblemCode},
};

/// The most issues that are told and kept: a large batch may have one for each item.
const MOST_ISSUES: usize = 1000;
/// The longest key, in bytes.
const KEY_MAX: usize = 255;

/// What is to be taken.
pub(super) struct Intake {
    key: String,
    /// Of all that was asked for but the password.
    digest: String,
    draft: BatchDraft,
    retry: Option<Retry>,
}

/// It sends the failed items of an earlier batch again.
struct Retry {
    of: String,
    /// Their places there.
    places: Vec<u32>,
    /// Some took a password, and nobody has said it again or that there is to be none.
    lacks_password: bool,
}

/// What became of it.
pub(super) enum Taken {
    New(String),
    Same(String),
}

/// The `Idempotency-Key`.
pub(super) fn key(headers: &HeaderMap) -> Result<String, Problem> {
    let mut keys = headers.get_all(headers::IDEMPOTENCY_KEY).iter();
    let key = keys
        .next()
        .and_then(|key| key.to_str().ok())
        .filter(|key| (1..=KEY_MAX).contains(&key.len()))
        .filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic()));
    match key {
        Some(key) if keys.next().is_none() => Ok(key.to_owned()),
        _ => Err(Problem::new(
            ProblemCode::IdempotencyKeyNeeded,
            format!(
                "the header `Idempotency-Key` must be one text of 1 to {KEY_MAX} visible ASCII characters, \
                 a new one for each batch and the same one when the same batch is asked for again"
            ),
        )),
    }
}

impl Intake {
    pub(super) fn of_batch(key: String, draft: BatchDraft) -> Self {
        // The shape's own order of members, so that the same wish has the same digest. The password is not
        // written.
        let text = serde_json::to_vec(&draft).unwrap_or_default();
        Self {
            key,
            digest: digest("batch", &text),
            draft,
            retry: None,
        }
    }

    pub(super) fn of_retry(
        key: String,
        earlier: &BatchSummary,
        failed: Vec<FailedItem>,
        password: Option<Password>,
    ) -> Self {
        let places = failed.iter().map(|item| item.place).collect();
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
                places,
                lacks_password,
            }),
        }
    }

    /// The cloud may make a password that nobody sees.
    pub(super) fn without_password(mut self) -> Self {
        if let Some(retry) = &mut self.retry {
            retry.lacks_password = false;
        }
        self
    }

    /// Takes it, unless it is there already.
    pub(super) async fn take(self, app: &App) -> Result<Taken, Problem> {
        // Before any rule: a wish that was granted stays granted, whatever time it is by now.
        match app
            .engine
            .store
            .batch_of_key(&self.key, &self.digest)
            .await?
        {
            Some(Created::Same(id)) => return Ok(Taken::Same(id)),
            Some(_) => return Err(conflict()),
            None => {}
        }
        let account = app
            .engine
            .account(&self.draft.account)
            .ok_or_else(Problem::unknown_account)?;
        if !account.provider().actions().contains(&self.draft.action) {
            let detail = format!(
                "`{}` is no action of `{}` accounts",
                self.draft.action,
                account.provider()
            );
            return Err(Problem::new(ProblemCode::InvalidParameters, detail).unprocessable());
        }
        if self.retry.is_some() && self.draft.items.is_empty() {
            return Err(nothing_to_retry());
        }
        if let Some(retry) = &self.retry {
            super::require_destination(app, &retry.of).await?;
        }
        if self
            .retry
            .as_ref()
            .is_some_and(|retry| retry.lacks_password)
        {
            return Err(Problem::new(
                ProblemCode::PasswordNeeded,
                "items of the batch took a password, and none is kept: say it again as `password`, or \
                 `\"without_password\": true` to have the cloud make one that nobody sees",
            ));
        }
        let now = app.engine.clock.now_ms();
        let ids: Vec<&str> = self
            .draft
            .items
            .iter()
            .map(|item| item.event_id.trim())
            .collect();
        let events = app
            .engine
            .store
            .events_by_id(&self.draft.account, &ids)
            .await?;
        let rules = Rules {
            now: Timestamp::from_millis(now),
            events: &events,
        };
        let (items, issues) = self.checked(account.provider(), &rules)?;
        self.create(app, account, items, &issues, now).await
    }

    /// The items as they are sent, and what is to be told about them.
    fn checked(
        &self,
        provider: Provider,
        rules: &Rules<'_>,
    ) -> Result<(Vec<NewItem>, Vec<Issue>), Problem> {
        let report = match Batch::parse(provider, &self.draft, rules) {
            Ok(checked) => {
                let items = checked.value.items().iter().map(|item| {
                    let event_id = item.event_id.as_str();
                    self.item(
                        event_id,
                        item.resource_id.as_str(),
                        item.when,
                        item.data_policy,
                    )
                });
                return Ok((items.collect(), checked.issues));
            }
            Err(report) => report,
        };
        // Of a retry nobody can mend an item. What can still be sent is; of the rest the sender
        // says why not.
        if self.retry.is_none() || all_refused(&report, self.draft.items.len()) {
            return Err(refused(report));
        }
        let items = self.draft.items.iter().map(|item| {
            let when = item.when.unwrap_or(When::Now);
            self.item(&item.event_id, &item.resource_id, when, item.data_policy)
        });
        Ok((items.collect(), report.issues))
    }

    fn item(
        &self,
        event_id: &str,
        resource_id: &str,
        when: When,
        data_policy: Option<evenkeel::DataPolicy>,
    ) -> NewItem {
        NewItem {
            event_id: event_id.trim().to_owned(),
            // Opaque at Huawei, where nothing was asked of it.
            resource_id: resource_id.trim().replace(char::is_control, ""),
            plan_at: match when {
                When::Now => None,
                When::At(at) => Some(at.as_millis()),
            },
            data_policy,
            takes_password: self.draft.password.is_some()
                && self.draft.action == Action::Migrate
                && when == When::Now,
            due_at: 0,
        }
    }

    async fn create(
        self,
        app: &App,
        account: &Account,
        items: Vec<NewItem>,
        issues: &[Issue],
        now: i64,
    ) -> Result<Taken, Problem> {
        let told: Vec<&Issue> = issues.iter().take(MOST_ISSUES).collect();
        let password: Option<Password> = self
            .draft
            .password
            .filter(|_| items.iter().any(|item| item.takes_password));
        let (retry_of, retried) = match self.retry {
            Some(retry) => (Some(retry.of), retry.places),
            None => (None, Vec::new()),
        };
        let batch = journal::NewBatch {
            id: app.engine.journal.new_batch_id(),
            account: self.draft.account,
            action: self.draft.action,
            created_at: now,
            retry_of,
            retried,
            destination: account.destination(),
            idempotency_key: self.key,
            body_digest: self.digest,
            issues: serde_json::to_string(&told).unwrap_or_else(|_| "[]".to_owned()),
            password_at: password
                .is_some()
                .then(|| app.engine.journal.proxy_id().to_owned()),
        };
        if let Some(password) = password {
            // Before the items can be seen: without it they would not be sent.
            app.engine.journal.keep_password(&batch.id, password);
        }
        fail_point!("journal::before_create");
        let created = app.engine.store.create_batch(&batch, &items).await;
        fail_point!("journal::created");
        match created {
            Ok(Created::New) => {
                app.engine.notifier.wake_sender(&batch.account);
                Ok(Taken::New(batch.id))
            }
            Ok(Created::Same(id)) => {
                app.engine.journal.forget_password(&batch.id);
                Ok(Taken::Same(id))
            }
            Ok(Created::Conflict) => {
                app.engine.journal.forget_password(&batch.id);
                Err(conflict())
            }
            Ok(Created::Changed) => {
                app.engine.journal.forget_password(&batch.id);
                Err(nothing_to_retry())
            }
            Err(error) => {
                app.engine.journal.forget_password(&batch.id);
                Err(error.into())
            }
        }
    }
}

fn digest(kind: &str, text: &[u8]) -> String {
    use std::fmt::Write as _;

    let mut hash = Sha256::new();
    hash.update(kind);
    hash.update([0]);
    hash.update(text);
    hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Whether there is an error at every item, or at the batch as a whole.
fn all_refused(report: &Report, items: usize) -> bool {
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

fn refused(mut report: Report) -> Problem {
    let all = report.issues.len();
    let mut detail = "the batch breaks the rules of its action".to_owned();
    if all > MOST_ISSUES {
        let issues = &mut report.issues;
        issues.retain(|issue| issue.severity == Severity::Error);
        issues.truncate(MOST_ISSUES);
        detail = format!(
            "{detail} in {all} places; the first {} errors are listed",
            issues.len()
        );
    }
    Problem::new(ProblemCode::InvalidParameters, detail)
        .unprocessable()
        .with_issues(report)
}

fn nothing_to_retry() -> Problem {
    Problem::new(
        ProblemCode::NothingToRetry,
        "no item of the batch is rejected or not sent and waits for a retry: one that another batch sends \
         again by now (`retried_by`) is retried there",
    )
}

fn conflict() -> Problem {
    Problem::new(
        ProblemCode::IdempotencyConflict,
        "this `Idempotency-Key` belongs to another request; take a new key for a new batch",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_wish_has_the_digest_that_it_always_had() {
        let body = r#"{"account":"edge","action":"migrate","items":[{"event_id":"e-1","resource_id":"i-1","when":"now","data_policy":"abandon"}]}"#;
        let digest = |body: &str| {
            let draft = serde_json::from_str(body).unwrap();
            Intake::of_batch("key".to_owned(), draft).digest
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
