//! Which rows a filter lets through, and how many each choice of it would show.

use std::collections::BTreeMap;

use evenkeel::{EventKind, StateKind};

use super::filter::{Filter, SummaryCard};
use super::row_set::RowId;
use super::table::{Row, Table};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The rows that match, in order, and the counts of the choices under all *other* filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    pub rows: Vec<RowId>,
    pub accounts: BTreeMap<String, usize>,
    pub states: BTreeMap<StateKind, usize>,
    pub kinds: BTreeMap<EventKind, usize>,
    /// By the value of the label that the configuration groups by.
    pub labels: BTreeMap<String, usize>,
    /// Over all events: the cards say how things stand, not how the filter stands.
    pub cards: [usize; 4],
    /// How many events there are in all.
    pub total: usize,
}

impl View {
    /// One pass over the table at a time (ms since the Unix epoch), then a sort of what matched. `label` is the one
    /// that the configuration groups by.
    pub fn of(table: &Table, filter: &Filter, label: Option<&str>, now: i64) -> Self {
        let words: Vec<String> = filter
            .text
            .to_lowercase()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let resource = filter.resource.trim().to_lowercase();
        let mut view = Self { ..Self::default() };
        let mut matched: Vec<(RowId, &Row)> = Vec::new();
        for (id, row) in table.iter() {
            if row.is_gone() && !filter.past {
                continue;
            }
            view.total += 1;
            for (card, count) in SummaryCard::ALL.into_iter().zip(&mut view.cards) {
                *count += usize::from(shows(card, row, now));
            }
            let event = &row.event;
            let rest = words.iter().all(|word| row.folded.contains(word.as_str()))
                && (resource.is_empty() || event.resource_id.to_lowercase().contains(&resource))
                && filter.card.is_none_or(|card| shows(card, row, now))
                && filter
                    .tags
                    .keys()
                    .all(|key| label == Some(key) || has_tag(row, filter, key));
            if !rest {
                continue;
            }
            let group = label.is_none_or(|key| has_tag(row, filter, key));
            let account = filter.accounts.is_empty() || filter.accounts.contains(&event.account);
            let state = filter.states.is_empty() || filter.states.contains(&event.state.kind);
            let kind = filter.kinds.is_empty() || filter.kinds.contains(&event.event_type.kind);
            if state && kind && group {
                if let Some(count) = view.accounts.get_mut(&event.account) {
                    *count += 1;
                } else {
                    view.accounts.insert(event.account.clone(), 1);
                }
            }
            if account && kind && group {
                *view.states.entry(event.state.kind).or_default() += 1;
            }
            if account && state && group {
                *view.kinds.entry(event.event_type.kind).or_default() += 1;
            }
            let value = label.and_then(|key| row.tag(key));
            if let (Some(value), true) = (value, account && state && kind) {
                if let Some(count) = view.labels.get_mut(value) {
                    *count += 1;
                } else {
                    view.labels.insert(value.to_owned(), 1);
                }
            }
            if account && state && kind && group {
                matched.push((id, row));
            }
        }
        matched.sort_unstable_by(|(_, a), (_, b)| filter.sort.compare(a, b));
        view.rows = matched.into_iter().map(|(id, _)| id).collect();
        view
    }

    pub fn card(&self, card: SummaryCard) -> usize {
        SummaryCard::ALL
            .into_iter()
            .zip(self.cards)
            .find_map(|(other, count)| (other == card).then_some(count))
            .unwrap_or_default()
    }
}

/// Whether a resource has one of the values of a tag that are asked for, if any are.
fn has_tag(row: &Row, filter: &Filter, key: &str) -> bool {
    let Some(values) = filter.tags.get(key) else {
        return true;
    };
    row.tag(key).is_some_and(|value| values.contains(value))
}

fn shows(card: SummaryCard, row: &Row, now: i64) -> bool {
    if row.is_gone() {
        return false;
    }
    let state = row.event.state.kind;
    match card {
        SummaryCard::Undecided => state == StateKind::Inquiring,
        SummaryCard::Soon => {
            matches!(state, StateKind::Inquiring | StateKind::Scheduled)
                && row
                    .event
                    .not_before
                    .is_some_and(|start| (now..now + DAY_MS).contains(&start.as_millis()))
        }
        SummaryCard::Running => state == StateKind::Executing,
        SummaryCard::Failed => state == StateKind::Failed,
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Event;

    use super::super::sort::{Column, Direction, Sort};
    use super::*;
    use crate::fixture::{at, ens, huawei, stored, stored_named};

    fn table() -> Table {
        let mut table = Table::default();
        let events = [
            Event {
                not_before: Some(at(30)),
                ..ens("e-late", "Instance:SystemFailure.Redeploy", "Inquiring")
            },
            Event {
                not_before: Some(at(5)),
                ..ens("e-soon", "Instance:SystemUpgrade.Migrate", "Scheduled")
            },
            Event {
                description: vec![("en-us".to_owned(), "Rack 7 loses power".to_owned())],
                ..huawei("h-run", "instance-redeploy", "executing")
            },
            huawei("h-fail", "instance-reboot", "failed"),
        ];
        for event in events {
            table.put(stored(event));
        }
        table
    }

    fn shown(query: &str) -> Vec<String> {
        let table = table();
        let view = View::of(&table, &Filter::from_query(query), None, 0);
        view.rows
            .iter()
            .map(|id| table.get(*id).unwrap().event.id.clone())
            .collect()
    }

    #[test]
    fn what_has_to_be_decided_first_comes_first() {
        assert_eq!(shown(""), ["e-soon", "e-late", "h-fail", "h-run"]);
    }

    #[test]
    fn rows_without_a_value_stay_last_in_both_directions() {
        assert_eq!(shown("?sort=-decide_by")[..2], ["e-late", "e-soon"]);
    }

    #[test]
    fn every_word_of_a_search_must_be_somewhere() {
        assert_eq!(shown("?q=POWER+rack"), ["h-run"]);
        assert_eq!(shown("?q=power+nothing"), Vec::<String>::new());
        assert_eq!(shown("?resource=I-E-"), ["e-soon", "e-late"]);
    }

    #[test]
    fn cards_filter_by_what_they_count() {
        assert_eq!(shown("?show=soon"), ["e-soon"]);
        assert_eq!(shown("?show=running"), ["h-run"]);
        let view = View::of(&table(), &Filter::from_query("?q=nothing"), None, 0);
        assert_eq!(view.cards, [1, 1, 1, 1]);
    }

    #[test]
    fn what_the_clouds_list_no_more_shows_where_it_is_asked_for() {
        let mut table = table();
        let mut gone = stored(ens(
            "e-gone",
            "Instance:SystemFailure.Redeploy",
            "Inquiring",
        ));
        gone.gone_at = Some(at(1));
        table.put(gone);
        let view = |query| View::of(&table, &Filter::from_query(query), None, 0);
        assert_eq!((view("").total, view("?past=1").total), (4, 5));
        assert_eq!(view("?past=1").cards, view("").cards);
        assert_eq!(view("?past=1&q=e-gone").rows.len(), 1);
    }

    #[test]
    fn a_choice_is_counted_under_the_other_filters_only() {
        let view = View::of(
            &table(),
            &Filter::from_query("?state=failed&account=ecs"),
            None,
            0,
        );
        assert_eq!(view.rows.len(), 1);
        assert_eq!(view.states.len(), 2);
        assert_eq!(view.accounts.get("ecs"), Some(&1));
        assert_eq!(view.total, 4);
    }

    #[test]
    fn a_name_and_a_tag_are_found_and_a_tag_is_filtered_by() {
        let mut table = table();
        let redeploy = |id: &str| ens(id, "Instance:SystemFailure.Redeploy", "Inquiring");
        table.put(stored_named(
            redeploy("n-1"),
            "Web Ünit 1",
            &[("service", "web"), ("owner", "a")],
        ));
        table.put(stored_named(redeploy("n-2"), "db-1", &[("service", "db")]));
        table.put(stored_named(
            redeploy("n-3"),
            "web-2",
            &[("service", "web")],
        ));
        let view = |query| View::of(&table, &Filter::from_query(query), Some("service"), 0);
        let shown = |query| {
            let view = view(query);
            let id = |id: &RowId| table.get(*id).unwrap().event.id.clone();
            view.rows.iter().map(id).collect::<Vec<_>>()
        };
        assert_eq!(shown("?q=ünit"), ["n-1"]);
        assert_eq!(shown("?q=db"), ["n-2"]);
        assert_eq!(shown("?tag=service:web"), ["n-1", "n-3"]);
        assert_eq!(
            shown("?tag=service:web&tag=service:db"),
            ["n-1", "n-2", "n-3"]
        );
        assert_eq!(shown("?tag=service:web&tag=owner:a"), ["n-1"]);
        assert_eq!(shown("?tag=nothing:web"), Vec::<String>::new());
        // Counted under the other filters only.
        let labels = [("db".to_owned(), 1), ("web".to_owned(), 2)].into();
        assert_eq!(view("?tag=service:db").labels, labels);
        assert_eq!(view("?tag=owner:a").labels, [("web".to_owned(), 1)].into());
        // By name, whatever its case; those without one stay last.
        assert_eq!(shown("?sort=resource")[..3], ["n-2", "n-1", "n-3"]);
        assert_eq!(shown("?sort=-resource")[..3], ["n-3", "n-1", "n-2"]);
    }

    #[test]
    fn a_click_on_the_sorted_column_turns_it() {
        let sort = Sort::default().clicked(Column::State);
        assert_eq!(
            sort,
            Sort {
                column: Column::State,
                direction: Direction::Ascending
            }
        );
        assert_eq!(sort.clicked(Column::State).direction, Direction::Descending);
    }
}
