//! Who ordered a batch: whose its key is, and whether it may still be sent.

use std::collections::{HashMap, HashSet};

use evenkeel_api::{Accounts, Actor, Grants, ItemReason, Login, Principal, Right};
use sqlx::{AssertSqlSafe, Row as _};

use super::steps::actor;
use crate::{
    StoreError, Tx,
    logins::{accounts_of_user, subject_id},
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

/// One whose rights may be others by now than when they ordered or approved something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Holder {
    /// By its id.
    Token(String),
    /// By name.
    User(String),
    /// At a provider of identities, by its id.
    Subject(String),
}

impl Holder {
    pub(super) fn of(actor: Actor) -> Option<Self> {
        match (actor.login, actor.who) {
            (Login::Token { token }, _) => Some(Self::Token(token)),
            (_, Principal::User { name }) => Some(Self::User(name)),
            (_, who) => subject_id(&who).map(Self::Subject),
        }
    }
}

impl Tx {
    /// Of these batches those that may not be sent although it is their turn, and why. Its approval may not hold; or nobody
    /// may order it any more who did: the token that it was ordered by was revoked, the user who ordered it disabled, or
    /// has no right to order for its account; of somebody at a provider of identities, by what that said last. A token whose
    /// time is over has had it, as a session has.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn void_orders(
        &mut self,
        ids: &HashSet<&str>,
        now: i64,
    ) -> Result<HashMap<String, ItemReason>, StoreError> {
        let mut void = HashMap::new();
        if ids.is_empty() {
            return Ok(void);
        }
        let mut text =
            "SELECT id, account, ordered_by, approval FROM batches WHERE id IN (".to_owned();
        sql::list(&mut text, 0, ids.len());
        text.push(')');
        let query = sqlx::query(AssertSqlSafe(text));
        let query = ids.iter().fold(query, |query, id| query.bind(*id));
        let mut known = HashMap::new();
        for row in query.fetch_all(&mut **self).await? {
            let id: String = row.try_get(0)?;
            if row.try_get::<Option<String>, _>(3)?.is_some()
                && let Some(reason) = self.void_approval(&id, now).await?
            {
                void.insert(id, reason);
                continue;
            }
            let by = actor(row.try_get(2)?)?;
            let Some(holder) = by.and_then(Holder::of) else {
                continue;
            };
            let account: String = row.try_get(1)?;
            if !known.contains_key(&holder) {
                let may = self.accounts_of(&holder, Right::Order).await?;
                known.insert(holder.clone(), may);
            }
            if !known.get(&holder).is_some_and(|may| may.has(&account)) {
                void.insert(id, ItemReason::RightWithdrawn);
            }
        }
        Ok(void)
    }

    /// The accounts for which somebody has a right now, whether they are logged in or not.
    pub(super) async fn accounts_of(
        &mut self,
        holder: &Holder,
        right: Right,
    ) -> Result<Accounts, StoreError> {
        let (sql, id) = match holder {
            Holder::Token(id) => ("SELECT grants FROM api_tokens WHERE id = $1", id),
            Holder::User(name) => return accounts_of_user(self, name, right).await,
            Holder::Subject(id) => ("SELECT grants FROM subjects WHERE id = $1", id),
        };
        let row = sqlx::query(sql)
            .bind(id)
            .fetch_optional(&mut **self)
            .await?;
        let grants = match row {
            Some(row) => Grants::of_text(row.try_get(0)?),
            None => Grants::default(),
        };
        Ok(grants.accounts(right))
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
