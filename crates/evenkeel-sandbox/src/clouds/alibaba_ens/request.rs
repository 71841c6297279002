//! Reads ENS' parameters, and names the one that is wrong.

use std::collections::HashSet;

use super::refusal;
use crate::{clouds::alibaba::params::Params, refusal::Refusal};

/// A list whose values must all be among `known`.
pub(super) fn list_of(
    params: &Params,
    name: &str,
    known: &[&str],
) -> Result<Option<HashSet<String>>, Refusal> {
    match params.list(name) {
        Some(values) if values.iter().any(|value| !known.contains(&value.as_str())) => {
            Err(refusal::invalid(name))
        }
        values => Ok(values),
    }
}

/// A positive number, with what it is when absent.
pub(super) fn number(
    params: &Params,
    name: &str,
    default: usize,
    max: usize,
) -> Result<usize, Refusal> {
    match params.get(name) {
        None => Ok(default),
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| (1..=max).contains(number))
            .ok_or_else(|| refusal::invalid(name)),
    }
}
