//! What the services of Alibaba Cloud share: requests in RPC style, answers of the gateway.
//! <https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature>

pub(crate) mod errors;

use crate::http::{Method, Request, accepts_json, sorted};
use crate::json::Node;
use crate::provider::OperationName;
use crate::resource_lookup::said;

/// The header of an answer that has the id of the request.
pub(crate) const REQUEST_ID_HEADER: &str = "x-acs-request-id";
/// The header of an answer that says in ms when to try again.
pub(crate) const RETRY_AFTER_MS_HEADER: &str = "x-acs-retry-after";
/// The variables in which the SDKs look for a key's id, its secret and its token.
pub(crate) const KEY_VARIABLES: [&str; 3] = [
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
];

/// A request: `POST /`, the parameters in the query, which comes decoded and leaves sorted.
pub(crate) fn request(name: OperationName, version: &str, query: Vec<(String, String)>) -> Request {
    action_request(name.as_str(), version, query)
}

/// The same of what is no operation on events.
pub(crate) fn action_request(action: &str, version: &str, query: Vec<(String, String)>) -> Request {
    Request {
        method: Method::Post,
        path: "/".to_owned(),
        query: sorted(query),
        headers: vec![
            ("x-acs-action".to_owned(), action.to_owned()),
            ("x-acs-version".to_owned(), version.to_owned()),
            accepts_json(),
        ],
        body: None,
    }
}

/// A list as it is sent: each of its items under a number, from 1.
pub(crate) fn numbered<'v>(
    name: &'v str,
    values: impl IntoIterator<Item = &'v String> + 'v,
) -> impl Iterator<Item = (String, String)> + 'v {
    let values = values.into_iter().zip(1_usize..);
    values.map(move |(value, number)| (format!("{name}.{number}"), value.clone()))
}

/// A tag of an instance.
pub(crate) fn tag(node: &Node<'_>) -> Option<(String, String)> {
    let value = node.text("TagValue").unwrap_or_default();
    Some((said(node, "TagKey")?, value.to_owned()))
}

/// The token of the page after this one. The same token again would be the same page again.
pub(crate) fn next_token(root: &Node<'_>, page: Option<&str>) -> Option<String> {
    said(root, "NextToken").filter(|next| page != Some(next.as_str()))
}
