//! What an inventory file says: the rows that are good, and what is wrong with the others.

use std::collections::HashMap;

use evenkeel_api::InventoryProblem;
use evenkeel_store::InventoryEntry;

/// How many problems are told; the others are counted.
const MOST_PROBLEMS: usize = 100;

/// How an inventory is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InventoryFormat {
    /// A header with the names of the columns, then a row a resource.
    Csv,
    /// A list of objects.
    Json,
}

impl InventoryFormat {
    /// By the end of the file's name.
    #[must_use]
    pub fn of(path: &std::path::Path) -> Option<Self> {
        let end = path.extension()?.to_str()?;
        if end.eq_ignore_ascii_case("csv") {
            Some(Self::Csv)
        } else if end.eq_ignore_ascii_case("json") {
            Some(Self::Json)
        } else {
            None
        }
    }
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InventoryContents {
    /// The good rows, in the file's order; no two are of the same resource and account.
    pub rows: Vec<InventoryEntry>,
    /// The first problems of the others, in the file's order.
    pub problems: Vec<InventoryProblem>,
    /// How many problems there are.
    pub problem_count: u64,
}

/// A place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: Option<usize>,
}

impl Place {
    pub(super) fn line(line: usize) -> Self {
        Self { line, column: None }
    }

    pub(super) fn at(line: usize, column: usize) -> Self {
        Self {
            line,
            column: Some(column),
        }
    }
}

/// Says what is wrong there.
pub(super) fn problem(place: Place, message: impl Into<String>) -> InventoryProblem {
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    InventoryProblem {
        line: Some(number(place.line)),
        column: place.column.map(number),
        message: message.into(),
    }
}

/// Says what is wrong with the file as a whole.
pub(super) fn file_problem(message: impl Into<String>) -> InventoryProblem {
    InventoryProblem {
        line: None,
        column: None,
        message: message.into(),
    }
}

/// Collects rows and problems while a file is read.
pub(super) struct Collector<'a> {
    pub(super) contents: InventoryContents,
    /// The lines of the rows that were taken.
    lines: HashMap<(Option<String>, String), usize>,
    /// How many rows there were, the bad ones too.
    pub(super) rows: usize,
    pub(super) accounts: &'a [String],
}

impl<'a> Collector<'a> {
    /// For a file of these accounts.
    pub(super) fn new(accounts: &'a [String]) -> Self {
        Self {
            contents: InventoryContents::default(),
            lines: HashMap::new(),
            rows: 0,
            accounts,
        }
    }

    pub(super) fn report(&mut self, place: Place, message: impl Into<String>) {
        self.contents.problem_count += 1;
        if self.contents.problems.len() < MOST_PROBLEMS {
            self.contents.problems.push(problem(place, message));
        }
    }

    /// Counts a row, whether it turns out good or bad.
    pub(super) fn begin_row(&mut self) {
        self.rows += 1;
    }

    /// Takes a good row, unless one of the same resource was there before.
    pub(super) fn take(&mut self, row: InventoryEntry, place: Place) {
        let key = (row.account.clone(), row.resource_id.clone());
        if let Some(first) = self.lines.get(&key).copied() {
            let message = format!(
                "`{}` stands at line {first} already: that one is used; remove one of them",
                row.resource_id
            );
            self.report(place, message);
            return;
        }
        self.lines.insert(key, place.line);
        self.contents.rows.push(row);
    }
}
