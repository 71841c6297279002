//! What is said of events and of resources in words that many of them share: levels, descriptions, tags.

use evenkeel::Event;
use evenkeel_api::Resource;

use crate::blob::Blob;
use crate::dictionary::Dictionary;

/// What a cloud says of an event beside its type and state.
#[derive(Debug)]
pub(crate) struct Wording {
    pub(crate) level: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) description: Vec<(String, String)>,
}

/// All wordings, and their text.
#[derive(Debug, Default)]
pub(crate) struct Wordings {
    all: Dictionary<Wording>,
    pub(crate) text: Blob,
}

impl Wordings {
    pub(crate) fn number(&mut self, event: &Event) -> u32 {
        let text = &mut self.text;
        self.all.number(
            (&event.level, &event.source, &event.description),
            |known| {
                known.level == event.level
                    && known.source == event.source
                    && known.description == event.description
            },
            || {
                let descriptions = event.description.iter().map(|(_, words)| words.as_str());
                let both = [&event.level, &event.source];
                let both = both.into_iter().flatten().map(String::as_str);
                let all: Vec<&str> = both.chain(descriptions).collect();
                text.push(&all.join("\n").to_lowercase());
                Wording {
                    level: event.level.clone(),
                    source: event.source.clone(),
                    description: event.description.clone(),
                }
            },
        )
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Wording> {
        self.all.get(number)
    }
}

/// What is known of resources but for their names, and its text. When it was read is not part of it: nothing that is
/// shown of a list depends on that.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    all: Dictionary<Resource>,
    pub(crate) text: Blob,
}

impl Facts {
    pub(crate) fn number(&mut self, resource: &Resource) -> u32 {
        let nameless = |known: &Resource| {
            known.zone == resource.zone
                && known.status == resource.status
                && known.tags == resource.tags
                && known.local_disks == resource.local_disks
                && known.local_disks_by == resource.local_disks_by
        };
        let text = &mut self.text;
        self.all.number(
            (&resource.zone, &resource.status, &resource.tags),
            nameless,
            || {
                let values: Vec<&str> = resource.tags.values().map(String::as_str).collect();
                text.push(&values.join("\n").to_lowercase());
                Resource {
                    name: None,
                    read_at: None,
                    ..resource.clone()
                }
            },
        )
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Resource> {
        self.all.get(number)
    }

    pub(crate) fn all(&self) -> &[Resource] {
        self.all.values()
    }
}
