//! A fresh database of each kind.

use evenkeel_store::{DatabaseKind, Db, StoreUrl};
use evenkeel_testdb::TestDatabase;

/// A database that is gone with this.
pub(crate) struct Fresh {
    pub(crate) url: StoreUrl,
    _database: TestDatabase,
}

impl Fresh {
    pub(crate) async fn of(kind: DatabaseKind) -> Option<Self> {
        let database = match kind {
            DatabaseKind::Sqlite => TestDatabase::sqlite(),
            DatabaseKind::Postgres => TestDatabase::postgres().await?,
        };
        Some(Self {
            url: database.url().parse().unwrap(),
            _database: database,
        })
    }

    pub(crate) async fn open(&self) -> Db {
        Db::open(&self.url).await.unwrap()
    }
}

/// The same case on each database.
macro_rules! on_each_database {
    ($($(#[$meta:meta])* async fn $name:ident($fresh:ident: &Fresh) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every case needs one")]
            use super::*;

            async fn case($fresh: &$crate::databases::Fresh) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let fresh = $crate::databases::Fresh::of(evenkeel_store::DatabaseKind::Sqlite).await;
                case(&fresh.unwrap()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(fresh) = $crate::databases::Fresh::of(evenkeel_store::DatabaseKind::Postgres).await {
                    case(&fresh).await;
                }
            }
        }
    )*};
}
pub(crate) use on_each_database;
