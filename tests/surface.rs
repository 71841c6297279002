//! The HTTP surface stands once, in `evenkeel-api`: no other crate writes a path, a header or a body of it out.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are tests"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use evenkeel_api::{ProblemCode, headers, paths};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// What a source file says besides comments and tests.
#[derive(Default)]
struct Said {
    /// Its texts, as they are written.
    texts: Vec<String>,
    /// The traits it derives and the macros it calls.
    words: BTreeSet<String>,
}

impl Said {
    fn of(file: &Path) -> Self {
        let text = std::fs::read_to_string(file).unwrap();
        let tokens: TokenStream = text
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut said = Self::default();
        said.read(tokens);
        said
    }

    fn read(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    tokens.next_if(|token| is_mark(token, '!'));
                    let Some(TokenTree::Group(attribute)) = tokens.next() else {
                        continue;
                    };
                    let text = attribute.stream().to_string();
                    if text.replace(' ', "") == "cfg(test)" {
                        // The item that follows: up to its braces, or its semicolon.
                        for token in tokens.by_ref() {
                            if is_mark(&token, ';') || is_braces(&token) {
                                break;
                            }
                        }
                    } else if text.starts_with("derive") {
                        self.words.extend(idents(&attribute));
                    }
                }
                TokenTree::Ident(name) => {
                    if tokens.peek().is_some_and(|token| is_mark(token, '!')) {
                        self.words.insert(format!("{name}!"));
                    }
                }
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Literal(literal) => self.texts.push(literal.to_string()),
                TokenTree::Punct(_) => {}
            }
        }
    }
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn idents(group: &Group) -> Vec<String> {
    let mut found = Vec::new();
    for token in group.stream() {
        match token {
            TokenTree::Ident(name) => found.push(name.to_string()),
            TokenTree::Group(group) => found.extend(idents(&group)),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files of production code below a folder: not those of tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && path.file_name().is_some_and(|name| name != "tests.rs")
        {
            found.push(path);
        }
    }
}

/// The production code of every crate that may know the surface, but for the one that owns it. A kit of tests is none:
/// tests write out what they ask for.
fn users() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for crate_ in std::fs::read_dir(root().join("crates")).unwrap() {
        let crate_ = crate_.unwrap().path();
        let folder = crate_.join("src");
        let is_user = !crate_.ends_with("evenkeel-api") && !crate_.ends_with("evenkeel-testkit");
        if folder.is_dir() && is_user {
            sources(&folder, &mut found);
        }
    }
    // A cloud's paths are its own.
    found.retain(|file| !file.iter().any(|part| part == "clouds"));
    found.sort();
    assert!(found.iter().any(|file| file.ends_with("src/router.rs")));
    found
}

/// What of a text is a path of the surface, or a piece of one that a path is put together of.
fn piece_of_a_path(text: &str) -> Option<String> {
    let text = text.trim_start_matches(['r', 'b', '#']).trim_matches('"');
    let whole = [paths::HEALTH, paths::READY, "/api/v1", "/v1/"];
    if let Some(path) = whole.iter().find(|path| text.contains(**path)) {
        return Some((*path).to_owned());
    }
    for template in paths::templates::ALL {
        let own = template.trim_start_matches("/v1/");
        let first = own.split('/').next().unwrap_or(own);
        if text.starts_with(&format!("{first}/")) || text.starts_with(&format!("{first}?")) {
            return Some(format!("{first}/"));
        }
        // What a person can do ends its path. The console's own pages end in `items`, too.
        let Some((_, last)) = own.rsplit_once('/') else {
            continue;
        };
        if !last.starts_with('{') && last != "items" && text.ends_with(&format!("/{last}")) {
            return Some(format!("/{last}"));
        }
    }
    None
}

fn told(file: &Path, what: &str) -> String {
    let root = root();
    let file = file.strip_prefix(&root).unwrap_or(file);
    format!("{}: {what}", file.display())
}

#[test]
fn no_crate_but_the_api_writes_a_path_of_it() {
    let mut wrong = Vec::new();
    for file in users() {
        for text in Said::of(&file).texts {
            if let Some(piece) = piece_of_a_path(&text) {
                wrong.push(told(&file, &format!("{text} has `{piece}` in it")));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "take the path from `evenkeel_api::paths`:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_path_is_found_in_a_text_whole_or_in_pieces() {
    for (text, is_one) in [
        (r#""/api/v1/batches""#, true),
        (r#""http://{}/api/v1/{path}""#, true),
        (r#""/v1/batches/{id}""#, true),
        (r#""batches/{id}""#, true),
        (r#""events?limit=1""#, true),
        (r#""{base}/{}/retry-failed""#, true),
        (r#"r"/healthz""#, true),
        (r#""/batches/{}""#, false),
        (r#""{}/items/{index}{query}""#, false),
        (r#""batches""#, false),
        (r#""/v3/{project_id}/instance-scheduled-events""#, false),
    ] {
        assert_eq!(piece_of_a_path(text).is_some(), is_one, "{text}");
    }
}

#[test]
fn no_crate_but_the_api_writes_a_header_or_a_code_of_it() {
    let names: BTreeSet<&str> = [
        headers::IDEMPOTENCY_KEY,
        headers::IDEMPOTENCY_REPLAYED,
        headers::ORIGIN,
        headers::REQUEST_ID,
    ]
    .into_iter()
    // A code of two words is no other word by chance.
    .chain(ProblemCode::ALL.iter().map(|code| code.as_str()))
    .filter(|name| name.contains(['-', '_']))
    .collect();
    let mut files = Vec::new();
    for folder in [
        "crates/evenkeel-proxy/src",
        "crates/evenkeel-console/src",
        "crates/evenkeel-chaos/src",
    ] {
        sources(&root().join(folder), &mut files);
    }
    // A key of the configuration may be called as a code is.
    let of_configuration = root().join("crates/evenkeel-proxy/src/config");
    files.retain(|file| !file.starts_with(&of_configuration));
    let mut wrong = Vec::new();
    for file in files {
        for text in Said::of(&file).texts {
            if names.contains(text.trim_matches('"')) {
                wrong.push(told(&file, &text));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "take it from `evenkeel_api`:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn what_speaks_http_makes_no_body_of_its_own() {
    let mut files = Vec::new();
    for folder in [
        "crates/evenkeel-proxy/src",
        "crates/evenkeel-console/src/api",
    ] {
        sources(&root().join(folder), &mut files);
    }
    for file in [
        "crates/evenkeel-console/src/api.rs",
        "crates/evenkeel-chaos/src/client.rs",
    ] {
        files.push(root().join(file));
    }
    // What a provider of identities sends is no body of ours.
    let provider = root().join("crates/evenkeel-proxy/src/oidc");
    files.retain(|file| !file.starts_with(&provider));
    let mut wrong = Vec::new();
    for file in files {
        let words = Said::of(&file).words;
        for word in ["Serialize", "Deserialize", "json!"] {
            if words.contains(word) {
                wrong.push(told(&file, word));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "every body is a type of `evenkeel-api`:\n{}",
        wrong.join("\n")
    );
}
