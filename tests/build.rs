//! Lists the files of `cases/`, so that a test in a browser can have them.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_EMBEDDED_CASES").is_none() {
        return Ok(());
    }
    println!("cargo:rerun-if-changed=cases");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("cases");
    let mut list = String::from("static EMBEDDED: &[Files] = &[\n");
    for operation in folders(&root)? {
        for case in folders(&operation)? {
            let id = case
                .strip_prefix(&root)?
                .to_string_lossy()
                .replace('\\', "/");
            writeln!(
                list,
                "    ({id:?}, {}, {}, {}),",
                included(&case.join("case.json")),
                optional(&case.join("input.json")),
                optional(&case.join("expected.json")),
            )?;
        }
    }
    list.push_str("];\n");
    let out = PathBuf::from(env::var("OUT_DIR")?).join("embedded_cases.rs");
    fs::write(out, list)?;
    Ok(())
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        found.push(entry?.path());
    }
    found.sort();
    Ok(found)
}

fn optional(file: &Path) -> String {
    if file.exists() {
        format!("Some({})", included(file))
    } else {
        "None".to_owned()
    }
}

fn included(file: &Path) -> String {
    // Quoted as Rust quotes: a backslash or quotation mark in the path stays one.
    format!("include_bytes!({:?})", file.to_string_lossy())
}
