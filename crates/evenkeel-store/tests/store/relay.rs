//! What stands between a client and the tests' PostgreSQL: a network, with TLS or without, which can
//! be cut.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use evenkeel_testdb::TestDatabase;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream, UnixStream},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring::default_provider,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// What a client asks for TLS with.
pub(crate) const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// A CA of a test's own.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    /// Its certificate in PEM.
    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A server of this name.
    pub(crate) fn server(&self, name: &str) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A way to the server; cut when dropped.
pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    encrypted: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Relay {
    pub(crate) async fn to(database: &TestDatabase, tls: Option<TlsAcceptor>) -> Self {
        let socket = socket(database);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let encrypted = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&encrypted);
        let task = tokio::spawn(async move {
            // Ends with the task.
            let mut open = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (socket, tls, count) = (socket.clone(), tls.clone(), Arc::clone(&count));
                open.spawn(async move {
                    let _ = carry(client, socket, tls, &count).await;
                });
            }
        });
        Self {
            address,
            encrypted,
            task,
        }
    }

    /// How many connections spoke TLS.
    pub(crate) fn encrypted(&self) -> usize {
        self.encrypted.load(Ordering::SeqCst)
    }
}

async fn carry(
    mut client: TcpStream,
    socket: PathBuf,
    tls: Option<TlsAcceptor>,
    encrypted: &AtomicUsize,
) -> std::io::Result<()> {
    let mut server = UnixStream::connect(socket).await?;
    let mut head = [0; 8];
    client.read_exact(&mut head).await?;
    if head != SSL_REQUEST {
        server.write_all(&head).await?;
        copy_bidirectional(&mut client, &mut server).await?;
        return Ok(());
    }
    let Some(tls) = tls else {
        client.write_all(b"N").await?;
        copy_bidirectional(&mut client, &mut server).await?;
        return Ok(());
    };
    client.write_all(b"S").await?;
    let mut client = tls.accept(client).await?;
    encrypted.fetch_add(1, Ordering::SeqCst);
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// The socket of the tests' server.
fn socket(database: &TestDatabase) -> PathBuf {
    let (_, folder) = database.url().split_once("host=").unwrap();
    let folder = percent_encoding::percent_decode_str(folder.split('&').next().unwrap());
    PathBuf::from(folder.decode_utf8().unwrap().as_ref()).join(".s.PGSQL.5432")
}

/// The database's name.
pub(crate) fn name(database: &TestDatabase) -> &str {
    let (_, rest) = database.url().rsplit_once('/').unwrap();
    rest.split('?').next().unwrap()
}
