//! The schema, in steps that are never changed once released.

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
