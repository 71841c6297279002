//! Reads fault plans, which are JSON. Every mistake is named with its place, because a fault that silently does nothing
//! makes a test that proves nothing.

use serde_json::Value;
use thiserror::Error;

use super::{Fault, FaultKind, Items, When, fields::Fields};
use crate::provider::{Operation, Provider};

/// The longest delay: longer than any time-out a client should have.
const LONGEST_DELAY_MS: u64 = 600_000;
/// The longest that a list may lag: a day.
const LONGEST_LAG_MS: u64 = 86_400_000;
/// More results than this are a slip of the keyboard.
const MOST_ITEMS: u64 = 1000;

/// The fields that a fault of any kind may have.
const COMMON: [&str; 8] = [
    "operation",
    "provider",
    "kind",
    "times",
    "nth",
    "probability",
    "for_s",
    "seed",
];

/// Why a fault plan cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FaultPlanError {
    /// The text is not JSON; the message has line and column.
    #[error("the fault plan is not JSON: {0}")]
    NotJson(String),
    /// The plan itself is wrong.
    #[error("{0}")]
    Plan(String),
    /// One of its faults is wrong.
    #[error("fault {index}: {message}")]
    Fault {
        /// Its place in the list, counted from 0.
        index: usize,
        /// What is wrong with it.
        message: String,
    },
}

/// Reads one fault, a list of them, or a plan: `{"seed": …, "faults": […]}`.
///
/// # Errors
/// The first mistake and its place.
pub(crate) fn parse(
    text: &[u8],
    providers: &[&'static Provider],
) -> Result<Vec<Fault>, FaultPlanError> {
    let value = serde_json::from_slice(text).map_err(|e| FaultPlanError::NotJson(e.to_string()))?;
    let (seed, faults) = match value {
        Value::Array(faults) => (None, faults),
        Value::Object(mut fields) if fields.contains_key("faults") => {
            let faults = fields.remove("faults");
            let seed = match fields.remove("seed") {
                None | Some(Value::Null) => None,
                Some(seed) => Some(seed.as_u64().ok_or_else(|| {
                    FaultPlanError::Plan(
                        "`seed` must be a whole number that is not negative".to_owned(),
                    )
                })?),
            };
            if let Some(name) = fields.keys().next() {
                return Err(FaultPlanError::Plan(format!(
                    "`{name}` means nothing in a plan, which has `seed` and `faults`"
                )));
            }
            match faults {
                Some(Value::Array(faults)) => (seed, faults),
                _ => {
                    return Err(FaultPlanError::Plan(
                        "`faults` must be a list of faults".to_owned(),
                    ));
                }
            }
        }
        fault => (None, vec![fault]),
    };
    faults
        .into_iter()
        .enumerate()
        .map(|(index, value)| match read(value, providers) {
            Ok(fault) => Ok(Fault {
                seed: fault.seed.or(seed),
                ..fault
            }),
            Err(message) => Err(FaultPlanError::Fault { index, message }),
        })
        .collect()
}

fn read(value: Value, providers: &[&'static Provider]) -> Result<Fault, String> {
    let mut fields = Fields::of(value)?;
    let kind_name = fields.text("kind")?.ok_or("`kind` is missing")?;
    check_names(&kind_name, &fields)?;
    let operation = fields
        .text("operation")?
        .ok_or("`operation` is missing: a name, or `*` for all")?;
    let provider = match fields.text("provider")? {
        Some(name) => Some(find_provider(&name, providers)?),
        None => None,
    };
    let times = fields.number("times", u64::from(u32::MAX))?;
    let nth = fields.ordinals("nth")?;
    let probability = fields.fraction("probability")?;
    let for_s = fields.number("for_s", u64::from(u32::MAX))?;
    let seed = fields.number("seed", u64::MAX)?;
    if times == Some(0) {
        return Err("`times` must be at least 1, or null for always".to_owned());
    }
    if nth.is_some() && (times.is_some() || probability.is_some()) {
        return Err("`nth` names its calls itself: leave out `times` and `probability`".to_owned());
    }
    if seed.is_some() && probability.is_none() {
        return Err("`seed` means nothing without `probability`".to_owned());
    }
    let kind = kind(&kind_name, &mut fields)?;
    check_operation(&operation, provider, providers, &kind)?;
    Ok(Fault {
        operation,
        provider: provider.map(|provider| provider.name),
        kind,
        times,
        nth,
        probability,
        for_s,
        seed,
        seen: 0,
        met: 0,
        added_at: 0,
        number: 0,
    })
}

/// Checks that the kind is one, and that every field is its own or one that all have.
fn check_names(kind: &str, fields: &Fields) -> Result<(), String> {
    let Some((_, own)) = FaultKind::FIELDS.iter().find(|(name, _)| *name == kind) else {
        let names = FaultKind::FIELDS.map(|(name, _)| name);
        return Err(format!(
            "`{kind}` is not a kind{}: use one of {}",
            nearest(kind, names.into_iter()),
            names.join(", ")
        ));
    };
    // What `GET` shows may be sent back: the counts start anew.
    let known = |name: &str| {
        COMMON.contains(&name) || own.contains(&name) || ["seen", "met"].contains(&name)
    };
    let given: Vec<&str> = fields.all_names().collect();
    if let Some(name) = given.iter().find(|name| {
        !known(name)
            && !FaultKind::FIELDS
                .iter()
                .any(|(_, others)| others.contains(*name))
    }) {
        let names = COMMON.into_iter().chain(own.iter().copied());
        return Err(format!("unknown field `{name}`{}", nearest(name, names)));
    }
    match fields.names().find(|name| !known(name)) {
        Some(name) => Err(format!("`{name}` means nothing for `{kind}`")),
        None => Ok(()),
    }
}

/// Suggests a known word that is close: `, did you mean …`.
fn nearest(word: &str, known: impl Iterator<Item = &'static str>) -> String {
    known
        .map(|name| (strsim::damerau_levenshtein(word, name), name))
        .min()
        .filter(|(distance, name)| *distance <= 2 && *distance < name.len())
        .map_or_else(String::new, |(_, name)| format!(", did you mean `{name}`"))
}

fn find_provider(name: &str, providers: &[&'static Provider]) -> Result<&'static Provider, String> {
    let found = providers.iter().find(|provider| provider.name == name);
    found.copied().ok_or_else(|| {
        let names = providers
            .iter()
            .map(|provider| format!("`{}`", provider.name));
        let names = listed(names.collect(), "or");
        format!("`{name}` is not a provider: use {names}")
    })
}

/// Checks that there is such an operation, at this provider if one is named, and that such a thing can happen to it.
fn check_operation(
    name: &str,
    provider: Option<&Provider>,
    providers: &[&'static Provider],
    kind: &FaultKind,
) -> Result<(), String> {
    if name == "*" {
        return Ok(());
    }
    let all = || providers.iter().flat_map(|provider| provider.operations);
    let owners: Vec<&Provider> = providers
        .iter()
        .copied()
        .filter(|provider| provider.operation(name).is_some())
        .collect();
    if owners.is_empty() {
        let names: Vec<&str> = all().map(|operation| operation.name).collect();
        return Err(format!(
            "`{name}` is not an operation{}: use `*` or one of {}",
            nearest(name, all().map(|operation| operation.name)),
            names.join(", ")
        ));
    }
    let is_meant = |other: &&Provider| provider.is_none_or(|provider| provider.name == other.name);
    let meant: Vec<&Operation> = owners
        .into_iter()
        .filter(is_meant)
        .filter_map(|provider| provider.operation(name))
        .collect();
    if meant.is_empty() {
        return Err(format!("`{name}` is another provider's"));
    }
    if !meant.iter().any(|operation| kind.fits_operation(operation)) {
        let whose = |has: fn(&Operation) -> bool| {
            let has_any = |provider: &&&Provider| provider.operations.iter().any(has);
            let having = providers.iter().filter(has_any);
            listed(
                having.map(|provider| possessive(provider.short)).collect(),
                "and",
            )
        };
        return Err(format!(
            "`{}` never happens to `{name}`: {}",
            kind.name(),
            match kind {
                FaultKind::ReorderResults
                | FaultKind::MissingResults(_)
                | FaultKind::ExtraResults(_) =>
                    format!("it is for {} batch operations", whose(Operation::is_batch)),
                FaultKind::TrailingNewline => format!(
                    "it is for {} list and batch operations",
                    whose(|operation| operation.pads_resource_ids)
                ),
                FaultKind::FailItems { .. } => "it is for operations that act".to_owned(),
                FaultKind::DuplicatePage | FaultKind::StaleLists { .. } =>
                    "it is for lists".to_owned(),
                _ => "its answers have no body".to_owned(),
            }
        ));
    }
    Ok(())
}

/// Joins words in a sentence: `a`, `a or b`, `a, b or c`.
fn listed(mut words: Vec<String>, and: &str) -> String {
    let last = words.pop().unwrap_or_default();
    if words.is_empty() {
        last
    } else {
        format!("{} {and} {last}", words.join(", "))
    }
}

fn possessive(name: &str) -> String {
    if name.ends_with(['s', 'S']) {
        format!("{name}'")
    } else {
        format!("{name}'s")
    }
}

/// Reads the kind with its own fields.
fn kind(name: &str, fields: &mut Fields) -> Result<FaultKind, String> {
    Ok(match name {
        "throttle" => FaultKind::Throttle {
            retry_after_s: fields.number("retry_after_s", u64::from(u32::MAX))?,
        },
        "error" => FaultKind::Error {
            status: status(fields)?.ok_or("`error` needs `status`")?,
            code: fields.text("code")?,
            message: fields.text("message")?,
            body: fields.text("body")?,
            content_type: match fields.text("content_type")? {
                Some(content_type) => Some(header_value(content_type)?),
                None => None,
            },
        },
        "delay" => FaultKind::Delay {
            ms: duration(name, fields, LONGEST_DELAY_MS)?,
        },
        "lost_answer" => FaultKind::LostAnswer,
        "reset" => FaultKind::Reset {
            when: match fields.text("when")?.as_deref() {
                Some("before") => When::Before,
                Some("after") => When::After,
                Some(other) => return Err(format!("`when` is `before` or `after`, not `{other}`")),
                None => return Err("`reset` needs `when`: `before` or `after` the act".to_owned()),
            },
        },
        "fail_items" => FaultKind::FailItems {
            items: items(name, fields)?,
            status: status(fields)?,
            code: fields.text("code")?,
            message: fields.text("message")?,
            result_code: fields.code("result_code")?,
        },
        "reorder_results" => FaultKind::ReorderResults,
        "missing_results" => FaultKind::MissingResults(items(name, fields)?),
        "extra_results" => FaultKind::ExtraResults(items(name, fields)?),
        "trailing_newline" => FaultKind::TrailingNewline,
        "duplicate_page" => FaultKind::DuplicatePage,
        "stale_lists" => FaultKind::StaleLists {
            ms: duration(name, fields, LONGEST_LAG_MS)?,
        },
        "slow_body" => FaultKind::SlowBody {
            ms: duration(name, fields, LONGEST_DELAY_MS)?,
        },
        "truncated_body" => FaultKind::TruncatedBody {
            bytes: fields.number("bytes", u64::from(u32::MAX))?,
            clean_end: fields.flag("clean_end")?.unwrap_or(false),
        },
        // `check_names` has seen to it that no other name comes here.
        _ => FaultKind::WrongContentType {
            content_type: content_type(fields)?,
            body: fields.text("body")?,
        },
    })
}

fn content_type(fields: &mut Fields) -> Result<String, String> {
    let content_type = fields
        .text("content_type")?
        .unwrap_or_else(|| "text/html".to_owned());
    header_value(content_type)
}

fn header_value(content_type: String) -> Result<String, String> {
    match axum::http::HeaderValue::from_str(&content_type) {
        Ok(_) => Ok(content_type),
        Err(_) => Err("`content_type` cannot stand in a header".to_owned()),
    }
}

fn duration(name: &str, fields: &mut Fields, max: u64) -> Result<u64, String> {
    fields
        .number("ms", max)?
        .ok_or_else(|| format!("`{name}` needs `ms`"))
}

fn status(fields: &mut Fields) -> Result<Option<u16>, String> {
    match fields.number("status", u64::from(u16::MAX))? {
        Some(status @ 400..=599) => Ok(Some(status)),
        Some(status) => Err(format!("`status` {status} is not from 400 to 599")),
        None => Ok(None),
    }
}

fn items(kind: &str, fields: &mut Fields) -> Result<Items, String> {
    match (
        fields.texts("event_ids")?,
        fields.number("count", MOST_ITEMS)?,
    ) {
        (None, None | Some(0)) => Err(format!("`{kind}` needs `event_ids` or `count`")),
        (Some(_), Some(_)) => Err(format!("`{kind}` takes `event_ids` or `count`, not both")),
        (Some(event_ids), None) => Ok(event_ids.into()),
        (None, Some(count)) => Ok(Items::First { count }),
    }
}
