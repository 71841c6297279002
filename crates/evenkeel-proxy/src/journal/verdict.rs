//! What a call means for its items: decisions without I/O.

use std::time::Duration;

use evenkeel::{Chunk, Delivery, ErrorClass, Judgement, Outcome, Response, ResponseError, Scope};
use evenkeel_api::{ItemReason, ItemState};

use crate::{
    keys::{REFUSED, Said},
    upstream::SendError,
};

/// How a call ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// It was given up before a byte of it left; it may simply be made again.
    NeverLeft(GivenUp),
    /// It cannot be made at all: it cannot be signed, or would not be what was signed.
    Unsendable(String),
    /// Nobody was there to take it: name, connection, TLS.
    Unreachable(String),
    /// It left, and no whole answer came: the reason, and the cause in words.
    Lost(ItemReason, String),
    /// The cloud answered.
    Answered(Response),
}

/// Why a call was given up before it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GivenUp {
    /// The account's lease is not to be relied on any more.
    LeaseLost,
    /// Nobody could say whether it is.
    StoreSilent,
    /// Its time is too far from the clock's: the cloud might take its signature for old.
    OffTime,
    /// The proxy ends.
    Stopping,
}

impl GivenUp {
    /// For a person.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::LeaseLost => "the account is no longer this proxy's to send for",
            Self::StoreSilent => "the store did not answer",
            Self::OffTime => "the clock has moved too far since its intent",
            Self::Stopping => "the proxy ends",
        }
    }
}

impl From<SendError> for Ending {
    fn from(error: SendError) -> Self {
        let text = error.to_string();
        match error {
            SendError::Unsigned(_) | SendError::Unsendable => Self::Unsendable(text),
            SendError::Unreachable { .. } => Self::Unreachable(text),
            SendError::Timeout { .. } => Self::Lost(ItemReason::TimedOut, text),
            SendError::Lost { .. } => Self::Lost(ItemReason::ConnectionLost, text),
            SendError::TooLarge { .. } | SendError::Unreadable { .. } => {
                Self::Lost(ItemReason::UnclearAnswer, text)
            }
        }
    }
}

/// What becomes of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Back into the queue as if nothing had been: nothing left.
    Again,
    /// Back into the queue: the cloud refused a signature that was too old when it came.
    Anew,
    /// Back into the queue, to be tried again after a while; why.
    Later {
        reason: ItemReason,
        text: String,
    },
    Accepted {
        request_id: Option<String>,
    },
    Rejected {
        code: String,
        text: String,
        request_id: Option<String>,
    },
    NotSent {
        reason: ItemReason,
        text: String,
    },
    Unknown {
        reason: ItemReason,
        text: String,
    },
}

impl Verdict {
    /// Which states of an item it takes the place of, if the call is still the item's last.
    ///
    /// `unknown`, too: another proxy may have taken this one for dead. And what the cloud itself says
    /// goes before what a person or a read concluded from its silence.
    pub(super) fn replaces(&self) -> &'static [ItemState] {
        match self {
            Self::Accepted { .. } => &[
                ItemState::Sending,
                ItemState::Unknown,
                ItemState::NotSent,
                ItemState::Queued,
            ],
            Self::Rejected { .. } => &[
                ItemState::Sending,
                ItemState::Unknown,
                ItemState::NotSent,
                ItemState::Queued,
                ItemState::Accepted,
            ],
            _ => &[ItemState::Sending, ItemState::Unknown],
        }
    }
}

/// What a call means.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Judged {
    /// One an item, in the chunk's order.
    pub(super) verdicts: Vec<Verdict>,
    /// The whole account waits so long before its next call; nothing where it need not.
    pub(super) pause: Option<Pause>,
    /// What the answer says about the account's key: one that is refused is so for all that it signs.
    pub(super) said: Said,
    /// The cloud's code, where the key may not do this.
    pub(super) denied: Option<String>,
}

/// Why an account waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pause {
    /// The cloud asked for it, perhaps for so many ms.
    Throttled(Option<u64>),
    /// Nobody was there.
    Unreachable,
}

/// Judges a call.
pub(super) fn judge(chunk: &Chunk, ending: &Ending) -> Judged {
    let all = |verdict: Verdict, pause| Judged {
        verdicts: vec![verdict; chunk.targets().len()],
        pause,
        said: Said::Nothing,
        denied: None,
    };
    let response = match ending {
        Ending::NeverLeft(_) => return all(Verdict::Again, None),
        Ending::Unsendable(text) => {
            let text = text.clone();
            let reason = ItemReason::Unsendable;
            return all(Verdict::NotSent { reason, text }, None);
        }
        Ending::Unreachable(text) => {
            let text = text.clone();
            let reason = ItemReason::Unreachable;
            return all(Verdict::Later { reason, text }, Some(Pause::Unreachable));
        }
        Ending::Lost(reason, text) => {
            let text = text.clone();
            return all(
                Verdict::Unknown {
                    reason: *reason,
                    text,
                },
                None,
            );
        }
        Ending::Answered(response) => response,
    };
    match chunk.judge(&Delivery::Answered(response.clone())) {
        Judgement::Throttled {
            retry_after_ms,
            error,
        } => all(
            Verdict::Later {
                reason: ItemReason::Throttled,
                text: error.to_string(),
            },
            Some(Pause::Throttled(retry_after_ms)),
        ),
        Judgement::Settled(outcomes) => {
            let (said, denied) = said(chunk, response);
            Judged {
                verdicts: outcomes.into_iter().map(verdict).collect(),
                pause: None,
                said,
                denied,
            }
        }
    }
}

/// What an answer says about the key, and the code with which it denies what was asked.
fn said(chunk: &Chunk, response: &Response) -> (Said, Option<String>) {
    if (200..300).contains(&response.status) {
        return (Said::Taken, None);
    }
    let Err(error) = chunk.operation.page(&Scope::default(), response) else {
        return (Said::Taken, None);
    };
    let denied = match &error {
        ResponseError::Refused(error) if error.class == ErrorClass::Denied => {
            Some(error.code.clone())
        }
        ResponseError::Unreadable {
            class: Some(ErrorClass::Denied),
            status,
            ..
        } => Some(format!("HTTP {status}")),
        _ => None,
    };
    (Said::by(&error), denied)
}

/// How far from its own time the clouds take a signature, less a minute for the way, ms.
const SKEW_MS: i64 = 14 * 60 * 1000;

/// Whether a signature was too old, or too young, for the cloud when it came, and one that is made now
/// would not be: time leapt in between, as it does for a machine that was asleep. Times are ms since the
/// Unix epoch.
pub(crate) fn came_off_time(signed_at: i64, cloud_at: Option<i64>, now: i64) -> bool {
    let is_far = |one: i64, other: i64| one.saturating_sub(other).saturating_abs() > SKEW_MS;
    match cloud_at {
        Some(cloud_at) => is_far(cloud_at, signed_at) && !is_far(cloud_at, now),
        None => is_far(now, signed_at),
    }
}

fn verdict(outcome: Outcome) -> Verdict {
    match outcome {
        Outcome::Accepted { request_id } => Verdict::Accepted { request_id },
        Outcome::Rejected {
            code,
            message,
            request_id,
        } => Verdict::Rejected {
            text: if quotes_what_was_signed(&code) {
                REFUSED.to_owned()
            } else {
                message
            },
            code,
            request_id,
        },
        Outcome::NotSent { reason } => Verdict::NotSent {
            reason: ItemReason::Unsendable,
            text: reason,
        },
        Outcome::Unknown { reason } => Verdict::Unknown {
            reason: ItemReason::UnclearAnswer,
            text: reason,
        },
    }
}

/// Some clouds answer a wrong signature with what was signed: a token or a password may be in it.
pub(super) fn quotes_what_was_signed(code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    let starts = |gateway| code.starts_with(gateway);
    code.contains("signature") || starts("apigw.03") || starts("apig.03")
}

/// How long an account waits before its next call, after so many pauses in a row: twice as long
/// each time, at least what the cloud asked for, and a little more by chance so that several do not
/// come back at once.
pub(super) fn wait(pause: Pause, in_a_row: u32, chance: u8) -> Duration {
    const FIRST_MS: u64 = 1_000;
    const MOST_MS: u64 = 60_000;
    const MOST_ASKED_MS: u64 = 10 * 60_000;
    let doubled = FIRST_MS.saturating_mul(1 << in_a_row.saturating_sub(1).min(10));
    let asked = match pause {
        Pause::Throttled(Some(ms)) => ms.min(MOST_ASKED_MS),
        Pause::Throttled(None) | Pause::Unreachable => 0,
    };
    let ms = doubled.min(MOST_MS).max(asked);
    Duration::from_millis(ms + ms * u64::from(chance) / 1024)
}

#[cfg(test)]
mod tests {
    use evenkeel::{Operation, OperationName, Rules, Timestamp};

    use super::*;
    use crate::keys::Fault;

    fn chunk() -> Chunk {
        let body = br#"{"EventInfos":[{"EventId":"e-1","ResourceId":"i-1","OpsType":"immediate"},
            {"EventId":"e-2","ResourceId":"i-2","OpsType":"immediate"}]}"#;
        let rules = Rules::at(Timestamp::from_millis(0));
        let name = OperationName::BatchEventRebootInstance;
        let operation = Operation::parse_json(name, body, &rules).unwrap().value;
        Chunk::from_operation(operation).unwrap()
    }

    fn answered(status: u16, headers: &[(&str, &str)], body: &str) -> Ending {
        Ending::Answered(Response {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.as_bytes().to_vec(),
        })
    }

    #[test]
    fn only_a_call_that_left_can_be_unknown() {
        let lost = SendError::Lost {
            host: "h".to_owned(),
            cause: "reset".to_owned(),
        };
        let unreachable = SendError::Unreachable {
            host: "h".to_owned(),
            cause: "refused".to_owned(),
        };
        let judged = judge(&chunk(), &lost.into());
        assert!(matches!(
            judged.verdicts[..],
            [
                Verdict::Unknown {
                    reason: ItemReason::ConnectionLost,
                    ..
                },
                _
            ]
        ));
        let judged = judge(&chunk(), &unreachable.into());
        assert!(matches!(
            judged.verdicts[..],
            [
                Verdict::Later {
                    reason: ItemReason::Unreachable,
                    ..
                },
                _
            ]
        ));
        assert_eq!(judged.pause, Some(Pause::Unreachable));
        let judged = judge(&chunk(), &SendError::Unsendable.into());
        assert!(matches!(judged.verdicts[..], [Verdict::NotSent { .. }, _]));
        assert_eq!(
            judge(&chunk(), &Ending::NeverLeft(GivenUp::LeaseLost)).verdicts,
            [Verdict::Again, Verdict::Again]
        );
    }

    #[test]
    fn a_throttled_call_comes_again_after_the_clouds_own_hint() {
        let body = r#"{"Code":"Throttling.User","Message":"slow down"}"#;
        let judged = judge(
            &chunk(),
            &answered(400, &[("x-acs-retry-after", "7")], body),
        );
        assert!(matches!(
            judged.verdicts[..],
            [
                Verdict::Later {
                    reason: ItemReason::Throttled,
                    ..
                },
                _
            ]
        ));
        assert!(
            matches!(judged.pause, Some(Pause::Throttled(Some(_)))),
            "{judged:?}"
        );
    }

    #[test]
    fn a_server_error_says_nothing_of_what_was_done() {
        for status in [500, 502, 503, 408] {
            let body = r#"{"Code":"ServiceUnavailable","Message":"later"}"#;
            let judged = judge(&chunk(), &answered(status, &[], body));
            assert!(
                matches!(judged.verdicts[..], [Verdict::Unknown { .. }, _]),
                "{status}"
            );
            assert_eq!((judged.pause, judged.said), (None, Said::Nothing));
        }
    }

    #[test]
    fn a_refusal_of_the_key_is_told_from_one_of_what_it_may_do() {
        let body = r#"{"Code":"NoPermission","Message":"not yours"}"#;
        let judged = judge(&chunk(), &answered(403, &[], body));
        assert_eq!(
            (judged.said, judged.denied.as_deref()),
            (Said::Taken, Some("NoPermission"))
        );
        let body = r#"{"Code":"InvalidTimeStamp.Expired","Message":"too old"}"#;
        let judged = judge(&chunk(), &answered(400, &[], body));
        assert!(
            matches!(judged.said, Said::Refused(Fault::Clock, code) if code == "InvalidTimeStamp.Expired")
        );
        let judged = judge(&chunk(), &answered(200, &[], r#"{"RequestId":"R"}"#));
        assert_eq!(judged.said, Said::Taken);
    }

    #[test]
    fn a_signature_came_off_time_only_if_a_new_one_would_not() {
        let hour = 3_600_000;
        assert!(came_off_time(0, Some(hour), hour));
        assert!(came_off_time(hour, Some(0), 0));
        // This machine's clock is wrong, and stays so.
        assert!(!came_off_time(0, Some(hour), 5));
        assert!(!came_off_time(0, Some(5_000), 6_000));
        // Where the cloud does not say what time it was.
        assert!(came_off_time(0, None, hour));
        assert!(!came_off_time(0, None, 5));
    }

    #[test]
    fn a_refused_signature_is_not_quoted() {
        let body = r#"{"Code":"SignatureDoesNotMatch","Message":"we signed Password=Canary77"}"#;
        let judged = judge(&chunk(), &answered(400, &[], body));
        assert!(!format!("{judged:?}").contains("Canary77"));
        assert!(
            matches!(&judged.verdicts[..], [Verdict::Rejected { text, .. }, _] if text == REFUSED)
        );
        assert!(matches!(judged.said, Said::Refused(Fault::Key, _)));
        for code in [
            "APIGW.0301",
            "APIG.0301",
            "apigw.0305",
            "signatureDoesNotMatch",
        ] {
            assert!(quotes_what_was_signed(code), "{code}");
        }
        assert!(!quotes_what_was_signed("APIG.0101"));
    }

    #[test]
    fn waits_grow_and_keep_to_what_the_cloud_asks() {
        let ms = |pause, in_a_row| wait(pause, in_a_row, 0).as_millis();
        assert_eq!(ms(Pause::Unreachable, 1), 1_000);
        assert_eq!(ms(Pause::Unreachable, 3), 4_000);
        assert_eq!(ms(Pause::Unreachable, 99), 60_000);
        assert_eq!(ms(Pause::Throttled(Some(30_000)), 1), 30_000);
        assert_eq!(ms(Pause::Throttled(Some(u64::MAX)), 1), 600_000);
        assert!(wait(Pause::Unreachable, 1, 255).as_millis() > 1_000);
    }
}
