//! The databases that tests get.

use evenkeel_testdb::{DatabaseKind, TestDatabase, both};
use sqlx::{Connection as _, PgConnection};

#[tokio::test]
async fn two_databases_have_nothing_in_common() {
    let (Some(one), Some(other)) = (
        TestDatabase::postgres().await,
        TestDatabase::postgres().await,
    ) else {
        return;
    };
    let mut connection = PgConnection::connect(one.url()).await.unwrap();
    sqlx::query("CREATE TABLE things (id BIGINT)")
        .execute(&mut connection)
        .await
        .unwrap();
    let mut connection = PgConnection::connect(other.url()).await.unwrap();
    let error = sqlx::query("SELECT id FROM things")
        .execute(&mut connection)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
}

#[tokio::test]
async fn a_database_is_gone_with_its_test_though_somebody_is_connected() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let url = database.url().to_owned();
    let _connection = PgConnection::connect(&url).await.unwrap();
    drop(database);
    let error = PgConnection::connect(&url).await.unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
}

#[tokio::test]
async fn there_is_always_an_sqlite() {
    let databases = both().await;
    assert_eq!(databases[0].kind(), DatabaseKind::Sqlite);
    assert!(databases[0].url().starts_with("sqlite:/"));
    assert_ne!(databases[0].url(), both().await[0].url());
}
