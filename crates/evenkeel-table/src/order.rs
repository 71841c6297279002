//! The orders of the rows, each made once and then mended by what has changed.

use std::cmp::Ordering;

use crate::columns::Columns;
use crate::row_set::{RowId, RowSet};
use crate::sort::{Column, Direction, Sort};

/// So many changes among so many rows are cheaper to put in their places than to sort all anew.
const MENDED: usize = 8;

/// All rows by a column, upwards.
#[derive(Debug, Default)]
struct Order {
    rows: Vec<RowId>,
    /// Those that differ by the column from the row before them: each begins a group of equals.
    heads: RowSet,
    /// What has changed since.
    changed: RowSet,
}

/// One for each column that was asked for.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    kept: [Option<Order>; Column::ALL.len()],
}

fn place(column: Column) -> usize {
    let mut all = Column::ALL.into_iter();
    all.position(|other| other == column).unwrap_or_default()
}

impl Orders {
    /// Remembers that a row is new, other than it was, or no more.
    pub(crate) fn touch(&mut self, row: RowId) {
        for order in self.kept.iter_mut().flatten() {
            order.changed.insert(row);
        }
    }

    /// Of the rows that are wanted the numbers, in order.
    pub(crate) fn sorted(&mut self, columns: &Columns, sort: Sort, wanted: &RowSet) -> Vec<RowId> {
        let Some(order) = self.up(columns, sort.column) else {
            return Vec::new();
        };
        let mut rows = Vec::with_capacity(wanted.len());
        match sort.direction {
            Direction::Ascending => {
                rows.extend(order.rows.iter().filter(|row| wanted.contains(**row)));
            }
            Direction::Descending => order.down(columns, sort.column, wanted, &mut rows),
        }
        rows
    }

    /// Makes or mends one order that is not as it should be; tells whether there was one.
    pub(crate) fn prepare(&mut self, columns: &Columns) -> bool {
        let wanting = Column::ALL.into_iter().find(|column| {
            let kept = self.kept.get(place(*column)).and_then(Option::as_ref);
            kept.is_none_or(|order| !order.changed.is_empty())
        });
        if let Some(column) = wanting {
            self.up(columns, column);
        }
        wanting.is_some()
    }

    fn up(&mut self, columns: &Columns, column: Column) -> Option<&Order> {
        let old = self.is_old(columns, column);
        let base = match column {
            // The order among equals.
            Column::DecideBy => None,
            _ if old => self.up(columns, Column::DecideBy).map(|it| it.rows.clone()),
            _ => None,
        };
        let order = self.kept.get_mut(place(column))?;
        let order = order.get_or_insert_default();
        if old {
            order.rows = made(columns, column, base.unwrap_or_default());
            order.heads = heads(columns, column, &order.rows);
        } else if !order.changed.is_empty() {
            mend(columns, column, order);
        }
        order.changed.clear();
        Some(order)
    }

    /// Whether an order is to be made anew.
    fn is_old(&self, columns: &Columns, column: Column) -> bool {
        let order = self.kept.get(place(column)).and_then(Option::as_ref);
        order.is_none_or(|order| order.changed.len() * MENDED > columns.live.len())
    }
}

impl Order {
    /// Those of the rows that are wanted, the other way round: equals stay as they are, and so does it that those without
    /// a value come last.
    fn down(&self, columns: &Columns, column: Column, wanted: &RowSet, down: &mut Vec<RowId>) {
        let with = (self.rows).partition_point(|row| has_value(columns, column, *row));
        let (with, without) = self.rows.split_at(with);
        for part in [with, without] {
            let mut group = down.len();
            for row in part.iter().rev() {
                if wanted.contains(*row) {
                    down.push(*row);
                }
                if self.heads.contains(*row) {
                    if let Some(equals) = down.get_mut(group..) {
                        equals.reverse();
                    }
                    group = down.len();
                }
            }
        }
    }
}

/// The first of each group of equals.
fn heads(columns: &Columns, column: Column, rows: &[RowId]) -> RowSet {
    let mut heads = RowSet::none_of(columns.len());
    let mut before = None;
    for row in rows {
        heads.set(*row, is_head(columns, column, before, *row));
        before = Some(*row);
    }
    heads
}

fn is_head(columns: &Columns, column: Column, before: Option<RowId>, row: RowId) -> bool {
    before.is_none_or(|before| main(columns, column, before, row) != Ordering::Equal)
}

/// Takes out what has changed, and puts it in where it belongs now.
fn mend(columns: &Columns, column: Column, order: &mut Order) {
    let (changed, heads) = (&order.changed, &mut order.heads);
    // Where a group's first row goes, the next one is it, be it of this group or of another.
    let mut headless = false;
    order.rows.retain(|row| {
        let stays = !changed.contains(*row);
        if stays && headless {
            heads.insert(*row);
        }
        headless = !stays && (headless || heads.contains(*row));
        stays
    });
    let mut new: Vec<RowId> = changed
        .iter()
        .filter(|row| columns.live.contains(*row))
        .collect();
    new.sort_unstable_by(|a, b| up(columns, column, *a, *b));
    let mut rows = Vec::with_capacity(order.rows.len() + new.len());
    let mut rest = order.rows.as_slice();
    for row in new {
        let before =
            rest.partition_point(|other| up(columns, column, *other, row) == Ordering::Less);
        let (smaller, greater) = rest.split_at(before);
        rows.extend_from_slice(smaller);
        rows.push(row);
        rest = greater;
    }
    rows.extend_from_slice(rest);
    let mut before = None;
    for row in &rows {
        if changed.contains(*row) || before.is_some_and(|before| changed.contains(before)) {
            heads.set(*row, is_head(columns, column, before, *row));
        }
        before = Some(*row);
    }
    order.rows = rows;
}

/// The order of all rows by a column. `base` has them in the order among equals, but for that order itself.
fn made(columns: &Columns, column: Column, base: Vec<RowId>) -> Vec<RowId> {
    match column {
        Column::DecideBy => by_urgency(columns),
        Column::Resource => by_resource(columns, base),
        Column::Window => by_window(columns, base),
        Column::Event | Column::Account | Column::State | Column::DataAtRisk => {
            by_standing(columns, column, &base)
        }
    }
}

fn by_urgency(columns: &Columns) -> Vec<RowId> {
    let last = |at: Option<i64>| at.unwrap_or(i64::MAX);
    let mut keyed: Vec<(i64, i64, RowId)> = Vec::with_capacity(columns.live.len());
    keyed.extend(columns.live.iter().map(|row| {
        let newest = columns.published_at(row).map(i64::saturating_neg);
        (last(columns.decide_by(row)), last(newest), row)
    }));
    // A listing comes in nearly this order: a stable sort finds what is in order already.
    keyed.sort_by(|a, b| {
        (a.0, a.1)
            .cmp(&(b.0, b.1))
            .then_with(|| by_identity(columns, a.2, b.2))
    });
    keyed.into_iter().map(|(.., row)| row).collect()
}

fn by_window(columns: &Columns, base: Vec<RowId>) -> Vec<RowId> {
    let mut keyed: Vec<(i64, u32, RowId)> = base
        .into_iter()
        .zip(0..)
        .map(|(row, place)| (columns.not_before(row).unwrap_or(i64::MAX), place, row))
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(.., row)| row).collect()
}

/// What most names differ in, in two numbers.
fn prefix(text: &str) -> [u64; 2] {
    let mut bytes = text.bytes();
    [(); 2].map(|()| {
        (0..8).fold(0, |number, _| {
            number << 8 | u64::from(bytes.next().unwrap_or_default())
        })
    })
}

fn by_resource(columns: &Columns, base: Vec<RowId>) -> Vec<RowId> {
    let named = |row: &RowId| columns.text.folded(row.index()).name.is_some();
    let (with, without): (Vec<RowId>, Vec<RowId>) = base.into_iter().partition(named);
    let mut rows = Vec::with_capacity(with.len() + without.len());
    for part in [with, without] {
        let mut keyed: Vec<([u64; 2], u32, RowId)> = part
            .into_iter()
            .zip(0..)
            .map(|(row, place)| {
                let name = columns.text.folded(row.index()).name;
                let text = name.unwrap_or_else(|| columns.text.get(row.index()).resource_id);
                (prefix(text), place, row)
            })
            .collect();
        keyed.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0)
                .then_with(|| main(columns, Column::Resource, a.2, b.2))
                .then(a.1.cmp(&b.1))
        });
        rows.extend(keyed.into_iter().map(|(.., row)| row));
    }
    rows
}

/// A counting sort: there are few standings.
fn by_standing(columns: &Columns, column: Column, base: &[RowId]) -> Vec<RowId> {
    let standings = columns.standings.all().len();
    let mut some: Vec<Option<RowId>> = vec![None; standings];
    for row in base {
        if let Some(slot) = some.get_mut(columns.standing_index(*row)) {
            *slot = Some(*row);
        }
    }
    let mut sorted: Vec<(usize, RowId)> = some
        .into_iter()
        .enumerate()
        .filter_map(|(standing, row)| Some((standing, row?)))
        .collect();
    sorted.sort_by(|a, b| main(columns, column, a.1, b.1));
    let mut ranks = vec![0; standings];
    let (mut rank, mut before) = (0, None);
    for (standing, row) in sorted {
        if before.is_some_and(|before| main(columns, column, before, row) != Ordering::Equal) {
            rank += 1;
        }
        before = Some(row);
        if let Some(slot) = ranks.get_mut(standing) {
            *slot = rank;
        }
    }
    let rank_of = |row: RowId| {
        let rank = ranks.get(columns.standing_index(row));
        rank.copied().unwrap_or_default()
    };
    let mut next = vec![0_usize; rank + 2];
    for row in base {
        if let Some(count) = next.get_mut(rank_of(*row) + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for count in &mut next {
        sum += *count;
        *count = sum;
    }
    let mut rows = vec![RowId(u32::MAX); base.len()];
    for row in base {
        let Some(place) = next.get_mut(rank_of(*row)) else {
            continue;
        };
        if let Some(slot) = rows.get_mut(*place) {
            *slot = *row;
        }
        *place += 1;
    }
    rows
}

fn has_value(columns: &Columns, column: Column, row: RowId) -> bool {
    match column {
        Column::Window => columns.not_before(row).is_some(),
        Column::DecideBy => columns.decide_by(row).is_some(),
        Column::Resource => columns.text.folded(row.index()).name.is_some(),
        Column::Event | Column::Account | Column::State | Column::DataAtRisk => true,
    }
}

/// Which of two rows stands first.
pub(crate) fn compare(columns: &Columns, sort: Sort, a: RowId, b: RowId) -> Ordering {
    let column = sort.column;
    let up = up(columns, column, a, b);
    if sort.direction == Direction::Ascending {
        return up;
    }
    let has_none = |row| !has_value(columns, column, row);
    (has_none(a).cmp(&has_none(b)))
        .then_with(|| main(columns, column, b, a))
        .then(up)
}

/// Upwards by a column, then by urgency, then by identity: the order is the same every time.
fn up(columns: &Columns, column: Column, a: RowId, b: RowId) -> Ordering {
    let newest = |row| columns.published_at(row).map(i64::saturating_neg);
    main(columns, column, a, b)
        .then_with(|| last_without(columns.decide_by(a), columns.decide_by(b)))
        .then_with(|| last_without(newest(a), newest(b)))
        .then_with(|| by_identity(columns, a, b))
}

fn by_identity(columns: &Columns, a: RowId, b: RowId) -> Ordering {
    let account = |row| columns.standing(row).map(|it| it.account.as_str());
    let (x, y) = (columns.text.get(a.index()), columns.text.get(b.index()));
    (account(a).cmp(&account(b)))
        .then_with(|| (x.id, x.resource_id).cmp(&(y.id, y.resource_id)))
        .then(a.cmp(&b))
}

/// By a column alone.
fn main(columns: &Columns, column: Column, a: RowId, b: RowId) -> Ordering {
    match column {
        Column::Window => last_without(columns.not_before(a), columns.not_before(b)),
        Column::DecideBy => last_without(columns.decide_by(a), columns.decide_by(b)),
        Column::Resource => {
            let text = |row: RowId| {
                let text = columns.text.get(row.index());
                (columns.text.folded(row.index()).name, text.resource_id)
            };
            let ((a, x), (b, y)) = (text(a), text(b));
            last_without(a, b).then_with(|| x.cmp(y))
        }
        Column::Event | Column::Account | Column::State | Column::DataAtRisk => {
            if columns.standing_index(a) == columns.standing_index(b) {
                return Ordering::Equal;
            }
            let (Some(a), Some(b)) = (columns.standing(a), columns.standing(b)) else {
                return Ordering::Equal;
            };
            match column {
                Column::Event => (a.event_type.kind, &a.event_type.raw)
                    .cmp(&(b.event_type.kind, &b.event_type.raw)),
                Column::Account => a.account.cmp(&b.account),
                Column::State => (a.state.kind, &a.state.raw).cmp(&(b.state.kind, &b.state.raw)),
                // The worst first.
                _ => b.data_at_risk.cmp(&a.data_at_risk),
            }
        }
    }
}

fn last_without<T: Ord>(a: Option<T>, b: Option<T>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
