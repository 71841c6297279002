//! The operation that a file is for, by its name.

use std::path::{Component, Path};

use evenkeel::OperationName;

use crate::files::{Failure, Source};

/// The operation whose name is a word of the file's name, else the name of the nearest folder.
///
/// # Errors
/// When there is none, with the one whose name a word of the file's name comes near; or two.
pub(crate) fn of(source: &Source) -> Result<OperationName, Failure> {
    match source {
        Source::Stdin => Err(Failure::NoOperation(None)),
        Source::File(path) => of_path(path),
    }
}

fn of_path(path: &Path) -> Result<OperationName, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    let mut named = words
        .clone()
        .filter_map(|word| word.parse::<OperationName>().ok());
    if let Some(operation) = named.next() {
        return match named.find(|other| *other != operation) {
            Some(other) => Err(Failure::TwoOperations(operation.as_str(), other.as_str())),
            None => Ok(operation),
        };
    }
    let mut folders = path.parent().into_iter().flat_map(Path::components).rev();
    folders
        .find_map(|folder| match folder {
            Component::Normal(name) => name.to_str()?.parse().ok(),
            _ => None,
        })
        .ok_or_else(|| {
            let near = |word: &str| word.parse::<OperationName>().err()?.nearest(word);
            Failure::NoOperation(words.find_map(near))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_operation_from_a_name_or_a_folder() {
        let of = |path: &str| of_path(Path::new(path)).map(OperationName::as_str);
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
            assert_eq!(of(path), Err(Failure::NoOperation(None)), "{path}");
        }
        for path in [
            "plan.acceptscheduledevent.json",
            "MyAcceptScheduledEvent.json",
            "AcceptScheduledEvents_1.json",
        ] {
            let meant = Failure::NoOperation(Some("AcceptScheduledEvent"));
            assert_eq!(of(path), Err(meant), "{path}");
        }
        assert_eq!(
            of("AcceptScheduledEvent-or-UpdateScheduledEvent.json"),
            Err(Failure::TwoOperations(
                "AcceptScheduledEvent",
                "UpdateScheduledEvent"
            ))
        );
    }
}
