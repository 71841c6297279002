//! Says why a batch needs an approval, and how that stands.

use evenkeel::visible::visible;
use evenkeel_api::{Approval, ApprovalState, MayNotApprove, MetCondition, MetRule};

use super::labels;
use crate::actor_label::actor;
use crate::i18n::Strings;
use crate::labels::many;
use crate::time;

/// A rule with what of it the batch meets: its name and what it names are foreign text.
pub fn rule(rule: &MetRule, t: Strings) -> String {
    let because: Vec<String> = rule.because.iter().map(|it| condition(it, t)).collect();
    t.approval_rule(t.list(&because), visible(&rule.name))
}

fn condition(met: &MetCondition, t: Strings) -> String {
    let times = |times: &[String], zone: &str, items: u64| {
        t.approval_met_times(many(items), t.list(times), zone)
    };
    match met {
        MetCondition::Always => t.approval_met_always().to_owned(),
        MetCondition::Account { account } => t.approval_met_account(visible(account)),
        MetCondition::Action { action } => t.approval_met_action(labels::verb(*action, t)),
        MetCondition::Items { items, at_least } => {
            t.approval_met_items(many(*items), many(*at_least))
        }
        MetCondition::DownAtOnce {
            instances,
            within_s,
        } => t.approval_met_down(many(*instances), seconds(*within_s, t)),
        MetCondition::DataAtRisk { items, untold: 0 } => t.approval_met_data(many(*items)),
        MetCondition::DataAtRisk { items, untold } => {
            t.approval_met_data_untold(many(*items), many(*untold))
        }
        MetCondition::Label {
            key,
            items,
            unlabelled,
        } => t.approval_met_label(many(*items), visible(key), many(*unlabelled)),
        MetCondition::Hours {
            hours,
            time_zone,
            items,
        } => times(hours, time_zone, *items),
        MetCondition::Dates {
            dates,
            time_zone,
            items,
        } => times(dates, time_zone, *items),
        MetCondition::Other => t.approval_met_other().to_owned(),
    }
}

/// A time that is told in seconds.
pub fn seconds(seconds: u64, t: Strings) -> String {
    let ms = i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX);
    time::span(ms, t)
}

/// Why one may not approve it, by who one is; what one may do is known of everything, and as it is by now.
pub fn may_not(approval: &Approval, t: Strings) -> Option<String> {
    let because = match approval.may_not_because? {
        MayNotApprove::NoRight => return None,
        MayNotApprove::OwnOrder => t.approval_own(),
        MayNotApprove::UnknownOrderer => t.approval_tool(),
        MayNotApprove::NoName => t.approval_no_name(),
        MayNotApprove::Token | MayNotApprove::Other => t.approval_not_you(),
    };
    Some(because.to_owned())
}

/// What was decided; nothing while it waits, or where it was called off, which is said elsewhere.
pub fn decided(approval: &Approval, t: Strings) -> Option<String> {
    let by = approval.decided_by.as_ref().map(|by| actor(by, t));
    let by = by.unwrap_or_else(|| t.approval_by_nobody().to_owned());
    let reason = visible(approval.reason.as_deref().unwrap_or_default());
    match approval.state {
        ApprovalState::Waiting | ApprovalState::Cancelled => None,
        ApprovalState::Approved => Some(t.approval_given(by)),
        ApprovalState::Refused => Some(t.approval_refused(by, reason)),
        ApprovalState::Expired => Some(t.approval_expired().to_owned()),
        ApprovalState::BrokenGlass => Some(t.approval_broken(by, reason)),
        ApprovalState::Other => Some(t.approval_other().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use evenkeel::Locale;

    use super::*;

    #[test]
    fn every_reason_is_said_in_both_languages() {
        let met = |json: &str| serde_json::from_str::<MetCondition>(json).unwrap();
        for locale in [Locale::En, Locale::Zh] {
            let t = Strings(locale);
            let mut said: Vec<String> = [
                r#"{"condition":"always"}"#,
                r#"{"condition":"account","account":"edge"}"#,
                r#"{"condition":"action","action":"migrate"}"#,
                r#"{"condition":"items","items":12,"at_least":10}"#,
                r#"{"condition":"down_at_once","instances":5,"within_s":600}"#,
                r#"{"condition":"data_at_risk","items":3,"untold":0}"#,
                r#"{"condition":"data_at_risk","items":3,"untold":1}"#,
                r#"{"condition":"label","key":"service","items":3,"unlabelled":1}"#,
                r#"{"condition":"hours","hours":["Mon 09:00-10:00"],"time_zone":"UTC","items":3}"#,
                r#"{"condition":"dates","dates":["2026-12-24"],"time_zone":"UTC","items":3}"#,
                r#"{"condition":"of_tomorrow","x":1}"#,
            ]
            .into_iter()
            .map(|json| condition(&met(json), t))
            .collect();
            assert!(said.iter().all(|it| !it.is_empty()));
            let count = said.len();
            said.sort();
            said.dedup();
            assert_eq!(said.len(), count, "{said:?}");
        }
    }

    #[test]
    fn the_name_of_a_rule_stands_before_what_of_it_is_met() {
        let met: MetRule = serde_json::from_str(
            r#"{"name":"many","because":[{"condition":"always"}],"text":"every batch needs it"}"#,
        )
        .unwrap();
        let said = rule(&met, Strings(Locale::En));
        assert_eq!(said, "many: every batch needs it");
    }

    #[test]
    fn why_one_may_not_is_said_as_the_server_says_it() {
        let said = |because: &str| {
            let json = format!(
                r#"{{"state":"waiting","plan":"0","rules":[],"expires_at":"2026-11-30T00:00:00Z"{because}}}"#
            );
            let approval: Approval = serde_json::from_str(&json).unwrap();
            may_not(&approval, Strings(Locale::En))
        };
        assert_eq!(said(""), None);
        assert_eq!(said(r#","may_approve":true"#), None);
        for code in [
            "own_order",
            "unknown_orderer",
            "no_name",
            "token",
            "of_tomorrow",
        ] {
            let because = format!(r#","may_approve":false,"may_not_because":"{code}""#);
            assert!(said(&because).is_some(), "{code}");
        }
    }

    #[test]
    fn a_reason_of_a_person_is_text() {
        let approval: Approval = serde_json::from_str(
            r#"{"state":"refused","plan":"0","rules":[],"expires_at":"2026-11-30T00:00:00Z",
            "decided_by":{"who":"user","name":"wang","login":"password"},"reason":"no\u202e"}"#,
        )
        .unwrap();
        let said = decided(&approval, Strings(Locale::En)).unwrap();
        assert_eq!(said, "wang refused it: no\\u{202e}");
    }
}
