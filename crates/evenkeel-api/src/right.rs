//! Who may do what: rights, the roles that have them, and the accounts for which somebody has a role.

use std::{borrow::Borrow, collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// Names what somebody may do. Every route needs one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// To know who one is, and to log out: whoever is logged in may.
    OwnLogin,
    /// To see accounts, events and batches, and to have them read anew.
    Read,
    /// To pause a batch or call it off: nothing more leaves.
    Stop,
    /// To have something sent, or to say what became of it.
    Order,
    /// To say whether what another one ordered may be sent.
    Approve,
    /// To read the audit, and to see and end sessions. It is one of all accounts or of none.
    Administer,
}

/// Names what somebody is to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// One who looks.
    Viewer,
    /// One who works with it.
    Operator,
    /// One who says whether what others ordered may be sent: it is no operator with more.
    Approver,
    /// One who may do everything.
    Admin,
}

impl Right {
    /// Every right.
    pub const ALL: [Self; 6] = [
        Self::OwnLogin,
        Self::Read,
        Self::Stop,
        Self::Order,
        Self::Approve,
        Self::Administer,
    ];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OwnLogin => "own_login",
            Self::Read => "read",
            Self::Stop => "stop",
            Self::Order => "order",
            Self::Approve => "approve",
            Self::Administer => "administer",
        }
    }

    /// Whether it cannot be had of some accounts alone.
    const fn is_of_all_accounts(self) -> bool {
        matches!(self, Self::Administer)
    }
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Operator, Self::Approver, Self::Admin];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Approver => "approver",
            Self::Admin => "admin",
        }
    }

    /// The role of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// What it may do.
    #[must_use]
    pub const fn rights(self) -> &'static [Right] {
        match self {
            Self::Viewer => &[Right::OwnLogin, Right::Read],
            Self::Operator => &[Right::OwnLogin, Right::Read, Right::Stop, Right::Order],
            Self::Approver => &[Right::OwnLogin, Right::Read, Right::Stop, Right::Approve],
            Self::Admin => &Right::ALL,
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Names accounts: all there are and will be, or these. It is always said which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Accounts {
    /// All.
    All,
    /// These, by id.
    #[serde(untagged)]
    These(BTreeSet<String>),
}

impl Accounts {
    const NONE: Self = Self::These(BTreeSet::new());

    /// Whether an account is one of them.
    #[must_use]
    pub fn has(&self, account: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(these) => these.contains(account),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Self::These(these) if these.is_empty())
    }

    /// Those of both.
    #[must_use]
    pub fn or(self, other: &Self) -> Self {
        match (self, other) {
            (Self::These(mut these), Self::These(others)) => {
                these.extend(others.iter().cloned());
                Self::These(these)
            }
            (Self::All, _) | (_, Self::All) => Self::All,
        }
    }
}

/// Gives somebody a role for accounts. A key that this version does not know makes it none that can be read: it may
/// narrow what is granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// What somebody is.
    pub role: Role,
    /// To which accounts.
    pub accounts: Accounts,
}

/// Holds all that somebody was granted; without a grant, nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Grants(Vec<Grant>);

impl Grants {
    /// A role for accounts.
    #[must_use]
    pub fn one(role: Role, accounts: Accounts) -> Self {
        Self(vec![Grant { role, accounts }])
    }

    /// Everything: what whoever is at the machine may do.
    #[must_use]
    pub fn everything() -> Self {
        Self::one(Role::Admin, Accounts::All)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Grant> {
        self.0.iter()
    }

    /// The accounts for which somebody has a right.
    #[must_use]
    pub fn accounts(&self, right: Right) -> Accounts {
        let having = self
            .0
            .iter()
            .filter(|grant| grant.role.rights().contains(&right));
        let accounts = having.fold(Accounts::NONE, |all, grant| all.or(&grant.accounts));
        if right.is_of_all_accounts() && accounts != Accounts::All {
            return Accounts::NONE;
        }
        accounts
    }

    /// Whether somebody has a right for an account.
    #[must_use]
    pub fn allow(&self, right: Right, account: impl Borrow<str>) -> bool {
        self.accounts(right).has(account.borrow())
    }

    /// As it is stored.
    #[must_use]
    pub fn to_text(&self) -> String {
        // Words and texts: they can be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what was stored. What this version cannot read grants nothing.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

impl FromIterator<Grant> for Grants {
    fn from_iter<I: IntoIterator<Item = Grant>>(grants: I) -> Self {
        Self(grants.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn these(ids: &[&str]) -> Accounts {
        Accounts::These(ids.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn a_role_may_do_what_its_rights_are_for_the_accounts_it_is_granted_for() {
        let grants = Grants(vec![
            Grant {
                role: Role::Viewer,
                accounts: Accounts::All,
            },
            Grant {
                role: Role::Operator,
                accounts: these(&["edge"]),
            },
            Grant {
                role: Role::Approver,
                accounts: these(&["core"]),
            },
        ]);
        assert_eq!(grants.accounts(Right::Read), Accounts::All);
        assert_eq!(grants.accounts(Right::Order), these(&["edge"]));
        assert_eq!(grants.accounts(Right::Stop), these(&["core", "edge"]));
        assert!(grants.accounts(Right::Administer).is_none());
        assert!(grants.allow(Right::Order, "edge") && !grants.allow(Right::Order, "core"));
    }

    #[test]
    fn an_admin_of_some_accounts_is_none_of_what_concerns_all() {
        let some = Grants::one(Role::Admin, these(&["edge"]));
        assert!(some.allow(Right::Order, "edge"));
        assert!(some.accounts(Right::Administer).is_none());
        let all = Grants::everything().accounts(Right::Administer);
        assert_eq!(all, Accounts::All);
    }

    #[test]
    fn grants_are_read_as_they_were_written() {
        let text = r#"[{"role":"admin","accounts":"all"}]"#;
        assert_eq!(Grants::of_text(text), Grants::everything());
        assert_eq!(Grants::everything().to_text(), text);
        let some = Grants::one(Role::Viewer, these(&["a", "b"]));
        let text = r#"[{"role":"viewer","accounts":["a","b"]}]"#;
        assert_eq!(
            (some.to_text().as_str(), Grants::of_text(text)),
            (text, some)
        );
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{role}\""));
        }
        for right in Right::ALL {
            let json = serde_json::to_string(&right).unwrap();
            assert_eq!(json, format!("\"{right}\""));
        }
    }

    #[test]
    fn what_cannot_be_read_grants_nothing() {
        for text in [
            "",
            "{}",
            "[{}]",
            r#"[{"role":"admin"}]"#,
            r#"[{"role":"owner","accounts":"all"}]"#,
            r#"[{"role":"admin","accounts":"most"}]"#,
            // It would be one of everything, if what narrows it were overlooked.
            r#"[{"role":"admin","accounts":"all","labels":["team:web"]}]"#,
        ] {
            let grants = Grants::of_text(text);
            for right in Right::ALL {
                assert!(grants.accounts(right).is_none(), "{text}: {right}");
            }
        }
    }
}
