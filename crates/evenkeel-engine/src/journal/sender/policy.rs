//! What nobody approved is held against the policy once more before it leaves: a time may have come since it was ordered,
//! or another policy.

use std::collections::{HashMap, HashSet};

use evenkeel_api::ItemReason;
use evenkeel_store::{StoreError, journal::DueItem};

use super::Sender;
use crate::approval;

/// How many batches are remembered at a time.
const MOST: usize = 10_000;

/// The batches that need no approval while the same rules apply.
#[derive(Debug, Default)]
pub(super) struct Cleared {
    active: Vec<bool>,
    batches: HashSet<String>,
}

impl Sender {
    /// Adds to what is not to be sent what needs an approval by now and has none.
    pub(super) async fn add_unapproved(
        &mut self,
        due_items: &[DueItem],
        void: &mut HashMap<String, ItemReason>,
        now: i64,
    ) -> Result<(), StoreError> {
        let policy = &self.journal.policy;
        if !policy.has_rules() {
            return Ok(());
        }
        let active = policy.active(now);
        if self.cleared.active != active || self.cleared.batches.len() > MOST {
            self.cleared.active = active;
            self.cleared.batches.clear();
        }
        for item in due_items {
            let id = &item.batch_id;
            if void.contains_key(id) || self.cleared.batches.contains(id) {
                continue;
            }
            let Some(planned) = self.journal.store.planned_batch(id).await? else {
                continue;
            };
            // One that has an approval is looked at in the intent's transaction.
            if planned.approval.is_none() {
                let provider = self.account.provider();
                let of = (planned.account.as_str(), provider, planned.action);
                let store = &self.journal.store;
                let met = approval::met(policy, store, of, &planned.items, now).await?;
                if let Some(rule) = met.first() {
                    tracing::warn!(
                        batch = id,
                        rule = rule.name,
                        "by now it needs an approval: it is not sent"
                    );
                    void.insert(id.clone(), ItemReason::ApprovalNeeded);
                    continue;
                }
            }
            self.cleared.batches.insert(id.clone());
        }
        Ok(())
    }
}
