//! What of the activity is asked for, as the address of the page has it and as the server is asked.

use evenkeel::Timestamp;
use evenkeel_api::paths::{self, segment};

use crate::routes;

const DAY: i64 = 24 * 3_600_000;

/// How many records are asked for at a time.
pub const PAGE: usize = 100;

/// Kinds of records that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Orders,
    Logins,
    People,
    Machine,
}

impl Group {
    pub const ALL: [Self; 4] = [Self::Orders, Self::Logins, Self::People, Self::Machine];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Logins => "logins",
            Self::People => "people",
            Self::Machine => "server",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == text)
    }

    /// The first parts of their kinds.
    const fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Orders => &["batch", "items"],
            Self::Logins => &["login"],
            Self::People => &["user", "token", "policy"],
            Self::Machine => &["proxy", "store", "chain"],
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// All, where none is.
    pub group: Option<Group>,
    pub words: String,
    /// Of so many days; of all, where it is not said.
    pub days: Option<u32>,
}

impl Asked {
    /// As the page's address has it: what it does not understand counts as not there.
    pub fn of_address(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            group: get("show").and_then(|text| Group::parse(&text)),
            words: get("q").unwrap_or_default(),
            days: get("days").and_then(|text| text.parse().ok()),
        }
    }

    /// The page's address.
    pub fn address(&self) -> String {
        let mut parts = Vec::new();
        if let Some(group) = self.group {
            parts.push(format!("show={}", group.as_str()));
        }
        if !self.words.is_empty() {
            parts.push(format!("q={}", segment(&self.words)));
        }
        if let Some(days) = self.days {
            parts.push(format!("days={days}"));
        }
        if parts.is_empty() {
            routes::ACTIVITY.to_owned()
        } else {
            format!("{}?{}", routes::ACTIVITY, parts.join("&"))
        }
    }

    /// What the server is asked: the newest first, before a record if there is one.
    pub fn path(&self, before: Option<u64>, now: i64) -> String {
        let mut parts = vec![format!("order=newest&limit={PAGE}")];
        let kinds = self.group.map_or(&[][..], Group::kinds);
        parts.extend(kinds.iter().map(|kind| format!("kind={kind}")));
        if !self.words.trim().is_empty() {
            parts.push(format!("q={}", segment(self.words.trim())));
        }
        if let Some(days) = self.days {
            let since = Timestamp::from_millis(now.saturating_sub(i64::from(days) * DAY));
            parts.push(format!("since={}", segment(&since.to_string())));
        }
        if let Some(before) = before {
            parts.push(format!("before={before}"));
        }
        format!("{}?{}", paths::audit(), parts.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn the_address_brings_back_what_was_asked() {
        for (group, words, days) in [
            (None, "", None),
            (Some(Group::Logins), "lin & wang?", Some(7)),
            (Some(Group::Machine), "审批", None),
        ] {
            let words = words.to_owned();
            let asked = Asked { group, words, days };
            let address = asked.address();
            let query = address.split_once('?').map_or("", |(_, query)| query);
            let read: HashMap<String, String> = query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| {
                    let value = percent_encoding::percent_decode_str(value).decode_utf8();
                    (name.to_owned(), value.unwrap().into_owned())
                })
                .collect();
            assert_eq!(Asked::of_address(|name| read.get(name).cloned()), asked);
        }
        let odd = Asked::of_address(|name| Some(format!("{name}!")));
        assert_eq!((odd.group, odd.days), (None, None));
    }

    #[test]
    fn the_server_is_asked_for_the_newest_of_the_kinds() {
        let asked = Asked {
            group: Some(Group::Orders),
            words: " e-1 ".to_owned(),
            days: Some(1),
        };
        assert_eq!(
            asked.path(Some(7), 1_800_000_000_000),
            "/api/v1/audit?order=newest&limit=100&kind=batch&kind=items&q=e-1\
             &since=2027-01-14T08:00:00Z&before=7"
        );
        let all = Asked::default().path(None, 0);
        assert_eq!(all, "/api/v1/audit?order=newest&limit=100");
    }
}
