//! The beginning of a connection by TLS, and a word for who comes without.

use std::{io, sync::Arc};

use tokio::io::AsyncWriteExt as _;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{slot::Life, socket::Socket, wire::Wire};

const NO_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n\
    x-content-type-options: nosniff\r\ncontent-length: 48\r\n\r\nThis port speaks TLS alone: begin with https://\n";

/// A connection that both ends agree on; nothing where they do not, or where the client speaks plain HTTP, which is told
/// so.
pub(super) async fn shake_hands(
    socket: Socket,
    life: Arc<Life>,
    acceptor: TlsAcceptor,
) -> Option<TlsStream<Wire>> {
    let is_plain = socket.begins_with(is_method).await;
    let mut wire = Wire::new(socket, life);
    let shaken = match is_plain {
        Ok(true) => Err(tell(&mut wire).await),
        Ok(false) => acceptor.accept(wire).await.map_err(Err),
        Err(error) => Err(Err(error)),
    };
    // Whoever scans ports has many such.
    shaken
        .map_err(|why| tracing::debug!(?why, "no connection by TLS came about"))
        .ok()
}

/// Methods are capital letters; a client's hello begins with none.
fn is_method(byte: u8) -> bool {
    byte.is_ascii_uppercase()
}

async fn tell(wire: &mut Wire) -> io::Result<()> {
    wire.write_all(NO_TLS).await?;
    wire.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_as_long_as_it_says() {
        let text = std::str::from_utf8(NO_TLS).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("content-length: {}", body.len())),
            "{}",
            body.len()
        );
    }
}
