//! The last messages, for everybody who is not far behind.

use std::{collections::VecDeque, sync::Arc};

use axum::body::Bytes;
use evenkeel_api::Accounts;

use super::gzip::Packed;

/// What was told of one stretch of changes.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    text: Vec<u8>,
    /// Where the messages of each change begin in the text, in order.
    starts: Vec<Start>,
}

/// Where the messages of a change begin.
#[derive(Debug, Clone)]
struct Start {
    seq: i64,
    at: usize,
    /// The account that they are about; without one they are for those who see all.
    account: Option<String>,
}

/// Of messages those from a start on that somebody may see.
fn seen(text: &Bytes, starts: &[Start], from: usize, accounts: &Accounts) -> Bytes {
    let rest = starts.get(from..).unwrap_or_default();
    let Some(first) = rest.first() else {
        return Bytes::new();
    };
    if *accounts == Accounts::All {
        return text.slice(first.at..);
    }
    let ends = rest.iter().skip(1).map(|start| start.at);
    let mut own = Vec::new();
    for (start, end) in rest.iter().zip(ends.chain([text.len()])) {
        let account = start.account.as_deref();
        if account.is_some_and(|account| accounts.has(account)) {
            own.extend_from_slice(&text.slice(start.at..end));
        }
    }
    own.into()
}

impl Frame {
    /// Begins the messages of a change, which are about an account, or for those who see all.
    pub(super) fn begin(&mut self, seq: i64, account: Option<String>) {
        let at = self.text.len();
        self.starts.push(Start { seq, at, account });
    }

    /// Adds a message of the change that was begun: that is told with its last message.
    pub(super) fn push(&mut self, seq: i64, is_last: bool, kind: &str, json: &str) {
        let mut line = |name: &str, value: &str| {
            self.text.extend_from_slice(name.as_bytes());
            self.text.extend_from_slice(value.as_bytes());
            self.text.push(b'\n');
        };
        line("event: ", kind);
        // A line break would end the field; between the tokens of JSON it means nothing.
        for part in json.split(['\r', '\n']) {
            line("data: ", part);
        }
        if is_last {
            line("id: ", &seq.to_string());
        }
        self.text.push(b'\n');
    }

    /// What somebody may see of the text.
    pub(super) fn into_bytes(self, accounts: &Accounts) -> Bytes {
        seen(&self.text.into(), &self.starts, 0, accounts)
    }

    /// The same, compressed.
    pub(super) fn pack(&self) -> Packed {
        Packed::new(&self.text)
    }
}

/// A frame at its place.
#[derive(Debug)]
struct Told {
    /// The change up to which it tells.
    to: i64,
    text: Bytes,
    packed: Option<Arc<Packed>>,
    starts: Vec<Start>,
}

impl Told {
    fn size(&self) -> usize {
        self.text.len() + self.packed.as_ref().map_or(0, |packed| packed.len())
    }
}

/// The frames, without a gap between them.
#[derive(Debug, Default)]
pub(super) struct Ring {
    frames: VecDeque<Told>,
    bytes: usize,
    /// The change after which the first frame begins.
    start: i64,
    /// The change up to which was told.
    reached: i64,
}

/// Messages for a client.
#[derive(Debug, Default)]
pub(super) struct Next {
    pub(super) text: Bytes,
    /// The same, compressed, where that was done already.
    pub(super) packed: Option<Arc<Packed>>,
    /// The change up to which they tell.
    pub(super) to: i64,
}

/// What there is for a client.
#[derive(Debug)]
pub(super) enum Found {
    /// It is further behind than the ring reaches.
    Behind,
    /// The next messages, if there are any.
    Next(Next),
    /// Nothing new.
    Nothing,
}

impl Ring {
    /// Begins anew after a change.
    pub(super) fn begin(&mut self, at: i64) {
        *self = Self {
            start: at,
            reached: at,
            ..Self::default()
        };
    }

    /// The change after which it begins.
    pub(super) fn start(&self) -> i64 {
        self.start
    }

    /// The change up to which was told.
    pub(super) fn reached(&self) -> i64 {
        self.reached
    }

    /// Whether a client that goes on after this change can do without the store.
    pub(super) fn knows(&self, after: i64) -> bool {
        (self.start..=self.reached).contains(&after)
    }

    /// Adds what was told up to a change; forgets the oldest beyond so many bytes.
    pub(super) fn push(&mut self, frame: Frame, packed: Option<Arc<Packed>>, to: i64, most: usize) {
        self.reached = to;
        if !frame.starts.is_empty() {
            let told = Told {
                to,
                starts: frame.starts,
                text: frame.text.into(),
                packed,
            };
            self.bytes += told.size();
            self.frames.push_back(told);
        } else if let Some(last) = self.frames.back_mut() {
            last.to = to;
        } else {
            self.start = to;
        }
        // The last one stays, however large it is: everybody waits for it.
        while self.bytes > most && self.frames.len() > 1 {
            if let Some(first) = self.frames.pop_front() {
                self.bytes -= first.size();
                self.start = first.to;
            }
        }
    }

    /// What comes after a change, of what is about these accounts.
    pub(super) fn after(&self, after: i64, accounts: &Accounts) -> Found {
        if after < self.start {
            return Found::Behind;
        }
        let next = self.frames.partition_point(|told| told.to <= after);
        let Some(told) = self.frames.get(next) else {
            return if after < self.reached {
                Found::Next(Next {
                    to: self.reached,
                    ..Next::default()
                })
            } else {
                Found::Nothing
            };
        };
        // Of a frame that was told in part, the rest.
        let known = told.starts.partition_point(|start| start.seq <= after);
        let is_whole = known == 0 && *accounts == Accounts::All;
        Found::Next(Next {
            text: seen(&told.text, &told.starts, known, accounts),
            packed: told.packed.clone().filter(|_| is_whole),
            to: told.to,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(seqs: &[i64]) -> Frame {
        let mut frame = Frame::default();
        for seq in seqs {
            frame.begin(*seq, Some(format!("account-{}", seq % 2)));
            frame.push(*seq, true, "event", "{}");
        }
        frame
    }

    /// What there is for one who sees all.
    fn after(ring: &Ring, after: i64) -> Found {
        ring.after(after, &Accounts::All)
    }

    fn ids(found: &Found) -> (Vec<i64>, i64) {
        let Found::Next(next) = found else {
            panic!("{found:?}")
        };
        (ids_of(&next.text), next.to)
    }

    fn ids_of(text: &[u8]) -> Vec<i64> {
        let text = std::str::from_utf8(text).unwrap();
        let ids = text.lines().filter_map(|line| line.strip_prefix("id: "));
        ids.map(|id| id.parse().unwrap()).collect()
    }

    #[test]
    fn gives_everybody_what_comes_after_their_place() {
        let mut ring = Ring::default();
        ring.begin(10);
        ring.push(frame(&[12, 13]), None, 13, 1_000);
        ring.push(frame(&[14, 17]), None, 20, 1_000);
        assert!(matches!(after(&ring, 9), Found::Behind));
        assert_eq!(ids(&after(&ring, 10)), (vec![12, 13], 13));
        assert_eq!(ids(&after(&ring, 12)), (vec![13], 13));
        assert_eq!(ids(&after(&ring, 13)), (vec![14, 17], 20));
        assert_eq!(ids(&after(&ring, 14)), (vec![17], 20));
        assert_eq!(ids(&after(&ring, 18)), (vec![], 20));
        assert!(matches!(after(&ring, 20), Found::Nothing));
        assert!(matches!(after(&ring, 25), Found::Nothing));
        assert!(ring.knows(10) && ring.knows(20) && !ring.knows(9) && !ring.knows(21));
    }

    #[test]
    fn goes_on_where_nothing_is_to_be_told() {
        let mut ring = Ring::default();
        ring.begin(10);
        ring.push(frame(&[]), None, 12, 1_000);
        assert!(matches!(after(&ring, 11), Found::Behind));
        assert!(matches!(after(&ring, 12), Found::Nothing));
        ring.push(frame(&[13]), None, 13, 1_000);
        ring.push(frame(&[]), None, 15, 1_000);
        assert_eq!(ids(&after(&ring, 12)), (vec![13], 15));
        assert_eq!(ids(&after(&ring, 13)), (vec![], 15));
    }

    #[test]
    fn forgets_the_oldest_without_a_gap() {
        let mut ring = Ring::default();
        ring.begin(0);
        for seq in 1..=10 {
            ring.push(frame(&[seq]), None, seq, 70);
        }
        let first = (0..10).find(|after| ring.knows(*after)).unwrap();
        assert!((5..10).contains(&first), "{first}");
        assert!(matches!(after(&ring, first - 1), Found::Behind));
        assert_eq!(ids(&after(&ring, first)), (vec![first + 1], first + 1));
        ring.push(frame(&[11; 1]), None, 11, 1);
        assert_eq!(ids(&after(&ring, 10)), (vec![11], 11), "the last one stays");
    }

    #[test]
    fn gives_what_is_compressed_only_to_those_who_take_all_of_it() {
        let mut ring = Ring::default();
        let frame = frame(&[1, 2]);
        let packed = Arc::new(frame.pack());
        ring.push(frame, Some(packed), 2, 1_000);
        let packed = |place| match after(&ring, place) {
            Found::Next(next) => next.packed.is_some(),
            _ => false,
        };
        assert!(packed(0));
        assert!(!packed(1));
    }

    #[test]
    fn tells_a_change_with_the_last_of_its_messages() {
        let mut whole = Frame::default();
        whole.begin(5, None);
        whole.push(5, false, "items", "{\n1}");
        whole.push(5, true, "items", "{2}");
        let text = "event: items\ndata: {\ndata: 1}\n\nevent: items\ndata: {2}\nid: 5\n\n";
        assert_eq!(whole.clone().into_bytes(&Accounts::All), text);
        let mut ring = Ring::default();
        ring.push(whole, None, 5, 1_000);
        let Found::Next(next) = after(&ring, 4) else {
            panic!("nothing")
        };
        assert_eq!(next.text, text);
    }

    #[test]
    fn tells_nobody_of_an_account_that_they_do_not_see() {
        let mut ring = Ring::default();
        ring.begin(0);
        let mut whole = frame(&[1, 2, 3]);
        whole.begin(4, None);
        whole.push(4, true, "inventory", "{}");
        let odd = Accounts::These(["account-1".to_owned()].into());
        assert_eq!(ids_of(&whole.clone().into_bytes(&odd)), [1, 3]);
        let packed = Arc::new(whole.pack());
        ring.push(whole, Some(packed), 4, 1_000);
        let found = |after| ring.after(after, &odd);
        assert_eq!(ids(&found(0)), (vec![1, 3], 4));
        assert_eq!(ids(&found(1)), (vec![3], 4));
        assert_eq!(ids(&found(3)), (vec![], 4));
        assert!(matches!(found(0), Found::Next(Next { packed: None, .. })));
        let none = Accounts::These(std::collections::BTreeSet::new());
        assert_eq!(ids(&ring.after(0, &none)), (vec![], 4));
        assert_eq!(ids(&after(&ring, 0)), (vec![1, 2, 3, 4], 4));
    }
}
