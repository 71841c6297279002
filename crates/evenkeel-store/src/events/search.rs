//! How words are looked for.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Row as _};

use crate::{DatabaseKind, Db, StoreError, text::fold};

/// How many signs in a row the index knows.
const SIGNS: usize = 3;

/// So many are sorted in less time than an index is walked to find them.
pub(super) const FEW: usize = 1_000;

/// The way to the events that may have what is searched for; what they have is read in each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way<'a> {
    /// Reading all of them, or whichever way the database knows.
    Reading,
    /// By SQLite's index of three signs in a row.
    Trigrams,
    /// These, which a count has just found.
    Among(&'a [i64]),
    /// These, which are one page of what a count has just found.
    Page(&'a [i64]),
}

impl Db {
    /// The highest number that an event has had.
    pub(super) async fn last_number(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT last FROM event_numbers WHERE id = 1")
            .fetch_one(self.reader())
            .await?;
        Ok(row.try_get(0)?)
    }

    /// Whether SQLite finds these words by its index: what many events have is found sooner by reading all.
    /// PostgreSQL chooses the way itself.
    pub(super) async fn way_to(&self, words: &[String]) -> Result<Way<'static>, StoreError> {
        let trigrams = trigrams(words).filter(|_| self.kind() == DatabaseKind::Sqlite);
        let Some(trigrams) = trigrams else {
            return Ok(Way::Reading);
        };
        let many = (self.last_number().await? / 10).max(i64::try_from(FEW).unwrap_or(i64::MAX));
        let text = format!("SELECT COUNT(*) FROM ({} LIMIT $2) found", having(1));
        let row = sqlx::query(AssertSqlSafe(text))
            .bind(trigrams)
            .bind(many)
            .fetch_one(self.reader())
            .await?;
        Ok(if row.try_get::<i64, _>(0)? < many {
            Way::Trigrams
        } else {
            Way::Reading
        })
    }
}

/// The pattern that a word is in what is kept to be searched.
pub(super) fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for sign in fold(word).chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

/// What SQLite's index is asked for these words: every three signs in a row that they have. None where none of
/// them is so long.
pub(super) fn trigrams(words: &[String]) -> Option<String> {
    let mut all = BTreeSet::new();
    for word in words {
        let signs: Vec<char> = fold(word).chars().collect();
        for trigram in signs.windows(SIGNS) {
            let text: String = trigram.iter().collect();
            all.insert(format!("\"{}\"", text.replace('"', "\"\"")));
        }
    }
    if all.is_empty() {
        return None;
    }
    Some(all.into_iter().collect::<Vec<_>>().join(" AND "))
}

/// The numbers of the events that have these trigrams, which is parameter `number`.
pub(super) fn having(number: usize) -> String {
    format!("SELECT s.rowid FROM event_search s WHERE s.event_search MATCH ${number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_asked_for_every_three_signs_of_every_word_that_has_so_many() {
        let asked = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            trigrams(&words)
        };
        assert_eq!(asked(&["Disk"]).unwrap(), r#""dis" AND "isk""#);
        assert_eq!(
            asked(&["ab", "a\"c", "维护事件"]).unwrap(),
            r#""a""c" AND "护事件" AND "维护事""#
        );
        assert_eq!(asked(&["ab", "维护", ""]), None);
    }

    #[test]
    fn signs_of_a_pattern_stand_for_themselves() {
        assert_eq!(pattern(r"100%_\X"), r"%100\%\_\\x%");
    }
}
