//! What must hold, whatever happened: no event was acted on twice, and no item is lost.

pub(crate) mod instances;

use std::collections::{BTreeMap, BTreeSet};

use evenkeel_api::{Item, ItemState};

use crate::cloud::{Act, Count, Evidence};

/// As long as this after its date a signature is taken, ms.
const SKEW: i64 = 15 * 60 * 1000;
/// The clouds count from the date of a signature, and the judge sees when it arrives.
const ON_ITS_WAY: i64 = 60 * 1000;
/// As long as this after its date the journal takes it that a call may still arrive, ms.
pub(crate) const SIGNATURE_LIFE: i64 = SKEW + ON_ITS_WAY;

/// An item as it was handed in, and as it ended.
#[derive(Debug, Clone)]
pub(crate) struct Ended {
    pub(crate) batch: String,
    pub(crate) item: Item,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// What does not hold, each in a sentence.
    pub(crate) wrong: Vec<String>,
    /// The items that it is about, by batch and place.
    pub(crate) suspects: Vec<(String, u32)>,
    /// Items by their end.
    pub(crate) ends: BTreeMap<ItemState, u64>,
    /// Orders that reached the clouds.
    pub(crate) acts: u64,
    /// Calls that were intended.
    pub(crate) attempts: u64,
    /// Batches that the proxy held until a person let them go on.
    pub(crate) let_go: u64,
    /// Items that were called for more than once: throttled, or unknown and proved not to have acted.
    pub(crate) retried: u64,
    /// Orders for an event that had been ordered before and had not been taken, as the rule allows.
    pub(crate) resends: u64,
}

/// Holds the items against the clouds' counts. Each event is in one item. What is queued in a batch that
/// is paused is not lost, and yet nobody lets it go on.
pub(crate) fn judge(items: &[Ended], evidence: &Evidence, paused: &BTreeSet<String>) -> Findings {
    let mut findings = Findings::default();
    for Ended { batch, item } in items {
        *findings.ends.entry(item.state).or_default() += 1;
        findings.retried += u64::from(item.attempts > 1);
        findings.attempts += u64::from(item.attempts);
        let count = evidence
            .counts
            .get(&item.event_id)
            .copied()
            .unwrap_or_default();
        let twice = if count.received < 2 {
            Ok(())
        } else {
            twice(
                evidence
                    .acts
                    .get(&item.event_id)
                    .map_or(&[][..], Vec::as_slice),
                count,
            )
        };
        if let Err(why) = twice {
            findings.wrong.push(format!("{} {why}", item.event_id));
            findings.suspects.push((batch.clone(), item.index));
        }
        if let Err(why) = end(item, count, paused.contains(batch)) {
            findings.suspects.push((batch.clone(), item.index));
            findings.wrong.push(format!(
                "{} of batch {batch}, item {}, ended as {} with {} orders received and {} taken: {why}",
                item.event_id, item.index, item.state, count.received, count.accepted,
            ));
        }
    }
    for event in &evidence.bare {
        findings.wrong.push(format!(
            "{event} was ordered without the password it was given"
        ));
    }
    for (event, count) in &evidence.counts {
        findings.acts += count.received;
        if !items.iter().any(|ended| ended.item.event_id == *event) {
            findings
                .wrong
                .push(format!("{event} was acted on, and no item asked for it"));
        }
        findings.resends += count.received.saturating_sub(1);
    }
    findings
}

/// Whether an end is one, and true.
fn end(item: &Item, count: Count, is_paused: bool) -> Result<(), &'static str> {
    match item.state {
        ItemState::Queued if is_paused => {
            Err("it waits in a batch that is paused, and that a person lets go on in vain")
        }
        ItemState::Accepted | ItemState::Confirmed if count.accepted == 0 => {
            Err("the cloud has not taken it")
        }
        ItemState::Rejected | ItemState::NotSent if count.accepted > 0 => {
            Err("the cloud has taken it")
        }
        ItemState::NotSent if count.received > 0 && item.reason.is_none() => {
            Err("it has left, and nobody says why it counts as not sent")
        }
        // Nobody but the items moves these events.
        ItemState::Superseded => Err("nobody moved it to another time"),
        ItemState::Queued | ItemState::Sending | ItemState::Unknown => {
            Err("it is lost: time has passed the skew, the lists were read, and nothing moves it")
        }
        _ => Ok(()),
    }
}

/// Whether an event that was ordered more than once was so by the rule.
fn twice(acts: &[Act], count: Count) -> Result<(), String> {
    let times = acts
        .iter()
        .map(|act| format!("call {} at {}", act.call, act.at));
    let times = times.collect::<Vec<_>>().join(", ");
    if count.accepted > 1 {
        return Err(format!("was acted on {} times: {times}", count.accepted));
    }
    if acts.len() as u64 != count.received {
        return Err(format!(
            "was ordered {} times, and the log shows these: {times}",
            count.received
        ));
    }
    for pair in acts.windows(2) {
        let [one, other] = pair else { continue };
        if other.at - one.at <= SKEW - ON_ITS_WAY {
            return Err(format!(
                "was ordered again while the order before could still be taken: {times}"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use evenkeel::{Timestamp, When};

    use super::*;

    fn ended(state: ItemState) -> Ended {
        Ended {
            batch: "b".to_owned(),
            item: Item {
                index: 0,
                event_id: "e-1".to_owned(),
                resource_id: "i-1".to_owned(),
                resource: None,
                when: When::Now,
                data_policy: None,
                state,
                maintenance: None,
                reason: None,
                code: None,
                message: None,
                request_id: None,
                settled_by: None,
                takes_password: false,
                due_at: None,
                retried_in: None,
                may_resend_at: None,
                updated_at: Timestamp::from_millis(0),
                attempts: 1,
            },
        }
    }

    fn evidence(accepted: u64, times: &[i64]) -> Evidence {
        let received = times.len() as u64;
        let acts = times
            .iter()
            .zip(1..)
            .map(|(at, call)| Act { at: *at, call });
        Evidence {
            counts: [("e-1".to_owned(), Count { received, accepted })].into(),
            acts: [("e-1".to_owned(), acts.collect())].into(),
            ..Evidence::default()
        }
    }

    fn wrong(state: ItemState, accepted: u64, times: &[i64]) -> Vec<String> {
        judge(
            &[ended(state)],
            &evidence(accepted, times),
            &BTreeSet::new(),
        )
        .wrong
    }

    #[test]
    fn tells_what_is_paused_from_what_is_lost() {
        let paused = BTreeSet::from(["b".to_owned()]);
        let wrong = |state| judge(&[ended(state)], &evidence(0, &[]), &paused).wrong;
        assert!(wrong(ItemState::Queued)[0].contains("paused"));
        assert!(wrong(ItemState::Unknown)[0].contains("lost"));
    }

    #[test]
    fn takes_what_happened_once_and_is_told_as_it_was() {
        for (state, accepted) in [
            (ItemState::Accepted, 1),
            (ItemState::Confirmed, 1),
            (ItemState::Rejected, 0),
        ] {
            assert_eq!(wrong(state, accepted, &[5]), [""; 0], "{state}");
        }
        assert_eq!(wrong(ItemState::NotSent, 0, &[]), [""; 0]);
    }

    #[test]
    fn finds_a_second_act_unless_the_first_could_be_taken_no_more() {
        let long = SKEW - ON_ITS_WAY + 1;
        assert_eq!(wrong(ItemState::Accepted, 1, &[0, long]), [""; 0]);
        assert!(
            wrong(ItemState::Accepted, 1, &[0, SKEW - ON_ITS_WAY])[0]
                .contains("could still be taken")
        );
        assert!(wrong(ItemState::Accepted, 2, &[0, long])[0].contains("acted on 2 times"));
    }

    #[test]
    fn finds_a_lost_item_and_an_untrue_end() {
        for state in [ItemState::Queued, ItemState::Sending, ItemState::Unknown] {
            assert!(wrong(state, 0, &[])[0].contains("lost"), "{state}");
        }
        assert!(wrong(ItemState::Accepted, 0, &[0])[0].contains("has not taken it"));
        assert!(wrong(ItemState::Confirmed, 0, &[])[0].contains("has not taken it"));
        assert!(wrong(ItemState::Rejected, 1, &[0])[0].contains("has taken it"));
        assert!(wrong(ItemState::NotSent, 1, &[0])[0].contains("has taken it"));
    }

    #[test]
    fn finds_an_order_without_its_password() {
        let mut evidence = evidence(1, &[5]);
        evidence.bare.insert("e-1".to_owned());
        let wrong = judge(&[ended(ItemState::Accepted)], &evidence, &BTreeSet::new()).wrong;
        assert!(wrong[0].contains("without the password"), "{wrong:?}");
    }

    #[test]
    fn finds_an_act_that_nobody_asked_for() {
        assert!(
            judge(&[], &evidence(1, &[0]), &BTreeSet::new()).wrong[0]
                .contains("no item asked for it")
        );
    }
}
