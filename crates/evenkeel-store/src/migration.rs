//! The schema, in steps that are never changed once released, their comments included: a database knows
//! each by the hash of its text. So a few columns have older words than the code: `place` holds an item's
//! index in its batch, `mark` an event's content hash, `moments` the number of its snapshots in
//! `event_moments`, and `state` and `kind` of `events` hold sort ranks (`events/sort_rank.rs`).

use sqlx::{
    Any, Pool, Row as _, SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::{DatabaseKind, StoreError, StoreErrorKind};

/// Number, name and text of each that both databases take.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "changes", include_str!("../migrations/0001_changes.sql")),
    (2, "leases", include_str!("../migrations/0002_leases.sql")),
    (3, "journal", include_str!("../migrations/0003_journal.sql")),
    (10, "events", include_str!("../migrations/0010_events.sql")),
    (
        11,
        "collecting",
        include_str!("../migrations/0011_collecting.sql"),
    ),
    (
        20,
        "signatures",
        include_str!("../migrations/0020_signatures.sql"),
    ),
    (30, "holds", include_str!("../migrations/0030_holds.sql")),
    (
        40,
        "resources",
        include_str!("../migrations/0040_resources.sql"),
    ),
    (
        41,
        "names_off",
        include_str!("../migrations/0041_names_off.sql"),
    ),
    (
        50,
        "items by resource",
        include_str!("../migrations/0050_items_by_resource.sql"),
    ),
    (
        51,
        "lists off",
        include_str!("../migrations/0051_lists_off.sql"),
    ),
    (70, "actors", include_str!("../migrations/0070_actors.sql")),
    (90, "audit", include_str!("../migrations/0090_audit.sql")),
    (100, "logins", include_str!("../migrations/0100_logins.sql")),
    (110, "rights", include_str!("../migrations/0110_rights.sql")),
    (
        120,
        "session logins",
        include_str!("../migrations/0120_session_logins.sql"),
    ),
    (121, "users", include_str!("../migrations/0121_users.sql")),
    (
        130,
        "subjects",
        include_str!("../migrations/0130_subjects.sql"),
    ),
    (
        140,
        "approvals",
        include_str!("../migrations/0140_approvals.sql"),
    ),
];

/// What SQLite says in its own way. One is the index that a search asks; PostgreSQL's depends on what its server has and
/// allows, and is made at every start that finds none (`search_index.rs`).
const SQLITE_STEPS: &[(i64, &str, &str)] = &[
    (
        60,
        "event search",
        include_str!("../migrations/0060_event_search.sqlite.sql"),
    ),
    (
        91,
        "audit kept",
        include_str!("../migrations/0091_audit_kept.sqlite.sql"),
    ),
];

/// What PostgreSQL says in its own way.
const POSTGRES_STEPS: &[(i64, &str, &str)] = &[(
    91,
    "audit kept",
    include_str!("../migrations/0091_audit_kept.postgres.sql"),
)];

/// The step from which on there is an audit.
pub(crate) const AUDITED: i64 = 91;

fn own_steps(kind: DatabaseKind) -> &'static [(i64, &'static str, &'static str)] {
    match kind {
        DatabaseKind::Sqlite => SQLITE_STEPS,
        DatabaseKind::Postgres => POSTGRES_STEPS,
    }
}

pub(crate) fn migrator(kind: DatabaseKind) -> Migrator {
    let own = own_steps(kind);
    let steps = STEPS.iter().chain(own).map(|&(version, name, sql)| {
        Migration::new(
            version,
            name.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(steps.collect())
}

/// Whether the schema has come as far as this step: for whoever does not bring it there.
pub(crate) async fn require(reader: &Pool<Any>, step: i64) -> Result<(), StoreError> {
    let come = last(reader).await?;
    if come.is_some_and(|come| come >= step) {
        return Ok(());
    }
    Err(StoreError::new(
        StoreErrorKind::Schema,
        "it is of an earlier version: start `evenkeel serve` on it once",
    ))
}

/// The last step that a store has taken.
pub(crate) async fn last(reader: &Pool<Any>) -> Result<Option<i64>, StoreError> {
    let row = sqlx::query("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(reader)
        .await?;
    Ok(row.try_get(0)?)
}

/// The last step there is.
pub(crate) fn newest(kind: DatabaseKind) -> i64 {
    let steps = STEPS.iter().chain(own_steps(kind));
    steps
        .map(|(version, _, _)| *version)
        .max()
        .unwrap_or_default()
}
