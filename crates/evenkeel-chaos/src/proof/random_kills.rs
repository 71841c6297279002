//! SIGKILL at any moment, again and again, while batches come in and time goes by in leaps.

use std::time::Duration;

use anyhow::Result;
use evenkeel_testdb::DatabaseKind;

use super::{Extent, runs};
use crate::{
    fleet::Shape,
    report::{Outcome, Report},
    world::{World, WorldOptions},
};

/// As many kills each world sees.
const KILLS: u64 = 10;
/// Time leaps by at most so much: past the skew.
const LEAP: u64 = 40 * 60 * 1000;

pub(crate) async fn prove(extent: Extent, store: DatabaseKind, http: &reqwest::Client) -> Report {
    let worlds = extent.of(50, 2);
    let seeds = (0..worlds).map(|number| extent.seed + number);
    runs(
        "random-kills",
        store,
        seeds.map(|seed| (format!("seed {seed}"), run(seed, store, http))),
    )
    .await
}

async fn run(seed: u64, store: DatabaseKind, http: &reqwest::Client) -> Result<Outcome> {
    let mut world = World::new(&WorldOptions::new(seed, store, Shape::MIXED), http).await?;
    let mut handed_in = 0;
    for _ in 0..KILLS {
        let proxy = world.up().await?;
        // One batch more, and those whose answer the last kill cut off.
        handed_in = (handed_in + 1).min(world.batches());
        for place in 0..handed_in {
            world.submit_one(&proxy, place).await?;
        }
        if world.draw(3) == 0 {
            let leap = i64::try_from(world.draw(LEAP))?;
            world.advance(leap).await?;
        }
        let moment = Duration::from_micros(world.draw(250_000));
        tokio::time::sleep(moment).await;
        proxy.kill().await?;
    }
    let findings = world.settle(&mut Vec::new()).await?;
    Ok(Outcome {
        kills: KILLS,
        stops: 0,
        findings,
    })
}
