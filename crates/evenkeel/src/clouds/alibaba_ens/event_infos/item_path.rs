//! Where in `EventInfos` an issue is.

use super::field::ItemField;
use crate::clouds::alibaba_ens::schema;
use crate::path::Path;
use crate::report::{Nearest, Place};
use crate::time::Timestamp;

/// The one parameter.
pub(super) const EVENT_INFOS: &str = schema::BATCH_FIELDS[0].name;

/// A field of an item.
pub(super) struct ItemPath {
    pub(super) index: usize,
    pub(super) field: ItemField,
}

impl Place for ItemPath {
    fn path(&self) -> Path {
        Path::field(EVENT_INFOS, self.index, self.field.name())
    }

    /// In ms since the Unix epoch.
    fn spell(&self, at: Timestamp) -> Nearest {
        Nearest::Number(at.as_millis())
    }
}

pub(super) fn item(index: usize) -> Path {
    Path::item(EVENT_INFOS, index)
}
