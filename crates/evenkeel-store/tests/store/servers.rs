//! The servers of a PostgreSQL: who is told the password, which of several is used, and what becomes
//! of sessions that outlive what their server was.

use std::{env, fs, net::SocketAddr, process::Command, time::Duration};

use evenkeel_store::{
    Db, StoreError, StoreErrorKind, StoreUrl,
    sqlx::{self, AssertSqlSafe, Connection as _, Executor as _},
};
use evenkeel_testdb::TestDatabase;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    time::timeout,
};

use crate::relay::{Authority, Relay, SSL_REQUEST, name};

fn url(text: &str) -> StoreUrl {
    text.parse().unwrap()
}

async fn write(db: &Db) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    tx.execute("UPDATE change_head SET seq = seq + 1").await?;
    tx.commit().await?;
    Ok(())
}

/// A statement of somebody who looks after the server.
async fn administer(database: &TestDatabase, statement: String) {
    let url = format!(
        "{}&options=-c%20default_transaction_read_only%3Doff",
        database.url()
    );
    let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
    connection.close().await.unwrap();
}

async fn end_sessions(database: &TestDatabase) {
    let statement = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = '{}' AND pid <> pg_backend_pid()",
        name(database)
    );
    administer(database, statement).await;
}

#[tokio::test]
async fn over_a_network_nothing_is_said_before_the_server_has_shown_who_it_is() {
    // Whoever answers in the server's place, and would rather not be asked for a certificate.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let impostor = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut heard = vec![0; 8];
        client.read_exact(&mut heard).await.unwrap();
        client.write_all(b"N").await.unwrap();
        client.read_to_end(&mut heard).await.unwrap();
        heard
    });
    // An address that is no loopback one by its looks.
    let error = Db::open(&url(&format!("postgres://me:s3cret@0.0.0.0:{port}/ek")))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Untrusted, "{error}");
    assert!(error.to_string().contains("sslrootcert"), "{error}");
    assert_eq!(impostor.await.unwrap(), SSL_REQUEST);
}

#[tokio::test]
async fn a_server_is_trusted_for_its_name_and_its_ca() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let (ca, other) = (file("ca.pem", ours.pem()), file("other.pem", theirs.pem()));
    let right = Relay::to(&database, Some(ours.server("localhost"))).await;
    let wrong_name = Relay::to(&database, Some(ours.server("db.elsewhere.test"))).await;
    let plain = Relay::to(&database, None).await;
    let at = |relay: &Relay, parameters: &str| {
        let (port, name) = (relay.address.port(), name(&database));
        url(&format!(
            "postgres://evenkeel@localhost:{port}/{name}?{parameters}"
        ))
    };

    // Who names a CA wants to be sure.
    let db = Db::open(&at(&right, &format!("sslrootcert={ca}")))
        .await
        .unwrap();
    write(&db).await.unwrap();
    assert!(right.encrypted() > 0);
    db.close().await;

    for (relay, parameters, words) in [
        (&right, "sslmode=verify-full".to_owned(), "UnknownIssuer"),
        (&right, format!("sslrootcert={other}"), "UnknownIssuer"),
        (
            &wrong_name,
            format!("sslrootcert={ca}"),
            "not valid for name",
        ),
        (&plain, format!("sslrootcert={ca}"), "does not support TLS"),
    ] {
        let error = Db::open(&at(relay, &parameters)).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Untrusted, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    for (named, words) in [
        (
            folder.path().join("none.pem").display().to_string(),
            "cannot be read",
        ),
        (file("empty.pem", "\n".to_owned()), "holds no certificate"),
    ] {
        let error = Db::open(&at(&right, &format!("sslrootcert={named}")))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Url, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

/// Where the next test's other process finds its store.
const CHILD: &str = "EVENKEEL_TEST_STORE_OF_CHILD";

#[tokio::test]
async fn the_systems_cas_are_a_choice() {
    if let Ok(text) = env::var(CHILD) {
        write(&Db::open(&url(&text)).await.unwrap()).await.unwrap();
        return;
    }
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let ours = Authority::new("ours");
    let folder = tempfile::tempdir().unwrap();
    let system = folder.path().join("system.pem");
    fs::write(&system, ours.pem()).unwrap();
    let relay = Relay::to(&database, Some(ours.server("localhost"))).await;
    let place = format!(
        "postgres://evenkeel@localhost:{}/{}",
        relay.address.port(),
        name(&database)
    );
    for (roots, trusted) in [("&sslrootcert=system", true), ("", false)] {
        let text = format!("{place}?sslmode=verify-full{roots}");
        let mut child = Command::new(env::current_exe().unwrap());
        child
            .args(["--exact", "servers::the_systems_cas_are_a_choice"])
            .env(CHILD, text)
            .env("SSL_CERT_FILE", &system);
        let output = tokio::task::spawn_blocking(move || child.output())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(output.status.success(), trusted, "{output:?}");
    }
}

#[tokio::test]
async fn a_server_that_took_no_writes_for_a_while_takes_them_again() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let name = name(&database);
    let db = Db::open(&url(database.url())).await.unwrap();
    write(&db).await.unwrap();
    let alter = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    administer(&database, alter).await;
    end_sessions(&database).await;
    for _ in 0..3 {
        let error = write(&db).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::ReadOnly, "{error}");
        assert_eq!(
            db.ready().await.unwrap_err().kind(),
            StoreErrorKind::ReadOnly
        );
        // Whoever looks is shown what is there.
        assert_eq!(db.head().await.unwrap(), 1);
    }
    let alter = format!("ALTER DATABASE {name} RESET default_transaction_read_only");
    administer(&database, alter).await;
    // The sessions from before would be read-only for as long as they live.
    write(&db).await.unwrap();
    db.ready().await.unwrap();
    db.close().await;
}

#[tokio::test]
async fn sessions_that_the_server_ended_are_not_used_again() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let db = Db::open(&url(database.url())).await.unwrap();
    for count in 1..=3 {
        write(&db).await.unwrap();
        assert_eq!(db.head().await.unwrap(), count);
        end_sessions(&database).await;
    }
    db.close().await;
}

#[tokio::test]
async fn the_first_of_several_servers_that_takes_writes_is_used() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone: SocketAddr = nobody.local_addr().unwrap();
    drop(nobody);
    let (one, other) = (
        Relay::to(&database, None).await,
        Relay::to(&database, None).await,
    );
    let text = format!(
        "postgres://evenkeel@{gone},{},{}/{}?target_session_attrs=read-write",
        one.address,
        other.address,
        name(&database)
    );
    let db = Db::open(&url(&text)).await.unwrap();
    write(&db).await.unwrap();
    drop(one);
    // Another takes over, and the pool finds it by itself.
    timeout(Duration::from_secs(10), async {
        while write(&db).await.is_err() {}
    })
    .await
    .unwrap();
    assert_eq!(db.head().await.unwrap(), 2);
    drop(other);
    db.close().await;
    let error = Db::open(&url(&text)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
    assert!(error.to_string().contains(&format!("{gone}: ")), "{error}");
}

#[tokio::test]
async fn a_server_that_takes_no_writes_is_said_to_be_one_at_the_start() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let text = format!(
        "{}&options=-c%20default_transaction_read_only%3Don",
        database.url()
    );
    let error = Db::open(&url(&text)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::ReadOnly, "{error}");
    assert!(error.to_string().contains("takes no writes"), "{error}");
}
