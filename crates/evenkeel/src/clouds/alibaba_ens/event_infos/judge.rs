//! The rules about one item, whatever it was read from.

use super::facts::{Facts, Given};
use super::field::Field;
use super::place::Spot;
use crate::action::{DataLoss, DataPolicy};
use crate::cloud::Cloud;
use crate::clouds::alibaba_ens::AlibabaEns;
use crate::clouds::alibaba_ens::actions::BatchKind;
use crate::clouds::alibaba_ens::ops_type::OpsType;
use crate::description::params::PLAN_TIME;
use crate::event::Event;
use crate::fields::{number, read_id, unknown_value, wrong_type};
use crate::id::{MAX_ID_CHARS, check as check_id};
use crate::issue::IssueKind;
use crate::names::UnknownName;
use crate::number::{Range, integer, whole};
use crate::report::{Collector, Nearest};
use crate::rules::{Bound, KnownEvents, check_fit, check_password, check_plan};
use crate::time::{LIKE_SECONDS, Timestamp};

/// What an item means, where nothing is wrong with it.
pub(super) struct Verdict {
    /// None is at once.
    pub(super) plan_time: Option<Timestamp>,
    pub(super) data_policy: Option<DataPolicy>,
}

pub(super) struct Judge<'r> {
    pub(super) kind: BatchKind,
    pub(super) now: Timestamp,
    pub(super) known: KnownEvents<'r>,
}

impl Judge<'_> {
    /// Reports everything that is wrong with an item; what it means if nothing is.
    pub(super) fn item(
        &self,
        facts: &Facts<'_>,
        index: usize,
        issues: &mut Collector,
    ) -> Option<Verdict> {
        let at = |field| Spot { index, field };
        let migrate = self.kind == BatchKind::Migrate;

        let event_id = id(issues, &at(Field::EventId), facts, AlibabaEns::EVENT_PREFIX);
        let resource_id = id(
            issues,
            &at(Field::ResourceId),
            facts,
            AlibabaEns::RESOURCE_PREFIX,
        );
        let event = event_id.and_then(|id| self.known.find(None, id, resource_id));
        if let Some(event) = event {
            check_fit(issues, &at(Field::EventId), self.kind, event);
        }

        let ops_type = required(issues, &at(Field::OpsType), facts.get(Field::OpsType), None)
            .and_then(|text| name(issues, &at(Field::OpsType), text));
        let plan_time = self.plan_time(
            facts.get(Field::PlanTime),
            ops_type,
            event,
            &at(Field::PlanTime),
            issues,
        );
        if !facts.get(Field::PlanUtcTime).is_absent() {
            issues.warning(&at(Field::PlanUtcTime), IssueKind::ReservedField);
        }
        let data_policy = if migrate {
            let spot = at(Field::DataPolicy);
            let policy = required(issues, &spot, facts.get(Field::DataPolicy), Some("abandon"))
                .and_then(|text| name(issues, &spot, text));
            if policy == Some(DataPolicy::Abandon) {
                let data_loss = DataLoss::Certain;
                issues.warning(&spot, IssueKind::LosesData { data_loss });
            }
            password(
                facts.get(Field::Password),
                ops_type,
                &at(Field::Password),
                issues,
            );
            policy
        } else {
            None
        };
        // Where a part failed its issue is told already; what is built here is then dropped.
        if migrate && data_policy.is_none() || event_id.is_none() || resource_id.is_none() {
            return None;
        }
        Some(Verdict {
            plan_time: match ops_type? {
                OpsType::Scheduled => Some(plan_time?),
                OpsType::Immediate => None,
            },
            data_policy,
        })
    }

    fn plan_time(
        &self,
        given: &Given<'_>,
        ops_type: Option<OpsType>,
        event: Option<&Event>,
        spot: &Spot,
        issues: &mut Collector,
    ) -> Option<Timestamp> {
        match (given, ops_type) {
            (Given::Absent, Some(OpsType::Scheduled)) => {
                issues.error(spot, IssueKind::Missing { assumed: None });
                return None;
            }
            (Given::Absent, _) => return None,
            (_, Some(OpsType::Immediate)) => {
                issues.error(spot, IssueKind::PlanTimeWithImmediate);
                return None;
            }
            _ => {}
        }
        let whole = match given {
            Given::Number(text) => integer(text),
            Given::Double(number) => whole(*number),
            _ => {
                wrong_type(issues, spot, "number", given.type_name());
                return None;
            }
        };
        let millis = number(issues, spot, whole)?;
        if LIKE_SECONDS.contains(millis) {
            let millis = millis * 1000;
            let ahead = millis > self.now.as_millis();
            let near = ahead.then_some(Nearest::Number(millis));
            issues.error_near(spot, IssueKind::LooksLikeSeconds { millis }, near);
            return None;
        }
        let Range { min, max } = PLAN_TIME;
        if !(min..=max).contains(&millis) {
            issues.error(spot, IssueKind::OutOfRange { min, max });
            return None;
        }
        let at = Timestamp::from_millis(millis);
        let bound = event.map_or(Bound::None, Event::bound);
        check_plan(issues, spot, at, self.now, bound);
        Some(at)
    }
}

fn password(given: &Given<'_>, ops_type: Option<OpsType>, spot: &Spot, issues: &mut Collector) {
    if given.is_absent() {
        if ops_type == Some(OpsType::Immediate) {
            issues.warning(spot, IssueKind::PasswordRandom);
        }
        return;
    }
    let Some(text) = text(issues, spot, given) else {
        return;
    };
    if ops_type == Some(OpsType::Scheduled) {
        issues.error(spot, IssueKind::PasswordWithScheduled);
    } else {
        check_password(issues, spot, text);
    }
}

fn text<'f>(issues: &mut Collector, spot: &Spot, given: &'f Given<'_>) -> Option<&'f str> {
    let text = given.as_str();
    if text.is_none() && !given.is_absent() {
        wrong_type(issues, spot, "string", given.type_name());
    }
    text
}

fn required<'f>(
    issues: &mut Collector,
    spot: &Spot,
    given: &'f Given<'_>,
    assumed: Option<&'static str>,
) -> Option<&'f str> {
    if given.is_absent() {
        issues.error(spot, IssueKind::Missing { assumed });
    }
    text(issues, spot, given)
}

fn id<'f>(
    issues: &mut Collector,
    spot: &Spot,
    facts: &'f Facts<'_>,
    prefix: &'static str,
) -> Option<&'f str> {
    let given = facts.get(spot.field);
    if let Given::Plain(text) = given
        && text.len() > prefix.len()
        && text.len() <= MAX_ID_CHARS
        && text.starts_with(prefix)
        && !text.as_bytes().contains(&b' ')
    {
        return Some(text);
    }
    let text = required(issues, spot, given, None)?;
    read_id(issues, spot, text, prefix, |text| check_id(text, prefix))?;
    Some(text)
}

/// A text that is the name of something.
fn name<T: std::str::FromStr<Err = UnknownName>>(
    issues: &mut Collector,
    spot: &Spot,
    text: &str,
) -> Option<T> {
    text.parse()
        .map_err(|UnknownName { allowed }| unknown_value(issues, spot, text, allowed))
        .ok()
}
