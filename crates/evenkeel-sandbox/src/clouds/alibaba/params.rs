//! Reads parameters, from the query and from a form body alike.

use std::collections::{HashMap, HashSet};

use crate::{call::Call, call_log::CallEntry};

/// What RPC v1 has among the parameters beside the business ones.
const PROTOCOL: [&str; 11] = [
    "AccessKeyId",
    "Action",
    "Format",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

/// Business parameters by name; a repeated name keeps all its values.
#[derive(Debug, Default)]
pub(in crate::clouds) struct Params(HashMap<String, Vec<String>>);

impl Params {
    pub(in crate::clouds) fn read(call: &Call) -> Self {
        let mut params = Self::default();
        params.add(call.query.as_bytes());
        // As the verifier sees it: whatever is read here is signed.
        let is_form = call.header("content-type").is_some_and(|kind| {
            let essence = kind.split(';').next().unwrap_or_default().trim();
            essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        if is_form {
            params.add(&call.body);
        }
        params
    }

    fn add(&mut self, encoded: &[u8]) {
        for (name, value) in form_urlencoded::parse(encoded) {
            self.0
                .entry(name.into_owned())
                .or_default()
                .push(value.into_owned());
        }
    }

    /// Tells the log the business parameters; those of the signature are not the caller's business.
    pub(in crate::clouds) fn describe(&self, entry: &mut CallEntry) {
        for (name, values) in &self.0 {
            if !PROTOCOL.contains(&name.as_str()) {
                entry.parameter(name, values);
            }
        }
    }

    pub(in crate::clouds) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The value of a parameter that is there and not empty.
    pub(in crate::clouds) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .and_then(|values| values.first())
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A list, comma-joined or repeated; nothing when it is absent or holds nothing.
    pub(in crate::clouds) fn list(&self, name: &str) -> Option<HashSet<String>> {
        let values: HashSet<String> = self
            .0
            .get(name)?
            .iter()
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect();
        (!values.is_empty()).then_some(values)
    }

    /// A list that is numbered from 1, `Name.1`, `Name.2` and so on, as far as it goes without a gap.
    pub(in crate::clouds) fn numbered(&self, name: &str) -> Vec<&str> {
        (1..)
            .map_while(|n: usize| self.get(&format!("{name}.{n}")))
            .collect()
    }
}
