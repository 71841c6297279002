use std::{
    net::SocketAddr,
    sync::atomic::{AtomicI64, Ordering},
};

use evenkeel::Action;

use super::*;
use crate::account::SandboxAccount;

const NOW: i64 = 1_800_000_000_000;
const MINUTE: i64 = 60_000;

struct Case {
    keys: Arc<Keys>,
    time: Arc<AtomicI64>,
}

fn case() -> Case {
    let time = Arc::new(AtomicI64::new(NOW));
    let told = Arc::clone(&time);
    Case {
        keys: Keys::new(Clock::from_fn(move || told.load(Ordering::SeqCst))),
        time,
    }
}

impl Case {
    fn pass_time(&self, ms: i64) {
        self.time.fetch_add(ms, Ordering::SeqCst);
    }

    fn try_read(&self, account: &Account, asker: Asker) -> Option<CallPermit> {
        self.keys.try_read(account, asker).ok()?.ok()
    }

    /// For a sender that has held what it has to.
    fn room(&self, account: &Account) -> Room {
        self.keys.room(account, self.keys.refusals(account))
    }

    fn refuse(&self, account: &Account) {
        let Room::Trial(permit) = self.room(account) else {
            panic!("no trial");
        };
        permit.answered(refusal());
    }
}

fn account(id: &str, key: &str) -> Account {
    Account::sandbox(SandboxAccount {
        id: id.to_owned(),
        provider: Provider::HuaweiEcs,
        project_id: None,
        address: SocketAddr::from(([127, 0, 0, 1], 1)),
        access_key_id: key.to_owned(),
        access_key_secret: "secret".to_owned().into(),
    })
}

fn refusal() -> KeyAnswer {
    KeyAnswer::Refused(KeyFault::Key, "APIGW.0301".to_owned())
}

#[test]
fn a_key_that_was_not_taken_lately_is_tried_by_one_call_of_all_its_accounts() {
    let case = case();
    let (one, other, stranger) = (
        account("a", "AK1"),
        account("b", "AK1"),
        account("c", "AK2"),
    );
    let Room::Trial(trial) = case.room(&one) else {
        panic!("no trial");
    };
    assert!(matches!(case.room(&one), Room::None(HeldUp::Trial)));
    assert!(matches!(case.room(&other), Room::None(HeldUp::Trial)));
    assert!(case.try_read(&other, Asker::Proxy).is_none());
    assert!(matches!(case.room(&stranger), Room::Trial(_)));
    trial.answered(KeyAnswer::Taken);
    assert!(matches!(case.room(&other), Room::Free));
    assert!(case.try_read(&other, Asker::Proxy).is_some());
    case.pass_time(2 * MINUTE);
    assert!(matches!(case.room(&other), Room::Trial(_)));
}

#[test]
fn a_call_that_brings_nothing_leaves_its_place_to_the_next() {
    let case = case();
    let one = account("a", "AK1");
    let Room::Trial(trial) = case.room(&one) else {
        panic!("no trial");
    };
    drop(trial);
    let Room::Trial(trial) = case.room(&one) else {
        panic!("no trial");
    };
    assert!(!trial.answered(KeyAnswer::Nothing));
    assert!(matches!(case.room(&one), Room::Trial(_)));
}

#[test]
fn an_answer_to_a_call_from_before_the_refusal_ends_no_rest() {
    let case = case();
    let one = account("a", "AK1");
    let read = case.try_read(&one, Asker::Proxy).unwrap();
    let beside = case.keys.permit(&one);
    let act = case.keys.permit(&one);
    assert!(act.answered(refusal()));
    for earlier in [read, beside] {
        assert!(!earlier.answered(KeyAnswer::Taken));
        assert!(case.keys.rest(&one).is_some());
    }
    case.pass_time(MINUTE);
    let trial = case.try_read(&one, Asker::Proxy).unwrap();
    assert!(trial.answered(KeyAnswer::Taken));
    assert!(case.keys.rest(&one).is_none());
}

#[test]
fn a_refused_key_rests_for_all_its_accounts_and_for_reading() {
    let case = case();
    let (one, other) = (account("a", "AK1"), account("b", "AK1"));
    case.refuse(&one);
    let rest = case.keys.rest(&other).unwrap();
    assert_eq!(
        (rest.fault, rest.code.as_str()),
        (KeyFault::Key, "APIGW.0301")
    );
    assert!(case.try_read(&other, Asker::Proxy).is_none());
    assert!(case.keys.rest(&account("c", "AK2")).is_none());
    // Reading tries it by itself after a while, once.
    case.pass_time(MINUTE);
    let trial = case.try_read(&other, Asker::Proxy).unwrap();
    assert!(case.try_read(&one, Asker::Proxy).is_none());
    assert!(matches!(case.room(&one), Room::None(HeldUp::Trial)));
    assert!(trial.answered(refusal()));
    case.pass_time(MINUTE);
    assert!(case.try_read(&one, Asker::Proxy).is_none());
    case.pass_time(MINUTE);
    let trial = case.try_read(&one, Asker::Proxy).unwrap();
    assert!(trial.answered(KeyAnswer::Taken));
    assert!(case.keys.rest(&one).is_none());
}

#[test]
fn nobody_has_a_key_refused_five_times_within_five_minutes() {
    let case = case();
    let one = account("a", "AK1");
    for _ in 0..4 {
        case.refuse(&one);
        case.pass_time(1_000);
    }
    let Room::None(HeldUp::Until(until)) = case.room(&one) else {
        panic!("a fifth");
    };
    assert_eq!(until, NOW + WINDOW_MS);
    assert!(case.try_read(&one, Asker::Person(NOW + MINUTE)).is_none());
    case.pass_time(WINDOW_MS);
    assert!(matches!(case.room(&one), Room::Trial(_)));
}

#[test]
fn another_secret_of_a_refused_key_is_not_refused() {
    let case = case();
    let one = account("a", "AK1");
    case.refuse(&one);
    let mended = Account::sandbox(SandboxAccount {
        id: "a".to_owned(),
        provider: Provider::HuaweiEcs,
        project_id: None,
        address: SocketAddr::from(([127, 0, 0, 1], 1)),
        access_key_id: "AK1".to_owned(),
        access_key_secret: "another".to_owned().into(),
    });
    assert!(case.keys.rest(&mended).is_none());
    assert!(matches!(case.room(&mended), Room::Trial(_)));
}

#[test]
fn a_person_who_asks_after_the_refusal_tries_the_key_at_once() {
    let case = case();
    let one = account("a", "AK1");
    case.refuse(&one);
    assert!(case.try_read(&one, Asker::Person(NOW - 1)).is_none());
    assert!(case.try_read(&one, Asker::Person(NOW + 1)).is_some());
}

#[tokio::test]
async fn a_read_waits_for_the_one_that_tries_the_key() {
    let case = case();
    let one = account("a", "AK1");
    let trial = case.keys.read(&one, Asker::Proxy).await.unwrap();
    let waiting = {
        let keys = Arc::clone(&case.keys);
        tokio::spawn(async move { keys.read(&account("b", "AK1"), Asker::Proxy).await })
    };
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    trial.answered(refusal());
    let rest = waiting.await.unwrap().unwrap_err();
    assert_eq!(rest.code, "APIGW.0301");
}

#[test]
fn three_denials_alike_leave_an_operation_of_an_account_alone() {
    let case = case();
    let one = account("a", "AK1");
    assert!(!case.keys.denied(&one, Action::Accept, "Ecs.0003"));
    assert!(case.keys.is_careful(&one));
    assert!(!case.keys.denied(&one, Action::Accept, "Ecs.0003"));
    // Another code is another matter.
    assert!(!case.keys.denied(&one, Action::Accept, "NoPermission"));
    assert!(!case.keys.denied(&one, Action::Accept, "NoPermission"));
    assert!(case.keys.denied(&one, Action::Accept, "NoPermission"));
    let resting = case.keys.resting_actions(&one);
    assert_eq!(resting.len(), 1);
    assert_eq!(
        (resting[0].0, resting[0].1.refused_at),
        (Action::Accept, NOW)
    );
    assert!(case.keys.rest(&one).is_none());
    assert!(!case.keys.is_careful(&account("b", "AK1")));
    case.keys.granted(&one, Action::Accept);
    assert!(!case.keys.is_careful(&one));
}

#[test]
fn a_digest_tells_keys_apart_and_not_which_they_are() {
    let digest = digest(&account("a", "AK1"));
    assert_eq!(digest, super::digest(&account("b", "AK1")));
    assert_ne!(digest, super::digest(&account("a", "AK2")));
    assert!(!digest.contains("AK1"));
}

#[test]
fn who_has_not_seen_the_last_refusal_has_no_persons_word() {
    let case = case();
    let (one, other) = (account("a", "AK1"), account("b", "AK1"));
    // The other account looks at its batches; then the one's answer comes.
    let seen = case.keys.refusals(&other);
    case.refuse(&one);
    assert!(matches!(
        case.keys.room(&other, seen),
        Room::None(HeldUp::Until(NOW))
    ));
    // It has held them, and somebody has let one go on.
    assert!(matches!(case.room(&other), Room::Trial(_)));
}
