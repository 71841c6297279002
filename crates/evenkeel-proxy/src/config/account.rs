//! An entry of `[[accounts]]`.

mod regions;

use std::{collections::BTreeSet, ops::Range};

use evenkeel::{ProjectId, Provider};
use evenkeel_engine::{AccountConfig, Endpoint, Reference, Setting, TokenReference};
use toml::{Spanned, de::DeTable};

use super::{
    reader::{Reader, whole_number},
    sync::poll,
};

const ACCOUNT: &[&str] = &[
    "id",
    "provider",
    "region",
    REGIONS,
    "project_id",
    "endpoint",
    "access_key_id",
    "access_key_secret",
    "security_token",
    "poll",
    ITEMS_PER_CALL,
];
const ITEMS_PER_CALL: &str = "items_per_call";
const REGIONS: &str = "regions";

/// How many letters a misspelt region may have wrong.
const TYPO: usize = 2;

/// The longest account id, in bytes.
const ID_MAX: usize = 64;

/// Reads an entry: the account that it describes, or one a region. What is wrong is noted, and left out.
pub(super) fn accounts<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    place: &Range<usize>,
) -> Vec<AccountConfig> {
    reader.refuse_unknown(table, "`[[accounts]]`", ACCOUNT);
    let id = id(reader, table, place);
    let provider = provider(reader, table, place);
    let access_key_id = reference(reader, table, "access_key_id");
    let access_key_secret = reference(reader, table, "access_key_secret");
    let security_token = reference(reader, table, "security_token");
    let poll = poll(reader, table);
    // What follows depends on the provider.
    let Some(provider) = provider else {
        return Vec::new();
    };
    let destinations = if table.contains_key(REGIONS) {
        regions::destinations(reader, table, provider)
    } else {
        destination(reader, table, provider, place)
            .into_iter()
            .collect()
    };
    let items_per_call = items_per_call(reader, table, provider);
    let Some(id) = id else {
        return Vec::new();
    };
    let own_keys = access_key_id.is_some() || access_key_secret.is_some();
    let [key_id, secret, token] = provider.facts().key_variables;
    let of_variable = |name: &str| Reference::Env(name.to_owned());
    let access_key_id = access_key_id.unwrap_or_else(|| of_variable(key_id));
    let access_key_secret = access_key_secret.unwrap_or_else(|| of_variable(secret));
    let security_token = match security_token {
        Some(reference) => Some(TokenReference::Required(reference)),
        // The variable's token belongs to the variables' key, not to one named here.
        None if own_keys => None,
        None => Some(TokenReference::Default(of_variable(token))),
    };
    let accounts = destinations.into_iter().map(|destination| AccountConfig {
        id: if table.contains_key(REGIONS) {
            regions::account_id(&id, &destination.region)
        } else {
            id.clone()
        },
        provider,
        region: destination.region,
        project_id: destination.project_id,
        endpoint: destination.endpoint,
        access_key_id: access_key_id.clone(),
        access_key_secret: access_key_secret.clone(),
        security_token: security_token.clone(),
        poll,
        items_per_call,
    });
    accounts.collect()
}

/// The ids of an entry's accounts as they stand, right or wrong, for finding one that is there twice.
pub(super) fn ids(table: &DeTable<'_>) -> Vec<(String, Range<usize>)> {
    let Some((id, span)) = id_text(table) else {
        return Vec::new();
    };
    let Some(names) = table.get(REGIONS) else {
        return vec![(id.to_owned(), span)];
    };
    let names = names.get_ref().as_array().into_iter().flatten();
    let names: BTreeSet<&str> = names.filter_map(|name| name.get_ref().as_str()).collect();
    let of = |name: &str| (regions::account_id(id, name), span.clone());
    names.into_iter().map(of).collect()
}

/// Where an account's calls go.
struct Destination {
    region: String,
    project_id: Option<Setting>,
    endpoint: Endpoint,
}

fn destination<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    provider: Provider,
    place: &Range<usize>,
) -> Option<Destination> {
    let region = region(reader, table, provider, place);
    let project_id = project_id(reader, table, provider);
    let endpoint = endpoint(reader, table, provider, region.as_deref());
    Some(Destination {
        region: region?,
        project_id,
        endpoint: endpoint?,
    })
}

fn missing(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
    place: &Range<usize>,
    hint: &str,
) {
    // A value of the wrong kind has been noted already.
    if table.get(key).is_none() {
        reader.fault(
            Some(place.clone()),
            format!("the account has no `{key}`: {hint}"),
        );
    }
}

/// The id as it stands, right or wrong.
fn id_text<'v>(table: &'v DeTable<'_>) -> Option<(&'v str, Range<usize>)> {
    let value = table.get("id")?;
    Some((value.get_ref().as_str()?, value.span()))
}

fn id<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>, place: &Range<usize>) -> Option<String> {
    let Some((text, span)) = reader.string(table, "id") else {
        missing(reader, table, "id", place, "what people and URLs call it");
        return None;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let starts = text
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphanumeric());
    if starts && text.len() <= ID_MAX && text.bytes().all(plain) {
        return Some(text.to_owned());
    }
    reader.fault(
        Some(span),
        format!(
            "`id` must be 1 to {ID_MAX} letters, digits, `-`, `_` or `.`, a letter or digit first, not `{text}`"
        ),
    );
    None
}

/// The names of all clouds, for a message.
fn providers() -> String {
    let names: Vec<String> = Provider::NAMES
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    names.join(" or ")
}

fn provider<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    place: &Range<usize>,
) -> Option<Provider> {
    let Some((text, span)) = reader.string(table, "provider") else {
        missing(reader, table, "provider", place, &providers());
        return None;
    };
    let provider = text.parse().ok();
    if provider.is_none() {
        reader.fault(
            Some(span),
            format!("`provider` must be {}, not `{text}`", providers()),
        );
    }
    provider
}

fn region<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    provider: Provider,
    place: &Range<usize>,
) -> Option<String> {
    let Some((text, span)) = reader.string(table, "region") else {
        let example = format!("like `{}`", provider.facts().region_example);
        missing(reader, table, "region", place, &example);
        return None;
    };
    checked_region(reader, text, span).map(str::to_owned)
}

/// The name of a region, or nothing after noting why it is none.
fn checked_region<'r>(
    reader: &mut Reader<'_>,
    text: &'r str,
    span: Range<usize>,
) -> Option<&'r str> {
    // INVARIANT: a region becomes part of a host name.
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.is_empty() && text.len() <= ID_MAX && text.bytes().all(plain) {
        return Some(text);
    }
    reader.fault(
        Some(span),
        format!("a region must be lower-case letters, digits and `-`, not `{text}`"),
    );
    None
}

fn project_id<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    provider: Provider,
) -> Option<Setting> {
    let text = reader.string(table, "project_id");
    match (provider.facts().project_variable, text) {
        (None, None) => None,
        (None, Some((_, span))) => {
            reader.fault(
                Some(span),
                format!("an `{provider}` account has no `project_id`"),
            );
            None
        }
        (Some(variable), None) => Some(Setting::At(Reference::Env(variable.to_owned()))),
        (Some(_), Some((text, span))) => project(reader, text, span),
    }
}

/// A project, or where it stands; nothing after noting that it is none.
fn project(reader: &mut Reader<'_>, text: &str, span: Range<usize>) -> Option<Setting> {
    if let Some(reference) = Reference::parse(text) {
        return Some(Setting::At(reference));
    }
    if ProjectId::parse(text).is_err() {
        reader.fault(
            Some(span),
            format!("`project_id` `{text}` is no project id"),
        );
        return None;
    }
    Some(Setting::Plain(text.to_owned()))
}

fn endpoint<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    provider: Provider,
    region: Option<&str>,
) -> Option<Endpoint> {
    let Some((text, span)) = reader.string(table, "endpoint") else {
        // One of the wrong kind has been noted already.
        if table.get("endpoint").is_none() {
            let span = table.get("region").map(Spanned::span);
            return default_endpoint(reader, span, provider, region?);
        }
        return None;
    };
    match text.parse() {
        Ok(endpoint) => Some(endpoint),
        Err(error) => {
            reader.fault(Some(span), format!("`endpoint` {error}"));
            None
        }
    }
}

/// The cloud's own endpoint in the region. One that is not known is not guessed: a made-up host may
/// be anybody's.
fn default_endpoint(
    reader: &mut Reader<'_>,
    span: Option<Range<usize>>,
    provider: Provider,
    region: &str,
) -> Option<Endpoint> {
    let endpoint = Endpoint::of(provider, region);
    if endpoint.is_none() {
        let nearest = provider
            .regions()
            .map(|known| (strsim::osa_distance(region, known), known))
            .min()
            .filter(|(distance, _)| *distance <= TYPO)
            .map(|(_, known)| format!("did you mean `{known}`? "));
        let example = provider
            .regions()
            .next()
            .and_then(|known| provider.host(known));
        reader.fault(
            span,
            format!(
                "the region `{region}` is not known, nor where its API is: {}for another region write its `endpoint`, like `https://{}`",
                nearest.unwrap_or_default(),
                example.unwrap_or_default()
            ),
        );
    }
    endpoint
}

fn items_per_call<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>, provider: Provider) -> usize {
    let most = provider.most_items_per_call();
    if most > 1 {
        let count = reader.count(table, ITEMS_PER_CALL, (1, most));
        return count.unwrap_or(provider.items_per_call());
    }
    if let Some(value) = table.get(ITEMS_PER_CALL)
        && whole_number(value) != Some(1)
    {
        let fault =
            format!("`{ITEMS_PER_CALL}` can only be 1: a call to `{provider}` is about one event");
        reader.fault(Some(value.span()), fault);
    }
    1
}

fn reference<'t>(reader: &mut Reader<'t>, table: &DeTable<'t>, key: &str) -> Option<Reference> {
    let (text, span) = reader.string(table, key)?;
    let reference = Reference::parse(text);
    if reference.is_none() {
        // The value is not shown: it may be the very thing that should not be here.
        reader.fault(
            Some(span),
            format!(
                "`{key}` must be {}: a credential never stands in the file",
                Reference::FORMS,
            ),
        );
    }
    reference
}
