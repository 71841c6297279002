//! Which order is asked for.

use std::fmt;

/// What a row can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Column {
    /// Its type.
    Event,
    /// What the resource is called, then its id.
    Resource,
    /// Its account.
    Account,
    /// Its state.
    State,
    /// When its window opens.
    Window,
    /// Until when a person can decide.
    #[default]
    DecideBy,
    /// What acting on it may cost.
    DataAtRisk,
}

impl Column {
    /// From left to right.
    pub const ALL: [Self; 7] = [
        Self::Event,
        Self::Resource,
        Self::Account,
        Self::State,
        Self::Window,
        Self::DecideBy,
        Self::DataAtRisk,
    ];

    /// As a URL says it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Resource => "resource",
            Self::Account => "account",
            Self::State => "state",
            Self::Window => "window",
            Self::DecideBy => "decide_by",
            Self::DataAtRisk => "stake",
        }
    }
}

/// Which way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The least first.
    #[default]
    Ascending,
    /// The most first; rows without a value come last all the same.
    Descending,
}

/// A column and a direction; the default is what has to be decided first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sort {
    /// By what.
    pub column: Column,
    /// Which way round.
    pub direction: Direction,
}

impl Sort {
    /// `state`, or `-state` for the other way round.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, direction) = text
            .strip_prefix('-')
            .map_or((text, Direction::Ascending), |name| {
                (name, Direction::Descending)
            });
        let column = Column::ALL
            .into_iter()
            .find(|column| column.as_str() == name)?;
        Some(Self { column, direction })
    }

    /// What a click on a column's head makes of it.
    #[must_use]
    pub fn clicked(self, column: Column) -> Self {
        let direction = if self.column == column && self.direction == Direction::Ascending {
            Direction::Descending
        } else {
            Direction::Ascending
        };
        Self { column, direction }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.direction == Direction::Descending {
            f.write_str("-")?;
        }
        f.write_str(self.column.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_on_the_sorted_column_turns_it() {
        let sort = Sort::default().clicked(Column::State);
        let ascending = Sort {
            column: Column::State,
            direction: Direction::Ascending,
        };
        assert_eq!(sort, ascending);
        assert_eq!(sort.clicked(Column::State).direction, Direction::Descending);
        assert_eq!(
            sort.clicked(Column::State).clicked(Column::State),
            ascending
        );
    }

    #[test]
    fn an_order_reads_as_it_is_written() {
        for column in Column::ALL {
            for direction in [Direction::Ascending, Direction::Descending] {
                let sort = Sort { column, direction };
                assert_eq!(Sort::parse(&sort.to_string()), Some(sort));
            }
        }
        assert_eq!(Sort::parse("colour"), None);
    }
}
