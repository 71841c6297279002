//! Says whether somebody may be the second person to what another one ordered, and why not.

use serde::{Deserialize, Serialize};

use crate::{Actor, Login, Principal};

/// Why whoever asks may not approve a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MayNotApprove {
    /// They have not the right for its account.
    NoRight,
    /// They come by a token: it counts as its owner where it orders, and approves nothing.
    Token,
    /// They ordered it.
    OwnOrder,
    /// Nobody knows who ordered it, as where it was by a login code: nobody is known to be another.
    UnknownOrderer,
    /// They have no name: a code is good for whoever has it, who may be the one who ordered it.
    NoName,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

impl Actor {
    /// Whether this one may approve what that one ordered, as far as it is about who they are: what they may do is looked at
    /// beside it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_approve(&self, ordered_by: Option<&Self>) -> Result<(), MayNotApprove> {
        if !self.login.is_a_persons() {
            return Err(MayNotApprove::Token);
        }
        let ordered_by = ordered_by.ok_or(MayNotApprove::UnknownOrderer)?;
        if self.who.is(&ordered_by.who) {
            return Err(MayNotApprove::OwnOrder);
        }
        let is_known = match ordered_by.who {
            Principal::User { .. } | Principal::Subject { .. } => true,
            // A tool's. Whoever had a code may be the one who wants to approve it now.
            Principal::Local => matches!(ordered_by.login, Login::Token { .. }),
            Principal::Proxy { .. } | Principal::Nobody | Principal::Other => false,
        };
        if !is_known {
            return Err(MayNotApprove::UnknownOrderer);
        }
        match self.who {
            Principal::User { .. } | Principal::Subject { .. } => Ok(()),
            Principal::Local | Principal::Proxy { .. } | Principal::Nobody | Principal::Other => {
                Err(MayNotApprove::NoName)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProxyPart;

    fn by(who: Principal, login: Login) -> Actor {
        Actor { who, login }
    }

    fn user(name: &str) -> Actor {
        let name = name.to_owned();
        by(Principal::User { name }, Login::Password)
    }

    fn subject(subject: &str, name: &str) -> Actor {
        let (issuer, subject) = ("https://id.example".to_owned(), subject.to_owned());
        let name = Some(name.to_owned());
        let who = Principal::Subject {
            issuer,
            subject,
            name,
        };
        by(who, Login::Oidc)
    }

    fn token(actor: Actor) -> Actor {
        let token = "ci".to_owned();
        by(actor.who, Login::Token { token })
    }

    #[test]
    fn a_second_person_has_a_name_and_is_another() {
        let code = || by(Principal::Local, Login::Code);
        let may = |actor: Actor, ordered_by: Actor| actor.may_approve(Some(&ordered_by));
        assert_eq!(may(user("wang"), user("lin")), Ok(()));
        assert_eq!(may(user("42"), subject("42", "Lin")), Ok(()));
        assert_eq!(may(user("wang"), token(user("lin"))), Ok(()));
        // What a tool ordered.
        assert_eq!(may(user("lin"), token(code())), Ok(()));
        for (actor, ordered_by, why) in [
            (user("lin"), user("lin"), MayNotApprove::OwnOrder),
            (user("lin"), token(user("lin")), MayNotApprove::OwnOrder),
            (code(), Actor::LOCAL, MayNotApprove::OwnOrder),
            (
                subject("42", "Lin Wang"),
                subject("42", "Lin"),
                MayNotApprove::OwnOrder,
            ),
            (token(user("wang")), user("lin"), MayNotApprove::Token),
            (
                by(user("wang").who, Login::Other),
                user("lin"),
                MayNotApprove::Token,
            ),
            // Whoever has a code may be lin.
            (code(), user("lin"), MayNotApprove::NoName),
            (Actor::NOBODY, user("lin"), MayNotApprove::NoName),
            (
                Actor::proxy(ProxyPart::Journal),
                user("lin"),
                MayNotApprove::NoName,
            ),
            (
                user("lin"),
                Actor::proxy(ProxyPart::Journal),
                MayNotApprove::UnknownOrderer,
            ),
            (user("lin"), Actor::NOBODY, MayNotApprove::UnknownOrderer),
            // Lin may have had the code.
            (user("lin"), code(), MayNotApprove::UnknownOrderer),
            (user("lin"), Actor::LOCAL, MayNotApprove::UnknownOrderer),
        ] {
            let said = actor.may_approve(Some(&ordered_by));
            assert_eq!(said, Err(why), "{actor:?} {ordered_by:?}");
        }
        let said = user("lin").may_approve(None);
        assert_eq!(said, Err(MayNotApprove::UnknownOrderer));
    }

    #[test]
    fn a_reason_of_tomorrow_is_one() {
        let why: MayNotApprove = serde_json::from_str("\"of_tomorrow\"").unwrap();
        assert_eq!(why, MayNotApprove::Other);
        let json = serde_json::to_string(&MayNotApprove::OwnOrder).unwrap();
        assert_eq!(json, "\"own_order\"");
    }
}
