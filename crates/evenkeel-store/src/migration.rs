//! The schema, in steps that are never changed once released, their comments included: a database knows
//! each by the hash of its text. So a few columns have older words than the code: `place` holds an item's
//! index in its batch, `mark` an event's content hash, `moments` the number of its snapshots in
//! `event_moments`, and `state` and `kind` of `events` hold sort ranks (`events/sort_rank.rs`).

use sqlx::{
    SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::DatabaseKind;

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
];

/// The index that a search asks on SQLite. PostgreSQL's depends on what its server has and allows, and is made
/// at every start that finds none (`search_index.rs`).
const SQLITE_STEPS: &[(i64, &str, &str)] = &[(
    60,
    "event search",
    include_str!("../migrations/0060_event_search.sqlite.sql"),
)];

pub(crate) fn migrator(kind: DatabaseKind) -> Migrator {
    let own = match kind {
        DatabaseKind::Sqlite => SQLITE_STEPS,
        DatabaseKind::Postgres => &[],
    };
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
