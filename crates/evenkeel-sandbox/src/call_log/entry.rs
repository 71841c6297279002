//! Holds what the log says about one call. Passwords are masked, signatures and tokens are left out.

use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    answer::{Code, DropConnection},
    provider::Operation,
    time,
};

const MASK: &str = "••••";
/// Longer texts are cut: the log is for reading.
const LONGEST_TEXT: usize = 2000;
/// A parameter that is longer than this is not taken apart.
const LONGEST_PARAMETER: usize = 64 * 1024;

/// One call, from its arrival to its answer.
#[derive(Debug, Serialize)]
pub(crate) struct CallEntry {
    /// By the sandbox's clock.
    time: String,
    provider: &'static str,
    operation: Option<&'static str>,
    parameters: Map<String, Value>,
    /// The answer's; nothing when none was given.
    status: Option<u16>,
    /// The cloud's error code.
    code: Option<String>,
    request_id: String,
    /// The scheme that the call claims.
    signature: Option<&'static str>,
    access_key_id: Option<String>,
    /// The kinds of the faults it met.
    faults: Vec<&'static str>,
}

impl CallEntry {
    pub(crate) fn new(provider: &'static str, now: i64, request_id: &str) -> Self {
        Self {
            time: time::format_ms(now),
            provider,
            operation: None,
            parameters: Map::new(),
            status: None,
            code: None,
            request_id: request_id.to_owned(),
            signature: None,
            access_key_id: None,
            faults: Vec::new(),
        }
    }

    pub(crate) fn operation(&mut self, operation: Option<&'static Operation>) {
        self.operation = operation.map(|operation| operation.name);
    }

    /// Notes who signed, or claims to have signed.
    pub(crate) fn signer(&mut self, scheme: &'static str, access_key_id: Option<&str>) {
        self.signature = Some(scheme);
        self.access_key_id = access_key_id.map(shortened);
    }

    /// The access key id in an `Authorization` header.
    pub(crate) fn authorization(
        &mut self,
        scheme: &'static str,
        header: Option<&str>,
        field: &str,
    ) {
        let id = header
            .into_iter()
            .flat_map(|header| header.split([' ', ',']))
            .find_map(|part| part.trim().strip_prefix(field)?.strip_prefix('='));
        if header.is_some() {
            self.signer(scheme, id);
        }
    }

    /// A parameter; a repeated one is shown as a list.
    pub(crate) fn parameter(&mut self, name: &str, values: &[String]) {
        let mut values: Vec<Value> = values.iter().map(|value| readable(name, value)).collect();
        let value = match values.len() {
            1 => values.remove(0),
            _ => values.into(),
        };
        self.parameters.insert(shortened(name), value);
    }

    /// A JSON body, each of its fields a parameter.
    pub(crate) fn body(&mut self, body: &[u8]) {
        match serde_json::from_slice(body) {
            _ if body.is_empty() => {}
            Ok(Value::Object(fields)) if body.len() <= LONGEST_PARAMETER => {
                for (name, value) in fields {
                    let value = masked(&name, value);
                    self.parameters.insert(shortened(&name), value);
                }
            }
            Ok(value) if body.len() <= LONGEST_PARAMETER => {
                self.parameters.insert("body".to_owned(), masked("", value));
            }
            _ => {
                self.parameters
                    .insert("body".to_owned(), unreadable(body.len()));
            }
        }
    }

    pub(crate) fn faults(&mut self, faults: &[&'static str]) {
        self.faults = faults.to_vec();
    }

    /// Notes the answer.
    pub(crate) fn answered(&mut self, response: &Response) {
        if response.extensions().get::<DropConnection>().is_none() {
            self.status = Some(response.status().as_u16());
            self.code = response
                .extensions()
                .get::<Code>()
                .map(|code| code.0.clone());
        }
    }
}

/// A parameter's value: what is a JSON list or object is shown as one.
fn readable(name: &str, value: &str) -> Value {
    if is_secret(name) {
        return MASK.into();
    }
    if !value.trim_start().starts_with(['[', '{']) {
        return text(value);
    }
    match serde_json::from_str(value) {
        Ok(parsed) if value.len() <= LONGEST_PARAMETER => masked(name, parsed),
        // It may hold a password where no parser finds it.
        _ => unreadable(value.len()),
    }
}

/// A text, unless it speaks of a password: an item that is encoded twice, say, is a text that holds one.
fn text(text: &str) -> Value {
    if is_secret(text) {
        unreadable(text.len())
    } else {
        shortened(text).into()
    }
}

fn unreadable(bytes: usize) -> Value {
    format!("({bytes} bytes that are not shown: too long, not JSON, or a text with a secret)")
        .into()
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "secret", "token", "signature"]
        .iter()
        .any(|word| name.contains(word))
}

/// The value with every password in it masked.
fn masked(name: &str, value: Value) -> Value {
    match value {
        Value::Null => Value::Null,
        _ if is_secret(name) => MASK.into(),
        Value::String(value) => text(&value),
        Value::Array(values) => values
            .into_iter()
            .map(|value| masked(name, value))
            .collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let value = masked(&name, value);
                (shortened(&name), value)
            })
            .collect::<Map<_, _>>()
            .into(),
        value => value,
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry() -> CallEntry {
        CallEntry::new("cloud", 0, "r-1")
    }

    #[test]
    fn masks_a_password_wherever_it_stands() {
        let mut entry = entry();
        entry.parameter("Password", &["canary".to_owned()]);
        entry.parameter(
            "EventInfos",
            &[
                r#"[{"EventId":"e-1","PASSWORD":"canary"},{"Password":null}]"#.to_owned(),
                r#"[{"Password":"canary""#.to_owned(),
                // Encoded twice, as a whole and an item; after a byte order mark; and no JSON at all.
                r#""[{\"Password\":\"canary\"}]""#.to_owned(),
                r#"["{\"Password\":\"canary\"}"]"#.to_owned(),
                "\u{feff}[{\"Password\":\"canary\"}]".to_owned(),
                "EventId=e-1,Password=canary".to_owned(),
            ],
        );
        entry.body(br#"{"nested":{"AdminPassword":["canary"]},"not_before":"x"}"#);
        let shown = serde_json::to_value(&entry).unwrap();
        assert!(!shown.to_string().contains("canary"), "{shown}");
        let parameters = &shown["parameters"];
        assert_eq!(parameters["Password"], "••••");
        assert_eq!(
            parameters["EventInfos"][0],
            json!([{"EventId": "e-1", "PASSWORD": "••••"}, {"Password": null}])
        );
        assert_eq!(parameters["nested"]["AdminPassword"], "••••");
        assert_eq!(parameters["not_before"], "x");
    }

    #[test]
    fn cuts_what_is_too_long_to_read() {
        let mut entry = entry();
        entry.parameter("a", &["é".repeat(3000)]);
        entry.parameter("b", &[format!("[{}1]", "1,".repeat(40_000))]);
        entry.body(&vec![b'['; 100_000]);
        let shown = serde_json::to_value(&entry).unwrap();
        let text = shown["parameters"]["a"].as_str().unwrap();
        assert_eq!(text.chars().count(), LONGEST_TEXT + 1);
        assert_eq!(
            shown["parameters"]["b"],
            "(80003 bytes that are not shown: too long, not JSON, or a text with a secret)"
        );
        assert!(
            shown["parameters"]["body"]
                .as_str()
                .unwrap()
                .starts_with("(100000 bytes")
        );
    }

    #[test]
    fn reads_the_key_out_of_an_authorization() {
        for (header, field, want) in [
            (
                Some("ACS3-HMAC-SHA256 Credential=LTAI,SignedHeaders=a"),
                "Credential",
                Some("LTAI"),
            ),
            (
                Some("SDK-HMAC-SHA256 Access=AK, SignedHeaders=a"),
                "Access",
                Some("AK"),
            ),
            (Some("nonsense"), "Access", None),
            (None, "Access", None),
        ] {
            let mut entry = entry();
            entry.authorization("scheme", header, field);
            assert_eq!(entry.access_key_id.as_deref(), want);
            assert_eq!(entry.signature.is_some(), header.is_some());
        }
    }
}
