//! Reads what is searched, all of it or what changed since.

use sqlx::{AssertSqlSafe, Row as _};

use super::{EventSort, EventText, SearchTable};
use crate::{
    Db, StoreError,
    events::{
        packed::{self, Packed},
        record::FacetKey,
    },
    sql,
};

/// How many events one statement reads.
const AT_ONCE: i64 = 2_000;
/// How many of these numbers one statement names.
const NUMBERS: usize = 500;

/// More that changed is read with everything else.
const MOST_CHANGED: usize = 5_000;

/// The largest table, in bytes of text, each line once: that of half a million events or more.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// What changed of a table.
#[derive(Debug)]
pub struct SearchNews {
    position: i64,
    /// The numbers of what changed, in their order.
    changed: Vec<i64>,
    /// Those of them that are there.
    events: Vec<String>,
    /// The numbers of those that are gone, where some were forgotten.
    gone: Option<Vec<i64>>,
}

impl Db {
    /// Reads what is searched of all events. None where it is too much to be kept.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn search_table(&self) -> Result<Option<SearchTable>, StoreError> {
        let mut table = SearchTable {
            // What changes from here on is read again.
            position: self.head().await?,
            ..SearchTable::default()
        };
        let text = statement("e.n > $1 ORDER BY e.n LIMIT $2");
        let mut after = i64::MIN;
        loop {
            let row = sqlx::query(AssertSqlSafe(text.as_str()))
                .bind(after)
                .bind(AT_ONCE)
                .fetch_one(self.reader())
                .await?;
            let events: Option<&str> = row.try_get(0)?;
            let Some(events) = events else {
                return Ok(Some(table));
            };
            table.put_all(events)?;
            after = table.entries.last().map_or(i64::MAX, |entry| entry.n);
            if table.lines.bytes() > MOST_BYTES {
                return Ok(None);
            }
        }
    }

    /// Reads what changed after a table's position up to this one. None where it is better read anew.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn search_news(
        &self,
        after: i64,
        position: i64,
    ) -> Result<Option<SearchNews>, StoreError> {
        let touched = self.events_touched_after(after, MOST_CHANGED).await?;
        let Some(touched) = touched else {
            return Ok(None);
        };
        let mut events = Vec::new();
        let changed: Vec<i64> = touched.numbers.into_iter().collect();
        for numbers in changed.chunks(NUMBERS) {
            let mut which = "e.n IN (".to_owned();
            sql::list(&mut which, 0, numbers.len());
            which.push(')');
            let text = statement(&which);
            let mut query = sqlx::query(AssertSqlSafe(text));
            for n in numbers {
                query = query.bind(*n);
            }
            let row = query.fetch_one(self.reader()).await?;
            events.extend(row.try_get::<Option<String>, _>(0)?);
        }
        let gone = if touched.forgotten.is_empty() {
            None
        } else {
            Some(self.gone_numbers().await?)
        };
        Ok(Some(SearchNews {
            position,
            changed,
            events,
            gone,
        }))
    }

    async fn gone_numbers(&self) -> Result<Vec<i64>, StoreError> {
        let text = format!(
            "SELECT STRING_AGG({}, '') FROM events e WHERE e.gone = 1",
            packed::column(&[packed::number("e.n")])
        );
        let row = sqlx::query(AssertSqlSafe(text))
            .fetch_one(self.reader())
            .await?;
        let text: Option<&str> = row.try_get(0)?;
        let mut packed = Packed(text.unwrap_or_default());
        let mut numbers = Vec::new();
        while !packed.is_empty() {
            numbers.push(packed.some_number()?);
        }
        numbers.sort_unstable();
        Ok(numbers)
    }
}

impl SearchTable {
    /// Takes in what changed. False where it is better read anew.
    ///
    /// # Errors
    /// When what was read is not what was asked for.
    pub fn take(&mut self, news: &SearchNews) -> Result<bool, StoreError> {
        if let Some(gone) = &news.gone {
            // What changed and was forgotten then is read no more, whether it was gone before or not.
            self.keep(|n, is_gone| {
                news.changed.binary_search(&n).is_err()
                    && (!is_gone || gone.binary_search(&n).is_ok())
            });
        }
        for events in &news.events {
            self.put_all(events)?;
        }
        self.position = news.position;
        Ok(!self.is_stale() && self.lines.bytes() <= MOST_BYTES)
    }

    fn put_all(&mut self, events: &str) -> Result<(), StoreError> {
        let mut packed = Packed(events);
        while !packed.is_empty() {
            self.put(&EventText::of(&mut packed)?);
        }
        Ok(())
    }
}

fn statement(which: &str) -> String {
    let [number, text] = [packed::number, packed::text];
    let columns = [
        number("e.n"),
        number("e.decide_by"),
        number("e.state"),
        number("e.kind"),
        number("e.gone"),
        text("e.account"),
        text("e.provider"),
        text("e.level"),
        text("e.label"),
        text("e.type_name"),
        text("e.search"),
        text("e.words"),
    ];
    format!(
        "SELECT STRING_AGG(page.packed, '') FROM (SELECT {} AS packed FROM events e WHERE {which}) page",
        packed::column(&columns)
    )
}

impl<'t> EventText<'t> {
    /// Of what the statement gives.
    fn of(packed: &mut Packed<'t>) -> Result<Self, StoreError> {
        let n = packed.some_number()?;
        let decide_by = packed.some_number()?;
        let state = packed.some_number()?;
        let kind = packed.some_number()?;
        let gone = packed.some_number()? != 0;
        let account = packed.some_text()?.to_owned();
        let facet_key = FacetKey {
            provider: packed.some_text()?.to_owned(),
            state,
            kind,
            level: packed.some_text()?.to_owned(),
            label: packed.some_text()?.to_owned(),
            gone,
        };
        let sort = EventSort {
            account,
            facet_key,
            type_name: packed.some_text()?.to_owned(),
        };
        let texts = [packed.some_text()?, packed.some_text()?];
        Ok(Self {
            n,
            decide_by,
            sort,
            texts,
        })
    }
}
