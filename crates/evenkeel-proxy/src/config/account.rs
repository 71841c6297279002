//! An entry of `[[accounts]]`.

use std::ops::Range;

use evenkeel::{ProjectId, Provider};
use evenkeel_engine::{AccountConfig, Endpoint, Reference, Setting, TokenReference};
use toml::{Spanned, de::DeTable};

use super::{
    collector::poll,
    reader::{Reader, whole_number},
};

const ACCOUNT: &[&str] = &[
    "id",
    "provider",
    "region",
    "project_id",
    "endpoint",
    "access_key_id",
    "access_key_secret",
    "security_token",
    "poll",
    ITEMS_PER_CALL,
];
const ITEMS_PER_CALL: &str = "items_per_call";

/// How many letters a misspelt region may have wrong.
const TYPO: usize = 2;

/// The longest account id, in bytes.
const ID_MAX: usize = 64;

pub(super) fn account<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    place: Range<usize>,
) -> Option<AccountConfig> {
    reader.refuse_unknown(table, "`[[accounts]]`", ACCOUNT);
    let id = id(reader, table, &place);
    let provider = provider(reader, table, &place);
    let access_key_id = reference(reader, table, "access_key_id");
    let access_key_secret = reference(reader, table, "access_key_secret");
    let security_token = reference(reader, table, "security_token");
    let poll = poll(reader, table);
    // What follows depends on the provider.
    let provider = provider?;
    let region = region(reader, table, provider, &place);
    let project_id = project_id(reader, table, provider);
    let endpoint = endpoint(reader, table, provider, region.as_deref());
    let items_per_call = items_per_call(reader, table, provider);
    let own_keys = access_key_id.is_some() || access_key_secret.is_some();
    let [key_id, secret, token] = provider.facts().key_variables;
    Some(AccountConfig {
        id: id?,
        provider,
        region: region?,
        project_id,
        endpoint: endpoint?,
        access_key_id: access_key_id.unwrap_or_else(|| Reference::Env(key_id.to_owned())),
        access_key_secret: access_key_secret.unwrap_or_else(|| Reference::Env(secret.to_owned())),
        security_token: match security_token {
            Some(reference) => Some(TokenReference::Required(reference)),
            // The variable's token belongs to the variables' key, not to one named here.
            None if own_keys => None,
            None => Some(TokenReference::Default(Reference::Env(token.to_owned()))),
        },
        poll,
        items_per_call,
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
pub(super) fn id_text<'v>(table: &'v DeTable<'_>) -> Option<(&'v str, Range<usize>)> {
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
    // INVARIANT: a region becomes part of a host name.
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.is_empty() && text.len() <= ID_MAX && text.bytes().all(plain) {
        return Some(text.to_owned());
    }
    reader.fault(
        Some(span),
        format!("`region` must be lower-case letters, digits and `-`, not `{text}`"),
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
        (Some(_), Some((text, span))) => {
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
    }
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
            return default_endpoint(reader, table, provider, region?);
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
fn default_endpoint<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
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
            table.get("region").map(Spanned::span),
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
                "`{key}` must be `env:NAME` or `file:PATH`: a credential never stands in the file"
            ),
        );
    }
    reference
}
