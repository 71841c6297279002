//! What of an answer is kept: the members that a cloud documents, without a secret that they may quote.
//!
//! Of a call that carried a password codes, ids and the status are kept, and the cloud's words only
//! where they cannot hold it.

use evenkeel::{AnswerMember, MASK, Password, Provider, Response};
use serde_json::{Map, Value};

use super::classify::quotes_what_was_signed;
use crate::{account::Account, foreign};

/// Stands for words that are not kept.
const KEPT_BACK: &str = "the cloud's words are not kept: they may quote what was sent";

/// Takes out of foreign texts what must not be kept.
pub(super) struct Redactor<'a> {
    pub(super) account: &'a Account,
    /// The password that the call carried.
    pub(super) password: Option<&'a Password>,
}

impl Redactor<'_> {
    /// Words, if they cannot hold the password or the account's token.
    pub(super) fn text(&self, text: &str) -> String {
        if self.password.is_some_and(|it| it.may_stand_in(text)) || self.shows_token(text) {
            KEPT_BACK.to_owned()
        } else {
            foreign::words(text)
        }
    }

    /// A code or an id, unless it is the password or the token.
    pub(super) fn name(&self, name: &str) -> String {
        if self.password.is_some_and(|it| it.stands_in_name(name)) || self.shows_token(name) {
            MASK.to_owned()
        } else {
            foreign::name(name)
        }
    }

    /// What is kept of an answer; nothing where nothing of it is known, or where it may quote what
    /// was signed.
    pub(super) fn answer(&self, response: &Response) -> Option<String> {
        let Ok(Value::Object(fields)) = serde_json::from_slice(&response.body) else {
            return None;
        };
        let code = self.account.provider().code_in(response);
        if code.as_deref().is_some_and(quotes_what_was_signed) {
            return None;
        }
        let known = self.known(fields);
        if known.is_empty() {
            return None;
        }
        Some(foreign::words(&Value::Object(known).to_string()))
    }

    fn known(&self, fields: Map<String, Value>) -> Map<String, Value> {
        fields
            .into_iter()
            .filter_map(|(name, value)| {
                let member = self.member(&name)?;
                Some((name, self.value(member, value)?))
            })
            .collect()
    }

    /// What a member is to the account's cloud; else to another, in whose shape a gateway may answer.
    fn member(&self, name: &str) -> Option<AnswerMember> {
        [self.account.provider()]
            .iter()
            .chain(Provider::ALL)
            .flat_map(|cloud| cloud.facts().answer_members)
            .find_map(|(known, member)| (*known == name).then_some(*member))
    }

    fn value(&self, member: AnswerMember, value: Value) -> Option<Value> {
        match value {
            Value::Object(fields) => Some(Value::Object(self.known(fields))),
            Value::Array(items) => Some(Value::Array(
                items
                    .into_iter()
                    .filter(Value::is_object)
                    .filter_map(|item| self.value(AnswerMember::Members, item))
                    .collect(),
            )),
            Value::String(text) => match member {
                AnswerMember::Name => Some(Value::String(self.name(&text))),
                AnswerMember::Words => Some(Value::String(self.text(&text))),
                AnswerMember::Members => None,
            },
            Value::Number(number) if self.name(&number.to_string()) == MASK => None,
            value => Some(value),
        }
    }

    fn shows_token(&self, text: &str) -> bool {
        self.account.shows_token(text)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use serde_json::json;

    use super::*;
    use crate::{
        account::{AccountConfig, SandboxAccount},
        endpoint::Endpoint,
        reference::{Reference, TokenReference},
    };

    fn account() -> Account {
        account_of(Provider::Ens)
    }

    fn account_of(provider: Provider) -> Account {
        Account::sandbox(SandboxAccount {
            id: "edge".to_owned(),
            provider,
            project_id: None,
            address: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 1),
            access_key_id: "k".to_owned(),
            access_key_secret: "s".to_owned().into(),
        })
    }

    fn kept(body: &str) -> Option<String> {
        let account = account();
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
        let body = r#"{"RequestId":"r","Results":[{"Code":400,"EventId":"e-1","Message":"bad Canary77","Password":"Canary77"},
            {"Code":404,"EventId":"e-2","Message":"no such event"}],"Echo":{"Password":"Canary77"}}"#;
        let kept: Value = serde_json::from_str(&kept(body).unwrap()).unwrap();
        let results = json!([
            {"Code": 400, "EventId": "e-1", "Message": KEPT_BACK},
            {"Code": 404, "EventId": "e-2", "Message": "no such event"}
        ]);
        assert_eq!(kept, json!({"RequestId": "r", "Results": results}));
    }

    #[test]
    fn however_an_answer_spells_the_password_it_is_not_kept() {
        for quoted in [
            r#"{\"Password\":\"Canary77\"}"#,
            r#"{\"body\":\"{\\\"Password\\\":\\\"Can\\u0061ry77\\\"}\"}"#,
            r"Can\u0061ry77",
            "Can&#97;ry77",
            "C%61nary77",
            "Q2FuYXJ5Nzc=",
            "UGFzc3dvcmQ9Q2FuYXJ5Nzc",
            "43616e6172793737",
        ] {
            for member in ["Message", "Code", "RequestId", "Recommend"] {
                let body = format!(r#"{{"HostId":"h","{member}":"it is {quoted}"}}"#);
                let kept: Value = serde_json::from_str(&kept(&body).unwrap()).unwrap();
                let shown = kept[member].as_str().unwrap();
                assert!(
                    [KEPT_BACK, MASK].contains(&shown),
                    "{member} of {body}: {shown}"
                );
            }
        }
    }

    #[test]
    fn of_a_call_without_a_password_the_clouds_words_are_kept() {
        let account = account();
        let redactor = Redactor {
            account: &account,
            password: None,
        };
        assert_eq!(redactor.text("50% of \u{4e00}"), "50% of \u{4e00}");
        assert_eq!(redactor.name(" a\nb "), "a\u{fffd}b");
    }

    #[test]
    fn nothing_is_kept_that_shows_the_accounts_token() {
        const TOKEN: &str = "AQoDYXdzEJr1K0canary";
        let named = |name: &str| Reference::Env(name.to_owned());
        let config = AccountConfig {
            id: "edge".to_owned(),
            provider: Provider::Ens,
            region: "cn-hangzhou".to_owned(),
            project_id: None,
            endpoint: Endpoint::of(Provider::Ens, "cn-hangzhou").unwrap(),
            access_key_id: named("ID"),
            access_key_secret: named("SECRET"),
            security_token: Some(TokenReference::Required(named("TOKEN"))),
            poll: None,
            items_per_call: 1,
        };
        let read = |name: &str| Some(if name == "TOKEN" { TOKEN } else { name }.to_owned());
        let account = Account::open(&config, &read).unwrap();
        let redactor = Redactor {
            account: &account,
            password: None,
        };
        let quoted = format!("signed with {TOKEN}");
        assert_eq!(redactor.text(&quoted), KEPT_BACK);
        assert_eq!(redactor.name(TOKEN), MASK);
        assert_eq!(redactor.text("signed with a token"), "signed with a token");
        assert_eq!(redactor.name("token"), "token");
    }

    #[test]
    fn a_number_that_shows_a_piece_of_the_password_is_not_kept() {
        let account = account();
        let password = Password::new("Ab1234567".to_owned());
        let redactor = Redactor {
            account: &account,
            password: Some(&password),
        };
        for (code, is_kept) in [(1_234_567, false), (400, true)] {
            let kept = redactor.answer(&Response {
                status: 400,
                headers: Vec::new(),
                body: json!({"RequestId": "r", "Code": code}).to_string().into(),
            });
            let kept: Value = serde_json::from_str(&kept.unwrap()).unwrap();
            assert_eq!(kept["RequestId"], "r");
            assert_eq!(kept["Code"] == code, is_kept, "{kept}");
        }
    }

    #[test]
    fn of_every_clouds_answers_its_documented_members_are_kept_whichever_cloud_was_asked() {
        let asked = Provider::ALL.iter();
        // A gateway may answer in another one's shape.
        for (asked, provider) in
            asked.flat_map(|asked| Provider::ALL.iter().map(move |other| (asked, other)))
        {
            let account = account_of(*asked);
            let redactor = Redactor {
                account: &account,
                password: None,
            };
            let members = provider.facts().answer_members;
            assert!(!members.is_empty(), "{provider}");
            let texts = members
                .iter()
                .filter(|(_, member)| *member != AnswerMember::Members)
                .map(|(name, _)| ((*name).to_owned(), json!("text")));
            let body: Map<String, Value> = texts.collect();
            let kept = redactor.answer(&Response {
                status: 200,
                headers: Vec::new(),
                body: Value::Object(body.clone()).to_string().into_bytes(),
            });
            let kept: Value = serde_json::from_str(&kept.unwrap()).unwrap();
            assert_eq!(kept, Value::Object(body), "{provider} to {asked}");
        }
    }

    #[test]
    fn keeps_nothing_where_a_code_in_a_gateways_shape_may_quote_a_signature() {
        for body in [
            r#"{"code":"SignatureDoesNotMatch","message":"x"}"#,
            r#"{"error":{"Code":"SignatureDoesNotMatch","Message":"x"}}"#,
        ] {
            assert_eq!(kept(body), None, "{body}");
        }
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
}
