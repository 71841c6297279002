//! Reads lists side by side and hands on their pages.

use std::{collections::VecDeque, sync::Arc, time::Instant};

use evenkeel::{Event, Operation, OptionalList};
use evenkeel_api::FailureCode;
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
};

use super::{
    failure::SyncFailure,
    limit::Limit,
    paginator::{Paginator, Step},
};
use crate::{
    account::Account,
    call_failure::CallFailure,
    clock::Clock,
    keys::{Asker, KeyAnswer, Keys},
    metrics::CallClass,
    upstream::{Upstream, cloud_time},
};

/// How many lists of one account are read at a time.
const AT_ONCE: usize = 4;
/// How many pages may wait for the store.
const PAGES: usize = 4;

/// What a reader has to say.
#[derive(Debug)]
pub(crate) enum ReaderMessage {
    /// A page; the read that it answers was signed no earlier than `asked_at`, and answered when it
    /// was `cloud_at` by the cloud's own clock (ms since the Unix epoch).
    Page {
        events: Vec<Event>,
        total: Option<u64>,
        asked_at: i64,
        cloud_at: Option<i64>,
    },
    /// Nothing comes before a time.
    Waiting { until: i64, failure: SyncFailure },
    /// A list is at its end: whether it surely lacked nothing, and what it plainly lacked.
    End {
        sure: bool,
        shortfall: Option<SyncFailure>,
    },
    /// The key may not read a list that the rest is read without.
    Off {
        list: &'static OptionalList,
        failure: SyncFailure,
    },
    /// It cannot go on.
    Failed(SyncFailure),
}

/// What a reader reads with.
#[derive(Clone)]
pub(crate) struct ReadContext {
    pub(crate) account: Arc<Account>,
    pub(crate) upstream: Upstream,
    pub(crate) limit: Arc<Limit>,
    pub(crate) clock: Clock,
    pub(crate) keys: Arc<Keys>,
    pub(crate) asker: Asker,
}

/// The readers of one sync run; dropped, they stop.
pub(crate) struct Readers {
    news: mpsc::Receiver<ReaderMessage>,
    _tasks: JoinSet<()>,
}

impl Readers {
    pub(crate) fn start(context: &ReadContext, lists: Vec<Operation>) -> Self {
        let (messages, news) = mpsc::channel(PAGES);
        let readers = lists.len().min(AT_ONCE);
        let lists = Arc::new(Mutex::new(VecDeque::from(lists)));
        let mut tasks = JoinSet::new();
        for _ in 0..readers {
            tasks.spawn(read_all(
                context.clone(),
                Arc::clone(&lists),
                messages.clone(),
            ));
        }
        Self {
            news,
            _tasks: tasks,
        }
    }

    /// The next piece of news; none once all lists are at their end.
    pub(crate) async fn next(&mut self) -> Option<ReaderMessage> {
        self.news.recv().await
    }
}

async fn read_all(
    context: ReadContext,
    lists: Arc<Mutex<VecDeque<Operation>>>,
    messages: mpsc::Sender<ReaderMessage>,
) {
    loop {
        let Some(list) = lists.lock().await.pop_front() else {
            return;
        };
        // An error means that nobody listens any more.
        if read(&context, list, &messages).await.is_err() {
            return;
        }
    }
}

async fn read(
    context: &ReadContext,
    list: Operation,
    messages: &mpsc::Sender<ReaderMessage>,
) -> Result<(), mpsc::error::SendError<ReaderMessage>> {
    let scope = context.account.scope();
    let mut paginator = Paginator::new(scope.clone(), list);
    loop {
        context.limit.wait().await;
        let permit = match context.keys.read(&context.account, context.asker).await {
            Ok(permit) => permit,
            Err(rest) => {
                let failure = CallFailure::resting(&rest, context.clock.now_ms()).into();
                return messages.send(ReaderMessage::Failed(failure)).await;
            }
        };
        let asked_at = context.clock.now_ms();
        let request = paginator.operation().request(&scope);
        let begun = Instant::now();
        let answer = context.upstream.send(&context.account, &request).await;
        let took = begun.elapsed();
        let cloud_at = answer.as_ref().ok().and_then(cloud_time);
        let step = paginator.take(answer);
        let (key_answer, failure) = match &step {
            Step::More(_) | Step::Done(_) => (KeyAnswer::Taken, None),
            Step::Wait { failure, .. } | Step::Failed(failure) => match failure {
                SyncFailure::Call(failure) => (failure.key_answer(), Some(failure.kind().as_str())),
                SyncFailure::List { .. } => (KeyAnswer::Nothing, None),
            },
        };
        permit.answered(key_answer);
        let (operation, class) = (paginator.operation().name(), CallClass::of(failure));
        let metrics = context.upstream.metrics();
        metrics.call(context.account.id(), operation.as_str(), took, class);
        let total = paginator.total();
        let page = |events| ReaderMessage::Page {
            events,
            total,
            asked_at,
            cloud_at,
        };
        match step {
            Step::More(events) => messages.send(page(events)).await?,
            Step::Done(events) => {
                messages.send(page(events)).await?;
                let (sure, shortfall) = (paginator.is_sure(), paginator.shortfall());
                return messages.send(ReaderMessage::End { sure, shortfall }).await;
            }
            Step::Wait { ms, failure } => {
                let ms = i64::try_from(ms).unwrap_or(i64::MAX);
                let until = context.clock.now_ms().saturating_add(ms);
                messages
                    .send(ReaderMessage::Waiting { until, failure })
                    .await?;
                context.clock.sleep_until(until).await;
            }
            Step::Failed(failure) => {
                let optional = paginator.operation().optional();
                let is_denied = failure.code() == FailureCode::Denied;
                let message = match optional.filter(|_| is_denied) {
                    Some(list) => ReaderMessage::Off { list, failure },
                    None => ReaderMessage::Failed(failure),
                };
                return messages.send(message).await;
            }
        }
    }
}
