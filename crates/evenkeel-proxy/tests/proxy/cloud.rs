//! A cloud that answers what a test tells it to.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// What it does with every connection.
#[derive(Clone)]
pub(crate) enum Behaviour {
    /// Writes these bytes and closes.
    Answer(String),
    /// Waits a little, then writes these bytes and closes.
    Late(String),
    /// Reads the request and closes.
    Drop,
    /// Reads the request and says nothing.
    Hang,
}

/// A running cloud.
pub(crate) struct Cloud {
    pub(crate) endpoint: String,
    received: Arc<Mutex<Vec<String>>>,
}

impl Cloud {
    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&received);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let behaviour = behaviour.clone();
                let record = Arc::clone(&record);
                tokio::spawn(async move {
                    let mut buffer = vec![0; 64 * 1024];
                    let mut length = stream.read(&mut buffer).await.unwrap();
                    while lacks(&buffer[..length]) {
                        length += stream.read(&mut buffer[length..]).await.unwrap();
                    }
                    let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
                    record.lock().unwrap().push(text);
                    match behaviour {
                        Behaviour::Answer(answer) => {
                            stream.write_all(answer.as_bytes()).await.unwrap();
                        }
                        Behaviour::Late(answer) => {
                            tokio::time::sleep(Duration::from_secs(1)).await;
                            stream.write_all(answer.as_bytes()).await.unwrap();
                            // The other side closes too, once it has read the answer: it is still there.
                            let rest = stream.read(&mut buffer).await.unwrap();
                            record.lock().unwrap().push(format!("{rest} bytes more"));
                        }
                        Behaviour::Drop => {}
                        Behaviour::Hang => std::future::pending().await,
                    }
                });
            }
        });
        Self { endpoint, received }
    }

    /// Answers every call with this head (status line and headers) and body.
    pub(crate) async fn answering(head: &str, body: &str) -> Self {
        let length = body.len();
        Self::start(Behaviour::Answer(format!(
            "HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )))
        .await
    }

    pub(crate) fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

/// An endpoint where nobody listens.
pub(crate) async fn dead() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Whether the body of a request whose head is there is not, yet.
fn lacks(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    length.is_some_and(|length| body.len() < length.parse().unwrap())
}
