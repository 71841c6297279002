//! Rows as the types that are shown.

use evenkeel::{Action, DataPolicy, Provider, Timestamp, When};
use evenkeel_api::{Item, ItemState, ReportedReason, SettledBy};
use sqlx::{Row as _, any::AnyRow};

use crate::{StoreError, StoreErrorKind, events::sort_rank};

/// The columns of [`item`], with [`super::maintenance::column`].
pub(super) const ITEM: &str = "place, event_id, resource_id, plan_at, data_policy, state, reason, \
                               code, message, request_id, settled_by, signed_at, updated_at, attempts, \
                               password_at, due_at, retried_in";

/// How long after the time of its signature a call can still be taken, ms: the 15 minutes that both
/// clouds allow, and one for the clouds' own clocks.
pub(crate) const SIGNATURE_LIFE_MS: i64 = 16 * 60 * 1000;

fn odd(what: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Corrupt,
        format!("an item has no known {what}"),
    )
}

pub(super) fn state(text: &str) -> Result<ItemState, StoreError> {
    ItemState::parse(text).ok_or_else(|| odd("state"))
}

pub(super) fn action(text: &str) -> Result<Action, StoreError> {
    text.parse().map_err(|_| odd("action"))
}

/// The provider of a batch, which its destination begins with. One of an account that was gone before
/// destinations were written down has none; its account's events tell, if any are left, and else the order in which
/// clouds came to be: every later one came with destinations.
pub(super) fn provider(cloud: Option<String>, action: Action) -> Result<Provider, StoreError> {
    match cloud {
        Some(cloud) => cloud.split(' ').next().and_then(|name| name.parse().ok()),
        None => Provider::with_action(action),
    }
    .ok_or_else(|| odd("destination"))
}

pub(super) fn policy(text: Option<String>) -> Result<Option<DataPolicy>, StoreError> {
    text.map(|text| text.parse().map_err(|_| odd("data policy")))
        .transpose()
}

pub(super) fn index(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| odd("index"))
}

pub(super) fn when(plan_at: Option<i64>) -> When {
    plan_at.map_or(When::Now, |at| When::At(Timestamp::from_millis(at)))
}

/// The item that stands at these columns.
pub(super) fn item(row: &AnyRow) -> Result<Item, StoreError> {
    let state = state(row.try_get("state")?)?;
    let signed_at: Option<i64> = row.try_get("signed_at")?;
    let settled_by: Option<String> = row.try_get("settled_by")?;
    Ok(Item {
        index: index(row.try_get("place")?)?,
        event_id: row.try_get("event_id")?,
        resource_id: row.try_get("resource_id")?,
        resource: None,
        when: when(row.try_get("plan_at")?),
        data_policy: policy(row.try_get("data_policy")?)?,
        state,
        maintenance: row
            .try_get::<Option<i64>, _>("maintenance")?
            .map(sort_rank::state),
        reason: row
            .try_get::<Option<String>, _>("reason")?
            .map(ReportedReason::from),
        code: row.try_get("code")?,
        message: row.try_get("message")?,
        request_id: row.try_get("request_id")?,
        settled_by: settled_by.and_then(|text| match text.as_str() {
            "reader" => Some(SettledBy::Reader),
            "person" => Some(SettledBy::Person),
            _ => None,
        }),
        takes_password: row.try_get::<Option<String>, _>("password_at")?.is_some(),
        due_at: Some(row.try_get("due_at")?)
            .filter(|due_at| state == ItemState::Queued && *due_at > 0)
            .map(Timestamp::from_millis),
        retried_in: row.try_get("retried_in")?,
        may_resend_at: signed_at
            .filter(|_| state == ItemState::Unknown)
            .map(|at| Timestamp::from_millis(at.saturating_add(SIGNATURE_LIFE_MS))),
        updated_at: Timestamp::from_millis(row.try_get("updated_at")?),
        attempts: index(row.try_get("attempts")?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_of_the_cloud_that_its_destination_begins_with() {
        let of = |cloud: Option<&str>| provider(cloud.map(str::to_owned), Action::Reboot);
        let huawei = of(Some("huawei-ecs https://ecs.example p")).unwrap();
        assert_eq!(huawei, Provider::HuaweiEcs);
        assert_eq!(of(None).unwrap(), Provider::Ens);
        assert!(of(Some("a-cloud-of-tomorrow https://x ")).is_err());
    }
}
