//! The schema, in steps that are never changed once released, their comments included: a database knows
//! each by the hash of its text. So a few columns have older words than the code: `place` holds an item's
//! index in its batch, `mark` an event's content hash, `moments` the number of its snapshots in
//! `event_moments`, and `state` and `kind` of `events` hold sort ranks (`events/sort_rank.rs`).

use sqlx::{
    SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
};

/// Number, name and text of each.
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
];

pub(crate) fn migrator() -> Migrator {
    let steps = STEPS.iter().map(|&(version, name, sql)| {
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
