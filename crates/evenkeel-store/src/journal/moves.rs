//! The one way in which an item comes into another state: [`Tx::state_update`] is the beginning of every
//! statement that writes one, and refuses what [`ItemState::may_become`] does not allow.

use std::fmt::Write as _;

use evenkeel_api::{Actor, Caller, ItemReason, ItemState, SettledBy};
use sqlx::{AssertSqlSafe, Row as _};

use super::{index_ranges, row, steps::actor_text, write_index_ranges};
use crate::{Change, StoreError, StoreErrorKind, Topic, Tx, sql};

/// Which items may move: those that are as whoever decided saw them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected<'a> {
    /// In one of these states.
    pub states: &'a [ItemState],
    /// And this is their last call, where that matters.
    pub call: Option<&'a str>,
}

/// What they become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextState<'a> {
    /// The state.
    pub state: ItemState,
    /// Why; one of the state's reasons.
    pub reason: Option<ItemReason>,
    /// The cloud's code.
    pub code: Option<&'a str>,
    /// The cloud's words.
    pub message: Option<&'a str>,
    /// The cloud's id of the request; the one before is kept where there is none.
    pub request_id: Option<&'a str>,
    /// Who settled it; where nobody is named, whoever did before.
    pub settled_by: Option<SettledBy>,
    /// Nobody had to settle it: this is what its call brought.
    pub is_own: bool,
    /// Queued: not before this, ms since the Unix epoch.
    pub due_at: i64,
    /// What the history says, for a person.
    pub detail: Option<&'a str>,
    /// Whose word it is; nothing where the proxy goes on by itself.
    pub by: Option<&'a Caller>,
}

impl NextState<'_> {
    /// A state, and nothing to say about it.
    #[must_use]
    pub fn state(state: ItemState) -> Self {
        Self {
            state,
            reason: None,
            code: None,
            message: None,
            request_id: None,
            settled_by: None,
            is_own: false,
            due_at: 0,
            detail: None,
            by: None,
        }
    }

    /// With a reason.
    #[must_use]
    pub fn because(self, reason: ItemReason) -> Self {
        Self {
            reason: Some(reason),
            ..self
        }
    }
}

/// What is known of a batch whose row is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Locked {
    /// A person has to let it go on, or it is not there: nothing of it is to be sent.
    pub(super) is_held: bool,
    /// It needs an approval, whether it has one or not.
    pub(super) needs_approval: bool,
}

fn settled_by(by: SettledBy) -> &'static str {
    match by {
        SettledBy::Reader => "reader",
        SettledBy::Person => "person",
    }
}

/// What is wrong with a move, if it is none that an item makes.
fn forbidden(from: &[ItemState], to: ItemState, reason: Option<ItemReason>) -> Option<String> {
    if let Some(from) = from.iter().find(|from| !from.may_become(to)) {
        return Some(format!("an item that is `{from}` cannot become `{to}`"));
    }
    let reason = reason.filter(|reason| !reason.states().contains(&to))?;
    Some(format!("`{reason}` is no reason to be `{to}`"))
}

impl Tx {
    /// Moves those of a batch's items that are still as `from` says, and gives their indexes.
    ///
    /// Whoever moves items of several batches goes by the batches' ids, upwards: each batch's row is
    /// locked first, so that no two writers wait for each other.
    ///
    /// # Errors
    /// When the database refuses; and when an item may not come into that state from one of those, or not
    /// for that reason: then nothing of the transaction is written, whoever goes on with it.
    pub async fn move_items(
        &mut self,
        batch_id: &str,
        indexes: &[u32],
        from: Expected<'_>,
        to: &NextState<'_>,
        now: i64,
    ) -> Result<Vec<u32>, StoreError> {
        let update = self.state_update(
            from.states,
            to.state,
            to.reason,
            "code = $4, message = $5, request_id = COALESCE($6, request_id), \
             settled_by = CASE WHEN $10 = 1 THEN NULL ELSE COALESCE($7, settled_by) END, \
             updated_at = $8, due_at = $9, steps = steps + 1, \
             tried_at = CASE WHEN state = 'unknown' THEN NULL ELSE tried_at END",
        )?;
        let mut moved = Vec::new();
        self.touch_batch(batch_id, now).await?;
        for indexes in indexes.chunks(index_ranges::MAX_ITEMS) {
            let update = update.clone();
            moved.extend(
                self.move_some(update, batch_id, indexes, from, to, now)
                    .await?,
            );
        }
        Ok(moved)
    }

    /// The statement that brings items of a batch, `$1`, from these states into another one, `$2`, for a
    /// reason, `$3`, and sets what else is said. What follows says which of its items: ` AND place IN (…)`.
    ///
    /// # Errors
    /// When that move is none, or the reason none of the state's. It is a mistake of the program: it is
    /// logged, and the transaction can only be dropped.
    pub(super) fn state_update(
        &mut self,
        from: &[ItemState],
        to: ItemState,
        reason: Option<ItemReason>,
        set: &str,
    ) -> Result<String, StoreError> {
        let what = forbidden(from, to, reason);
        // Tests make one.
        #[cfg(feature = "failpoints")]
        let what = fail::eval("store::mistake", |what| what).flatten().or(what);
        if let Some(what) = what {
            tracing::error!("{what}; nothing of it is written");
            return Err(self.refuse(StoreError::new(StoreErrorKind::ForbiddenMove, what)));
        }
        let states: Vec<String> = from.iter().map(|state| format!("'{state}'")).collect();
        Ok(format!(
            "UPDATE items SET state = $2, reason = $3, {set} WHERE batch_id = $1 AND state IN ({})",
            states.join(", ")
        ))
    }

    async fn move_some(
        &mut self,
        mut sql: String,
        batch_id: &str,
        indexes: &[u32],
        from: Expected<'_>,
        to: &NextState<'_>,
        now: i64,
    ) -> Result<Vec<u32>, StoreError> {
        sql.push_str(" AND place IN (");
        sql::list(&mut sql, 10, indexes.len());
        sql.push(')');
        if from.call.is_some() {
            // Writing to a String cannot fail.
            let _ = write!(sql, " AND call_id = ${}", 11 + indexes.len());
        }
        sql.push_str(" RETURNING place");
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(batch_id)
            .bind(to.state.as_str())
            .bind(to.reason.map(ItemReason::as_str))
            .bind(to.code)
            .bind(to.message)
            .bind(to.request_id)
            .bind(to.settled_by.map(settled_by))
            .bind(now)
            .bind(to.due_at)
            .bind(i64::from(to.is_own));
        for index in indexes {
            query = query.bind(i64::from(*index));
        }
        if let Some(call) = from.call {
            query = query.bind(call);
        }
        let rows = query.fetch_all(&mut **self).await?;
        let moved = rows
            .iter()
            .map(|row| row::index(row.try_get(0)?))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let by = to.by.map(|by| &by.actor);
        self.write_steps(batch_id, &moved, to.detail, by).await?;
        // That an item goes on waiting is no act.
        if from.states != [ItemState::Queued] || to.state != ItemState::Queued {
            let note = to.detail.filter(|_| to.by.is_some());
            self.record_items(batch_id, &moved, to.by, note, now)
                .await?;
        }
        Ok(moved)
    }

    /// Locks the batch's row, and says that something of it changed; tells whether it may be sent.
    pub(super) async fn touch_batch(
        &mut self,
        batch_id: &str,
        now: i64,
    ) -> Result<Locked, StoreError> {
        let row = sqlx::query(
            "UPDATE batches SET updated_at = CASE WHEN updated_at < $2 THEN $2 ELSE updated_at END \
             WHERE id = $1 RETURNING paused, approval",
        )
        .bind(batch_id)
        .bind(now)
        .fetch_optional(&mut **self)
        .await?;
        let Some(row) = row else {
            return Ok(Locked {
                is_held: true,
                needs_approval: true,
            });
        };
        Ok(Locked {
            is_held: row.try_get::<i64, _>(0)? != 0,
            needs_approval: row.try_get::<Option<String>, _>(1)?.is_some(),
        })
    }

    /// Adds the state that items are in to their histories, and notes that they changed.
    pub(super) async fn write_steps(
        &mut self,
        batch_id: &str,
        indexes: &[u32],
        detail: Option<&str>,
        by: Option<&Actor>,
    ) -> Result<(), StoreError> {
        if indexes.is_empty() {
            return Ok(());
        }
        let mut sql = "INSERT INTO item_steps \
                       (batch_id, place, step, attempt, state, at, call_id, detail, done_by) \
                       SELECT batch_id, place, steps, attempts, state, updated_at, call_id, \
                       COALESCE($2, reason), $3 FROM items WHERE batch_id = $1 AND place IN ("
            .to_owned();
        sql::list(&mut sql, 3, indexes.len());
        sql.push(')');
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(batch_id)
            .bind(detail)
            .bind(by.map(actor_text).transpose()?);
        for index in indexes {
            query = query.bind(i64::from(*index));
        }
        query.execute(&mut **self).await?;
        self.note(Change::new(Topic::Batch, batch_id));
        self.note(Change::new(Topic::Items, batch_id).with_detail(write_index_ranges(indexes)));
        Ok(())
    }
}
