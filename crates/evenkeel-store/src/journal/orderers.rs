//! Who ordered a batch: whose its key is, and whether they still may.

use std::collections::{HashMap, HashSet};

use evenkeel_api::{Accounts, Actor, Grants, Login, Principal, Right};
use sqlx::{AssertSqlSafe, Row as _};

use super::steps::actor;
use crate::{
    StoreError, Tx,
    logins::{orders_of_user, subject_id},
    sql,
};

/// A key as it is kept: everybody has keys of their own. A key of whoever is at the machine is kept as it is, as every
/// one was before there was anybody else; others stand after their owner, and no key has a space in it.
pub(super) fn owned(key: &str, owner: &Principal) -> String {
    let owner = match owner {
        Principal::Local => return key.to_owned(),
        // What a provider calls them may change, and is nobody's identity.
        Principal::Subject {
            issuer, subject, ..
        } => serde_json::to_string(&[issuer, subject]),
        Principal::User { .. } | Principal::Proxy { .. } | Principal::Nobody | Principal::Other => {
            serde_json::to_string(owner)
        }
    };
    // Texts: they can be written.
    format!("{} {key}", owner.unwrap_or_default())
}

/// One whose rights may be others by now.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Orderer {
    /// By its id.
    Token(String),
    /// By name.
    User(String),
    /// At a provider of identities, by its id.
    Subject(String),
}

impl Orderer {
    fn of(actor: Actor) -> Option<Self> {
        match (actor.login, actor.who) {
            (Login::Token { token }, _) => Some(Self::Token(token)),
            (_, Principal::User { name }) => Some(Self::User(name)),
            (_, who) => subject_id(&who).map(Self::Subject),
        }
    }
}

impl Tx {
    /// Of these batches those that nobody may order any more who did: the token that they were ordered by was revoked, the
    /// user who ordered them disabled, or has no right to order for their account; of somebody at a provider of identities,
    /// by what that said last. A token whose time is over has had it, as a session has.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn withdrawn_batches(
        &mut self,
        ids: &HashSet<&str>,
    ) -> Result<HashSet<String>, StoreError> {
        let mut withdrawn = HashSet::new();
        if ids.is_empty() {
            return Ok(withdrawn);
        }
        let mut text = "SELECT id, account, ordered_by FROM batches WHERE id IN (".to_owned();
        sql::list(&mut text, 0, ids.len());
        text.push(')');
        let query = sqlx::query(AssertSqlSafe(text));
        let query = ids.iter().fold(query, |query, id| query.bind(*id));
        let mut known = HashMap::new();
        for row in query.fetch_all(&mut **self).await? {
            let by = actor(row.try_get(2)?)?;
            let Some(orderer) = by.and_then(Orderer::of) else {
                continue;
            };
            let account: String = row.try_get(1)?;
            if !known.contains_key(&orderer) {
                let may = self.orders_of(&orderer).await?;
                known.insert(orderer.clone(), may);
            }
            if !known.get(&orderer).is_some_and(|may| may.has(&account)) {
                withdrawn.insert(row.try_get(0)?);
            }
        }
        Ok(withdrawn)
    }

    /// The accounts that somebody may order for now.
    async fn orders_of(&mut self, orderer: &Orderer) -> Result<Accounts, StoreError> {
        match orderer {
            Orderer::Token(id) => {
                self.granted("SELECT grants FROM api_tokens WHERE id = $1", id)
                    .await
            }
            Orderer::User(name) => orders_of_user(self, name).await,
            Orderer::Subject(id) => {
                self.granted("SELECT grants FROM subjects WHERE id = $1", id)
                    .await
            }
        }
    }

    async fn granted(&mut self, sql: &'static str, id: &str) -> Result<Accounts, StoreError> {
        let row = sqlx::query(sql)
            .bind(id)
            .fetch_optional(&mut **self)
            .await?;
        let grants = match row {
            Some(row) => Grants::of_text(row.try_get(0)?),
            None => Grants::default(),
        };
        Ok(grants.accounts(Right::Order))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_its_owners_whatever_they_are_called() {
        let subject = |subject: &str, name: Option<&str>| Principal::Subject {
            issuer: "https://id.example".to_owned(),
            subject: subject.to_owned(),
            name: name.map(str::to_owned),
        };
        let user = |name: &str| Principal::User {
            name: name.to_owned(),
        };
        assert_eq!(owned("k", &Principal::Local), "k");
        assert_eq!(
            owned("k", &subject("1", Some("Lin"))),
            owned("k", &subject("1", None))
        );
        let all = [
            Principal::Local,
            user("lin"),
            user("lin k"),
            subject("1", None),
            subject("2", None),
            Principal::Other,
        ];
        let keys: HashSet<String> = all.iter().map(|owner| owned("k", owner)).collect();
        assert_eq!(keys.len(), all.len());
    }
}
