//! One event, as the table has it.

use evenkeel::{DataLoss, Event, EventType, Provider, State, StateKind, Timestamp};
use evenkeel_api::{EventItem, ItemState, Resource};

use crate::columns::Columns;
use crate::facts::Wording;
use crate::row_set::RowId;
use crate::standing::Standing;
use crate::text_column::Text;
use crate::times::Times;

/// A row of a [`Table`](crate::Table); what it says is read from the columns when it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Row<'t> {
    columns: &'t Columns,
    standing: &'t Standing,
    id: RowId,
}

impl<'t> Row<'t> {
    pub(crate) fn new(columns: &'t Columns, id: RowId) -> Option<Self> {
        columns
            .live
            .contains(id)
            .then(|| Self::last_seen(columns, id))?
    }

    /// Whether or not it is there still.
    pub(crate) fn last_seen(columns: &'t Columns, id: RowId) -> Option<Self> {
        let standing = columns.standing(id)?;
        Some(Self {
            columns,
            standing,
            id,
        })
    }

    /// Its slot.
    #[must_use]
    pub fn slot(self) -> RowId {
        self.id
    }

    /// Its account.
    #[must_use]
    pub fn account(self) -> &'t str {
        &self.standing.account
    }

    /// Its cloud.
    #[must_use]
    pub fn provider(self) -> Provider {
        self.standing.provider
    }

    /// What is going to happen.
    #[must_use]
    pub fn event_type(self) -> &'t EventType {
        &self.standing.event_type
    }

    /// How far it is.
    #[must_use]
    pub fn state(self) -> &'t State {
        &self.standing.state
    }

    fn text(self) -> Text<'t> {
        self.columns.text.get(self.id.index())
    }

    /// Its own id.
    #[must_use]
    pub fn event_id(self) -> &'t str {
        self.text().id
    }

    /// The id of its resource.
    #[must_use]
    pub fn resource_id(self) -> &'t str {
        self.text().resource_id
    }

    /// What its resource is called, where that is known.
    #[must_use]
    pub fn name(self) -> Option<&'t str> {
        self.text().name
    }

    /// What else is known of its resource; its name is not in it.
    #[must_use]
    pub fn facts(self) -> Option<&'t Resource> {
        let fact = self.columns.fact.get(self.id.index())?;
        self.columns.facts.get(*fact)
    }

    /// What is known of its resource, its name with it.
    #[must_use]
    pub fn resource(self) -> Option<Resource> {
        let facts = self.facts()?;
        Some(Resource {
            name: self.name().map(str::to_owned),
            ..facts.clone()
        })
    }

    /// When it is.
    #[must_use]
    pub fn times(self) -> Times {
        self.columns.times(self.id)
    }

    /// Ms since the Unix epoch until which a person can still decide; none when nothing is left to decide.
    #[must_use]
    pub fn decide_by(self) -> Option<i64> {
        self.columns.decide_by(self.id)
    }

    /// Until when there is something to decide, ms since the Unix epoch: not about what takes no answer, nor about what
    /// an order has answered.
    #[must_use]
    pub fn decision(self) -> Option<i64> {
        let asks = self.state_kind() == StateKind::Inquiring && self.standing.takes_action;
        self.decide_by()
            .filter(|_| asks && !self.is_gone() && self.open_items().is_empty())
    }

    /// When it begins, where it has not begun and nothing is to be decided about it; ms since the Unix epoch.
    #[must_use]
    pub fn starts(self) -> Option<i64> {
        let is_open = matches!(
            self.state_kind(),
            StateKind::Inquiring | StateKind::Scheduled | StateKind::Other
        );
        let ahead = is_open && self.decision().is_none() && !self.is_gone();
        let start = self.times().not_before.filter(|_| ahead);
        start.map(Timestamp::as_millis)
    }

    /// When it was found to be gone.
    #[must_use]
    pub fn gone_at(self) -> Option<Timestamp> {
        self.columns.gone_at(self.id)
    }

    /// Whether the cloud lists it no more.
    #[must_use]
    pub fn is_gone(self) -> bool {
        !self.columns.listed.contains(self.id)
    }

    /// The worst that acting on it, or letting it happen, may cost.
    #[must_use]
    pub fn data_at_risk(self) -> DataLoss {
        self.standing.data_at_risk
    }

    /// The kind of its state.
    #[must_use]
    pub fn state_kind(self) -> StateKind {
        self.standing.state.kind
    }

    /// The items of batches that may still act on it.
    #[must_use]
    pub fn open_items(self) -> &'t [EventItem] {
        let items = self.columns.open_items.get(&self.id);
        items.map_or(&[], Vec::as_slice)
    }

    /// Of the orders that may still act on it the one of which least is known.
    #[must_use]
    pub fn order(self) -> Option<&'t EventItem> {
        let weight = |item: &&EventItem| match item.state {
            ItemState::Unknown => 3,
            ItemState::Sending => 2,
            ItemState::Accepted => 1,
            _ => 0,
        };
        self.open_items().iter().max_by_key(weight)
    }

    fn wording(self) -> Option<&'t Wording> {
        let wording = self.columns.wording.get(self.id.index())?;
        self.columns.wordings.get(*wording)
    }

    /// All that the table has of it; the JSON that the cloud sent it has not.
    #[must_use]
    pub fn event(self) -> Event {
        let (standing, text, times) = (self.standing, self.text(), self.times());
        let wording = self.wording();
        Event {
            account: standing.account.clone(),
            provider: standing.provider,
            id: text.id.to_owned(),
            resource_id: text.resource_id.to_owned(),
            event_type: standing.event_type.clone(),
            state: standing.state.clone(),
            level: wording.and_then(|it| it.level.clone()),
            published_at: times.published_at,
            not_before: times.not_before,
            not_after: times.not_after,
            deadline: times.deadline,
            started_at: times.started_at,
            finished_at: times.finished_at,
            description: wording.map_or_else(Vec::new, |it| it.description.clone()),
            source: wording.and_then(|it| it.source.clone()),
            restriction: standing.restriction,
            raw: String::new(),
        }
    }
}
