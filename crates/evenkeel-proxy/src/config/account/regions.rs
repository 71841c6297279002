//! An entry with several `regions`, which is an account a region.

use std::ops::Range;

use evenkeel::Provider;
use evenkeel_engine::Setting;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    super::reader::{Reader, kind},
    Destination, ID_MAX, REGIONS, checked_region, default_endpoint, id_text, project,
};

/// The id of an entry's account in a region. It depends on nothing else of the entry: one more region, or one
/// less, changes no other account's id, and so none's history.
pub(super) fn account_id(entry: &str, region: &str) -> String {
    format!("{entry}-{region}")
}

/// Where the calls of each region's account go; what is wrong is noted, and left out.
pub(super) fn destinations<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    provider: Provider,
) -> Vec<Destination> {
    for (key, hint) in [
        ("region", "an entry has `region` or `regions`"),
        (
            "endpoint",
            "it is one place, and `regions` are several: write an entry of its own for a region that needs one",
        ),
    ] {
        if let Some(value) = table.get(key) {
            reader.fault(
                Some(value.span()),
                format!("`{key}` does not go with `{REGIONS}`: {hint}"),
            );
        }
    }
    let regions = names(reader, table, provider);
    let mut projects = projects(reader, table, provider, &regions);
    let destinations = regions.iter().zip(projects.drain(..));
    destinations
        .filter_map(|((region, span), project)| {
            let endpoint = default_endpoint(reader, Some(span.clone()), provider, region)?;
            let project_id = match project {
                Project::None => None,
                Project::Of(setting) => Some(setting),
                Project::Wrong => return None,
            };
            Some(Destination {
                region: (*region).to_owned(),
                project_id,
                endpoint,
            })
        })
        .collect()
}

/// The names of the regions and where each stands.
fn names<'v>(
    reader: &mut Reader<'_>,
    table: &'v DeTable<'_>,
    provider: Provider,
) -> Vec<(&'v str, Range<usize>)> {
    let Some(value) = table.get(REGIONS) else {
        return Vec::new();
    };
    let DeValue::Array(entries) = value.get_ref() else {
        let fault = format!(
            "`{REGIONS}` must be a list, like `[\"{}\"]`, not {}",
            provider.facts().region_example,
            kind(value)
        );
        reader.fault(Some(value.span()), fault);
        return Vec::new();
    };
    if entries.is_empty() {
        reader.fault(
            Some(value.span()),
            format!("`{REGIONS}` is empty: name one at least"),
        );
    }
    let mut names: Vec<(&str, Range<usize>)> = Vec::new();
    for entry in entries {
        let span = entry.span();
        let Some(text) = entry.get_ref().as_str() else {
            let fault = format!("a region must be a string in quotes, not {}", kind(entry));
            reader.fault(Some(span), fault);
            continue;
        };
        let Some(region) = checked_region(reader, text, span.clone()) else {
            continue;
        };
        if names.iter().any(|(known, _)| *known == region) {
            reader.fault(Some(span), format!("the region `{region}` is there twice"));
            continue;
        }
        if let Some((id, _)) = id_text(table)
            && account_id(id, region).len() > ID_MAX
        {
            reader.fault(
                Some(span),
                format!(
                    "the account's id would be `{}`, which has more than {ID_MAX} letters: shorten `id`",
                    account_id(id, region)
                ),
            );
            continue;
        }
        names.push((region, span));
    }
    names
}

/// What a region's account has for a project.
#[derive(Clone)]
enum Project {
    /// The cloud has none.
    None,
    Of(Setting),
    /// It has been noted.
    Wrong,
}

/// Each region's project, in the order of the regions. A project is in one region: a single one for all would
/// be wrong for all but one.
fn projects<'t>(
    reader: &mut Reader<'t>,
    table: &DeTable<'t>,
    provider: Provider,
    regions: &[(&str, Range<usize>)],
) -> Vec<Project> {
    const KEY: &str = "project_id";
    let none = vec![Project::Wrong; regions.len()];
    if provider.facts().project_variable.is_none() {
        // Notes it if there is one.
        super::project_id(reader, table, provider);
        return vec![Project::None; regions.len()];
    }
    let Some((first, _)) = regions.first() else {
        return none;
    };
    let DeValue::Table(of_region) = table
        .get(KEY)
        .map_or(&DeValue::Boolean(false), Spanned::get_ref)
    else {
        let place = table.get(KEY).or_else(|| table.get(REGIONS));
        reader.fault(
            place.map(Spanned::span),
            format!(
                "a project of `{provider}` is in one region: write each region's, like `{KEY} = {{ {first} = \"…\" }}`"
            ),
        );
        return none;
    };
    let names: Vec<&str> = regions.iter().map(|(name, _)| *name).collect();
    reader.refuse_unknown(of_region, &format!("`{KEY}`"), &names);
    let of = |(name, span): &(&str, Range<usize>)| {
        if !of_region.contains_key(*name) {
            reader.fault(
                Some(span.clone()),
                format!("`{KEY}` has no project for the region `{name}`"),
            );
        }
        let Some((text, span)) = reader.string(of_region, name) else {
            return Project::Wrong;
        };
        project(reader, text, span).map_or(Project::Wrong, Project::Of)
    };
    regions.iter().map(of).collect()
}
