//! Faults as JSON. Every mistake is named, because a fault that silently does nothing makes a
//! test that proves nothing.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use super::{Fault, Kind};
use crate::cloud::{Cloud, Operation};

/// The longest delay: longer than any time-out a client should have.
const LONGEST_DELAY_MS: u64 = 600_000;

/// Why faults cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Malformed {
    #[error("the body is not JSON: {0}")]
    NotJson(String),
    #[error("{0}")]
    Fault(String),
    #[error("fault {index}: {message}")]
    Listed { index: usize, message: String },
}

/// A fault as it is written: any kind's fields, checked against its kind afterwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    operation: String,
    kind: String,
    provider: Option<String>,
    retry_after_s: Option<u32>,
    status: Option<u16>,
    code: Option<String>,
    message: Option<String>,
    ms: Option<u64>,
    event_ids: Option<HashSet<String>>,
    count: Option<usize>,
    times: Option<u32>,
}

/// Reads one fault or a list of them.
///
/// # Errors
/// The first mistake, with the place of its fault, counted from 0.
pub(crate) fn parse(body: &[u8]) -> Result<Vec<Fault>, Malformed> {
    let value = serde_json::from_slice(body).map_err(|e| Malformed::NotJson(e.to_string()))?;
    match value {
        Value::Array(values) => values
            .into_iter()
            .enumerate()
            .map(|(index, value)| {
                read(value).map_err(|message| Malformed::Listed { index, message })
            })
            .collect(),
        value => read(value)
            .map(|fault| vec![fault])
            .map_err(Malformed::Fault),
    }
}

fn read(value: Value) -> Result<Fault, String> {
    let written: Written = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let provider = match &written.provider {
        Some(name) => Some(
            Cloud::parse(name)
                .ok_or_else(|| format!("`{name}` is not a provider: use `ens` or `huawei-ecs`"))?,
        ),
        None => None,
    };
    if written.operation != "*" {
        let operation = Operation::parse(&written.operation).ok_or_else(|| {
            let names: Vec<_> = Operation::ALL.iter().map(|name| name.as_str()).collect();
            format!(
                "`{}` is not an operation: use `*` or one of {}",
                written.operation,
                names.join(", ")
            )
        })?;
        if provider.is_some_and(|provider| provider != operation.cloud()) {
            return Err(format!("`{}` is the other provider's", written.operation));
        }
    }
    if written.times == Some(0) {
        return Err("`times` must be at least 1, or null for always".to_owned());
    }
    let kind = kind(&written)?;
    Ok(Fault {
        operation: written.operation,
        provider,
        kind,
        times: written.times,
    })
}

/// The kind with its own fields; a field of another kind is a mistake.
fn kind(written: &Written) -> Result<Kind, String> {
    let name = written.kind.as_str();
    refuse_foreign_fields(written)?;
    match name {
        "throttle" => Ok(Kind::Throttle {
            retry_after_s: written.retry_after_s,
        }),
        "error" => match written.status {
            Some(status @ 400..=599) => Ok(Kind::Error {
                status,
                code: written.code.clone(),
                message: written.message.clone(),
            }),
            Some(status) => Err(format!("`status` {status} is not from 400 to 599")),
            None => Err("`error` needs `status`".to_owned()),
        },
        "delay" => match written.ms {
            Some(ms) if ms <= LONGEST_DELAY_MS => Ok(Kind::Delay { ms }),
            Some(ms) => Err(format!("`ms` {ms} is more than {LONGEST_DELAY_MS}")),
            None => Err("`delay` needs `ms`".to_owned()),
        },
        "fail_items" => match (&written.event_ids, written.count) {
            (None, None | Some(0)) => Err("`fail_items` needs `event_ids` or `count`".to_owned()),
            (Some(_), Some(_)) => {
                Err("`fail_items` takes `event_ids` or `count`, not both".to_owned())
            }
            (event_ids, count) => Ok(Kind::FailItems {
                event_ids: event_ids.clone(),
                count,
            }),
        },
        "lost_answer" => Ok(Kind::LostAnswer),
        "reorder_results" => Ok(Kind::ReorderResults),
        "trailing_newline" => Ok(Kind::TrailingNewline),
        _ => Err(unknown_kind(name)),
    }
}

fn unknown_kind(name: &str) -> String {
    format!(
        "`{name}` is not a kind: use `throttle`, `error`, `delay`, `lost_answer`, `fail_items`, \
         `reorder_results` or `trailing_newline`"
    )
}

fn refuse_foreign_fields(written: &Written) -> Result<(), String> {
    let name = written.kind.as_str();
    let own: &[&str] = match name {
        "throttle" => &["retry_after_s"],
        "error" => &["status", "code", "message"],
        "delay" => &["ms"],
        "fail_items" => &["event_ids", "count"],
        "lost_answer" | "reorder_results" | "trailing_newline" => &[],
        _ => return Err(unknown_kind(name)),
    };
    let given = [
        ("retry_after_s", written.retry_after_s.is_some()),
        ("status", written.status.is_some()),
        ("code", written.code.is_some()),
        ("message", written.message.is_some()),
        ("ms", written.ms.is_some()),
        ("event_ids", written.event_ids.is_some()),
        ("count", written.count.is_some()),
    ];
    match given
        .iter()
        .find(|(field, given)| *given && !own.contains(field))
    {
        Some((field, _)) => Err(format!("`{field}` means nothing for `{name}`")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_one_fault_or_a_list() {
        let one = br#"{"operation":"*","kind":"lost_answer"}"#;
        let list = br#"[{"operation":"*","kind":"lost_answer"}]"#;
        assert_eq!(parse(one), parse(list));
        assert_eq!(parse(b"[]"), Ok(vec![]));
    }

    #[test]
    fn names_every_mistake() {
        for (body, expected) in [
            ("{", "the body is not JSON"),
            ("[1]", "fault 0: invalid type"),
            (r#"{"operation":"*"}"#, "missing field `kind`"),
            (
                r#"{"operation":"*","kind":"flood"}"#,
                "`flood` is not a kind",
            ),
            (
                r#"{"operation":"Reboot","kind":"lost_answer"}"#,
                "`Reboot` is not an operation",
            ),
            (
                r#"{"operation":"ListScheduledEvents","provider":"ens","kind":"lost_answer"}"#,
                "`ListScheduledEvents` is the other provider's",
            ),
            (
                r#"{"operation":"*","kind":"lost_answer","provider":"aws"}"#,
                "`aws` is not a provider",
            ),
            (
                r#"{"operation":"*","kind":"lost_answer","tims":1}"#,
                "unknown field `tims`",
            ),
            (
                r#"{"operation":"*","kind":"lost_answer","times":0}"#,
                "`times` must be at least 1",
            ),
            (
                r#"{"operation":"*","kind":"lost_answer","ms":1}"#,
                "`ms` means nothing",
            ),
            (r#"{"operation":"*","kind":"delay"}"#, "`delay` needs `ms`"),
            (
                r#"{"operation":"*","kind":"delay","ms":600001}"#,
                "is more than 600000",
            ),
            (
                r#"{"operation":"*","kind":"error"}"#,
                "`error` needs `status`",
            ),
            (
                r#"{"operation":"*","kind":"error","status":200}"#,
                "is not from 400 to 599",
            ),
            (
                r#"{"operation":"*","kind":"fail_items"}"#,
                "needs `event_ids` or `count`",
            ),
            (
                r#"[{"operation":"*","kind":"lost_answer"},{"operation":"*","kind":"delay"}]"#,
                "fault 1: `delay` needs `ms`",
            ),
        ] {
            let refusal = parse(body.as_bytes()).unwrap_err().to_string();
            assert!(refusal.contains(expected), "{body}: {refusal}");
        }
    }
}
