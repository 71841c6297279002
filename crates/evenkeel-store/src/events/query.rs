//! What is asked for, and the statement that asks.

use evenkeel::{EventKind, StateKind};
use sqlx::AssertSqlSafe;

use super::{
    Cursor, StoredBody,
    cursor::Position,
    packed,
    search::{self, Way},
    sort::{Sort, SortKey, Value},
    sort_rank,
};
use crate::{sql, text::key};

/// Whether events that the cloud lists no more are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Gone {
    /// They are not.
    #[default]
    Exclude,
    /// They are too.
    Include,
    /// Nothing else is.
    Only,
}

impl Gone {
    pub(super) fn takes(self, gone: bool) -> bool {
        match self {
            Self::Exclude => !gone,
            Self::Include => true,
            Self::Only => gone,
        }
    }
}

/// What is asked for. An empty list lets everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventQuery {
    /// Accounts, by id.
    pub accounts: Vec<String>,
    /// Clouds, by name.
    pub providers: Vec<String>,
    /// Kinds of states.
    pub states: Vec<StateKind>,
    /// Kinds of events…
    pub kinds: Vec<EventKind>,
    /// …or types as the clouds name them: either lets through.
    pub type_names: Vec<String>,
    /// Levels; the empty one is that of events without.
    pub levels: Vec<String>,
    /// Values of the label that events are grouped by; the empty one is that of events without.
    pub labels: Vec<String>,
    /// Tags of resources, each with the values that it may have.
    pub tags: Vec<(String, Vec<String>)>,
    /// Texts that must all occur somewhere.
    pub words: Vec<String>,
    /// A part of the id of the resource.
    pub resource: Option<String>,
    /// Whether events that are gone are wanted.
    pub gone: Gone,
    /// The order.
    pub sort: Sort,
}

impl EventQuery {
    /// Whether the counts that are kept answer it.
    pub(super) fn is_counted(&self) -> bool {
        self.words.is_empty()
            && self.resource.is_none()
            && self.type_names.is_empty()
            && self.tags.is_empty()
    }

    /// What has to occur in what is kept to be searched: a resource's id is in it, too.
    pub(super) fn texts(&self) -> Vec<String> {
        self.words.iter().chain(&self.resource).cloned().collect()
    }

    /// What the counts that are kept cannot say.
    pub(super) fn search(&self, condition: &mut Condition, way: Way<'_>) {
        match way {
            Way::Reading => {}
            Way::Trigrams => {
                if let Some(text) = search::trigrams(&self.texts()) {
                    let number = condition.bind(Value::Text(text));
                    condition.and(&format!("e.n IN ({})", search::having(number)));
                }
            }
            Way::Among([]) | Way::Page([]) => condition.and("0 = 1"),
            Way::Among(numbers) | Way::Page(numbers) => {
                let numbers = numbers.iter().copied().map(Value::Number).collect();
                let among = condition.among("e.n", numbers);
                condition.and(&among);
            }
        }
        for word in &self.words {
            let number = condition.bind(Value::Text(search::pattern(word)));
            condition.and(&format!(
                "(e.search LIKE ${number} ESCAPE '\\' OR e.words LIKE ${number} ESCAPE '\\')"
            ));
        }
        if let Some(resource) = &self.resource {
            let number = condition.bind(Value::Text(search::pattern(resource)));
            condition.and(&format!("LOWER(e.resource_id) LIKE ${number} ESCAPE '\\'"));
        }
        for (tag, values) in &self.tags {
            let number = condition.bind(Value::Text(key(tag)));
            let among = condition.among("t.value", texts(values));
            condition.and(&format!(
                "e.n IN (SELECT t.n FROM event_tags t WHERE t.tag = ${number} AND {among})"
            ));
        }
        if !self.type_names.is_empty() {
            let names = texts(&self.type_names);
            let kinds = self.kinds.iter().map(|kind| sort_rank::of_kind(*kind));
            let mut either = condition.among("e.type_name", names);
            if !self.kinds.is_empty() {
                let kinds = condition.among("e.kind", kinds.map(Value::Number).collect());
                either = format!("({either} OR {kinds})");
            }
            condition.and(&either);
        }
    }

    /// What a part of a page asks: one run of events, or several that the database puts together. It alone knows the
    /// order that it has texts in: that of bytes is another one than most collations have. The column `packed` is what is
    /// read of a row.
    pub(super) fn page(
        &self,
        segments: &[PageSegment<'_>],
        limit: u32,
        few: Option<Way<'_>>,
    ) -> (String, Vec<Value>) {
        let mut condition = Condition::default();
        let mut runs = Vec::new();
        for segment in segments {
            condition.text.clear();
            runs.push(self.statement(*segment, limit, few, &mut condition));
        }
        let rows = if let [one] = runs.as_slice() {
            one.clone()
        } else {
            let runs: Vec<String> = (1..)
                .zip(&runs)
                .map(|(number, run)| format!("SELECT * FROM ({run}) r{number}"))
                .collect();
            let direction = if self.sort.descending { " DESC" } else { "" };
            let number = condition.bind(Value::Number(i64::from(limit)));
            format!(
                "{} ORDER BY 1{direction}, 2{direction}, 3{direction} LIMIT ${number}",
                runs.join(" UNION ALL ")
            )
        };
        (rows, condition.values)
    }

    /// One run of a page: events that are gone or not, that have the key of the order or not.
    ///
    /// With a way to what matches so little does that all of it is found first and sorted then: an index in
    /// the order asked for would be walked from end to end.
    fn statement(
        &self,
        segment: PageSegment<'_>,
        limit: u32,
        few: Option<Way<'_>>,
        condition: &mut Condition,
    ) -> String {
        let Sort { key, descending } = self.sort;
        let column = key.column();
        let number = condition.bind(Value::Number(i64::from(segment.gone)));
        // Neither database uses an index for an expression that has none. A search that reads all is quicker
        // from the table's begin to its end, and any other has its own way.
        let plain = if few.is_some() && !self.is_counted() {
            " + 0"
        } else {
            ""
        };
        condition.and(&format!("e.gone{plain} = ${number}"));
        self.narrow(condition, few.unwrap_or(Way::Reading));
        if let (Some(lacking), Some(value)) = (segment.lacking, key.lacking()) {
            let sign = match (lacking, key.is_text()) {
                (true, _) => "=",
                (false, false) => "<",
                (false, true) => ">",
            };
            let number = condition.bind(value);
            condition.and(&format!("e.{column} {sign} ${number}"));
        }
        let unindexed = match (few.is_some(), key.is_text()) {
            (false, _) => "",
            (true, false) => " + 0",
            (true, true) => " || ''",
        };
        let mut columns = vec![format!("e.{column}{unindexed}")];
        if key != SortKey::DecideBy {
            columns.push("e.decide_by".to_owned());
        }
        columns.push("e.n".to_owned());
        if let Some(after) = segment.after {
            let mut values = vec![Value::Number(after.decide_by), Value::Number(after.n)];
            if key != SortKey::DecideBy {
                values.insert(0, after.key.clone());
            }
            let numbers: Vec<String> = values
                .into_iter()
                .map(|value| format!("${}", condition.bind(value)))
                .collect();
            let sign = if descending { "<" } else { ">" };
            let (columns, numbers) = (columns.join(", "), numbers.join(", "));
            condition.and(&format!("({columns}) {sign} ({numbers})"));
        }
        let direction = if descending { " DESC" } else { "" };
        let order: Vec<String> = columns
            .iter()
            .map(|column| format!("{column}{direction}"))
            .collect();
        let number = condition.bind(Value::Number(i64::from(limit)));
        let sorted_by = format!("e.{column}");
        let sorted_by = if key.is_text() {
            packed::text(&sorted_by)
        } else {
            packed::number(&sorted_by)
        };
        let mut parts = vec![packed::number("e.decide_by"), sorted_by];
        parts.extend(StoredBody::parts());
        format!(
            "SELECT e.{column} AS sorted_by, e.decide_by, e.n, {} AS packed \
             FROM events e JOIN event_bodies b ON b.n = e.n \
             WHERE {} ORDER BY {} LIMIT ${number}",
            packed::column(&parts),
            condition.text,
            order.join(", ")
        )
    }

    pub(super) fn narrow(&self, condition: &mut Condition, way: Way<'_>) {
        let accounts = texts(&self.accounts);
        let providers = texts(&self.providers);
        let states = self.states.iter().map(|kind| sort_rank::of_state(*kind));
        let levels = texts(&self.levels);
        let mut lists = vec![
            ("e.account", accounts),
            ("e.provider", providers),
            ("e.state", states.map(Value::Number).collect()),
            ("e.level", levels),
            ("e.label", texts(&self.labels)),
        ];
        if self.type_names.is_empty() {
            let kinds = self.kinds.iter().map(|kind| sort_rank::of_kind(*kind));
            lists.push(("e.kind", kinds.map(Value::Number).collect()));
        }
        for (column, values) in lists {
            if !values.is_empty() {
                let among = condition.among(column, values);
                condition.and(&among);
            }
        }
        self.search(condition, way);
    }
}

/// A part of a page that one index has in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageSegment<'a> {
    pub(super) gone: bool,
    /// Only events that lack the key of the order, or only those that have it.
    pub(super) lacking: Option<bool>,
    pub(super) after: Option<&'a Position>,
}

fn texts(list: &[String]) -> Vec<Value> {
    list.iter().map(|text| Value::Text(key(text))).collect()
}

/// What follows `WHERE`, with its parameters.
#[derive(Debug, Default)]
pub(super) struct Condition {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl Condition {
    pub(super) fn bind(&mut self, value: Value) -> usize {
        self.values.push(value);
        self.values.len()
    }

    /// Both ends are taken.
    pub(super) fn between(&mut self, column: &str, first: i64, last: i64) {
        let first = self.bind(Value::Number(first));
        let last = self.bind(Value::Number(last));
        self.and(&format!("{column} BETWEEN ${first} AND ${last}"));
    }

    pub(super) fn and(&mut self, condition: &str) {
        if !self.text.is_empty() {
            self.text.push_str(" AND ");
        }
        self.text.push_str(condition);
    }

    pub(super) fn among(&mut self, column: &str, values: Vec<Value>) -> String {
        let skip = self.values.len();
        let count = values.len();
        self.values.extend(values);
        // One value leaves what an index has after it in order.
        if count == 1 {
            return format!("{column} = ${}", skip + 1);
        }
        let mut text = format!("{column} IN (");
        sql::list(&mut text, skip, count);
        text.push(')');
        text
    }
}

/// Where a query goes on, checked against its order.
pub(super) fn position(query: &EventQuery, after: Option<&Cursor>) -> Option<Position> {
    after
        .filter(|cursor| cursor.sort == query.sort)
        .map(|cursor| cursor.position.clone())
}

/// A text with its values. Its plan is kept only if it is one for whatever values: what is searched for decides it.
pub(super) fn statement<'q>(
    text: String,
    values: Vec<Value>,
    is_kept: bool,
) -> sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments> {
    let statement = sqlx::query(AssertSqlSafe(text)).persistent(is_kept);
    values
        .into_iter()
        .fold(statement, |statement, value| match value {
            Value::Number(number) => statement.bind(number),
            Value::Text(text) => statement.bind(text),
        })
}
