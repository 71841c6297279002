//! The slots for connections, and which of them wait for a request. When all are taken, whoever
//! has waited longest gives its slot up, so that half a head keeps nobody out.

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Waker},
    time::Duration,
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

use crate::limits::ServerLimits;

/// How many connections beyond the bound are told at once that there is no slot, or how the
/// server is.
const EXTRA: usize = 4;
/// How long a connection may take to end that gives its slot up.
const SOON: Duration = Duration::from_millis(20);

/// All slots.
#[derive(Debug)]
pub(super) struct Slots {
    free: Arc<Semaphore>,
    extra: Arc<Semaphore>,
    waiting: Mutex<Waiting>,
}

/// Who waits for a request, in the order in which they began to.
#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    lives: BTreeMap<u64, Weak<Life>>,
}

/// A connection's slot.
#[derive(Debug)]
pub(super) struct Slot {
    /// Beyond the bound: for health, and to say that there is none.
    pub(super) is_extra: bool,
    _permit: OwnedSemaphorePermit,
}

impl Slot {
    fn usual(permit: OwnedSemaphorePermit) -> Self {
        Self {
            is_extra: false,
            _permit: permit,
        }
    }

    fn extra(permit: OwnedSemaphorePermit) -> Self {
        Self {
            is_extra: true,
            _permit: permit,
        }
    }
}

impl Slots {
    pub(super) fn new(limits: &ServerLimits) -> Arc<Self> {
        Arc::new(Self {
            free: Arc::new(Semaphore::new(limits.connections)),
            extra: Arc::new(Semaphore::new(EXTRA)),
            waiting: Mutex::default(),
        })
    }

    /// A slot, once there is one: a free one, that of a connection which waits, or an extra one.
    pub(super) async fn take(&self) -> Option<Slot> {
        if let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() {
            return Some(Slot::usual(permit));
        }
        let mut free = pin!(Arc::clone(&self.free).acquire_owned());
        while self.evict() {
            // Its request may have come at that very moment: then it stays.
            if let Ok(permit) = timeout(SOON, free.as_mut()).await {
                return permit.ok().map(Slot::usual);
            }
        }
        tokio::select! {
            biased;
            permit = free => permit.ok().map(Slot::usual),
            permit = Arc::clone(&self.extra).acquire_owned() => permit.ok().map(Slot::extra),
        }
    }

    /// Ends the connection that has waited longest for a request; tells whether there is one.
    pub(super) fn evict(&self) -> bool {
        loop {
            let Some((_, life)) = self.waiting().lives.pop_first() else {
                return false;
            };
            if let Some(life) = life.upgrade() {
                life.evicted.notify_one();
                return true;
            }
        }
    }

    fn line_up(&self, life: &Arc<Life>) -> u64 {
        let mut waiting = self.waiting();
        let ticket = waiting.next;
        waiting.next += 1;
        waiting.lives.insert(ticket, Arc::downgrade(life));
        ticket
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Whatever broke, it left whole entries.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a connection is at.
#[derive(Debug, Clone, Copy)]
enum Phase {
    /// No byte of a request has come since then.
    Idle(Instant),
    /// The first byte of a request came then.
    Head(Instant),
    /// A request is being answered.
    Busy,
}

/// A connection, for those who look after its time.
#[derive(Debug)]
pub(super) struct Life {
    slots: Arc<Slots>,
    limits: ServerLimits,
    /// Whether its slot is one that others may want.
    is_usual: bool,
    state: Mutex<State>,
    evicted: Notify,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Its number among those that wait.
    ticket: Option<u64>,
    /// Who reads while a request is answered.
    reader: Option<Waker>,
}

impl Life {
    /// A connection that has just been opened.
    pub(super) fn new(slots: &Arc<Slots>, slot: &Slot, limits: ServerLimits) -> Arc<Self> {
        let life = Arc::new(Self {
            slots: Arc::clone(slots),
            limits,
            is_usual: !slot.is_extra,
            state: Mutex::new(State {
                phase: Phase::Busy,
                ticket: None,
                reader: None,
            }),
            evicted: Notify::new(),
        });
        life.waits();
        life
    }

    /// It waits for a request, as at its beginning and after each answer.
    pub(super) fn waits(self: &Arc<Self>) {
        let ticket = self.is_usual.then(|| self.slots.line_up(self));
        let (earlier, reader) = {
            let mut state = self.state();
            state.phase = Phase::Idle(Instant::now());
            (
                std::mem::replace(&mut state.ticket, ticket),
                state.reader.take(),
            )
        };
        self.leave(earlier);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// Bytes came.
    pub(super) fn hears(&self) {
        let mut state = self.state();
        if let Phase::Idle(_) = state.phase {
            state.phase = Phase::Head(Instant::now());
        }
    }

    /// A whole head came.
    pub(super) fn answers(&self) {
        let ticket = {
            let mut state = self.state();
            state.phase = Phase::Busy;
            state.ticket.take()
        };
        self.leave(ticket);
    }

    /// Until when the next bytes must come. While a request is answered there is no such time; who
    /// reads then is woken when there is one.
    pub(super) fn deadline(&self, cx: &Context<'_>) -> Option<Instant> {
        let mut state = self.state();
        match state.phase {
            Phase::Idle(since) => Some(since + self.limits.idle_timeout),
            Phase::Head(since) => Some(since + self.limits.header_timeout),
            Phase::Busy => {
                state.reader = Some(cx.waker().clone());
                None
            }
        }
    }

    /// Completes when its slot is wanted for another, and it still waits.
    pub(super) async fn evicted(&self) {
        loop {
            self.evicted.notified().await;
            if self.is_waiting() {
                return;
            }
        }
    }

    /// Whether nothing is being answered.
    pub(super) fn is_waiting(&self) -> bool {
        !matches!(self.state().phase, Phase::Busy)
    }

    pub(super) fn limits(&self) -> &ServerLimits {
        &self.limits
    }

    fn leave(&self, ticket: Option<u64>) {
        if let Some(ticket) = ticket {
            self.slots.waiting().lives.remove(&ticket);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        let ticket = self.state().ticket.take();
        self.leave(ticket);
    }
}
