//! The operation that a file is for, by its name.

use evenkeel::OperationName;

use crate::{failure::CheckFailure, path::PathStyle, source::DocumentSource};

/// The operation whose name is a word of the file's name, else the name of the nearest folder.
///
/// # Errors
/// When there is none, with the one whose name a word of the file's name comes near; or two.
pub(crate) fn of(source: &DocumentSource, style: PathStyle) -> Result<OperationName, CheckFailure> {
    match source {
        DocumentSource::Stdin => Err(CheckFailure::NoOperation(None)),
        DocumentSource::File(path) => of_path(&path.to_string_lossy(), style),
    }
}

fn of_path(path: &str, style: PathStyle) -> Result<OperationName, CheckFailure> {
    let mut parts = style.names(path).rev();
    let name = parts.next().unwrap_or_default();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    let mut named = words
        .clone()
        .filter_map(|word| word.parse::<OperationName>().ok());
    if let Some(operation) = named.next() {
        return match named.find(|other| *other != operation) {
            Some(other) => Err(CheckFailure::TwoOperations(
                operation.as_str(),
                other.as_str(),
            )),
            None => Ok(operation),
        };
    }
    parts.find_map(|folder| folder.parse().ok()).ok_or_else(|| {
        let near = |word: &str| word.parse::<OperationName>().err()?.nearest(word);
        CheckFailure::NoOperation(words.find_map(near))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_operation_from_a_name_or_a_folder() {
        let of = |path: &str| of_path(path, PathStyle::Unix).map(OperationName::as_str);
        for path in [
            "AcceptScheduledEvent.json",
            "/a/night-1.AcceptScheduledEvent.v2.json",
            "AcceptScheduledEvent_3",
            "UpdateScheduledEvent/AcceptScheduledEvent.json",
            "UpdateScheduledEvent/AcceptScheduledEvent/x/1.json",
            "AcceptScheduledEvent-AcceptScheduledEvent.json",
        ] {
            assert_eq!(of(path), Ok("AcceptScheduledEvent"), "{path}");
        }
        for path in [
            "plan.json",
            "event.json",
            "AcceptScheduledEvents/1.json",
            "",
        ] {
            assert_eq!(of(path), Err(CheckFailure::NoOperation(None)), "{path}");
        }
        for path in [
            "plan.acceptscheduledevent.json",
            "MyAcceptScheduledEvent.json",
            "AcceptScheduledEvents_1.json",
        ] {
            let meant = CheckFailure::NoOperation(Some("AcceptScheduledEvent"));
            assert_eq!(of(path), Err(meant), "{path}");
        }
        assert_eq!(
            of("AcceptScheduledEvent-or-UpdateScheduledEvent.json"),
            Err(CheckFailure::TwoOperations(
                "AcceptScheduledEvent",
                "UpdateScheduledEvent"
            ))
        );
    }

    #[test]
    fn reads_the_operation_from_a_folder_of_windows() {
        for path in [
            r"plans\AcceptScheduledEvent\night\2.json",
            r"C:\UpdateScheduledEvent\AcceptScheduledEvent/2.json",
            r"UpdateScheduledEvent\plan.AcceptScheduledEvent.json",
            r"AcceptScheduledEvent\..\2.json",
        ] {
            assert_eq!(
                of_path(path, PathStyle::Windows).map(OperationName::as_str),
                Ok("AcceptScheduledEvent"),
                "{path}"
            );
        }
        // There, it is one name.
        assert_eq!(
            of_path(
                r"UpdateScheduledEvent\AcceptScheduledEvent.json",
                PathStyle::Unix
            ),
            Err(CheckFailure::TwoOperations(
                "UpdateScheduledEvent",
                "AcceptScheduledEvent"
            ))
        );
    }
}
