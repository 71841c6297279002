//! Signatures: what is signed verifies, and every single bit of it counts.

use evenkeel::{Operation, OperationName, ProjectId, Provider, Rules, Scope, Timestamp};
use evenkeel_sign::{
    Credentials, ReceivedRequest, SignableRequest, acs3, huawei, rpc1, wire_query,
};
use evenkeel_tests::check::{NOW_MILLIS, Target};
use proptest::prelude::*;

use crate::config;
use crate::made_up::parameters;

const HOST: &str = "127.0.0.1:9000";
const SKEW: i64 = 15 * 60 * 1000;
const KEY: &str = "AKID";

fn key() -> Credentials {
    Credentials::new(KEY, "secret").with_security_token("token")
}

/// A request as it is on the wire, in parts that a test can change.
#[derive(Debug, Clone)]
struct Wire {
    scheme: &'static str,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Wire {
    /// The core's request, signed.
    fn of(operation: &Operation) -> Self {
        let scope = Scope {
            account: String::new(),
            project_id: ProjectId::parse("07d47a56eb00d3a02f5ec01a1b7f9c43").ok(),
            region: Some("cn-hangzhou".to_owned()),
        };
        let request = operation.request(&scope);
        let body = request.body.unwrap_or_default();
        let parts = SignableRequest {
            method: request.method.as_str(),
            host: HOST,
            path: &request.path,
            query: &request.query,
            headers: &request.headers,
            body: body.as_bytes(),
        };
        let (scheme, signed) = match operation.name().provider() {
            Provider::Ens | Provider::AlibabaEcs => (
                "acs3",
                acs3::sign(&parts, &key(), NOW_MILLIS, "nonce").unwrap(),
            ),
            Provider::HuaweiEcs => ("huawei", huawei::sign(&parts, &key(), NOW_MILLIS).unwrap()),
        };
        let mut headers = signed.headers;
        headers.push(("host".to_owned(), HOST.to_owned()));
        let query = wire_query(&request.query);
        let mark = if query.is_empty() { "" } else { "?" };
        Self {
            scheme,
            method: parts.method.to_owned(),
            target: format!("{}{mark}{query}", parts.path),
            headers,
            body,
        }
    }

    /// The same parameters in the older signature.
    fn of_rpc1(operation: &Operation) -> Self {
        let mut parameters = operation.request(&Scope::default()).query;
        parameters.push(("Action".to_owned(), operation.name().to_string()));
        parameters.push(("Version".to_owned(), "2017-11-10".to_owned()));
        let signed = rpc1::sign("GET", &parameters, &key(), NOW_MILLIS, "nonce").unwrap();
        Self {
            scheme: "rpc1",
            method: "GET".to_owned(),
            target: format!("/?{}", wire_query(&signed.parameters)),
            headers: Vec::new(),
            body: String::new(),
        }
    }

    fn verifies(&self) -> bool {
        let received = ReceivedRequest {
            method: &self.method,
            target: &self.target,
            headers: &self.headers,
            body: self.body.as_bytes(),
        };
        let find = |id: &str| (id == KEY).then(key);
        match self.scheme {
            "acs3" => acs3::verify(&received, NOW_MILLIS, SKEW, &find).is_ok(),
            "huawei" => huawei::verify(&received, NOW_MILLIS, SKEW, &find).is_ok(),
            _ => rpc1::verify(&received, NOW_MILLIS, SKEW, &find).is_ok(),
        }
    }

    /// Its parts that are text.
    fn texts(&mut self) -> Vec<&mut String> {
        let mut texts = vec![&mut self.method, &mut self.target, &mut self.body];
        texts.extend(self.headers.iter_mut().map(|(_, value)| value));
        texts
    }
}

/// Flips every bit of every part, and says which flips verify all the same.
fn flips_that_verify(wire: &mut Wire) -> (usize, Vec<String>) {
    let mut tried = 0;
    let mut verified = Vec::new();
    for part in 0..wire.texts().len() {
        let whole = wire.texts()[part].clone();
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut bytes = whole.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                // A part that is no text any more does not get past an HTTP server.
                let Ok(changed) = String::from_utf8(bytes) else {
                    continue;
                };
                wire.texts()[part].clone_from(&changed);
                tried += 1;
                if wire.verifies() && !is_the_same_escape(&whole, at, bit) {
                    verified.push(format!("{changed:?} at {at}, which was {whole:?}"));
                }
            }
        }
        *wire.texts()[part] = whole;
    }
    (tried, verified)
}

/// `%2f` and `%2F` are the same: the one change of a bit that changes nothing.
fn is_the_same_escape(text: &str, at: usize, bit: u8) -> bool {
    let bytes = text.as_bytes();
    let escaped = (1..=2).any(|back| at >= back && bytes[at - back] == b'%');
    bit == 5 && escaped && bytes[at].is_ascii_hexdigit() && bytes[at].is_ascii_alphabetic()
}

fn operation(name: OperationName) -> Operation {
    let json = match name {
        OperationName::DescribeHistoryEvents => {
            r#"{"EventTypes":["Disk:Stalled"],"ResourceIds":["a+b"],"PageNumber":2}"#
        }
        OperationName::BatchEventMigrateInstance => {
            r#"{"EventInfos":[{"EventId":"e-1","ResourceId":"i-1","OpsType":"immediate","DataPolicy":"try_transfer","Password":"Aa1 +*~%&=é😀"}]}"#
        }
        OperationName::BatchEventRedeployInstance | OperationName::BatchEventRebootInstance => {
            r#"{"EventInfos":[{"EventId":"e-1","ResourceId":"i-1","OpsType":"scheduled","PlanTime":1742538632000}]}"#
        }
        OperationName::ListScheduledEvents => {
            r#"{"limit":1,"marker":"a &b=c","type":["instance-redeploy"],"state":["inquiring","scheduled"]}"#
        }
        OperationName::AcceptScheduledEvent | OperationName::UpdateScheduledEvent => {
            r#"{"id":"a/b+c~é","not_before":"2025-03-21T09:00:00Z"}"#
        }
        OperationName::DescribeInstanceHistoryEvents => {
            r#"{"InstanceEventCycleStatus":["Inquiring","Scheduled"],"EventId":["e-a+b"],"NextToken":"a &b=c","EventPublishTime.Start":"2025-03-21T09:00:00Z"}"#
        }
        OperationName::DescribeDisksFullStatus => r#"{"EventType":"Stalled","PageNumber":2}"#,
        OperationName::AcceptInquiredSystemEvent => r#"{"EventId":"e-a/b+c~é"}"#,
        OperationName::RedeployInstance => r#"{"InstanceId":"i-a/b+c~é"}"#,
        OperationName::RebootInstances => {
            r#"{"InstanceId":["i-a/b+c~é","i-2"],"BatchOptimization":"SuccessFirst"}"#
        }
        OperationName::ModifySystemEventAttribute => {
            r#"{"InstanceId":"i-1","EventId":"e-a/b+c~é","NotBefore":"2025-03-21T09:00:00Z"}"#
        }
    };
    let rules = Rules::at(Timestamp::from_millis(NOW_MILLIS));
    Operation::parse_json(name, json.as_bytes(), &rules)
        .unwrap()
        .value
}

#[test]
fn any_flipped_bit_of_any_operation_breaks_its_signature() {
    let mut total = 0;
    for &name in OperationName::ALL {
        let mut wire = Wire::of(&operation(name));
        assert!(wire.verifies(), "{name}");
        let (tried, verified) = flips_that_verify(&mut wire);
        assert!(verified.is_empty(), "{name}: {verified:#?}");
        assert!(tried > 1000, "{name}: {tried}");
        total += tried;
    }
    println!("{total} flipped bits");
}

#[test]
fn any_flipped_bit_breaks_the_older_signature_too() {
    for &name in OperationName::ALL {
        if name.provider() == Provider::Ens {
            let mut wire = Wire::of_rpc1(&operation(name));
            assert!(wire.verifies(), "{name}");
            let (tried, verified) = flips_that_verify(&mut wire);
            assert!(verified.is_empty(), "{name}: {verified:#?}");
            assert!(tried > 1000, "{name}: {tried}");
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_signed_verifies_and_a_flipped_byte_breaks_it(
        (name, value) in parameters(),
        part: prop::sample::Index,
        at: prop::sample::Index,
        bit in 0..7_u8,
    ) {
        let rules = Rules::at(Timestamp::from_millis(NOW_MILLIS));
        let operation = Operation::parse_json(name, value.to_string().as_bytes(), &rules).unwrap().value;
        let mut wires = vec![Wire::of(&operation)];
        if name.provider() == Provider::Ens {
            wires.push(Wire::of_rpc1(&operation));
        }
        for mut wire in wires {
            prop_assert!(wire.verifies());
            let mut texts = wire.texts();
            texts.retain(|text| !text.is_empty());
            let part = part.index(texts.len());
            let at = at.index(texts[part].len());
            let mut bytes = texts[part].clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let changed = String::from_utf8(bytes);
            prop_assume!(changed.is_ok() && !is_the_same_escape(texts[part], at, bit));
            *texts[part] = changed.unwrap();
            prop_assert!(!wire.verifies(), "{:?}", wire);
        }
    }

    #[test]
    fn any_request_is_verified_or_refused_and_one_that_is_signed_verifies(
        first: u8,
        place: [u8; 3],
        method in "[A-Z]{1,7}|\\PC{0,5}",
        target in "/[!-~]{0,60}|\\PC{0,20}",
        headers in prop::collection::vec(("[a-zA-Z-]{1,12}|x-acs-action|x-acs-version|host", "\\PC{0,20}"), 0..6),
        body in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut data = vec![first, place[0], place[1], place[2]];
        data.extend_from_slice(format!("{method} {target}\n").as_bytes());
        for (name, value) in headers {
            data.extend_from_slice(format!("{name}: {value}\n").as_bytes());
        }
        data.push(b'\n');
        data.extend_from_slice(&body);
        Target::Verifier.run(&data);
    }

    #[test]
    fn any_query_has_one_canonical_form(first: u8, raw in "[!-~]{0,40}|[a-c&=%+0-9A-F]{0,30}|\\PC{0,30}") {
        Target::CanonicalQuery.run(&[&[first], raw.as_bytes()].concat());
    }
}
