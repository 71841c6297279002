//! SIGKILL at any moment, again and again, while batches come in and time goes by in leaps.

use std::time::Duration;

use anyhow::Result;
use evenkeel_testdb::DatabaseKind;

use super::{Extent, runs};
use crate::{
    fleet::Shape,
    report::{Outcome, Report},
    testbed::{Testbed, TestbedOptions},
};

/// As many kills each testbed sees.
const KILLS: u64 = 10;
/// Time leaps by at most so much: past the skew.
const LEAP: u64 = 40 * 60 * 1000;

pub(crate) async fn prove(extent: Extent, store: DatabaseKind, http: &reqwest::Client) -> Report {
    let testbeds = extent.of(50, 2);
    let seeds = (0..testbeds).map(|number| extent.seed + number);
    runs(
        "random-kills",
        store,
        seeds.map(|seed| (format!("seed {seed}"), run(seed, store, http))),
    )
    .await
}

async fn run(seed: u64, store: DatabaseKind, http: &reqwest::Client) -> Result<Outcome> {
    let mut testbed = Testbed::new(&TestbedOptions::new(seed, store, Shape::MIXED), http).await?;
    let mut handed_in = 0;
    for _ in 0..KILLS {
        let proxy = testbed.up().await?;
        // One batch more, and those whose answer the last kill cut off.
        handed_in = (handed_in + 1).min(testbed.batches());
        for place in 0..handed_in {
            testbed.submit_one(&proxy, place).await?;
        }
        if testbed.draw(3) == 0 {
            let leap = i64::try_from(testbed.draw(LEAP))?;
            testbed.advance(leap).await?;
        }
        let moment = Duration::from_micros(testbed.draw(250_000));
        tokio::time::sleep(moment).await;
        proxy.kill().await?;
    }
    let findings = testbed.settle(&mut Vec::new()).await?;
    Ok(Outcome {
        kills: KILLS,
        stops: 0,
        findings,
    })
}
