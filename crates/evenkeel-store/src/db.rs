//! The connections.

use std::sync::{Arc, Mutex, Once, PoisonError};

#[cfg(feature = "failpoints")]
use sqlx::SqlSafeStr as _;
use sqlx::{
    Any, AnyConnection, Connection as _, Executor as _, Pool, Transaction, any::AnyConnectOptions,
};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    DatabaseKind, StoreError, StoreErrorKind, StoreUrl, Tx,
    file::StoreFile,
    heads::Heads,
    migration, search_index,
    servers::{self, Servers},
    sessions::{Use, pool, setup},
    url::{driver_file, driver_file_to_read},
};

fn install_drivers() {
    static DRIVERS: Once = Once::new();
    DRIVERS.call_once(sqlx::any::install_default_drivers);
}

/// The store. Clones share the connections.
#[derive(Debug, Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: DatabaseKind,
    place: String,
    reader: Pool<Any>,
    own_reader: Pool<Any>,
    writer: Pool<Any>,
    heads: Arc<Heads>,
    servers: Option<Servers>,
    /// As long as one connection is open SQLite leaves the files beside the database alone.
    anchor: Mutex<Option<AnyConnection>>,
    /// INVARIANT: the last, so that every connection is gone before another process may have it.
    file: Option<StoreFile>,
}

impl Db {
    /// Connects, and brings the schema up to date. A file is made if there is none, and belongs to
    /// this process until it is closed.
    ///
    /// # Errors
    /// When it cannot be reached or written, is in use, or is not of this version.
    pub async fn open(url: &StoreUrl) -> Result<Self, StoreError> {
        Self::connect(url).await.map_err(|error| {
            // These name what they are about.
            match error.kind() {
                StoreErrorKind::Url | StoreErrorKind::InUse | StoreErrorKind::Location => error,
                _ => error.at(url),
            }
        })
    }

    /// Connects to read, beside whoever has it open: no file is locked, and no schema is brought up to date.
    ///
    /// # Errors
    /// When it cannot be reached, or is of an earlier version.
    pub async fn open_to_read(url: &StoreUrl) -> Result<Self, StoreError> {
        install_drivers();
        let opened = async {
            let db = match url.path() {
                None => Self::connect_to_server(url).await?,
                Some(path) => {
                    let options: AnyConnectOptions = driver_file_to_read(path)?.parse()?;
                    let reader = pool(Use::Look(DatabaseKind::Sqlite))
                        .connect_with(options)
                        .await?;
                    Self::of(url, [reader.clone(), reader.clone(), reader])
                }
            };
            migration::require(&db.inner.reader, migration::AUDITED).await?;
            Ok(db)
        };
        opened.await.map_err(|error: StoreError| error.at(url))
    }

    async fn connect(url: &StoreUrl) -> Result<Self, StoreError> {
        install_drivers();
        let db = match url.kind() {
            DatabaseKind::Postgres => Self::connect_to_server(url).await?,
            DatabaseKind::Sqlite => match url.path() {
                Some(path) => {
                    let file = StoreFile::take(path, url.is_restored())?;
                    let options: AnyConnectOptions = driver_file(file.path())?.parse()?;
                    match Self::first(&options).await {
                        Ok(first) => {
                            file.unwatch();
                            Self::connect_to_file(url, options, first, file)
                        }
                        Err(error) => return Err(file.explain(error)),
                    }
                }
                None => Self::connect_to_memory(url).await?,
            },
        };
        match db.prepare().await {
            Ok(()) => Ok(db),
            Err(error) => Err(match &db.inner.file {
                Some(file) => file.explain(error),
                None => error,
            }),
        }
    }

    /// A pool would try again and in the end say only that it took too long.
    async fn first(options: &AnyConnectOptions) -> Result<AnyConnection, StoreError> {
        let mut first = AnyConnection::connect_with(options).await?;
        first
            .execute(setup(Use::Write(DatabaseKind::Sqlite)))
            .await?;
        Ok(first)
    }

    fn connect_to_file(
        url: &StoreUrl,
        options: AnyConnectOptions,
        first: AnyConnection,
        file: StoreFile,
    ) -> Self {
        let kind = DatabaseKind::Sqlite;
        let reader = pool(Use::Look(kind)).connect_lazy_with(options.clone());
        let own_reader = pool(Use::Read(kind)).connect_lazy_with(options.clone());
        let writer = pool(Use::Write(kind)).connect_lazy_with(options);
        let mut db = Self::of(url, [reader, own_reader, writer]);
        if let Some(inner) = Arc::get_mut(&mut db.inner) {
            inner.anchor = Mutex::new(Some(first));
            inner.file = Some(file);
        }
        db
    }

    async fn connect_to_memory(url: &StoreUrl) -> Result<Self, StoreError> {
        let options: AnyConnectOptions = "sqlite::memory:".parse()?;
        // Each further connection would be a database of its own.
        let one = pool(Use::Write(DatabaseKind::Sqlite))
            .connect_with(options)
            .await?;
        Ok(Self::of(url, [one.clone(), one.clone(), one]))
    }

    async fn connect_to_server(url: &StoreUrl) -> Result<Self, StoreError> {
        let kind = DatabaseKind::Postgres;
        let servers = Servers::of(url, &|name| std::env::var(name).ok())?;
        let options = servers.choose().await?;
        let reader = pool(Use::Look(kind)).connect_lazy_with(options.clone());
        let writer = pool(Use::Write(kind)).connect_with(options).await?;
        let mut db = Self::of(url, [reader, writer.clone(), writer]);
        if let Some(inner) = Arc::get_mut(&mut db.inner) {
            inner.servers = Some(servers);
        }
        Ok(db)
    }

    pub(crate) fn of(url: &StoreUrl, [reader, own_reader, writer]: [Pool<Any>; 3]) -> Self {
        Self {
            inner: Arc::new(Inner {
                kind: url.kind(),
                place: url.to_string(),
                reader,
                own_reader,
                writer,
                heads: Arc::new(Heads::default()),
                servers: None,
                anchor: Mutex::new(None),
                file: None,
            }),
        }
    }

    /// Brings the schema up to date.
    async fn prepare(&self) -> Result<(), StoreError> {
        migration::migrator(self.kind())
            .run(&self.inner.writer)
            .await?;
        if self.kind() == DatabaseKind::Postgres {
            search_index::prepare(&self.inner.writer).await?;
        }
        let now = self.time().await?;
        self.begin_audit(&Uuid::new_v4().to_string(), now).await?;
        if self.kind() == DatabaseKind::Sqlite {
            // The file is ours, so whoever was alive before is not.
            let mut tx = self.begin().await?;
            tx.execute("DELETE FROM proxies").await?;
            tx.commit().await?;
        }
        if let Some(file) = &self.inner.file {
            file.watch()?;
        }
        self.look().await?;
        Ok(())
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> DatabaseKind {
        self.inner.kind
    }

    /// Where it is, without a password.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.inner.place
    }

    /// For statements that only read, for whoever looks. Not inside a [`Tx`] of the same task: read
    /// through that.
    #[must_use]
    pub fn reader(&self) -> &Pool<Any> {
        &self.inner.reader
    }

    /// For statements that only read, of what goes on by itself: however many look, these
    /// connections are free for what is sent.
    pub(crate) fn own_reader(&self) -> &Pool<Any> {
        &self.inner.own_reader
    }

    /// Begins to read several things as they stand at one time.
    pub(crate) async fn snapshot(&self) -> Result<Transaction<'static, Any>, StoreError> {
        let begin = match self.inner.kind {
            // What is read first is what everything is read of.
            DatabaseKind::Sqlite => "BEGIN DEFERRED",
            DatabaseKind::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        };
        Ok(self.inner.reader.begin_with(begin).await?)
    }

    /// Begins to write. On SQLite all writers of the process wait for each other.
    ///
    /// # Errors
    /// When there is no connection in time, or the file is no longer the one that was opened.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        if let Some(file) = &self.inner.file {
            file.check()?;
        }
        let Some(servers) = self
            .inner
            .servers
            .as_ref()
            .filter(|servers| servers.are_many())
        else {
            return self.begin_once().await;
        };
        if let Ok(mut tx) = self.begin_once().await
            && servers::role(&mut tx).await.is_ok()
        {
            return Ok(tx);
        }
        // Another may have taken over.
        if let Some(options) = servers.choose_again().await? {
            self.inner.reader.set_connect_options(options.clone());
            self.inner.writer.set_connect_options(options);
        }
        self.begin_once().await
    }

    async fn begin_once(&self) -> Result<Tx, StoreError> {
        let begin = match self.inner.kind {
            // The lock at once: a transaction that reads first could not get it any more.
            DatabaseKind::Sqlite => "BEGIN IMMEDIATE",
            DatabaseKind::Postgres => "BEGIN",
        };
        #[cfg(not(feature = "failpoints"))]
        let inner = self.inner.writer.begin_with(begin).await?;
        #[cfg(feature = "failpoints")]
        let inner = self.begin_in_trouble(begin).await?;
        Ok(Tx::new(inner, Arc::clone(&self.inner.heads)))
    }

    /// Whether it can be written.
    ///
    /// # Errors
    /// Why it cannot.
    pub async fn ready(&self) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if self.kind() == DatabaseKind::Postgres {
            servers::role(&mut tx).await?;
        }
        Ok(())
    }

    /// Runs what a test says before it begins, `PRAGMA max_page_count` and the like, on the very connection that then
    /// writes: the pool may give up the one that it had, and make another.
    #[cfg(feature = "failpoints")]
    async fn begin_in_trouble(
        &self,
        begin: &'static str,
    ) -> Result<Transaction<'static, Any>, StoreError> {
        let mut connection = self.inner.writer.acquire().await?;
        if let Some(Some(sql)) = fail::eval("store::trouble", |sql| sql) {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
                .execute(&mut *connection)
                .await?;
        }
        Ok(Transaction::begin(connection, Some(begin.into_sql_str())).await?)
    }

    /// Tells the number of the last change as soon as this process knows it: at once for its own
    /// ones, for those of other processes when it [looks](Self::look).
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<i64> {
        self.inner.heads.watch()
    }

    /// Looks for changes that other processes made.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn look(&self) -> Result<i64, StoreError> {
        let head = self.head().await?;
        self.inner.heads.reached(head);
        Ok(head)
    }

    /// Waits for what is open and lets go of the database. On SQLite this also folds the
    /// write-ahead log into the file.
    pub async fn close(&self) {
        self.inner.reader.close().await;
        self.inner.own_reader.close().await;
        self.inner.writer.close().await;
        if let Some(file) = &self.inner.file {
            file.unwatch();
        }
        let anchor = self
            .inner
            .anchor
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(anchor) = anchor
            && let Err(error) = anchor.close().await
        {
            tracing::warn!(%error, "the store was not closed in order");
        }
    }
}
