//! The kinds of issues: a closed list, each with a stable code and its data.

mod data;
mod data_sink;
mod message_en;
mod message_zh;

use serde::Serialize;

use self::data::IssueData;
pub use self::data_sink::DataSink;
use self::data_sink::WriteIssueData;
use crate::action::{Action, DataLoss};
use crate::description::answer::{Member, Variant};
use crate::event::Restriction;
use crate::id::IdFlaw;
use crate::json::{Mode, Node, parse};
use crate::number::NotWhole;
use crate::time::Timestamp;

impl From<NotWhole> for IssueKind {
    fn from(flaw: NotWhole) -> Self {
        match flaw {
            NotWhole::Fraction => Self::NotAnInteger,
            NotWhole::Unsafe => Self::UnsafeInteger,
        }
    }
}

/// A language for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Chinese, simplified.
    Zh,
}

impl Locale {
    /// The language for a BCP 47 tag, such as a browser's: Chinese for `zh…`, else English.
    #[must_use]
    pub fn for_tag(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("zh") {
            Self::Zh
        } else {
            Self::En
        }
    }
}

/// A class of characters that a password must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CharacterClass {
    /// `A`–`Z`
    Uppercase,
    /// `a`–`z`
    Lowercase,
    /// `0`–`9`
    Digit,
}

crate::wire_names! {
    CharacterClass { Uppercase => "uppercase", Lowercase => "lowercase", Digit => "digit" }
}

macro_rules! kinds {
    ($life:lifetime: $(
        $(#[doc = $doc:literal])*
        $name:ident $({ $(
            $(#[doc = $field_doc:literal])*
            $(#[serde($($serde:tt)*)])?
            $field:ident: $ty:ty
        ),* $(,)? })? => $code:literal,
    )*) => {
        /// What an issue is about; the data say which values are at stake. An [`IssueKind`] as a
        /// rule; one that was read from JSON borrows its texts.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(tag = "code")]
        pub enum Kind<$life> {
            $($(#[doc = $doc])* #[serde(rename = $code)] $name $({ $(
                $(#[doc = $field_doc])* $(#[serde($($serde)*)])? $field: $ty
            ),* })?,)*
        }

        impl<$life> Kind<$life> {
            /// Every code, in the order of the list.
            pub const CODES: &'static [&'static str] = &[$($code),*];

            /// Every code with what it stands for: a sentence in English.
            pub const ABOUT: &'static [(&'static str, &'static str)] =
                &[$(($code, concat!($($doc),*).trim_ascii_start())),*];

            /// Every code with its data.
            pub const DATA: &'static [Variant] = &[$(Variant {
                word: $code,
                doc: concat!($($doc),*).trim_ascii_start(),
                members: &[$($(Member {
                    name: stringify!($field),
                    data: <$ty as IssueData<$life>>::DATA,
                    optional: <$ty as IssueData<$life>>::OPTIONAL,
                    doc: concat!($($field_doc),*).trim_ascii_start(),
                }),*)?],
            }),*];

            /// The stable code.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self { $(Self::$name { .. } => $code,)* }
            }

            /// Reads an issue's JSON back; `texts` holds its list of texts, where it has one.
            fn read(issue: &$life Node<$life>, texts: &$life [&$life str]) -> Option<Self> {
                match issue.get("code")?.as_str()? {
                    $($code => Some(Self::$name {
                        $($($field: IssueData::read(issue.get(stringify!($field)), texts)?),*)?
                    }),)*
                    _ => None,
                }
            }
        }

        impl Kind<'static> {
            /// Hands out its data.
            pub fn data(&self, to: &mut impl DataSink) {
                match self {
                    $(Self::$name $({ $($field),* })? => {
                        $($(WriteIssueData::write($field, stringify!($field), to);)*)?
                    })*
                }
            }
        }
    };
}

kinds! { 'a:
    /// The input is not JSON.
    InvalidJson {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong there.
        detail: &'a str,
    } => "invalid_json",
    /// The value is of another JSON type.
    WrongType {
        /// The type it must have.
        expected: &'a str,
        /// The type it has.
        found: &'a str,
    } => "wrong_type",
    /// The same key stands twice in an object.
    DuplicateKey => "duplicate_key",
    /// The provider has no such field.
    UnknownField => "unknown_field",
    /// The provider reserves the field; it is not sent.
    ReservedField => "reserved_field",
    /// The provider has the field, and it is never sent from here: it makes an act harsher than what it answers.
    NeverSent => "never_sent",
    /// The field must be there.
    Missing {
        /// What the provider would take instead, where that is a trap.
        #[serde(skip_serializing_if = "Option::is_none")]
        assumed: Option<&'a str>,
    } => "missing",
    /// The list has no items.
    NoItems => "no_items",
    /// The list has more items than the cloud takes in a call.
    TooManyItems {
        /// The most.
        max: usize,
        /// How many it has.
        length: usize,
    } => "too_many_items",
    /// The value is none of the allowed ones.
    UnknownValue {
        /// The allowed ones.
        allowed: &'a [&'a str],
    } => "unknown_value",
    /// The id cannot be one of the provider's.
    InvalidId {
        /// What is wrong with it.
        flaw: IdFlaw,
        /// The prefix it must have; empty where there is none.
        prefix: &'a str,
    } => "invalid_id",
    /// The number has a fraction.
    NotAnInteger => "not_an_integer",
    /// The integer is beyond ±(2^53 − 1) and would change on its way.
    UnsafeInteger => "unsafe_integer",
    /// The number is out of range.
    OutOfRange {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    } => "out_of_range",
    /// The text is not a time in the provider's form.
    MalformedTime {
        /// The form.
        expected: &'a str,
    } => "malformed_time",
    /// The time has passed.
    InThePast {
        /// The time when it was checked.
        now: Timestamp,
    } => "in_the_past",
    /// The number would be a time in seconds; the field is in milliseconds.
    LooksLikeSeconds {
        /// The same time in milliseconds.
        millis: i64,
    } => "looks_like_seconds",
    /// The time is at or past the event's deadline.
    PastDeadline {
        /// The deadline.
        deadline: Timestamp,
    } => "past_deadline",
    /// The time is within 30 minutes of the event's deadline.
    NearDeadline {
        /// The deadline.
        deadline: Timestamp,
    } => "near_deadline",
    /// The time is after the cloud's own start: it will have acted by then.
    AfterCloudStart {
        /// The cloud's own start.
        start: Timestamp,
    } => "after_cloud_start",
    /// The time is after the event's first plan: it can be moved earlier, or back up to there.
    AfterFirstPlan {
        /// The latest time there is.
        latest: Timestamp,
    } => "after_first_plan",
    /// The end of a range is before its start.
    RangeInverted => "range_inverted",
    /// The same event stands in the batch already.
    Duplicate {
        /// The index where it stands first.
        first: usize,
    } => "duplicate",
    /// The same resource stands in the batch already, and the call names no event: it would act twice.
    DuplicateResource {
        /// The index where it stands first.
        first: usize,
    } => "duplicate_resource",
    /// `PlanTime` has no meaning with `immediate`.
    PlanTimeWithImmediate => "plan_time_with_immediate",
    /// A password is not allowed with `scheduled`.
    PasswordWithScheduled => "password_with_scheduled",
    /// The password is too short or too long, counted in Unicode scalar values.
    PasswordLength {
        /// The fewest.
        min: usize,
        /// The most.
        max: usize,
        /// How many it has.
        length: usize,
    } => "password_length",
    /// The password lacks classes of characters.
    PasswordClasses {
        /// The ones it lacks.
        missing: Vec<CharacterClass>,
    } => "password_classes",
    /// No password: the cloud makes one that nobody sees.
    PasswordRandom => "password_random",
    /// The choice loses data, or may.
    LosesData {
        /// How surely.
        data_loss: DataLoss,
    } => "loses_data",
    /// The action is not documented for this type of event.
    ActionTypeMismatch {
        /// The action.
        action: Action,
        /// The event's type, as the cloud names it.
        event_type: String,
    } => "action_type_mismatch",
    /// Nobody documents the action for this type of event; the cloud may refuse.
    ActionTypeUnverified {
        /// The action.
        action: Action,
        /// The event's type, as the cloud names it.
        event_type: String,
    } => "action_type_unverified",
    /// The event has gone too far for the action.
    ActionNotApplicable {
        /// The action.
        action: Action,
        /// The event's state, as the cloud names it.
        state: String,
    } => "action_not_applicable",
    /// Nobody documents the action for this state.
    ActionStateUnverified {
        /// The action.
        action: Action,
        /// The event's state, as the cloud names it.
        state: String,
    } => "action_state_unverified",
    /// Something about the event keeps the action from it.
    ActionRestricted {
        /// The action.
        action: Action,
        /// What it is.
        restriction: Restriction,
    } => "action_restricted",
    /// The choice has no meaning for this action.
    NotForAction {
        /// The action.
        action: Action,
    } => "not_for_action",
}

/// What an issue is about.
pub type IssueKind = Kind<'static>;

impl Kind<'_> {
    /// The text for a person; `key` is the field it stands at.
    #[must_use]
    pub fn message(&self, locale: Locale, key: Option<&str>) -> String {
        match locale {
            Locale::En => message_en::message(self, key),
            Locale::Zh => message_zh::message(self, key),
        }
    }
}

/// Words as both languages show them.
fn quoted(words: &[&str], between: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    format!("`{}`", words.join(&format!("`{between}`")))
}

/// The text for a person, from an issue's JSON; none where it is no issue of ours.
///
/// ```
/// use evenkeel::{Locale, message_from_json};
///
/// let issue = r#"{"path":["limit"],"code":"out_of_range","min":1,"max":100}"#;
/// assert_eq!(
///     message_from_json(issue, Locale::Zh).as_deref(),
///     Some("必须在 1 到 100 之间")
/// );
/// ```
#[must_use]
pub fn message_from_json(issue: &str, locale: Locale) -> Option<String> {
    let issue = parse(issue, Mode::Strict).ok()?;
    let texts: Vec<&str> = issue
        .get("allowed")
        .and_then(Node::as_array)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::as_str)
        .collect();
    let key = issue.get("path").and_then(Node::as_array);
    let key = key.and_then(|path| path.last()?.as_str());
    Kind::read(&issue, &texts).map(|kind| kind.message(locale, key))
}
