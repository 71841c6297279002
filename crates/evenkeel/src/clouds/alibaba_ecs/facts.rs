//! What is told about ECS.
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-endpoint>

use super::schema;
use crate::clouds::alibaba::KEY_VARIABLES;
use crate::facts::{
    AnswerMember, ChoiceMembers, CloudFacts, OptionalList, SigningScheme, TimeLimit, Unanswered,
};

/// The events of disks are there to look at: without them the others can be read and answered.
pub(super) static DISKS: OptionalList = OptionalList {
    name_en: "disk events",
    name_zh: "磁盘事件",
    permission: "ecs:DescribeDisksFullStatus",
    event_types: schema::DISK_TYPES,
};

pub(super) const FACTS: CloudFacts = CloudFacts {
    name_en: "Alibaba Cloud ECS",
    name_zh: "阿里云 ECS",
    key_variables: KEY_VARIABLES,
    project_variable: None,
    calls_name_region: true,
    region_example: "cn-hangzhou",
    list_permission: "ecs:DescribeInstanceHistoryEvents",
    project_header: None,
    signing: SigningScheme::Acs3HmacSha256,
    time_limit: TimeLimit::FirstPlan,
    // An inquiring event has no time limit.
    unanswered: Unanswered::Waits,
    window_follows_plan: true,
    tells_wrong_secret: true,
    events_member: "InstanceSystemEventSet",
    answer_members: &[
        ("RequestId", AnswerMember::Name),
        ("HostId", AnswerMember::Name),
        ("Code", AnswerMember::Name),
        ("Message", AnswerMember::Words),
        ("Recommend", AnswerMember::Words),
        ("TaskId", AnswerMember::Name),
        ("InstanceResponses", AnswerMember::Members),
        ("InstanceResponse", AnswerMember::Members),
        ("InstanceId", AnswerMember::Name),
        ("PreviousStatus", AnswerMember::Name),
        ("CurrentStatus", AnswerMember::Name),
    ],
    request_id_member: "RequestId",
    choice_members: ChoiceMembers {
        timing: None,
        time: "NotBefore",
        data_policy: None,
    },
};
