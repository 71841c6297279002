//! Reads the parts of one item of `EventInfos`, whatever it was written in.

use super::field::ItemField;
use super::item_path::ItemPath;
use super::raw_item::{FieldValue, RawItem};
use crate::action::DataPolicy;
use crate::clouds::alibaba_ens::ops_type::OpsType;
use crate::description::params::PLAN_TIME;
use crate::fields::{number, read_id, unknown_value, wrong_type};
use crate::id::{MAX_ID_CHARS, check as check_id};
use crate::issue::IssueKind;
use crate::number::{Range, integer, whole};
use crate::report::{Collector, Nearest};
use crate::rules::{ItemPart, Part, ReadItem, Timing};
use crate::time::{LIKE_SECONDS, Timestamp};
use crate::wire_names::UnknownName;

/// One item, where it stands.
pub(super) struct EventInfoReader<'f, 'a> {
    pub(super) raw_item: &'f RawItem<'a>,
    pub(super) index: usize,
    pub(super) now: Timestamp,
}

impl<'f> EventInfoReader<'f, '_> {
    pub(super) fn at(&self, field: ItemField) -> ItemPath {
        let index = self.index;
        ItemPath { index, field }
    }

    /// Reads an id that begins with a prefix.
    pub(super) fn id(
        &self,
        field: ItemField,
        prefix: &'static str,
        issues: &mut Collector,
    ) -> Option<&'f str> {
        let value = self.raw_item.get(field);
        if let FieldValue::Plain(text) = value
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
    pub(super) fn text(&self, field: ItemField, issues: &mut Collector) -> Part<&'f str> {
        let value = self.raw_item.get(field);
        if value.is_absent() {
            return Part::Absent;
        }
        let text = value.as_str();
        if text.is_none() {
            wrong_type(issues, &self.at(field), "string", value.type_name());
        }
        Part::read(text)
    }

    /// Reads a text that is the name of something.
    fn name<T: std::str::FromStr<Err = UnknownName>>(
        &self,
        field: ItemField,
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
    type Place = ItemPath;

    fn place(&self, part: ItemPart) -> ItemPath {
        self.at(match part {
            ItemPart::Event => ItemField::EventId,
            ItemPart::Timing => ItemField::OpsType,
            ItemPart::Time => ItemField::PlanTime,
            ItemPart::DataPolicy => ItemField::DataPolicy,
        })
    }

    fn timing(&self, issues: &mut Collector) -> Part<Timing> {
        match self.name(ItemField::OpsType, issues) {
            Part::Absent => Part::Absent,
            Part::Flawed => Part::Flawed,
            Part::Given(OpsType::Immediate) => Part::Given(Timing::Now),
            Part::Given(OpsType::Scheduled) => Part::Given(Timing::Later),
        }
    }

    fn has_time(&self) -> bool {
        !self.raw_item.get(ItemField::PlanTime).is_absent()
    }

    fn time(&self, issues: &mut Collector) -> Option<Timestamp> {
        let place = self.at(ItemField::PlanTime);
        let whole = match self.raw_item.get(ItemField::PlanTime) {
            FieldValue::Number(text) => integer(text),
            FieldValue::Double(number) => whole(*number),
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
        if !self.raw_item.get(ItemField::PlanUtcTime).is_absent() {
            issues.warning(&self.at(ItemField::PlanUtcTime), IssueKind::ReservedField);
        }
    }

    fn data_policy(&self, issues: &mut Collector) -> Part<DataPolicy> {
        self.name(ItemField::DataPolicy, issues)
    }
}
