//! What the system says of a file, in words.

use std::io::ErrorKind;

/// Reads on from the file's name.
pub fn io_error_text(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::NotFound => "does not exist".to_owned(),
        ErrorKind::PermissionDenied => "may not be read by this user".to_owned(),
        ErrorKind::InvalidData => "is not text".to_owned(),
        ErrorKind::IsADirectory => "is a folder".to_owned(),
        ErrorKind::NotADirectory => "is not a folder".to_owned(),
        kind => format!("cannot be read: {kind}"),
    }
}
