//! What the list was asked for when its rows were held.

use super::super::filter::Filter;
use super::super::server_list::Source;

/// What was asked for when rows were held last.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub filter: Filter,
    pub source: Source,
    pub answered: u32,
    pub is_wanted: bool,
}

impl Asked {
    /// Whether the same is asked for, and the rows that the server told are the table's now.
    pub fn is_handed_over(&self, before: &Self) -> bool {
        before.source == Source::ServerMeanwhile
            && self.source == Source::Table
            && before.is_wanted
            && before.filter == self.filter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_handed_over_only_where_the_same_is_asked_for() {
        let asked = |source, query: &str, is_wanted| Asked {
            filter: Filter::from_query(query),
            source,
            answered: 1,
            is_wanted,
        };
        let table = asked(Source::Table, "?q=x", true);
        let before =
            |source, query, is_wanted| table.is_handed_over(&asked(source, query, is_wanted));
        assert!(before(Source::ServerMeanwhile, "?q=x", true));
        assert!(!before(Source::ServerMeanwhile, "?q=y", true));
        assert!(!before(Source::ServerMeanwhile, "?q=x", false));
        assert!(!before(Source::Table, "?q=x", true));
    }
}
