//! What `Cargo.lock` pins.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use crate::version::Version;

/// The one version of `package` in the workspace's `Cargo.lock`.
///
/// # Errors
/// When there is no such package, or several versions of it.
pub(crate) fn version_of(root: &Path, package: &str) -> Result<Version> {
    let text =
        fs::read_to_string(root.join("Cargo.lock")).context("`Cargo.lock` cannot be read")?;
    find(&text, package)
}

fn find(text: &str, package: &str) -> Result<Version> {
    let lock: toml::Table = text.parse().context("`Cargo.lock` cannot be understood")?;
    let packages = lock
        .get("package")
        .and_then(toml::Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let field = |entry: &toml::Value, name| entry.get(name)?.as_str().map(str::to_owned);
    let mut versions = packages
        .iter()
        .filter(|entry| field(entry, "name").as_deref() == Some(package))
        .filter_map(|entry| field(entry, "version"));
    let version = versions
        .next()
        .with_context(|| format!("`{package}` is not in `Cargo.lock`"))?;
    if versions.next().is_some() {
        bail!("`Cargo.lock` has several versions of `{package}`");
    }
    version
        .parse()
        .ok()
        .with_context(|| format!("`{version}` of `{package}` is not a version"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
        version = 4
        [[package]]
        name = "syn"
        version = "1.0.1"
        [[package]]
        name = "syn"
        version = "2.0.2"
        [[package]]
        name = "wasm-bindgen"
        version = "0.2.129"
        dependencies = ["syn 2.0.2"]
    "#;

    #[test]
    fn reads_the_pinned_version() {
        assert_eq!(find(LOCK, "wasm-bindgen").unwrap().to_string(), "0.2.129");
    }

    #[test]
    fn refuses_a_package_that_is_absent_or_there_twice() {
        assert_eq!(
            find(LOCK, "trunk").unwrap_err().to_string(),
            "`trunk` is not in `Cargo.lock`"
        );
        assert_eq!(
            find(LOCK, "syn").unwrap_err().to_string(),
            "`Cargo.lock` has several versions of `syn`"
        );
    }

    #[test]
    fn refuses_what_is_no_lock_file() {
        assert!(find("[[", "syn").is_err());
    }
}
