//! Enums that have a name on the wire.

/// Gives a closed enum its names: `as_str`, `FromStr`, `Display`, serde and `ALL`. A value
/// may be one that is not in every build, by its `cfg`.
macro_rules! wire_names {
    ($type:ident { $($(#[$meta:meta])* $variant:ident => $name:literal),* $(,)? }) => {
        impl $type {
            /// Every value.
            pub const ALL: &'static [Self] = &[$($(#[$meta])* Self::$variant),*];
            /// Every name.
            pub const NAMES: &'static [&'static str] = &[$($(#[$meta])* $name),*];

            /// The name.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $($(#[$meta])* Self::$variant => $name),* }
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::wire_names::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($(#[$meta])* $name => Ok(Self::$variant),)*
                    _ => Err($crate::wire_names::UnknownName { allowed: Self::NAMES }),
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::openapi::one_of(Self::NAMES)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $type {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($type))
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use wire_names;

/// A name that the list does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of {}", allowed.join(", "))]
pub struct UnknownName {
    /// The names there are.
    pub allowed: &'static [&'static str],
}

impl UnknownName {
    /// The allowed name that `text` is most like, where one is near.
    #[must_use]
    pub fn nearest(&self, text: &str) -> Option<&'static str> {
        nearest(text, self.allowed)
    }
}

/// The name that `text` is most like, where one is near enough to be meant.
pub(crate) fn nearest(text: &str, allowed: &[&'static str]) -> Option<&'static str> {
    const LONGEST: usize = 128;
    if text.len() > LONGEST {
        return None;
    }
    let wanted = text.to_ascii_lowercase();
    let length = wanted.chars().count();
    allowed
        .iter()
        .filter_map(|name| {
            let most = name.len() / 3 + 1;
            // No two texts are nearer than their lengths.
            if name.len().abs_diff(length) > most {
                return None;
            }
            let distance = strsim::osa_distance(&wanted, &name.to_ascii_lowercase());
            (distance <= most && distance < wanted.len()).then_some((distance, *name))
        })
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_the_name_that_was_meant() {
        assert_eq!(
            nearest("eventid", &["EventId", "ResourceId"]),
            Some("EventId")
        );
        assert_eq!(
            nearest("inmediate", &["immediate", "scheduled"]),
            Some("immediate")
        );
        assert_eq!(nearest("x", &["immediate", "scheduled"]), None);
    }
}
