//! A column of times: whole minutes or seconds where all are, and as the difference to the row before or to another
//! time of the same event, whichever takes less.

use super::ListingError;
use super::bytes::{Input, fold, put_signed, width};

/// How long a unit is, ms; a column names it by its place.
const UNITS: [i64; 3] = [60_000, 1_000, 1];
const NONE: u8 = 255;
/// To the time of the row before; else to that of the same row in another column, by its number and one more.
const BEFORE: u8 = 0;

/// Writes a column. `others` are the columns that are written already.
pub(super) fn put(out: &mut Vec<u8>, column: &[Option<i64>], others: &[&[Option<i64>]]) {
    if column.iter().all(Option::is_none) {
        out.push(NONE);
        return;
    }
    let mut best: Option<(usize, u8, i64, Vec<i64>)> = None;
    for reference in 0..=others.len() {
        let other = reference.checked_sub(1).and_then(|place| others.get(place));
        let steps = steps(column, other.copied());
        let unit = UNITS
            .into_iter()
            .find(|unit| steps.iter().all(|step| step % unit == 0))
            .unwrap_or(1);
        let size = steps.iter().map(|step| width(fold(step / unit))).sum();
        if best.as_ref().is_none_or(|(least, ..)| size < *least) {
            let reference = u8::try_from(reference).unwrap_or(BEFORE);
            best = Some((size, reference, unit, steps));
        }
    }
    let Some((_, reference, unit, steps)) = best else {
        return;
    };
    out.push(reference);
    let unit_at = UNITS.iter().position(|known| *known == unit);
    out.push(
        unit_at
            .and_then(|place| u8::try_from(place).ok())
            .unwrap_or(2),
    );
    let is_whole = column.iter().all(Option::is_some);
    out.push(u8::from(is_whole));
    if !is_whole {
        for rows in column.chunks(8) {
            let bits = rows.iter().enumerate();
            out.push(bits.fold(0, |bits, (at, time)| bits | u8::from(time.is_some()) << at));
        }
    }
    for step in steps {
        put_signed(out, step / unit);
    }
}

/// The differences of the rows that have a time. They wrap: any two times have one.
fn steps(column: &[Option<i64>], other: Option<&[Option<i64>]>) -> Vec<i64> {
    let mut before = 0_i64;
    let rows = column.iter().enumerate();
    rows.filter_map(|(row, time)| {
        let time = (*time)?;
        let base = other.map_or(before, |other| at(other, row));
        before = time;
        Some(time.wrapping_sub(base))
    })
    .collect()
}

pub(super) fn read(
    input: &mut Input<'_>,
    rows: usize,
    others: &[&[Option<i64>]],
) -> Result<Vec<Option<i64>>, ListingError> {
    let wrong = ListingError::Corrupt("a column of times is of no known form");
    let reference = input.byte()?;
    if reference == NONE {
        return Ok(vec![None; rows]);
    }
    let other = match usize::from(reference).checked_sub(1) {
        None => None,
        Some(place) => Some(*others.get(place).ok_or(wrong)?),
    };
    let unit = *UNITS.get(usize::from(input.byte()?)).ok_or(wrong)?;
    let present = match input.byte()? {
        0 => Some(input.take(rows.div_ceil(8))?),
        1 => None,
        _ => return Err(wrong),
    };
    let mut before = 0_i64;
    (0..rows)
        .map(|row| {
            let is_there = present.is_none_or(|bits| {
                bits.get(row / 8)
                    .is_some_and(|byte| byte >> (row % 8) & 1 == 1)
            });
            if !is_there {
                return Ok(None);
            }
            let base = other.map_or(before, |other| at(other, row));
            before = input.signed()?.wrapping_mul(unit).wrapping_add(base);
            Ok(Some(before))
        })
        .collect()
}

fn at(column: &[Option<i64>], row: usize) -> i64 {
    column.get(row).copied().flatten().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(column: &[Option<i64>], others: &[&[Option<i64>]]) -> usize {
        let mut out = Vec::new();
        put(&mut out, column, others);
        let mut input = Input(&out);
        assert_eq!(
            read(&mut input, column.len(), others).as_deref(),
            Ok(column)
        );
        assert_eq!(input.left(), 0);
        out.len()
    }

    #[test]
    fn times_come_back_however_odd_they_are() {
        back(&[None, None], &[]);
        back(&[], &[]);
        back(
            &[Some(i64::MIN), Some(i64::MAX), None, Some(0), Some(-1)],
            &[],
        );
        let other = [Some(i64::MAX), None, Some(5), Some(6), Some(7)];
        back(
            &[Some(i64::MIN), Some(1), None, Some(60_006), Some(7)],
            &[&other],
        );
    }

    #[test]
    fn the_shortest_way_to_say_it_is_taken() {
        let base = 1_795_344_233_117;
        let published: Vec<_> = (0..100).map(|n| Some(base + n * n * 7_919_113)).collect();
        let later: Vec<_> = published
            .iter()
            .map(|time| time.map(|time| time + 3_600_000))
            .collect();
        assert_eq!(back(&later, &[&published]), 3 + 100);
        let minutes: Vec<_> = (0..100).map(|n| Some(60_000 * (29_000_000 + n))).collect();
        assert!(back(&minutes, &[]) < 3 + 105);
    }
}
