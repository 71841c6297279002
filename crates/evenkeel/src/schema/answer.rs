//! What Evenkeel answers, described for those who read its JSON in another language.

pub use crate::description::answer::{Data, Member, Object, Tagged, Variant};

use crate::action::{Action, Applies, DataLoss, Down};
use crate::event::{EventKind, Restriction, StateKind};
use crate::issue::IssueKind;
use crate::provider::Provider;
use crate::provider_error::ErrorClass;
use crate::report::Severity;

const fn member(name: &'static str, data: Data, doc: &'static str) -> Member {
    Member {
        name,
        data,
        optional: false,
        doc,
    }
}

const fn maybe(name: &'static str, data: Data, doc: &'static str) -> Member {
    Member {
        name,
        data,
        optional: true,
        doc,
    }
}

/// An issue; its own data by code.
pub static ISSUE: Tagged = Tagged {
    name: "Issue",
    doc: "One thing that is wrong, or worth knowing.",
    tag: "code",
    common: &[
        member(
            "path",
            Data::List(&Data::TextOrNumber),
            "Where, in the caller's own keys and indices.",
        ),
        member(
            "pointer",
            Data::Text,
            "Where, as a JSON Pointer (RFC 6901).",
        ),
        member(
            "location",
            Data::Text,
            "Where, to read: `EventInfos[3].PlanTime`.",
        ),
        member(
            "severity",
            Data::Word(Severity::NAMES),
            "An error refuses the input, a warning lets it through.",
        ),
        maybe(
            "nearest",
            Data::TextOrNumber,
            "The nearest valid value, where there is one.",
        ),
        member(
            "message",
            Data::Text,
            "The text for a person, in English; `message` has other languages.",
        ),
    ],
    variants: IssueKind::DATA,
};

static EVENT_TYPE: Object = Object {
    name: "EventType",
    doc: "A type of events.",
    members: &[
        member("raw", Data::Text, "As the cloud names it."),
        member(
            "kind",
            Data::Word(EventKind::NAMES),
            "In one list for all clouds.",
        ),
    ],
};

static EVENT_STATE: Object = Object {
    name: "EventState",
    doc: "How far an event is.",
    members: &[
        member("raw", Data::Text, "As the cloud names it."),
        member(
            "kind",
            Data::Word(StateKind::NAMES),
            "In one list for all clouds.",
        ),
    ],
};

static ACTION_OFFER: Object = Object {
    name: "ActionOffer",
    doc: "An action that an event takes.",
    members: &[
        member("action", Data::Word(Action::NAMES), "The action."),
        member(
            "applies",
            Data::Word(Applies::NAMES),
            "Whether the cloud documents it for the event's type and state.",
        ),
        member(
            "data_loss",
            Data::Word(DataLoss::NAMES),
            "Whether it loses data.",
        ),
        member(
            "down",
            Data::Word(Down::NAMES),
            "How long it takes the resource down.",
        ),
    ],
};

/// An event.
pub static EVENT: Object = Object {
    name: "Event",
    doc: "A maintenance event, whichever cloud announced it.",
    members: &[
        member(
            "account",
            Data::Text,
            "The account, as the options named it.",
        ),
        member("provider", Data::Word(Provider::NAMES), "The cloud."),
        member("id", Data::Text, "Its id."),
        member(
            "resource_id",
            Data::Text,
            "The resource it is about, trimmed.",
        ),
        member(
            "type",
            Data::Object(&EVENT_TYPE),
            "What is going to happen.",
        ),
        member("state", Data::Object(&EVENT_STATE), "How far it is."),
        maybe(
            "level",
            Data::Text,
            "`CRITICAL`, `WARN` or `INFO`, at clouds that have levels.",
        ),
        maybe(
            "published_at",
            Data::Instant,
            "When the cloud announced it.",
        ),
        maybe(
            "not_before",
            Data::Instant,
            "The window's begin; at clouds without a deadline when the cloud will act by itself.",
        ),
        maybe("not_after", Data::Instant, "The window's end."),
        maybe(
            "deadline",
            Data::Instant,
            "A new start must be before this, or not after it where it is the first plan's, at clouds that have deadlines.",
        ),
        maybe("started_at", Data::Instant, "When it began."),
        maybe("finished_at", Data::Instant, "When it ended."),
        member(
            "description",
            Data::Texts,
            "Locale → text; `und` where the cloud names no locale. Foreign text: never markup.",
        ),
        maybe("source", Data::Text, "Who caused it, where the cloud says."),
        maybe(
            "restriction",
            Data::Word(Restriction::NAMES),
            "What keeps actions from it that its type and state would take.",
        ),
        member("raw", Data::Text, "The JSON that the cloud sent for it."),
        member(
            "actions",
            Data::List(&Data::Object(&ACTION_OFFER)),
            "What may be done about it now.",
        ),
    ],
};

const REQUEST_ID: Member = member(
    "request_id",
    Data::Nullable(&Data::Text),
    "The cloud's id of the request.",
);
const CODE: Member = member("code", Data::Text, "The cloud's code.");
const WORDS: Member = member("message", Data::Text, "The cloud's words: foreign text.");
const REASON: Member = member("reason", Data::Text, "Why.");

/// What became of an item of a batch.
pub static OUTCOME: Tagged = Tagged {
    name: "ItemOutcome",
    doc: "What became of an item.",
    tag: "outcome",
    common: &[
        member("event_id", Data::Text, "The event."),
        member(
            "resource_id",
            Data::Text,
            "Its resource; empty at clouds whose calls name none.",
        ),
    ],
    variants: &[
        Variant {
            word: "accepted",
            doc: "The cloud took it.",
            members: &[REQUEST_ID],
        },
        Variant {
            word: "rejected",
            doc: "The cloud said no; nothing happened.",
            members: &[CODE, WORDS, REQUEST_ID],
        },
        Variant {
            word: "not_sent",
            doc: "It never left.",
            members: &[REASON],
        },
        Variant {
            word: "unknown",
            doc: "It left, and nobody knows: only reading the event's state settles it.",
            members: &[REASON],
        },
    ],
};

/// An error answer, in one shape for all clouds and all their shapes.
pub static CLOUD_ERROR: Object = Object {
    name: "CloudError",
    doc: "An error answer, in one shape for all clouds and all their shapes.",
    members: &[
        member("status", Data::Number, "The HTTP status."),
        member(
            "class",
            Data::Nullable(&Data::Word(ErrorClass::NAMES)),
            "What kind of refusal it is; `null` where the answer is unreadable and its status says none.",
        ),
        member(
            "code",
            Data::Nullable(&Data::Text),
            "The cloud's code; `null` where the answer is unreadable.",
        ),
        member(
            "message",
            Data::Text,
            "The cloud's words, foreign text; or why the answer is unreadable.",
        ),
        maybe("request_id", Data::Text, "The cloud's id of the request."),
        maybe(
            "retry_after_ms",
            Data::Number,
            "When to try again, ms from the answer.",
        ),
    ],
};

/// An unsigned request.
pub static REQUEST: Object = Object {
    name: "UnsignedRequest",
    doc: "An unsigned request; the host is the sender's business.",
    members: &[
        member("method", Data::Word(&["GET", "POST", "PUT"]), "The method."),
        member("path", Data::Text, "The path, percent-encoded."),
        member(
            "query",
            Data::List(&Data::Pair),
            "The query, decoded, sorted by key.",
        ),
        member(
            "headers",
            Data::List(&Data::Pair),
            "The headers that belong to the operation, names in lower case.",
        ),
        maybe("body", Data::Text, "The body, where there is one."),
    ],
};
