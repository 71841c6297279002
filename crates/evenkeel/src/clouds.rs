//! The clouds, one folder each, and who answers for which [`Provider`].
//!
//! A cloud's folder holds everything that is true of it alone: `actions` (what its actions fit and may
//! cost: `ActionRules`), `list` and `event` (its list and what stands in it), the calls that act, `results` (what an
//! answer says of each item), `errors` (what its codes mean), `regions` (where its API is), `schema`
//! (its parameters as data) and `facts` (what is told about it). `Cloud`, which its head implements,
//! with `ListOperation` and `ActOperation` is all that the rest of the crate asks of it. What is asked by
//! what a thing is about (an event, an id, a region, an error answer) stands beside the folders, and so does what
//! several clouds share: what one company's services have in common, the reader of a call about one event.
//!
//! Which cloud answers is resolved by a `match` that the list of clouds makes, so that a build keeps of a
//! cloud only what it calls; a table of functions would keep all of it.

#[cfg(any(feature = "alibaba-ecs", feature = "alibaba-ens"))]
mod alibaba;
#[cfg(feature = "alibaba-ecs")]
pub(crate) mod alibaba_ecs;
#[cfg(feature = "alibaba-ens")]
pub(crate) mod alibaba_ens;
pub(crate) mod error_answer;
mod event;
#[cfg(feature = "huawei-ecs")]
pub(crate) mod huawei_ecs;
mod id;
mod left_alone;
mod one_event;
mod region;
mod resource_answer;
mod simulation_answer;

#[cfg(feature = "alibaba-ens")]
pub use self::alibaba_ens::{PACKED_INPUT, PackedInput};
pub use self::left_alone::{ActsAlone, LeftAlone};
use crate::action::{Action, DataLoss, Down};
use crate::cloud::{ActOperation, Cloud, ListOperation};
use crate::description::params::Params;
use crate::event::{ActionFit, Event, EventKind, Standing};
use crate::facts::{CloudFacts, TimeLimit};
use crate::json::Node;
use crate::provider::{OperationName, Provider, clouds};
use crate::provider_error::{ErrorClass, ErrorFields, KeyFlaw};
use crate::resource_lookup::ResourceLookup;
use crate::rules::{self, ActionRules, Judge, Needs, Rules};
use crate::simulation::Simulation;
use crate::time::Timestamp;

macro_rules! dispatch {
    ($($(#[$doc:meta])* $cloud:ident $name:literal $feature:literal $type:ty,)*) => {
        /// An action of one of the clouds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum CloudAction {
            $(#[cfg(feature = $feature)] $cloud(<$type as Cloud>::Act),)*
        }

        impl Provider {
            /// The cloud's own action; none that it does not have.
            pub(crate) fn act(self, action: Action) -> Option<CloudAction> {
                match self {
                    $(#[cfg(feature = $feature)] Self::$cloud => {
                        <$type as Cloud>::Act::of(action).map(CloudAction::$cloud)
                    })*
                }
            }
        }

        /// Evaluates an expression for an action, whichever cloud has it.
        macro_rules! any_action {
            ($action:expr, $act:ident => $body:expr) => {
                match $action {
                    $(#[cfg(feature = $feature)] CloudAction::$cloud($act) => $body,)*
                }
            };
        }

        /// Evaluates an expression for the cloud of a provider, which it names.
        macro_rules! of {
            ($provider:expr, $type_name:ident => $body:expr) => {
                match $provider {
                    $(#[cfg(feature = $feature)] Provider::$cloud => {
                        type $type_name = $type;
                        $body
                    })*
                }
            };
        }
    };
}
clouds!(dispatch);

/// The longest id of a resource that is looked up, in bytes.
const MOST_RESOURCE_ID: usize = 64;

impl Provider {
    /// What is told about the cloud.
    #[must_use]
    pub const fn facts(self) -> &'static CloudFacts {
        of!(self, C => &C::FACTS)
    }

    /// The actions that the cloud has, in the order in which they are offered.
    #[must_use]
    pub fn actions(self) -> &'static [Action] {
        of!(self, C => C::ACTIONS)
    }

    /// The first cloud that has an action. What belongs to an account is its account's cloud's instead.
    #[must_use]
    pub fn with_action(action: Action) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|provider| provider.actions().contains(&action))
    }

    /// How many items a call carries where nobody has said it: a policy of sending, within
    /// [`Self::most_items_per_call`].
    #[must_use]
    pub fn items_per_call(self) -> usize {
        of!(self, C => C::ITEMS_PER_CALL).0
    }

    /// The most items that a call is to carry, whoever says it.
    #[must_use]
    pub fn most_items_per_call(self) -> usize {
        of!(self, C => C::ITEMS_PER_CALL).1
    }

    /// Whether a person chooses what an action does to the data.
    #[must_use]
    pub fn takes_data_policy(self, action: Action) -> bool {
        let act = self.act(action);
        act.is_some_and(|act| act.needs().missing_data_policy.is_some())
    }

    /// Whether an action takes a password, which counts for what is done at once.
    #[must_use]
    pub fn takes_password(self, action: Action) -> bool {
        self.act(action)
            .is_some_and(|act| act.needs().takes_password)
    }

    /// Whether calls name the resource beside the event: then an item is both together.
    #[must_use]
    pub fn names_resource(self) -> bool {
        of!(self, C => C::NAMES_RESOURCE)
    }

    /// The types of events that the cloud documents.
    #[must_use]
    pub const fn event_types(self) -> &'static [&'static str] {
        of!(self, C => C::EVENT_TYPES)
    }

    /// The states of events that the cloud documents.
    #[must_use]
    pub const fn states(self) -> &'static [&'static str] {
        of!(self, C => C::STATES)
    }

    /// The levels of events that the cloud documents; empty where it has none.
    #[must_use]
    pub const fn levels(self) -> &'static [&'static str] {
        of!(self, C => C::LEVELS)
    }

    pub(crate) fn event_prefix(self) -> &'static str {
        of!(self, C => C::EVENT_PREFIX)
    }

    pub(crate) fn resource_prefix(self) -> &'static str {
        of!(self, C => C::RESOURCE_PREFIX)
    }

    pub(crate) fn regions_and_hosts(self) -> &'static [(&'static str, &'static str)] {
        of!(self, C => C::REGIONS)
    }

    pub(crate) fn times(self) -> &'static [(&'static str, &'static [&'static str])] {
        of!(self, C => C::TIMES)
    }

    /// How the action and an event of the cloud's go together.
    pub(crate) fn fit(self, action: Action, on: Standing<'_>) -> ActionFit {
        let act = self.act(action);
        act.map_or(ActionFit::TypeMismatch, |act| rules::fit(act, on))
    }

    /// What the action costs on an event, before any choice about the data; of an unknown event its worst.
    #[must_use]
    pub fn data_loss(self, action: Action, kind: Option<EventKind>) -> DataLoss {
        self.act(action)
            .map_or(DataLoss::No, |act| act.data_loss(kind))
    }

    /// What the action takes down on an event.
    pub(crate) fn down(self, action: Action, on: Standing<'_>) -> Down {
        self.act(action).map_or(Down::No, |act| act.down(on))
    }

    /// Whether the action may be done at once.
    #[must_use]
    pub fn takes_now(self, action: Action) -> bool {
        self.act(action).is_some_and(|act| act.needs().may_be_now)
    }

    /// Whether the action may be done at a time.
    #[must_use]
    pub fn takes_time(self, action: Action) -> bool {
        self.act(action).is_some_and(|act| act.needs().may_be_later)
    }

    /// Whether the action's call names the resource and no event. Such a call acts once more each time that it is
    /// made, whatever became of the event: one act a resource, and none again while nobody knows what one did.
    #[must_use]
    pub fn acts_on_resource(self, action: Action) -> bool {
        self.act(action).is_some_and(ActionRules::acts_on_resource)
    }

    /// Whether the cloud has an action whose call names the resource and no event.
    #[must_use]
    pub fn has_acts_on_resources(self) -> bool {
        let mut actions = self.actions().iter();
        actions.any(|action| self.acts_on_resource(*action))
    }

    /// How long, in ms, the cloud is to be given after an action was taken and has not moved its event, before the
    /// action is tried again; none where it never is.
    #[must_use]
    pub fn again_after_ms(self, action: Action) -> Option<i64> {
        self.act(action).and_then(ActionRules::again_after_ms)
    }

    pub(crate) fn event_kind(self, name: &str) -> Option<EventKind> {
        of!(self, C => C::event_kind(name))
    }

    /// What limits the time of an event's action.
    pub(crate) fn time_limit(self) -> TimeLimit {
        of!(self, C => const { C::FACTS.time_limit })
    }

    pub(crate) fn describe(self, json: &str) -> Vec<(String, String)> {
        of!(self, C => C::describe(json))
    }

    /// The look-ups of resources, the one that tells names first.
    #[must_use]
    pub fn resource_lookups(self) -> &'static [ResourceLookup] {
        of!(self, C => C::RESOURCE_LOOKUPS)
    }

    /// Whether the look-ups know the resource of an event of this type.
    #[must_use]
    pub fn has_resource_record(self, event_type: &str, id: &str) -> bool {
        let is_plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        // Ids are joined in a call: one of another form could spoil the others.
        (1..=MOST_RESOURCE_ID).contains(&id.len())
            && id.bytes().all(is_plain)
            && of!(self, C => C::has_resource_record(event_type, id))
    }

    /// A resource's id as the cloud writes it, which is nobody's: to find out whether a look-up is granted.
    #[must_use]
    pub fn nobodys_resource_id(self) -> &'static str {
        of!(self, C => C::NOBODYS_ID)
    }

    /// How the cloud simulates events; none of a cloud that does not.
    #[must_use]
    pub fn simulation(self) -> Option<&'static Simulation> {
        of!(self, C => C::SIMULATION)
    }

    pub(crate) fn resource_name(self, raw: &str) -> Option<String> {
        of!(self, C => C::resource_name(raw))
    }

    pub(crate) fn error_fields<'t>(self, root: &'t Node<'_>) -> ErrorFields<'t> {
        of!(self, C => C::error_fields(root))
    }

    pub(crate) fn error_class(self, code: &str, message: &str) -> Option<ErrorClass> {
        of!(self, C => C::error_class(code, message))
    }

    pub(crate) fn key_flaw(self, code: &str, message: &str) -> Option<KeyFlaw> {
        of!(self, C => C::key_flaw(code, message))
    }

    /// The header of an answer that has the cloud's id of the request.
    #[must_use]
    pub fn request_id_header(self) -> &'static str {
        of!(self, C => C::REQUEST_ID_HEADER)
    }

    /// The header of an answer that says in ms when to try again, where there is one beside the standard's.
    #[must_use]
    pub fn retry_after_ms_header(self) -> Option<&'static str> {
        of!(self, C => C::RETRY_AFTER_MS_HEADER)
    }

    /// Whether an error of that code may quote what was signed: a token or a password may be in it.
    #[must_use]
    pub fn quotes_what_was_signed(self, code: &str) -> bool {
        of!(self, C => C::quotes_what_was_signed(code))
    }

    pub(crate) fn is_repetition(self, code: &str) -> bool {
        of!(self, C => C::is_repetition(code))
    }

    pub(crate) fn leaves_open(self, code: &str) -> bool {
        of!(self, C => C::leaves_open(code))
    }
}

impl ActionRules for CloudAction {
    /// The first cloud's that has it.
    fn of(action: Action) -> Option<Self> {
        Provider::ALL.iter().find_map(|cloud| cloud.act(action))
    }

    fn provider(self) -> Provider {
        any_action!(self, act => act.provider())
    }

    fn action(self) -> Action {
        any_action!(self, act => act.action())
    }

    fn needs(self) -> Needs {
        any_action!(self, act => act.needs())
    }

    fn fit(self, on: Standing<'_>) -> ActionFit {
        any_action!(self, act => act.fit(on))
    }

    fn data_loss(self, kind: Option<EventKind>) -> DataLoss {
        any_action!(self, act => act.data_loss(kind))
    }

    fn down(self, on: Standing<'_>) -> Down {
        any_action!(self, act => act.down(on))
    }

    fn acts_on_resource(self) -> bool {
        any_action!(self, act => act.acts_on_resource())
    }

    fn again_after_ms(self) -> Option<i64> {
        any_action!(self, act => act.again_after_ms())
    }

    fn as_sent(self, at: Timestamp) -> Timestamp {
        any_action!(self, act => act.as_sent(at))
    }
}

/// The judge of an action's items.
pub(crate) fn judge<'r, A: ActionRules>(act: A, rules: &Rules<'r>) -> Judge<'r, A> {
    Judge::new(act, rules, Event::bound)
}

impl OperationName {
    /// Its parameters as data.
    pub(crate) fn params(self) -> &'static Params {
        of!(self.provider(), C => match self.action().and_then(ActionRules::of) {
            Some(act) => <C as Cloud>::Call::params(act),
            None => <C as Cloud>::List::params(self),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_the_operations_without_an_action() {
        let lists = OperationName::ALL.iter().filter(|name| !name.is_mutating());
        let lists: Vec<&str> = lists.map(|name| name.as_str()).collect();
        assert_eq!(lists, OperationName::LISTS);
    }

    #[test]
    fn a_cloud_has_an_operation_for_each_of_its_actions() {
        for &provider in Provider::ALL {
            let names = OperationName::ALL
                .iter()
                .filter(|name| name.provider() == provider);
            let actions: Vec<Action> = names.filter_map(|name| name.action()).collect();
            assert_eq!(actions, provider.actions());
            for action in actions {
                assert!(provider.act(action).is_some());
            }
        }
    }
}
