//! The parameters of Alibaba Cloud ECS, and the words that it documents.

use super::AlibabaEcs;
use crate::cloud::Cloud;
use crate::description::params::{Field, Params, Presence, Record, Shape};
use crate::number::Range;

/// Types of events, of those that the list has and of those that disks have.
/// <https://www.alibabacloud.com/help/en/ecs/user-guide/overview-of-ecs-system-events>
pub(super) const ALL_TYPES: &[&str] = &[
    "SystemMaintenance.Reboot",
    "SystemMaintenance.Stop",
    "SystemMaintenance.Redeploy",
    "SystemMaintenance.RebootAndIsolateErrorDisk",
    "SystemMaintenance.RebootAndReInitErrorDisk",
    "SystemMaintenance.IsolateErrorDisk",
    "SystemMaintenance.ReInitErrorDisk",
    "SystemMaintenance.StopAndRepair",
    "SystemMaintenance.CleanInactiveDisks",
    "SystemFailure.Reboot",
    "SystemFailure.Stop",
    "SystemFailure.Redeploy",
    "SystemFailure.Delete",
    "InstanceFailure.Reboot",
    "SystemUpgrade.Migrate",
    "InstanceExpiration.Stop",
    "InstanceExpiration.Delete",
    "AccountUnbalanced.Stop",
    "AccountUnbalanced.Delete",
    "SecurityPunish.Locked",
    "SecurityPunish.WebsiteBanned",
    "Instance:PreemptibleInstanceInterruption",
    "Degraded",
    "SeverelyDegraded",
    "Stalled",
    "ErrorDetected",
];
/// Types of events that the list has.
pub(super) const LISTED_TYPES: &[&str] = ALL_TYPES.split_at(22).0;
/// Types of events that disks have.
pub(super) const DISK_TYPES: &[&str] = ALL_TYPES.split_at(22).1;
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
/// What the list shows where no state is asked for.
pub(super) const FINISHED: &str = "Avoided, Executed, Canceled, Failed";
pub(super) const INSTANCE: &str = "instance";
/// A dedicated host.
pub(super) const HOST: &str = "ddh";
/// What its id begins with.
pub(super) const HOST_PREFIX: &str = "dh-";
pub(super) const RESOURCE_TYPES: &[&str] = &[INSTANCE, HOST, "managedhost"];

/// How many events a page by token may have.
pub(super) const MAX_RESULTS: Range = Range { min: 10, max: 100 };
pub(super) const LARGEST_PAGE: u32 = 100;
/// The most ids that one call takes: of events, of instances and hosts.
pub(super) const IDS_PER_CALL: usize = 100;
/// The most types of events that one call asks for.
pub(super) const TYPES_PER_CALL: usize = 30;
/// The most states that one call asks for.
pub(super) const STATES_PER_CALL: usize = 7;
pub(super) const PAGE_NUMBER: Range = Range {
    min: 1,
    max: i32::MAX as i64,
};
pub(super) const PAGE_SIZE: Range = Range { min: 1, max: 100 };

const LISTED_ID: Shape = Shape::Id {
    prefix: "",
    comma: false,
};
const TIME: Shape = Shape::Time { now: false };

const REGION_ID: Field = Field::optional(
    "RegionId",
    Shape::Text,
    "The region; that of the options, or of the account, when absent.",
);

pub(super) const HISTORY_FIELDS: [Field; 10] = [
    REGION_ID,
    Field::new(
        "InstanceEventCycleStatus",
        Shape::List {
            of: &Shape::Word(STATES),
            at_least: 1,
            at_most: Some(STATES_PER_CALL),
        },
        Presence::Chosen(FINISHED),
        "The states to list. Required here: without it the provider hides what is not finished.",
    ),
    Field::optional(
        "InstanceEventType",
        Shape::List {
            of: &Shape::Word(LISTED_TYPES),
            at_least: 0,
            at_most: Some(TYPES_PER_CALL),
        },
        "The types to list; all when absent.",
    ),
    Field::optional(
        "EventId",
        Shape::List {
            of: &LISTED_ID,
            at_least: 0,
            at_most: Some(IDS_PER_CALL),
        },
        "The events to list; all when absent.",
    ),
    Field::optional(
        "ResourceId",
        Shape::List {
            of: &LISTED_ID,
            at_least: 0,
            at_most: Some(IDS_PER_CALL),
        },
        "The instances or hosts to list; all when absent.",
    ),
    Field::optional(
        "ResourceType",
        Shape::Word(RESOURCE_TYPES),
        "What the events are about: instances when absent, or dedicated hosts.",
    ),
    Field::optional(
        "EventPublishTime.Start",
        TIME,
        "Lists events announced from then on, `yyyy-MM-ddTHH:mm:ssZ`.",
    ),
    Field::optional(
        "EventPublishTime.End",
        TIME,
        "Lists events announced until then, `yyyy-MM-ddTHH:mm:ssZ`.",
    ),
    Field::optional(
        "MaxResults",
        Shape::Integer(MAX_RESULTS),
        "How many events a page has.",
    ),
    Field::optional(
        "NextToken",
        Shape::Text,
        "Where the page begins, as the page before it said.",
    ),
];

pub(super) const DISKS_FIELDS: [Field; 4] = [
    REGION_ID,
    Field::optional(
        "EventType",
        Shape::Word(DISK_TYPES),
        "The type of events to list; all, and disks without any, when absent.",
    ),
    Field::optional(
        "PageNumber",
        Shape::Integer(PAGE_NUMBER),
        "The page, from 1.",
    ),
    Field::optional(
        "PageSize",
        Shape::Integer(PAGE_SIZE),
        "How many disks a page has.",
    ),
];

const EVENT_ID: Field = Field::required(
    "EventId",
    Shape::Id {
        prefix: AlibabaEcs::EVENT_PREFIX,
        comma: true,
    },
    "The event.",
);
const INSTANCE_SHAPE: Shape = Shape::Id {
    prefix: AlibabaEcs::RESOURCE_PREFIX,
    comma: true,
};
const INSTANCE_ID: Field = Field::required("InstanceId", INSTANCE_SHAPE, "The instance.");

pub(super) const ACCEPT_FIELDS: [Field; 2] = [REGION_ID, EVENT_ID];
pub(super) const REDEPLOY_FIELDS: [Field; 1] = [INSTANCE_ID];
/// What lets each instance of a reboot fare by itself.
pub(super) const SUCCESS_FIRST: &str = "SuccessFirst";
pub(super) const REBOOT_FIELDS: [Field; 3] = [
    REGION_ID,
    Field::required(
        "InstanceId",
        Shape::List {
            of: &INSTANCE_SHAPE,
            at_least: 1,
            at_most: Some(IDS_PER_CALL),
        },
        "The instances, each of them once.",
    ),
    Field::new(
        "BatchOptimization",
        Shape::Word(&[SUCCESS_FIRST]),
        Presence::Chosen("AllTogether"),
        "How one instance that cannot reboot counts for the others. Required here: by the provider's own default, \
         `AllTogether`, none of them does.",
    ),
];
pub(super) const RESCHEDULE_FIELDS: [Field; 4] = [
    REGION_ID,
    INSTANCE_ID,
    EVENT_ID,
    Field::required(
        "NotBefore",
        TIME,
        "The new start, `yyyy-MM-ddTHH:mm:ssZ`, not after the event's first plan.",
    ),
];

/// What would make an act harsher than its event: it cuts the power, or chooses for invited customers.
pub(super) const NEVER_SENT: &[&str] = &["ForceStop", "ForceReboot", "Choice"];

const fn params(
    page: &'static str,
    name: &'static str,
    doc: &'static str,
    fields: &'static [Field],
) -> Params {
    Params {
        page,
        record: Record {
            name,
            doc,
            fields,
            cases: &[],
        },
    }
}

pub(crate) static HISTORY: Params = params(
    "https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstancehistoryevents",
    "DescribeInstanceHistoryEventsParams",
    "Alibaba ECS: lists maintenance events.",
    &HISTORY_FIELDS,
);
pub(crate) static DISKS: Params = params(
    "https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describedisksfullstatus",
    "DescribeDisksFullStatusParams",
    "Alibaba ECS: lists disks with their events.",
    &DISKS_FIELDS,
);
pub(crate) static ACCEPT: Params = params(
    "https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-acceptinquiredsystemevent",
    "AcceptInquiredSystemEventParams",
    "Alibaba ECS: agrees to an event, at once.",
    &ACCEPT_FIELDS,
);
pub(crate) static REDEPLOY: Params = params(
    "https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-redeployinstance",
    "RedeployInstanceParams",
    "Alibaba ECS: makes an instance anew on another host, each time that it is called.",
    &REDEPLOY_FIELDS,
);
pub(crate) static REBOOT: Params = params(
    "https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-rebootinstances",
    "RebootInstancesParams",
    "Alibaba ECS: reboots instances, each time that it is called.",
    &REBOOT_FIELDS,
);
pub(crate) static RESCHEDULE: Params = params(
    "https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifysystemeventattribute",
    "ModifySystemEventAttributeParams",
    "Alibaba ECS: moves a planned event earlier, or back up to its first plan.",
    &RESCHEDULE_FIELDS,
);
