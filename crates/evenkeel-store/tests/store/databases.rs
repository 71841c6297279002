//! A fresh database of each kind. PostgreSQL's server is named by `EVENKEEL_TEST_POSTGRES`, which
//! `cargo xtask test` and `cargo xtask postgres -- …` set.

use std::env;

use evenkeel_store::{Db, Kind, StoreUrl, sqlx};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use tempfile::TempDir;

/// A database that is gone with this, but for PostgreSQL's, which is gone with its server.
pub(crate) struct Fresh {
    pub(crate) url: StoreUrl,
    _folder: TempDir,
}

impl Fresh {
    pub(crate) async fn of(kind: Kind) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let url = match kind {
            Kind::Sqlite => StoreUrl::file(folder.path().join("a store.db")),
            Kind::Postgres => postgres().await?,
        };
        Some(Self {
            url,
            _folder: folder,
        })
    }

    pub(crate) async fn open(&self) -> Db {
        Db::open(&self.url).await.unwrap()
    }
}

async fn postgres() -> Option<StoreUrl> {
    let Ok(admin) = env::var("EVENKEEL_TEST_POSTGRES") else {
        assert!(
            env::var_os("CI").is_none(),
            "EVENKEEL_TEST_POSTGRES names no server"
        );
        eprintln!("left out: EVENKEEL_TEST_POSTGRES names no server");
        return None;
    };
    sqlx::any::install_default_drivers();
    let name = format!("ek_{}", uuid::Uuid::new_v4().simple());
    let mut connection = AnyConnection::connect(&admin).await.unwrap();
    connection
        .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .unwrap();
    connection.close().await.unwrap();
    let (rest, query) = admin.split_once('?').unwrap_or((&admin, ""));
    let (server, _) = rest.rsplit_once('/').unwrap();
    Some(format!("{server}/{name}?{query}").parse().unwrap())
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
                let fresh = $crate::databases::Fresh::of(evenkeel_store::Kind::Sqlite).await;
                case(&fresh.unwrap()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(fresh) = $crate::databases::Fresh::of(evenkeel_store::Kind::Postgres).await {
                    case(&fresh).await;
                }
            }
        }
    )*};
}
pub(crate) use on_each_database;
