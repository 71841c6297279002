//! Reads the modules of a crate from its sources: their lines, what they import, and where imports run in a circle.
//!
//! It reads `use` and paths that start with `crate`, `self` or `super`; it follows names that are handed on with
//! `pub use`, but not globs. What is compiled for tests alone is left out.

mod imports;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use imports::{imported_names, paths};

/// The way to a module from the root of its crate, which is empty.
pub type Name = Vec<String>;

/// The modules of a crate.
#[derive(Debug, Default)]
pub struct Modules {
    sources: BTreeMap<Name, SourceFile>,
    /// Where each name that a module imports comes from.
    names: BTreeMap<Name, BTreeMap<String, Name>>,
}

/// A module's file.
#[derive(Debug)]
pub struct SourceFile {
    /// The file.
    pub path: PathBuf,
    /// Its lines with their numbers, without those for tests alone.
    pub lines: Vec<(usize, String)>,
    /// How many lines it has in all.
    pub length: usize,
}

/// One module imports from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// Who imports.
    pub from: Name,
    /// Where what it imports is.
    pub to: Name,
}

/// Modules side by side that need each other, each with what is inside it.
#[derive(Debug, PartialEq, Eq)]
pub struct Circle {
    /// Their names.
    pub members: Vec<String>,
    /// The imports among them.
    pub imports: Vec<Import>,
}

impl Modules {
    /// Reads a crate's `src`.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn read(src: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        find(src, &mut files)?;
        let mut modules = Self::default();
        let mut tests = BTreeSet::new();
        for path in files {
            let Some(name) = name_of(&path, src) else {
                continue;
            };
            let text = fs::read_to_string(&path)?;
            let (lines, only_for_tests) = production(&text);
            for child in only_for_tests {
                tests.insert([name.clone(), vec![child]].concat());
            }
            let source = SourceFile {
                path,
                lines,
                length: text.lines().count(),
            };
            modules.sources.insert(name, source);
        }
        modules
            .sources
            .retain(|name, _| !tests.iter().any(|test| name.starts_with(test)));
        modules.names = modules
            .sources
            .iter()
            .map(|(name, source)| (name.clone(), imported_names(&source.lines)))
            .collect();
        Ok(modules)
    }

    /// Each module's name and file.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &SourceFile)> {
        self.sources.iter()
    }

    /// What every module imports from another one, each once.
    pub fn imports(&self) -> BTreeSet<Import> {
        let mut imports = BTreeSet::new();
        for (from, source) in &self.sources {
            for path in paths(&source.lines) {
                if let Some(to) = self.resolve(from, &path, 8)
                    && to != *from
                {
                    let from = from.clone();
                    imports.insert(Import { from, to });
                }
            }
        }
        imports
    }

    /// The module that a path leads to, as a module reads it. A path without a module of this crate leads nowhere.
    fn resolve(&self, from: &[String], path: &[String], most_steps: usize) -> Option<Name> {
        let (first, rest) = path.split_first()?;
        let mut at: Name = match first.as_str() {
            "crate" => Vec::new(),
            "self" => from.to_vec(),
            "super" => from.split_last()?.1.to_vec(),
            child => {
                let name = [from, &[child.to_owned()]].concat();
                if !self.sources.contains_key(&name) {
                    return None;
                }
                name
            }
        };
        for (index, segment) in rest.iter().enumerate() {
            if segment == "super" {
                at.pop()?;
                continue;
            }
            let inner = [at.as_slice(), std::slice::from_ref(segment)].concat();
            if self.sources.contains_key(&inner) {
                at = inner;
                continue;
            }
            // A name that the module has from elsewhere itself.
            let origin = self.names.get(&at).and_then(|names| names.get(segment));
            if let (Some(origin), Some(steps)) = (origin, most_steps.checked_sub(1)) {
                let after = rest.get(index + 1..).unwrap_or_default();
                let whole = [origin.as_slice(), after].concat();
                return self.resolve(&at, &whole, steps).or(Some(at));
            }
            break;
        }
        Some(at)
    }

    /// Where modules side by side need each other. A module and those inside it may.
    pub fn circles(&self) -> Vec<Circle> {
        // The imports between the parts of each module, as between those parts.
        let mut levels: BTreeMap<Name, Vec<(String, String, Import)>> = BTreeMap::new();
        for import in self.imports() {
            let common = import
                .from
                .iter()
                .zip(&import.to)
                .take_while(|(from, to)| from == to)
                .count();
            if let (Some(from), Some(to)) = (import.from.get(common), import.to.get(common)) {
                let parent = import.from.iter().take(common).cloned().collect();
                let edge = (from.clone(), to.clone(), import.clone());
                levels.entry(parent).or_default().push(edge);
            }
        }
        levels
            .values()
            .flat_map(|edges| circles_of(edges))
            .collect()
    }
}

fn circles_of(edges: &[(String, String, Import)]) -> Vec<Circle> {
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to, _) in edges {
        next.entry(from).or_default().insert(to);
    }
    let reached = |from: &str| {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            for to in next.get(at).into_iter().flatten() {
                if seen.insert(*to) {
                    open.push(to);
                }
            }
        }
        seen
    };
    let reach: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|at| (*at, reached(at))).collect();
    let is_mutual = |a: &str, b: &str| {
        let gets = |a: &str, b: &str| reach.get(a).is_some_and(|seen| seen.contains(b));
        gets(a, b) && gets(b, a)
    };
    let mut circles: Vec<Circle> = Vec::new();
    for at in next.keys() {
        let known = circles
            .iter()
            .any(|circle| circle.members.iter().any(|member| member == at));
        if known || !is_mutual(at, at) {
            continue;
        }
        let members: Vec<String> = next
            .keys()
            .filter(|other| is_mutual(at, other))
            .map(|other| (*other).to_owned())
            .collect();
        let imports = edges
            .iter()
            .filter(|(from, to, _)| members.contains(from) && members.contains(to))
            .map(|(_, _, import)| import.clone())
            .collect();
        circles.push(Circle { members, imports });
    }
    circles
}

/// All Rust files under a folder.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // What is built or fetched there is nobody's source.
        let is_made = path.ends_with("target") || path.ends_with("node_modules");
        if path.is_dir() && !is_made {
            find(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// The module that a file is; a program beside a library is none.
fn name_of(path: &Path, src: &Path) -> Option<Name> {
    let way = path.strip_prefix(src).ok()?.with_extension("");
    let mut name: Name = way
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    match name.last()?.as_str() {
        "mod" => {
            name.pop();
        }
        "lib" if name.len() == 1 => name.clear(),
        "main" if name.len() == 1 => {
            if src.join("lib.rs").exists() {
                return None;
            }
            name.clear();
        }
        _ => {}
    }
    Some(name)
}

/// The lines that are not for tests alone, and the modules that are.
fn production(text: &str) -> (Vec<(usize, String)>, Vec<String>) {
    let mut lines = Vec::new();
    let mut tests = Vec::new();
    let mut all = text.lines().enumerate();
    while let Some((index, line)) = all.next() {
        if line.trim() != "#[cfg(test)]" {
            lines.push((index + 1, line.to_owned()));
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        // What follows is one item: to its semicolon, or to the brace that closes it.
        for (_, line) in all.by_ref() {
            let code = line.trim();
            if let Some(name) = code
                .strip_prefix("mod ")
                .and_then(|rest| rest.strip_suffix(';'))
            {
                tests.push(name.to_owned());
            }
            // Tests end their file, and a text in them may look like their end.
            if code.starts_with("mod ") && code.ends_with('{') {
                return (lines, tests);
            }
            let is_outer = line.len() - line.trim_start().len() == indent;
            if is_outer && (code.ends_with(';') || code.ends_with('}')) {
                break;
            }
        }
    }
    (lines, tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A crate of these files.
    fn crate_of(files: &[(&str, &str)]) -> Modules {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Modules::read(folder.path()).unwrap()
    }

    fn circles(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let circles = crate_of(files).circles();
        circles.into_iter().map(|circle| circle.members).collect()
    }

    #[test]
    fn finds_two_modules_that_import_each_other() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
            ("a.rs", "use crate::{c::C, b::{B, other as o}};\n"),
            ("b.rs", "pub struct B(crate::a::A);\n"),
            ("c.rs", "use std::fmt;\n"),
        ];
        assert_eq!(circles(&files), [["a", "b"]]);
    }

    #[test]
    fn follows_a_name_that_the_root_hands_on() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\npub use b::B;\n"),
            ("a.rs", "use crate::B;\n"),
            ("b.rs", "use super::a::A;\n"),
        ];
        assert_eq!(circles(&files), [["a", "b"]]);
    }

    #[test]
    fn takes_a_module_with_what_is_inside_it() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\n"),
            ("a.rs", "mod inner;\nuse crate::b::B;\n"),
            ("a/inner.rs", "use super::A;\n"),
            ("b.rs", "use crate::a::inner::I;\n"),
        ];
        assert_eq!(circles(&files), [["a", "b"]]);
        assert_eq!(circles(&files[..3]), Vec::<Vec<String>>::new());
    }

    #[test]
    fn leaves_out_tests_and_comments() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\n#[cfg(test)]\nmod docs;\n"),
            (
                "a.rs",
                "// use crate::b::B;\n#[cfg(test)]\nmod tests {\n    \"\n}\";\n    use crate::b::B;\n}\n",
            ),
            ("b.rs", "use crate::a::A;\n"),
            ("docs.rs", "use crate::a::A;\n"),
        ];
        assert!(circles(&files).is_empty());
        assert_eq!(crate_of(&files).iter().count(), 3);
    }
}
