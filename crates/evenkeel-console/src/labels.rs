//! Makes the texts that several features show: actions, states of items, times and counts.

use evenkeel::{Action, DataLoss, DataPolicy, Down, EventKind};
use evenkeel_api::ItemState;

use crate::clock::now_ms;
use crate::i18n::{Strings, thousands};
use crate::prefs::Zone;
use crate::time;
use crate::ui::badge::Tone;

/// A time in the reader's zone, short.
pub fn short_time(ms: i64, zone: Zone, t: Strings) -> String {
    time::short(ms, zone.offset_minutes(ms), now_ms(), t.0)
}

pub fn verb(action: Action, t: Strings) -> &'static str {
    match action {
        Action::Redeploy => t.act_verb_redeploy(),
        Action::Migrate => t.act_verb_migrate(),
        Action::Reboot => t.act_verb_reboot(),
        Action::Accept => t.act_verb_accept(),
        Action::Reschedule => t.act_verb_reschedule(),
    }
}

/// What a batch is called, which counts the events it acts on: `Migrate · 34 events`, `Accept 3 events`. Some of them
/// may be about the same instance.
pub fn batch_title(action: Action, events: usize, t: Strings) -> String {
    if action.is_about_event() {
        return title(action, events, t);
    }
    let verb = verb(action, t);
    match events {
        1 => t.act_title_of_event(verb),
        _ => t.act_title_of_events(thousands(events), verb),
    }
}

/// What a review is about, which counts instances: `Migrate 34 instances`.
pub fn title(action: Action, count: usize, t: Strings) -> String {
    let verb = verb(action, t);
    match (action.is_about_event(), count) {
        (false, 1) => t.act_title_instance(verb),
        (false, _) => t.act_title_instances(thousands(count), verb),
        (true, 1) => t.act_title_event(verb),
        (true, _) => t.act_title_events(thousands(count), verb),
    }
}

/// `10 redeploy, 9 stop, 11 reboot`.
pub fn kinds<'a>(counts: impl IntoIterator<Item = (&'a EventKind, usize)>, t: Strings) -> String {
    let parts: Vec<String> = counts
        .into_iter()
        .map(|(kind, count)| {
            let n = thousands(count);
            match kind {
                EventKind::Redeploy => t.act_some_redeploy(n),
                EventKind::Migrate => t.act_some_migrate(n),
                EventKind::Reboot => t.act_some_reboot(n),
                EventKind::Stop => t.act_some_stop(n),
                EventKind::DiskRecovery => t.act_some_disk(n),
                EventKind::SystemMaintenance
                | EventKind::Network
                | EventKind::Disk
                | EventKind::Security
                | EventKind::Other => t.act_some_maintain(n),
            }
        })
        .collect();
    t.list(&parts)
}

/// What becomes of the data, as a name and what it means.
pub fn policy(policy: DataPolicy, t: Strings) -> (&'static str, &'static str) {
    match policy {
        DataPolicy::TryTransfer => (t.act_policy_try(), t.act_policy_try_hint()),
        DataPolicy::ForceTransfer => (t.act_policy_force(), t.act_policy_force_hint()),
        DataPolicy::Abandon => (t.act_policy_abandon(), t.act_policy_abandon_hint()),
    }
}

/// Whether an action loses data.
pub fn data_loss(loss: DataLoss, t: Strings) -> &'static str {
    match loss {
        DataLoss::No => t.detail_loss_no(),
        DataLoss::Possible => t.detail_loss_possible(),
        DataLoss::Certain => t.detail_loss_certain(),
    }
}

/// How long an action takes its resource down.
pub fn down(down: Down, t: Strings) -> &'static str {
    match down {
        Down::No => t.detail_down_no(),
        Down::Briefly => t.detail_down_briefly(),
        Down::UntilDone => t.detail_down_until_done(),
        Down::ForGood => t.detail_down_for_good(),
    }
}

/// The name of an item's state.
pub fn item_state(state: ItemState, t: Strings) -> &'static str {
    match state {
        ItemState::Unapproved => t.item_unapproved(),
        ItemState::Queued => t.item_queued(),
        ItemState::Sending => t.item_sending(),
        ItemState::Accepted => t.item_accepted(),
        ItemState::Rejected => t.item_rejected(),
        ItemState::NotSent => t.item_not_sent(),
        ItemState::Unknown => t.item_unknown(),
        ItemState::Confirmed => t.item_confirmed(),
        ItemState::Superseded => t.item_superseded(),
    }
}

/// The tone and the shape of a state. An order is not the maintenance: none of its states is green.
pub fn item_look(state: ItemState) -> (Tone, &'static str) {
    match state {
        ItemState::Unapproved => (Tone::Attention, "◔"),
        ItemState::Queued => (Tone::Neutral, "○"),
        ItemState::Sending => (Tone::Accent, "▶"),
        ItemState::Accepted => (Tone::Info, "✓"),
        ItemState::Rejected => (Tone::Bad, "✕"),
        ItemState::NotSent => (Tone::Neutral, "⊘"),
        ItemState::Unknown => (Tone::Attention, "?"),
        ItemState::Confirmed => (Tone::Info, "✔"),
        ItemState::Superseded => (Tone::Attention, "↷"),
    }
}

/// A count of the server as people read it.
pub fn many(count: u64) -> String {
    thousands(usize::try_from(count).unwrap_or(usize::MAX))
}
