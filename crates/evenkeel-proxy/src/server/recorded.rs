//! The audit's records of a proxy's start and end.

use evenkeel_engine::Engine;
use evenkeel_store::{AuditEntry, Caller, ProxyPart, StoreError};

use super::Proxy;

fn entry(kind: &'static str, engine: &Engine) -> AuditEntry {
    let by = Caller::proxy(ProxyPart::Server);
    AuditEntry::new(kind, &by, engine.clock.now_ms())
}

impl Proxy {
    /// Records that a proxy was started, for which accounts, and by a configuration whose SHA-256 is this.
    ///
    /// # Errors
    /// When the store does not keep it: then it is not to be started.
    pub async fn record_start(&self, configuration: Option<&str>) -> Result<(), StoreError> {
        let engine = &self.app.engine;
        let accounts: Vec<&str> = engine.accounts.iter().map(|it| it.id()).collect();
        let started = entry("proxy.started", engine)
            .with("version", env!("CARGO_PKG_VERSION"))
            .with("configuration", configuration)
            .with("accounts", accounts);
        engine.store.record(started).await?;
        let policy = engine.policy.view();
        let changed = engine
            .store
            .note_policy(policy, engine.clock.now_ms())
            .await?;
        if changed {
            let version = policy.version.as_deref().unwrap_or("none");
            tracing::warn!(
                version,
                "the policy of approvals is another one than at the last start"
            );
        }
        Ok(())
    }
}

/// Records that a proxy ends because it was told to; without the record it ends all the same.
pub(super) async fn stop(engine: &Engine) {
    if let Err(error) = engine.store.record(entry("proxy.stopped", engine)).await {
        tracing::warn!(%error, "that the proxy was stopped is not in the audit");
    }
}
