//! The files that are made from the description.

use std::path::Path;
use std::{env, fs};

use evenkeel::json::{Mode, Node, Value, parse};
use evenkeel::schema::answer::Variant;
use evenkeel::{IssueKind, OperationName, schema};

use crate::typescript;

const WASM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/evenkeel-wasm");

fn assert_made(file: &str, text: &str) {
    let path = Path::new(WASM).join(file);
    if env::var_os("BLESS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "{file} is not what the description says; \
         `BLESS=1 cargo test -p evenkeel-tests --test schema` writes it anew"
    );
}

#[test]
fn the_typescript_types_are_what_the_description_says() {
    let functions = fs::read_to_string(Path::new(WASM).join("src/api.d.ts")).unwrap();
    assert_made("src/types.d.ts", &typescript::declarations(&functions));
}

#[test]
fn the_json_schemas_of_the_package_are_what_the_description_says() {
    let members: Vec<String> = OperationName::ALL
        .iter()
        .map(|&name| format!("  {name}: {},\n", schema::json_schema(name)))
        .collect();
    let text = format!(
        "// Made from the core's description by `BLESS=1 cargo test -p evenkeel-tests --test schema`.\n\
         export const schemas = {{\n{}}};\n",
        members.concat()
    );
    assert_made("npm/src/schemas.mjs", &text);
}

#[test]
fn the_readme_of_the_package_lists_every_code_with_its_data() {
    const BEGIN: &str = "<!-- codes -->\n";
    const END: &str = "<!-- /codes -->\n";
    let readme = fs::read_to_string(Path::new(WASM).join("npm/README.md")).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let rows: String = IssueKind::DATA.iter().map(row).collect();
    let table = format!("| code | | data |\n|---|---|---|\n{rows}");
    assert_made(
        "npm/README.md",
        &format!("{before}{BEGIN}{table}{END}{after}"),
    );
}

fn row(variant: &Variant) -> String {
    let data: Vec<String> = variant
        .members
        .iter()
        .map(|member| {
            let mark = if member.optional { "?" } else { "" };
            format!("`{}{mark}`", member.name)
        })
        .collect();
    format!(
        "| `{}` | {} | {} |\n",
        variant.word,
        variant.doc.trim_end_matches('.'),
        data.join(" ")
    )
}

#[test]
fn a_json_schema_has_every_keyword_once() {
    fn check(name: OperationName, node: &Node<'_>) {
        match &node.value {
            Value::Array(items) => items.iter().for_each(|item| check(name, item)),
            Value::Object(members) => {
                for (index, (key, value)) in members.iter().enumerate() {
                    let first = members.iter().position(|(other, _)| other == key);
                    assert_eq!(first, Some(index), "{name}: `{key}` twice");
                    check(name, value);
                }
            }
            _ => {}
        }
    }
    for &name in OperationName::ALL {
        let text = schema::json_schema(name);
        check(name, &parse(&text, Mode::Strict).unwrap());
    }
}
