//! SIGKILL at every failpoint of the sources: each is a place between two awaits of the sending path.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use evenkeel_testdb::DatabaseKind;
use serde_json::{Value, json};

use super::{Extent, runs};
use crate::{
    fleet::Shape,
    process::{End, Fate, Start},
    relay::Mishap,
    report::{Outcome, Report},
    testbed::{Testbed, TestbedOptions},
};

/// The crates whose failpoints are meant.
const CRATES: [&str; 2] = ["evenkeel-engine", "evenkeel-store"];
const MARK: &str = "fail_point!(";

pub(crate) async fn prove(extent: Extent, store: DatabaseKind, http: &reqwest::Client) -> Report {
    let points = match names() {
        Ok(points) => points,
        Err(error) => {
            let mut report = Report::new("failpoints", store);
            report.add("the sources", Err(error));
            return report;
        }
    };
    // The first time, and later ones where there are: other items, other batches.
    let hits: &[u32] = if extent.full { &[1, 2, 3, 5, 8] } else { &[1] };
    let fates = points.iter().flat_map(|point| {
        hits.iter().map(move |hit| Fate {
            point: point.clone(),
            hit: *hit,
            end: End::Kill,
        })
    });
    let all = fates.map(|fate| {
        let name = format!("{} for the {}. time", fate.point, fate.hit);
        (name, run(extent.seed, fate, store, http))
    });
    let mut report = runs("failpoints", store, all).await;
    report.notes.push(format!("{} failpoints", points.len()));
    report
}

async fn run(
    seed: u64,
    fate: Fate,
    store: DatabaseKind,
    http: &reqwest::Client,
) -> Result<Outcome> {
    let mut testbed = Testbed::new(&TestbedOptions::new(seed, store, Shape::MIXED), http).await?;
    testbed.cloud.faults(&bad_day()).await?;
    testbed.relay.mishaps(BAD_WAY);
    let must_come = fate.hit == 1;
    let point = fate.point.clone();
    let mut proxies = match testbed.start(Some(fate)).await? {
        Start::Up(proxy) => vec![*proxy],
        Start::Died(_) => {
            testbed.deaths += 1;
            Vec::new()
        }
    };
    let findings = testbed.settle(&mut proxies).await?;
    if must_come && testbed.deaths == 0 {
        bail!("the failpoint `{point}` is never come to: nothing is proved about it");
    }
    Ok(Outcome {
        kills: testbed.deaths,
        stops: 0,
        findings,
    })
}

/// What leads through every part of the sending path: throttling, a refusal, lost answers.
pub(crate) fn bad_day() -> Value {
    json!([
        {"operation": "BatchEventRedeployInstance", "kind": "throttle", "retry_after_s": 1, "times": 1},
        {"operation": "AcceptScheduledEvent", "kind": "lost_answer", "nth": 2},
        {"operation": "BatchEventRebootInstance", "kind": "missing_results", "count": 1, "times": 1},
        {"operation": "BatchEventMigrateInstance", "kind": "fail_items", "count": 1, "times": 1},
        {"operation": "UpdateScheduledEvent", "kind": "error", "status": 503, "times": 1},
    ])
}

/// One request that acts never arrives.
pub(crate) const BAD_WAY: [Option<Mishap>; 3] = [None, None, Some(Mishap::Lost)];

/// The names of all failpoints in the sources.
///
/// # Errors
/// When there are none: then nothing would be proved.
pub(crate) fn names() -> Result<Vec<String>> {
    let mut found = BTreeSet::new();
    for name in CRATES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
        for file in sources(&folder.join("src"))? {
            let text = fs::read_to_string(&file)?;
            for (at, _) in text.match_indices(MARK) {
                let rest = text.get(at + MARK.len()..).unwrap_or_default().trim_start();
                if rest.starts_with('$') {
                    // The macro that all others go through.
                    continue;
                }
                let name = rest
                    .strip_prefix('"')
                    .and_then(|rest| rest.split('"').next())
                    .with_context(|| {
                        format!("a failpoint in `{}` has no literal name", file.display())
                    })?;
                found.insert(name.to_owned());
            }
        }
    }
    if found.is_empty() {
        bail!(
            "there is no failpoint in the sources of {}",
            CRATES.join(", ")
        );
    }
    Ok(found.into_iter().collect())
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("`{}` cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}
