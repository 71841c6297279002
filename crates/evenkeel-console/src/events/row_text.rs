//! What a row says, as text and numbers: everything that can be tested without a page.

use evenkeel::visible::visible;
use evenkeel::{Action, DataLoss, EventKind, LocalDisks, Locale, StateKind, Timestamp};
use evenkeel_table::{Row, RowId};

use super::room::{Room, fit};
use super::window_bar::{Bar, bar};
use crate::api::EventKey;
use crate::i18n::Strings;
use crate::{labels, resource, time};

/// How pressing a decision is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressure {
    Calm,
    /// Within a day.
    Soon,
    /// The time has passed.
    Late,
}

impl Pressure {
    pub fn of(decide_by: Option<i64>, now: i64) -> Self {
        match decide_by {
            Some(by) if by < now => Self::Late,
            Some(by) if by - now < 24 * 3_600_000 => Self::Soon,
            Some(_) | None => Self::Calm,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Soon => "soon",
            Self::Late => "late",
        }
    }
}

/// A row, ready to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct RowText {
    pub id: RowId,
    pub key: EventKey,
    pub title: &'static str,
    pub raw_type: String,
    /// What the resource is called, where that is known.
    pub name: Option<String>,
    pub whole_name: String,
    pub resource: String,
    pub event_id: String,
    pub account: String,
    pub state: StateKind,
    pub raw_state: String,
    pub window: String,
    pub window_label: String,
    pub bar: Option<Bar>,
    pub decide: String,
    pub decide_at: String,
    pub pressure: Pressure,
    pub data_at_risk: Option<&'static str>,
    /// What is known of the local disks, and by whom.
    pub disks: String,
    pub whole_disks: String,
    pub select: String,
    /// The row in a sentence, ids whole: what is read out of it.
    pub label: String,
    /// The cloud does not list it any more.
    pub gone: bool,
    /// The batch and the place of the order that may still act on it, and how that stands.
    pub order: Option<(String, u32, String)>,
}

/// How times are shown: where the zone is at a moment, and the language.
#[derive(Clone, Copy)]
pub struct Reading {
    pub offset: fn(i64) -> i32,
    pub now: i64,
    pub locale: Locale,
    pub room: Room,
}

impl Reading {
    pub fn short(self, ms: i64) -> String {
        time::short(ms, (self.offset)(ms), self.now, self.locale)
    }
}

impl RowText {
    pub fn new(row: Row<'_>, reading: Reading) -> Self {
        let t = Strings(reading.locale);
        let title = t.kind(row.event_type().kind);
        let id_of_resource = visible(row.resource_id());
        let name = resource::shown(row.name());
        let select = t.select_event(title, resource::named(row.name(), row.resource_id()));
        let decision = row.decision();
        let starts = starts(row, reading);
        let whole_disks = disks(row, t).unwrap_or_default();
        Self {
            id: row.slot(),
            key: EventKey::of_row(row),
            title,
            raw_type: cut_front(&visible(&row.event_type().raw), 24),
            name: name.as_deref().map(|name| fit(name, reading.room.name)),
            whole_name: name.unwrap_or_default(),
            resource: resource::cut_id(&id_of_resource, reading.room.id),
            event_id: resource::cut_id(&visible(row.event_id()), reading.room.id),
            account: fit(row.account(), reading.room.account),
            state: row.state_kind(),
            raw_state: cut(&visible(&row.state().raw), 14),
            window: window(row, reading),
            window_label: window_label(row, reading),
            bar: bar(row, reading.now),
            decide: decision.or(starts).map_or_else(
                || t.none().to_owned(),
                |at| time::relative(at, reading.now, t),
            ),
            decide_at: match (decision, starts) {
                (Some(by), _) => reading.short(by),
                (None, Some(at)) => t.starts(reading.short(at)),
                (None, None) => String::new(),
            },
            pressure: Pressure::of(decision, reading.now),
            data_at_risk: data_at_risk(row, t),
            disks: fit(&whole_disks, reading.room.disks),
            whole_disks,
            select,
            label: label(row, reading),
            gone: row.is_gone(),
            order: row.order().map(|item| {
                let word = t.in_batch(labels::item_state(item.state, t));
                (item.batch_id.clone(), item.index, word)
            }),
        }
    }
}

/// When it begins, where that is ahead and nothing is to be decided.
fn starts(row: Row<'_>, reading: Reading) -> Option<i64> {
    row.starts().filter(|at| *at > reading.now)
}

/// `Migrate, web-1 (i-0081), Inquiring, decide in 6 h`.
fn label(row: Row<'_>, reading: Reading) -> String {
    let t = Strings(reading.locale);
    let mut parts = vec![
        t.kind(row.event_type().kind).to_owned(),
        resource::named(row.name(), row.resource_id()),
        t.state(row.state_kind()).to_owned(),
    ];
    if let Some(by) = row.decision() {
        parts.push(t.decide_in(time::relative(by, reading.now, t)));
    } else if let Some(at) = starts(row, reading) {
        parts.push(t.starts_in(time::relative(at, reading.now, t)));
    }
    if let Some(item) = row.order() {
        parts.push(t.in_batch(labels::item_state(item.state, t)));
    }
    t.list(&parts)
}

/// The first characters, with an ellipsis where some are missing: a cell must not need clipping.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// The last characters: what a type's name ends in tells most.
fn cut_front(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most {
        return text.to_owned();
    }
    ['…']
        .into_iter()
        .chain(text.chars().skip(length + 1 - most))
        .collect()
}

/// What acting, or letting it happen, may cost. Nobody's word that there are no local disks makes it nothing: the cloud
/// does not say what else it keeps.
pub fn data_at_risk(row: Row<'_>, t: Strings) -> Option<&'static str> {
    let chooses = || row.provider().takes_data_policy(Action::Migrate);
    let known = row.facts();
    let disks = known.map_or(LocalDisks::Unknown, |it| it.local_disks);
    match (row.data_at_risk(), row.event_type().kind, disks) {
        (DataLoss::No, ..) => None,
        (_, EventKind::DiskRecovery, _) => Some(t.data_at_risk_this_disk()),
        (_, EventKind::Migrate, _) if chooses() => Some(t.data_at_risk_policy()),
        (.., LocalDisks::Yes) | (DataLoss::Certain, _, LocalDisks::Unknown) => {
            Some(t.data_at_risk_local_disk())
        }
        (.., LocalDisks::No) => Some(t.data_at_risk_maybe()),
        (DataLoss::Possible, ..) => Some(t.data_at_risk_possible()),
    }
}

/// What is known of the local disks, and by whom, where data may be at risk.
fn disks(row: Row<'_>, t: Strings) -> Option<String> {
    let is_asked =
        row.data_at_risk() != DataLoss::No && row.event_type().kind != EventKind::DiskRecovery;
    let known = row.facts().filter(|_| is_asked);
    resource::local_disks(known, t)
}

fn window(row: Row<'_>, reading: Reading) -> String {
    let t = Strings(reading.locale);
    let event = row.times();
    let at = |time: Timestamp| reading.short(time.as_millis());
    if let Some(gone) = event.gone_at {
        return t.window_gone(at(gone));
    }
    match row.state_kind() {
        StateKind::Executing => match event.started_at.or(event.not_before) {
            Some(time) => t.window_since(at(time)),
            None => t.window_unknown().to_owned(),
        },
        StateKind::Completed | StateKind::Failed | StateKind::Canceled | StateKind::Avoided => {
            event
                .finished_at
                .map_or_else(|| t.window_over().to_owned(), |end| t.window_ended(at(end)))
        }
        StateKind::Inquiring | StateKind::Scheduled | StateKind::Other => match event.not_before {
            Some(start) if start.as_millis() > reading.now => t.window_opens(at(start)),
            Some(start) => t.window_opened(at(start)),
            None => t.window_unknown().to_owned(),
        },
    }
}

fn window_label(row: Row<'_>, reading: Reading) -> String {
    let t = Strings(reading.locale);
    let event = row.times();
    let at = |time: Option<Timestamp>| {
        time.map_or_else(
            || t.none().to_owned(),
            |time| reading.short(time.as_millis()),
        )
    };
    let (from, to) = (at(event.not_before), at(event.not_after));
    match event.deadline {
        Some(_) => t.window_label_deadline(at(event.deadline), from, to),
        None => t.window_label(from, to),
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Event;
    use evenkeel_api::{EventItem, ItemState, SaidBy, StoredEvent};
    use evenkeel_table::Table;

    use super::*;

    use crate::fixture::{at, ens, stored, stored_named};

    fn reading() -> Reading {
        Reading {
            offset: |_| 0,
            now: 0,
            locale: Locale::En,
            room: Room::default(),
        }
    }

    #[test]
    fn what_cannot_be_seen_in_an_id_is_written_out() {
        let mut event = ens("e-1", "Disk:Stalled", "Inquiring");
        event.resource_id = "i-1\u{202e}2\u{200b}".to_owned();
        let mut table = Table::default();
        let (id, _) = table.put(&stored(event));
        let reading = reading();
        let text = RowText::new(table.get(id).unwrap(), reading);
        assert_eq!(text.resource, "i-1\\u{202e}2\\u{200b}");
        assert!(text.select.ends_with("i-1\\u{202e}2\\u{200b}"));
        assert_eq!(
            text.key.resource_id, "i-1\u{202e}2\u{200b}",
            "the key is the cloud's"
        );
    }

    #[test]
    fn cuts_by_characters_not_bytes() {
        assert_eq!(cut("机架机架", 3), "机架…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut_front("机架机架", 3), "…机架");
        assert_eq!(cut_front("abc", 3), "abc");
    }

    #[test]
    fn tells_how_pressing_a_decision_is() {
        assert_eq!(Pressure::of(Some(10), 20), Pressure::Late);
        assert_eq!(Pressure::of(Some(3_600_000), 0), Pressure::Soon);
        assert_eq!(Pressure::of(None, 0), Pressure::Calm);
    }

    #[test]
    fn a_name_stands_before_the_id_and_a_word_about_disks_takes_no_risk_away() {
        let redeploy = ens("e-1", "Instance:SystemFailure.Redeploy", "Inquiring");
        let mut stored = stored_named(redeploy, "web\u{200b}-1", &[]);
        let reading = reading();
        let mut text = |disks, by| {
            let resource = stored.resource.as_mut().unwrap();
            (resource.local_disks, resource.local_disks_by) = (disks, by);
            let mut table = Table::default();
            let (id, _) = table.put(&stored);
            RowText::new(table.get(id).unwrap(), reading)
        };
        let unknown = text(LocalDisks::Unknown, None);
        assert_eq!(unknown.name.as_deref(), Some(r"web\u{200b}-1"));
        assert_eq!(unknown.resource, "i-e-1");
        assert!(
            unknown.select.contains(r"web\u{200b}-1 (i-e-1)"),
            "{}",
            unknown.select
        );
        assert_eq!(
            (unknown.data_at_risk, &*unknown.disks),
            (Some("maybe local data"), "")
        );
        let with = text(LocalDisks::Yes, Some(SaidBy::Cloud));
        assert_eq!(
            (with.data_at_risk, &*with.disks),
            (Some("local disks"), "local disks")
        );
        let without = text(LocalDisks::No, Some(SaidBy::Inventory));
        let word = "no local disks (by the inventory)";
        assert_eq!(
            (without.data_at_risk, &*without.disks),
            (Some("maybe data"), word)
        );
    }

    #[test]
    fn only_what_asks_and_can_be_answered_is_to_be_decided_and_the_rest_starts() {
        let said = |stored: StoredEvent| {
            let mut table = Table::default();
            let (id, _) = table.put(&stored);
            let text = RowText::new(table.get(id).unwrap(), reading());
            (text.decide, text.decide_at, text.pressure, text.label)
        };
        let event = |raw_type: &str, state: &str| Event {
            not_before: Some(at(6)),
            ..ens("e-1", raw_type, state)
        };
        let asks = event("Instance:SystemFailure.Redeploy", "Inquiring");
        let (decide, when, pressure, label) = said(stored_named(asks.clone(), "web-1", &[]));
        assert_eq!((decide.as_str(), pressure), ("in 6 h", Pressure::Soon));
        assert!(!when.starts_with("Starts"), "{when}");
        assert_eq!(label, "Redeploy, web-1 (i-e-1), Inquiring, decide in 6 h");
        for event in [
            event("Instance:SystemFailure.Redeploy", "Scheduled"),
            event("Disk:Stalled", "Inquiring"),
        ] {
            let (_, when, pressure, _) = said(stored(event));
            assert!(when.starts_with("Starts "), "{when}");
            assert_eq!(pressure, Pressure::Calm);
        }
        let mut ordered = stored(asks);
        ordered.open_items.push(EventItem {
            batch_id: "b-1".to_owned(),
            index: 0,
            action: Action::Redeploy,
            state: ItemState::Accepted,
            updated_at: at(0),
        });
        let (_, when, pressure, label) = said(ordered);
        assert!(when.starts_with("Starts ") && pressure == Pressure::Calm);
        let ends = "Inquiring, starts in 6 h, in batch · taken";
        assert!(label.ends_with(ends), "{label}");
    }
}
