//! TLS of the server's own: its certificate and key, read again whenever their files change.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use evenkeel_engine::{Looks, Stamp, io_error_text, read_secret_file};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::{
    sync::{Notify, watch},
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

use crate::reach::TlsFiles;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);
/// No chain is larger, in bytes.
const MOST: u64 = 1024 * 1024;
/// What the guards of requests understand: they know no `:authority`.
const HTTP_1_1: &[u8] = b"http/1.1";

/// Why a certificate and a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// Something about one of the files.
    #[error("`{}` {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What it is, to read on from its name; never with what is in it.
        reason: String,
    },
    /// They are not each other's.
    #[error("the certificate of `{}` is not that of the key in `{}`", certificate.display(), key.display())]
    NoPair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// The library wants something else.
    #[error("TLS cannot be set up: {0}")]
    Library(String),
}

/// A certificate with its key, ready for connections.
#[derive(Debug)]
pub struct Tls {
    files: TlsFiles,
    /// What they looked like before they were read.
    opened: [Stamp; 2],
    look: Duration,
    current: Arc<Current>,
    config: Arc<ServerConfig>,
    asked: Notify,
}

/// What connections get now.
struct Current(RwLock<Arc<CertifiedKey>>);

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Current")
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current))
    }
}

impl Tls {
    /// Reads both files.
    ///
    /// # Errors
    /// When they cannot be used; a key that others can read is none.
    pub fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let opened = stamps(&files);
        let pair = read_pair(&files, &provider)?;
        let current = Arc::new(Current(RwLock::new(Arc::new(pair))));
        let versions = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::Library(error.to_string()))?;
        let mut config = versions
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        Ok(Self {
            files,
            opened,
            look: LOOK,
            current,
            config: Arc::new(config),
            asked: Notify::new(),
        })
    }

    /// Looks at the files so often.
    #[must_use]
    pub fn with_look(mut self, look: Duration) -> Self {
        self.look = look;
        self
    }

    /// Has the files read again now, whether or not they look changed.
    pub fn reread(&self) {
        self.asked.notify_one();
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// Takes what the files say whenever they have changed, until told to stop. What cannot be used changes nothing.
    pub(super) async fn watch(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut looks = Looks::default();
        looks.was_read(self.opened.clone());
        loop {
            let is_asked = tokio::select! {
                () = sleep(self.look) => false,
                () = self.asked.notified() => true,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            let stamps = self.stamps().await;
            if is_asked || looks.is_to_be_read(&stamps) {
                // Before: what changes meanwhile looks otherwise at the next look.
                looks.was_read(stamps);
                self.take_new().await;
            }
        }
    }

    async fn take_new(self: &Arc<Self>) {
        let tls = Arc::clone(self);
        let read = move || read_pair(&tls.files, tls.config.crypto_provider());
        let certificate = self.files.certificate.display().to_string();
        match tokio::task::spawn_blocking(read).await {
            Ok(Ok(pair)) => {
                let current = self.current.0.write();
                *current.unwrap_or_else(PoisonError::into_inner) = Arc::new(pair);
                tracing::info!(certificate, "the certificate was read again");
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "the new certificate cannot be used: the one before stays");
            }
            Err(error) => tracing::error!(%error, "the certificate was not read again"),
        }
    }

    async fn stamps(&self) -> [Stamp; 2] {
        let files = self.files.clone();
        let looked = tokio::task::spawn_blocking(move || stamps(&files)).await;
        looked.unwrap_or([const { Stamp::Away(io::ErrorKind::Other) }; 2])
    }
}

fn stamps(files: &TlsFiles) -> [Stamp; 2] {
    [&files.certificate, &files.key].map(|path| Stamp::of(std::fs::metadata(path)))
}

fn read_pair(files: &TlsFiles, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let fault = |path: &Path, reason: &str| TlsError::File {
        path: path.to_owned(),
        reason: reason.to_owned(),
    };
    let text = read_certificate(&files.certificate)
        .map_err(|reason| fault(&files.certificate, &reason))?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let chain = chain.unwrap_or_default();
    if chain.is_empty() {
        let none = "holds no certificate in PEM, `-----BEGIN CERTIFICATE-----`";
        return Err(fault(&files.certificate, none));
    }
    let text = read_secret_file(&files.key).map_err(|reason| fault(&files.key, &reason))?;
    let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| {
        let none = "holds no key in PEM without a password, `-----BEGIN PRIVATE KEY-----`";
        fault(&files.key, none)
    })?;
    CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => TlsError::NoPair {
            certificate: files.certificate.clone(),
            key: files.key.clone(),
        },
        rustls::Error::InvalidCertificate(_) => fault(
            &files.certificate,
            "holds a certificate that cannot be read",
        ),
        _ => fault(&files.key, "holds a key of a kind that is not known"),
    })
}

fn read_certificate(path: &Path) -> Result<Vec<u8>, String> {
    let system = |error: io::Error| io_error_text(error.kind());
    let metadata = std::fs::metadata(path).map_err(system)?;
    if !metadata.is_file() {
        return Err("is no regular file".to_owned());
    }
    if metadata.len() > MOST {
        return Err(format!("is larger than {} MiB", MOST / (1024 * 1024)));
    }
    std::fs::read(path).map_err(system)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    fn write(files: &TlsFiles) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = certificate.self_signed(&key).unwrap();
        std::fs::write(&files.key, key.serialize_pem()).unwrap();
        std::fs::write(&files.certificate, certificate.pem()).unwrap();
    }

    #[tokio::test]
    async fn what_changed_between_the_reading_and_the_first_look_is_taken() {
        // As the library makes them: for the owner alone.
        let [certificate, key] = [(); 2].map(|()| tempfile::NamedTempFile::new().unwrap());
        let files = TlsFiles {
            certificate: certificate.path().to_owned(),
            key: key.path().to_owned(),
        };
        write(&files);
        let tls = Arc::new(Tls::open(files.clone()).unwrap().with_look(Duration::ZERO));
        let held = || tls.current.0.read().unwrap().cert.clone();
        let before = held();
        write(&files);
        let (stop, stopped) = watch::channel(false);
        let watching = tokio::spawn(Arc::clone(&tls).watch(stopped));
        let taken = async {
            while held() == before {
                sleep(Duration::from_millis(1)).await;
            }
        };
        let taken = tokio::time::timeout(Duration::from_secs(30), taken).await;
        stop.send(true).unwrap();
        watching.await.unwrap();
        assert!(taken.is_ok(), "it is not taken");
    }
}
