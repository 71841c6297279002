//! Groups the core's issues as a form shows them: one line a field and code, with how many items it is about.

use evenkeel::{Issue, IssueKind, Locale, Nearest, Path, Severity, Timestamp};

/// The part of the form that an issue stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReviewField {
    Action,
    When,
    Policy,
    Password,
    Items,
}

/// The draft's key of what to do.
const ACTION: &str = "action";

/// One line at a field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldIssue {
    pub field: ReviewField,
    pub severity: Severity,
    /// The first of the issues, which speaks for all.
    pub issue: Issue,
    /// The indexes of the items in [`super::choices::Choices::items`]; none when it is about the whole batch.
    pub items: Vec<usize>,
    /// The nearest time that is right for all of them, ms since the Unix epoch; none where one of them has none.
    pub nearest: Option<i64>,
    /// The earliest limit among them (deadline, the cloud's own start), ms since the Unix epoch.
    pub limit: Option<i64>,
}

impl FieldIssue {
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether something only is not chosen yet: it is shown once a person has tried.
    pub fn is_missing(&self) -> bool {
        matches!(self.issue.kind, IssueKind::Missing { .. })
    }

    pub fn message(&self, locale: Locale) -> String {
        self.issue.message(locale)
    }
}

/// What is missing where nobody has chosen yet what to do: without it there is no draft that the core could check.
pub fn action_missing() -> Issue {
    Issue {
        path: Path::root().key(ACTION),
        kind: IssueKind::Missing { assumed: None },
        severity: Severity::Error,
        nearest: None,
    }
}

/// Groups issues of one field and code. `indexes` maps the draft's items to the form's.
pub fn group_by_field(issues: &[Issue], indexes: &[usize]) -> Vec<FieldIssue> {
    let mut field_issues: Vec<FieldIssue> = Vec::new();
    for issue in issues {
        let (field, index) = field_of(&issue.path);
        let item = index.and_then(|index| indexes.get(index)).copied();
        let nearest = nearest(issue);
        let limit = limit(&issue.kind);
        let known = field_issues.iter_mut().find(|field_issue| {
            field_issue.field == field
                && field_issue.issue.kind.code() == issue.kind.code()
                && field_issue.severity == issue.severity
        });
        if let Some(field_issue) = known {
            field_issue.items.extend(item);
            name_type(&mut field_issue.issue.kind, &issue.kind);
            field_issue.nearest = field_issue.nearest.zip(nearest).map(|(a, b)| a.min(b));
            field_issue.limit = earliest(field_issue.limit, limit);
        } else {
            field_issues.push(FieldIssue {
                field,
                severity: issue.severity,
                issue: issue.clone(),
                items: item.into_iter().collect(),
                nearest,
                limit,
            });
        }
    }
    field_issues
}

/// Names another type in an issue that speaks for events of several.
fn name_type(known: &mut IssueKind, other: &IssueKind) {
    const BETWEEN: &str = "`, `";
    let (
        IssueKind::ActionTypeMismatch {
            event_type: more, ..
        }
        | IssueKind::ActionTypeUnverified {
            event_type: more, ..
        },
        IssueKind::ActionTypeMismatch { event_type, .. }
        | IssueKind::ActionTypeUnverified { event_type, .. },
    ) = (other, known)
    else {
        return;
    };
    if event_type.split(BETWEEN).all(|it| it != more) {
        event_type.push_str(BETWEEN);
        event_type.push_str(more);
    }
}

fn field_of(path: &Path) -> (ReviewField, Option<usize>) {
    let field = match path.last_key() {
        Some(ACTION) => ReviewField::Action,
        Some("when") => ReviewField::When,
        Some("data_policy") => ReviewField::Policy,
        Some("password") => ReviewField::Password,
        _ => ReviewField::Items,
    };
    (field, path.item_index())
}

fn nearest(issue: &Issue) -> Option<i64> {
    match issue.nearest.as_ref()? {
        Nearest::Text(text) => text.parse().ok().map(Timestamp::as_millis),
        Nearest::Number(ms) => Some(*ms),
    }
}

fn limit(kind: &IssueKind) -> Option<i64> {
    match kind {
        IssueKind::PastDeadline { deadline } | IssueKind::NearDeadline { deadline } => {
            Some(deadline.as_millis())
        }
        IssueKind::AfterFirstPlan { latest } => Some(latest.as_millis()),
        IssueKind::AfterCloudStart { start } => Some(start.as_millis()),
        _ => None,
    }
}

fn earliest(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use evenkeel::{Action, Batch, Rules};

    use super::super::choices::{Choices, Timing};
    use super::super::sample::{choices, ens, huawei};
    use super::*;

    const DEADLINE: i64 = 1_795_478_400_000; // 2026-11-24T00:00:00Z
    const HOUR: i64 = 3_600_000;

    fn field_issues(choices: &Choices) -> Vec<FieldIssue> {
        let events: Vec<_> = choices
            .items
            .iter()
            .map(|item| (*item.event).clone())
            .collect();
        let rules = Rules {
            now: Timestamp::from_millis(DEADLINE - 24 * HOUR),
            events: &events,
        };
        let indexes: Vec<usize> = choices.included().map(|(index, _)| index).collect();
        match Batch::parse(
            choices.provider,
            &choices.draft().expect("one action fits"),
            &rules,
        ) {
            Ok(checked) => group_by_field(&checked.issues, &indexes),
            Err(report) => group_by_field(&report.issues, &indexes),
        }
    }

    fn accept(count: usize) -> Choices {
        let event = |n: usize| huawei(&n.to_string(), "system-maintenance", "inquiring");
        choices(Action::Accept, (0..count).map(event))
    }

    #[test]
    fn tells_once_what_is_wrong_with_many_items() {
        let mut choices = accept(3);
        choices.set_out(&[0], true);
        choices.choose_timing(Timing::At);
        choices.at = Some(DEADLINE + HOUR);
        let found = field_issues(&choices);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].field, ReviewField::When);
        assert_eq!(found[0].issue.code(), "past_deadline");
        assert_eq!(
            found[0].items,
            [1, 2],
            "the form's indexes, not the draft's"
        );
        assert_eq!(found[0].limit, Some(DEADLINE));
        assert_eq!(found[0].nearest, Some(DEADLINE - HOUR / 2));
    }

    #[test]
    fn names_every_type_that_a_line_speaks_for() {
        let mut choices = accept(1);
        for event_type in ["instance-reboot", "instance-stop", "instance-reboot"] {
            let mut item = choices.items[0].clone();
            item.event = Arc::new(huawei(event_type, event_type, "inquiring"));
            choices.items.push(item);
        }
        choices.choose_timing(Timing::Now);
        let mut found = field_issues(&choices);
        found.retain(|it| it.issue.code() == "action_type_unverified");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].items, [1, 2, 3]);
        assert_eq!(
            found[0].message(Locale::En),
            "the cloud does not say whether it takes accept for events of type `instance-reboot`, `instance-stop`"
        );
    }

    #[test]
    fn offers_the_time_before_the_clouds_own_start_that_suits_all() {
        let mut events = vec![
            ens("1", "Instance:SystemFailure.Redeploy"),
            ens("2", "Instance:SystemFailure.Redeploy"),
        ];
        events[1].not_before = Some(Timestamp::from_millis(DEADLINE - HOUR));
        let redeploy = |events: &[evenkeel::Event]| {
            let mut choices = choices(Action::Redeploy, events.iter().cloned());
            choices.choose_timing(Timing::At);
            choices.at = Some(DEADLINE + HOUR);
            field_issues(&choices).remove(0)
        };
        let found = redeploy(&events);
        assert_eq!(found.issue.code(), "after_cloud_start");
        assert_eq!(found.items, [0, 1]);
        assert_eq!(found.nearest, Some(DEADLINE - HOUR - HOUR / 2));
        // The second is done by the cloud in a moment: no time suits both.
        events[1].not_before = Some(Timestamp::from_millis(DEADLINE - 24 * HOUR + 60_000));
        assert_eq!(redeploy(&events).nearest, None);
    }

    #[test]
    fn keeps_what_is_missing_apart_from_what_is_wrong() {
        let found = field_issues(&accept(2));
        assert_eq!(found.len(), 1);
        assert!(found[0].is_missing() && found[0].is_error());
    }

    #[test]
    fn puts_every_issue_of_a_migration_at_its_field() {
        let event = ens("1", "Instance:SystemUpgrade.Migrate");
        let mut choices = choices(Action::Migrate, [event]);
        choices.choose_timing(Timing::Now);
        choices.password = Some(evenkeel::Password::new("short".into()));
        let found = field_issues(&choices);
        let fields: Vec<_> = found
            .iter()
            .map(|field_issue| (field_issue.field, field_issue.issue.code()))
            .collect();
        assert_eq!(
            fields,
            [
                (ReviewField::Policy, "missing"),
                (ReviewField::Password, "password_length"),
                (ReviewField::Password, "password_classes"),
            ]
        );
    }

    #[test]
    fn says_when_nothing_is_left() {
        let mut choices = accept(1);
        choices.set_out(&[0], true);
        assert_eq!(field_issues(&choices)[0].field, ReviewField::Items);
    }
}
