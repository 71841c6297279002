//! A short command's way to a store that a running proxy may have: what it does there is a row of its own.

use sqlx::any::AnyConnectOptions;

use crate::{
    DatabaseKind, Db, StoreError, StoreErrorKind, StoreUrl, migration,
    sessions::{Use, pool},
    url::driver_file,
};

/// Its owner may write one transaction after the other, as when it reads its events for the first time, and SQLite lets
/// nobody queue: whoever comes beside has to wait for a gap.
const PATIENCE: &str = "PRAGMA busy_timeout = 60000";

impl Db {
    /// Opens a store as [`Self::open`] does; a file that another process has is joined as it is. Neither what is sent
    /// nor what is read may be touched then: that process goes by what it knows of the file's last owner.
    ///
    /// # Errors
    /// When it cannot be reached or written, or is not of this version.
    pub async fn open_beside(url: &StoreUrl) -> Result<Self, StoreError> {
        match (Self::open(url).await, url.path()) {
            (Err(error), Some(path)) if error.kind() == StoreErrorKind::InUse => {
                let path = path.canonicalize().map_err(|_| error)?;
                let options: AnyConnectOptions = driver_file(&path)?.parse()?;
                let one = pool(Use::Write(DatabaseKind::Sqlite))
                    .connect_with(options)
                    .await?;
                sqlx::query(PATIENCE).execute(&one).await?;
                let db = Self::of(url, [one.clone(), one.clone(), one]);
                db.is_of_this_version().await?;
                Ok(db)
            }
            (opened, _) => opened,
        }
    }

    /// The schema is its owner's business.
    async fn is_of_this_version(&self) -> Result<(), StoreError> {
        if migration::last(self.reader()).await? == Some(migration::newest(self.kind())) {
            return Ok(());
        }
        Err(StoreError::new(
            StoreErrorKind::Schema,
            "the proxy that has it is of another version",
        ))
    }
}
