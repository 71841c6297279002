//! Two names of one file: whoever comes by the other one finds that the store is served, also when
//! its owner was killed and another one serves it; a file that is taken away is written no more.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use evenkeel_api::paths;
use evenkeel_testdb::DatabaseKind;
use reqwest::StatusCode;
use tokio::{process::Command, time::sleep};

use super::{Extent, runs, trouble};
use crate::{
    fleet::Shape,
    process::{Proxy, Setup, Start},
    report::{Outcome, Report},
    testbed::{Testbed, TestbedOptions},
};

/// How the file comes by its second name.
#[derive(Debug, Clone, Copy)]
enum Way {
    Symlink,
    HardLink,
    /// Its folder, mounted a second time; only root may.
    Mount,
    /// It is taken away under its proxy, and put back.
    Away,
}

pub(crate) async fn prove(extent: Extent, http: &reqwest::Client) -> Report {
    let mut all = Vec::new();
    for number in 0..extent.of(10, 2) {
        let seed = extent.seed + number;
        for way in [Way::Symlink, Way::HardLink, Way::Mount, Way::Away] {
            all.push((format!("{way:?}, seed {seed}"), run(seed, way, http)));
        }
    }
    runs("two-names-of-one-file", DatabaseKind::Sqlite, all).await
}

async fn run(seed: u64, way: Way, http: &reqwest::Client) -> Result<Outcome> {
    let mut testbed = Testbed::new(
        &TestbedOptions::new(seed, DatabaseKind::Sqlite, Shape::MIXED),
        http,
    )
    .await?;
    let file = testbed.database.file().context("the store is no file")?;
    let proxy = testbed.up().await?;
    testbed.submit(&proxy).await?;
    sleep(Duration::from_millis(testbed.draw(150))).await;
    if let Way::Away = way {
        away(&testbed, &proxy, &file).await?;
        let findings = testbed.settle(&mut vec![proxy]).await?;
        return Ok(Outcome {
            findings,
            ..Outcome::default()
        });
    }
    let Some(other) = Other::make(&testbed, &file, way).await? else {
        // The machine does not let this user have one.
        let findings = testbed.settle(&mut vec![proxy]).await?;
        return Ok(Outcome {
            findings,
            ..Outcome::default()
        });
    };
    let setup = Setup {
        store: format!("sqlite:{}", other.path.display()),
        ..testbed.setup.clone()
    };
    refused(&testbed, &setup, "in use").await?;
    sleep(Duration::from_millis(testbed.draw(500))).await;
    proxy.kill().await?;

    // Its work goes on by one name, and by that one alone.
    let kills = 1;
    if let Way::HardLink = way {
        refused(&testbed, &setup, "2 names").await?;
        refused(&testbed, &testbed.setup, "2 names").await?;
        // By the second name alone what was committed last would be missing.
        fs::remove_file(&file)?;
        refused(&testbed, &setup, "not closed in order").await?;
        fs::rename(&other.path, &file)?;
        let proxy = testbed.up().await?;
        let findings = testbed.settle(&mut vec![proxy]).await?;
        return Ok(Outcome {
            kills,
            findings,
            stops: 0,
        });
    }
    let first = testbed.setup.clone();
    testbed.setup = setup;
    let proxy = testbed.up().await?;
    refused(&testbed, &first, "in use").await?;
    let findings = testbed.settle(&mut vec![proxy]).await?;
    Ok(Outcome {
        kills,
        findings,
        stops: 0,
    })
}

/// A second name; gone when this is dropped.
struct Other {
    path: PathBuf,
    mounted: Option<PathBuf>,
}

impl Drop for Other {
    fn drop(&mut self) {
        if let Some(folder) = &self.mounted {
            let _ = std::process::Command::new("umount")
                .arg("--lazy")
                .arg(folder)
                .status();
        }
    }
}

impl Other {
    async fn make(testbed: &Testbed, file: &Path, way: Way) -> Result<Option<Self>> {
        let path = testbed.file("other.db");
        let mut mounted = None;
        let path = match way {
            Way::Symlink => {
                symlink(file, &path)?;
                path
            }
            Way::HardLink => {
                // Where the file is: another disk cannot have a name of it.
                let path = file.with_extension("other");
                fs::hard_link(file, &path)?;
                path
            }
            Way::Mount | Way::Away => {
                let folder = testbed.file("mounted");
                fs::create_dir(&folder)?;
                let from = file.parent().context("the file is in no folder")?;
                let mut mount = Command::new("mount");
                mount.arg("--bind").args([from, &folder]);
                if !mount
                    .output()
                    .await
                    .is_ok_and(|output| output.status.success())
                {
                    return Ok(None);
                }
                let name = file.file_name().context("the file has no name")?;
                let path = folder.join(name);
                mounted = Some(folder);
                path
            }
        };
        Ok(Some(Self { path, mounted }))
    }
}

/// Starts a proxy that must not come up, and must say why.
async fn refused(testbed: &Testbed, setup: &Setup, words: &str) -> Result<()> {
    let log = testbed.file("refused.log");
    match fs::remove_file(&log) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let setup = Setup {
        log: log.clone(),
        ..setup.clone()
    };
    let Start::Died(status) = Proxy::start(&setup).await? else {
        bail!("two proxies serve one file, the second as {}", setup.store);
    };
    let said = fs::read_to_string(&log)?;
    if status.success() || !said.contains(words) {
        bail!("a second proxy ended with {status} and does not say `{words}`:\n{said}");
    }
    Ok(())
}

/// Takes the file away for a while.
async fn away(testbed: &Testbed, proxy: &Proxy, file: &Path) -> Result<()> {
    let place = file.with_extension("away");
    fs::rename(file, &place)?;
    trouble::refused(testbed, proxy).await?;
    let ready = testbed
        .http
        .get(format!("http://{}{}", proxy.address, paths::READY))
        .send()
        .await?;
    let status = ready.status();
    let said = ready.text().await?;
    if status != StatusCode::SERVICE_UNAVAILABLE || !said.contains("removed or moved away") {
        bail!("a proxy whose file is gone says {status} of itself: {said}");
    }
    sleep(Duration::from_secs(1)).await;
    fs::rename(&place, file)?;
    Ok(())
}
