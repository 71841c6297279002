//! What of the table a filter shows, and how many each tab counts.

use evenkeel_table::{Query, Table, View};

use super::filter::{Filter, Tab};

/// The rows that match, in order, and the counts of the choices. `label` is the one that the configuration groups by.
pub fn view(table: &Table, filter: &Filter, label: Option<&str>) -> View {
    let stages = Tab::ALL.map(Tab::states);
    table.view(&Query {
        text: &filter.text,
        resource: &filter.resource,
        accounts: &filter.accounts,
        states: &filter.states,
        kinds: &filter.kinds,
        tags: &filter.tags,
        stage: filter.tab.map(Tab::states),
        stages: &stages,
        past: filter.past,
        group_by: label,
        sort: filter.sort,
    })
}

/// How many events stand in a tab; none is all of them.
pub fn in_tab(view: &View, tab: Option<Tab>) -> usize {
    let Some(tab) = tab else { return view.total };
    let mut tabs = Tab::ALL.into_iter().zip(&view.stages);
    let found = tabs.find(|(other, _)| *other == tab);
    found.map_or(0, |(_, count)| *count)
}

#[cfg(test)]
mod tests {
    use evenkeel::Event;
    use evenkeel_table::RowId;

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
            table.put(&stored(event));
        }
        table
    }

    fn shown(query: &str) -> Vec<String> {
        let table = table();
        let view = super::view(&table, &Filter::from_query(query), None);
        view.rows
            .iter()
            .map(|id| table.get(*id).unwrap().event_id().to_owned())
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
    fn tabs_filter_by_what_they_count() {
        assert_eq!(shown("?show=decide"), ["e-late"]);
        assert_eq!(shown("?show=scheduled"), ["e-soon"]);
        assert_eq!(shown("?show=running"), ["h-run"]);
        assert_eq!(shown("?show=done"), Vec::<String>::new());
        let view = super::view(&table(), &Filter::from_query("?q=nothing"), None);
        assert_eq!(view.stages, [1, 1, 1, 1, 0]);
        let counts = (in_tab(&view, None), in_tab(&view, Some(Tab::Failed)));
        assert_eq!(counts, (4, 1));
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
        table.put(&gone);
        let view = |query| super::view(&table, &Filter::from_query(query), None);
        assert_eq!((view("").total, view("?past=1").total), (4, 5));
        assert_eq!(view("?past=1").stages, view("").stages);
        assert_eq!(view("?past=1&q=e-gone").rows.len(), 1);
    }

    #[test]
    fn a_choice_is_counted_under_the_other_filters_only() {
        let view = super::view(
            &table(),
            &Filter::from_query("?state=failed&account=ecs"),
            None,
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
        table.put(&stored_named(
            redeploy("n-1"),
            "Web Ünit 1",
            &[("service", "web"), ("owner", "a")],
        ));
        table.put(&stored_named(redeploy("n-2"), "db-1", &[("service", "db")]));
        table.put(&stored_named(
            redeploy("n-3"),
            "web-2",
            &[("service", "web")],
        ));
        let view = |query| super::view(&table, &Filter::from_query(query), Some("service"));
        let shown = |query| {
            let view = view(query);
            let id = |id: &RowId| table.get(*id).unwrap().event_id().to_owned();
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
}
