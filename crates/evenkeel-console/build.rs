//! Makes `Strings` from `locales/*.json`: one method a key, its `{placeholders}` as arguments. A key that one language
//! lacks, or whose placeholders differ, fails the build. `page_*` is what the page says before there is a program.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let en = load(&Path::new(&root).join("locales/en.json"))?;
    let zh = load(&Path::new(&root).join("locales/zh.json"))?;
    for key in zh.keys() {
        if !en.contains_key(key) {
            return Err(format!("`{key}` is in zh.json only").into());
        }
    }
    let mut code = String::from("impl Strings {\n");
    // What only the page itself says (`www/index.html`) the program need not carry.
    for (key, value) in en.iter().filter(|(key, _)| !key.starts_with("page_")) {
        let english = text(key, value)?;
        let chinese = text(
            key,
            zh.get(key)
                .ok_or_else(|| format!("`{key}` is missing in zh.json"))?,
        )?;
        let names = placeholders(english);
        if names != placeholders(chinese) {
            return Err(format!("the placeholders of `{key}` differ").into());
        }
        writeln!(code, "/// “{}”", english.replace('\n', " "))?;
        let arguments = names.iter().fold(String::new(), |mut all, name| {
            // Writing to a String cannot fail.
            let _ = write!(all, ", {name}: impl std::fmt::Display");
            all
        });
        let (kind, english, chinese) = if names.is_empty() {
            (
                "&'static str",
                format!("{english:?}"),
                format!("{chinese:?}"),
            )
        } else {
            (
                "String",
                format!("format!({english:?})"),
                format!("format!({chinese:?})"),
            )
        };
        let body = if english == chinese {
            code.push_str(
                "#[expect(clippy::unused_self, reason = \"the same in both languages\")]\n",
            );
            english
        } else {
            format!("match self.0 {{ Locale::En => {english}, Locale::Zh => {chinese} }}")
        };
        writeln!(code, "pub fn {key}(self{arguments}) -> {kind} {{ {body} }}")?;
    }
    code.push_str("}\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("strings.rs"), code)?;
    // What splits the program follows its relocations.
    if env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    println!("cargo::rerun-if-changed=locales");
    Ok(())
}

fn load(path: &Path) -> Result<Map<String, Value>, Failure> {
    let file = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_str(&file).map_err(|error| format!("{}: {error}", path.display()))?)
}

fn text<'a>(key: &str, value: &'a Value) -> Result<&'a str, Failure> {
    Ok(value
        .as_str()
        .ok_or_else(|| format!("`{key}` is not a text"))?)
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}
