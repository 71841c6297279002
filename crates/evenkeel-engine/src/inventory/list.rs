//! An inventory as JSON: a list of objects whose members are what the columns of a CSV are.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel::json::{Lines, Mode, Node, SyntaxError, Value, parse};
use evenkeel_api::InventoryProblem;

use super::{
    contents::{Collector, Place, problem},
    row::{self, Cell, Column},
};
use crate::foreign::one_line;

const SHAPE: &str = r#"[{"resource_id": "i-1", "name": "web-1", "service": "web"}]"#;
/// How much of a key is quoted.
const QUOTED: usize = 60;

pub(super) fn read(text: &str, collector: &mut Collector<'_>) -> Result<(), InventoryProblem> {
    let root = parse(text, Mode::Strict).map_err(
        |SyntaxError {
             line,
             column,
             detail,
             ..
         }| problem(Place::at(line, column), detail),
    )?;
    let lines = Lines::new(text.as_bytes());
    let place = |node: &Node<'_>| {
        let position = lines.position(node.start);
        Place::at(position.line, position.column)
    };
    let Some(items) = root.as_array() else {
        let message = format!(
            "must be a list of objects, like `{SHAPE}`, not {}",
            kind(&root)
        );
        return Err(problem(place(&root), message));
    };
    let mut columns = Columns::default();
    for item in items {
        collector.begin_row();
        let at = place(item);
        let Value::Object(members) = &item.value else {
            let message = format!("must be an object, as in `{SHAPE}`, not {}", kind(item));
            collector.report(at, message);
            continue;
        };
        let mut seen = BTreeSet::new();
        let mut cells = Vec::with_capacity(members.len());
        let mut is_good = true;
        for (key, node) in members {
            let place = place(node);
            let mut refuse = |message: String| {
                collector.report(place, message);
                is_good = false;
            };
            let name = one_line(key, QUOTED);
            let number = match columns.number(key) {
                Ok(number) => number,
                Err(flaw) => {
                    refuse(flaw);
                    continue;
                }
            };
            if !seen.insert(number) {
                refuse(format!("`{name}` is there twice: remove one of them"));
                continue;
            }
            match text_of(node) {
                Some(text) => cells.push((number, place, text)),
                None => refuse(format!(
                    "`{name}` must be a text in quotes, not {}",
                    kind(node)
                )),
            }
        }
        columns.tell_near(&seen, at, collector);
        if is_good {
            let cells = cells.iter().filter_map(|(number, place, text)| {
                Some(Cell {
                    column: columns.list.get(*number)?,
                    place: *place,
                    text,
                })
            });
            row::take(cells, at, collector);
        }
    }
    Ok(())
}

/// The text of a member; one without a value says nothing.
fn text_of<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match &node.value {
        Value::String(text) => Some(text),
        Value::Null => Some(""),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What a value is, in words.
fn kind(node: &Node<'_>) -> &'static str {
    match node.value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The columns that occurred, each once however many rows have it.
#[derive(Default)]
struct Columns {
    by_key: BTreeMap<String, usize>,
    list: Vec<Column>,
    /// Those that were told to be much like another.
    told: BTreeSet<usize>,
}

impl Columns {
    fn number(&mut self, key: &str) -> Result<usize, String> {
        if let Some(number) = self.by_key.get(key) {
            return Ok(*number);
        }
        if key.trim().is_empty() {
            return Err("a member has no name: name it or remove it".to_owned());
        }
        let column = Column::of(key)?;
        let known = self.list.iter().position(|other| *other == column);
        let number = known.unwrap_or(self.list.len());
        if known.is_none() {
            self.list.push(column);
        }
        self.by_key.insert(key.to_owned(), number);
        Ok(number)
    }

    fn tell_near(&mut self, seen: &BTreeSet<usize>, place: Place, collector: &mut Collector<'_>) {
        for number in seen {
            let Some(column) = self.list.get(*number) else {
                continue;
            };
            if let Some(near) = column.near()
                && self.told.insert(*number)
            {
                let message = format!(
                    "`{}` is taken for a label; if you mean `{near}`, rename it",
                    one_line(column.name(), QUOTED)
                );
                collector.report(place, message);
            }
        }
    }
}
