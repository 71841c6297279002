//! The parameters of Huawei Cloud ECS, and the words that it documents.

use crate::description::params::{Field, Params, Presence, Record, Shape, keys};
use crate::number::Range;

/// Types of events. <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2201.html>
pub(super) const EVENT_TYPES: &[&str] = &[
    "instance-reboot",
    "instance-stop",
    "instance-migrate",
    "instance-redeploy",
    "localdisk-recovery",
    "system-maintenance",
];
/// States of events.
pub(super) const STATES: &[&str] = &[
    "inquiring",
    "scheduled",
    "executing",
    "completed",
    "failed",
    "canceled",
];
/// The word for "at once"; the cloud itself takes a missing time for it.
pub(super) const NOW: &str = "now";

/// How many events a page may have.
pub(super) const LIMIT: Range = Range { min: 1, max: 100 };

const LISTED_ID: Shape = Shape::Id {
    prefix: "",
    comma: false,
};
const TIME: Shape = Shape::Time { now: false };

pub(super) const LIST_SCHEDULED_EVENTS: [Field; 8] = [
    Field::optional(
        "limit",
        Shape::Integer(LIMIT),
        "How many events a page has.",
    ),
    Field::optional(
        "marker",
        Shape::Text,
        "Where the page begins, as the page before it said.",
    ),
    Field::optional("id", LISTED_ID, "The event to list; all when absent."),
    Field::optional(
        "instance_id",
        LISTED_ID,
        "The instance to list; all when absent.",
    ),
    Field::optional(
        "type",
        Shape::List {
            of: &Shape::Word(EVENT_TYPES),
            at_least: 0,
            at_most: None,
        },
        "The types to list; all when absent.",
    ),
    Field::optional(
        "state",
        Shape::List {
            of: &Shape::Word(STATES),
            at_least: 0,
            at_most: None,
        },
        "The states to list; all when absent.",
    ),
    Field::optional(
        "publish_since",
        TIME,
        "Lists events announced from then on, `yyyy-MM-ddTHH:mm:ssZ`.",
    ),
    Field::optional(
        "publish_until",
        TIME,
        "Lists events announced until then, `yyyy-MM-ddTHH:mm:ssZ`.",
    ),
];

const ID: Field = Field::required(
    "id",
    Shape::Id {
        prefix: "",
        comma: true,
    },
    "The event.",
);

const ACCEPT_FIELDS: [Field; 2] = [
    ID,
    Field::new(
        "not_before",
        Shape::Time { now: true },
        Presence::Chosen(NOW),
        "When, `yyyy-MM-ddTHH:mm:ssZ`, or the word `now`. Required here: the provider takes an \
         absent one for now.",
    ),
];

const UPDATE_FIELDS: [Field; 2] = [
    ID,
    Field::required(
        "not_before",
        TIME,
        "The new start, `yyyy-MM-ddTHH:mm:ssZ`, before the event's deadline.",
    ),
];

/// The keys of both calls that set a start.
pub(super) const START: [&str; 2] = keys(&ACCEPT_FIELDS);

pub(crate) static LIST: Params = Params {
    page: "https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2201.html",
    record: Record {
        name: "ListScheduledEventsParams",
        doc: "Huawei ECS: lists maintenance events.",
        fields: &LIST_SCHEDULED_EVENTS,
        cases: &[],
    },
};
pub(crate) static ACCEPT: Params = Params {
    page: "https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2202.html",
    record: Record {
        name: "AcceptScheduledEventParams",
        doc: "Huawei ECS: agrees to an event, now or at a time.",
        fields: &ACCEPT_FIELDS,
        cases: &[],
    },
};
pub(crate) static UPDATE: Params = Params {
    page: "https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2203.html",
    record: Record {
        name: "UpdateScheduledEventParams",
        doc: "Huawei ECS: moves an agreed event to another time.",
        fields: &UPDATE_FIELDS,
        cases: &[],
    },
};
