//! The queries of the lists.

use evenkeel_api::BatchState;
use serde::de::{IntoDeserializer as _, value::StrDeserializer};
use serde::{Deserialize as _, de::value};

use crate::problem::{Problem, ProblemCode};

/// How many batches and items a page has, unless it is asked for, and at most.
const LIMITS: (u32, u32) = (50, 200);
const ITEM_LIMITS: (u32, u32) = (1000, 1000);

/// Which batches.
#[derive(Debug, Default)]
pub(super) struct ListQuery {
    pub(super) limit: u32,
    pub(super) cursor: Option<String>,
    pub(super) account: Option<String>,
    pub(super) state: Option<BatchState>,
}

impl ListQuery {
    pub(super) fn parse(query: &str) -> Result<Self, Problem> {
        let mut asked = Self {
            limit: LIMITS.0,
            ..Self::default()
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "limit" => asked.limit = number(&name, &value, 1, LIMITS.1)?,
                "cursor" => asked.cursor = Some(cursor(&value)?),
                "account" => asked.account = Some(value.replace('\0', "")),
                "state" => asked.state = Some(state(&value)?),
                _ => return Err(unknown(&name, "limit, cursor, account, state")),
            }
        }
        Ok(asked)
    }
}

/// Which items: after which, and how many.
pub(super) fn items(query: &str) -> Result<(Option<u32>, u32), Problem> {
    let mut after = None;
    let mut limit = ITEM_LIMITS.0;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "after" => after = Some(number(&name, &value, 0, u32::MAX)?),
            "limit" => limit = number(&name, &value, 1, ITEM_LIMITS.1)?,
            _ => return Err(unknown(&name, "after, limit")),
        }
    }
    Ok((after, limit))
}

fn number(name: &str, value: &str, least: u32, most: u32) -> Result<u32, Problem> {
    value
        .parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| wrong(format!("`{name}` must be a number from {least} to {most}")))
}

/// A batch's id: anything else is no place in the order.
fn cursor(value: &str) -> Result<String, Problem> {
    uuid::Uuid::try_parse(value)
        .map(|id| id.to_string())
        .map_err(|_| wrong("`cursor` must be what a page gave as `next`".to_owned()))
}

fn state(value: &str) -> Result<BatchState, Problem> {
    let text: StrDeserializer<'_, value::Error> = value.into_deserializer();
    BatchState::deserialize(text).map_err(|_| {
        wrong("`state` must be unapproved, queued, sending, paused, resting or done".to_owned())
    })
}

fn unknown(name: &str, known: &str) -> Problem {
    wrong(format!("there is no parameter `{name}`; known are {known}"))
}

fn wrong(detail: String) -> Problem {
    Problem::new(ProblemCode::InvalidParameters, detail)
}
