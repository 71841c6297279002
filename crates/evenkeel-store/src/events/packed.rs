//! Several columns as one text, and many rows as one.
//!
//! The driver makes ten allocations of each column of a row, and hands each row over from one thread to another: a page
//! of events costs more by that than by everything that stands in it.

use crate::{StoreError, StoreErrorKind};

/// What ends a number, and what parts a text from its length.
const END: char = ',';

/// The column that has these columns in one text.
pub(super) fn column(parts: &[String]) -> String {
    format!("CONCAT({})", parts.join(", "))
}

/// A number as it stands in the text; nothing where there is none.
pub(super) fn number(column: &str) -> String {
    format!("{column}, '{END}'")
}

/// A text as it stands in the text, after how many bytes it has: whatever it holds, the next one is found.
pub(super) fn text(column: &str) -> String {
    format!("OCTET_LENGTH({column}), '{END}', {column}")
}

/// What is left to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packed<'t>(pub(super) &'t str);

impl<'t> Packed<'t> {
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The next number, if it is one.
    pub(super) fn number(&mut self) -> Result<Option<i64>, StoreError> {
        let (digits, rest) = self.0.split_once(END).ok_or_else(corrupt)?;
        self.0 = rest;
        if digits.is_empty() {
            return Ok(None);
        }
        digits.parse().map(Some).map_err(|_| corrupt())
    }

    /// The next number of a column that always has one.
    pub(super) fn some_number(&mut self) -> Result<i64, StoreError> {
        self.number()?.ok_or_else(corrupt)
    }

    /// The next text, if it is one.
    pub(super) fn text(&mut self) -> Result<Option<&'t str>, StoreError> {
        let Some(length) = self.number()? else {
            return Ok(None);
        };
        let length = usize::try_from(length).map_err(|_| corrupt())?;
        let (text, rest) = self.0.split_at_checked(length).ok_or_else(corrupt)?;
        self.0 = rest;
        Ok(Some(text))
    }

    /// The next text of a column that always has one.
    pub(super) fn some_text(&mut self) -> Result<&'t str, StoreError> {
        self.text()?.ok_or_else(corrupt)
    }
}

fn corrupt() -> StoreError {
    let detail = "a row is not what it was asked for";
    StoreError::new(StoreErrorKind::Corrupt, detail)
}

#[cfg(test)]
mod tests {
    use evenkeel_testdb::both;
    use sqlx::{AssertSqlSafe, Row as _};

    use super::*;
    use crate::Db;

    #[tokio::test]
    async fn both_databases_write_what_is_read() {
        let texts = ["", ",", "a,5,b", "维护\n\u{1f}", "{\"a\":\"\\u0000\"}"];
        for database in both().await {
            let db = Db::open(&database.url().parse().unwrap()).await.unwrap();
            let columns = [number("n"), text("t"), text("no_text"), number("none")];
            let rows: Vec<String> = (1..=texts.len())
                .map(|row| {
                    format!(
                        "SELECT CAST(-{row} AS BIGINT) AS n, CAST(${row} AS TEXT) AS t, \
                         CAST(NULL AS TEXT) AS no_text, CAST(NULL AS BIGINT) AS none"
                    )
                })
                .collect();
            let statement = format!(
                "SELECT STRING_AGG(page.packed, '') FROM \
                 (SELECT {} AS packed FROM ({}) rows_of_it ORDER BY n LIMIT 100) page",
                column(&columns),
                rows.join(" UNION ALL ")
            );
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for text in texts {
                query = query.bind(text);
            }
            let row = query.fetch_one(db.reader()).await.unwrap();
            let mut packed = Packed(row.try_get(0).unwrap());
            for (index, text) in texts.into_iter().enumerate().rev() {
                let number = i64::try_from(index).unwrap() + 1;
                assert_eq!(packed.some_number().unwrap(), -number);
                assert_eq!(packed.some_text().unwrap(), text);
                assert_eq!(packed.text().unwrap(), None);
                assert_eq!(packed.number().unwrap(), None);
            }
            assert!(packed.is_empty());
        }
    }

    #[test]
    fn what_was_not_written_so_is_an_error() {
        for text in ["", "1", "x,", "9,short", "1,维,"] {
            let mut packed = Packed(text);
            let read = packed
                .text()
                .map(|_| ())
                .and_then(|()| packed.some_number());
            assert_eq!(read.unwrap_err().kind(), StoreErrorKind::Corrupt, "{text}");
        }
        assert!(Packed("-1,").text().is_err());
    }
}
