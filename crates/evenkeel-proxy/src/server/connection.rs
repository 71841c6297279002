//! One connection: TLS where there is any, HTTP/1.1, its requests to the router, its end.

use std::{
    convert::Infallible,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
};
use hyper::{
    body::{Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::{sleep, timeout},
};
use tower::ServiceExt as _;

use super::{
    handshake::shake_hands,
    served::Served,
    slot::{Life, Slot},
    socket::Socket,
    wire::Wire,
};
use crate::peer::{Beyond, Link, LinkEnd, Scheme};

/// The most that a connection keeps of what is read and of what is to be written, in bytes; a
/// request's head is no longer either.
const BUFFER: usize = 64 * 1024;
/// How long a connection beyond the bound may last.
const EXTRA_TIME: Duration = Duration::from_secs(2);

/// Shakes hands where TLS is spoken, and answers until the client or a time-out ends it, or somebody needs its place,
/// or the server ends.
pub(super) async fn converse(
    socket: Socket,
    end: LinkEnd,
    slot: Slot,
    life: Arc<Life>,
    served: Served,
    mut stop: watch::Receiver<bool>,
) {
    socket.send_at_once();
    let link = |scheme| Link { end, scheme };
    let Some(acceptor) = served.tls else {
        let wire = Wire::new(socket, Arc::clone(&life));
        return answer_all(wire, link(Scheme::Http), slot, life, served.router, stop).await;
    };
    let longest = if slot.is_extra {
        EXTRA_TIME
    } else {
        served.limits.header_timeout
    };
    let shaking = timeout(longest, shake_hands(socket, Arc::clone(&life), acceptor));
    let shaken = tokio::select! {
        shaken = shaking => shaken.ok().flatten(),
        () = life.evicted() => None,
        _ = stop.wait_for(|stop| *stop) => None,
    };
    if let Some(stream) = shaken {
        // The bytes so far were no request's.
        life.waits();
        answer_all(stream, link(Scheme::Https), slot, life, served.router, stop).await;
    }
}

/// Answers what comes until the connection ends, for whatever reason.
async fn answer_all(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    link: Link,
    slot: Slot,
    life: Arc<Life>,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let is_extra = slot.is_extra;
    let answering = Arc::clone(&life);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        answering.answers();
        request.extensions_mut().insert(link);
        if is_extra {
            request.extensions_mut().insert(Beyond);
        }
        answer(
            router.clone(),
            request.map(Body::new),
            Arc::clone(&answering),
        )
    });
    let connection = http1::Builder::new()
        .max_buf_size(BUFFER)
        .keep_alive(!is_extra)
        // The wire keeps the time: hyper would count a connection's idleness as a head's.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let mut is_ending = false;
    let out_of_time = async {
        if is_extra {
            sleep(EXTRA_TIME).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    let mut out_of_time = pin!(out_of_time);
    loop {
        tokio::select! {
            // A broken connection is the client's news, not ours.
            _ = connection.as_mut() => break,
            () = life.evicted() => break,
            () = out_of_time.as_mut() => break,
            _ = stop.wait_for(|stop| *stop), if !is_ending => {
                if life.is_waiting() {
                    break;
                }
                is_ending = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
    drop(slot);
}

async fn answer(
    router: Router,
    request: Request,
    life: Arc<Life>,
) -> Result<hyper::Response<Answer>, Infallible> {
    let response = router.oneshot(request).await?;
    Ok(response.map(|body| Answer { body, life }))
}

/// The body of an answer: when it ends, the connection waits for a request again.
struct Answer {
    body: Body,
    life: Arc<Life>,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.life.waits();
    }
}
