//! The order of the list.

use std::cmp::Ordering;
use std::fmt;

use super::table::Row;
use crate::i18n::Strings;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Column {
    Event,
    Resource,
    Account,
    State,
    Window,
    #[default]
    DecideBy,
    DataAtRisk,
}

impl Column {
    pub const ALL: [Self; 7] = [
        Self::Event,
        Self::Resource,
        Self::Account,
        Self::State,
        Self::Window,
        Self::DecideBy,
        Self::DataAtRisk,
    ];

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

    /// The head of the column.
    pub fn label(self, t: Strings) -> &'static str {
        match self {
            Self::Event => t.column_event(),
            Self::Resource => t.column_resource(),
            Self::Account => t.column_account(),
            Self::State => t.column_state(),
            Self::Window => t.column_window(),
            Self::DecideBy => t.column_decide_by(),
            Self::DataAtRisk => t.column_data_at_risk(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    #[default]
    Ascending,
    Descending,
}

/// A column and a direction; the default is what has to be decided first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sort {
    pub column: Column,
    pub direction: Direction,
}

impl Sort {
    /// `state`, or `-state` for the other way round.
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

    /// Rows without a value come last in both directions; equals go by deadline, then by identity, so that the order is
    /// the same every time.
    pub fn compare(self, a: &Row, b: &Row) -> Ordering {
        let turn = |order: Ordering| match self.direction {
            Direction::Ascending => order,
            Direction::Descending => order.reverse(),
        };
        let (x, y) = (&a.event, &b.event);
        let main = match self.column {
            Column::Event => turn(
                (x.event_type.kind, &x.event_type.raw).cmp(&(y.event_type.kind, &y.event_type.raw)),
            ),
            Column::Resource => last_without(a.name.as_deref(), b.name.as_deref(), turn)
                .then_with(|| turn(x.resource_id.cmp(&y.resource_id))),
            Column::Account => turn(x.account.cmp(&y.account)),
            Column::State => turn((x.state.kind, &x.state.raw).cmp(&(y.state.kind, &y.state.raw))),
            Column::Window => last_without(x.not_before, y.not_before, turn),
            Column::DecideBy => last_without(a.decide_by, b.decide_by, turn),
            Column::DataAtRisk => turn(b.data_at_risk.cmp(&a.data_at_risk)),
        };
        main.then_with(|| last_without(a.decide_by, b.decide_by, |order| order))
            .then_with(|| last_without(y.published_at, x.published_at, |order| order))
            .then_with(|| {
                (&x.account, &x.id, &x.resource_id).cmp(&(&y.account, &y.id, &y.resource_id))
            })
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

fn last_without<T: Ord>(
    a: Option<T>,
    b: Option<T>,
    turn: impl Fn(Ordering) -> Ordering,
) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => turn(a.cmp(&b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
