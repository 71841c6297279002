//! Takes in blocks of a listing: what its rows share is looked up once a block, not once a row.

use std::collections::HashMap;

use evenkeel::Timestamp;
use evenkeel_api::listing::{self, Block, Went};

use crate::loading::Loading;
use crate::row_set::RowId;
use crate::table::{NewRow, Table};
use crate::times::Times;

/// Zone, status and disks by their numbers, the places of tags, and whether there is a name.
type FactsKey<'b> = ([u32; 4], &'b [u32], bool);

/// The numbers of what the rows of a block share, by how the block numbers it.
#[derive(Default)]
struct Shared<'b> {
    standings: HashMap<[u32; 6], Option<u32>>,
    wordings: HashMap<[u32; 3], Option<u32>>,
    facts: HashMap<FactsKey<'b>, Option<u32>>,
}

impl<'b> Shared<'b> {
    /// None of a row that cannot be read: of a cloud that this build does not know.
    fn row(&mut self, table: &mut Table, block: &'b Block, row: usize) -> Option<NewRow<'b>> {
        let at = |numbers: &[u32]| numbers.get(row).copied().unwrap_or_default();
        let event_id = block.ids.get(row);
        let key = [
            at(&block.accounts.rows),
            at(&block.providers.rows),
            at(&block.types.rows),
            at(&block.states.rows),
            at(&block.restrictions.rows),
            u32::from(event_id.is_empty()),
        ];
        let standing = *self.standings.entry(key).or_insert_with(|| {
            let event = block.event(row)?;
            Some(table.standing(&event))
        });
        let key = [
            at(&block.levels.rows),
            at(&block.sources.rows),
            at(&block.descriptions.rows),
        ];
        let wording = *self.wordings.entry(key).or_insert_with(|| {
            let event = block.event(row)?;
            Some(table.wording(&event))
        });
        let name = block.names.get(row);
        let key = [
            at(&block.zones.rows),
            at(&block.statuses.rows),
            at(&block.local_disks.rows),
            at(&block.local_disks_by.rows),
        ];
        let key = (key, block.tags.places(row), name.is_some());
        let facts = *self.facts.entry(key).or_insert_with(|| {
            let resource = block.resource(row)?;
            Some(table.facts(&resource))
        });
        Some(NewRow {
            standing: standing?,
            wording: wording?,
            facts,
            event_id,
            resource_id: block.resource_ids.get(row),
            name,
            times: times(block, row),
        })
    }
}

fn times(block: &Block, row: usize) -> Times {
    let at = |column: &listing::Times| {
        let time = column.get(row).copied().flatten();
        time.map(Timestamp::from_millis)
    };
    Times {
        published_at: at(&block.published_at),
        not_before: at(&block.not_before),
        not_after: at(&block.not_after),
        deadline: at(&block.deadline),
        started_at: at(&block.started_at),
        finished_at: at(&block.finished_at),
        gone_at: at(&block.gone_at),
    }
}

impl Loading {
    /// Takes in a block of a listing; tells whether anything that shows has changed.
    pub fn block(&mut self, table: &mut Table, block: &Block) -> bool {
        let mut shared = Shared::default();
        let mut any = false;
        let mut items = Vec::new();
        for at in 0..block.rows {
            let Some(row) = shared.row(table, block, at) else {
                continue;
            };
            items.clear();
            items.extend(block.open_items(at).cloned());
            let account = block.accounts.get(at).unwrap_or_default();
            any |= self.row(table, account, &row, &items);
        }
        any
    }

    /// Forgets what a listing says is not in it any more; tells whether that changed anything.
    pub fn went(&mut self, table: &mut Table, went: &Went) -> bool {
        let mut lost: Vec<RowId> = Vec::new();
        for (account, event_id, resource_id) in went.iter() {
            let found = table.find(account, event_id, resource_id);
            lost.extend(found.filter(|id| !self.is_newer(*id)));
        }
        table.forget(&lost.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::{Action, Event, EventType, LocalDisks, Provider, State};
    use evenkeel_api::listing::{
        BlockWriter, EventFacts, FrameReader, Frames, ListingFrame, ListingHead, ListingRow,
        WentWriter,
    };
    use evenkeel_api::{EventItem, ItemState, Resource, SaidBy, StoredEvent};

    use super::*;
    use crate::row::Row;

    fn one_of<T: Copy>(values: &[T], number: i64) -> T {
        values[usize::try_from(number).unwrap() % values.len()]
    }

    fn stored(number: i64) -> StoredEvent {
        let name = |of: i64, what: &str| format!("{what}-{}", number % of);
        let at = |by: i64| (number % by != 0).then(|| Timestamp::from_millis(number * by * 500));
        StoredEvent {
            event: Event {
                account: name(3, "account"),
                provider: one_of(Provider::ALL, number),
                id: format!("E-{number}"),
                resource_id: name(17, "i"),
                event_type: EventType::new(one_of(&["instance-reboot", "Disk:Stalled"], number)),
                state: State::new(one_of(&["inquiring", "Failed", "x"], number)),
                level: (number % 4 == 0).then(|| name(2, "level")),
                published_at: at(2),
                not_before: at(3),
                not_after: at(5),
                deadline: at(7),
                started_at: at(11),
                finished_at: None,
                description: (number % 5 != 0)
                    .then(|| ("und".to_owned(), name(4, "words")))
                    .into_iter()
                    .collect(),
                source: None,
                restriction: None,
                raw: String::new(),
            },
            first_seen_at: Timestamp::from_millis(0),
            seen_at: Timestamp::from_millis(0),
            changed_at: Timestamp::from_millis(0),
            gone_at: at(6).filter(|_| number % 13 == 1),
            resource: (number % 3 != 0).then(|| Resource {
                name: (number % 2 == 0).then(|| name(9, "Web")),
                zone: (number % 4 != 0).then(|| name(2, "zone")),
                tags: (0..number % 4 % 3)
                    .map(|tag| (format!("t{tag}"), name(2, "v")))
                    .collect(),
                local_disks: one_of(&[LocalDisks::Unknown, LocalDisks::Yes], number),
                local_disks_by: (number % 2 != 0).then_some(SaidBy::Cloud),
                ..Resource::default()
            }),
            open_items: (0..number % 2)
                .map(|index| EventItem {
                    batch_id: "b".to_owned(),
                    index: u32::try_from(index).unwrap(),
                    action: Action::Redeploy,
                    state: ItemState::Queued,
                    updated_at: Timestamp::from_millis(1),
                })
                .collect(),
        }
    }

    fn block(events: &[StoredEvent]) -> Block {
        let mut writer = BlockWriter::default();
        for stored in events {
            let json = serde_json::to_string(&stored.event).unwrap();
            let facts: EventFacts<'_> = serde_json::from_str(&json).unwrap();
            writer.push(ListingRow {
                event: &facts,
                gone_at: stored.gone_at.map(Timestamp::as_millis),
                resource: stored.resource.as_ref(),
                open_items: &stored.open_items,
            });
        }
        Block::read(&writer.finish()).unwrap()
    }

    #[test]
    fn what_changed_meanwhile_is_newer_than_a_listing() {
        let mut table = Table::default();
        let mut loading = Loading::default();
        let mut newer = stored(1);
        newer.event.state = State::new("Executing");
        let (id, _) = table.put(&newer);
        loading.touch(id);
        loading.block(&mut table, &block(&[stored(1), stored(2)]));
        assert_eq!(table.get(id).map(Row::event), Some(newer.event));
        let mut went = WentWriter::default();
        for number in [1, 2, 3] {
            let event = stored(number).event;
            went.push(&event.account, &event.id, &event.resource_id);
        }
        let mut frames = Frames::default();
        let head = ListingHead {
            position: 1,
            since: Some(0),
            now: Timestamp::from_millis(0),
            total: 0,
            most: 250_000,
            counts: Vec::new(),
            accounts: Vec::new(),
        };
        let mut reader = FrameReader::default();
        reader.push(&frames.head(&head).unwrap());
        reader.push(&frames.went(3, &went.finish()));
        reader.next().unwrap();
        let Some(ListingFrame::Went(went)) = reader.next().unwrap() else {
            panic!("no events that went");
        };
        assert!(loading.went(&mut table, &went));
        assert!(!loading.went(&mut table, &went));
        let left: Vec<RowId> = table.iter().map(Row::slot).collect();
        assert_eq!(left, [id]);
    }

    #[test]
    fn a_block_says_what_the_events_themselves_do() {
        let events: Vec<StoredEvent> = (0..200).map(stored).collect();
        let (mut one, mut other) = (Table::default(), Table::default());
        for part in events.chunks(70) {
            assert!(Loading::default().block(&mut one, &block(part)));
            assert!(!Loading::default().block(&mut one, &block(part)));
        }
        for stored in &events {
            other.put(stored);
        }
        for (stored, (a, b)) in events.iter().zip(one.iter().zip(other.iter())) {
            assert_eq!(a.event(), stored.event);
            assert_eq!(a.resource(), stored.resource);
            assert_eq!(a.gone_at(), stored.gone_at);
            assert_eq!(a.open_items(), stored.open_items);
            assert_eq!(
                (a.decide_by(), a.data_at_risk()),
                (b.decide_by(), b.data_at_risk())
            );
        }
        assert_eq!(one.iter().count(), 200);
    }
}
