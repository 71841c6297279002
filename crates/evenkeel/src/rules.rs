//! Checks what parameters and batches have in common: times, actions on known events, passwords.

use crate::action::{Action, Applies, DataLoss, Down};
use crate::event::{ActionFit, Event, EventKind, StateKind};
use crate::facts::TimeLimit;
use crate::hash::{Key, Places};
use crate::issue::{CharacterClass, IssueKind};
use crate::password::PASSWORD_CHARS;
use crate::provider::Provider;
use crate::report::{Collector, Nearest, Place, Severity};
use crate::time::Timestamp;

/// Huawei's own console asks for this much time before the deadline, ms. ENS documents nothing of the kind; the nearest
/// time before its own start keeps the same distance.
const MARGIN_MS: i64 = 30 * 60 * 1000;
const MINUTE_MS: i64 = 60 * 1000;

/// What an action asks of an item, at one cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Whether it may be done at once.
    pub(crate) may_be_now: bool,
    /// What the cloud takes a missing time for, where it takes it for something.
    pub(crate) missing_time: Option<&'static str>,
    /// What the cloud takes a missing choice about the data for, where there is one to make.
    pub(crate) missing_data_policy: Option<&'static str>,
    /// Whether it takes a password, which counts for what is done at once.
    pub(crate) takes_password: bool,
}

impl Needs {
    /// Those of an action that is done at once or at a time, with no other choice.
    pub(crate) const TIME: Self = Self {
        may_be_now: true,
        missing_time: None,
        missing_data_policy: None,
        takes_password: false,
    };
}

/// What a planned time is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The cloud refuses a time from then on.
    Deadline(Timestamp),
    /// The cloud acts by itself then.
    OwnStart(Timestamp),
    /// Nothing that is known.
    None,
}

impl Bound {
    /// That of an event whose cloud limits times so.
    pub(crate) fn of(event: &Event, limit: TimeLimit) -> Self {
        let (at, bound): (_, fn(Timestamp) -> Self) = match limit {
            TimeLimit::OwnStart => (event.not_before, Self::OwnStart),
            TimeLimit::Deadline => (event.deadline, Self::Deadline),
        };
        at.map_or(Self::None, bound)
    }
}

/// An action at one cloud, as far as rules depend on it.
pub(crate) trait ActionRules: Copy {
    /// The cloud's own action; none that it does not have.
    fn of(action: Action) -> Option<Self>;
    /// The cloud.
    fn provider(self) -> Provider;
    /// The action.
    fn action(self) -> Action;
    /// What it asks of an item.
    fn needs(self) -> Needs;
    /// How it and an event of a type and state go together.
    fn fit(self, kind: EventKind, state: StateKind) -> ActionFit;
    /// What it costs on an event, before any choice about the data; of an unknown event its worst.
    fn data_loss(self, kind: Option<EventKind>) -> DataLoss;
    /// What it takes down on an event.
    fn down(self, kind: EventKind) -> Down;

    /// A time as a call carries it.
    fn as_sent(self, at: Timestamp) -> Timestamp {
        at
    }
}

/// What the rules know besides the input.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The time.
    pub now: Timestamp,
    /// The events that are known; rules about an event are silent for others.
    pub events: &'a [Event],
}

impl Rules<'_> {
    /// Rules at a time, with no event known.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now, events: &[] }
    }
}

/// Finds known events by what an item names of them. They are indexed once, because a batch asks for
/// thousands.
pub(crate) struct KnownEvents<'a> {
    /// With what each is asked for by: id, account and resource; without an account or a resource,
    /// any. An event that others contradict is none.
    events: Vec<(Key<'a>, Option<&'a Event>)>,
    places: Places,
}

impl<'a> KnownEvents<'a> {
    pub(crate) fn new(rules: &Rules<'a>) -> Self {
        let most = 4 * rules.events.len();
        let mut known = Self {
            events: Vec::with_capacity(most),
            places: Places::with_capacity(most),
        };
        for event in rules.events {
            let id = Some(event.id.trim());
            for account in [None, Some(event.account.as_str())] {
                for resource in [None, Some(event.resource_id.trim())] {
                    known.add([id, account, resource], event);
                }
            }
        }
        known
    }

    fn add(&mut self, key: Key<'a>, event: &'a Event) {
        let Self { events, places } = self;
        let known = places.insert(&key, events.len(), &|place| key_at(events, place));
        match known.and_then(|place| events.get_mut(place)) {
            None => events.push((key, Some(event))),
            // Pages overlap: twice the same event is one, as it was read last.
            Some((_, earlier)) => {
                *earlier = earlier
                    .filter(|earlier| is_same(earlier, event))
                    .and(Some(event));
            }
        }
    }

    /// The event, if it is the only one that what is given can mean.
    pub(crate) fn find(
        &self,
        account: Option<&str>,
        id: &str,
        resource: Option<&str>,
    ) -> Option<&'a Event> {
        let Self { events, places } = self;
        if events.is_empty() {
            return None;
        }
        let key = [Some(id.trim()), account, resource.map(str::trim)];
        let place = places.find(&key, &|place| key_at(events, place))?;
        events.get(place)?.1
    }
}

fn key_at<'a>(events: &[(Key<'a>, Option<&'a Event>)], place: usize) -> Key<'a> {
    events.get(place).map_or([None; 3], |(key, _)| *key)
}

fn is_same(one: &Event, other: &Event) -> bool {
    one.account == other.account && one.resource_id.trim() == other.resource_id.trim()
}

/// Checks a time at which the cloud is to act: it lies ahead, and before what the event, if it is known,
/// has as its deadline or as the cloud's own start.
pub(crate) fn check_plan(
    issues: &mut Collector,
    place: &impl Place,
    at: Timestamp,
    now: Timestamp,
    bound: Bound,
) {
    if at <= now {
        issues.error(place, IssueKind::InThePast { now });
        return;
    }
    match bound {
        Bound::Deadline(deadline) => {
            let before = deadline.plus_millis(-MARGIN_MS);
            let nearest = near(place, before.whole_seconds(), now);
            if at >= deadline {
                issues.error_near(place, IssueKind::PastDeadline { deadline }, nearest);
            } else if at > before {
                let kind = IssueKind::NearDeadline { deadline };
                issues.push(place, kind, Severity::Warning, nearest);
            }
        }
        Bound::OwnStart(start) if at > start => {
            let nearest = before_start(place, start, now);
            let kind = IssueKind::AfterCloudStart { start };
            issues.push(place, kind, Severity::Warning, nearest);
        }
        Bound::OwnStart(_) | Bound::None => {}
    }
}

/// Gives a time that is surely before the cloud's own start; nothing where that is too near.
fn before_start(place: &impl Place, start: Timestamp, now: Timestamp) -> Option<Nearest> {
    let minutes = (start.as_millis() - MARGIN_MS).div_euclid(MINUTE_MS);
    near(place, Timestamp::from_millis(minutes * MINUTE_MS), now)
}

/// Spells a time as the place has times, unless it has passed.
fn near(place: &impl Place, at: Timestamp, now: Timestamp) -> Option<Nearest> {
    (at > now).then(|| place.spell(at))
}

/// Checks whether an action fits the type and the state of a known event.
pub(crate) fn check_fit(
    issues: &mut Collector,
    place: &impl Place,
    act: impl ActionRules,
    event: &Event,
) {
    let action = act.action();
    let state = || event.state.raw.clone();
    let event_type = || event.event_type.raw.clone();
    let (kind, state_kind) = (event.event_type.kind, event.state.kind);
    let fit = if event.provider == act.provider() {
        act.fit(kind, state_kind)
    } else {
        ActionFit::TypeMismatch
    };
    match fit {
        ActionFit::Takes { by_type, by_state } => {
            if by_type == Applies::Unverified {
                let event_type = event_type();
                issues.warning(
                    place,
                    IssueKind::ActionTypeUnverified { action, event_type },
                );
            }
            if by_state == Applies::Unverified {
                let state = state();
                issues.warning(place, IssueKind::ActionStateUnverified { action, state });
            }
        }
        ActionFit::StatePast => {
            issues.error(
                place,
                IssueKind::ActionNotApplicable {
                    action,
                    state: state(),
                },
            );
        }
        ActionFit::TypeMismatch => {
            let event_type = event_type();
            issues.error(place, IssueKind::ActionTypeMismatch { action, event_type });
        }
    }
}

/// Warns where the event alone says that the action loses data for certain.
pub(crate) fn warn_of_certain_loss(
    issues: &mut Collector,
    place: &impl Place,
    act: impl ActionRules,
    event: &Event,
) {
    let kind = Some(event.event_type.kind);
    if event.provider == act.provider() && act.data_loss(kind) == DataLoss::Certain {
        issues.warning(
            place,
            IssueKind::LosesData {
                data_loss: DataLoss::Certain,
            },
        );
    }
}

/// Checks a password by the cloud's rules; its text never gets into an issue.
/// <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventmigrateinstance>
pub(crate) fn check_password(issues: &mut Collector, place: &impl Place, text: &str) {
    let (min, max) = PASSWORD_CHARS;
    let length = if text.is_ascii() {
        text.len()
    } else {
        text.chars().count()
    };
    if !(min..=max).contains(&length) {
        issues.error(place, IssueKind::PasswordLength { min, max, length });
    }
    let (mut upper, mut lower, mut digit) = (false, false, false);
    for byte in text.bytes() {
        upper |= byte.is_ascii_uppercase();
        lower |= byte.is_ascii_lowercase();
        digit |= byte.is_ascii_digit();
    }
    if upper && lower && digit {
        return;
    }
    let classes = [
        (CharacterClass::Uppercase, upper),
        (CharacterClass::Lowercase, lower),
        (CharacterClass::Digit, digit),
    ];
    let missing: Vec<CharacterClass> = classes
        .into_iter()
        .filter(|(_, present)| !present)
        .map(|(class, _)| class)
        .collect();
    issues.error(place, IssueKind::PasswordClasses { missing });
}
