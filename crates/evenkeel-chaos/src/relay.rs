//! A wire that can be cut and held: between a proxy and the clouds, or a proxy and its database.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::Result;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
    task::JoinHandle,
};

/// What a header names of Alibaba Cloud's operations that act.
const ACTIONS: [&str; 3] = ["BatchEvent", "RedeployInstance", "RebootInstances"];

/// How long it takes until a server sees that its client has hung up.
const HANG_UP: Duration = Duration::from_secs(1);

/// What is beyond the wire.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

/// What happens to a request that acts, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// It never arrives.
    Lost,
    /// It arrives so much later, whoever still waits for it.
    Late(Duration),
    /// It arrives when it is let go.
    Held,
}

/// The wire.
#[derive(Debug)]
pub(crate) struct Relay {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    /// What is to happen to the next requests that act, the next one last.
    mishaps: Mutex<Vec<Option<Mishap>>>,
    cut: watch::Sender<bool>,
    /// How many requests have been held so far.
    held: watch::Sender<usize>,
    /// Whether what is held arrives.
    let_go: watch::Sender<bool>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Relay {
    /// # Errors
    /// When there is no port.
    pub(crate) async fn start(target: Target) -> Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            mishaps: Mutex::default(),
            cut: watch::Sender::new(false),
            held: watch::Sender::new(0),
            let_go: watch::Sender::new(false),
        });
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *shared.cut.borrow() {
                    continue;
                }
                let (target, state) = (target.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    let mut cut = state.cut.subscribe();
                    tokio::select! {
                        _ = connect(client, target, &state) => {}
                        _ = cut.wait_for(|cut| *cut) => {}
                    }
                });
            }
        });
        Ok(Self {
            address,
            state,
            task,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts all connections and refuses new ones, until it is mended.
    pub(crate) fn cut(&self) {
        self.state.cut.send_replace(true);
    }

    pub(crate) fn mend(&self) {
        self.state.cut.send_replace(false);
    }

    /// Waits until so many requests are held on their way.
    pub(crate) async fn held(&self, count: usize) {
        let mut held = self.state.held.subscribe();
        // It fails only when the wire itself is gone.
        let _ = held.wait_for(|held| *held >= count).await;
    }

    /// Lets what is held arrive.
    pub(crate) fn let_go(&self) {
        self.state.let_go.send_replace(true);
    }

    /// What happens to the next requests that act, in their order; nothing to the others.
    pub(crate) fn mishaps(&self, mishaps: impl IntoIterator<Item = Option<Mishap>>) {
        let mut coming: Vec<_> = mishaps.into_iter().collect();
        coming.reverse();
        if let Ok(mut mishaps) = self.state.mishaps.lock() {
            *mishaps = coming;
        }
    }
}

async fn connect(client: TcpStream, target: Target, state: &State) -> std::io::Result<()> {
    match target {
        Target::Tcp(address) => join(client, TcpStream::connect(address).await?, state).await,
        Target::Unix(path) => join(client, UnixStream::connect(path).await?, state).await,
    }
}

async fn join<S>(client: TcpStream, server: S, state: &State) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let upstream = async {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let length = from_client.read(&mut buffer).await?;
            let bytes = buffer.get(..length).unwrap_or_default();
            if bytes.is_empty() {
                // What it has sent is to be taken for whole: a server may drop a request whose client
                // has hung up, and what is proved here is what happens when it does not.
                tokio::time::sleep(HANG_UP).await;
                return to_server.shutdown().await;
            }
            if is_act(bytes) {
                let mishap = state.mishaps.lock().ok().and_then(|mut list| list.pop());
                match mishap.flatten() {
                    Some(Mishap::Lost) => return Err(std::io::ErrorKind::ConnectionReset.into()),
                    Some(Mishap::Late(time)) => tokio::time::sleep(time).await,
                    Some(Mishap::Held) => {
                        state.held.send_modify(|held| *held += 1);
                        let mut let_go = state.let_go.subscribe();
                        // It fails only when the wire itself is gone.
                        let _ = let_go.wait_for(|let_go| *let_go).await;
                    }
                    None => {}
                }
            }
            to_server.write_all(bytes).await?;
        }
    };
    let downstream = async {
        let mut buffer = vec![0; 64 * 1024];
        let mut is_heard = true;
        loop {
            let length = from_server.read(&mut buffer).await?;
            let bytes = buffer.get(..length).unwrap_or_default();
            if bytes.is_empty() {
                // Both ways end: nobody is to wait for an answer that does not come.
                return Err::<(), _>(std::io::ErrorKind::UnexpectedEof.into());
            }
            // A client that has gone away does not keep its request from arriving.
            is_heard = is_heard && to_client.write_all(bytes).await.is_ok();
        }
    };
    tokio::try_join!(upstream, downstream).map(|_| ())
}

/// Whether a request begins here that acts. Requests are small: the head comes in one piece.
fn is_act(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes.get(..2048.min(bytes.len())).unwrap_or_default());
    (text.starts_with("POST ") && ACTIONS.iter().any(|action| text.contains(action)))
        || (text.starts_with("POST /v3/") && text.contains("/actions/accept"))
        || text.starts_with("PUT /v3/")
}
