//! What the stream tells of events and orders, and how it stands beside a listing that was read before it.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests are tests"
)]

use evenkeel::{Action, Event, EventType, Provider, State, Timestamp, When};
use evenkeel_api::listing::{Block, BlockWriter, EventFacts, ListingRow};
use evenkeel_api::{Item, ItemState, StoredEvent, StreamItems};
use evenkeel_table::{Loading, Row, RowId, Table};

fn stored(id: &str, state: &str) -> StoredEvent {
    let at = Timestamp::from_millis(0);
    StoredEvent {
        event: Event {
            account: "edge".to_owned(),
            provider: Provider::ALL[0],
            id: id.to_owned(),
            resource_id: format!("i-{id}"),
            event_type: EventType::new("Disk:Stalled"),
            state: State::new(state),
            level: None,
            published_at: None,
            not_before: None,
            not_after: None,
            deadline: None,
            started_at: None,
            finished_at: None,
            description: Vec::new(),
            source: None,
            restriction: None,
            raw: String::new(),
        },
        first_seen_at: at,
        seen_at: at,
        changed_at: at,
        gone_at: None,
        resource: None,
        open_items: Vec::new(),
    }
}

fn told(batch: &str, state: ItemState) -> StreamItems {
    StreamItems {
        batch_id: batch.to_owned(),
        account: "edge".to_owned(),
        action: Action::Redeploy,
        items: vec![Item {
            index: 1,
            event_id: "e-1".to_owned(),
            resource_id: "i-e-1".to_owned(),
            resource: None,
            when: When::Now,
            data_policy: None,
            state,
            maintenance: None,
            reason: None,
            code: None,
            message: None,
            request_id: None,
            settled_by: None,
            takes_password: false,
            due_at: None,
            retried_in: None,
            may_resend_at: None,
            updated_at: Timestamp::from_millis(0),
            attempts: 0,
        }],
    }
}

fn block(events: &[StoredEvent]) -> Block {
    let mut writer = BlockWriter::default();
    for stored in events {
        let json = serde_json::to_string(&stored.event).unwrap();
        let event: EventFacts<'_> = serde_json::from_str(&json).unwrap();
        writer.push(ListingRow {
            event: &event,
            gone_at: stored.gone_at.map(Timestamp::as_millis),
            resource: stored.resource.as_ref(),
            open_items: &stored.open_items,
        });
    }
    Block::read(&writer.finish()).unwrap()
}

fn order(table: &Table, id: RowId) -> Option<(&str, ItemState)> {
    let order = table.get(id).and_then(Row::order)?;
    Some((order.batch_id.as_str(), order.state))
}

#[test]
fn an_event_keeps_its_slot_through_changes() {
    let mut table = Table::default();
    let (first, changed) = table.put(&stored("e-1", "Inquiring"));
    assert!(changed);
    assert_eq!(table.put(&stored("e-1", "Inquiring")), (first, false));
    assert_eq!(table.put(&stored("e-1", "Executing")), (first, true));
    assert_eq!(table.present(), 1);
}

#[test]
fn an_event_that_the_cloud_lists_no_more_stays_and_is_not_counted() {
    let mut table = Table::default();
    let event = stored("e-1", "Inquiring");
    let gone = StoredEvent {
        gone_at: Some(Timestamp::from_millis(9)),
        ..event.clone()
    };
    let (id, _) = table.put(&event);
    assert_eq!(table.put(&gone), (id, true));
    assert_eq!(table.present(), 0);
    assert!(table.get(id).is_some_and(Row::is_gone));
    table.put(&event);
    assert_eq!(table.present(), 1);
}

#[test]
fn an_event_is_marked_as_long_as_an_order_may_still_act_on_it() {
    let mut table = Table::default();
    let (id, _) = table.put(&stored("e-1", "Inquiring"));
    let mut hear = |state| {
        let (touched, changed) = table.hear_items(&told("b", state));
        assert_eq!(touched, [id]);
        (changed, order(&table, id).map(|(_, state)| state))
    };
    assert_eq!(hear(ItemState::Queued), (true, Some(ItemState::Queued)));
    assert!(!hear(ItemState::Queued).0, "nothing new");
    assert_eq!(hear(ItemState::Unknown), (true, Some(ItemState::Unknown)));
    assert_eq!(hear(ItemState::Confirmed), (true, None));
}

#[test]
fn of_several_orders_the_one_of_which_least_is_known_is_told() {
    let mut table = Table::default();
    let (id, _) = table.put(&stored("e-1", "Inquiring"));
    table.hear_items(&told("b1", ItemState::Unknown));
    table.hear_items(&told("b2", ItemState::Queued));
    assert_eq!(order(&table, id), Some(("b1", ItemState::Unknown)));
}

#[test]
fn a_listing_that_was_read_before_an_order_does_not_take_its_mark_away() {
    let mut table = Table::default();
    let mut listed = stored("e-1", "Inquiring");
    let (id, _) = table.put(&listed);
    let mut loading = Loading::default();
    let (touched, _) = table.hear_items(&told("b", ItemState::Sending));
    loading.touch_orders(&touched);
    listed.event.level = Some("WARN".to_owned());
    let changed = loading.block(&mut table, &block(&[listed]));
    assert!(changed, "the event itself is newer");
    assert_eq!(order(&table, id), Some(("b", ItemState::Sending)));
}

#[test]
fn loading_anew_drops_what_is_not_there_any_more() {
    let mut table = Table::default();
    let (lost, _) = table.put(&stored("e-1", "Inquiring"));
    let kept = stored("e-2", "Inquiring");
    let (kept_id, _) = table.put(&kept);
    let mut loading = Loading::default();
    assert!(!loading.block(&mut table, &block(&[kept])));
    assert!(loading.end(&mut table));
    assert!(table.get(lost).is_none() && table.get(kept_id).is_some());
    assert_eq!(table.present(), 1);
}

#[test]
fn a_change_wins_over_a_listing_that_was_read_before_it() {
    let mut table = Table::default();
    let mut loading = Loading::default();
    let (id, _) = table.put(&stored("e-1", "Executing"));
    loading.touch(id);
    let old = block(&[stored("e-1", "Inquiring")]);
    assert!(!loading.block(&mut table, &old));
    let state = table.get(id).map(|row| row.state().raw.clone());
    assert_eq!(state.as_deref(), Some("Executing"));
    assert!(!loading.end(&mut table), "what a change has shown is there");
}

#[test]
fn a_page_of_the_servers_list_is_older_than_what_a_change_has_told_since() {
    let mut table = Table::default();
    let mut page = Loading::default();
    let (new, changed) = page.stored(&mut table, &stored("e-2", "Inquiring"));
    assert!(changed && table.get(new).is_some());
    let (id, _) = table.put(&stored("e-1", "Executing"));
    page.touch(id);
    assert_eq!(
        page.stored(&mut table, &stored("e-1", "Inquiring")),
        (id, false)
    );
    let state = |table: &Table| table.get(id).map(|row| row.state().raw.clone());
    assert_eq!(state(&table).as_deref(), Some("Executing"));
    // Of an event whose orders alone have changed the page tells the rest.
    let mut page = Loading::default();
    let (touched, _) = table.hear_items(&told("b", ItemState::Sending));
    page.touch_orders(&touched);
    assert_eq!(
        page.stored(&mut table, &stored("e-1", "Failed")),
        (id, true)
    );
    assert_eq!(state(&table).as_deref(), Some("Failed"));
    assert_eq!(order(&table, id), Some(("b", ItemState::Sending)));
}
