//! What the crate asks of a cloud. Nothing outside [`crate::clouds`] knows one by name.

use crate::action::Action;
use crate::description::params::Params;
use crate::event::{EventKind, ListedEvent};
use crate::facts::{CloudFacts, OptionalList};
use crate::http::{Request, Response, Scope};
use crate::item::BatchItem;
use crate::json::{Mode, Node, SyntaxError, parse};
use crate::outcome::Outcome;
use crate::page::{Cursor, Listed};
use crate::password::{Password, Secrets};
use crate::provider::OperationName;
use crate::provider_error::{ErrorClass, ErrorFields, KeyFlaw};
use crate::report::Collector;
use crate::resource_lookup::ResourceLookup;
use crate::rules::{ActionRules, Rules};
use crate::simulation::Simulation;
use crate::time::Timestamp;

/// A cloud.
pub(crate) trait Cloud {
    /// The list of events.
    type List: ListOperation;
    /// The operations that act.
    type Call: ActOperation<Act = Self::Act>;
    /// An action that the cloud has.
    type Act: ActionRules;

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

    /// The look-ups of resources, the one that tells names first.
    const RESOURCE_LOOKUPS: &'static [ResourceLookup];
    /// A resource's id as the cloud writes it, which is nobody's.
    const NOBODYS_ID: &'static str;
    /// How it simulates events, where it does.
    const SIMULATION: Option<&'static Simulation> = None;

    /// Whether the look-ups know the resource of an event of this type; they are asked for no other.
    fn has_resource_record(event_type: &str, id: &str) -> bool;
    /// What an event of a documented type is about.
    fn event_kind(name: &str) -> Option<EventKind>;
    /// The first page of everything an account has.
    fn first_page(page_size: u32) -> Self::List;
    /// The first pages of the lists beside that one, at a cloud whose events stand in several.
    fn further_lists(_page_size: u32) -> Vec<Self::List> {
        Vec::new()
    }
    /// The lists that show events, named by id and resource, and maybe others.
    fn lookups(events: &[(&str, &str)]) -> Vec<Self::List>;
    /// The lists that show the open simulated events of instances, and maybe others; of all where none is named.
    fn simulated(_instances: &[String]) -> Vec<Self::List> {
        Vec::new()
    }
    /// The calls for items, each with how many it carries.
    fn calls(
        act: Self::Act,
        items: &[BatchItem],
        items_per_call: usize,
        password: Option<&Password>,
    ) -> Vec<(Self::Call, usize)>;

    /// Locale → text of a description.
    fn describe(json: &str) -> Vec<(String, String)>;
    /// The name of its resource that an event says itself, by the JSON that the cloud sent for it.
    fn resource_name(raw: &str) -> Option<String>;
    /// The code and the words of an error, in the cloud's own shapes.
    fn error_fields<'t>(root: &'t Node<'_>) -> ErrorFields<'t>;
    /// What a code means.
    fn error_class(code: &str, message: &str) -> Option<ErrorClass>;
    /// What a code says of the key.
    fn key_flaw(code: &str, message: &str) -> Option<KeyFlaw>;
    /// Whether a code says that the same bytes came before.
    fn is_repetition(code: &str) -> bool;
    /// Whether a refusal of an act with that code leaves open what became of the event, because somebody may have
    /// acted on it before: only a read settles it.
    fn leaves_open(_code: &str) -> bool {
        false
    }
    /// Whether an error of that code may quote what was signed: a token or a password may be in it.
    fn quotes_what_was_signed(code: &str) -> bool;
}

/// A checked list, one of those that a cloud has: it cannot fail to build its request.
pub(crate) trait ListOperation: Sized {
    /// What the parameters of the list of that name are.
    fn params(name: OperationName) -> &'static Params;
    /// Checks the parameters of the list of that name.
    fn read(name: OperationName, params: &Node<'_>, issues: &mut Collector) -> Option<Self>;
    /// The cloud's name of it.
    fn name(&self) -> OperationName;
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

    /// What there is to tell of it, where the rest of an account can be read without it.
    fn optional(&self) -> Option<&'static OptionalList> {
        None
    }
}

/// A checked operation that acts: it cannot fail to build its request.
pub(crate) trait ActOperation: Sized {
    /// Which of the cloud's actions it carries out.
    type Act: ActionRules;

    /// What its parameters are.
    fn params(act: Self::Act) -> &'static Params;

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

    /// Checks packed items; none of an operation that has none, or of what is not packed as it should be.
    fn check_packed(
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
    /// Which of the cloud's actions the operation of that name carries out; a list none.
    fn act(name: OperationName) -> Option<A::Act> {
        name.action().and_then(ActionRules::of)
    }

    /// Checks the parameters of the operation of that name, which is one of this cloud.
    pub(crate) fn parse(
        name: OperationName,
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<(Option<Self>, Collector), SyntaxError> {
        if let Some(act) = Self::act(name) {
            let (call, issues) = A::parse(act, text, rules)?;
            return Ok((call.map(Self::Act), issues));
        }
        let mut issues = Collector::default();
        let list = L::read(name, &parse(text, Mode::Strict)?, &mut issues);
        Ok((list.map(Self::List), issues))
    }

    /// The issues alone.
    pub(crate) fn check(
        name: OperationName,
        text: &str,
        rules: &Rules<'_>,
    ) -> Result<Collector, SyntaxError> {
        match Self::act(name) {
            Some(act) => A::check(act, text, rules),
            None => Self::parse(name, text, rules).map(|(_, issues)| issues),
        }
    }

    pub(crate) fn name(&self) -> OperationName {
        match self {
            Self::List(list) => list.name(),
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
