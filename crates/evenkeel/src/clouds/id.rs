//! What the clouds' ids begin with.

use crate::id::{EventId, IdFlaw, ResourceId};
use crate::provider::Provider;

macro_rules! of_a_cloud {
    ($name:ident, $prefix:ident) => {
        impl $name {
            /// The prefix that the provider documents; empty where it documents none.
            #[must_use]
            pub fn prefix(provider: Provider) -> &'static str {
                provider.$prefix()
            }

            /// Parses an id as the provider writes it.
            ///
            /// # Errors
            /// The first [`IdFlaw`] found.
            pub fn parse(provider: Provider, text: &str) -> Result<Self, IdFlaw> {
                Self::with_prefix(Self::prefix(provider), text)
            }
        }
    };
}
of_a_cloud!(EventId, event_prefix);
of_a_cloud!(ResourceId, resource_prefix);
