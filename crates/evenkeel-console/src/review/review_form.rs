//! Holds the state of the form: one batch's choices, the core's check of them, and what is typed to confirm.

use std::collections::BTreeSet;

use evenkeel::{Action, Batch, Checked, Rules, Timestamp};
use evenkeel_api::Right;
use leptos::prelude::*;

use super::batch_review::{BatchReview, Touched};
use super::choices::{Choices, about};
use super::field_issue::{FieldIssue, ReviewField, action_missing, group_by_field};
use super::outage::Outage;
use super::review_controller::ReviewController;
use super::stake::Stake;
use crate::batches::Risk;
use crate::clock::use_clock;
use crate::events::{Chosen, Reason};
use crate::missing_right::missing_right;
use crate::prefs::{Zone, use_prefs};

/// The core's check of a draft.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DraftCheck {
    pub field_issues: Vec<FieldIssue>,
    /// How many items each call would have.
    pub calls: Vec<usize>,
}

impl DraftCheck {
    fn of(choices: &Choices, rules: &Rules<'_>) -> Self {
        let indexes: Vec<usize> = choices.included().map(|(index, _)| index).collect();
        let Some(draft) = choices.draft() else {
            return Self {
                field_issues: group_by_field(&[action_missing()], &indexes),
                calls: Vec::new(),
            };
        };
        match Batch::parse(choices.provider, &draft, rules) {
            Ok(Checked { value, issues }) => Self {
                field_issues: group_by_field(&issues, &indexes),
                calls: value
                    .chunks(choices.items_per_call)
                    .iter()
                    .map(|chunk| chunk.items.len())
                    .collect(),
            },
            Err(report) => Self {
                field_issues: group_by_field(&report.issues, &indexes),
                calls: Vec::new(),
            },
        }
    }

    pub fn errors(&self) -> impl Iterator<Item = &FieldIssue> {
        self.field_issues
            .iter()
            .filter(|field_issue| field_issue.is_error())
    }
}

/// What the main part of the dialog shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewTab {
    Machines,
    /// The exact requests.
    Requests,
}

/// A number as people type it.
fn number(text: &str) -> Option<usize> {
    text.trim().replace(',', "").parse().ok()
}

/// `Copy`, for the views of one batch.
#[derive(Clone, Copy)]
pub struct ReviewForm {
    pub controller: ReviewController,
    pub batch_review: StoredValue<BatchReview>,
    pub choices: RwSignal<Choices>,
    pub touched: RwSignal<Touched>,
    pub check: Memo<DraftCheck>,
    /// What goes down.
    pub outage: Memo<Outage>,
    pub risk: Memo<Risk>,
    /// What becomes of the data, at the worst.
    pub worst_stake: Memo<Option<Stake>>,
    /// The number that a person types to confirm a loss of data, or an outage at once.
    pub typed: RwSignal<String>,
    /// Which items the list shows: all, or those that an issue is about.
    pub only: RwSignal<Option<BTreeSet<usize>>>,
    /// What the main part of the dialog shows.
    pub tab: RwSignal<ReviewTab>,
    /// The selected events of its account that take no part, each with the reason.
    pub staying: StoredValue<Vec<(Reason, Chosen)>>,
    pub zone: RwSignal<Zone>,
}

impl ReviewForm {
    pub fn new(controller: ReviewController, batch_review: &BatchReview) -> Self {
        let clock = use_clock();
        let choices = RwSignal::from(batch_review.choices.clone());
        let account = choices.with_untracked(|it| it.account.clone());
        let staying = controller.current.with_untracked(|review| {
            let review = review.as_ref();
            review.map_or_else(Vec::new, |it| it.staying_at(batch_review, &account))
        });
        // Which events it is about is settled, whatever is chosen for them.
        let about = choices.with_untracked(about);
        let now_events = Memo::new(move |_| controller.events_now(&about));
        let check = Memo::new(move |_| {
            now_events.with(|events| {
                let rules = Rules {
                    now: Timestamp::from_millis(clock.get()),
                    events,
                };
                choices.with(|choices| DraftCheck::of(choices, &rules))
            })
        });
        Self {
            controller,
            batch_review: StoredValue::new(batch_review.clone()),
            choices,
            touched: RwSignal::from(batch_review.touched.clone()),
            check,
            outage: Memo::new(move |_| choices.with(Choices::outage)),
            risk: Memo::new(move |_| choices.with(Choices::risk)),
            worst_stake: Memo::new(move |_| choices.with(Choices::worst_stake)),
            typed: RwSignal::new(String::new()),
            only: RwSignal::new(None),
            tab: RwSignal::new(ReviewTab::Machines),
            staying: StoredValue::new(staying),
            zone: use_prefs().zone,
        }
    }

    /// The issues to show at a field: what is only missing waits until the field was touched.
    pub fn shown(self, field: ReviewField) -> Vec<FieldIssue> {
        let touched = self.touched.get();
        let told = match field {
            ReviewField::Action | ReviewField::Policy => touched.all,
            ReviewField::When => touched.when,
            ReviewField::Password | ReviewField::Items => true,
        };
        self.check.with(|check| {
            check
                .field_issues
                .iter()
                .filter(|field_issue| {
                    field_issue.field == field && (told || !field_issue.is_missing())
                })
                // The box of what data are at risk says it for the whole batch.
                .filter(|field_issue| {
                    field != ReviewField::Items || field_issue.issue.code() != "loses_data"
                })
                .cloned()
                .collect()
        })
    }

    /// Whether a field is wrong, as far as it shows.
    pub fn invalid(self, field: ReviewField) -> bool {
        self.shown(field).iter().any(FieldIssue::is_error)
    }

    /// What was typed to confirm one action confirms no other.
    pub fn choose_action(self, action: Action) {
        self.choices.update(|it| it.choose_action(action));
        self.typed.set(String::new());
    }

    /// Whether the number to confirm stands there, or none is asked for.
    pub fn confirmed(self) -> bool {
        let count = self.risk.get().count;
        count == 0 || self.typed.with(|typed| number(typed) == Some(count))
    }

    /// How many things a person has to settle before the batch can go.
    pub fn to_settle(self) -> usize {
        self.check.with(|check| check.errors().count()) + usize::from(!self.confirmed())
    }

    /// Whoever may not order is told so by the button.
    pub fn submit(self) {
        let account = self.choices.with_untracked(|it| it.account.clone());
        if untrack(|| missing_right(Right::Order, &account)).is_some() {
            return;
        }
        if self.to_settle() == 0 {
            self.batch_review
                .with_value(|batch_review| self.controller.submit(batch_review));
        } else {
            self.touched.set(Touched::ALL);
        }
    }

    pub fn show_items(self, indexes: Vec<usize>) {
        self.only.set(Some(indexes.into_iter().collect()));
        self.tab.set(ReviewTab::Machines);
    }

    /// Leaves an item out, or puts it back.
    pub fn turn(self, index: usize) {
        self.choices.update(|it| {
            let out = it.items.get(index).is_some_and(|item| item.out);
            it.set_out(&[index], !out);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::labels;
    use super::*;
    use crate::events::SortedSelection;
    use crate::fixture::alibaba;
    use crate::i18n::Strings;

    fn check(choices: &Choices) -> DraftCheck {
        let events: Vec<_> = choices
            .items
            .iter()
            .map(|item| (*item.event).clone())
            .collect();
        let rules = Rules {
            now: Timestamp::from_millis(0),
            events: &events,
        };
        DraftCheck::of(choices, &rules)
    }

    #[test]
    fn a_batch_that_several_actions_fit_misses_the_choice_until_it_is_made() {
        let event = alibaba("e-1", "SystemMaintenance.Reboot", "Inquiring");
        let mut choices = Choices::of(&SortedSelection::of([event]).groups[0]);
        let found = check(&choices);
        let missing: Vec<_> = found.errors().collect();
        assert_eq!((missing.len(), found.calls.len()), (1, 0));
        assert!(missing[0].is_missing() && missing[0].field == ReviewField::Action);
        let said = |locale| labels::field_issue(missing[0], &choices, Zone::Utc, Strings(locale));
        assert_eq!(
            said(evenkeel::Locale::En),
            "choose what to do: several actions fit, and none is the default"
        );
        assert_eq!(
            said(evenkeel::Locale::Zh),
            "请选择要做什么：可以做的操作不止一种，没有默认项"
        );
        choices.choose_action(Action::Accept);
        let found = check(&choices);
        assert_eq!((found.errors().count(), found.calls), (0, vec![1]));
    }
}
