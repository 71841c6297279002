//! The operator's own inventory: which name, service and owner a resource has, and whether it has local disks. What
//! it says wins over the cloud's names and tags.
//!
//! It is a file, read again whenever it has changed. One that cannot be read leaves what was read before in force:
//! names that vanish while somebody saves a spreadsheet help nobody.

mod contents;
mod list;
mod parse;
mod row;
mod table;
#[cfg(test)]
mod tests;
mod watcher;

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    time::Duration,
};

use evenkeel::visible::visible;
use evenkeel_api::InventoryProblem;

pub use contents::{InventoryContents, InventoryFormat};
pub use watcher::Inventory;
pub(crate) use watcher::forget;

use crate::{io_error_text::io_error_text, looks::Stamp};
use contents::file_problem;

/// The largest file, in bytes: some ten times as many machines as any fleet has.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// How often the file is looked at: a look costs nothing, and sees what no system's notices tell, such as a link in
/// another folder that is set to another file.
const LOOK: Duration = Duration::from_secs(2);

/// Where an inventory is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryOptions {
    /// The file.
    pub path: PathBuf,
    /// How it is written.
    pub format: InventoryFormat,
    /// How often it is looked at.
    pub look: Duration,
}

impl InventoryOptions {
    /// The file of this name; nothing where the name does not say how it is written.
    #[must_use]
    pub fn of(path: PathBuf) -> Option<Self> {
        Some(Self {
            format: InventoryFormat::of(&path)?,
            path,
            look: LOOK,
        })
    }

    /// Reads the file once.
    ///
    /// # Errors
    /// Why nothing of it can be used.
    pub fn read(&self, accounts: &[String]) -> Result<InventoryContents, InventoryProblem> {
        self.read_with_stamp(accounts).1
    }

    fn read_with_stamp(
        &self,
        accounts: &[String],
    ) -> (Stamp, Result<InventoryContents, InventoryProblem>) {
        let (stamp, bytes) = read_file(&self.path);
        let contents = bytes.and_then(|bytes| parse::parse(&bytes, self.format, accounts));
        (stamp, contents)
    }

    /// A problem with where it is, on one line, without anything that would forge another.
    #[must_use]
    pub fn told(&self, problem: &InventoryProblem) -> String {
        let mut text = self.path.display().to_string();
        for number in [problem.line, problem.column].into_iter().flatten() {
            text.push(':');
            text.push_str(&number.to_string());
        }
        text.push_str(": ");
        text.push_str(&problem.message);
        visible(&text).into_owned()
    }
}

/// The whole file, and how it looked before: one that changes meanwhile looks otherwise at the next look.
fn read_file(path: &Path) -> (Stamp, Result<Vec<u8>, InventoryProblem>) {
    let metadata = std::fs::metadata(path);
    let is_file = metadata.as_ref().is_ok_and(std::fs::Metadata::is_file);
    let is_folder = metadata.as_ref().is_ok_and(std::fs::Metadata::is_dir);
    let length = metadata.as_ref().map_or(0, std::fs::Metadata::len);
    let missing = metadata.as_ref().err().map(std::io::Error::kind);
    let stamp = Stamp::of(metadata);
    let bytes = if let Some(kind) = missing {
        Err(io_error_text(kind))
    } else if is_folder {
        Err("is a folder: name the file in it".to_owned())
    } else if !is_file {
        // Opening is enough to set some devices going, and a pipe waits for its writer.
        Err("is no regular file: a pipe, a socket or a device is not read".to_owned())
    } else if usize::try_from(length).is_ok_and(|length| length <= MOST_BYTES) {
        bounded(path)
    } else {
        Err(too_large())
    };
    (stamp, bytes.map_err(file_problem))
}

fn bounded(path: &Path) -> Result<Vec<u8>, String> {
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|error| io_error_text(error.kind()))?;
    if bytes.len() > MOST_BYTES {
        return Err(too_large());
    }
    Ok(bytes)
}

fn too_large() -> String {
    format!(
        "is larger than {} MiB: leave out what is no machine of the configured accounts",
        MOST_BYTES / (1024 * 1024)
    )
}
