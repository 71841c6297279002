//! What the end of a call means for the sender: the account's rest, its key, its lease.

use evenkeel_api::HoldReason;
use evenkeel_store::journal::Hold;
use tokio::time::Instant;

use super::{GIVEN_UP, OpenCall, Sender};
use crate::{
    call_failure::{CallFailure, GivenUp},
    journal::{classify::Ending, finished::Finished},
    keys::{CallPermit, KeyAnswer},
    upstream::{came_off_time, cloud_time},
};

impl Sender {
    /// Records how a call has ended.
    pub(super) fn record_result(&mut self, ended: Option<(String, Ending)>) {
        // A call's own task is never cut off, and its panic is an ending of its own.
        let Some((call_id, ending)) = ended else {
            return;
        };
        let Some(open) = self.in_flight.remove(&call_id) else {
            return;
        };
        let OpenCall {
            call,
            action,
            signed_at,
            begun,
            permit,
        } = open;
        let operation = call.chunk.operation.name();
        let now = self.journal.clock.now_ms();
        match &ending {
            Err(CallFailure::GivenUp(why)) => self.give_up(*why),
            _ => self.given_up = 0,
        }
        let mut finished = Finished::new(call_id, call, &ending, &self.account, now);
        let (metrics, account) = (self.journal.upstream.metrics(), self.account.id());
        let class = finished.class(&ending);
        metrics.call(account, operation.as_str(), begun.elapsed(), class);
        finished.count(metrics, account);
        self.sign_anew_if_off_time(&mut finished, &ending, signed_at, now);
        if let Some(code) = finished.denied.clone() {
            if self.journal.keys.denied(&self.account, action, &code) {
                let account = self.account.id();
                tracing::warn!(account, %action, code, "the cloud denies it again and again; what does it is held");
                finished.hold = Some(Hold {
                    reason: HoldReason::Denied,
                    code: Some(code),
                });
            }
        } else if finished.was_granted() {
            self.journal.keys.granted(&self.account, action);
        }
        self.record_key(&mut finished, permit);
        if let Some(back_off) = finished.back_off {
            let chance = finished.call_id.as_bytes().last().copied();
            self.back_off(back_off, now, chance.unwrap_or_default());
        } else {
            self.back_offs = 0;
        }
        self.finished.push(finished);
    }

    /// A call was given up before it left: the next one waits a little, longer each time.
    fn give_up(&mut self, why: GivenUp) {
        let account = self.account.id();
        if self.given_up == 0 {
            tracing::warn!(
                account,
                %why,
                "a call was given up before it left"
            );
        }
        if why == GivenUp::LeaseLost {
            self.is_doubtful = true;
        }
        let (first, most) = GIVEN_UP;
        let wait = (first * (1 << self.given_up.min(10))).min(most);
        self.given_up = self.given_up.saturating_add(1);
        self.again_at = Some(Instant::now() + wait);
    }

    /// Before a key is called refused, a signature that was too old when it came is made anew, once.
    fn sign_anew_if_off_time(
        &mut self,
        finished: &mut Finished,
        ending: &Ending,
        signed_at: i64,
        now: i64,
    ) {
        let batch_id = finished.batch_id.clone();
        let items: Vec<(String, u32)> = finished
            .indexes()
            .map(|index| (batch_id.clone(), index))
            .collect();
        let mut was_made_anew = false;
        for item in &items {
            was_made_anew |= self.made_anew.remove(item);
        }
        let Ok(response) = ending else {
            return;
        };
        if matches!(finished.key_answer, KeyAnswer::Refused(..))
            && !was_made_anew
            && came_off_time(signed_at, cloud_time(response), now)
        {
            let account = self.account.id();
            tracing::warn!(
                account,
                "time leapt while a call was under way; it is signed anew"
            );
            finished.make_anew();
            self.made_anew.extend(items);
        }
    }

    /// A refused key may have been replaced where it is read from: then nothing is held for the old one.
    pub(super) async fn look_for_another_key(&mut self) {
        let was_refused =
            |finished: &Finished| matches!(finished.key_answer, KeyAnswer::Refused(..));
        if self.finished.iter().any(was_refused) && self.account.reread_after_refusal().await {
            let refused = self.finished.iter_mut().filter(|it| was_refused(it));
            refused.for_each(|finished| finished.hold = None);
        }
    }

    /// What the answer says of the key is so for everybody who has it.
    fn record_key(&self, finished: &mut Finished, permit: CallPermit) {
        let key_answer = finished.key_answer.clone();
        if let KeyAnswer::Refused(fault, code) = &key_answer {
            finished.hold = Some(Hold {
                reason: fault.reason(),
                code: Some(code.clone()),
            });
        }
        if permit.answered(key_answer) {
            self.journal.notifier.key_news(&self.account);
        }
    }
}
