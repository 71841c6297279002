//! Sentences of acting that are more than a text with gaps.

use evenkeel::{Action, DataPolicy, IssueKind, Provider};

use super::choices::{Choices, Timing};
use super::finding::{Field, Finding};
use crate::i18n::{Strings, thousands};
use crate::state::clock::now_ms;
use crate::state::plan::Reason;
use crate::state::prefs::Zone;
use crate::time;

/// A time in the reader's zone, short.
pub fn at(ms: i64, zone: Zone, t: Strings) -> String {
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

/// `Migrate 34 instances`.
pub fn title(action: Action, count: usize, t: Strings) -> String {
    let verb = verb(action, t);
    match (action.provider(), count) {
        (Provider::Ens, 1) => t.act_title_instance(verb),
        (Provider::Ens, _) => t.act_title_instances(thousands(count), verb),
        (Provider::HuaweiEcs, 1) => t.act_title_event(verb),
        (Provider::HuaweiEcs, _) => t.act_title_events(thousands(count), verb),
    }
}

/// `edge-eu · Alibaba Cloud ENS · 2 requests of 20 and 14`.
pub fn subtitle(choices: &Choices, calls: &[usize], t: Strings) -> String {
    let cloud = match choices.provider {
        Provider::Ens => t.provider_ens(),
        Provider::HuaweiEcs => t.provider_huawei(),
    };
    let requests = match (choices.provider, calls) {
        (_, []) => String::new(),
        (_, [_]) => t.act_request().to_owned(),
        (Provider::Ens, [first, second]) => t.act_requests_two(first, second),
        (Provider::Ens, [first, ..]) => t.act_requests_of(thousands(calls.len()), first),
        (Provider::HuaweiEcs, _) => t.act_requests_lanes(thousands(calls.len())),
    };
    let account = choices.account.as_str();
    [account, cloud, &requests]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// A finding as a line at its field; `total` is how many items the batch has.
pub fn finding(it: &Finding, choices: &Choices, zone: Zone, t: Strings) -> String {
    let total = choices.count();
    let share = match it.items.len() {
        count if count > 0 && total > 1 => Some((thousands(count), thousands(total))),
        _ => None,
    };
    let limit = it.limit.map(|ms| at(ms, zone, t)).unwrap_or_default();
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
        (IssueKind::Missing { .. }, share) if it.field == Field::When => {
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
        (IssueKind::Missing { .. }, _) if it.field == Field::Policy => {
            t.act_choose_policy().to_owned()
        }
        (_, Some((count, all))) if it.items.len() < total => {
            t.act_for_some(count, it.message(t.0), all)
        }
        _ => it.message(t.0),
    }
}

pub fn policy(policy: DataPolicy, t: Strings) -> (&'static str, &'static str) {
    match policy {
        DataPolicy::TryTransfer => (t.act_policy_try(), t.act_policy_try_hint()),
        DataPolicy::ForceTransfer => (t.act_policy_force(), t.act_policy_force_hint()),
        DataPolicy::Abandon => (t.act_policy_abandon(), t.act_policy_abandon_hint()),
    }
}

/// What is lost, as a headline and what it means; nothing where nothing is at stake.
pub fn stake(choices: &Choices, zone: Zone, t: Strings) -> Option<(String, String)> {
    let stake = choices.stake();
    let count = thousands(stake.count());
    let headline = match (stake.certain, stake.possible) {
        (0, 0) => return None,
        (1, 0) => t.act_stake_certain_one().to_owned(),
        (_, 0) => t.act_stake_certain(count),
        (_, _) if stake.count() == 1 => t.act_stake_possible_one().to_owned(),
        (0, _) => t.act_stake_possible(count),
        (certain, _) => t.act_stake_both(thousands(certain), count),
    };
    let what = match (choices.action, choices.policy) {
        (Action::Migrate, None) => t.act_stake_policy(),
        (Action::Migrate, Some(DataPolicy::Abandon)) => t.act_stake_abandon(),
        (Action::Migrate, Some(DataPolicy::TryTransfer)) => t.act_stake_try(),
        (Action::Migrate, Some(DataPolicy::ForceTransfer)) => t.act_stake_force(),
        (Action::Redeploy, _) => t.act_stake_redeploy(),
        (Action::Accept, _) => t.act_stake_accept(),
        (Action::Reboot | Action::Reschedule, _) => "",
    };
    let means = t.sentences(&[what.to_owned(), moment(choices, zone, t)]);
    Some((headline, means))
}

/// When it happens, as a sentence.
fn moment(choices: &Choices, zone: Zone, t: Strings) -> String {
    let own: Vec<i64> = choices
        .included()
        .filter_map(|(_, item)| item.own_at.or(choices.at))
        .collect();
    match (choices.timing, own.iter().min(), own.iter().max()) {
        (None, _, _) | (Some(Timing::At), None, _) => t.act_moment_open().to_owned(),
        (Some(Timing::Now), _, _) => t.act_moment_now().to_owned(),
        (Some(Timing::At), Some(first), Some(last)) if first != last => {
            t.act_moment_between(at(*first, zone, t), at(*last, zone, t))
        }
        (Some(Timing::At), Some(first), _) => t.act_moment_at(at(*first, zone, t)),
    }
}

/// Why so many stay out.
pub fn left_out(reason: Reason, count: usize, t: Strings) -> String {
    let n = thousands(count);
    match reason {
        Reason::Executing => t.act_out_executing(n),
        Reason::Over => t.act_out_over(n),
        Reason::NoAction => t.act_out_no_action(n),
    }
}
