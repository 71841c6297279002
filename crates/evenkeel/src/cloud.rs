//! What the crate asks of a cloud, and who answers for which provider.
//!
//! Nothing outside [`crate::clouds`] knows a cloud by name. Which one answers is resolved by a `match` that
//! the list of clouds makes, so that a build keeps of a cloud only what it calls; a table of functions
//! would keep all of it.

use crate::batch::BatchItem;
use crate::clouds::{OperationName, Provider, clouds};
use crate::event::{Action, ActionFit, DataLoss, Down, Event, EventKind, ListedEvent, StateKind};
use crate::facts::CloudFacts;
use crate::http::{Request, Response, Scope};
use crate::json::{Mode, Node, SyntaxError, parse};
use crate::operation::{Cursor, Listed};
use crate::outcome::Outcome;
use crate::password::{Password, Secrets};
use crate::provider_error::{ErrorClass, KeyFlaw, Said};
use crate::report::Collector;
use crate::rules::Rules;
use crate::time::Timestamp;

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

/// A cloud.
pub(crate) trait Cloud {
    /// The list of events.
    type List: ListOperation;
    /// The operations that act.
    type Call: ActOperation<Act = Self::Act>;
    /// An action that the cloud has.
    type Act: Copy;

    /// What is told about it.
    const FACTS: CloudFacts;
    /// The header of an answer that has the cloud's id of the request.
    const REQUEST_ID_HEADER: &'static str;
    /// The header of an answer that says in ms when to try again, where there is one beside the standard's.
    const RETRY_AFTER_MS_HEADER: Option<&'static str>;
    /// The actions, in the order in which they are offered.
    const ACTIONS: &'static [Action];
    /// How many items a call carries where nobody has said it, and at most.
    const ITEMS_PER_CALL: (usize, usize);
    /// What an event's id begins with; empty where nothing is documented.
    const EVENT_PREFIX: &'static str;
    /// The same of a resource's id.
    const RESOURCE_PREFIX: &'static str;
    /// Whether calls name the resource beside the event, and an item is both together.
    const NAMES_RESOURCE: bool;
    /// The types of events that are documented.
    const EVENT_TYPES: &'static [&'static str];
    /// The states of events that are documented.
    const STATES: &'static [&'static str];
    /// The levels of events that are documented.
    const LEVELS: &'static [&'static str];
    /// The regions and the host of each one's API, sorted.
    const REGIONS: &'static [(&'static str, &'static str)];
    /// The times of an event: our names, and the members that hold them, the first before the second.
    const TIMES: &'static [(&'static str, &'static [&'static str])];

    /// The cloud's own action; none that it does not have.
    fn act(action: Action) -> Option<Self::Act>;
    /// What the action asks of an item.
    fn needs(act: Self::Act) -> Needs;
    /// How the action and an event of a type and state go together.
    fn fit(act: Self::Act, kind: EventKind, state: StateKind) -> ActionFit;
    /// What the action costs on an event, before any choice about the data; of an unknown event its worst.
    fn data_loss(act: Self::Act, kind: Option<EventKind>) -> DataLoss;
    /// What the action takes down on an event.
    fn down(act: Self::Act, kind: EventKind) -> Down;
    /// What an event of a documented type is about.
    fn event_kind(name: &str) -> Option<EventKind>;
    /// What a planned time is held against.
    fn bound(event: &Event) -> Bound;
    /// A time as a call carries it.
    fn as_sent(at: Timestamp) -> Timestamp;

    /// The first page of everything an account has.
    fn first_page(page_size: u32) -> Self::List;
    /// The lists that show events, named by id and resource, and maybe others.
    fn lookups(events: &[(&str, &str)]) -> Vec<Self::List>;
    /// The calls for items, each with how many it carries.
    fn calls(
        act: Self::Act,
        items: &[BatchItem],
        items_per_call: usize,
        password: Option<&Password>,
    ) -> Vec<(Self::Call, usize)>;

    /// Locale → text of a description.
    fn describe(json: &str) -> Vec<(String, String)>;
    /// The code and the words of an error, in the cloud's own shapes.
    fn said<'t>(root: &'t Node<'_>) -> Said<'t>;
    /// What a code means.
    fn error_class(code: &str, message: &str) -> Option<ErrorClass>;
    /// What a code says of the key.
    fn key_flaw(code: &str, message: &str) -> Option<KeyFlaw>;
    /// Whether a code says that the same bytes came before.
    fn is_repetition(code: &str) -> bool;
    /// Whether an error of that code may quote what was signed: a token or a password may be in it.
    fn quotes_what_was_signed(code: &str) -> bool;
}

/// A checked list: it cannot fail to build its request.
pub(crate) trait ListOperation: Sized {
    /// The cloud's name of it.
    const NAME: OperationName;

    /// Checks its parameters.
    fn read(params: &Node<'_>, issues: &mut Collector) -> Option<Self>;
    /// The unsigned request.
    fn request(&self, scope: &Scope) -> Request;
    /// The parameters as JSON, spelled as the cloud spells them.
    fn params_json(&self) -> String;
    /// Reads an answer and shows its events to `each`; none where it has no list of events.
    fn list<'a>(
        &self,
        text: &'a str,
        request_id: Option<&'a str>,
        each: &mut dyn FnMut(&ListedEvent<'a>),
    ) -> Result<Option<Listed>, String>;
    /// The operation that reads a page after this one, on which so many events came.
    fn page_at(&self, cursor: &Cursor, came: usize) -> Option<Self>;

    /// The same list from its first page on, of events published in a time; none without such a filter.
    fn published(&self, _since: Option<Timestamp>, _until: Option<Timestamp>) -> Option<Self> {
        None
    }
}

/// A checked operation that acts: it cannot fail to build its request.
pub(crate) trait ActOperation: Sized {
    /// Which of the cloud's actions it carries out.
    type Act: Copy;

    /// Checks its parameters.
    fn parse(
        act: Self::Act,
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<(Option<Self>, Collector), SyntaxError>;

    /// The issues alone.
    fn check(act: Self::Act, text: &str, rules: &Rules<'_>) -> Result<Collector, SyntaxError> {
        Self::parse(act, text, rules).map(|(_, issues)| issues)
    }

    /// Checks the items of a transcript; none of an operation that has none, or of what is not one.
    fn check_transcript(
        _act: Self::Act,
        _shape: &[u8],
        _text: &str,
        _rules: &Rules<'_>,
    ) -> Option<Collector> {
        None
    }

    /// The cloud's name of it.
    fn name(&self) -> OperationName;
    /// The unsigned request.
    fn request(&self, scope: &Scope, secrets: Secrets) -> Request;
    /// The parameters as JSON, spelled as the cloud spells them; holds the password.
    fn params_json(&self) -> String;
    /// Event id and resource id of each item; the latter empty where the call names none.
    fn targets(&self) -> Vec<(String, String)>;
    /// What a success's answer says of each of the items.
    fn outcomes(&self, targets: &[(String, String)], response: &Response) -> Vec<Outcome>;
}

/// A checked operation of one cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CloudOperation<L, A> {
    List(L),
    Act(A),
}

/// Those of a cloud.
pub(crate) type OperationOf<C> = CloudOperation<<C as Cloud>::List, <C as Cloud>::Call>;

impl<L: ListOperation, A: ActOperation> CloudOperation<L, A> {
    /// Checks the parameters of the operation that does this, or of the list.
    pub(crate) fn parse(
        act: Option<A::Act>,
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<(Option<Self>, Collector), SyntaxError> {
        if let Some(act) = act {
            let (call, issues) = A::parse(act, text, rules)?;
            return Ok((call.map(Self::Act), issues));
        }
        let mut issues = Collector::default();
        let list = L::read(&parse(text, Mode::Strict)?, &mut issues);
        Ok((list.map(Self::List), issues))
    }

    /// The issues alone.
    pub(crate) fn check(
        act: Option<A::Act>,
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<Collector, SyntaxError> {
        match act {
            Some(act) => A::check(act, text, rules),
            None => Self::parse(None, text, rules).map(|(_, issues)| issues),
        }
    }

    pub(crate) fn name(&self) -> OperationName {
        match self {
            Self::List(_) => L::NAME,
            Self::Act(call) => call.name(),
        }
    }

    pub(crate) fn request(&self, scope: &Scope, secrets: Secrets) -> Request {
        match self {
            Self::List(list) => list.request(scope),
            Self::Act(call) => call.request(scope, secrets),
        }
    }

    pub(crate) fn params_json(&self) -> String {
        match self {
            Self::List(list) => list.params_json(),
            Self::Act(call) => call.params_json(),
        }
    }

    /// None of an operation that acts.
    pub(crate) fn as_list(&self) -> Option<&L> {
        match self {
            Self::List(list) => Some(list),
            Self::Act(_) => None,
        }
    }

    /// None of a list.
    pub(crate) fn targets(&self) -> Option<Vec<(String, String)>> {
        match self {
            Self::List(_) => None,
            Self::Act(call) => Some(call.targets()),
        }
    }

    /// None of a list.
    pub(crate) fn outcomes(
        &self,
        targets: &[(String, String)],
        response: &Response,
    ) -> Vec<Outcome> {
        match self {
            Self::List(_) => Vec::new(),
            Self::Act(call) => call.outcomes(targets, response),
        }
    }
}

macro_rules! dispatch {
    ($($(#[$doc:meta])* $cloud:ident $name:literal $type:ty,)*) => {
        /// An action of one of the clouds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum CloudAction {
            $($cloud(<$type as Cloud>::Act),)*
        }

        impl Provider {
            /// The cloud's own action; none that it does not have.
            pub(crate) fn act(self, action: Action) -> Option<CloudAction> {
                match self {
                    $(Self::$cloud => <$type>::act(action).map(CloudAction::$cloud),)*
                }
            }
        }

        /// Evaluates an expression for the cloud of a provider, which it names.
        macro_rules! of {
            ($provider:expr, $type_name:ident => $body:expr) => {
                match $provider {
                    $(Provider::$cloud => {
                        type $type_name = $type;
                        $body
                    })*
                }
            };
        }
    };
}
clouds!(dispatch);

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
        let needs = self.needs(action);
        needs.is_some_and(|needs| needs.missing_data_policy.is_some())
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

    /// What the action asks of an item; none that the cloud does not have.
    pub(crate) fn needs(self, action: Action) -> Option<Needs> {
        of!(self, C => C::act(action).map(C::needs))
    }

    /// How the action and an event of the cloud's go together.
    pub(crate) fn fit(self, action: Action, kind: EventKind, state: StateKind) -> ActionFit {
        of!(self, C => match C::act(action) {
            Some(act) => C::fit(act, kind, state),
            None => ActionFit::TypeMismatch,
        })
    }

    /// What the action costs on an event, before any choice about the data; of an unknown event its worst.
    #[must_use]
    pub fn data_loss(self, action: Action, kind: Option<EventKind>) -> DataLoss {
        of!(self, C => C::act(action).map_or(DataLoss::No, |act| C::data_loss(act, kind)))
    }

    /// What the action takes down on an event.
    pub(crate) fn down(self, action: Action, kind: EventKind) -> Down {
        of!(self, C => C::act(action).map_or(Down::No, |act| C::down(act, kind)))
    }

    pub(crate) fn event_kind(self, name: &str) -> Option<EventKind> {
        of!(self, C => C::event_kind(name))
    }

    pub(crate) fn as_sent(self, at: Timestamp) -> Timestamp {
        of!(self, C => C::as_sent(at))
    }

    pub(crate) fn describe(self, json: &str) -> Vec<(String, String)> {
        of!(self, C => C::describe(json))
    }

    pub(crate) fn said<'t>(self, root: &'t Node<'_>) -> Said<'t> {
        of!(self, C => C::said(root))
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
}

impl Event {
    /// What a planned time of an action on the event is held against.
    pub(crate) fn bound(&self) -> Bound {
        of!(self.provider, C => C::bound(self))
    }
}
