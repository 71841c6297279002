//! What is told about a cloud, for those who sign, send and show.

use crate::issue::Locale;

/// How a cloud's requests are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningScheme {
    /// `ACS3-HMAC-SHA256`.
    Acs3HmacSha256,
    /// `SDK-HMAC-SHA256`.
    SdkHmacSha256,
}

/// A list of what an account has that the rest can be read without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionalList {
    /// What it has, in English, in a sentence such as `disk events are off`.
    pub name_en: &'static str,
    /// What it has, in Chinese.
    pub name_zh: &'static str,
    /// What a key must be granted to read it.
    pub permission: &'static str,
    /// The types of its events, which stand in no other list.
    pub event_types: &'static [&'static str],
}

/// What limits the time of an event's action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeLimit {
    /// The cloud acts by itself when the event's window begins.
    OwnStart,
    /// The cloud refuses a time from the event's deadline on.
    Deadline,
    /// The cloud refuses a time after the event's deadline, which is that of its first plan: it may be moved earlier,
    /// or back up to there. At the time that it has now the cloud acts by itself.
    FirstPlan,
}

/// What a cloud does about an event that asks for an answer and gets none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// It acts by itself when the event's window begins.
    ActsAtStart,
    /// Nothing: there is no time limit.
    Waits,
    /// Nobody says.
    Unsaid,
}

/// What a cloud's calls name the choices that a person makes about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChoiceMembers {
    /// Whether it is done at once or at a time; none where the time alone says it.
    pub timing: Option<&'static str>,
    /// The time.
    pub time: &'static str,
    /// What happens to the data; none at a cloud without that choice.
    pub data_policy: Option<&'static str>,
}

/// What a member of a cloud's answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerMember {
    /// A code or an id.
    Name,
    /// Free text.
    Words,
    /// Members, or a list of such.
    Members,
}

/// What a cloud calls itself, where it is configured and what it tells. Plain data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloudFacts {
    /// Its name in English.
    pub name_en: &'static str,
    /// Its name in simplified Chinese.
    pub name_zh: &'static str,
    /// The variables in which its own SDKs look for a key's id, its secret and its token.
    pub key_variables: [&'static str; 3],
    /// The variable with the project, which stands in every request's path; none at a cloud without.
    pub project_variable: Option<&'static str>,
    /// Whether calls name the region: then an endpoint may serve several, and each is an account of its own.
    pub calls_name_region: bool,
    /// A region, as an example.
    pub region_example: &'static str,
    /// The permission that listing events needs.
    pub list_permission: &'static str,
    /// The header that whoever signs adds with the project.
    pub project_header: Option<&'static str>,
    /// How requests are signed.
    pub signing: SigningScheme,
    /// What limits the time of an action.
    pub time_limit: TimeLimit,
    /// What becomes of an event that gets no answer.
    pub unanswered: Unanswered,
    /// Whether the window of an event that took a planned time begins at that time.
    pub window_follows_plan: bool,
    /// Whether a refusal tells a wrong secret from everything else that makes a signature wrong.
    pub tells_wrong_secret: bool,
    /// The member of a list's answer that has the events.
    pub events_member: &'static str,
    /// The members that the answers of calls that act are documented to have, errors among them: what is kept of one.
    pub answer_members: &'static [(&'static str, AnswerMember)],
    /// The member of an answer that has the cloud's id of the request.
    pub request_id_member: &'static str,
    /// The members of an item that hold a person's choices.
    pub choice_members: ChoiceMembers,
}

impl OptionalList {
    /// What it has, in a language.
    #[must_use]
    pub fn name(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => self.name_en,
            Locale::Zh => self.name_zh,
        }
    }
}

impl CloudFacts {
    /// The cloud's name in a language.
    #[must_use]
    pub fn name(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => self.name_en,
            Locale::Zh => self.name_zh,
        }
    }
}
