//! What the proxy itself has to say: `application/problem+json` (RFC 9457) with a stable code.

use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};

use crate::IssueView;

/// The content type of a [`Problem`].
pub const PROBLEM_TYPE: &str = "application/problem+json";

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:literal;)*) => {
        /// The stable codes; a code is never reused for something else.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for ProblemCode {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                evenkeel::openapi::one_of(&[$($name),*])
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for ProblemCode {}

        impl ProblemCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The HTTP status it comes with. [`Self::InvalidParameters`] of a batch alone comes with 422.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),* }
            }
        }
    };
}

codes! {
    /// The parameters break a rule; `issues` says which.
    InvalidParameters = "invalid_parameters", 400;
    /// No account of that name.
    UnknownAccount = "unknown_account", 404;
    /// No batch of that id, or no such item of it.
    UnknownBatch = "unknown_batch", 404;
    /// No event of that id was seen.
    UnknownEvent = "unknown_event", 404;
    /// No operation of that name, or not of this account's cloud.
    UnknownOperation = "unknown_operation", 404;
    /// Nothing is there.
    NotFound = "not_found", 404;
    /// Something is there, but not for this method.
    MethodNotAllowed = "method_not_allowed", 405;
    /// Nobody is logged in, or his session or token is over.
    LoginNeeded = "login_needed", 401;
    /// The code does not log in: it is wrong, used or too old.
    WrongCode = "wrong_code", 401;
    /// The name and the password do not log in: one of them is wrong, or the user may not.
    WrongLogin = "wrong_login", 401;
    /// The new password is too short, too long or easily guessed.
    WeakPassword = "weak_password", 422;
    /// There were too many wrong codes or passwords; `retry-after` says when to come back.
    TooManyAttempts = "too_many_attempts", 429;
    /// Too many requests a second come from one address, or by one login; `retry-after` says when to come back.
    TooManyRequests = "too_many_requests", 429;
    /// There is no such session of one's own.
    UnknownSession = "unknown_session", 404;
    /// Whoever is logged in has no right to it; the detail names the right that is needed.
    NotAllowed = "not_allowed", 403;
    /// The `Host` is none of the server's, or one that is answered by HTTPS alone.
    ForbiddenHost = "forbidden_host", 403;
    /// The request comes from another site's page.
    ForbiddenOrigin = "forbidden_origin", 403;
    /// The body is not declared as JSON.
    UnsupportedMediaType = "unsupported_media_type", 415;
    /// The body is larger than any call needs.
    TooLarge = "too_large", 413;
    /// The answer exists in no version that the client takes.
    NotAcceptable = "not_acceptable", 406;
    /// The body did not arrive, or not in time.
    IncompleteBody = "incomplete_body", 408;
    /// The body's chunks are none.
    MalformedBody = "malformed_body", 400;
    /// The request could not be built as it would be signed.
    Unsendable = "unsendable", 400;
    /// The cloud could not be reached; nothing was sent.
    UpstreamUnreachable = "upstream_unreachable", 502;
    /// The cloud did not answer in time.
    UpstreamTimeout = "upstream_timeout", 504;
    /// The connection broke after the request had left.
    UpstreamLost = "upstream_lost", 502;
    /// The cloud's answer is larger than any answer should be.
    UpstreamTooLarge = "upstream_too_large", 502;
    /// The cloud's answer cannot be read.
    UpstreamUnreadable = "upstream_unreadable", 502;
    /// The request needs a key that makes it one, however often it is sent.
    IdempotencyKeyNeeded = "idempotency_key_needed", 400;
    /// The key belongs to another request.
    IdempotencyConflict = "idempotency_conflict", 422;
    /// No item of the batch was rejected or not sent and is not sent again yet.
    NothingToRetry = "nothing_to_retry", 409;
    /// Items that took a password are to be sent again, and the request says neither the password nor
    /// that there is to be none.
    PasswordNeeded = "password_needed", 422;
    /// The account leads elsewhere than when the batch was taken.
    AccountMoved = "account_moved", 409;
    /// Only an unknown item can be settled by a person.
    NotUnknown = "not_unknown", 409;
    /// The batch waits for no approval: it needs none, has one, or it is too late.
    NotWaiting = "not_waiting", 409;
    /// What would be sent is not what was looked at.
    PlanChanged = "plan_changed", 409;
    /// What somebody ordered has to be approved by somebody else, who is logged in: no token can.
    SecondPersonNeeded = "second_person_needed", 409;
    /// The policy lets nothing be sent without an approval.
    NoBreakGlass = "no_break_glass", 409;
    /// What changes something goes through a batch.
    UseBatches = "use_batches", 409;
    /// The cloud refuses the account's key, which is left alone for a while.
    KeyRests = "key_rests", 503;
    /// There are as many streams as there may be.
    TooManyStreams = "too_many_streams", 503;
    /// The proxy has as much in hand as it may; `retry-after` says when to come back.
    Busy = "busy", 503;
    /// The store does not answer, or does not take what it is given.
    StoreUnavailable = "store_unavailable", 503;
    /// The proxy itself failed.
    Internal = "internal", 500;
}

/// A code as it is read: a newer proxy may have one that this program does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum AnyCode {
    /// One of ours.
    Known(ProblemCode),
    /// One of tomorrow.
    Unknown(String),
}

impl AnyCode {
    /// The code, where this program knows it.
    #[must_use]
    pub fn known(&self) -> Option<ProblemCode> {
        match self {
            Self::Known(code) => Some(*code),
            Self::Unknown(_) => None,
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(code) => code.as_str(),
            Self::Unknown(name) => name,
        }
    }
}

impl From<ProblemCode> for AnyCode {
    fn from(code: ProblemCode) -> Self {
        Self::Known(code)
    }
}

/// What is known about a call that got no answer from the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// Nothing left: it is safe to try again.
    NotSent,
    /// Something may have left and nobody knows: look at the event before anything else.
    Unknown,
}

/// Reads an outcome; a word of a newer proxy tells as much as none.
fn known_outcome<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<CallOutcome>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Read {
        Known(CallOutcome),
        Other(IgnoredAny),
    }
    match Read::deserialize(deserializer)? {
        Read::Known(outcome) => Ok(Some(outcome)),
        Read::Other(IgnoredAny) => Ok(None),
    }
}

/// The body of a problem. The proxy writes the core's report as its issues; whoever reads it gets them as
/// [`IssueView`]s.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem<I = Vec<IssueView>> {
    /// The status in words.
    #[serde(default)]
    pub title: String,
    /// The HTTP status.
    #[serde(default)]
    pub status: u16,
    /// What it is, in a word that stays.
    #[cfg_attr(feature = "openapi", schema(value_type = ProblemCode))]
    pub code: AnyCode,
    /// What it is, for a person.
    #[serde(default)]
    pub detail: String,
    /// The id of the request, as the proxy's log has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Whether something left for the cloud, where the request was a call.
    #[serde(
        default,
        deserialize_with = "known_outcome",
        skip_serializing_if = "Option::is_none"
    )]
    pub outcome: Option<CallOutcome>,
    /// What is wrong with what was sent, place by place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<IssueView>>))]
    pub issues: Option<I>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_one_name_and_a_status_of_a_refusal() {
        for code in ProblemCode::ALL {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{}\"", code.as_str()));
            assert_eq!(serde_json::from_str::<ProblemCode>(&json).unwrap(), *code);
            assert!((400..600).contains(&code.status()), "{json}");
        }
    }

    #[test]
    fn a_problem_is_written_and_read_the_same() {
        let json = concat!(
            r#"{"title":"Conflict","status":409,"code":"use_batches","detail":"send a batch","#,
            r#""request_id":"r-1","outcome":"not_sent","issues":[{"pointer":"/a","location":"a","#,
            r#""code":"missing","severity":"error","message":"is missing"}]}"#
        );
        let problem: Problem = serde_json::from_str(json).unwrap();
        assert_eq!(problem.code.known(), Some(ProblemCode::UseBatches));
        assert_eq!(serde_json::to_string(&problem).unwrap(), json);
    }

    #[test]
    fn what_a_newer_proxy_says_can_still_be_read() {
        let json = r#"{"code":"of_tomorrow","detail":"all new","outcome":"in_part","more":1}"#;
        let problem: Problem = serde_json::from_str(json).unwrap();
        assert_eq!(
            (problem.code.known(), problem.code.as_str()),
            (None, "of_tomorrow")
        );
        assert_eq!(problem.detail, "all new");
        assert_eq!(problem.outcome, None);
    }

    #[test]
    fn what_is_no_problem_is_not_read_as_one() {
        for json in ["{}", "[]", r#"{"detail":"x"}"#, r#"{"code":5}"#, "<html>"] {
            assert!(serde_json::from_str::<Problem>(json).is_err(), "{json}");
        }
    }
}
