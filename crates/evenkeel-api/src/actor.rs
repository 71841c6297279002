//! Who did something, how they had logged in, and where the request came from.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// Says whose act something is. One who acts is known by identity alone, however they logged in: what a token does
/// is its owner's act.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Actor {
    /// Who.
    #[serde(flatten)]
    pub who: Principal,
    /// How they had logged in.
    #[serde(flatten)]
    pub login: Login,
}

/// Names one who acts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum Principal {
    /// Whoever is at the machine that the proxy runs on: no login was asked, or the terminal's code was given.
    Local,
    /// The proxy by itself.
    Proxy {
        /// Which part of it.
        part: ProxyPart,
    },
    /// A user that this proxy keeps.
    User {
        /// The name that they log in by.
        name: String,
    },
    /// A user of a provider of identities.
    Subject {
        /// The provider.
        issuer: String,
        /// The user there: the two are who it is.
        subject: String,
        /// What the provider called them then, to be shown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Nobody who is known: whose login was refused.
    Nobody,
    /// A kind that this version does not know.
    #[serde(other)]
    Other,
}

/// Names a part of the proxy that acts by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProxyPart {
    /// What sends batches.
    Journal,
    /// What reads events.
    Sync,
    /// A start with `--restored`.
    Restore,
    /// A start or an end.
    Server,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

/// Says how somebody had logged in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "login", rename_all = "snake_case")]
pub enum Login {
    /// Not at all: none was asked.
    None,
    /// By the code that the terminal showed.
    Code,
    /// By a name and a password.
    Password,
    /// At a provider of identities.
    Oidc,
    /// By an API token.
    Token {
        /// Its id, which is no secret.
        token: String,
    },
    /// A way that this version does not know.
    #[serde(other)]
    Other,
}

impl Login {
    /// Whether a person logs in so: what has a token is a tool, whoever it belongs to.
    #[must_use]
    pub const fn is_a_persons(&self) -> bool {
        match self {
            Self::None | Self::Code | Self::Password | Self::Oidc => true,
            Self::Token { .. } | Self::Other => false,
        }
    }
}

impl Actor {
    /// Whoever is at the machine, where no login is asked.
    pub const LOCAL: Self = Self {
        who: Principal::Local,
        login: Login::None,
    };

    /// One who has shown nothing that says who they are.
    pub const NOBODY: Self = Self {
        who: Principal::Nobody,
        login: Login::None,
    };

    /// A part of the proxy.
    #[must_use]
    pub const fn proxy(part: ProxyPart) -> Self {
        Self {
            who: Principal::Proxy { part },
            login: Login::None,
        }
    }
}

impl Principal {
    /// Whether both are the same one. A name that a provider gives may change, and makes nobody another.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Subject {
                    issuer, subject, ..
                },
                Self::Subject {
                    issuer: other_issuer,
                    subject: other_subject,
                    ..
                },
            ) => issuer == other_issuer && subject == other_subject,
            // Whoever they are, this version cannot tell them apart.
            (Self::Nobody | Self::Other, _) | (_, Self::Nobody | Self::Other) => false,
            _ => self == other,
        }
    }
}

/// Says who asks for a change, and where from: every change in the store takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// The address that the request came from.
    pub address: Option<IpAddr>,
    /// The id of the request.
    pub request_id: Option<String>,
}

impl Caller {
    /// A part of the proxy, by itself.
    #[must_use]
    pub const fn proxy(part: ProxyPart) -> Self {
        Self {
            actor: Actor::proxy(part),
            address: None,
            request_id: None,
        }
    }

    /// One who is at the machine, beside any request.
    #[must_use]
    pub const fn local() -> Self {
        Self {
            actor: Actor::LOCAL,
            address: None,
            request_id: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(name: &str) -> Principal {
        Principal::Subject {
            issuer: "https://id.example".to_owned(),
            subject: "42".to_owned(),
            name: Some(name.to_owned()),
        }
    }

    #[test]
    fn an_actor_is_one_flat_object_and_is_read_again() {
        let token = Login::Token {
            token: "ci".to_owned(),
        };
        let (user, name) = (Login::Password, "lin".to_owned());
        for (actor, json) in [
            (Actor::LOCAL, r#"{"who":"local","login":"none"}"#),
            (Actor::NOBODY, r#"{"who":"nobody","login":"none"}"#),
            (
                Actor::proxy(ProxyPart::Restore),
                r#"{"who":"proxy","part":"restore","login":"none"}"#,
            ),
            (
                Actor {
                    who: Principal::User { name },
                    login: user,
                },
                r#"{"who":"user","name":"lin","login":"password"}"#,
            ),
            (
                Actor {
                    who: subject("Lin"),
                    login: token,
                },
                r#"{"who":"subject","issuer":"https://id.example","subject":"42","name":"Lin","login":"token","token":"ci"}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&actor).unwrap(), json);
            assert_eq!(serde_json::from_str::<Actor>(json).unwrap(), actor);
        }
    }

    #[test]
    fn an_actor_of_tomorrow_can_be_read_and_is_nobody_that_is_known() {
        let json = r#"{"who":"robot","arm":2,"login":"iris_scan"}"#;
        let actor: Actor = serde_json::from_str(json).unwrap();
        assert_eq!(
            (&actor.who, &actor.login),
            (&Principal::Other, &Login::Other)
        );
        assert!(!actor.who.is(&actor.who));
    }

    #[test]
    fn who_somebody_is_does_not_depend_on_what_they_are_called() {
        assert!(!Principal::Nobody.is(&Principal::Nobody));
        assert!(subject("Lin").is(&subject("Lin Wang")));
        assert!(Principal::Local.is(&Principal::Local));
        let user = |name: &str| Principal::User {
            name: name.to_owned(),
        };
        assert!(!user("lin").is(&user("wang")));
        assert!(!user("42").is(&subject("42")));
    }
}
