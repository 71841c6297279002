//! The rules about one item, whichever way it is written: a reader for each way, one judge for all.

use super::check::{certain_loss, fit, password, plan};
use super::{ActionRules, Bound, KnownEvents, Rules};
use crate::action::{DataLoss, DataPolicy};
use crate::event::Event;
use crate::issue::IssueKind;
use crate::item::When;
use crate::report::{Collector, Place};
use crate::time::Timestamp;

/// A part of an item, as its reader found it.
pub(crate) enum Part<T> {
    /// It is not there.
    Absent,
    /// It is not what it has to be, and the reader has said so.
    Flawed,
    /// It is this.
    Given(T),
}

impl<T> Part<T> {
    /// Of what is there: none is flawed.
    pub(crate) fn read(value: Option<T>) -> Self {
        value.map_or(Self::Flawed, Self::Given)
    }

    /// What is given.
    pub(crate) fn given(self) -> Option<T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Flawed => None,
        }
    }
}

/// Which way an item is to be timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timing {
    /// At once.
    Now,
    /// At a time, which then must be given.
    Later,
}

/// A part that an issue is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ItemPart {
    Event,
    Timing,
    Time,
    DataPolicy,
}

/// What an item names of its event.
pub(crate) struct Named<'i> {
    pub(crate) account: Option<&'i str>,
    pub(crate) id: &'i str,
    pub(crate) resource: Option<&'i str>,
}

/// An item in one of its spellings. The judge asks for its parts in this order, and what is wrong with
/// the spelling of one becomes an issue when it is read: so issues stand in the order of the parts.
pub(crate) trait ReadItem {
    /// Where its parts are; that of a time says how times are spelled.
    type Place: Place;

    /// Where a part is, or would be.
    fn place(&self, part: ItemPart) -> Self::Place;
    /// Reads which way it is timed.
    fn timing(&self, issues: &mut Collector) -> Part<Timing>;
    /// Whether it has a time, be it one or not.
    fn has_time(&self) -> bool;
    /// Reads the time that it has.
    fn time(&self, issues: &mut Collector) -> Option<Timestamp>;
    /// Reports what the cloud reserves.
    fn reserved(&self, _issues: &mut Collector) {}
    /// Reads what is to happen to the data.
    fn data_policy(&self, _issues: &mut Collector) -> Part<DataPolicy> {
        Part::Absent
    }
}

/// What was found of an item.
pub(crate) struct Judged {
    /// Which way it is timed; none where an issue says why not.
    pub(crate) timing: Option<Timing>,
    /// What it means; none where an issue says why it means nothing.
    pub(crate) meaning: Option<Meaning>,
}

/// What an item means.
pub(crate) struct Meaning {
    pub(crate) when: When,
    /// None where there is no choice.
    pub(crate) data_policy: Option<DataPolicy>,
    /// What it may cost: by policy, by the event where it is known, else by the action alone.
    pub(crate) data_loss: DataLoss,
}

/// Judges the items of one action.
pub(crate) struct Judge<'r, A> {
    pub(crate) act: A,
    pub(crate) now: Timestamp,
    known: KnownEvents<'r>,
    /// By an event's own cloud, which may be another one than the action's.
    bound: fn(&Event) -> Bound,
}

impl<'r, A: ActionRules> Judge<'r, A> {
    pub(crate) fn new(act: A, rules: &Rules<'r>, bound: fn(&Event) -> Bound) -> Self {
        Self {
            act,
            now: rules.now,
            known: KnownEvents::new(rules),
            bound,
        }
    }

    /// Reports everything that is wrong with an item but its ids, which are read already: `named` is what
    /// they name, none where they name nothing.
    #[inline]
    pub(crate) fn item(
        &self,
        item: &impl ReadItem,
        named: Option<Named<'_>>,
        issues: &mut Collector,
    ) -> Judged {
        let event = named.and_then(
            |Named {
                 account,
                 id,
                 resource,
             }| { self.known.find(account, id, resource) },
        );
        if let Some(event) = event {
            let place = item.place(ItemPart::Event);
            fit(issues, &place, self.act, event);
            certain_loss(issues, &place, self.act, event);
        }
        let (timing, when) = self.when(item, event, issues);
        item.reserved(issues);
        let data_policy = self.data_policy(item, issues);
        let meaning = when.zip(data_policy).map(|(when, data_policy)| Meaning {
            when,
            data_policy,
            data_loss: data_policy.map_or_else(
                || self.act.data_loss(event.map(|event| event.event_type.kind)),
                DataPolicy::data_loss,
            ),
        });
        Judged { timing, meaning }
    }

    #[inline]
    fn when(
        &self,
        item: &impl ReadItem,
        event: Option<&Event>,
        issues: &mut Collector,
    ) -> (Option<Timing>, Option<When>) {
        let needs = self.act.needs();
        let timing = match item.timing(issues) {
            Part::Given(timing) => Some(timing),
            Part::Flawed => None,
            Part::Absent => {
                let assumed = needs.missing_time;
                issues.error(
                    &item.place(ItemPart::Timing),
                    IssueKind::Missing { assumed },
                );
                None
            }
        };
        let when = match (timing, item.has_time()) {
            (Some(Timing::Now), false) if !needs.may_be_now => {
                let action = self.act.action();
                issues.error(
                    &item.place(ItemPart::Timing),
                    IssueKind::NotForAction { action },
                );
                None
            }
            (Some(Timing::Now), false) => Some(When::Now),
            (Some(Timing::Later), true) if !needs.may_be_later => {
                let action = self.act.action();
                issues.error(
                    &item.place(ItemPart::Time),
                    IssueKind::NotForAction { action },
                );
                None
            }
            (Some(Timing::Now), true) => {
                issues.error(
                    &item.place(ItemPart::Time),
                    IssueKind::PlanTimeWithImmediate,
                );
                None
            }
            (Some(Timing::Later), false) => {
                let kind = IssueKind::Missing { assumed: None };
                issues.error(&item.place(ItemPart::Time), kind);
                None
            }
            (None, false) => None,
            (Some(Timing::Later) | None, true) => item.time(issues).and_then(|at| {
                // What is sent is what is checked.
                let at = self.act.as_sent(at);
                let bound = event.map_or(Bound::None, self.bound);
                plan(issues, &item.place(ItemPart::Time), at, self.now, bound);
                timing.map(|_| When::At(at))
            }),
        };
        (timing, when)
    }

    /// The choice about the data, where there is one to make; none where it may not stand.
    #[expect(clippy::option_option, reason = "no choice is not a wrong one")]
    #[inline]
    fn data_policy(
        &self,
        item: &impl ReadItem,
        issues: &mut Collector,
    ) -> Option<Option<DataPolicy>> {
        let assumed = self.act.needs().missing_data_policy;
        match item.data_policy(issues) {
            Part::Flawed => None,
            Part::Given(policy) if assumed.is_some() => {
                let data_loss = policy.data_loss();
                if data_loss == DataLoss::Certain {
                    let place = item.place(ItemPart::DataPolicy);
                    issues.warning(&place, IssueKind::LosesData { data_loss });
                }
                Some(Some(policy))
            }
            Part::Given(_) => {
                let action = self.act.action();
                let place = item.place(ItemPart::DataPolicy);
                issues.error(&place, IssueKind::NotForAction { action });
                None
            }
            Part::Absent if assumed.is_some() => {
                let place = item.place(ItemPart::DataPolicy);
                issues.error(&place, IssueKind::Missing { assumed });
                None
            }
            Part::Absent => Some(None),
        }
    }

    /// Judges the password of what is timed so: whether any of it is done at once, and whether all of it
    /// is done later.
    pub(crate) fn password(
        &self,
        place: &impl Place,
        given: &Part<&str>,
        any_now: bool,
        all_later: bool,
        issues: &mut Collector,
    ) {
        let takes_password = self.act.needs().takes_password;
        match given {
            Part::Absent if takes_password && any_now => {
                issues.warning(place, IssueKind::PasswordRandom);
            }
            Part::Absent | Part::Flawed => {}
            Part::Given(_) if !takes_password => {
                let action = self.act.action();
                issues.error(place, IssueKind::NotForAction { action });
            }
            Part::Given(_) if all_later => issues.error(place, IssueKind::PasswordWithScheduled),
            Part::Given(text) => password(issues, place, text),
        }
    }
}
