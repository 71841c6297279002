//! What goes wrong with a call to a cloud: the one taxonomy of the engine. It says what failed, and whether the call
//! may have acted all the same; the sync, the journal, the probes, the check and the routes turn it into their own
//! words at their edge, and conclude neither from anything else.

use evenkeel::{ErrorClass, ProviderError, ResponseError};
use evenkeel_api::CallOutcome;

use crate::{
    foreign,
    keys::{KeyAnswer, KeyFault, RestingKey},
    upstream::SendError,
};

/// Why a call brought nothing that it was made for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// It was given up before a byte of it left; it may simply be made again.
    #[error(transparent)]
    GivenUp(#[from] GivenUp),
    /// It was not made: the cloud refused the key, which is left alone.
    #[error("the cloud refuses the account's key ({code})")]
    KeyRests {
        /// What is wrong with the key.
        fault: KeyFault,
        /// The cloud's code.
        code: String,
        /// When the key is tried again, ms.
        retry_after_ms: Option<u64>,
    },
    /// No whole answer came.
    #[error(transparent)]
    Unanswered(#[from] SendError),
    /// It broke off inside the proxy, and nobody knows where.
    #[error("the call broke off inside the proxy")]
    Interrupted,
    /// The cloud refused it, or answered what cannot be read.
    #[error(transparent)]
    Refused(#[from] ResponseError),
}

/// Why a call was given up before it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GivenUp {
    /// The account's lease is not to be relied on any more.
    #[error("the account is no longer this proxy's to send for")]
    LeaseLost,
    /// Nobody could say whether it is.
    #[error("the store did not answer")]
    StoreSilent,
    /// Its time is too far from the clock's: the cloud might take its signature for old.
    #[error("the clock has moved too far since its intent")]
    OffTime,
    /// The proxy ends.
    #[error("the proxy ends")]
    Stopping,
}

/// What failed, in one of a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The call was given up before it left.
    GivenUp,
    /// The key is left alone.
    KeyRests(KeyFault),
    /// The request cannot be built as it would be signed.
    Unsendable,
    /// The cloud cannot be reached.
    Unreachable,
    /// It did not answer in time.
    TimedOut,
    /// The connection broke.
    ConnectionLost,
    /// The answer is larger than any.
    TooLarge,
    /// The answer is not the cloud's.
    Unreadable,
    /// The call broke off inside the proxy.
    Interrupted,
    /// The cloud says no, and why.
    Refused(ErrorClass),
}

impl FailureKind {
    /// As it is counted.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GivenUp => "given_up",
            Self::KeyRests(_) => "key_rests",
            Self::Unsendable => "unsendable",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timeout",
            Self::ConnectionLost => "lost",
            Self::TooLarge => "too_large",
            Self::Unreadable => "unreadable",
            Self::Interrupted => "interrupted",
            Self::Refused(class) => class.as_str(),
        }
    }
}

impl CallFailure {
    /// That a call is not made because its key is left alone.
    pub fn resting(rest: &RestingKey, now: i64) -> Self {
        Self::KeyRests {
            fault: rest.fault,
            code: rest.code.clone(),
            retry_after_ms: u64::try_from(rest.next_at.saturating_sub(now)).ok(),
        }
    }

    /// What failed.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::GivenUp(_) => FailureKind::GivenUp,
            Self::KeyRests { fault, .. } => FailureKind::KeyRests(*fault),
            Self::Unanswered(error) => match error {
                SendError::Unsigned(_) | SendError::Unsendable => FailureKind::Unsendable,
                SendError::Unreachable { .. } => FailureKind::Unreachable,
                SendError::Timeout { .. } => FailureKind::TimedOut,
                SendError::Lost { .. } => FailureKind::ConnectionLost,
                SendError::TooLarge { .. } => FailureKind::TooLarge,
                SendError::Unreadable { .. } => FailureKind::Unreadable,
            },
            Self::Interrupted => FailureKind::Interrupted,
            // A gateway's page of HTML says by its status what is the matter, not that nobody can read it.
            Self::Refused(error) => error
                .class()
                .map_or(FailureKind::Unreadable, FailureKind::Refused),
        }
    }

    /// Whether the call may have acted: whatever depends on that asks here.
    pub fn outcome(&self) -> CallOutcome {
        let may_have_acted = match self {
            Self::GivenUp(_) | Self::KeyRests { .. } => false,
            Self::Unanswered(error) => match error {
                SendError::Unsigned(_) | SendError::Unsendable | SendError::Unreachable { .. } => {
                    false
                }
                SendError::Timeout { .. }
                | SendError::Lost { .. }
                | SendError::TooLarge { .. }
                | SendError::Unreadable { .. } => true,
            },
            Self::Interrupted => true,
            Self::Refused(error) => error.may_have_acted(),
        };
        if may_have_acted {
            CallOutcome::Unknown
        } else {
            CallOutcome::NotSent
        }
    }

    /// What it says about the key that signed the call.
    pub fn key_answer(&self) -> KeyAnswer {
        let Self::Refused(error) = self else {
            return KeyAnswer::Nothing;
        };
        match error.class() {
            // It gave up waiting for the request.
            _ if error.status() == 408 => KeyAnswer::Nothing,
            Some(ErrorClass::Credentials) => KeyAnswer::Refused(KeyFault::Key, code(error)),
            Some(ErrorClass::Clock) => KeyAnswer::Refused(KeyFault::Clock, code(error)),
            Some(ErrorClass::Denied | ErrorClass::NotFound | ErrorClass::Invalid) => {
                KeyAnswer::Taken
            }
            Some(ErrorClass::Throttled | ErrorClass::Unavailable | ErrorClass::Other) | None => {
                KeyAnswer::Nothing
            }
        }
    }

    /// The code with which the cloud denies what was asked; none where it denies nothing.
    pub(crate) fn denied(&self) -> Option<String> {
        match self {
            Self::Refused(error) if error.class() == Some(ErrorClass::Denied) => Some(code(error)),
            _ => None,
        }
    }

    /// When the same call is worth making again, ms, where somebody says.
    pub(crate) fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::KeyRests { retry_after_ms, .. } => *retry_after_ms,
            Self::Refused(error) => error.retry_after_ms(),
            Self::GivenUp(_) | Self::Unanswered(_) | Self::Interrupted => None,
        }
    }
}

/// The cloud's code, or what stands for one in an answer that nobody can read.
fn code(error: &ResponseError) -> String {
    match error {
        ResponseError::Refused(ProviderError { code, .. }) => foreign::name(code),
        ResponseError::Unreadable { status, .. } => format!("HTTP {status}"),
    }
}

#[cfg(test)]
impl CallFailure {
    /// Of each kind one, and of those that a cloud tells one of each class.
    pub(crate) fn one_of_each() -> Vec<Self> {
        let refused = |status, class| {
            Self::Refused(ResponseError::Refused(ProviderError {
                status,
                code: "C".to_owned(),
                message: "m".to_owned(),
                request_id: None,
                retry_after_ms: None,
                class,
            }))
        };
        let mut all: Vec<Self> = SendError::one_of_each().map(Self::Unanswered).into();
        all.extend([
            Self::GivenUp(GivenUp::LeaseLost),
            Self::KeyRests {
                fault: KeyFault::Key,
                code: "C".to_owned(),
                retry_after_ms: None,
            },
            Self::Interrupted,
        ]);
        all.extend(ErrorClass::ALL.iter().map(|class| match class {
            ErrorClass::Unavailable => refused(503, *class),
            class => refused(400, *class),
        }));
        all
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use evenkeel::{Chunk, Judgement, Operation, OperationName, Outcome, Response, Rules, Scope};

    use super::*;

    fn chunk() -> Chunk {
        let body =
            br#"{"EventInfos":[{"EventId":"e-1","ResourceId":"i-1","OpsType":"immediate"}]}"#;
        let rules = Rules::at(evenkeel::Timestamp::from_millis(0));
        let name = OperationName::BatchEventRebootInstance;
        let operation = Operation::parse_json(name, body, &rules).unwrap().value;
        Chunk::from_operation(operation).unwrap()
    }

    #[test]
    fn a_refusal_may_have_acted_exactly_where_the_core_calls_its_items_unknown() {
        let mut outcomes = BTreeSet::new();
        for (status, code) in [
            (400, "InvalidParameter"),
            (400, "SignatureNonceUsed"),
            (403, "NoPermission"),
            (404, "InvalidAccessKeyId.NotFound"),
            (408, "RequestTimeout"),
            (429, "Throttling"),
            (400, "Throttling.User"),
            (500, "InternalError"),
            (503, "ServiceUnavailable"),
        ] {
            for body in [
                format!(r#"{{"Code":"{code}","Message":"m"}}"#),
                "<html>".to_owned(),
            ] {
                let response = Response {
                    status,
                    headers: Vec::new(),
                    body: body.into_bytes(),
                };
                let error = chunk().operation.page(&Scope::default(), &response);
                let failure = CallFailure::Refused(error.unwrap_err());
                let is_unknown = match chunk().judge(&response) {
                    Judgement::Throttled { .. } => false,
                    Judgement::Settled(outcomes) => {
                        matches!(outcomes[..], [Outcome::Unknown { .. }])
                    }
                };
                let may_have_acted = failure.outcome() == CallOutcome::Unknown;
                assert_eq!(may_have_acted, is_unknown, "{status} {failure}");
                outcomes.insert(may_have_acted);
            }
        }
        assert_eq!(outcomes.len(), 2);
    }

    #[test]
    fn only_an_answer_says_anything_about_the_key() {
        for failure in CallFailure::one_of_each() {
            let expected = match failure.kind() {
                FailureKind::Refused(ErrorClass::Credentials) => {
                    KeyAnswer::Refused(KeyFault::Key, "C".to_owned())
                }
                FailureKind::Refused(ErrorClass::Clock) => {
                    KeyAnswer::Refused(KeyFault::Clock, "C".to_owned())
                }
                FailureKind::Refused(
                    ErrorClass::Denied | ErrorClass::NotFound | ErrorClass::Invalid,
                ) => KeyAnswer::Taken,
                _ => KeyAnswer::Nothing,
            };
            assert_eq!(failure.key_answer(), expected, "{failure}");
            let is_denied = failure.kind() == FailureKind::Refused(ErrorClass::Denied);
            assert_eq!(failure.denied().is_some(), is_denied, "{failure}");
        }
    }

    #[test]
    fn what_a_cloud_says_is_bounded() {
        let failure = CallFailure::Refused(ResponseError::Refused(ProviderError {
            status: 401,
            code: "x\n".repeat(1_000_000),
            message: String::new(),
            request_id: None,
            retry_after_ms: None,
            class: ErrorClass::Credentials,
        }));
        let KeyAnswer::Refused(_, code) = failure.key_answer() else {
            panic!("{:?}", failure.kind());
        };
        assert!(code.len() < 200 && !code.contains('\n'));
    }
}
