//! Reads ECS' parameters: lists numbered from 1, times as text, booleans in any case.

use std::ops::RangeInclusive;

use super::refusal;
use crate::{clouds::alibaba::params::Params, refusal::Refusal, time};

/// The most tags that a filter may name.
const MOST_TAGS: usize = 20;
/// The most ids that a JSON list may hold.
const MOST_IDS: usize = 100;
/// What the sandbox' tokens begin with.
const TOKEN: &str = "token-";

/// One operation's parameters.
pub(super) struct Reader<'a> {
    params: &'a Params,
    /// With which status it says that one is missing.
    missing: u16,
    /// With which status it says that one is wrong.
    invalid: u16,
}

/// A span of time, open where it is not given.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Span {
    start: Option<i64>,
    end: Option<i64>,
}

impl Span {
    /// Whether it is no limit at all.
    pub(super) fn is_open(self) -> bool {
        self.start.is_none() && self.end.is_none()
    }

    pub(super) fn holds(self, at: i64) -> bool {
        self.start.is_none_or(|start| at >= start) && self.end.is_none_or(|end| at <= end)
    }
}

/// A tag that machines must have, with any value or this one.
pub(super) type TagFilter = (String, Option<String>);

impl<'a> Reader<'a> {
    pub(super) fn new(params: &'a Params) -> Self {
        Self {
            params,
            missing: 400,
            invalid: 400,
        }
    }

    /// The list of events has statuses of its own: a 404 there is not something that is gone.
    pub(super) fn of_events(params: &'a Params) -> Self {
        Self {
            params,
            missing: 404,
            invalid: 403,
        }
    }

    pub(super) fn invalid(&self, name: &str) -> Refusal {
        refusal::invalid(self.invalid, name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.params.get(name)
    }

    pub(super) fn required(&self, name: &str) -> Result<&'a str, Refusal> {
        self.text(name)
            .ok_or_else(|| refusal::missing(self.missing, name))
    }

    /// Checks `RegionId`. Every region has the same fleet; what cannot be one is refused.
    pub(super) fn region(&self) -> Result<(), Refusal> {
        let region = self.required("RegionId")?;
        let is_word = |word: &str| {
            let mut bytes = word.bytes();
            !word.is_empty() && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        match region.split_once('-') {
            Some((land, city)) if is_word(land) && city.split('-').all(is_word) => Ok(()),
            _ => Err(refusal::no_such_region()),
        }
    }

    /// A number in a range, with what it is when absent.
    pub(super) fn number(
        &self,
        name: &str,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> Result<usize, Refusal> {
        match self.text(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .ok()
                .filter(|number| range.contains(number))
                .ok_or_else(|| self.invalid(name)),
        }
    }

    /// A boolean; the SDKs write it in different ways.
    pub(super) fn boolean(&self, name: &str) -> Result<bool, Refusal> {
        match self.text(name) {
            None => Ok(false),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(self.invalid(name)),
        }
    }

    pub(super) fn time(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.text(name)
            .map(|text| time::parse(text).ok_or_else(|| self.invalid(name)))
            .transpose()
    }

    pub(super) fn required_time(&self, name: &str) -> Result<i64, Refusal> {
        self.required(name)?;
        self.time(name)?.ok_or_else(|| self.invalid(name))
    }

    pub(super) fn span(&self, name: &str) -> Result<Span, Refusal> {
        let (start, end) = (
            self.time(&format!("{name}.Start"))?,
            self.time(&format!("{name}.End"))?,
        );
        if start.zip(end).is_some_and(|(start, end)| end < start) {
            return Err(refusal::end_before_start());
        }
        Ok(Span { start, end })
    }

    /// A numbered list, which may be absent.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let values = self.params.numbered(name);
        values.into_iter().map(str::to_owned).collect()
    }

    /// A numbered list of at most so many; more is a wrong parameter.
    pub(super) fn short_list(&self, name: &str, most: usize) -> Result<Vec<String>, Refusal> {
        let values = self.list(name);
        if values.len() > most {
            return Err(self.invalid(name));
        }
        Ok(values)
    }

    /// Ids in a JSON list. An empty one is a filter that nothing passes.
    pub(super) fn json_ids(&self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        self.text(name)
            .map(|json| {
                serde_json::from_str::<Vec<String>>(json)
                    .ok()
                    .filter(|ids| ids.len() <= MOST_IDS)
                    .ok_or_else(|| self.invalid(name))
            })
            .transpose()
    }

    pub(super) fn tags(&self) -> Result<Vec<TagFilter>, Refusal> {
        let tags: Vec<TagFilter> = (1..)
            .map_while(|n: usize| {
                let key = self.text(&format!("Tag.{n}.Key"))?.to_owned();
                let value = self.text(&format!("Tag.{n}.Value")).map(str::to_owned);
                Some((key, value))
            })
            .collect();
        if tags.len() > MOST_TAGS {
            return Err(self.invalid("Tag"));
        }
        Ok(tags)
    }

    /// Where a page starts and how long it is: by `NextToken` where that or `MaxResults` is given, else by number.
    /// `most` is the longest page by token, and what a longer one is cut to.
    pub(super) fn paging(&self, least: usize, most: usize) -> Result<Paging, Refusal> {
        let token = self.text("NextToken");
        if token.is_none() && self.text("MaxResults").is_none() {
            return Ok(Paging::Number {
                number: self.number("PageNumber", 1, 1..=usize::MAX)?,
                size: self.number("PageSize", 10, 1..=100)?,
            });
        }
        let size = self.number("MaxResults", 10, 1..=usize::MAX)?;
        let after = token
            .map(|token| {
                token
                    .strip_prefix(TOKEN)
                    .map(str::to_owned)
                    .ok_or_else(|| self.invalid("NextToken"))
            })
            .transpose()?;
        Ok(Paging::Token {
            after,
            size: size.clamp(least, most),
        })
    }
}

/// Which part of a list is asked for.
#[derive(Debug)]
pub(super) enum Paging {
    /// What comes after the thing with this id, or the beginning.
    Token { after: Option<String>, size: usize },
    /// The page of this number, counted from 1.
    Number { number: usize, size: usize },
}

impl Paging {
    pub(super) fn is_further(&self) -> bool {
        match self {
            Self::Token { after, .. } => after.is_some(),
            Self::Number { number, .. } => *number > 1,
        }
    }

    pub(super) fn size(&self) -> usize {
        match self {
            Self::Token { size, .. } | Self::Number { size, .. } => *size,
        }
    }

    /// What the answer says of itself beside its rows, which are `total`.
    pub(super) fn described(&self, total: usize) -> (usize, usize, usize) {
        match self {
            // With a token they are documented to mean nothing, and so they do.
            Self::Token { size, .. } => (1, *size, 0),
            Self::Number { number, size } => (*number, *size, total),
        }
    }
}

impl Paging {
    /// The page's part of all rows, which stand in the order of their ids, and the token for the next part if there is one.
    pub(super) fn cut<T>(&self, rows: Vec<(String, T)>) -> (Vec<T>, Option<String>) {
        let (skip, after) = match self {
            Self::Token { after, .. } => (0, after.clone()),
            Self::Number { number, size } => ((number - 1).saturating_mul(*size), None),
        };
        let mut rest = rows
            .into_iter()
            .filter(|(id, _)| after.as_ref().is_none_or(|after| id > after))
            .skip(skip)
            .peekable();
        let (mut page, mut last) = (Vec::new(), None);
        while page.len() < self.size()
            && let Some((id, row)) = rest.next()
        {
            page.push(row);
            last = Some(id);
        }
        let has_more = rest.peek().is_some() && matches!(self, Self::Token { .. });
        (page, last.filter(|_| has_more).map(|id| token(&id)))
    }
}

/// The token for what comes after the thing with this id.
pub(super) fn token(id: &str) -> String {
    format!("{TOKEN}{id}")
}
