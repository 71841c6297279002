//! Alibaba Cloud ENS, version 2017-11-10: `POST /`, parameters in the query.
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-overview>

mod batch_event_migrate_instance;
mod batch_event_reboot_instance;
mod batch_event_redeploy_instance;
mod describe_history_events;
mod event_infos;
mod listed;
mod refusal;
mod region;

pub use batch_event_migrate_instance::BatchEventMigrateInstance;
pub use batch_event_reboot_instance::BatchEventRebootInstance;
pub use batch_event_redeploy_instance::BatchEventRedeployInstance;
pub use describe_history_events::DescribeHistoryEvents;
pub(crate) use event_infos::parse_results;
pub(crate) use event_infos::transcript::check as check_transcript;
pub use event_infos::{DataPolicy, EventInfo, OpsType};
pub(crate) use listed::{TIMES, describe};
pub(crate) use refusal::{class, is_repetition, key_flaw};
pub(crate) use region::REGIONS;

use crate::http::{Method, Request, accepts_json, sorted};

const VERSION: &str = "2017-11-10";
/// How many events a batch call carries where nobody has said it, and at most. No maximum is documented;
/// the events stand in the request's URL, which has one everywhere.
pub(crate) const ITEMS_PER_CALL: (usize, usize) = (20, 50);

/// A request in ENS' style; `query` comes decoded and leaves sorted.
fn request(action: &str, query: Vec<(String, String)>) -> Request {
    Request {
        method: Method::Post,
        path: "/".to_owned(),
        query: sorted(query),
        headers: vec![
            ("x-acs-action".to_owned(), action.to_owned()),
            ("x-acs-version".to_owned(), VERSION.to_owned()),
            accepts_json(),
        ],
        body: None,
    }
}
