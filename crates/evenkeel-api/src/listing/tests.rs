//! A listing as a whole: what is written is read, in whatever pieces it comes, and nothing that is not one is.

use std::collections::BTreeMap;

use evenkeel::{Action, LocalDisks, StateKind, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::{EventItem, ItemState, Resource, SaidBy};

const NOW: i64 = 1_795_344_233_117;

fn head() -> ListingHead {
    ListingHead {
        position: 7,
        since: None,
        now: Timestamp::from_millis(NOW),
        total: 3,
        most: 250_000,
        counts: vec![StateCounts {
            account: "edge".to_owned(),
            gone: false,
            states: BTreeMap::from([(StateKind::Inquiring, 3)]),
        }],
        accounts: Vec::new(),
    }
}

fn json(number: usize) -> String {
    let types = [
        "Instance:SystemFailure.Redeploy",
        "Disk:Stalled",
        "a \\\"type\\\"",
    ];
    let states = ["Inquiring", "Executed", "未知"];
    let more = match number % 4 {
        0 => r#","level":"WARN","published_at":"2026-11-24T01:30:00Z","restriction":"simulated""#,
        1 => {
            r#","not_before":"2026-11-24T01:30:07.123Z","not_after":"2026-11-25T01:30:00Z","source":"platform""#
        }
        2 => {
            r#","deadline":"2026-11-24T01:30:00Z","started_at":"2026-11-24T01:30:00Z","finished_at":"2026-11-24T02:30:00Z""#
        }
        _ => "",
    };
    format!(
        r#"{{"account":"edge-{}","provider":"ens","id":"e-{number:06}","resource_id":"i-{}","type":{{"raw":"{}","kind":"other"}},"state":{{"raw":"{}","kind":"other"}}{more},"description":{{"und":"a host \"fails\"","zh_cn":"主机"}},"raw":"{{\"a\":1}}","actions":[]}}"#,
        number % 2,
        number % 5,
        types[number % types.len()],
        states[number % states.len()],
    )
}

fn resource(number: usize) -> Option<Resource> {
    (!number.is_multiple_of(3)).then(|| Resource {
        name: (number % 3 == 1).then(|| format!("web-{number}")),
        zone: Some("cn-1".to_owned()),
        status: None,
        tags: (0..number % 4)
            .map(|tag| (format!("key-{tag}"), format!("value-{number}")))
            .collect(),
        local_disks: if number.is_multiple_of(2) {
            LocalDisks::Yes
        } else {
            LocalDisks::Unknown
        },
        local_disks_by: (number.is_multiple_of(2)).then_some(SaidBy::Inventory),
        read_at: None,
    })
}

fn items(number: usize) -> Vec<EventItem> {
    (0..number % 3)
        .map(|at| EventItem {
            batch_id: format!("b-{at}"),
            index: u32::try_from(number).unwrap(),
            action: Action::ALL[number % Action::ALL.len()],
            state: ItemState::ALL[number % ItemState::ALL.len()],
            updated_at: Timestamp::from_millis(NOW),
        })
        .collect()
}

fn gone_at(number: usize) -> Option<i64> {
    (number % 7 == 6).then_some(NOW)
}

fn block(numbers: std::ops::Range<usize>) -> Vec<u8> {
    let mut writer = BlockWriter::default();
    for number in numbers {
        let json = json(number);
        writer.push(ListingRow {
            event: &serde_json::from_str(&json).unwrap(),
            gone_at: gone_at(number),
            resource: resource(number).as_ref(),
            open_items: &items(number),
        });
    }
    writer.finish()
}

fn listing() -> Vec<u8> {
    let mut frames = Frames::default();
    let mut all = frames.head(&head()).unwrap();
    all.extend(frames.block(5, &block(0..5)));
    all.extend(frames.block(2, &block(5..7)));
    let mut went = WentWriter::default();
    went.push("edge", "e-9", "i-9");
    all.extend(frames.went(1, &went.finish()));
    all.extend(frames.end());
    all
}

fn read(bytes: &[u8], piece: usize) -> Result<Vec<ListingFrame>, ListingError> {
    let mut reader = FrameReader::default();
    let mut frames = Vec::new();
    for piece in bytes.chunks(piece) {
        reader.push(piece);
        while let Some(frame) = reader.next()? {
            frames.push(frame);
        }
    }
    reader.finish()?;
    Ok(frames)
}

#[test]
fn every_member_of_every_event_comes_back() {
    let bytes = block(0..60);
    let read = Block::read(&bytes).unwrap();
    assert_eq!(read.rows, 60);
    for number in 0..60 {
        let mut event: evenkeel::Event = serde_json::from_str(&json(number)).unwrap();
        event.raw.clear();
        assert_eq!(read.event(number), Some(event));
        assert_eq!(read.resource(number), resource(number));
        assert_eq!(read.gone_at[number], gone_at(number));
        let told: Vec<_> = read.open_items(number).cloned().collect();
        assert_eq!(told, items(number));
    }
    assert_eq!(read.event(60), None);
}

#[test]
fn a_listing_is_read_in_whatever_pieces_it_comes() {
    let bytes = listing();
    let whole = read(&bytes, bytes.len()).unwrap();
    assert!(matches!(&whole[0], ListingFrame::Head(told) if **told == head()));
    assert!(matches!(&whole[1], ListingFrame::Block(block) if block.rows == 5));
    assert!(
        matches!(&whole[3], ListingFrame::Went(went) if went.iter().eq([("edge", "e-9", "i-9")]))
    );
    assert_eq!(whole.last(), Some(&ListingFrame::End));
    for piece in [1, 2, 3, 7, 64] {
        assert_eq!(read(&bytes, piece).as_ref(), Ok(&whole));
    }
}

#[test]
fn a_listing_that_is_cut_anywhere_is_noticed() {
    let bytes = listing();
    for length in 0..bytes.len() {
        assert_eq!(
            read(&bytes[..length], 64),
            Err(ListingError::Cut),
            "{length}"
        );
    }
}

#[test]
fn a_listing_that_lacks_a_block_is_noticed() {
    let mut frames = Frames::default();
    let mut all = frames.head(&head()).unwrap();
    drop(frames.block(5, &block(0..5)));
    all.extend(frames.end());
    assert_eq!(read(&all, 64), Err(ListingError::Corrupt("it lacks rows")));
}

#[test]
fn another_version_is_refused_and_says_what_to_do() {
    let mut bytes = listing();
    bytes[3] = LISTING_VERSION + 1;
    let error = read(&bytes, 64).unwrap_err();
    assert_eq!(error, ListingError::Version(LISTING_VERSION + 1));
    assert!(error.to_string().ends_with("load the page anew"), "{error}");
    assert_eq!(read(b"<html>", 64), Err(ListingError::NoListing));
}

#[test]
fn what_follows_the_end_or_precedes_the_head_is_refused() {
    let mut bytes = listing();
    bytes.push(b'B');
    assert!(matches!(read(&bytes, 64), Err(ListingError::Corrupt(_))));
    let mut headless = listing()[..4].to_vec();
    headless.extend(Frames::default().end());
    assert!(matches!(read(&headless, 64), Err(ListingError::Corrupt(_))));
}

#[test]
fn a_block_of_more_rows_than_allowed_is_refused_before_it_is_unfolded() {
    let mut bytes = Vec::new();
    bytes::put_size(&mut bytes, MOST_ROWS + 1);
    bytes.extend([0; 200]);
    assert!(Block::read(&bytes).is_err());
    // As many rows as are allowed, of almost no bytes.
    let mut bytes = Vec::new();
    bytes::put_size(&mut bytes, MOST_ROWS);
    bytes.extend([0; 200]);
    assert!(Block::read(&bytes).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is done to a block: it is refused, or a block of whole columns comes of it.
    #[test]
    fn a_damaged_block_never_panics(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        length in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = block(0..20);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(length.index(bytes.len()));
        }
        if let Ok(block) = Block::read(&bytes) {
            prop_assert!(block.rows <= MOST_ROWS);
            for row in 0..=block.rows {
                drop((block.event(row), block.resource(row), block.open_items(row).count()));
            }
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..400), piece in 1..40_usize) {
        drop(Block::read(&bytes));
        drop(read(&bytes, piece));
        let mut begun = listing()[..4].to_vec();
        begun.extend(bytes);
        drop(read(&begun, piece));
    }
}
