//! What is told about ENS.
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-endpoint>

use crate::clouds::alibaba::KEY_VARIABLES;
use crate::facts::{AnswerMember, ChoiceMembers, CloudFacts, SigningScheme, TimeLimit, Unanswered};

pub(super) const FACTS: CloudFacts = CloudFacts {
    name_en: "Alibaba Cloud ENS",
    name_zh: "阿里云 ENS",
    key_variables: KEY_VARIABLES,
    project_variable: None,
    calls_name_region: false,
    region_example: "cn-hangzhou",
    list_permission: "ens:DescribeHistoryEvents",
    project_header: None,
    signing: SigningScheme::Acs3HmacSha256,
    time_limit: TimeLimit::OwnStart,
    unanswered: Unanswered::ActsAtStart,
    // Nobody says that `NotBefore` follows a plan.
    window_follows_plan: false,
    tells_wrong_secret: true,
    events_member: "Events",
    answer_members: &[
        ("RequestId", AnswerMember::Name),
        ("HostId", AnswerMember::Name),
        ("Code", AnswerMember::Name),
        ("Message", AnswerMember::Words),
        ("Recommend", AnswerMember::Words),
        ("Results", AnswerMember::Members),
        ("EventId", AnswerMember::Name),
        ("ResourceId", AnswerMember::Name),
    ],
    request_id_member: "RequestId",
    choice_members: ChoiceMembers {
        timing: Some("OpsType"),
        time: "PlanTime",
        data_policy: Some("DataPolicy"),
    },
};
