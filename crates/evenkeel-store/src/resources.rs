//! What is known of the resources that events are about: from the events themselves, from the clouds, from the
//! operator's inventory. Events show it; nothing is found by it that an id should name.

mod inventory;
mod known;

pub use inventory::InventoryEntry;
pub use known::Answered;
pub(crate) use known::{Knowledge, known, write_read, write_said};

use sqlx::Row as _;

use crate::{StoreError, Tx};

/// Locks what events say of their resources until the end of the transaction, and gives the label that events are
/// counted by. Before any event is written: whoever reads what is known and writes it beside events must not be
/// overtaken in between.
pub(crate) async fn lock(tx: &mut Tx) -> Result<Option<String>, StoreError> {
    let row = sqlx::query("UPDATE resource_state SET id = id WHERE id = 1 RETURNING group_by")
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.try_get(0)?)
}
