//! What the list shows, as the URL's query says it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use evenkeel::{EventKind, StateKind};
use evenkeel_table::Sort;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What a query may hold unescaped (RFC 3986 unreserved, and the colon that ids have).
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':');

/// A tag's key and value, parted by the first colon without a backslash before it, as `GET events` takes them.
fn tag(text: &str) -> Option<(String, String)> {
    let mut key = String::new();
    let mut rest = text.chars();
    while let Some(sign) = rest.next() {
        match sign {
            ':' => return (!key.is_empty()).then(|| (key, rest.as_str().to_owned())),
            '\\' if rest.as_str().starts_with(':') => key.extend(rest.next()),
            sign => key.push(sign),
        }
    }
    None
}

/// A tab over the list: how far events are. Every event that the clouds list and whose state is known stands in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tab {
    /// The cloud waits for an answer.
    Decide,
    Scheduled,
    Running,
    Failed,
    /// Completed, canceled or avoided.
    Done,
}

impl Tab {
    pub const ALL: [Self; 5] = [
        Self::Decide,
        Self::Scheduled,
        Self::Running,
        Self::Failed,
        Self::Done,
    ];

    /// The states of what stands in it.
    pub fn states(self) -> &'static [StateKind] {
        match self {
            Self::Decide => &[StateKind::Inquiring],
            Self::Scheduled => &[StateKind::Scheduled],
            Self::Running => &[StateKind::Executing],
            Self::Failed => &[StateKind::Failed],
            Self::Done => &[
                StateKind::Completed,
                StateKind::Canceled,
                StateKind::Avoided,
            ],
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decide => "decide",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Failed => "failed",
            Self::Done => "done",
        }
    }

    /// By its name in a URL, or the one that it had in links from before.
    fn named(name: &str) -> Option<Self> {
        match name {
            "undecided" => Some(Self::Decide),
            _ => Self::ALL.into_iter().find(|tab| tab.as_str() == name),
        }
    }
}

/// Empty sets and texts let everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub text: String,
    pub resource: String,
    pub accounts: BTreeSet<String>,
    pub states: BTreeSet<StateKind>,
    pub kinds: BTreeSet<EventKind>,
    /// Tags of the resource, each with the values of which it has to have one.
    pub tags: BTreeMap<String, BTreeSet<String>>,
    /// None shows all.
    pub tab: Option<Tab>,
    /// Whether events that the clouds list no more are shown too.
    pub past: bool,
    pub sort: Sort,
}

impl Filter {
    /// Reads a raw query, with or without its `?`; what it does not know it passes over.
    pub fn from_query(query: &str) -> Self {
        let mut filter = Self::default();
        for pair in query.trim_start_matches('?').split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = value.replace('+', " ");
            let value = percent_decode_str(&value).decode_utf8_lossy();
            let value = value.as_ref();
            match name {
                "q" => value.clone_into(&mut filter.text),
                "resource" => value.clone_into(&mut filter.resource),
                "account" => {
                    filter.accounts.insert(value.to_owned());
                }
                "state" => filter.states.extend(value.parse::<StateKind>().ok()),
                "type" => filter.kinds.extend(value.parse::<EventKind>().ok()),
                "tag" => {
                    if let Some((key, value)) = tag(value) {
                        filter.tags.entry(key).or_default().insert(value);
                    }
                }
                "show" => filter.tab = Tab::named(value),
                "past" => filter.past = value == "1",
                "sort" => filter.sort = Sort::parse(value).unwrap_or_default(),
                _ => {}
            }
        }
        filter
    }

    /// The query that says this filter, with its `?`; empty for the default.
    pub fn to_query(&self) -> String {
        let mut query = String::new();
        let mut push = |name: &str, value: &str| {
            let mark = if query.is_empty() { '?' } else { '&' };
            // Writing to a String cannot fail.
            let _ = write!(query, "{mark}{name}={}", utf8_percent_encode(value, QUERY));
        };
        if !self.text.is_empty() {
            push("q", &self.text);
        }
        if !self.resource.is_empty() {
            push("resource", &self.resource);
        }
        for account in &self.accounts {
            push("account", account);
        }
        for state in &self.states {
            push("state", state.as_str());
        }
        for kind in &self.kinds {
            push("type", kind.as_str());
        }
        for (key, values) in &self.tags {
            let key = key.replace(':', "\\:");
            for value in values {
                push("tag", &format!("{key}:{value}"));
            }
        }
        if let Some(tab) = self.tab {
            push("show", tab.as_str());
        }
        if self.past {
            push("past", "1");
        }
        if self.sort != Sort::default() {
            push("sort", &self.sort.to_string());
        }
        query
    }

    /// Whether nothing is filtered out; the order does not matter.
    pub fn is_open(&self) -> bool {
        *self == self.opened()
    }

    /// The same order, of as many events, nothing filtered out.
    #[must_use]
    pub fn opened(&self) -> Self {
        Self {
            past: self.past,
            sort: self.sort,
            ..Self::default()
        }
    }
}

impl Filter {
    /// Whether a value of a tag is asked for.
    pub fn has_tag(&self, key: &str, value: &str) -> bool {
        self.tags
            .get(key)
            .is_some_and(|values| values.contains(value))
    }

    /// Asks for a value of a tag, or does so no more.
    pub fn toggle_tag(&mut self, key: &str, value: &str) {
        let values = self.tags.entry(key.to_owned()).or_default();
        toggle(values, value.to_owned());
        self.tags.retain(|_, values| !values.is_empty());
    }
}

/// Puts a value in or takes it out.
pub fn toggle<T: Ord>(set: &mut BTreeSet<T>, value: T) {
    if !set.remove(&value) {
        set.insert(value);
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_table::{Column, Direction};

    use super::*;

    fn read(query: &str) -> Filter {
        Filter::from_query(query)
    }

    #[test]
    fn a_query_brings_back_the_filter_it_was_made_from() {
        let filter = Filter {
            text: "rack+7 & 8=9 %41 机架".to_owned(),
            resource: "i-55qi".to_owned(),
            accounts: ["edge,prod".to_owned(), "ecs+1".to_owned()].into(),
            states: [StateKind::Inquiring, StateKind::Failed].into(),
            kinds: [EventKind::DiskRecovery].into(),
            tags: [
                (
                    "k8s:app".to_owned(),
                    ["a:b".to_owned(), "机 & =".to_owned()].into(),
                ),
                ("service".to_owned(), [String::new()].into()),
            ]
            .into(),
            tab: Some(Tab::Done),
            past: true,
            sort: Sort {
                column: Column::Account,
                direction: Direction::Descending,
            },
        };
        assert_eq!(read(&filter.to_query()), filter);
    }

    #[test]
    fn the_default_needs_no_query() {
        assert_eq!(Filter::default().to_query(), "");
        assert!(read("").is_open());
    }

    #[test]
    fn passes_over_what_it_does_not_know() {
        assert_eq!(
            read("?state=melting&type=&show=all&sort=&colour=red&tag=service"),
            Filter::default()
        );
    }

    #[test]
    fn a_link_from_before_the_tabs_shows_what_is_to_be_decided() {
        assert_eq!(read("?show=undecided"), read("?show=decide"));
        assert_eq!(read("?show=undecided").tab, Some(Tab::Decide));
    }

    #[test]
    fn a_tag_is_asked_for_and_no_more() {
        let mut filter = read("?tag=service:web&tag=service:db");
        assert_eq!(filter.to_query(), "?tag=service:db&tag=service:web");
        assert!(filter.has_tag("service", "web") && !filter.is_open());
        filter.toggle_tag("service", "web");
        filter.toggle_tag("service", "db");
        assert!(filter.is_open(), "{filter:?}");
    }

    #[test]
    fn an_order_alone_filters_nothing() {
        assert!(read("?sort=-state").is_open() && read("?past=1").is_open());
        assert!(!read("?q=x").is_open());
        assert_eq!(read("?q=x&sort=-state").opened(), read("?sort=-state"));
    }
}
