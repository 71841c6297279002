//! What is to be checked: files, patterns, stdin.

use std::{collections::HashSet, path::PathBuf};

use crate::{
    host::Host,
    pattern,
    source::{DocumentSource, Named},
};

/// The inputs that the arguments name, each once, in their order; none is stdin.
pub(crate) fn sources(host: &dyn Host, arguments: Vec<PathBuf>) -> Vec<Named> {
    if arguments.is_empty() {
        return vec![Ok(DocumentSource::Stdin)];
    }
    let mut seen = HashSet::new();
    arguments
        .into_iter()
        .map(|argument| unquoted(host, argument))
        .flat_map(|argument| expand(host, argument))
        .filter(|source| match source {
            Ok(source) => seen.insert(source.clone()),
            Err(_) => true,
        })
        .collect()
}

/// An argument without single quotes around it, which `cmd.exe` and most that start a program without a
/// shell leave where they are.
fn unquoted(host: &dyn Host, argument: PathBuf) -> PathBuf {
    let inner = argument
        .to_str()
        .and_then(|text| text.strip_prefix('\'')?.strip_suffix('\''));
    match inner {
        Some(inner) if !inner.is_empty() && !host.exists(&argument) => PathBuf::from(inner),
        _ => argument,
    }
}

/// Whether a name is half of one in single quotes, parted at a space.
pub(crate) fn is_half_quoted(name: &str) -> bool {
    name.starts_with('\'') != name.ends_with('\'')
}

fn expand(host: &dyn Host, argument: PathBuf) -> Vec<Named> {
    if argument.as_os_str() == "-" {
        return vec![Ok(DocumentSource::Stdin)];
    }
    match argument.to_str() {
        // A file may well have a bracket in its name.
        Some(pattern) if pattern.contains(['*', '?', '[']) && !host.exists(&argument) => {
            pattern::matches(host, pattern)
                .unwrap_or_else(|failure| vec![Err((pattern.to_owned(), failure))])
        }
        _ => vec![Ok(DocumentSource::File(argument))],
    }
}
