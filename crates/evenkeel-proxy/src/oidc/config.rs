//! How a provider of identities is configured, and what its groups may do here.

use evenkeel_api::{Grant, Grants};
use evenkeel_engine::Reference;
use openidconnect::IssuerUrl;

/// The `[login.oidc]` table. The client's secret is still a reference here.
#[derive(Debug, Clone)]
pub struct OidcConfig {
    /// What people call the provider.
    pub name: String,
    /// Whose word is taken: what it calls itself, and where its description is.
    pub issuer: IssuerUrl,
    /// What the provider calls this proxy.
    pub client_id: String,
    /// Where the secret is by which the provider knows this proxy.
    pub client_secret: Reference,
    /// What is asked for, beside `openid`.
    pub scopes: Vec<String>,
    /// The claim that has somebody's groups.
    pub groups_claim: String,
    /// What they may do.
    pub grants: GroupGrants,
}

/// Says what the provider's groups may do here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupGrants(Vec<(String, Grant)>);

impl GroupGrants {
    /// Gives a group a role for accounts, beside whatever it has.
    pub fn add(&mut self, group: &str, grant: Grant) {
        self.0.push((group.to_owned(), grant));
    }

    /// What whoever is in these groups may do.
    #[must_use]
    pub fn of(&self, groups: &[String]) -> Grants {
        let theirs = self.0.iter().filter(|(group, _)| groups.contains(group));
        theirs.map(|(_, grant)| grant.clone()).collect()
    }

    /// Each with its group.
    pub fn iter(&self) -> impl Iterator<Item = &(String, Grant)> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_api::{Accounts, Right, Role};

    use super::*;

    #[test]
    fn whoever_is_in_several_groups_has_what_each_has_and_a_group_is_its_whole_name() {
        let mut all = GroupGrants::default();
        let accounts = Accounts::These(["edge".to_owned()].into());
        let role = Role::Operator;
        all.add("ops", Grant { role, accounts });
        let (role, accounts) = (Role::Viewer, Accounts::All);
        all.add("staff", Grant { role, accounts });

        let of = |groups: &[&str]| {
            let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
            all.of(&groups)
        };
        let both = of(&["staff", "ops", "chess"]);
        assert!(both.allow(Right::Order, "edge") && !both.allow(Right::Order, "core"));
        assert!(both.allow(Right::Read, "core"));
        assert!(!of(&["ops"]).allow(Right::Read, "core"));
        for none in [&[][..], &["Ops"], &["ops "], &["op"], &["opsx"]] {
            assert_eq!(of(none), Grants::default(), "{none:?}");
        }
    }
}
