//! How what goes on by itself ends once the proxy is told to stop.

use std::time::Duration;

use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

/// How long whatever is open may go on then. Calls that act take as long as their cloud may.
pub const GRACE: Duration = Duration::from_secs(5);

/// Waits for the tasks to end by themselves.
pub(crate) async fn ended(tasks: &mut JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a part of the proxy broke; a restart goes on with its work");
        }
    }
}

/// Waits for the tasks to end: a few seconds at most once they are told to stop.
pub(crate) async fn end_soon_after(stop: watch::Receiver<bool>, tasks: &mut JoinSet<()>) {
    end_within(GRACE, stop, tasks).await;
}

async fn end_within(grace: Duration, mut stop: watch::Receiver<bool>, tasks: &mut JoinSet<()>) {
    let overdue = async {
        // An error means that nobody can ask any more: then there is nothing to wait for either.
        let _ = stop.wait_for(|stop| *stop).await;
        sleep(grace).await;
    };
    let is_overdue = tokio::select! {
        () = ended(tasks) => false,
        () = overdue => true,
    };
    if is_overdue {
        tasks.shutdown().await;
    }
}

/// Waits for so long; `false` as soon as it is told to stop.
pub(crate) async fn pause(time: Duration, stop: &mut watch::Receiver<bool>) -> bool {
    timeout(time, stop.wait_for(|stop| *stop)).await.is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_does_not_end_by_itself_is_cut_off_a_little_after_the_stop() {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(std::future::pending());
        let grace = Duration::from_millis(20);
        let mut ending = tokio::spawn(async move {
            end_within(grace, stopping, &mut tasks).await;
            tasks.len()
        });
        let early = tokio::time::timeout(grace * 2, &mut ending).await;
        assert!(early.is_err(), "nobody has asked it to stop");
        stop.send_replace(true);
        assert_eq!(ending.await.unwrap(), 0);
    }
}
