//! Reads the parts of one item of `EventInfos`, whatever it was written in.

use super::facts::{Facts, Given};
use super::field::Field;
use super::place::Spot;
use crate::action::DataPolicy;
use crate::clouds::alibaba_ens::ops_type::OpsType;
use crate::description::params::PLAN_TIME;
use crate::fields::{number, read_id, unknown_value, wrong_type};
use crate::id::{MAX_ID_CHARS, check as check_id};
use crate::issue::IssueKind;
use crate::names::UnknownName;
use crate::number::{Range, integer, whole};
use crate::report::{Collector, Nearest};
use crate::rules::{ItemPart, Part, ReadItem, Timing};
use crate::time::{LIKE_SECONDS, Timestamp};

/// One item, where it stands.
pub(super) struct EventInfoReader<'f, 'a> {
    pub(super) facts: &'f Facts<'a>,
    pub(super) index: usize,
    pub(super) now: Timestamp,
}

impl<'f> EventInfoReader<'f, '_> {
    pub(super) fn at(&self, field: Field) -> Spot {
        let index = self.index;
        Spot { index, field }
    }

    /// Reads an id that begins with a prefix.
    pub(super) fn id(
        &self,
        field: Field,
        prefix: &'static str,
        issues: &mut Collector,
    ) -> Option<&'f str> {
        let given = self.facts.get(field);
        if let Given::Plain(text) = given
            && text.len() > prefix.len()
            && text.len() <= MAX_ID_CHARS
            && text.starts_with(prefix)
            && !text.as_bytes().contains(&b' ')
        {
            return Some(text);
        }
        let text = match self.text(field, issues) {
            Part::Given(text) => text,
            Part::Flawed => return None,
            Part::Absent => {
                issues.error(&self.at(field), IssueKind::Missing { assumed: None });
                return None;
            }
        };
        read_id(issues, &self.at(field), text, prefix, |text| {
            check_id(text, prefix)
        })?;
        Some(text)
    }

    /// Reads a text.
    pub(super) fn text(&self, field: Field, issues: &mut Collector) -> Part<&'f str> {
        let given = self.facts.get(field);
        if given.is_absent() {
            return Part::Absent;
        }
        let text = given.as_str();
        if text.is_none() {
            wrong_type(issues, &self.at(field), "string", given.type_name());
        }
        Part::read(text)
    }

    /// Reads a text that is the name of something.
    fn name<T: std::str::FromStr<Err = UnknownName>>(
        &self,
        field: Field,
        issues: &mut Collector,
    ) -> Part<T> {
        match self.text(field, issues) {
            Part::Absent => Part::Absent,
            Part::Flawed => Part::Flawed,
            Part::Given(text) => {
                let name = text.parse().map_err(|UnknownName { allowed }| {
                    unknown_value(issues, &self.at(field), text, allowed);
                });
                Part::read(name.ok())
            }
        }
    }
}

impl ReadItem for EventInfoReader<'_, '_> {
    type Place = Spot;

    fn place(&self, part: ItemPart) -> Spot {
        self.at(match part {
            ItemPart::Event => Field::EventId,
            ItemPart::Timing => Field::OpsType,
            ItemPart::Time => Field::PlanTime,
            ItemPart::DataPolicy => Field::DataPolicy,
        })
    }

    fn timing(&self, issues: &mut Collector) -> Part<Timing> {
        match self.name(Field::OpsType, issues) {
            Part::Absent => Part::Absent,
            Part::Flawed => Part::Flawed,
            Part::Given(OpsType::Immediate) => Part::Given(Timing::Now),
            Part::Given(OpsType::Scheduled) => Part::Given(Timing::Later),
        }
    }

    fn has_time(&self) -> bool {
        !self.facts.get(Field::PlanTime).is_absent()
    }

    fn time(&self, issues: &mut Collector) -> Option<Timestamp> {
        let place = self.at(Field::PlanTime);
        let whole = match self.facts.get(Field::PlanTime) {
            Given::Number(text) => integer(text),
            Given::Double(number) => whole(*number),
            other => {
                wrong_type(issues, &place, "number", other.type_name());
                return None;
            }
        };
        let millis = number(issues, &place, whole)?;
        if LIKE_SECONDS.contains(millis) {
            let millis = millis * 1000;
            let ahead = millis > self.now.as_millis();
            let near = ahead.then_some(Nearest::Number(millis));
            issues.error_near(&place, IssueKind::LooksLikeSeconds { millis }, near);
            return None;
        }
        if !PLAN_TIME.contains(millis) {
            let Range { min, max } = PLAN_TIME;
            issues.error(&place, IssueKind::OutOfRange { min, max });
            return None;
        }
        Some(Timestamp::from_millis(millis))
    }

    fn reserved(&self, issues: &mut Collector) {
        if !self.facts.get(Field::PlanUtcTime).is_absent() {
            issues.warning(&self.at(Field::PlanUtcTime), IssueKind::ReservedField);
        }
    }

    fn data_policy(&self, issues: &mut Collector) -> Part<DataPolicy> {
        self.name(Field::DataPolicy, issues)
    }
}
