//! Logging in at a provider of identities, as the console sees it.

use serde::{Deserialize, Serialize};

/// Says why a login at the provider came to nothing. It stands in the address that the browser comes back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginFailure {
    /// It took too long, was begun in another browser, or came back already.
    Over,
    /// Whoever it is did not want to, or the provider did not let them.
    Denied,
    /// The provider says that something is wrong with what it was asked.
    ProviderRefused,
    /// The provider cannot be asked.
    ProviderUnreachable,
    /// What the provider said cannot be believed.
    ProviderUnreadable,
    /// Whoever it is has so many groups that the provider does not name them.
    TooManyGroups,
    /// Whoever it is may do nothing here.
    NothingGranted,
    /// Too many came to nothing from this address of late.
    TooManyAttempts,
    /// Something is wrong here.
    Internal,
}

impl LoginFailure {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::Over,
        Self::Denied,
        Self::ProviderRefused,
        Self::ProviderUnreachable,
        Self::ProviderUnreadable,
        Self::TooManyGroups,
        Self::NothingGranted,
        Self::TooManyAttempts,
        Self::Internal,
    ];

    /// What it begins with where it stands after a `#`.
    pub const FRAGMENT: &str = "login-failed=";

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Over => "over",
            Self::Denied => "denied",
            Self::ProviderRefused => "provider_refused",
            Self::ProviderUnreachable => "provider_unreachable",
            Self::ProviderUnreadable => "provider_unreadable",
            Self::TooManyGroups => "too_many_groups",
            Self::NothingGranted => "nothing_granted",
            Self::TooManyAttempts => "too_many_attempts",
            Self::Internal => "internal",
        }
    }

    /// What an address says by what stands after its `#`.
    #[must_use]
    pub fn of_fragment(fragment: &str) -> Option<Self> {
        let word = fragment
            .trim_start_matches('#')
            .strip_prefix(Self::FRAGMENT)?;
        Self::ALL
            .into_iter()
            .find(|failure| failure.as_str() == word)
    }
}

/// The body of the answer to a logout after a login at the provider: where the browser goes to end that, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoggedOut {
    /// The address.
    pub go_to: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_read_as_it_was_written_and_nothing_else_is_one() {
        for failure in LoginFailure::ALL {
            let fragment = format!("#{}{}", LoginFailure::FRAGMENT, failure.as_str());
            assert_eq!(LoginFailure::of_fragment(&fragment), Some(failure));
        }
        for other in ["", "#", "#login-failed=", "#login-failed=<b>", "#x"] {
            assert_eq!(LoginFailure::of_fragment(other), None, "{other}");
        }
    }
}
