//! The bytes of one connection, with time-outs for a client that sends nothing, or takes nothing.

use std::{
    future::Future as _,
    io::{self, IoSlice},
    mem::MaybeUninit,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use super::{slot::Life, socket::Socket};

/// How long a client that sends more than is wanted is listened to.
const LINGER: Duration = Duration::from_secs(2);

pub(super) struct Wire {
    stream: Socket,
    life: Arc<Life>,
    reading: Alarm,
    writing: Alarm,
    /// Since when the client has taken nothing of what waits for it.
    stuck_since: Option<Instant>,
    /// How long a client that is told everything may go on sending.
    lingers_until: Option<Instant>,
}

impl Wire {
    pub(super) fn new(stream: Socket, life: Arc<Life>) -> Self {
        Self {
            stream,
            life,
            reading: Alarm::default(),
            writing: Alarm::default(),
            stuck_since: None,
            lingers_until: None,
        }
    }

    /// Takes what the client still sends, for a moment: a body that nobody wanted. Otherwise the
    /// system would throw away the answer that says so.
    fn linger(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let deadline = *self
            .lingers_until
            .get_or_insert_with(|| Instant::now() + LINGER);
        let mut scratch = [MaybeUninit::uninit(); 8 * 1024];
        loop {
            let mut buffer = ReadBuf::uninit(&mut scratch);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    if Instant::now() >= deadline {
                        return Poll::Ready(Ok(()));
                    }
                }
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending if self.reading.rings(deadline, cx) => return Poll::Ready(Ok(())),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// What a write came to, unless the client has taken nothing for too long.
    fn written<T>(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.stuck_since = None;
            return result;
        }
        let since = *self.stuck_since.get_or_insert_with(Instant::now);
        let deadline = since + self.life.limits().write_timeout;
        if self.writing.rings(deadline, cx) {
            self.stream.drop_unsent();
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        match Pin::new(&mut this.stream).poll_read(cx, buffer) {
            Poll::Ready(result) => {
                if buffer.filled().len() > before {
                    this.life.hears();
                }
                Poll::Ready(result)
            }
            Poll::Pending => match this.life.deadline(cx) {
                Some(deadline) if this.reading.rings(deadline, cx) => {
                    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
                }
                _ => Poll::Pending,
            },
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingers_until.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        }
        self.linger(cx)
    }
}

/// A timer that is made when it is first needed.
#[derive(Default)]
struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Whether the time has come; the task is woken when it does.
    fn rings(&mut self, deadline: Instant, cx: &mut Context<'_>) -> bool {
        let sleep = self
            .0
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() != deadline {
            sleep.as_mut().reset(deadline);
        }
        sleep.as_mut().poll(cx).is_ready()
    }
}
