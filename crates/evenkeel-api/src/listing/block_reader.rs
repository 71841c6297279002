//! Reads a block's bytes. Whoever wrote them: what is wrong is refused, and no column is larger than its rows.

use evenkeel::{Action, Timestamp};

use super::block::Times;
use super::bytes::Input;
use super::dictionary::{read_pairs, read_texts};
use super::{
    Block, Descriptions, ListingError, MOST_ROWS, OptionalTexts, Tags, Texts, Words, ids, integers,
    times,
};
use crate::{EventItem, ItemState};

impl Block {
    /// Reads a block.
    ///
    /// # Errors
    /// When the bytes are not those of a block.
    pub fn read(bytes: &[u8]) -> Result<Self, ListingError> {
        let mut input = Input(bytes);
        let rows = usize::try_from(input.number()?).unwrap_or(usize::MAX);
        if rows > MOST_ROWS {
            return Err(ListingError::Corrupt("a block has too many rows"));
        }
        let it = &mut input;
        let accounts = Words::read_whole(it, rows)?;
        let providers = Words::read_whole(it, rows)?;
        let types = Words::read_whole(it, rows)?;
        let states = Words::read_whole(it, rows)?;
        let levels = Words::read(it, rows)?;
        let sources = Words::read(it, rows)?;
        let restrictions = Words::read(it, rows)?;
        let ids_of_events = ids::read(it, rows)?;
        let ids_of_resources = ids::read(it, rows)?;
        let mut columns: [Times; 7] = Default::default();
        for at in 0..columns.len() {
            let (known, rest) = columns.split_at_mut(at);
            let known: Vec<&[Option<i64>]> = known.iter().map(Vec::as_slice).collect();
            if let Some(column) = rest.first_mut() {
                *column = times::read(it, rows, &known)?;
            }
        }
        let [
            published_at,
            not_before,
            not_after,
            deadline,
            started_at,
            finished_at,
            gone_at,
        ] = columns;
        let block = Self {
            rows,
            accounts,
            providers,
            types,
            states,
            levels,
            sources,
            restrictions,
            ids: ids_of_events,
            resource_ids: ids_of_resources,
            published_at,
            not_before,
            not_after,
            deadline,
            started_at,
            finished_at,
            gone_at,
            descriptions: Descriptions::read(it, rows)?,
            names: OptionalTexts::read(it, rows)?,
            zones: Words::read(it, rows)?,
            statuses: Words::read(it, rows)?,
            local_disks: Words::read(it, rows)?,
            local_disks_by: Words::read(it, rows)?,
            tags: read_tags(it, rows)?,
            open_items: read_items(it, rows)?,
        };
        if input.left() > 0 {
            return Err(ListingError::Corrupt(
                "a block goes on after its last column",
            ));
        }
        Ok(block)
    }
}

fn read_tags(input: &mut Input<'_>, rows: usize) -> Result<Tags, ListingError> {
    let wrong = ListingError::Corrupt("a row's tags are not there");
    let mut pairs = Vec::new();
    for _ in 0..input.count()? {
        let length = input.count()?;
        let mut pair = read_pairs(Input(input.take(length)?))?;
        pairs.push(pair.pop().filter(|_| pair.is_empty()).ok_or(wrong)?);
    }
    let counts = integers::read(input, rows, usize::MAX)?;
    let total = input.count()?;
    let mut end = 0_usize;
    let mut ends = Vec::with_capacity(rows);
    for count in counts {
        end = end.saturating_add(usize::try_from(count).unwrap_or(usize::MAX));
        ends.push(end);
    }
    if end != total {
        return Err(wrong);
    }
    let mut places = Vec::with_capacity(total);
    for _ in 0..total {
        let place = input.small()?;
        if usize::try_from(place).map_or(true, |place| place >= pairs.len()) {
            return Err(wrong);
        }
        places.push(place);
    }
    Ok(Tags {
        pairs,
        places,
        ends,
    })
}

fn read_items(input: &mut Input<'_>, rows: usize) -> Result<Vec<(usize, EventItem)>, ListingError> {
    let wrong = ListingError::Corrupt("an item is of no row, batch, action or state");
    let batches = read_texts(input)?;
    let actions = read_texts(input)?;
    let states = read_texts(input)?;
    let mut items = Vec::new();
    let mut row = 0_usize;
    for _ in 0..input.count()? {
        let step = usize::try_from(input.number()?).unwrap_or(usize::MAX);
        row = row.saturating_add(step);
        let batch_id = entry(input, &batches)?.to_owned();
        let index = input.small()?;
        let action: Action = entry(input, &actions)?.parse().map_err(|_| wrong)?;
        let state = entry(input, &states)?;
        let state = ItemState::ALL
            .into_iter()
            .find(|known| known.to_string() == state);
        let updated_at = Timestamp::from_millis(input.signed()?);
        if row >= rows {
            return Err(wrong);
        }
        let item = EventItem {
            batch_id,
            index,
            action,
            state: state.ok_or(wrong)?,
            updated_at,
        };
        items.push((row, item));
    }
    Ok(items)
}

/// The text that a number from 1 names.
fn entry<'a>(input: &mut Input<'_>, texts: &'a Texts) -> Result<&'a str, ListingError> {
    let number = usize::try_from(input.number()?).unwrap_or(usize::MAX);
    match number.checked_sub(1) {
        Some(place) if place < texts.len() => Ok(texts.get(place)),
        _ => Err(ListingError::Corrupt("a row names what is not there")),
    }
}
