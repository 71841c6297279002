//! An inventory as CSV: a header with the names of the columns, then a row a resource.

use std::io::Read as _;

use csv::{ReaderBuilder, StringRecord};
use evenkeel_api::InventoryProblem;

use super::{
    contents::{Collector, Place, file_problem, problem},
    row::{self, Cell, Column, RESOURCE_ID},
};
use crate::foreign::one_line;

/// What may part the cells, the first with which the header has its column: spreadsheets write a semicolon
/// where a comma parts decimals.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// A row of its own after the last one. Where it does not come out as it was put in, a quote was left open.
const END: &str = "\n\u{1}";
const END_CELL: &str = "\u{1}";
/// How many columns of a wrong header are quoted, and how much of each.
const QUOTED: usize = 12;
const QUOTED_OF_NAME: usize = 60;

type Reader<'t> = csv::Reader<std::io::Chain<&'t [u8], &'static [u8]>>;

pub(super) fn read(text: &str, collector: &mut Collector<'_>) -> Result<(), InventoryProblem> {
    let delimiter = DELIMITERS
        .into_iter()
        .find(|delimiter| has_id(text, *delimiter))
        .unwrap_or(b',');
    let mut table = Table::new(text, delimiter);
    let line = table.next()?;
    let mut header = Header::read(&table.record, delimiter.into(), line, collector)?;
    loop {
        let line = table.next()?;
        if table.is_at_end() {
            return Ok(());
        }
        // What is left of a row that was cleared.
        if table.record.iter().any(|cell| !cell.trim().is_empty()) {
            collector.begin_row();
            header.row(&table.record, line, collector);
        }
    }
}

/// Whether the header has its one required column, if that parts its cells.
fn has_id(text: &str, delimiter: u8) -> bool {
    let mut table = Table::new(text, delimiter);
    table.next().is_ok()
        && table
            .record
            .iter()
            .any(|cell| Column::of(cell) == Ok(Column::ResourceId))
}

/// The rows with their lines.
struct Table<'t> {
    text: &'t [u8],
    reader: Reader<'t>,
    record: StringRecord,
    /// The line of the byte `at`: the reader's own count begins before the blank lines that it skips.
    line: usize,
    at: usize,
}

impl<'t> Table<'t> {
    fn new(text: &'t str, delimiter: u8) -> Self {
        let text = text.as_bytes();
        Self {
            text,
            reader: ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(delimiter)
                .from_reader(text.chain(END.as_bytes())),
            record: StringRecord::new(),
            line: 1,
            at: 0,
        }
    }

    /// Reads a row; its line.
    fn next(&mut self) -> Result<usize, InventoryProblem> {
        match self.reader.read_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => {
                let message = "the file ends within a quoted cell of the row that begins here: close its quote";
                return Err(problem(Place::line(self.line), message));
            }
            Err(error) => return Err(file_problem(error.to_string())),
        }
        let start = self.record.position().map_or(0, csv::Position::byte);
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        while let Some(byte) = self.text.get(self.at) {
            let is_break = matches!(byte, b'\n' | b'\r');
            if self.at >= start && !is_break {
                break;
            }
            let is_half = *byte == b'\r' && self.text.get(self.at + 1) == Some(&b'\n');
            if is_break && !is_half {
                self.line += 1;
            }
            self.at += 1;
        }
        Ok(self.line)
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.text.len() && self.record.len() == 1 && self.record.get(0) == Some(END_CELL)
    }
}

/// What the columns mean.
struct Header {
    columns: Vec<Option<Column>>,
    delimiter: char,
    /// Columns without a name whose contents were told of.
    told: Vec<usize>,
}

impl Header {
    fn read(
        record: &StringRecord,
        delimiter: char,
        line: usize,
        collector: &mut Collector<'_>,
    ) -> Result<Self, InventoryProblem> {
        let mut columns: Vec<Option<Column>> = Vec::with_capacity(record.len());
        for (index, name) in record.iter().enumerate() {
            let place = Place::at(line, index + 1);
            if name.trim().is_empty() {
                columns.push(None);
                continue;
            }
            let column =
                Column::of(name).map_err(|flaw| problem(place, format!("the column {flaw}")))?;
            let first = columns
                .iter()
                .position(|other| other.as_ref() == Some(&column));
            if let Some(first) = first {
                let message = format!(
                    "the column `{}` is there twice, as column {} already: remove or rename one",
                    one_line(column.name(), QUOTED_OF_NAME),
                    first + 1
                );
                return Err(problem(place, message));
            }
            if let Some(near) = column.near() {
                let message = format!(
                    "`{}` is taken for a label; if you mean `{near}`, rename the column",
                    one_line(column.name(), QUOTED_OF_NAME)
                );
                collector.report(place, message);
            }
            columns.push(Some(column));
        }
        if !columns.contains(&Some(Column::ResourceId)) {
            let names: Vec<String> = record
                .iter()
                .take(QUOTED)
                .map(|name| format!("`{}`", one_line(name.trim(), QUOTED_OF_NAME)))
                .collect();
            let message = format!(
                "the header has no column `{RESOURCE_ID}`, but {}: name the column that has the cloud's ids so",
                names.join(", ")
            );
            return Err(problem(Place::line(line), message));
        }
        Ok(Self {
            columns,
            delimiter,
            told: Vec::new(),
        })
    }

    fn row(&mut self, record: &StringRecord, line: usize, collector: &mut Collector<'_>) {
        let (wanted, found) = (self.columns.len(), record.len());
        let has_more = record
            .iter()
            .skip(wanted)
            .any(|cell| !cell.trim().is_empty());
        if found < wanted {
            let message = format!(
                "the header has {wanted} cells and the row {found}: write its empty cells, too"
            );
            collector.report(Place::at(line, found), message);
            return;
        }
        if has_more {
            let message = format!(
                "the header has {wanted} cells and the row {found}: put a text with `{}` in it into quotes",
                self.delimiter.escape_default()
            );
            collector.report(Place::at(line, wanted + 1), message);
            return;
        }
        let cells = self.columns.iter().zip(record).enumerate();
        for (index, (column, text)) in cells.clone() {
            let is_lost = column.is_none() && !text.trim().is_empty();
            if is_lost && !self.told.contains(&index) {
                self.told.push(index);
                let place = Place::at(line, index + 1);
                collector.report(
                    place,
                    "the column has no name in the header: what stands in it is not used",
                );
            }
        }
        let cells = cells.filter_map(|(index, (column, text))| {
            Some(Cell {
                column: column.as_ref()?,
                place: Place::at(line, index + 1),
                text,
            })
        });
        row::take(cells, Place::line(line), collector);
    }
}
