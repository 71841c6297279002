//! A call that has ended, until its ending is written down.

use evenkeel::{Chunk, Password, Provider};
use evenkeel_api::ItemState;
use evenkeel_store::{
    StoreError, Tx,
    journal::{Answered, From, Hold, To},
};

use super::{
    redact::Redactor,
    verdict::{self, Ending, Pause, Verdict},
};
use crate::{account::Account, keys::Said};

/// A call under way.
#[derive(Debug)]
pub(super) struct Flying {
    pub(super) batch_id: String,
    pub(super) chunk: Chunk,
    /// The password that it carries: its answer may quote it, whatever becomes of the batch meanwhile.
    pub(super) password: Option<Password>,
    /// Each item's place, and since when it is tried in vain, in the chunk's order.
    pub(super) items: Vec<(u32, i64)>,
}

/// A call that has ended.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) call_id: String,
    pub(super) batch_id: String,
    at: i64,
    status: Option<u16>,
    request_id: Option<String>,
    answer: Option<String>,
    items: Vec<(u32, i64)>,
    verdicts: Vec<Verdict>,
    pub(super) pause: Option<Pause>,
    /// What the answer says about the account's key.
    pub(super) said: Said,
    /// The cloud's code, where the key may not do this.
    pub(super) denied: Option<String>,
    /// Its batch is held for it.
    pub(super) hold: Option<Hold>,
}

impl Finished {
    pub(super) fn new(
        call_id: String,
        flying: Flying,
        ending: &Ending,
        account: &Account,
        now: i64,
    ) -> Self {
        let redactor = &Redactor {
            account,
            password: flying.password.as_ref(),
        };
        let judged = verdict::judge(&flying.chunk, ending);
        let response = match ending {
            Ending::Answered(response) => Some(response),
            _ => None,
        };
        let id_header = match flying.chunk.operation.name().provider() {
            Provider::Ens => "x-acs-request-id",
            Provider::HuaweiEcs => "x-request-id",
        };
        Self {
            call_id,
            batch_id: flying.batch_id,
            at: now,
            status: response.map(|response| response.status),
            request_id: response
                .and_then(|response| response.header(id_header))
                .map(|id| redactor.name(id)),
            answer: response.and_then(|response| redactor.answer(response)),
            items: flying.items,
            verdicts: judged
                .verdicts
                .into_iter()
                .map(|verdict| redacted(verdict, redactor))
                .collect(),
            pause: judged.pause,
            said: match judged.said {
                Said::Refused(fault, code) => Said::Refused(fault, redactor.name(&code)),
                said => said,
            },
            denied: judged.denied.map(|code| redactor.name(&code)),
            hold: None,
        }
    }

    /// The signature was too old when it came: the call is made anew.
    pub(super) fn make_anew(&mut self) {
        self.said = Said::Nothing;
        self.verdicts.fill(Verdict::Anew);
    }

    /// The batch's places that it was about.
    pub(super) fn places(&self) -> impl Iterator<Item = u32> {
        self.items.iter().map(|(place, _)| *place)
    }

    /// Whether the cloud did at least one of them.
    pub(super) fn was_granted(&self) -> bool {
        self.verdicts
            .iter()
            .any(|verdict| matches!(verdict, Verdict::Accepted { .. }))
    }

    /// Whether the cloud, or nobody, said something of the items.
    pub(super) fn may_have_acted(&self) -> bool {
        self.verdicts
            .iter()
            .any(|verdict| matches!(verdict, Verdict::Accepted { .. } | Verdict::Unknown { .. }))
    }

    /// Writes the ending down. What is to be tried again is so at `due_at`, unless that is too late
    /// by the `deadline`, in ms.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) async fn write(
        &self,
        tx: &mut Tx,
        due_at: i64,
        deadline: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        tx.answered(&Answered {
            call_id: &self.call_id,
            at: self.at,
            status: self.status,
            request_id: self.request_id.as_deref(),
            answer: self.answer.as_deref(),
        })
        .await?;
        // Mostly all items of a call end alike: one statement for those that do.
        let mut ends: Vec<(u32, End<'_>)> = self
            .items
            .iter()
            .zip(&self.verdicts)
            .map(|((place, tried_at), verdict)| {
                let is_late = due_at.saturating_sub(*tried_at) > deadline;
                (*place, End { verdict, is_late })
            })
            .collect();
        while let Some((_, end)) = ends.first() {
            let end = *end;
            let places: Vec<u32> = ends
                .iter()
                .filter(|(_, other)| *other == end)
                .map(|(place, _)| *place)
                .collect();
            ends.retain(|(_, other)| *other != end);
            let from = From {
                states: end.verdict.replaces(),
                call: Some(&self.call_id),
            };
            tx.move_items(&self.batch_id, &places, from, &end.to(due_at), now)
                .await?;
            if !matches!(end.verdict, Verdict::Unknown { .. }) {
                // Whatever the item is by now: this call does nothing any more.
                tx.end_signatures(&self.batch_id, &places, &self.call_id)
                    .await?;
            }
        }
        if let Some(hold) = &self.hold {
            tx.hold_batch(&self.batch_id, hold, now).await?;
        }
        Ok(())
    }
}

/// What an item becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct End<'a> {
    verdict: &'a Verdict,
    /// Trying it again would be too late.
    is_late: bool,
}

impl<'a> End<'a> {
    fn to(self, due_at: i64) -> To<'a> {
        fn text(text: &str) -> Option<&str> {
            Some(text).filter(|text| !text.is_empty())
        }
        match self.verdict {
            Verdict::Again => To {
                detail: Some("given up before it left"),
                ..To::state(ItemState::Queued)
            },
            Verdict::Anew => To {
                detail: Some("its signature was too old when it came: it is made anew"),
                ..To::state(ItemState::Queued)
            },
            Verdict::Later { reason, text: why } => To {
                reason: Some(*reason),
                message: text(why),
                due_at,
                ..To::state(if self.is_late {
                    ItemState::NotSent
                } else {
                    ItemState::Queued
                })
            },
            Verdict::Accepted { request_id } => To {
                request_id: request_id.as_deref(),
                is_own: true,
                ..To::state(ItemState::Accepted)
            },
            Verdict::Rejected {
                code,
                text: why,
                request_id,
            } => To {
                code: Some(code),
                message: text(why),
                request_id: request_id.as_deref(),
                detail: Some(code),
                is_own: true,
                ..To::state(ItemState::Rejected)
            },
            Verdict::NotSent { reason, text: why } => To {
                reason: Some(*reason),
                message: text(why),
                ..To::state(ItemState::NotSent)
            },
            Verdict::Unknown { reason, text: why } => To {
                reason: Some(*reason),
                message: text(why),
                ..To::state(ItemState::Unknown)
            },
        }
    }
}

fn redacted(verdict: Verdict, redactor: &Redactor<'_>) -> Verdict {
    match verdict {
        Verdict::Again | Verdict::Anew => verdict,
        Verdict::Accepted { request_id } => Verdict::Accepted {
            request_id: request_id.map(|id| redactor.name(&id)),
        },
        Verdict::Later { reason, text } => Verdict::Later {
            reason,
            text: redactor.text(&text),
        },
        Verdict::Rejected {
            code,
            text,
            request_id,
        } => Verdict::Rejected {
            code: redactor.name(&code),
            text: redactor.text(&text),
            request_id: request_id.map(|id| redactor.name(&id)),
        },
        Verdict::NotSent { reason, text } => Verdict::NotSent {
            reason,
            text: redactor.text(&text),
        },
        Verdict::Unknown { reason, text } => Verdict::Unknown {
            reason,
            text: redactor.text(&text),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};

    use evenkeel::{
        Action, Batch, BatchDraft, DataPolicy, ItemDraft, Response, Rules, Timestamp, When,
    };
    use evenkeel_api::{Item, ItemReason, SettleAs};
    use evenkeel_store::{
        Db,
        journal::{Intent, NewBatch, NewItem},
    };
    use evenkeel_testdb::TestDatabase;

    use super::*;
    use crate::account::SandboxAccount;

    const NOW: i64 = 1_800_000_000_000;

    fn account() -> Account {
        Account::sandbox(SandboxAccount {
            id: "edge".to_owned(),
            provider: Provider::Ens,
            project_id: None,
            address: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 1),
            access_key_id: "k".to_owned(),
            access_key_secret: "s".to_owned().into(),
        })
    }

    fn chunk(password: &Password) -> Chunk {
        let draft = BatchDraft {
            account: "edge".to_owned(),
            action: Action::Migrate,
            items: vec![ItemDraft {
                event_id: "e-1".to_owned(),
                resource_id: "i-1".to_owned(),
                when: Some(When::Now),
                data_policy: Some(DataPolicy::TryTransfer),
            }],
            password: Some(password.clone()),
        };
        let rules = Rules::at(Timestamp::from_millis(NOW));
        let batch = Batch::parse(&draft, &rules).unwrap().value;
        batch.chunks(1).into_iter().next().unwrap()
    }

    fn answered(body: &str) -> Ending {
        Ending::Answered(Response {
            status: 200,
            headers: vec![("x-acs-request-id".to_owned(), "Canary77".to_owned())],
            body: body.as_bytes().to_vec(),
        })
    }

    fn answer(code: u16, message: &str) -> Ending {
        answered(&format!(
            r#"{{"RequestId":"r","Results":[{{"EventId":"e-1","ResourceId":"i-1","Code":{code},"Message":"{message}"}}]}}"#
        ))
    }

    /// A store in which the call `c` for the one item of batch `b` is lost.
    async fn lost() -> (TestDatabase, Db) {
        let database = TestDatabase::sqlite();
        let db = Db::open(&database.url().parse().unwrap()).await.unwrap();
        let batch = NewBatch {
            id: "b".to_owned(),
            account: "edge".to_owned(),
            action: Action::Migrate,
            created_at: NOW,
            retry_of: None,
            retried: Vec::new(),
            destination: account().destination(),
            idempotency_key: "key".to_owned(),
            body_digest: "d".to_owned(),
            issues: "[]".to_owned(),
            password_at: Some("a".to_owned()),
        };
        let item = NewItem {
            event_id: "e-1".to_owned(),
            resource_id: "i-1".to_owned(),
            plan_at: None,
            data_policy: None,
            takes_password: true,
            due_at: 0,
        };
        db.create_batch(&batch, &[item]).await.unwrap();
        let intent = Intent {
            call_id: "c",
            batch_id: "b",
            places: &[0],
            signed_at: NOW,
        };
        let mut tx = db.begin().await.unwrap();
        tx.intend(&intent, NOW).await.unwrap();
        tx.lose_account("edge", NOW).await.unwrap();
        tx.commit().await.unwrap();
        (database, db)
    }

    async fn end(db: &Db, ending: &Ending) -> (Item, Option<i64>) {
        let password = Password::new("Canary77".to_owned());
        let flying = Flying {
            batch_id: "b".to_owned(),
            chunk: chunk(&password),
            password: Some(password),
            items: vec![(0, NOW)],
        };
        let finished = Finished::new("c".to_owned(), flying, ending, &account(), NOW + 9);
        let mut tx = db.begin().await.unwrap();
        finished.write(&mut tx, NOW + 9, 1, NOW + 9).await.unwrap();
        let rivals = tx.rivals("edge", "", &["e-1"], NOW).await.unwrap();
        tx.commit().await.unwrap();
        let item = db.batch_item("b", 0).await.unwrap().unwrap().item;
        (item, rivals.first().and_then(|rival| rival.alive_until))
    }

    async fn queue_again(db: &Db) {
        let from = From {
            states: &[ItemState::Unknown],
            call: Some("c"),
        };
        let mut tx = db.begin().await.unwrap();
        tx.move_items("b", &[0], from, &To::state(ItemState::Queued), NOW)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    #[test]
    fn what_a_call_comes_to_is_a_move_that_an_item_makes() {
        let lost = [
            ItemReason::TimedOut,
            ItemReason::ConnectionLost,
            ItemReason::UnclearAnswer,
            ItemReason::Interrupted,
        ];
        let mut endings: Vec<Ending> = lost
            .into_iter()
            .map(|reason| Ending::Lost(reason, String::new()))
            .collect();
        endings.extend([
            Ending::NeverLeft(verdict::GivenUp::LeaseLost),
            Ending::Unsendable(String::new()),
            Ending::Unreachable(String::new()),
            answer(200, "ok"),
            answer(400, "no"),
            answered("{"),
            Ending::Answered(Response {
                status: 429,
                headers: Vec::new(),
                body: br#"{"Code":"Throttling","Message":"later"}"#.to_vec(),
            }),
        ]);
        let chunk = chunk(&Password::new("Canary77".to_owned()));
        let mut verdicts: Vec<Verdict> = endings
            .iter()
            .flat_map(|ending| verdict::judge(&chunk, ending).verdicts)
            .collect();
        verdicts.push(Verdict::Anew);
        let mut states = std::collections::BTreeSet::new();
        for verdict in &verdicts {
            for is_late in [false, true] {
                let to = End { verdict, is_late }.to(NOW);
                states.insert(to.state);
                for from in verdict.replaces() {
                    assert!(from.may_become(to.state), "{from} {verdict:?}");
                }
                let fits = |reason: ItemReason| reason.states().contains(&to.state);
                assert!(to.reason.is_none_or(fits), "{verdict:?}");
            }
        }
        // Every kind of them was among these.
        let expected = [
            ItemState::Queued,
            ItemState::Accepted,
            ItemState::Rejected,
            ItemState::NotSent,
            ItemState::Unknown,
        ];
        assert_eq!(states.into_iter().collect::<Vec<_>>(), expected);
    }

    #[tokio::test]
    async fn the_calls_own_answer_wins_over_what_was_concluded_from_its_silence() {
        for (settled, ending, expected) in [
            (SettleAs::NotSent, answer(200, "ok"), ItemState::Accepted),
            (SettleAs::NotSent, answer(400, "no"), ItemState::Rejected),
            (SettleAs::Accepted, answer(400, "no"), ItemState::Rejected),
        ] {
            let (_database, db) = lost().await;
            db.settle_item("b", 0, settled, None, NOW).await.unwrap();
            let (item, alive_until) = end(&db, &ending).await;
            assert_eq!((item.state, item.settled_by), (expected, None));
            assert_eq!(alive_until, None);
        }
        for (ending, expected) in [
            (answer(200, "ok"), ItemState::Accepted),
            (answer(400, "no"), ItemState::Rejected),
        ] {
            let (_database, db) = lost().await;
            queue_again(&db).await;
            assert_eq!(end(&db, &ending).await.0.state, expected);
        }
    }

    #[tokio::test]
    async fn an_ending_that_says_nothing_moves_nothing_but_tells_whether_it_may_still_arrive() {
        let lost_again = Ending::Lost(ItemReason::TimedOut, String::new());
        for (ending, may_arrive) in [
            (lost_again, true),
            (Ending::NeverLeft(verdict::GivenUp::LeaseLost), false),
        ] {
            let (_database, db) = lost().await;
            db.settle_item("b", 0, SettleAs::NotSent, None, NOW)
                .await
                .unwrap();
            let (item, alive_until) = end(&db, &ending).await;
            assert_eq!(item.state, ItemState::NotSent);
            assert_eq!(alive_until.is_some(), may_arrive);
        }
    }

    #[tokio::test]
    async fn what_an_answer_quotes_of_the_password_is_not_kept_though_the_batch_is_called_off() {
        let (_database, db) = lost().await;
        db.cancel_batch("b", NOW).await.unwrap();
        end(&db, &answer(400, r"we got \\u0043anary77 and Canary77")).await;
        let kept = db.batch_item("b", 0).await.unwrap().unwrap();
        let text = serde_json::to_string(&kept).unwrap().to_lowercase();
        assert!(
            !text.contains("canary") && !text.contains("anary77"),
            "{text}"
        );
        assert_eq!(kept.item.code.as_deref(), Some("400"));
    }
}
