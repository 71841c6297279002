//! A backup that is made while a proxy works, and restored when it has gone on: what the backup has
//! as queued may have been sent since.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result, bail};
use evenkeel_store::sqlx::{self, Connection as _};
use evenkeel_testdb::{DatabaseKind, TestDatabase, program};
use serde_json::{Value, json};
use tokio::{process::Command, time::sleep};

use super::{Extent, failpoints, runs};
use crate::{
    fleet::Shape,
    report::{Outcome, Report},
    testbed::{Testbed, TestbedOptions},
};

pub(crate) async fn prove(extent: Extent, store: DatabaseKind, http: &reqwest::Client) -> Report {
    let seeds = (0..extent.of(20, 2)).map(|number| extent.seed + number);
    runs(
        "restored-backup",
        store,
        seeds.map(|seed| (format!("seed {seed}"), run(seed, store, http))),
    )
    .await
}

async fn run(seed: u64, store: DatabaseKind, http: &reqwest::Client) -> Result<Outcome> {
    let mut testbed = Testbed::new(&TestbedOptions::new(seed, store, Shape::MIXED), http).await?;
    testbed.cloud.faults(&failpoints::bad_day()).await?;
    if seed.is_multiple_of(2) {
        // What takes a password is queued in the backup, and still when the proxy is gone.
        testbed.cloud.faults(&throttled_migrations()).await?;
    }
    let proxy = testbed.up().await?;
    if !testbed.submit(&proxy).await? {
        bail!("the batches were not taken:\n{}", testbed.log());
    }
    sleep(Duration::from_millis(testbed.draw(60))).await;
    let copy = testbed.file("backup");
    back_up(&testbed.database, &copy).await?;
    sleep(Duration::from_millis(testbed.draw(1_500))).await;
    proxy.kill().await?;

    let restored = match store {
        DatabaseKind::Sqlite => TestDatabase::sqlite(),
        DatabaseKind::Postgres => TestDatabase::postgres()
            .await
            .context("the database server is gone")?,
    };
    restore(&copy, &restored).await?;
    testbed.setup.store = restored.url().to_owned();
    testbed.setup.is_restored = true;
    let proxy = testbed.up().await?;
    testbed.setup.is_restored = false;
    let findings = testbed.settle(&mut vec![proxy]).await?;
    Ok(Outcome {
        kills: 1,
        stops: 0,
        findings,
    })
}

fn throttled_migrations() -> Value {
    json!({"operation": "BatchEventMigrateInstance", "kind": "throttle", "retry_after_s": 20, "times": 1})
}

/// As `docs/store.md` has it.
async fn back_up(database: &TestDatabase, copy: &Path) -> Result<()> {
    match database.kind() {
        DatabaseKind::Sqlite => {
            sqlx::any::install_default_drivers();
            let mut connection = sqlx::AnyConnection::connect(database.url()).await?;
            sqlx::query("VACUUM INTO $1")
                .bind(copy.to_str().context("the path is not UTF-8")?)
                .execute(&mut connection)
                .await?;
            Ok(connection.close().await?)
        }
        DatabaseKind::Postgres => {
            let mut dump = Command::new(program("pg_dump"));
            dump.args(["--format=custom", "--dbname"])
                .arg(database.url());
            succeed(dump.arg("--file").arg(copy)).await
        }
    }
}

async fn restore(copy: &Path, database: &TestDatabase) -> Result<()> {
    if let Some(file) = database.file() {
        tokio::fs::copy(copy, file).await?;
        return Ok(());
    }
    let mut restore = Command::new(program("pg_restore"));
    restore
        .args(["--exit-on-error", "--dbname"])
        .arg(database.url());
    succeed(restore.arg(copy)).await
}

async fn succeed(command: &mut Command) -> Result<()> {
    let output = command.output().await?;
    if !output.status.success() {
        bail!(
            "`{}`: {}",
            command.as_std().get_program().display(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
