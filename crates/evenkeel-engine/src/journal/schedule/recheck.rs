//! The rules once more, before a call: only the time has changed since the batch was taken.

use evenkeel::{
    Action, Batch, BatchDraft, Issue, ItemDraft, Locale, Password, Report, Rules, Severity,
    Timestamp, When,
};
use evenkeel_api::ItemReason;
use evenkeel_store::journal::DueItem;

use super::{Circumstances, Stop};

/// Items held against the rules once more: a planned time may have come meanwhile.
#[derive(Default)]
pub(super) struct Rechecked<'c> {
    pub(super) stops: Vec<Stop>,
    /// Those that may still be sent, in the order of the batch's items.
    pub(super) items: Vec<&'c DueItem>,
    pub(super) batch: Option<Batch>,
}

/// Checks items of one batch together; what breaks a rule is stopped, and the rest checked again.
pub(super) fn recheck<'c>(
    items: Vec<&'c DueItem>,
    password: Option<&Password>,
    at: &Circumstances<'_>,
) -> Rechecked<'c> {
    let Some(action) = items.first().map(|item| item.action) else {
        return Rechecked::default();
    };
    let report = match checked(action, &items, password, at) {
        Ok(batch) => {
            return Rechecked {
                stops: Vec::new(),
                items,
                batch: Some(batch),
            };
        }
        Err(report) => report,
    };
    let mut good = Vec::new();
    let mut stops = Vec::new();
    for (index, item) in items.iter().enumerate() {
        // One at no item is about all of them.
        let is_of_item = |issue: &&Issue| issue.path.item_index().is_none_or(|at| at == index);
        let error = report
            .issues
            .iter()
            .filter(|issue| issue.severity == Severity::Error)
            .find(is_of_item);
        match error {
            None => good.push(*item),
            Some(error) => stops.push(Stop {
                batch_id: item.batch_id.clone(),
                index: item.index,
                reason: ItemReason::Invalid,
                issue: Some((error.code(), error.message(Locale::En))),
            }),
        }
    }
    if stops.is_empty() {
        // INVARIANT: what is refused has an error; without one, nothing is sent.
        return Rechecked::default();
    }
    let rest = recheck(good, password, at);
    stops.extend(rest.stops);
    Rechecked { stops, ..rest }
}

/// The password that a call for these items carries.
pub(super) fn carried(items: &[&DueItem], password: Option<&Password>) -> Option<Password> {
    password
        .filter(|_| items.iter().any(|item| item.takes_password))
        .cloned()
}

fn checked(
    action: Action,
    items: &[&DueItem],
    password: Option<&Password>,
    at: &Circumstances<'_>,
) -> Result<Batch, Report> {
    let draft = BatchDraft {
        account: at.account.to_owned(),
        action,
        items: items
            .iter()
            .map(|item| ItemDraft {
                event_id: item.event_id.clone(),
                resource_id: item.resource_id.clone(),
                when: Some(
                    item.plan_at
                        .map_or(When::Now, |at| When::At(Timestamp::from_millis(at))),
                ),
                data_policy: item.data_policy,
            })
            .collect(),
        password: carried(items, password),
    };
    let rules = Rules::at(Timestamp::from_millis(at.now));
    Batch::parse(at.provider, &draft, &rules).map(|checked| checked.value)
}
