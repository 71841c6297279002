//! What a row says, as text and numbers: everything that can be tested without a page.

use evenkeel::visible::visible;
use evenkeel::{Action, DataLoss, EventKind, LocalDisks, Locale, StateKind, Timestamp};
use evenkeel_table::{Row, RowId};

use super::room::{Room, fit};
use crate::api::EventKey;
use crate::i18n::Strings;
use crate::{labels, resource, time};

const HOUR: f64 = 3_600_000.0;
/// Where on the bar the present is, percent.
const NOW_AT: f64 = 14.0;
const PAST: f64 = 7.0 * 24.0 * HOUR;
const FUTURE: f64 = 14.0 * 24.0 * HOUR;

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

/// A window on the bar, in percent of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    pub left: f64,
    pub width: f64,
    pub deadline: Option<f64>,
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
        let decide_by = row.decide_by();
        let whole_disks = disks(row, t).unwrap_or_default();
        Self {
            id: row.slot(),
            key: EventKey::of_row(row),
            title,
            raw_type: cut_front(&visible(&row.event_type().raw), 28),
            name: name.as_deref().map(|name| fit(name, reading.room.name)),
            whole_name: name.unwrap_or_default(),
            resource: cut(&id_of_resource, 22),
            event_id: cut(&visible(row.event_id()), 24),
            account: fit(row.account(), reading.room.account),
            state: row.state_kind(),
            raw_state: cut(&visible(&row.state().raw), 14),
            window: window(row, reading),
            window_label: window_label(row, reading),
            bar: bar(row, reading.now),
            decide: decide_by.map_or_else(
                || t.none().to_owned(),
                |by| time::relative(by, reading.now, t),
            ),
            decide_at: decide_by.map(|by| reading.short(by)).unwrap_or_default(),
            pressure: Pressure::of(decide_by, reading.now),
            data_at_risk: data_at_risk(row, t),
            disks: fit(&whole_disks, reading.room.disks),
            whole_disks,
            select,
            gone: row.is_gone(),
            order: row.order().map(|item| {
                let word = t.in_batch(labels::item_state(item.state, t));
                (item.batch_id.clone(), item.index, word)
            }),
        }
    }
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

fn bar(row: Row<'_>, now: i64) -> Option<Bar> {
    let event = row.times();
    let start = event.not_before.or(event.started_at)?.as_millis();
    let end = event
        .not_after
        .or(event.finished_at)
        .map_or(start, Timestamp::as_millis);
    let left = position(start, now).min(97.0);
    let width = (position(end, now) - left).clamp(3.0, 100.0 - left);
    let open = row.decide_by().is_some();
    let deadline = event
        .deadline
        .filter(|_| open)
        .map(|time| position(time.as_millis(), now));
    Some(Bar {
        left,
        width,
        deadline,
    })
}

/// One scale for all rows: the present stands at the same position, hours near it are wide and days far from it are
/// narrow, so that what comes first is seen first.
#[expect(
    clippy::cast_precision_loss,
    reason = "a position on a bar is good to a pixel"
)]
fn position(ms: i64, now: i64) -> f64 {
    let distance = ms.saturating_sub(now) as f64;
    let reach = |span: f64| ((distance.abs() / HOUR).ln_1p() / (span / HOUR).ln_1p()).min(1.0);
    if distance < 0.0 {
        NOW_AT - NOW_AT * reach(PAST)
    } else {
        NOW_AT + (100.0 - NOW_AT) * reach(FUTURE)
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_api::SaidBy;
    use evenkeel_table::Table;

    use super::*;

    use crate::fixture::{ens, stored, stored_named};

    #[test]
    fn what_cannot_be_seen_in_an_id_is_written_out() {
        let mut event = ens("e-1", "Disk:Stalled", "Inquiring");
        event.resource_id = "i-1\u{202e}2\u{200b}".to_owned();
        let mut table = Table::default();
        let (id, _) = table.put(&stored(event));
        let reading = Reading {
            offset: |_| 0,
            now: 0,
            locale: Locale::En,
            room: Room::default(),
        };
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
    fn later_is_further_right_and_stays_on_the_bar() {
        let hours = [-10_000, -24, 0, 1, 24, 72, 10_000];
        let positions: Vec<f64> = hours
            .iter()
            .map(|hour| position(hour * 3_600_000, 0))
            .collect();
        assert!(positions.is_sorted());
        assert!(
            positions
                .iter()
                .all(|position| (0.0..=100.0).contains(position))
        );
        assert!((position(0, 0) - NOW_AT).abs() < 1e-9);
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
        let reading = Reading {
            offset: |_| 0,
            now: 0,
            locale: Locale::En,
            room: Room::default(),
        };
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
}
