//! What of an answer is kept: its known fields, without a password that it may quote.

use evenkeel::{Password, Response};
use serde_json::{Map, Value};

use super::verdict::quotes_what_was_signed;
use crate::account::Account;

/// The longest answer that is kept, in bytes.
const MOST: usize = 4 * 1024;

/// The members that both clouds' documented answers have.
const KNOWN: &[&str] = &[
    "RequestId",
    "HostId",
    "Code",
    "Message",
    "Recommend",
    "Results",
    "EventId",
    "ResourceId",
    "error",
    "badRequest",
    "code",
    "message",
    "error_code",
    "error_msg",
    "request_id",
];

/// Takes out of foreign texts what must not be kept.
pub(super) struct Redactor<'a> {
    pub(super) account: &'a Account,
    pub(super) password: Option<&'a Password>,
}

impl Redactor<'_> {
    /// A text without the password and the account's token.
    pub(super) fn text(&self, text: &str) -> String {
        let mut kept = match self.password {
            Some(password) => password.mask_in(text),
            None => text.to_owned(),
        };
        for credentials in self.account.known_credentials() {
            if let Some(token) = credentials.security_token()
                && !token.is_empty()
            {
                kept = kept.replace(token, evenkeel::MASK);
            }
        }
        // PostgreSQL's texts know no NUL.
        shorten(kept.replace('\0', "\u{fffd}"))
    }

    /// What is kept of an answer; nothing where nothing of it is known, or where it may quote what
    /// was signed.
    pub(super) fn answer(&self, response: &Response) -> Option<String> {
        let Ok(Value::Object(fields)) = serde_json::from_slice(&response.body) else {
            return None;
        };
        let code = ["Code", "error_code"]
            .iter()
            .find_map(|name| fields.get(*name)?.as_str());
        if code.is_some_and(quotes_what_was_signed) {
            return None;
        }
        let known = known(fields);
        if known.is_empty() {
            return None;
        }
        Some(self.text(&Value::Object(known).to_string()))
    }
}

fn known(fields: Map<String, Value>) -> Map<String, Value> {
    fields
        .into_iter()
        .filter(|(name, _)| KNOWN.contains(&name.as_str()))
        .map(|(name, value)| {
            let value = match value {
                Value::Object(fields) => Value::Object(known(fields)),
                Value::Array(items) => Value::Array(
                    items
                        .into_iter()
                        .filter_map(|item| match item {
                            Value::Object(fields) => Some(Value::Object(known(fields))),
                            _ => None,
                        })
                        .collect(),
                ),
                value => value,
            };
            (name, value)
        })
        .collect()
}

fn shorten(mut text: String) -> String {
    if text.len() > MOST {
        let end = (0..=MOST)
            .rev()
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or_default();
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use evenkeel::Provider;

    use super::*;
    use crate::account::SandboxAccount;

    fn kept(body: &str) -> Option<String> {
        let account = Account::sandbox(SandboxAccount {
            id: "edge".to_owned(),
            provider: Provider::Ens,
            project_id: None,
            address: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 1),
            access_key_id: "k".to_owned(),
            access_key_secret: "s".to_owned().into(),
        });
        let password = Password::new("Canary77".to_owned());
        let redactor = Redactor {
            account: &account,
            password: Some(&password),
        };
        redactor.answer(&Response {
            status: 200,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        })
    }

    #[test]
    fn keeps_known_fields_without_the_password() {
        let body = r#"{"RequestId":"r","Results":[{"Code":400,"EventId":"e-1","Message":"bad Canary77","Password":"Canary77"}],"Echo":{"Password":"Canary77"}}"#;
        let kept = kept(body).unwrap();
        assert!(
            !kept.contains("Canary77") && !kept.contains("Echo"),
            "{kept}"
        );
        assert!(
            kept.contains("e-1") && kept.contains(evenkeel::MASK),
            "{kept}"
        );
    }

    #[test]
    fn keeps_nothing_of_what_may_quote_a_signature_or_is_not_known() {
        assert_eq!(
            kept(r#"{"Code":"SignatureDoesNotMatch","Message":"x"}"#),
            None
        );
        assert_eq!(kept("<html>Canary77</html>"), None);
        assert_eq!(kept(r#"{"x":1}"#), None);
    }

    #[test]
    fn keeps_no_more_than_a_little() {
        let body = format!(r#"{{"Message":"{}"}}"#, "é".repeat(10_000));
        assert!(kept(&body).unwrap().len() <= MOST + '…'.len_utf8());
    }
}
