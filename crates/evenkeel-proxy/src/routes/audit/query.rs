//! What a query string asks for of the audit; every fault of it says what is taken instead.

use evenkeel::Timestamp;
use evenkeel_api::{Principal, RecordedAct};
use serde_json::Value;

use crate::problem::{Problem, ProblemCode};

/// How many records a page has, unless it is asked for, and at most.
const LIMITS: (u32, u32) = (100, 1000);
/// The longest text that is looked for, and the most kinds.
const LONGEST: usize = 200;
const MOST_KINDS: usize = 50;
/// A clock that was set back by no more than this leaves nothing out, ms.
const CLOCK_SET_BACK: i64 = 24 * 3_600_000;

const KNOWN: &str = "`order`, `after`, `before`, `limit`, `kind`, `q`, `since`, `until`";

/// Which records, from where, in which order.
#[derive(Debug)]
pub(super) struct AuditQuery {
    pub(super) newest_first: bool,
    /// The record after or before which the page begins.
    pub(super) from: u64,
    pub(super) limit: u32,
    pub(super) filter: Filter,
}

/// Which records are wanted: those that meet all of it.
#[derive(Debug, Default)]
pub(super) struct Filter {
    /// Kinds such as `batch.ordered`, or their first part, `batch`. Empty is all.
    kinds: Vec<String>,
    /// In lower case: each is part of something that the record says.
    words: Vec<String>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl AuditQuery {
    /// Reads a raw query string.
    pub(super) fn parse(query: &str) -> Result<Self, Problem> {
        let mut filter = Filter::default();
        let (mut newest_first, mut after, mut before) = (false, None, None);
        let mut limit = LIMITS.0;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let number = || {
                value
                    .parse()
                    .map_err(|_| Problem::wrong_parameter(&name, "the number of a record"))
            };
            let time = || {
                let at = value.parse::<Timestamp>();
                at.map(Some).map_err(|_| {
                    Problem::wrong_parameter(&name, "a time such as `2026-11-30T12:00:00Z`")
                })
            };
            match &*name {
                "order" => {
                    newest_first = match &*value {
                        "newest" => true,
                        "oldest" => false,
                        _ => return Err(Problem::wrong_parameter("order", "`oldest` or `newest`")),
                    };
                }
                "after" => after = Some(number()?),
                "before" => before = Some(number()?),
                "limit" => {
                    let known = value.parse().ok().filter(|it| (1..=LIMITS.1).contains(it));
                    limit = known.ok_or_else(|| {
                        Problem::wrong_parameter("limit", "a number from 1 to 1000")
                    })?;
                }
                "kind" => filter.kinds.push(value.into_owned()),
                "q" if value.chars().count() > LONGEST => {
                    return Err(Problem::wrong_parameter(
                        "q",
                        &format!("at most {LONGEST} characters long"),
                    ));
                }
                "q" => filter
                    .words
                    .extend(value.split_whitespace().map(str::to_lowercase)),
                "since" => filter.since = time()?,
                "until" => filter.until = time()?,
                _ => {
                    let detail = format!("`{name}` is not known here: there are {KNOWN}");
                    return Err(Problem::new(ProblemCode::InvalidParameters, detail));
                }
            }
        }
        if filter.kinds.len() > MOST_KINDS {
            return Err(Problem::wrong_parameter(
                "kind",
                &format!("there at most {MOST_KINDS} times"),
            ));
        }
        let from = match (newest_first, after, before) {
            (true, None, before) => before.unwrap_or(u64::MAX),
            (false, after, None) => after.unwrap_or(0),
            (true, Some(_), _) => {
                return Err(Problem::wrong_parameter(
                    "after",
                    "left out where the newest come first: `before` is for that",
                ));
            }
            (false, _, Some(_)) => {
                return Err(Problem::wrong_parameter(
                    "before",
                    "there with `order=newest` alone",
                ));
            }
        };
        Ok(Self {
            newest_first,
            from,
            limit,
            filter,
        })
    }

    /// Whether no record that comes after this one in the asked order can be of the wanted time.
    pub(super) fn is_past(&self, act: &RecordedAct) -> bool {
        let at = act.at.as_millis();
        let (since, until) = (self.filter.since, self.filter.until);
        if self.newest_first {
            since.is_some_and(|since| at < since.as_millis().saturating_sub(CLOCK_SET_BACK))
        } else {
            until.is_some_and(|until| at > until.as_millis().saturating_add(CLOCK_SET_BACK))
        }
    }
}

impl Filter {
    pub(super) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
            && self.words.is_empty()
            && self.since.is_none()
            && self.until.is_none()
    }

    /// Whether it is wanted.
    pub(super) fn takes(&self, act: &RecordedAct) -> bool {
        let kind = act.kind.as_str();
        let part = kind.split_once('.').map_or(kind, |(part, _)| part);
        let is_kind = self.kinds.is_empty() || self.kinds.iter().any(|it| it == kind || it == part);
        let is_then = self.since.is_none_or(|since| act.at >= since)
            && self.until.is_none_or(|until| act.at < until);
        is_kind && is_then && (self.words.is_empty() || self.says(act))
    }

    /// Whether each word is part of something that the record says of who, where from, and what.
    fn says(&self, act: &RecordedAct) -> bool {
        let mut said = vec![act.kind.to_lowercase()];
        said.extend(act.from.as_deref().map(str::to_lowercase));
        said.extend(act.request.as_deref().map(str::to_lowercase));
        // Of the provider of identities the issuer is the same with everybody.
        match &act.by.who {
            Principal::User { name } => said.push(name.to_lowercase()),
            Principal::Subject { subject, name, .. } => {
                said.push(subject.to_lowercase());
                said.extend(name.as_deref().map(str::to_lowercase));
            }
            Principal::Local | Principal::Proxy { .. } | Principal::Nobody | Principal::Other => {}
        }
        if let evenkeel_api::Login::Token { token } = &act.by.login {
            said.push(token.to_lowercase());
        }
        act.data.values().for_each(|value| leaves(value, &mut said));
        self.words
            .iter()
            .all(|word| said.iter().any(|text| text.contains(word)))
    }
}

/// The texts and numbers in a value, in lower case.
fn leaves(value: &Value, said: &mut Vec<String>) {
    match value {
        Value::String(text) => said.push(text.to_lowercase()),
        Value::Number(number) => said.push(number.to_string()),
        Value::Array(all) => all.iter().for_each(|value| leaves(value, said)),
        Value::Object(all) => all.values().for_each(|value| leaves(value, said)),
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(json: &str) -> RecordedAct {
        serde_json::from_str(json).unwrap()
    }

    fn takes(query: &str, act: &RecordedAct) -> bool {
        AuditQuery::parse(query).unwrap().filter.takes(act)
    }

    #[test]
    fn a_record_is_found_by_what_it_says_and_not_by_the_names_of_its_members() {
        let ordered = act(
            r#"{"seq":7,"at":"2026-11-30T12:00:00Z","prev":"beef","kind":"batch.ordered",
            "by":{"who":"subject","issuer":"https://id.example","subject":"42","name":"Lin Wang","login":"token","token":"ci"},
            "from":"10.0.0.7","request":"r-1","data":{"batch":"b-9","items":[{"index":3,"event_id":"E-1"}]}}"#,
        );
        for good in [
            "",
            "q=lin",
            "q=42",
            "q=e-1+ci",
            "q=10.0.0.7",
            "q=r-1",
            "kind=batch",
            "kind=batch.ordered&kind=login",
            "since=2026-11-30T12:00:00Z",
            "until=2026-11-30T12:00:01Z",
        ] {
            assert!(takes(good, &ordered), "{good}");
        }
        for other in [
            "q=event_id",
            "q=beef",
            "q=id.example",
            "q=lin+wu",
            "kind=bat",
            "kind=login",
            "kind=batch.paused",
            "since=2026-11-30T12:00:01Z",
            "until=2026-11-30T12:00:00Z",
        ] {
            assert!(!takes(other, &ordered), "{other}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let said = |query: &str| {
            let json = AuditQuery::parse(query).unwrap_err().to_json("r-1");
            let problem: Value = serde_json::from_slice(&json).unwrap();
            problem["detail"].as_str().unwrap().to_owned()
        };
        for (query, says) in [
            ("after=-1", "`after` must be the number of a record"),
            ("order=newest&after=1", "`before` is for that"),
            ("before=1", "`order=newest` alone"),
            ("order=up", "`oldest` or `newest`"),
            ("limit=0", "a number from 1 to 1000"),
            ("since=yesterday", "a time such as"),
            ("colour=red", "there are `order`"),
        ] {
            assert!(said(query).contains(says), "{query}: {}", said(query));
        }
        let long = format!("q={}", "a".repeat(201));
        assert!(said(&long).contains("at most 200"));
    }
}
