//! What is told about ECS.
//! <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html>

use crate::facts::{AnswerMember, ChoiceMembers, CloudFacts, SigningScheme, TimeLimit, Unanswered};

pub(super) const FACTS: CloudFacts = CloudFacts {
    name_en: "Huawei Cloud ECS",
    name_zh: "华为云 ECS",
    key_variables: [
        "HUAWEICLOUD_SDK_AK",
        "HUAWEICLOUD_SDK_SK",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    ],
    project_variable: Some("HUAWEICLOUD_SDK_PROJECT_ID"),
    calls_name_region: false,
    region_example: "cn-north-4",
    list_permission: "ecs:instanceScheduledEvents:list",
    project_header: Some("x-project-id"),
    signing: SigningScheme::SdkHmacSha256,
    time_limit: TimeLimit::Deadline,
    // The deadline is that of the time; what happens at it, no page says.
    unanswered: Unanswered::Unsaid,
    window_follows_plan: true,
    // One code for a wrong secret and much else.
    tells_wrong_secret: false,
    events_member: "events",
    answer_members: &[
        ("error", AnswerMember::Members),
        ("badRequest", AnswerMember::Members),
        ("code", AnswerMember::Name),
        ("message", AnswerMember::Words),
        ("error_code", AnswerMember::Name),
        ("error_msg", AnswerMember::Words),
        ("request_id", AnswerMember::Name),
    ],
    request_id_member: "request_id",
    choice_members: ChoiceMembers {
        timing: None,
        time: "not_before",
        data_policy: None,
    },
};
