//! Whether an account works: one harmless list call, and in plain words what is wrong.

use std::{fmt, time::SystemTime};

use evenkeel::{ErrorClass, Provider, ProviderError, Response, ResponseError, first_page};

use crate::{
    account::Account,
    upstream::{SendError, Upstream},
};

/// The clouds refuse a request signed further than this from their own time, in ms.
const SKEW_ALLOWED_MS: i64 = 15 * 60 * 1000;

/// A clock this far off works, and is worth a word, in ms.
const SKEW_NOTED_MS: i64 = 60 * 1000;

/// What one account's check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    account: String,
    provider: Provider,
    verdict: Verdict,
    /// This machine's time less the cloud's, in ms.
    clock_offset_ms: Option<i64>,
}

/// What the cloud made of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The list came.
    Works {
        /// How many events there are, where the cloud says so.
        events: Option<u64>,
    },
    /// The key is good and may not list.
    Denied(ProviderError),
    /// The cloud knows no such key.
    UnknownKey(ProviderError),
    /// The secret is not this key's.
    WrongSecret(ProviderError),
    /// The key or its signature is refused; this cloud does not say which.
    CredentialsRefused(ProviderError),
    /// The clock is further off than the cloud allows.
    ClockOff(ProviderError),
    /// The cloud is busy.
    Throttled(ProviderError),
    /// Refused for another reason.
    Refused(ProviderError),
    /// The answer is not the cloud's.
    Unreadable(String),
    /// No answer.
    NoAnswer(SendError),
}

impl Check {
    /// Tries an account.
    pub async fn run(account: &Account, upstream: &Upstream) -> Self {
        let operation = first_page(account.provider(), 1);
        let scope = account.scope();
        let before = upstream.clock().now_ms();
        let answer = upstream.send(account, &operation.request(&scope)).await;
        let clock_offset_ms = answer
            .as_ref()
            .ok()
            .and_then(|answer| clock_offset_ms(answer, before, upstream.clock().now_ms()));
        let verdict = match answer {
            Err(error) => Verdict::NoAnswer(error),
            Ok(answer) => match operation.page(&scope, &answer) {
                Ok(page) => Verdict::Works { events: page.total },
                Err(ResponseError::Refused(error)) => refused(error, clock_offset_ms),
                Err(error @ ResponseError::Unreadable { .. }) => {
                    Verdict::Unreadable(error.to_string())
                }
            },
        };
        Self {
            account: account.id().to_owned(),
            provider: account.provider(),
            verdict,
            clock_offset_ms,
        }
    }

    /// The account's id.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// What was found.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Whether the account can be used.
    pub fn is_ok(&self) -> bool {
        matches!(self.verdict, Verdict::Works { .. })
    }
}

/// The permission that listing needs.
fn permission(provider: Provider) -> &'static str {
    match provider {
        Provider::Ens => "ens:DescribeHistoryEvents",
        Provider::HuaweiEcs => "ecs:instanceScheduledEvents:list",
    }
}

fn refused(error: ProviderError, clock_offset_ms: Option<i64>) -> Verdict {
    let clock_is_off = clock_offset_ms.is_some_and(|offset| offset.abs() > SKEW_ALLOWED_MS);
    match error.class {
        ErrorClass::Clock => Verdict::ClockOff(error),
        // Huawei has one code for a bad signature, an unknown key and a wrong clock.
        ErrorClass::Credentials if clock_is_off => Verdict::ClockOff(error),
        ErrorClass::Credentials if error.code.starts_with("InvalidAccessKeyId") => {
            Verdict::UnknownKey(error)
        }
        ErrorClass::Credentials if error.code == "SignatureDoesNotMatch" => {
            Verdict::WrongSecret(error)
        }
        ErrorClass::Credentials => Verdict::CredentialsRefused(error),
        ErrorClass::Denied => Verdict::Denied(error),
        ErrorClass::Throttled => Verdict::Throttled(error),
        _ => Verdict::Refused(error),
    }
}

/// The cloud's own time when it answered, ms since the Unix epoch: its `Date`, in whole seconds.
pub(crate) fn cloud_time(answer: &Response) -> Option<i64> {
    let date = httpdate::parse_http_date(answer.header("date")?).ok()?;
    let theirs = date.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(theirs.as_millis()).ok()
}

/// This machine's time less the cloud's, by the answer's `Date`: good to a second or so.
fn clock_offset_ms(answer: &Response, before: i64, after: i64) -> Option<i64> {
    // The header counts whole seconds: half of one is the best guess.
    let theirs = cloud_time(answer)?.checked_add(500)?;
    Some(i64::midpoint(before, after) - theirs)
}

impl fmt::Display for Check {
    /// A line, or two where there is something to do. Of a refused signature only the code is
    /// shown: some clouds send back what was signed, a session token among it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.account)?;
        match &self.verdict {
            Verdict::Works { events: None } => write!(f, "ok, may list events")?,
            Verdict::Works { events: Some(1) } => write!(f, "ok, 1 event")?,
            Verdict::Works {
                events: Some(count),
            } => write!(f, "ok, {count} events")?,
            Verdict::Denied(error) => write!(
                f,
                "the key is good, but may not list events: grant `{}` ({error})",
                permission(self.provider)
            )?,
            Verdict::UnknownKey(error) => write!(
                f,
                "the cloud knows no such access key: check `access_key_id`, or whether it was deleted or disabled ({})",
                error.code
            )?,
            Verdict::WrongSecret(error) => write!(
                f,
                "the secret is not this access key's: check `access_key_secret` ({})",
                error.code
            )?,
            Verdict::CredentialsRefused(error) => write!(
                f,
                "the key or its secret is refused: check `access_key_id`, `access_key_secret` and `security_token` ({}); \
                 after five failures in a row the cloud locks a key for five minutes",
                error.code
            )?,
            Verdict::ClockOff(error) => {
                match self.clock_offset_ms {
                    Some(offset) => write!(f, "this machine's clock is {}", off(offset))?,
                    None => write!(f, "this machine's clock is off")?,
                }
                write!(
                    f,
                    ", more than the 15 minutes that the cloud allows: set it ({})",
                    error.code
                )?;
            }
            Verdict::Throttled(error) => write!(
                f,
                "the cloud is throttling this account; the credentials were not refused, try again later ({})",
                error.code
            )?,
            Verdict::Refused(error) => write!(f, "refused with HTTP {}: {error}", error.status)?,
            Verdict::Unreadable(reason) => {
                write!(f, "{reason}; is `endpoint` this cloud's?")?;
            }
            Verdict::NoAnswer(error) => write!(f, "{error}")?,
        }
        match self.clock_offset_ms {
            Some(offset) if self.is_ok() && offset.abs() > SKEW_NOTED_MS => write!(
                f,
                "; this machine's clock is {}: beyond 15 minutes the cloud refuses",
                off(offset)
            ),
            _ => Ok(()),
        }
    }
}

/// How far off a clock is, in words.
fn off(offset_ms: i64) -> String {
    let seconds = std::time::Duration::from_secs(offset_ms.unsigned_abs() / 1000);
    let side = if offset_ms < 0 { "behind" } else { "ahead" };
    format!("{} {side}", humantime::format_duration(seconds))
}
