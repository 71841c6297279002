//! One batch with all its items, as pages and changes bring them. Pure.

use evenkeel_api::{ApprovalState, Batch, BatchState, BatchSummary, IssueView, Item, ItemState};

use evenkeel::StateKind;
use evenkeel_table::{RowId, RowSet};

/// A batch as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchModel {
    pub summary: BatchSummary,
    /// The warnings it was taken with.
    pub issues: Vec<IssueView>,
    items: Vec<Option<Item>>,
    /// What the stream has touched: newer than any page.
    changed: RowSet,
    known: usize,
}

/// Whether one may approve a batch is as it was said last: the stream, which tells everybody the same, leaves it out.
pub fn keep_may_approve(known: &BatchSummary, told: &mut BatchSummary) {
    let (Some(known), Some(told)) = (&known.approval, &mut told.approval) else {
        return;
    };
    if told.state == ApprovalState::Waiting && told.may_approve.is_none() {
        told.may_approve = known.may_approve;
        told.may_not_because = known.may_not_because;
    }
}

impl BatchModel {
    pub fn new(batch: Batch) -> Self {
        let total = usize::try_from(batch.summary.total).unwrap_or(0);
        let mut model = Self {
            summary: batch.summary,
            issues: batch.issues,
            items: vec![None; total],
            changed: RowSet::default(),
            known: 0,
        };
        model.page(batch.items);
        model
    }

    /// Takes in items that were read; those that a change has touched since are newer than the page.
    pub fn page(&mut self, items: Vec<Item>) {
        for item in items {
            if !self.changed.contains(RowId(item.index)) {
                self.put(item);
            }
        }
    }

    /// Takes in items that have changed.
    pub fn change(&mut self, items: Vec<Item>) {
        for item in items {
            self.changed.insert(RowId(item.index));
            self.put(item);
        }
    }

    /// Takes in an item as an answer, unless a change has told more already.
    pub fn answer(&mut self, item: Item) {
        let known = self.item(item.index);
        if known.is_none_or(|known| known.updated_at <= item.updated_at) {
            self.change(vec![item]);
        }
    }

    /// Takes in the sum, unless it is older than the one that is there.
    pub fn sum_up(&mut self, mut summary: BatchSummary) {
        if summary.updated_at >= self.summary.updated_at {
            keep_may_approve(&self.summary, &mut summary);
            self.summary = summary;
        }
    }

    fn put(&mut self, item: Item) {
        let index = usize::try_from(item.index).unwrap_or(usize::MAX);
        if let Some(slot) = self.items.get_mut(index) {
            self.known += usize::from(slot.is_none());
            *slot = Some(item);
        }
    }

    pub fn item(&self, index: u32) -> Option<&Item> {
        self.items
            .get(usize::try_from(index).ok()?)
            .and_then(Option::as_ref)
    }

    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().flatten()
    }

    /// Whether every item has been read.
    pub fn is_whole(&self) -> bool {
        self.known == self.items.len()
    }

    /// The places of the items that are to be shown.
    pub fn rows(&self, show: Shown) -> Vec<u32> {
        self.items()
            .filter(|item| show.takes(item))
            .map(|item| item.index)
            .collect()
    }

    /// When the first of the unknown items may be sent again, ms since the Unix epoch.
    pub fn first_resend(&self) -> Option<i64> {
        self.items()
            .filter(|item| item.state == ItemState::Unknown)
            .filter_map(|item| item.may_resend_at)
            .map(evenkeel::Timestamp::as_millis)
            .min()
    }
}

/// Which items are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    #[default]
    All,
    /// Those whose order stands so.
    Order(ItemState),
    /// Those that the cloud took, or may have taken, and whose event stands so.
    Maintenance(StateKind),
}

impl Shown {
    /// As the page's query says it.
    pub fn parse(state: Option<&str>, maintenance: Option<&str>) -> Self {
        let order = state.and_then(ItemState::parse).map(Self::Order);
        let other = || Some(Self::Maintenance(maintenance?.parse().ok()?));
        order.or_else(other).unwrap_or_default()
    }

    /// The query that says it, with its `?`.
    pub fn to_query(self) -> String {
        match self {
            Self::All => String::new(),
            Self::Order(state) => format!("?state={state}"),
            Self::Maintenance(stage) => format!("?maintenance={stage}"),
        }
    }

    fn takes(self, item: &Item) -> bool {
        match self {
            Self::All => true,
            Self::Order(state) => item.state == state,
            Self::Maintenance(stage) => item.maintenance == Some(stage),
        }
    }
}

/// How many orders have an answer: the cloud's, or that they never left. It says nothing of the maintenance.
pub fn answered(summary: &BatchSummary) -> u64 {
    let counts = &summary.counts;
    summary
        .total
        .saturating_sub(counts.unapproved + counts.queued + counts.sending + counts.unknown)
}

/// Whether something of it is still to be sent.
pub fn is_active(summary: &BatchSummary) -> bool {
    let counts = &summary.counts;
    counts.unapproved + counts.queued + counts.sending > 0
}

/// Whether it needs a look: something goes on, or something is unknown.
pub fn is_open(summary: &BatchSummary) -> bool {
    summary.state != BatchState::Done
}

/// Which of the buttons mean something now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AvailableActions {
    pub pause: bool,
    pub resume: bool,
    /// How many items a cancel would call off.
    pub cancel: u64,
    /// How many items a retry would send again.
    pub retry: u64,
}

impl AvailableActions {
    pub fn of(summary: &BatchSummary) -> Self {
        let counts = &summary.counts;
        Self {
            pause: !summary.paused && counts.queued > 0,
            resume: summary.paused,
            cancel: counts.unapproved + counts.queued,
            // What is called off while others still go out is sent again once, when all is told.
            retry: if is_active(summary) {
                0
            } else {
                summary.retryable
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{at, item, staged, summary};

    fn model(states: &[ItemState], read: usize) -> BatchModel {
        let items: Vec<Item> = (0_u32..).zip(states).map(|(n, s)| item(n, *s)).collect();
        BatchModel::new(Batch {
            summary: summary("b", &items),
            issues: Vec::new(),
            items: items[..read].to_vec(),
        })
    }

    #[test]
    fn a_change_wins_over_a_page_that_was_read_before_it() {
        let mut model = model(&[ItemState::Queued; 3], 1);
        model.change(vec![item(1, ItemState::Accepted)]);
        assert!(!model.is_whole());
        model.page(vec![item(1, ItemState::Queued), item(2, ItemState::Queued)]);
        assert!(model.is_whole());
        assert_eq!(model.rows(Shown::Order(ItemState::Accepted)), [1]);
        assert_eq!(model.rows(Shown::Order(ItemState::Queued)), [0, 2]);
        assert_eq!(model.rows(Shown::All), [0, 1, 2]);
    }

    #[test]
    fn an_answer_that_a_change_has_overtaken_does_not_come_back() {
        let mut model = model(&[ItemState::Unknown], 1);
        let mut confirmed = item(0, ItemState::Confirmed);
        confirmed.updated_at = at(2);
        let mut accepted = item(0, ItemState::Accepted);
        accepted.updated_at = at(1);
        model.answer(accepted.clone());
        assert_eq!(model.item(0), Some(&accepted));
        model.change(vec![confirmed.clone()]);
        model.answer(accepted);
        assert_eq!(model.item(0), Some(&confirmed));
    }

    #[test]
    fn an_item_beyond_the_batch_is_passed_over() {
        let mut model = model(&[ItemState::Queued], 1);
        model.change(vec![item(7, ItemState::Accepted)]);
        assert_eq!(model.rows(Shown::All), [0]);
    }

    #[test]
    fn what_the_stream_leaves_out_stays_as_it_was_said() {
        let waiting = |may: &str| {
            let json = format!(
                r#"{{"state":"waiting","plan":"0","rules":[],"expires_at":"2026-11-30T00:00:00Z"{may}}}"#
            );
            let mut waiting = summary("b", &[item(0, ItemState::Unapproved)]);
            waiting.approval = Some(serde_json::from_str(&json).unwrap());
            waiting
        };
        let own = waiting(r#","may_approve":false,"may_not_because":"own_order""#);
        let mut model = model(&[ItemState::Unapproved], 1);
        model.sum_up(own.clone());
        model.sum_up(waiting(""));
        assert_eq!(model.summary, own);
        // Somebody else logged in here.
        let other = waiting(r#","may_approve":true"#);
        model.sum_up(other.clone());
        assert_eq!(model.summary, other);
    }

    #[test]
    fn an_older_sum_does_not_come_back() {
        let mut model = model(&[ItemState::Queued], 1);
        let mut newer = summary("b", &[item(0, ItemState::Accepted)]);
        newer.updated_at = at(2);
        let mut older = newer.clone();
        older.updated_at = at(1);
        older.paused = true;
        model.sum_up(newer.clone());
        model.sum_up(older);
        assert_eq!(model.summary, newer);
    }

    #[test]
    fn progress_counts_what_has_an_answer() {
        let states = [
            ItemState::Queued,
            ItemState::Sending,
            ItemState::Accepted,
            ItemState::Unknown,
            ItemState::NotSent,
        ];
        let sum = model(&states, 5).summary;
        assert_eq!((answered(&sum), sum.total), (2, 5));
        assert!(is_active(&sum));
    }

    #[test]
    fn offers_to_retry_only_when_nothing_goes_out_any_more() {
        let under_way = model(&[ItemState::Rejected, ItemState::Queued], 2).summary;
        assert_eq!(
            AvailableActions::of(&under_way),
            AvailableActions {
                pause: true,
                cancel: 1,
                ..AvailableActions::default()
            }
        );
        let over = model(
            &[ItemState::Rejected, ItemState::NotSent, ItemState::Unknown],
            3,
        );
        assert_eq!(
            AvailableActions::of(&over.summary),
            AvailableActions {
                retry: 2,
                ..AvailableActions::default()
            }
        );
    }

    #[test]
    fn items_are_found_by_how_far_the_cloud_is_with_them() {
        let items = vec![
            staged(0, ItemState::Confirmed, StateKind::Failed),
            staged(1, ItemState::Confirmed, StateKind::Completed),
            item(2, ItemState::Rejected),
        ];
        let model = BatchModel::new(Batch {
            summary: summary("b", &items),
            issues: Vec::new(),
            items,
        });
        let show = Shown::Maintenance(StateKind::Failed);
        assert_eq!(model.rows(show), [0]);
        assert_eq!(show.to_query(), "?maintenance=failed");
        assert_eq!(Shown::parse(None, Some("failed")), show);
        assert_eq!(Shown::parse(Some("melting"), None), Shown::All);
    }

    #[test]
    fn offers_to_retry_only_what_no_other_order_stands_in_the_way_of() {
        let mut sum = model(&[ItemState::NotSent; 3], 3).summary;
        sum.retryable = 1;
        assert_eq!(AvailableActions::of(&sum).retry, 1);
        sum.retryable = 0;
        assert_eq!(AvailableActions::of(&sum), AvailableActions::default());
    }

    #[test]
    fn a_held_batch_can_go_on_or_be_called_off() {
        let mut sum = model(&[ItemState::Queued; 2], 2).summary;
        sum.paused = true;
        let levers = AvailableActions::of(&sum);
        assert!(levers.resume && !levers.pause);
        assert_eq!(levers.cancel, 2);
    }

    #[test]
    fn knows_when_the_first_unknown_item_may_be_sent_again() {
        let mut model = model(&[ItemState::Unknown, ItemState::Unknown], 2);
        let mut first = item(0, ItemState::Unknown);
        first.may_resend_at = Some(at(5));
        let mut second = item(1, ItemState::Unknown);
        second.may_resend_at = Some(at(4));
        model.change(vec![first, second]);
        assert_eq!(model.first_resend(), Some(at(4).as_millis()));
    }
}
