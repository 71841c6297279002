//! Makes the review's texts that are more than a text with gaps.

use evenkeel::{Action, DataPolicy, EventKind, IssueKind};

pub use crate::labels::{data_loss, down, kinds, policy, short_time, title, verb};

use super::choices::{Choices, Timing};
use super::field_issue::{FieldIssue, ReviewField};
use super::outage::Outage;
use crate::events::Reason;
use crate::i18n::{Strings, thousands};
use crate::prefs::Zone;

/// `edge-eu · Alibaba Cloud ENS · 2 requests of 20 and 14`.
pub fn subtitle(choices: &Choices, calls: &[usize], t: Strings) -> String {
    let cloud = choices.provider.facts().name(t.0);
    let is_one_each = choices.provider.most_items_per_call() == 1;
    let requests = match calls {
        [] => String::new(),
        [_] => t.act_request().to_owned(),
        _ if is_one_each => t.act_requests_lanes(thousands(calls.len())),
        [first, second] => t.act_requests_two(first, second),
        [first, ..] => t.act_requests_of(thousands(calls.len()), first),
    };
    let account = choices.account.as_str();
    [account, cloud, &requests]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// An issue as a line at its field; `total` is how many items the batch has.
pub fn field_issue(it: &FieldIssue, choices: &Choices, zone: Zone, t: Strings) -> String {
    let total = choices.count();
    let share = match it.items.len() {
        count if count > 0 && total > 1 => Some((thousands(count), thousands(total))),
        _ => None,
    };
    let limit = it
        .limit
        .map(|ms| short_time(ms, zone, t))
        .unwrap_or_default();
    match (&it.issue.kind, share) {
        (IssueKind::PastDeadline { .. }, None) => t.act_past_deadline(limit),
        (IssueKind::PastDeadline { .. }, Some((count, total))) => {
            t.act_past_deadline_some(count, limit, total)
        }
        (IssueKind::NearDeadline { .. }, None) => t.act_near_deadline(limit),
        (IssueKind::NearDeadline { .. }, Some((count, total))) => {
            t.act_near_deadline_some(count, limit, total)
        }
        (IssueKind::AfterCloudStart { .. }, None) => t.act_after_start(limit),
        (IssueKind::AfterCloudStart { .. }, Some((count, total))) => {
            t.act_after_start_some(count, limit, total)
        }
        (IssueKind::InThePast { .. }, _) => t.act_in_the_past().to_owned(),
        (IssueKind::Missing { .. }, share) if it.field == ReviewField::When => {
            let asked = if choices.timing == Some(Timing::At) {
                t.act_choose_time()
            } else {
                t.act_choose_when()
            };
            match share.filter(|_| it.items.len() < total) {
                Some((count, total)) => t.act_for_some(count, asked, total),
                None => asked.to_owned(),
            }
        }
        (IssueKind::Missing { .. }, _) if it.field == ReviewField::Action => {
            t.act_choose_action().to_owned()
        }
        (IssueKind::Missing { .. }, _) if it.field == ReviewField::Policy => {
            t.act_choose_policy().to_owned()
        }
        (_, Some((count, all))) if it.items.len() < total => {
            t.act_for_some(count, it.message(t.0), all)
        }
        _ => it.message(t.0),
    }
}

/// What is lost, as a headline and what it means; nothing where no data are at risk.
pub fn data_at_risk(choices: &Choices, zone: Zone, t: Strings) -> Option<(String, String)> {
    let data_at_risk = choices.data_at_risk();
    let count = thousands(data_at_risk.count());
    let headline = match (data_at_risk.certain, data_at_risk.possible) {
        (0, 0) => return None,
        (1, 0) => t.act_data_at_risk_certain_one().to_owned(),
        (_, 0) => t.act_data_at_risk_certain(count),
        (_, _) if data_at_risk.count() == 1 => t.act_data_at_risk_possible_one().to_owned(),
        (0, _) => t.act_data_at_risk_possible(count),
        (certain, _) => t.act_data_at_risk_both(thousands(certain), count),
    };
    let what = match (choices.action?, choices.policy) {
        (Action::Migrate, None) => t.act_data_at_risk_policy(),
        (Action::Migrate, Some(DataPolicy::Abandon)) => t.act_data_at_risk_abandon(),
        (Action::Migrate, Some(DataPolicy::TryTransfer)) => t.act_data_at_risk_try(),
        (Action::Migrate, Some(DataPolicy::ForceTransfer)) => t.act_data_at_risk_force(),
        (Action::Redeploy, _) => t.act_data_at_risk_redeploy(),
        (Action::Accept, _) => t.act_data_at_risk_accept(),
        (Action::Reboot | Action::Reschedule, _) => "",
    };
    let mut means = vec![what.to_owned()];
    means.extend(local_disks(choices, t));
    means.push(time_sentence(choices, zone, t));
    Some((headline, t.sentences(&means)))
}

/// How many of those that may lose data have local disks, and whose word that is; nothing where nobody knows of any.
fn local_disks(choices: &Choices, t: Strings) -> Vec<String> {
    let disks = choices.local_disks();
    if disks.with + disks.without == 0 {
        return Vec::new();
    }
    let [with, without, unknown] = [disks.with, disks.without, disks.unknown].map(thousands);
    let mut said = vec![t.act_local_disks(without, unknown, with)];
    if disks.own > 0 {
        said.push(t.act_local_disks_own(thousands(disks.own)));
    }
    said
}

/// When it happens, as a sentence.
fn time_sentence(choices: &Choices, zone: Zone, t: Strings) -> String {
    let own: Vec<i64> = choices
        .included()
        .filter_map(|(_, item)| item.own_at.or(choices.at))
        .collect();
    match (choices.timing, own.iter().min(), own.iter().max()) {
        (None, _, _) | (Some(Timing::At), None, _) => t.act_moment_open().to_owned(),
        (Some(Timing::Now), _, _) => t.act_moment_now().to_owned(),
        (Some(Timing::At), Some(first), Some(last)) if first != last => {
            t.act_moment_between(short_time(*first, zone, t), short_time(*last, zone, t))
        }
        (Some(Timing::At), Some(first), _) => t.act_moment_at(short_time(*first, zone, t)),
    }
}

/// `1 instance`, `375 instances`.
fn instances(count: usize, t: Strings) -> String {
    match count {
        1 => t.act_instance().to_owned(),
        _ => t.act_instances(thousands(count)),
    }
}

/// What agreeing does, or what is agreed: `stop 375 instances`.
fn doing(kind: EventKind, count: usize, t: Strings) -> String {
    let what = instances(count, t);
    match kind {
        EventKind::Redeploy => t.act_do_redeploy(what),
        EventKind::Migrate => t.act_do_migrate(what),
        EventKind::Reboot => t.act_do_reboot(what),
        EventKind::Stop => t.act_do_stop(what),
        EventKind::DiskRecovery => t.act_do_disk(what),
        EventKind::SystemMaintenance
        | EventKind::Network
        | EventKind::Disk
        | EventKind::Security
        | EventKind::Other => t.act_do_maintain(what),
    }
}

/// What the review is about: `Accept: stop 375 instances now`, `Accept 30 events now: 10 redeploy, 9 stop, 11 reboot`.
pub fn review_title(choices: &Choices, zone: Zone, t: Strings) -> String {
    let outage = choices.outage();
    let Some(action) = choices.action else {
        return match choices.count() {
            1 => t.act_title_open_one().to_owned(),
            count => t.act_title_open(thousands(count)),
        };
    };
    let plain = title(action, choices.counted(), t);
    let mut down = outage.kinds.iter();
    match (action, down.next(), down.next()) {
        (Action::Accept, Some((kind, count)), None) => {
            let what = t.act_title_accept(doing(*kind, *count, t));
            timed(what, choices, zone, t)
        }
        (Action::Accept, Some(_), Some(_)) => t.act_title_mixed(
            kinds(outage.kinds.iter().map(|(kind, of)| (kind, *of)), t),
            timed(plain, choices, zone, t),
        ),
        _ => timed(plain, choices, zone, t),
    }
}

/// A title with the time, where one is chosen for all.
fn timed(title: String, choices: &Choices, zone: Zone, t: Strings) -> String {
    let times: Vec<i64> = choices
        .included()
        .filter_map(|(_, item)| item.own_at.or(choices.at))
        .collect();
    match (choices.timing, times.iter().min(), times.iter().max()) {
        (Some(Timing::Now), _, _) => t.act_title_now(title),
        (Some(Timing::At), Some(first), Some(last)) if first == last => {
            t.act_title_at(short_time(*first, zone, t), title)
        }
        _ => title,
    }
}

/// What goes down: whether at once, a headline and what it means; nothing where nothing does.
pub fn outage(
    choices: &Choices,
    outage: &Outage,
    zone: Zone,
    t: Strings,
) -> Option<(bool, String, String)> {
    let headline = match (outage.count, outage.at_once) {
        (0, _) => return None,
        (1, 0) => t.act_down_one().to_owned(),
        (count, 0) => t.act_down(thousands(count)),
        (1, _) => t.act_down_now_one().to_owned(),
        (_, at_once) => t.act_down_at_once(thousands(at_once)),
    };
    let mut what = vec![t.sentence(&kinds(outage.kinds.iter().map(|(kind, of)| (kind, *of)), t))];
    match outage.for_good {
        0 => {}
        1 => what.push(t.act_down_for_good_one().to_owned()),
        count => what.push(t.act_down_for_good(thousands(count))),
    }
    if outage.moved_loss > 0 {
        what.push(t.act_moved_loss(thousands(outage.moved_loss)));
    }
    what.push(time_sentence(choices, zone, t));
    Some((outage.at_once > 0, headline, t.sentences(&what)))
}

/// Why an event stays out.
pub fn stays_out(reason: Reason, t: Strings) -> &'static str {
    match reason {
        Reason::InBatch => t.out_in_batch(),
        Reason::Executing => t.out_executing(),
        Reason::Over => t.out_over(),
        Reason::NoAction => t.out_no_action(),
    }
}

/// What can be said where nothing has to be confirmed: never that nothing is at risk where something goes down.
pub fn calm(choices: &Choices, outage: &Outage, t: Strings) -> String {
    let Some(action) = choices.action else {
        return t.act_confirm_choose().to_owned();
    };
    let down = thousands(outage.count);
    match (outage.count, action, choices.timing) {
        (0, _, _) => t.act_confirm_plain().to_owned(),
        (_, action, _) if action.moves_event() && outage.moved_loss > 0 => {
            t.act_confirm_move_loss(down, thousands(outage.moved_loss))
        }
        (_, action, _) if action.moves_event() => t.act_confirm_move(down),
        (1, _, _) => t.act_confirm_down_one().to_owned(),
        (_, _, None) => t.act_confirm_open(down),
        (_, _, Some(_)) => t.act_confirm_spread(down),
    }
}

/// Why so many stay out.
pub fn left_out(reason: Reason, count: usize, t: Strings) -> String {
    let n = thousands(count);
    match reason {
        Reason::InBatch => t.act_out_in_batch(n),
        Reason::Executing => t.act_out_executing(n),
        Reason::Over => t.act_out_over(n),
        Reason::NoAction => t.act_out_no_action(n),
    }
}

#[cfg(test)]
mod tests {
    use crate::batches::confirm;

    use evenkeel::{Locale, Provider};

    use super::super::sample::huawei;
    use super::*;
    use crate::events::Group;

    const EN: Strings = Strings(Locale::En);

    fn accept(kinds: &[&str]) -> Choices {
        let events = kinds.iter().enumerate();
        let events = events.map(|(n, kind)| huawei(&n.to_string(), kind, "inquiring").into());
        let mut choices = Choices::of(&Group {
            account: "north".to_owned(),
            provider: Provider::HuaweiEcs,
            actions: vec![Action::Accept],
            events: events.collect(),
        });
        choices.choose_timing(Timing::Now);
        choices
    }

    #[test]
    fn a_review_says_what_agreeing_does() {
        let stops = accept(&["instance-stop", "instance-stop"]);
        assert_eq!(
            review_title(&stops, Zone::Utc, EN),
            "Accept: stop 2 instances now"
        );
        let mixed = accept(&["instance-redeploy", "instance-stop", "instance-reboot"]);
        assert_eq!(
            review_title(&mixed, Zone::Utc, EN),
            "Accept 3 events now: 1 redeploy, 1 reboot, 1 stop"
        );
        let one = accept(&["instance-reboot"]);
        assert_eq!(
            review_title(&one, Zone::Utc, EN),
            "Accept: reboot 1 instance now"
        );
    }

    #[test]
    fn a_stop_of_many_is_never_told_as_if_nothing_were_at_stake() {
        let mut stops = accept(&["instance-stop", "instance-stop"]);
        let (at_once, headline, means) = outage(&stops, &stops.outage(), Zone::Utc, EN).unwrap();
        assert!(at_once);
        assert_eq!(headline, "2 instances go down at the same time");
        assert!(means.starts_with("2 stop. 2 stay stopped until"), "{means}");
        assert_eq!(
            confirm(stops.risk(), EN),
            "To confirm, type how many go down at once (2)"
        );
        let one = accept(&["instance-stop"]);
        let (_, _, means) = outage(&one, &one.outage(), Zone::Utc, EN).unwrap();
        assert!(means.starts_with("1 stop. 1 stays stopped"), "{means}");
        stops.timing = None;
        assert_eq!(
            calm(&stops, &stops.outage(), EN),
            "Nothing of this batch loses data; 2 go down."
        );
    }
}
