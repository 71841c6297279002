//! The files of a folder: of that folder alone, and nothing that is no file.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
};

use axum::body::Bytes;
use evenkeel_engine::io_error_text;

use super::ConsoleError;

/// A console has a few megabytes: more, and it is another folder.
const MOST_BYTES: u64 = 128 * 1024 * 1024;
const MOST_FILES: usize = 5_000;
/// How deep folders may lie within folders.
const DEEPEST: usize = 16;

/// Reads them, with their names in URLs. Dot files and what is in dot folders, such as a `.git`, are left
/// out, and so is a link that leads to them.
pub(super) fn read(folder: &Path) -> Result<Vec<(String, Bytes)>, ConsoleError> {
    let root = folder
        .canonicalize()
        .map_err(|error| unreadable(folder, &error))?;
    let mut reading = Reading {
        folder,
        root: &root,
        bytes: 0,
        files: Vec::new(),
    };
    reading.folder(&root, "", 0)?;
    Ok(reading.files)
}

struct Reading<'a> {
    /// As it was given.
    folder: &'a Path,
    /// Where it really is.
    root: &'a Path,
    bytes: u64,
    files: Vec<(String, Bytes)>,
}

impl Reading<'_> {
    fn folder(&mut self, path: &Path, prefix: &str, depth: usize) -> Result<(), ConsoleError> {
        if depth > DEEPEST {
            return Err(self.refused(prefix, "lies too deep"));
        }
        let unreadable = |error: io::Error| unreadable(self.folder, &error);
        let mut entries = std::fs::read_dir(path)
            .and_then(Iterator::collect::<io::Result<Vec<_>>>)
            .map_err(unreadable)?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            if is_dotted(&name) {
                continue;
            }
            let Some(name) = name.to_str() else {
                continue;
            };
            self.entry(&entry.path(), &format!("{prefix}{name}"), depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: &str, depth: usize) -> Result<(), ConsoleError> {
        let unreadable = |error: io::Error| unreadable(self.folder, &error);
        let found = path.symlink_metadata().map_err(unreadable)?;
        let path: PathBuf = if found.is_symlink() {
            let target = path.canonicalize().map_err(unreadable)?;
            let Ok(inside) = target.strip_prefix(self.root) else {
                return Err(self.refused(name, "leads out of it"));
            };
            if inside.iter().any(is_dotted) {
                return Ok(());
            }
            target
        } else {
            path.to_owned()
        };
        let found = path.metadata().map_err(unreadable)?;
        if found.is_dir() {
            return self.folder(&path, &format!("{name}/"), depth + 1);
        }
        // Reading a pipe would wait for somebody to write.
        if !found.is_file() {
            return Err(self.refused(name, "is no file"));
        }
        self.bytes = self.bytes.saturating_add(found.len());
        if self.bytes > MOST_BYTES || self.files.len() >= MOST_FILES {
            return Err(ConsoleError::TooLarge {
                folder: self.folder.display().to_string(),
            });
        }
        let bytes = std::fs::read(&path).map_err(unreadable)?;
        self.files.push((name.to_owned(), Bytes::from(bytes)));
        Ok(())
    }

    fn refused(&self, name: &str, reason: &'static str) -> ConsoleError {
        ConsoleError::Refused {
            folder: self.folder.display().to_string(),
            name: name.to_owned(),
            reason,
        }
    }
}

fn is_dotted(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn unreadable(folder: &Path, error: &io::Error) -> ConsoleError {
    ConsoleError::Unreadable {
        folder: folder.display().to_string(),
        reason: io_error_text(error.kind()),
    }
}
