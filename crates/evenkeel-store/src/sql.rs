//! Texts of statements that both databases take.

use std::fmt::Write as _;

/// `($1, $2), ($3, $4)`: so many rows of so many parameters.
pub(crate) fn rows(rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 6);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        list(&mut text, row * columns, columns);
        text.push(')');
    }
    text
}

/// `$4, $5, $6`: so many parameters after the first `skip`.
pub(crate) fn list(text: &mut String, skip: usize, count: usize) {
    for number in 1..=count {
        let comma = if number == 1 { "" } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(text, "{comma}${}", skip + number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_parameters_row_by_row() {
        assert_eq!(rows(2, 2), "($1, $2), ($3, $4)");
        let mut text = String::new();
        list(&mut text, 3, 2);
        assert_eq!(text, "$4, $5");
    }
}
