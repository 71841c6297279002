//! Checks of a time, of an action on a known event and of a password, each at its place.

use super::{ActionRules, Bound};
use crate::action::{Applies, DataLoss};
use crate::event::{ActionFit, Event};
use crate::issue::{CharacterClass, IssueKind};
use crate::password::PASSWORD_CHARS;
use crate::report::{Collector, Nearest, Place, Severity};
use crate::time::Timestamp;

/// Huawei's own console asks for this much time before the deadline, ms. ENS documents nothing of the kind; the nearest
/// time before its own start keeps the same distance.
const MARGIN_MS: i64 = 30 * 60 * 1000;
const MINUTE_MS: i64 = 60 * 1000;

/// Checks a time at which the cloud is to act: it lies ahead, and before what the event, if it is known,
/// has as its deadline or as the cloud's own start.
pub(super) fn plan(
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
        Bound::Latest(latest) if at > latest => {
            let nearest = near(place, latest.whole_seconds(), now);
            issues.error_near(place, IssueKind::AfterFirstPlan { latest }, nearest);
        }
        Bound::OwnStart(start) if at > start => {
            let nearest = before_start(place, start, now);
            let kind = IssueKind::AfterCloudStart { start };
            issues.push(place, kind, Severity::Warning, nearest);
        }
        Bound::OwnStart(_) | Bound::Latest(_) | Bound::None => {}
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
pub(super) fn fit(
    issues: &mut Collector,
    place: &impl Place,
    act: impl ActionRules,
    event: &Event,
) {
    let action = act.action();
    let state = || event.state.raw.clone();
    let event_type = || event.event_type.raw.clone();
    let fit = if event.provider == act.provider() {
        super::fit(act, event.standing())
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
        ActionFit::Restricted(restriction) => {
            issues.error(
                place,
                IssueKind::ActionRestricted {
                    action,
                    restriction,
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
pub(super) fn certain_loss(
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
pub(super) fn password(issues: &mut Collector, place: &impl Place, text: &str) {
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
