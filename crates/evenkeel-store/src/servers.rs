//! The servers of a PostgreSQL, of which one takes writes: the first that does is used. The driver
//! knows one server only, so the choice is made before it connects, and again when that one fails.

use std::time::Duration;

use sqlx::{AnyConnection, Connection as _, Row as _, any::AnyConnectOptions};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use crate::{
    StoreError, StoreErrorKind, StoreUrl,
    url::{Environment, Server},
};

/// How long one of several servers may take to answer, before the next is tried.
const ANSWER: Duration = Duration::from_secs(3);
/// How long an answer is good for all who ask.
const FRESH: Duration = Duration::from_millis(500);

/// The servers that a URL names, in its order.
#[derive(Debug)]
pub(crate) struct Servers {
    all: Vec<(Server, AnyConnectOptions)>,
    /// When it was chosen anew, and whether there was one.
    last: Mutex<Option<(Instant, Result<(), StoreError>)>>,
}

impl Servers {
    pub(crate) fn of(url: &StoreUrl, environment: Environment<'_>) -> Result<Self, StoreError> {
        let all = url
            .servers(environment)?
            .into_iter()
            .map(|(server, driver)| Ok((server, driver.parse()?)))
            .collect::<Result<_, StoreError>>()?;
        Ok(Self {
            all,
            last: Mutex::new(None),
        })
    }

    pub(crate) fn are_many(&self) -> bool {
        self.all.len() > 1
    }

    /// The first that takes writes.
    pub(crate) async fn choose(&self) -> Result<AnyConnectOptions, StoreError> {
        let mut refusals = Vec::new();
        for (server, options) in &self.all {
            let asked = ask(options);
            let answer = if self.are_many() {
                timeout(ANSWER, asked).await.unwrap_or_else(|_| {
                    Err(StoreError::new(
                        StoreErrorKind::Unreachable,
                        "no answer in time",
                    ))
                })
            } else {
                asked.await
            };
            match answer {
                Ok(()) => return Ok(options.clone()),
                Err(error) => refusals.push((server, error)),
            }
        }
        if self.are_many() {
            let each: Vec<String> = refusals
                .iter()
                .map(|(server, error)| format!("{server}: {}", error.detail()))
                .collect();
            // What may be mended at the server comes before what only time mends.
            let kind = refusals
                .iter()
                .map(|(_, error)| error.kind())
                .find(|kind| *kind != StoreErrorKind::Unreachable);
            let kind = kind.unwrap_or(StoreErrorKind::Unreachable);
            return Err(StoreError::new(kind, each.join("; ")));
        }
        Err(match refusals.pop() {
            Some((_, error)) => error,
            None => StoreError::new(StoreErrorKind::Url, "it names no server"),
        })
    }

    /// Chooses anew; nothing where somebody else has just done so.
    pub(crate) async fn choose_again(&self) -> Result<Option<AnyConnectOptions>, StoreError> {
        let mut last = self.last.lock().await;
        if let Some((at, outcome)) = &*last
            && at.elapsed() < FRESH
        {
            return outcome.clone().map(|()| None);
        }
        let chosen = self.choose().await;
        let outcome = chosen.as_ref().map(|_| ()).map_err(Clone::clone);
        *last = Some((Instant::now(), outcome));
        chosen.map(Some)
    }
}

async fn ask(options: &AnyConnectOptions) -> Result<(), StoreError> {
    let mut connection = AnyConnection::connect_with(options).await?;
    let role = role(&mut connection).await;
    // What it said is known; how it ends is no matter.
    let _ = connection.close().await;
    role
}

/// Whether a session's server takes writes from it.
///
/// # Errors
/// Why it does not.
pub(crate) async fn role(connection: &mut AnyConnection) -> Result<(), StoreError> {
    let row = sqlx::query(
        "SELECT CASE WHEN pg_is_in_recovery() THEN 'standby' \
         ELSE current_setting('transaction_read_only') END",
    )
    .fetch_one(connection)
    .await?;
    let role: String = row.try_get(0)?;
    let detail = match role.as_str() {
        "off" => return Ok(()),
        "standby" => "it is a standby",
        _ => "it takes no writes: `transaction_read_only` is on",
    };
    Err(StoreError::new(StoreErrorKind::ReadOnly, detail))
}
