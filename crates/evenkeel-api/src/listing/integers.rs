//! A column of small numbers.

use super::ListingError;
use super::bytes::{Input, put_number};

/// Every row has the same.
const SAME: u8 = 0;
/// A byte a row.
const BYTES: u8 = 1;
/// As many bytes a row as the number takes.
const NUMBERS: u8 = 2;

pub(super) fn put(out: &mut Vec<u8>, column: &[u32]) {
    let first = column.first().copied().unwrap_or_default();
    if column.iter().all(|number| *number == first) {
        out.push(SAME);
        put_number(out, u64::from(first));
        return;
    }
    if column.iter().all(|number| *number < 256) {
        out.push(BYTES);
        let bytes = column.iter().map(|number| u8::try_from(*number));
        out.extend(bytes.map(Result::unwrap_or_default));
        return;
    }
    out.push(NUMBERS);
    for number in column {
        put_number(out, u64::from(*number));
    }
}

/// So many rows, each of a number up to `most`.
pub(super) fn read(
    input: &mut Input<'_>,
    rows: usize,
    most: usize,
) -> Result<Vec<u32>, ListingError> {
    let most = u32::try_from(most).unwrap_or(u32::MAX);
    let column: Vec<u32> = match input.byte()? {
        SAME => vec![input.small()?; rows],
        BYTES => input.take(rows)?.iter().copied().map(u32::from).collect(),
        NUMBERS => (0..rows).map(|_| input.small()).collect::<Result<_, _>>()?,
        _ => return Err(ListingError::Corrupt("a column is of no known form")),
    };
    if column.iter().any(|number| *number > most) {
        return Err(ListingError::Corrupt("a row names what is not there"));
    }
    Ok(column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_comes_back() {
        for column in [vec![7; 3], vec![0, 255, 1], vec![1, 256, 70_000], vec![]] {
            let mut out = Vec::new();
            put(&mut out, &column);
            assert_eq!(read(&mut Input(&out), column.len(), 70_000), Ok(column));
        }
    }

    #[test]
    fn what_names_more_than_there_is_is_refused() {
        let mut out = Vec::new();
        put(&mut out, &[0, 3]);
        assert!(read(&mut Input(&out), 2, 2).is_err());
        assert!(read(&mut Input(&[9, 0]), 1, 9).is_err());
    }
}
