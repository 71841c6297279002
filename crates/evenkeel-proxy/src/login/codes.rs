//! New login codes, and where they are shown.

use std::{fmt, sync::Arc};

use evenkeel_api::{Caller, Grants, ProxyPart};
use evenkeel_engine::Clock;
use evenkeel_store::{Db, LoginCodes, StoreError};

use super::{LoginCode, Logins, MINUTE_MS, NoRandomError};

/// How long a code is good.
const CODE_MS: i64 = 10 * MINUTE_MS;

/// Why there is no new code.
#[derive(Debug, thiserror::Error)]
pub enum LoginCodeError {
    /// The system gives no random bytes.
    #[error(transparent)]
    NoRandom(#[from] NoRandomError),
    /// The store does not keep it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a code, for somebody, that begins a session, once, within ten minutes, for whoever may do so much.
///
/// # Errors
/// When the system gives no random bytes, or the store does not keep it.
pub async fn new_login_code(
    store: &Db,
    clock: &Clock,
    grants: &Grants,
    by: &Caller,
) -> Result<LoginCode, LoginCodeError> {
    let code = LoginCode::new()?;
    let now = clock.now_ms();
    store
        .add_login_code(&code.hash(), grants, by, now, now + CODE_MS)
        .await?;
    Ok(code)
}

/// Shows a code to whoever is at the machine.
#[derive(Clone)]
pub(crate) struct CodeDisplay(pub(crate) Arc<dyn Fn(&LoginCode) + Send + Sync>);

impl fmt::Debug for CodeDisplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeDisplay")
    }
}

impl Logins {
    /// Shows a new code, where there is a display.
    pub(crate) async fn show_code(&self) -> Result<(), LoginCodeError> {
        if let Some(CodeDisplay(show)) = &self.display {
            // Whoever sees it is at the machine.
            let everything = Grants::everything();
            let by = Caller::proxy(ProxyPart::Server);
            let (store, clock) = (&self.engine.store, &self.engine.clock);
            show(&new_login_code(store, clock, &everything, &by).await?);
        }
        Ok(())
    }

    /// After a wrong try too many, whoever is at the machine needs a new one.
    pub(super) async fn after_wrong(&self, codes: LoginCodes) {
        if codes == LoginCodes::AsBefore {
            return;
        }
        tracing::warn!("too many wrong login codes: those that were shown are good no more");
        if let Err(error) = self.show_code().await {
            tracing::warn!(%error, "there is no new login code: `evenkeel login` makes one");
        }
    }
}
