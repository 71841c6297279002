//! The parameters of Alibaba Cloud ENS, and the words that it documents.

use super::AlibabaEns;
use super::ops_type::OpsType;
use crate::action::DataPolicy;
use crate::cloud::Cloud;
use crate::description::params::{Case, Field, Params, Presence, Record, Shape};
use crate::number::Range;

/// Types of events. <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describehistoryevents>
pub(super) const EVENT_TYPES: &[&str] = &[
    "Instance:SystemFailure.Redeploy",
    "Instance:SystemFailure.Reboot",
    "Instance:SystemMaintenance.Redeploy",
    "Instance:SystemMaintenance.Reboot",
    "Instance:SystemUpgrade.Migrate",
    "Instance:RegionNetworkDown",
    "Disk:Stalled",
    "EnsRegion:NetworkMigration",
    "IP:SafeRisk",
    "IP:SafeBan",
];
/// States of events.
pub(super) const STATES: &[&str] = &[
    "Inquiring",
    "Scheduled",
    "Executing",
    "Executed",
    "Failed",
    "Canceled",
    "Avoided",
];
/// Levels of events.
pub(super) const LEVELS: &[&str] = &["CRITICAL", "WARN", "INFO"];

/// ENS documents no greatest page; its SDKs hold the number in 32 bits.
pub(super) const PAGE_NUMBER: Range = Range {
    min: 1,
    max: i32::MAX as i64,
};

pub(super) const DESCRIBE_HISTORY_EVENTS: [Field; 6] = [
    Field::required(
        "EventTypes",
        Shape::List {
            of: &Shape::Word(EVENT_TYPES),
            at_least: 1,
            at_most: None,
        },
        "The types to list; there is no word for all of them.",
    ),
    Field::optional(
        "EventStatus",
        Shape::List {
            of: &Shape::Word(STATES),
            at_least: 0,
            at_most: None,
        },
        "The states to list; all when absent.",
    ),
    Field::optional(
        "EventLevels",
        Shape::List {
            of: &Shape::Word(LEVELS),
            at_least: 0,
            at_most: None,
        },
        "The levels to list; all when absent.",
    ),
    Field::optional(
        "ResourceIds",
        Shape::List {
            of: &Shape::Id {
                prefix: "",
                comma: false,
            },
            at_least: 0,
            at_most: None,
        },
        "The resources to list; all when absent.",
    ),
    Field::optional(
        "PageNumber",
        Shape::Integer(PAGE_NUMBER),
        "The page, from 1.",
    ),
    Field::optional(
        "PageSize",
        Shape::Integer(PAGE_NUMBER),
        "How many events a page has.",
    ),
];

const EVENT_ID: Field = Field::required(
    "EventId",
    Shape::Id {
        prefix: AlibabaEns::EVENT_PREFIX,
        comma: true,
    },
    "The event.",
);
const RESOURCE_ID: Field = Field::required(
    "ResourceId",
    Shape::Id {
        prefix: AlibabaEns::RESOURCE_PREFIX,
        comma: true,
    },
    "The instance that the event is about.",
);
const OPS_TYPE: Field = Field::required(
    "OpsType",
    Shape::Word(OpsType::NAMES),
    "At once, or at `PlanTime`.",
);
const PLAN_TIME: Field = Field::optional(
    "PlanTime",
    Shape::PlanTime,
    "When, in ms since the Unix epoch: with `scheduled`, and only then.",
);
const PLAN_UTC_TIME: Field = Field::new(
    "PlanUtcTime",
    Shape::Any,
    Presence::Reserved,
    "Reserved by the provider: it is not sent, and a warning says so.",
);

pub(super) const EVENT_INFO: [Field; 5] =
    [EVENT_ID, RESOURCE_ID, OPS_TYPE, PLAN_TIME, PLAN_UTC_TIME];

pub(super) const MIGRATE_EVENT_INFO: [Field; 7] = [
    EVENT_ID,
    RESOURCE_ID,
    OPS_TYPE,
    PLAN_TIME,
    PLAN_UTC_TIME,
    Field::new(
        "DataPolicy",
        Shape::Word(DataPolicy::NAMES),
        Presence::Chosen("abandon"),
        "What happens to the data. Required here: the provider's own default, `abandon`, loses it.",
    ),
    Field::optional(
        "Password",
        Shape::Password,
        "The instance's new password: with `immediate` only. Without one the provider makes a \
         random one that nobody sees.",
    ),
];

const IMMEDIATE: Case = Case {
    field: "OpsType",
    word: "immediate",
    requires: &[],
    excludes: &["PlanTime"],
};

static ITEM: Record = Record {
    name: "EventInfo",
    doc: "One event to act on.",
    fields: &EVENT_INFO,
    cases: &[
        IMMEDIATE,
        Case {
            field: "OpsType",
            word: "scheduled",
            requires: &["PlanTime"],
            excludes: &[],
        },
    ],
};

static MIGRATE_ITEM: Record = Record {
    name: "MigrateEventInfo",
    doc: "One event whose instance is to migrate.",
    fields: &MIGRATE_EVENT_INFO,
    cases: &[
        IMMEDIATE,
        Case {
            field: "OpsType",
            word: "scheduled",
            requires: &["PlanTime"],
            excludes: &["Password"],
        },
    ],
};

static ITEMS: Shape = Shape::Record(&ITEM);
static MIGRATE_ITEMS: Shape = Shape::Record(&MIGRATE_ITEM);

const fn event_infos(of: &'static Shape) -> Field {
    Field::required(
        "EventInfos",
        Shape::List {
            of,
            at_least: 1,
            at_most: None,
        },
        "The events to act on, each of them once.",
    )
}

pub(super) const BATCH_FIELDS: [Field; 1] = [event_infos(&ITEMS)];

pub(crate) static DESCRIBE: Params = Params {
    page: "https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describehistoryevents",
    record: Record {
        name: "DescribeHistoryEventsParams",
        doc: "ENS: lists maintenance events.",
        fields: &DESCRIBE_HISTORY_EVENTS,
        cases: &[],
    },
};
pub(crate) static REDEPLOY: Params = Params {
    page: "https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventredeployinstance",
    record: Record {
        name: "BatchEventRedeployInstanceParams",
        doc: "ENS: makes the instances of events anew on another host.",
        fields: &BATCH_FIELDS,
        cases: &[],
    },
};
pub(crate) static MIGRATE: Params = Params {
    page: "https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventmigrateinstance",
    record: Record {
        name: "BatchEventMigrateInstanceParams",
        doc: "ENS: moves the instances of events to another host.",
        fields: &[event_infos(&MIGRATE_ITEMS)],
        cases: &[],
    },
};
pub(crate) static REBOOT: Params = Params {
    page: "https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-batcheventrebootinstance",
    record: Record {
        name: "BatchEventRebootInstanceParams",
        doc: "ENS: reboots the instances of events.",
        fields: &BATCH_FIELDS,
        cases: &[],
    },
};
