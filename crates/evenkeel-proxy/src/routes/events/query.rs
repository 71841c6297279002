//! What a query string asks for; every fault of it says what is taken instead.

use evenkeel::Provider;
use evenkeel_store::{Cursor, EventQuery, Gone, Sort, SortKey};

use super::since::Since;
use crate::problem::{Problem, ProblemCode};

const DEFAULT_LIMIT: u32 = 100;
const MOST: u32 = 1_000;
/// The longest text searched for, and the most values of one filter.
const LONGEST: usize = 200;
const MOST_VALUES: usize = 200;
/// Each word of a search is looked for in every event.
const MOST_WORDS: usize = 10;

const KNOWN: &str = "`account`, `provider`, `state`, `type`, `level`, `tag`, `q`, `resource`, `gone`, `sort`, `limit`, `cursor`, `facets`";

/// What is asked for.
#[derive(Debug)]
pub(super) struct PageQuery {
    pub(super) query: EventQuery,
    pub(super) after: Option<Cursor>,
    pub(super) limit: u32,
    pub(super) facets: bool,
}

/// What a listing is asked for.
#[derive(Debug)]
pub(super) struct View {
    pub(super) asked: PageQuery,
    /// The position to catch up from.
    pub(super) since: Option<Since>,
}

impl PageQuery {
    /// Reads a raw query string.
    pub(super) fn parse(query: &str) -> Result<Self, Problem> {
        let mut asked = Self {
            query: EventQuery::default(),
            after: None,
            limit: DEFAULT_LIMIT,
            facets: false,
        };
        let mut cursor = None;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "cursor" => cursor = Some(value.into_owned()),
                "limit" => {
                    asked.limit = value
                        .parse()
                        .ok()
                        .filter(|limit| (1..=MOST).contains(limit))
                        .ok_or_else(|| {
                            Problem::wrong_parameter("limit", &format!("a number from 1 to {MOST}"))
                        })?;
                }
                "facets" => asked.facets = parse(&value, "facets", "`true` or `false`")?,
                name @ ("q" | "resource") if value.chars().count() > LONGEST => {
                    return Err(Problem::wrong_parameter(
                        name,
                        &format!("at most {LONGEST} characters long"),
                    ));
                }
                "resource" => {
                    let part = value.trim();
                    asked.query.resource = (!part.is_empty()).then(|| part.to_owned());
                }
                "q" => asked
                    .query
                    .words
                    .extend(value.split_whitespace().map(str::to_owned)),
                name => asked.filter(name, &value)?,
            }
        }
        let query = &asked.query;
        let longest = [
            query.accounts.len(),
            query.type_names.len(),
            query.levels.len(),
            query.tags.iter().map(|(_, values)| values.len()).sum(),
        ];
        if longest.iter().any(|length| *length > MOST_VALUES) {
            return Err(Problem::wrong_parameter(
                "a filter",
                &format!("given with at most {MOST_VALUES} values"),
            ));
        }
        if query.words.len() > MOST_WORDS {
            return Err(Problem::wrong_parameter(
                "q",
                &format!("at most {MOST_WORDS} words"),
            ));
        }
        if let Some(text) = cursor {
            let cursor = Cursor::parse(&text, asked.query.sort).map_err(|error| {
                Problem::new(ProblemCode::InvalidParameters, format!("`cursor` {error}"))
            })?;
            asked.after = Some(cursor);
        }
        Ok(asked)
    }

    /// Reads what a listing is asked for: filters, but no order and no page.
    pub(super) fn parse_view(query: &str, with_since: bool) -> Result<View, Problem> {
        let mut since = None;
        let mut filters = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "since" if with_since => {
                    let what = "the `position` of an earlier listing, or its mark";
                    since = Some(
                        Since::parse(&value)
                            .ok_or_else(|| Problem::wrong_parameter("since", what))?,
                    );
                }
                "sort" | "limit" | "cursor" | "facets" | "since" => {
                    let detail = format!(
                        "there is no parameter `{name}` here: all events of the view are told at once"
                    );
                    return Err(Problem::new(ProblemCode::InvalidParameters, detail));
                }
                name => {
                    filters.append_pair(name, &value);
                }
            }
        }
        Ok(View {
            asked: Self::parse(&filters.finish())?,
            since,
        })
    }

    /// What is asked of the label that events are grouped by needs no search: its counts are kept.
    pub(super) fn group_by(&mut self, label: Option<&str>) {
        let tags = &mut self.query.tags;
        let place = tags.iter().position(|(key, _)| Some(key.as_str()) == label);
        // An event without the label is counted as one with an empty value.
        let place = place.filter(|place| {
            let values = tags.get(*place).map(|(_, values)| values);
            values.is_some_and(|values| !values.iter().any(String::is_empty))
        });
        if let Some(place) = place {
            let (_, values) = tags.remove(place);
            self.query.labels = values;
        }
    }

    fn filter(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let query = &mut self.query;
        match name {
            "account" => query.accounts.push(value.to_owned()),
            "level" => query.levels.push(value.to_owned()),
            "tag" => {
                let (key, value) = tag(value).ok_or_else(|| {
                    let what = "a key and a value, like `service:web`; a `:` within the key is written `\\:`";
                    Problem::wrong_parameter(name, what)
                })?;
                match query.tags.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, values)) => push(values, value),
                    None => query.tags.push((key, vec![value])),
                }
            }
            "provider" => {
                let provider: Provider = named(value, name)?;
                push(&mut query.providers, provider.as_str().to_owned());
            }
            "state" => push(&mut query.states, named(value, name)?),
            // A kind, or else the cloud's own name.
            "type" => match value.parse() {
                Ok(kind) => push(&mut query.kinds, kind),
                Err(_) => query.type_names.push(value.to_owned()),
            },
            "gone" => {
                query.gone = match value {
                    "exclude" => Gone::Exclude,
                    "include" => Gone::Include,
                    "only" => Gone::Only,
                    _ => {
                        return Err(Problem::wrong_parameter(
                            name,
                            "`exclude`, `include` or `only`",
                        ));
                    }
                };
            }
            "sort" => {
                query.sort = Sort::parse(value).ok_or_else(|| {
                    let keys = SortKey::ALL.map(SortKey::as_str).join(", ");
                    Problem::wrong_parameter(
                        name,
                        &format!("one of {keys}, with `-` before it for the other way round"),
                    )
                })?;
            }
            _ => {
                return Err(Problem::new(
                    ProblemCode::InvalidParameters,
                    format!("there is no parameter `{name}`; there are {KNOWN}"),
                ));
            }
        }
        Ok(())
    }
}

/// The resource that an event's path leaves open.
pub(super) fn resource_id(query: &str) -> Result<Option<String>, Problem> {
    let mut resource = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name != "resource_id" {
            return Err(Problem::new(
                ProblemCode::InvalidParameters,
                format!("there is no parameter `{name}`; there is `resource_id`"),
            ));
        }
        resource = Some(value.trim().to_owned());
    }
    Ok(resource)
}

/// A tag's key and value, parted by the first colon that has no backslash before it.
fn tag(text: &str) -> Option<(String, String)> {
    let mut key = String::new();
    let mut rest = text.chars();
    while let Some(sign) = rest.next() {
        match sign {
            ':' => return (!key.is_empty()).then(|| (key, rest.as_str().to_owned())),
            '\\' if rest.as_str().starts_with(':') => key.extend(rest.next()),
            sign => key.push(sign),
        }
    }
    None
}

fn push<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

fn named<T>(value: &str, name: &str) -> Result<T, Problem>
where
    T: std::str::FromStr<Err = evenkeel::UnknownName>,
{
    value.parse().map_err(|error: evenkeel::UnknownName| {
        Problem::new(ProblemCode::InvalidParameters, format!("`{name}` {error}"))
    })
}

fn parse<T: std::str::FromStr>(value: &str, name: &str, what: &str) -> Result<T, Problem> {
    value
        .parse()
        .map_err(|_| Problem::wrong_parameter(name, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_tag_are_alternatives_and_tags_narrow_together() {
        let tags = |query: &str| PageQuery::parse(query).unwrap().query.tags;
        let own = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        assert_eq!(
            tags("tag=service:web&tag=env:prod&tag=service:mail&tag=service:web"),
            [
                ("service".to_owned(), own(&["web", "mail"])),
                ("env".to_owned(), own(&["prod"]))
            ]
        );
        // Only the first colon parts them, and not one that is written otherwise.
        for (query, key, value) in [
            ("tag=url:http://x", "url", "http://x"),
            (r"tag=acs\:region:cn-1", "acs:region", "cn-1"),
            ("tag=empty:", "empty", ""),
        ] {
            assert_eq!(tags(query), [(key.to_owned(), own(&[value]))], "{query}");
        }
        for query in ["tag=", "tag=service", "tag=:web"] {
            let problem = PageQuery::parse(query).unwrap_err();
            let detail = format!("{problem:?}");
            assert!(
                detail.contains("`tag` must be a key and a value"),
                "{detail}"
            );
        }
    }
}
