//! The regions of ENS and where each one's API is.
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-endpoint>

/// A site's accounts are refused at the other site's host.
const CHINA: &str = "ens.aliyuncs.com";

pub(crate) const REGIONS: &[(&str, &str)] = &[
    ("ap-southeast-1", "ens.ap-southeast-1.aliyuncs.com"),
    ("cn-beijing", CHINA),
    ("cn-chengdu", CHINA),
    ("cn-hangzhou", CHINA),
    ("cn-heyuan", CHINA),
    ("cn-shanghai", CHINA),
    ("cn-wulanchabu", CHINA),
    ("cn-zhangjiakou", CHINA),
];
