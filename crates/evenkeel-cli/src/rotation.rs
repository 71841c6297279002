//! What is read again while the proxy runs: keys, the inventory, and the certificate.

use std::sync::Arc;

use evenkeel_proxy::{Account, Inventory, Reread, Tls};

/// The system's word to read things again, SIGHUP; where there is none, nothing.
pub(crate) struct Hangups {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Hangups {
    /// Hears it from now on: until then it would end the program.
    pub(crate) fn listen() -> Self {
        Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
        }
    }

    async fn next(&mut self) -> Option<()> {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal {
            return signal.recv().await;
        }
        None
    }

    /// Reads the accounts' keys, the inventory and the certificate again each time.
    pub(crate) async fn reread(
        mut self,
        accounts: Vec<Arc<Account>>,
        inventory: Option<Arc<Inventory>>,
        tls: Option<Arc<Tls>>,
    ) {
        while self.next().await.is_some() {
            if let Some(inventory) = &inventory {
                inventory.reread();
            }
            if let Some(tls) = &tls {
                tls.reread();
            }
            let accounts = accounts.clone();
            let read = tokio::task::spawn_blocking(move || {
                for account in &accounts {
                    tell(account);
                }
            });
            let _ = read.await;
        }
    }
}

fn tell(account: &Account) {
    let id = account.id();
    match account.reread() {
        Ok(Reread::Same) => tracing::info!(account = id, "the key was read again and is the same"),
        Ok(Reread::Renewed) => {
            tracing::info!(
                account = id,
                "the key was read again: its secret or token is new"
            );
        }
        Ok(Reread::Replaced) => {
            tracing::info!(account = id, "the key was read again: it is another key");
        }
        Err(error) => {
            tracing::warn!(%error, "the key cannot be read again: the one that is known stays");
        }
    }
}
