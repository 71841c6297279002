//! Gathers rows and writes them column by column.

use evenkeel::{LocalDisks, Timestamp};

use super::block::Times;
use super::bytes::{put_number, put_signed, put_size};
use super::dictionary::{DictionaryWriter, put_pairs};
use super::{EventFacts, MOST_ROWS, OptionalTexts, Texts, ids, integers, times};
use crate::{EventItem, Resource, SaidBy};

/// A block is full once its texts take so many bytes: what waits in memory is bounded by it and the largest event.
const FULL: usize = 1024 * 1024;

/// An event as a listing tells it.
#[derive(Debug, Clone, Copy)]
pub struct ListingRow<'a> {
    /// What the cloud said.
    pub event: &'a EventFacts<'a>,
    /// When it was found to be gone, ms since the Unix epoch.
    pub gone_at: Option<i64>,
    /// What is known of its resource beside the id.
    pub resource: Option<&'a Resource>,
    /// The items of batches that may still act on it.
    pub open_items: &'a [EventItem],
}

/// Gathers rows.
#[derive(Debug, Default)]
pub struct BlockWriter {
    rows: usize,
    text_bytes: usize,
    words: [DictionaryWriter; 7],
    ids: Texts,
    resource_ids: Texts,
    times: [Times; 7],
    descriptions: DictionaryWriter,
    names: OptionalTexts,
    resource_words: [DictionaryWriter; 4],
    tag_pairs: DictionaryWriter,
    tag_counts: Vec<u32>,
    tags: Vec<u32>,
    batches: DictionaryWriter,
    actions: DictionaryWriter,
    item_states: DictionaryWriter,
    items: Vec<u8>,
    item_count: usize,
    item_row: usize,
    scratch: Vec<u8>,
}

impl BlockWriter {
    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether it takes no more.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let entries = self.descriptions.size() + self.tag_pairs.size();
        self.rows >= MOST_ROWS || self.text_bytes + entries >= FULL
    }

    /// Takes a row in.
    pub fn push(&mut self, row: ListingRow<'_>) {
        let event = row.event;
        let values = [
            Some(&event.account),
            Some(&event.provider),
            Some(&event.event_type),
            Some(&event.state),
            event.level.as_ref(),
            event.source.as_ref(),
            event.restriction.as_ref(),
        ];
        for (words, value) in self.words.iter_mut().zip(values) {
            words.push_text(value.map(AsRef::as_ref));
        }
        self.ids.push(&event.id);
        self.resource_ids.push(&event.resource_id);
        self.text_bytes += event.id.len() + event.resource_id.len();
        let told = [
            event.published_at,
            event.not_before,
            event.not_after,
            event.deadline,
            event.started_at,
            event.finished_at,
            row.gone_at.map(Timestamp::from_millis),
        ];
        for (column, time) in self.times.iter_mut().zip(told) {
            column.push(time.map(Timestamp::as_millis));
        }
        self.scratch.clear();
        let texts = event.description.iter();
        put_pairs(
            &mut self.scratch,
            texts.map(|(locale, text)| (&**locale, &**text)),
        );
        let has_some = !self.scratch.is_empty();
        self.descriptions
            .push(has_some.then_some(self.scratch.as_slice()));
        self.push_resource(row.resource);
        for item in row.open_items {
            self.push_item(item);
        }
        self.rows += 1;
    }

    fn push_resource(&mut self, resource: Option<&Resource>) {
        let name = resource.and_then(|it| it.name.as_deref());
        self.names.push(name);
        self.text_bytes += name.map_or(0, str::len);
        let disks = resource.map(|it| it.local_disks);
        let values = [
            resource.and_then(|it| it.zone.as_deref()),
            resource.and_then(|it| it.status.as_deref()),
            disks
                .filter(|disks| *disks != LocalDisks::Unknown)
                .map(LocalDisks::as_str),
            resource
                .and_then(|it| it.local_disks_by)
                .map(|by| match by {
                    SaidBy::Cloud => "cloud",
                    SaidBy::Inventory => "inventory",
                }),
        ];
        for (words, value) in self.resource_words.iter_mut().zip(values) {
            words.push_text(value);
        }
        let tags = resource.into_iter().flat_map(|it| &it.tags);
        let before = self.tags.len();
        for (key, value) in tags {
            self.scratch.clear();
            put_pairs(
                &mut self.scratch,
                [(key.as_str(), value.as_str())].into_iter(),
            );
            self.tags.push(self.tag_pairs.number(&self.scratch) - 1);
        }
        let count = self.tags.len() - before;
        self.tag_counts
            .push(u32::try_from(count).unwrap_or(u32::MAX));
    }

    fn push_item(&mut self, item: &EventItem) {
        let state = item.state.to_string();
        let out = &mut self.items;
        put_size(out, self.rows - self.item_row);
        put_number(
            out,
            u64::from(self.batches.number(item.batch_id.as_bytes())),
        );
        put_number(out, u64::from(item.index));
        put_number(
            out,
            u64::from(self.actions.number(item.action.as_str().as_bytes())),
        );
        put_number(out, u64::from(self.item_states.number(state.as_bytes())));
        put_signed(out, item.updated_at.as_millis());
        self.item_row = self.rows;
        self.item_count += 1;
    }

    /// The block's bytes; what comes next begins another one.
    #[must_use]
    pub fn finish(&mut self) -> Vec<u8> {
        let block = std::mem::take(self);
        let mut out = Vec::with_capacity(block.rows * 64 + 1024);
        put_size(&mut out, block.rows);
        for words in &block.words {
            words.put(&mut out);
        }
        ids::put(&mut out, &block.ids);
        ids::put(&mut out, &block.resource_ids);
        for (at, column) in block.times.iter().enumerate() {
            let others: Vec<&[Option<i64>]> =
                block.times.iter().take(at).map(Vec::as_slice).collect();
            times::put(&mut out, column, &others);
        }
        block.descriptions.put(&mut out);
        block.names.put(&mut out);
        for words in &block.resource_words {
            words.put(&mut out);
        }
        block.tag_pairs.put_entries(&mut out);
        integers::put(&mut out, &block.tag_counts);
        put_size(&mut out, block.tags.len());
        for tag in &block.tags {
            put_number(&mut out, u64::from(*tag));
        }
        for entries in [&block.batches, &block.actions, &block.item_states] {
            entries.put_entries(&mut out);
        }
        put_size(&mut out, block.item_count);
        out.extend_from_slice(&block.items);
        out
    }
}
