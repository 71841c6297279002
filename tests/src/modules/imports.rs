//! Reads what lines import: `use` statements, and paths that are written out.

use std::collections::{BTreeMap, BTreeSet};

use super::Name;

/// The `use` statements of some lines, without `use` and the semicolon.
fn uses(lines: &[(usize, String)]) -> Vec<String> {
    let mut uses = Vec::new();
    let mut open: Option<String> = None;
    for (_, line) in lines {
        let code = line.split("//").next().unwrap_or_default().trim();
        if let Some(text) = &mut open {
            text.push_str(code);
        } else {
            let visible = code
                .strip_prefix("pub")
                .map(|rest| match rest.split_once(')') {
                    Some((scope, rest)) if scope.starts_with('(') => rest,
                    _ => rest,
                });
            let item = visible.unwrap_or(code).trim_start();
            open = item.strip_prefix("use ").map(str::to_owned);
        }
        if let Some(text) = open.take_if(|text| text.ends_with(';')) {
            uses.push(text.trim_end_matches(';').to_owned());
        }
    }
    uses
}

/// The paths in a tree of `use`, each with the name that it is imported as.
fn leaves(tree: &str, before: &[String], found: &mut Vec<(Name, String)>) {
    let tree = tree.trim();
    if let Some((head, group)) = tree.split_once('{') {
        let head = segments(head);
        let before = [before, &head].concat();
        let group = group.rsplit_once('}').map_or(group, |(group, _)| group);
        let (mut depth, mut start) = (0_usize, 0);
        for (at, character) in group.char_indices().chain([(group.len(), ',')]) {
            match character {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                ',' if depth == 0 => {
                    leaves(group.get(start..at).unwrap_or_default(), &before, found);
                    start = at + 1;
                }
                _ => {}
            }
        }
    } else if !tree.is_empty() {
        let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
        let mut path = [before, &segments(path)].concat();
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = match alias.trim() {
            "" => path.last().cloned().unwrap_or_default(),
            alias => alias.to_owned(),
        };
        found.push((path, name));
    }
}

fn segments(path: &str) -> Name {
    path.split("::")
        .map(|segment| segment.trim().to_owned())
        .filter(|segment| !segment.is_empty())
        .collect()
}

fn imported(lines: &[(usize, String)]) -> Vec<(Name, String)> {
    let mut found = Vec::new();
    for tree in uses(lines) {
        leaves(&tree, &[], &mut found);
    }
    found
}

pub(super) fn imported_names(lines: &[(usize, String)]) -> BTreeMap<String, Name> {
    imported(lines)
        .into_iter()
        .map(|(path, name)| (name, path))
        .collect()
}

/// Every path that some lines import or write out.
pub(super) fn paths(lines: &[(usize, String)]) -> BTreeSet<Name> {
    let mut paths: BTreeSet<Name> = imported(lines).into_iter().map(|(path, _)| path).collect();
    for (_, line) in lines {
        let code = line.split("//").next().unwrap_or_default();
        let is_of_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '$';
        for path in code.split(|c: char| !is_of_path(c)) {
            if ["crate::", "self::", "super::"]
                .iter()
                .any(|start| path.starts_with(start))
            {
                paths.insert(segments(path));
            }
        }
    }
    paths
}
