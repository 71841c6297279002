//! What goes wrong in a run.

use std::time::Duration;

use anyhow::Result;
use rand::Rng as _;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{LOOK, MINUTE, PATIENCE, orders::Orders};
use crate::{
    process::{End, Fate, Start},
    proof::failpoints,
    relay::Mishap,
};

/// As many calls are held on their way.
const HELD: usize = 2;

/// One kind of trouble a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The proxy is killed somewhere on the path of sending, and once more at any moment.
    Killed,
    /// The proxy is stopped there for longer than its lease, and goes on with what it believes.
    Stopped,
    /// Answers are lost, and lists lag behind.
    Misled,
    /// Calls never arrive, or after they were given up.
    LostAndLate,
    /// Calls are held on their way, a person says that they were not sent, and orders them and others.
    Held,
}

impl Trouble {
    pub(super) const ALL: [Self; 5] = [
        Self::Killed,
        Self::Stopped,
        Self::Misled,
        Self::LostAndLate,
        Self::Held,
    ];

    pub(super) fn of(seed: u64) -> Self {
        let place = usize::try_from(seed % Self::ALL.len() as u64).unwrap_or_default();
        Self::ALL.get(place).copied().unwrap_or(Self::Held)
    }

    /// Sets the clouds, the wire and the first proxy up.
    pub(super) async fn prepare(self, seed: u64, orders: &mut Orders) -> Result<()> {
        match self {
            Self::Killed => return start_with_fate(orders, End::Kill).await,
            Self::Stopped => return start_with_fate(orders, End::Stop).await,
            Self::Misled => {
                let faults = json!([
                    {"operation": "RedeployInstance", "kind": "lost_answer", "probability": 0.6, "times": 3},
                    {"operation": "RedeployInstance", "kind": "error", "status": 503, "probability": 0.3, "times": 1},
                    {"operation": "RebootInstances", "kind": "missing_results", "count": 1, "times": 1},
                    {"operation": "RebootInstances", "kind": "lost_answer", "probability": 0.5, "times": 1},
                    {"operation": "RebootInstances", "kind": "throttle", "retry_after_s": 1, "times": 1},
                    {"operation": "DescribeInstanceHistoryEvents", "kind": "stale_lists", "ms": 10 * MINUTE},
                ]);
                let plan = json!({"seed": seed, "faults": faults});
                orders.testbed.cloud.faults(&plan).await?;
            }
            Self::LostAndLate => {
                let late = PATIENCE + Duration::from_millis(300);
                let random = &mut orders.testbed.random;
                let mishaps: Vec<Option<Mishap>> = (0..12)
                    .map(|_| match random.random_range(0..4) {
                        0 => Some(Mishap::Lost),
                        1 => Some(Mishap::Late(late)),
                        _ => None,
                    })
                    .collect();
                orders.testbed.relay.mishaps(mishaps);
            }
            Self::Held => orders.testbed.relay.mishaps([Some(Mishap::Held); HELD]),
        }
        orders.start(None).await
    }

    /// Goes on with it once everything was ordered.
    pub(super) async fn strike(self, orders: &mut Orders) -> Result<()> {
        match self {
            Self::Killed => {
                sleep(Duration::from_millis(orders.testbed.draw(400))).await;
                orders.kill().await
            }
            Self::Held => hold(orders).await,
            Self::Stopped | Self::Misled | Self::LostAndLate => Ok(()),
        }
    }
}

async fn start_with_fate(orders: &mut Orders, end: End) -> Result<()> {
    // Where a sender that is gone, or believes that it is not, could do harm.
    let points: Vec<String> = failpoints::names()?
        .into_iter()
        .filter(|point| point.starts_with("journal::"))
        .collect();
    let drawn = orders.testbed.draw(points.len() as u64);
    let point = points.get(usize::try_from(drawn)?).cloned();
    let hit = orders.testbed.random.random_range(1..4);
    let fate = point.map(|point| Fate { point, hit, end });
    orders.start(fate).await
}

/// A person calls what is held not sent, and orders it and everything else anew, before it arrives.
async fn hold(orders: &mut Orders) -> Result<()> {
    let begin = Instant::now();
    while orders.unknown().len() < HELD && begin.elapsed() < super::LIMIT {
        orders.look().await?;
        sleep(LOOK).await;
    }
    let held = orders.unknown();
    orders.settle_as_not_sent(&held).await?;
    if orders.testbed.draw(2) == 0 {
        // Whoever sends next knows of the calls from the store alone.
        orders.kill().await?;
    }
    orders.look().await?;
    let again = orders.to_order_again().await?;
    orders.submit_again(again).await?;
    let minutes = 1 + orders.testbed.draw(12);
    for _ in 0..minutes {
        orders.testbed.advance(MINUTE).await?;
        sleep(LOOK).await;
    }
    let before = orders.testbed.cloud.look().await?.instance_acts.len();
    orders.testbed.relay.let_go();
    // Until they have arrived: what is done next is not to be taken for it.
    while orders.testbed.cloud.look().await?.instance_acts.len() < before + HELD
        && begin.elapsed() < super::LIMIT
    {
        sleep(LOOK).await;
    }
    Ok(())
}

impl Orders {
    /// Starts the proxies: the first one with a fate.
    async fn start(&mut self, fate: Option<Fate>) -> Result<()> {
        match self.testbed.start(fate).await? {
            Start::Up(proxy) => self.proxies.push(*proxy),
            // Its fate met it before it listened.
            Start::Died(_) => self.testbed.deaths += 1,
        }
        while self.proxies.len() < self.servers {
            let proxy = self.testbed.up().await?;
            self.proxies.push(proxy);
        }
        Ok(())
    }

    /// Kills the first proxy, wherever it is.
    async fn kill(&mut self) -> Result<()> {
        if !self.proxies.is_empty() {
            self.proxies.swap_remove(0).kill().await?;
            self.kills += 1;
            let proxy = self.testbed.up().await?;
            self.proxies.push(proxy);
        }
        Ok(())
    }
}
