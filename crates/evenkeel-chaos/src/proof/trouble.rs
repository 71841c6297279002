//! A store in trouble: full, not to be written, gone, or asked for a move that no item makes. What is
//! asked then is refused in clear words, no intent is lost, and it goes on by itself.

use std::{os::unix::fs::PermissionsExt as _, time::Duration};

use anyhow::{Result, bail};
use evenkeel::{Action, BatchDraft, When};
use evenkeel_api::Problem;
use evenkeel_testdb::DatabaseKind;
use reqwest::StatusCode;
use tokio::time::sleep;

use super::{Extent, runs};
use crate::{
    fleet::{Shape, item},
    process::{Proxy, Setup, Start},
    relay::{Relay, Target},
    report::{Outcome, Report},
    testbed::{Testbed, TestbedOptions},
};

/// The store runs what this failpoint returns, before each of its transactions.
const FAILPOINT: &str = "store::trouble";
/// The store refuses every move while this failpoint returns why.
const MISTAKE: &str = "store::mistake";
const WHY: &str = "a proof says that it is none";
/// How long it does.
const MISTAKEN: Duration = Duration::from_secs(3);
/// How often the senders of both accounts may try in that time: they wait longer each time.
const TRIES: usize = 16;
/// SQLite takes it as the size that it has: nothing more fits.
const FULL: [&str; 2] = [
    "PRAGMA max_page_count = 1",
    "PRAGMA max_page_count = 1073741823",
];
const READ_ONLY: [&str; 2] = ["PRAGMA query_only = ON", "PRAGMA query_only = OFF"];
/// A user of nearly every Unix who owns nothing.
const NOBODY: u32 = 65534;
/// A batch that nobody may take while there is trouble.
const KEY: &str = "in-trouble";

#[derive(Debug, Clone, Copy)]
enum Trouble {
    Full,
    ReadOnly,
    /// No connection for so long.
    Gone(Duration),
    /// Every move of an item is a mistake of the program, which the store refuses.
    Mistake,
    /// From the start on.
    NeverWritable,
}

pub(crate) async fn prove(extent: Extent, store: DatabaseKind, http: &reqwest::Client) -> Report {
    let kinds: &[Trouble] = match store {
        DatabaseKind::Sqlite => &[Trouble::Full, Trouble::ReadOnly, Trouble::Mistake],
        DatabaseKind::Postgres => &[Trouble::Gone(Duration::from_secs(10)), Trouble::Mistake],
    };
    let mut all = Vec::new();
    for number in 0..extent.of(10, 2) {
        let seed = extent.seed + number;
        all.extend(kinds.iter().map(|trouble| (seed, *trouble)));
    }
    if store == DatabaseKind::Sqlite {
        all.push((extent.seed, Trouble::NeverWritable));
    }
    let all = all.into_iter().map(|(seed, trouble)| {
        let name = format!("{trouble:?}, seed {seed}");
        (name, run(seed, store, trouble, http))
    });
    runs("store-in-trouble", store, all).await
}

async fn run(
    seed: u64,
    store: DatabaseKind,
    trouble: Trouble,
    http: &reqwest::Client,
) -> Result<Outcome> {
    let mut testbed = Testbed::new(&TestbedOptions::new(seed, store, Shape::MIXED), http).await?;
    if let Trouble::NeverWritable = trouble {
        never_writable(&testbed).await?;
        return Ok(Outcome::default());
    }
    let wire = match trouble {
        Trouble::Gone(_) => Some(wire(&mut testbed).await?),
        _ => None,
    };
    let mut proxy = testbed.up().await?;
    if let Trouble::Mistake = trouble {
        mistaken(&mut testbed, &mut proxy).await?;
    }
    testbed.submit(&proxy).await?;
    sleep(Duration::from_millis(testbed.draw(150))).await;
    match (trouble, &wire) {
        (Trouble::Mistake, _) => {}
        (Trouble::Gone(time), Some(wire)) => {
            wire.cut();
            refused(&testbed, &proxy).await?;
            sleep(time).await;
            wire.mend();
        }
        (Trouble::Full, _) => statement(&testbed, &mut proxy, FULL).await?,
        _ => statement(&testbed, &mut proxy, READ_ONLY).await?,
    }
    let mut proxies = vec![proxy];
    let findings = testbed.settle(&mut proxies).await?;
    if testbed.deaths > 0 {
        bail!("the proxy had to be started anew:\n{}", testbed.log());
    }
    Ok(Outcome {
        findings,
        ..Outcome::default()
    })
}

/// Has the store run the first statement for a while, and then the second.
async fn statement(testbed: &Testbed, proxy: &mut Proxy, [bad, good]: [&str; 2]) -> Result<()> {
    proxy
        .failpoint(FAILPOINT, &format!("return({bad})"))
        .await?;
    refused(testbed, proxy).await?;
    sleep(Duration::from_secs(2)).await;
    proxy.failpoint(FAILPOINT, &format!("return({good})")).await
}

/// Takes batches while no move is written: nothing is sent, the log says why, and nobody asks without a
/// pause.
async fn mistaken(testbed: &mut Testbed, proxy: &mut Proxy) -> Result<()> {
    proxy.failpoint(MISTAKE, &format!("return({WHY})")).await?;
    testbed.submit(proxy).await?;
    sleep(MISTAKEN).await;
    let evidence = testbed.cloud.look().await?;
    if let Some((event, _)) = evidence.acts.iter().find(|(_, acts)| !acts.is_empty()) {
        bail!("{event} was acted on though no intent can be written");
    }
    let log = std::fs::read_to_string(&testbed.setup.log)?;
    let said = log
        .lines()
        .filter(|line| line.contains("ERROR") && line.contains(WHY));
    let said = said.count();
    if said == 0 || said > TRIES {
        bail!(
            "a refused move was logged as an error {said} times:\n{}",
            testbed.log()
        );
    }
    proxy.failpoint(MISTAKE, "off").await
}

/// Hands in a batch that must be refused as clearly as one can.
pub(super) async fn refused(testbed: &Testbed, proxy: &Proxy) -> Result<()> {
    // More than what may still fit into a page.
    let items = (0..200).map(|number| {
        let (event, resource) = (format!("e-refused-{number}"), format!("i-refused-{number}"));
        item(&event, &resource, When::Now)
    });
    let draft = BatchDraft {
        account: "sandbox-ens".to_owned(),
        action: Action::Redeploy,
        items: items.collect(),
        password: None,
    };
    let answer = testbed.client(proxy).create(KEY, &draft).await;
    let Some(answer) = answer else {
        bail!("the proxy does not answer while its store is in trouble");
    };
    let says = |problem: &Problem| problem.code.known().is_some() && !problem.detail.is_empty();
    let problem = serde_json::from_slice::<Problem>(&answer.body).ok();
    if answer.status != StatusCode::SERVICE_UNAVAILABLE || !problem.as_ref().is_some_and(says) {
        bail!(
            "a batch that cannot be kept was answered with {}: {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
    }
    Ok(())
}

/// A wire before PostgreSQL.
async fn wire(testbed: &mut Testbed) -> Result<Relay> {
    let url: reqwest::Url = testbed.setup.store.parse()?;
    let Some((_, folder)) = url.query_pairs().find(|(name, _)| name == "host") else {
        bail!("the database server is not reached by a socket");
    };
    let port = url.port().unwrap_or(5432);
    let socket = format!("{folder}/.s.PGSQL.{port}").into();
    let wire = Relay::start(Target::Unix(socket)).await?;
    let address = wire.address();
    let user = url.username();
    testbed.setup.store = format!("postgres://{user}@{address}{}", url.path());
    Ok(wire)
}

/// A file that its user may not write: the proxy says which, and ends.
async fn never_writable(testbed: &Testbed) -> Result<()> {
    let path = testbed.file("read-only.db");
    let user = std::fs::metadata(testbed.file("clock")).map(|data| {
        use std::os::unix::fs::MetadataExt as _;
        (data.uid() == 0).then_some(NOBODY)
    })?;
    std::fs::write(&path, "")?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444))?;
    let folder = path.parent().unwrap_or(&path);
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?;
    let setup = Setup {
        store: format!("sqlite:{}", path.display()),
        user,
        ..testbed.setup.clone()
    };
    let Start::Died(status) = Proxy::start(&setup).await? else {
        bail!("the proxy took a file that it may not write");
    };
    let said = testbed.log();
    if status.success() || !said.contains("read-only.db") {
        bail!(
            "the proxy ended with {status} and does not say which file it may not write:\n{said}"
        );
    }
    Ok(())
}
