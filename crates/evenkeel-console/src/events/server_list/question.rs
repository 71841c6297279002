//! What the server is asked for a filter.

use std::collections::BTreeSet;

use evenkeel::StateKind;
use evenkeel_table::{Column, Direction, Sort};

use super::super::filter::Filter;
use crate::api::Listing;

/// A filter and an order as `GET events` takes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// None where nothing can match, as no state that is asked for stands in the tab.
    pub query: Option<Vec<(&'static str, String)>>,
}

impl Question {
    pub fn of(filter: &Filter) -> Self {
        Self {
            query: query(filter),
        }
    }
}

fn query(filter: &Filter) -> Option<Vec<(&'static str, String)>> {
    let mut query = Vec::new();
    let mut push = |name, value: &str| query.push((name, value.to_owned()));
    if !filter.text.trim().is_empty() {
        push("q", filter.text.trim());
    }
    if !filter.resource.trim().is_empty() {
        push("resource", filter.resource.trim());
    }
    for account in &filter.accounts {
        push("account", account);
    }
    for state in states(filter)? {
        push("state", state.as_str());
    }
    for kind in &filter.kinds {
        push("type", kind.as_str());
    }
    for (key, values) in &filter.tags {
        let key = key.replace(':', "\\:");
        for value in values {
            push("tag", &format!("{key}:{value}"));
        }
    }
    push("gone", listing(filter).gone());
    if let Some(order) = order(filter.sort) {
        push("sort", &order);
    }
    Some(query)
}

/// Empty where any will do; none where none does.
fn states(filter: &Filter) -> Option<BTreeSet<StateKind>> {
    let Some(tab) = filter.tab else {
        return Some(filter.states.clone());
    };
    let in_tab = tab.states().iter().copied();
    let both: BTreeSet<StateKind> = in_tab
        .filter(|state| filter.states.is_empty() || filter.states.contains(state))
        .collect();
    (!both.is_empty()).then_some(both)
}

/// In a tab stands only what the clouds list.
fn listing(filter: &Filter) -> Listing {
    Listing::of(filter.past && filter.tab.is_none())
}

/// As the server names it. Where it does not have it, the most urgent come first.
pub fn order(sort: Sort) -> Option<String> {
    let name = match sort.column {
        Column::Event => "type",
        Column::Resource => "name",
        Column::Account => "account",
        Column::State => "state",
        Column::Window => "not_before",
        Column::DecideBy => "decide_by",
        Column::DataAtRisk => return None,
    };
    let sign = match sort.direction {
        Direction::Ascending => "",
        Direction::Descending => "-",
    };
    Some(format!("{sign}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Option<String> {
        let query = Question::of(&Filter::from_query(query)).query?;
        let pairs = query.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        Some(pairs.join(" "))
    }

    #[test]
    fn every_filter_is_asked_of_the_server() {
        assert_eq!(asked("").unwrap(), "gone=exclude sort=decide_by");
        assert_eq!(
            asked("?q=+rack+7+&resource=i-5&account=edge&account=ecs&type=reboot&tag=a%5C:b:c:d&past=1&sort=-resource")
                .unwrap(),
            r"q=rack 7 resource=i-5 account=ecs account=edge type=reboot tag=a\:b:c:d gone=include sort=-name"
        );
    }

    #[test]
    fn a_tab_and_states_narrow_together() {
        let done = "state=completed state=canceled state=avoided gone=exclude sort=decide_by";
        assert_eq!(asked("?show=done&past=1").unwrap(), done);
        let one = "state=canceled gone=exclude sort=decide_by";
        assert_eq!(
            asked("?show=done&state=canceled&state=failed").unwrap(),
            one
        );
        assert_eq!(asked("?show=done&state=failed"), None);
    }

    #[test]
    fn an_order_that_the_server_does_not_have_is_not_asked_for() {
        assert_eq!(asked("?sort=-stake").unwrap(), "gone=exclude");
        for column in Column::ALL {
            let direction = Direction::Ascending;
            let is_there = order(Sort { column, direction }).is_some();
            assert_eq!(is_there, column != Column::DataAtRisk);
        }
    }
}
