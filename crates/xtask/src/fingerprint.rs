//! Whether files are still what they were.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::project;

/// A hash of the names and contents of all files in `places` (files or folders), and of `facts`.
pub(crate) fn of(places: &[PathBuf], facts: &[String]) -> Result<String> {
    let unreadable = |path: &Path| format!("`{}` cannot be read", path.display());
    let mut files = Vec::new();
    for place in places {
        if place.is_dir() {
            let all = project::files(place, "**/*")?;
            files.extend(all.into_iter().filter(|path| path.is_file()));
        } else {
            files.push(place.clone());
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    facts.hash(&mut hasher);
    for file in files {
        let content = fs::read(&file).with_context(|| unreadable(&file))?;
        (file, content).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_with_contents_names_and_facts_and_with_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] = ["sub/a", "sub/b"].map(|name| folder.path().join(name));
        fs::create_dir_all(folder.path().join("sub")).unwrap();
        fs::write(&a, "one").unwrap();
        let places = [folder.path().to_path_buf()];
        let facts = ["1.95.0".to_owned()];
        let first = of(&places, &facts).unwrap();
        assert_eq!(of(&places, &facts).unwrap(), first);
        assert_ne!(of(&places, &[]).unwrap(), first);
        fs::write(&a, "two").unwrap();
        let edited = of(&places, &facts).unwrap();
        assert_ne!(edited, first);
        fs::rename(a, b).unwrap();
        assert_ne!(of(&places, &facts).unwrap(), edited);
        let error = of(&[PathBuf::from("/no/such/file")], &[]).unwrap_err();
        assert_eq!(error.to_string(), "`/no/such/file` cannot be read");
    }
}
