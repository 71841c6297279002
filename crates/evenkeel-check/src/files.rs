//! What is to be checked: files, patterns, stdin.

use std::{collections::HashSet, path::PathBuf};

use crate::{
    machine::Machine,
    pattern,
    source::{DocumentSource, Named},
};

/// The inputs that the arguments name, each once, in their order; none is stdin.
pub(crate) fn sources(machine: &dyn Machine, arguments: Vec<PathBuf>) -> Vec<Named> {
    if arguments.is_empty() {
        return vec![Ok(DocumentSource::Stdin)];
    }
    let mut seen = HashSet::new();
    arguments
        .into_iter()
        .map(|argument| unquoted(machine, argument))
        .flat_map(|argument| expand(machine, argument))
        .filter(|source| match source {
            Ok(source) => seen.insert(source.clone()),
            Err(_) => true,
        })
        .collect()
}

/// An argument without single quotes around it, which `cmd.exe` and most that start a program without a
/// shell leave where they are.
fn unquoted(machine: &dyn Machine, argument: PathBuf) -> PathBuf {
    let inner = argument
        .to_str()
        .and_then(|text| text.strip_prefix('\'')?.strip_suffix('\''));
    match inner {
        Some(inner) if !inner.is_empty() && !machine.exists(&argument) => PathBuf::from(inner),
        _ => argument,
    }
}

/// Whether a name is half of one in single quotes, parted at a space.
pub(crate) fn is_half_quoted(name: &str) -> bool {
    name.starts_with('\'') != name.ends_with('\'')
}

fn expand(machine: &dyn Machine, argument: PathBuf) -> Vec<Named> {
    if argument.as_os_str() == "-" {
        return vec![Ok(DocumentSource::Stdin)];
    }
    match argument.to_str() {
        // A file may well have a bracket in its name.
        Some(pattern) if pattern.contains(['*', '?', '[']) && !machine.exists(&argument) => {
            pattern::matches(machine, pattern)
                .unwrap_or_else(|failure| vec![Err((pattern.to_owned(), failure))])
        }
        _ => vec![Ok(DocumentSource::File(argument))],
    }
}
