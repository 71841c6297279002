//! What a command's words grant whoever gets a token or a code.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use evenkeel_proxy::{Accounts, Grants, Role};

/// The accounts that a role is for.
#[derive(Debug, clap::Args)]
pub(crate) struct AccountArguments {
    /// The accounts that the role is for, by name; without it, all there are and will be.
    #[arg(long = "account", value_name = "NAME,…", value_delimiter = ',', value_parser = name)]
    names: Vec<String>,
}

impl AccountArguments {
    /// Whether any was named.
    pub(crate) fn are_named(&self) -> bool {
        !self.names.is_empty()
    }

    /// The role for them.
    pub(crate) fn grant(&self, role: Role) -> Grants {
        let accounts = if self.are_named() {
            Accounts::These(self.names.iter().cloned().collect())
        } else {
            Accounts::All
        };
        Grants::one(role, accounts)
    }
}

/// Reads a role by its word.
pub(crate) fn role() -> impl clap::builder::TypedValueParser<Value = Role> {
    let words = Role::ALL.map(Role::as_str);
    PossibleValuesParser::new(words)
        .try_map(|word| Role::parse(&word).ok_or("there is no such role"))
}

/// An empty name would be one of an account that is none.
fn name(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("the name of an account is needed"),
        name => Ok(name.to_owned()),
    }
}

/// Grants as a person reads them.
pub(crate) fn told(grants: &Grants) -> String {
    let each = grants.iter().map(|grant| match &grant.accounts {
        Accounts::All => format!("{} of all accounts", grant.role),
        Accounts::These(these) => {
            let these: Vec<&str> = these.iter().map(String::as_str).collect();
            format!("{} of {}", grant.role, these.join(", "))
        }
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() {
        return "nothing that this version knows".to_owned();
    }
    each.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_are_told_in_words() {
        let names = vec!["edge".to_owned(), "core".to_owned()];
        let some = AccountArguments { names }.grant(Role::Operator);
        assert_eq!(told(&some), "operator of core, edge");
        assert_eq!(told(&Grants::everything()), "admin of all accounts");
        assert_eq!(
            told(&Grants::of_text("?")),
            "nothing that this version knows"
        );
    }

    #[test]
    fn no_name_is_not_every_name() {
        assert!(name(" ").is_err());
        assert_eq!(name(" edge "), Ok("edge".to_owned()));
    }
}
