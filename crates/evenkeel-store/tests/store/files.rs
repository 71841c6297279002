//! A file's store is one process's by whatever name, for its user alone, and stays the file that was
//! opened.

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use evenkeel_store::{Db, StoreErrorKind, StoreUrl, sqlx::Executor as _};
use tempfile::TempDir;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn open(&self, name: &str) -> Db {
        Db::open(&StoreUrl::file(self.path(name))).await.unwrap()
    }

    /// What is said of a file that is not opened.
    async fn refused(&self, name: &str) -> (StoreErrorKind, String) {
        let error = Db::open(&StoreUrl::file(self.path(name)))
            .await
            .unwrap_err();
        (error.kind(), error.to_string())
    }

    /// A store that somebody used, and left in order.
    async fn used(&self, name: &str) {
        let db = self.open(name).await;
        write(&db).await.unwrap();
        db.close().await;
    }
}

async fn write(db: &Db) -> Result<(), evenkeel_store::StoreError> {
    let mut tx = db.begin().await?;
    tx.execute("UPDATE change_head SET seq = seq + 1").await?;
    tx.commit().await?;
    Ok(())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

/// The locks of this process on a file, by their kinds.
#[cfg(target_os = "linux")]
fn locks(path: &Path) -> Vec<String> {
    let data = fs::metadata(path).unwrap();
    let (inode, own) = (format!(":{}", data.ino()), std::process::id().to_string());
    fs::read_to_string("/proc/locks")
        .unwrap()
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|fields| {
            fields.get(4) == Some(&own.as_str())
                && fields.get(5).is_some_and(|file| file.ends_with(&inode))
        })
        .map(|fields| fields[1].to_owned())
        .collect()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_that_is_open_is_in_use_by_every_name_of_it() {
    let place = Place::new();
    let db = place.open("ek.db").await;
    fs::create_dir(place.path("folder")).unwrap();
    symlink(place.path("ek.db"), place.path("link.db")).unwrap();
    symlink(place.folder.path(), place.path("folder/back")).unwrap();
    fs::hard_link(place.path("ek.db"), place.path("hard.db")).unwrap();
    for name in ["ek.db", "link.db", "folder/back/ek.db", "hard.db"] {
        let (kind, said) = place.refused(name).await;
        assert_eq!(kind, StoreErrorKind::InUse, "{name}: {said}");
    }
    // What was refused took nothing from SQLite, whose locks go with any descriptor of the file.
    let locks = locks(&place.path("ek.db"));
    assert!(locks.iter().any(|kind| kind == "FLOCK"), "{locks:?}");
    assert!(locks.iter().any(|kind| kind == "POSIX"), "{locks:?}");
    write(&db).await.unwrap();
    db.close().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_that_another_process_holds_is_in_use() {
    let place = Place::new();
    place.used("ek.db").await;
    // As another process has it; nothing of SQLite's is open here.
    let other = File::open(place.path("ek.db")).unwrap();
    other.try_lock().unwrap();
    assert_eq!(place.refused("ek.db").await.0, StoreErrorKind::InUse);
    drop(other);
    place.open("ek.db").await.close().await;
}

#[tokio::test]
async fn a_file_with_two_names_is_refused() {
    let place = Place::new();
    place.used("ek.db").await;
    fs::hard_link(place.path("ek.db"), place.path("copy.db")).unwrap();
    for name in ["ek.db", "copy.db"] {
        let (kind, said) = place.refused(name).await;
        assert_eq!(kind, StoreErrorKind::Location, "{said}");
        assert!(said.contains(name) && said.contains("2 names"), "{said}");
    }
    fs::remove_file(place.path("copy.db")).unwrap();
    place.open("ek.db").await.close().await;
}

#[tokio::test]
async fn by_a_link_the_files_beside_it_stand_where_the_database_does() {
    let place = Place::new();
    fs::create_dir(place.path("far")).unwrap();
    place.used("far/ek.db").await;
    symlink(place.path("far/ek.db"), place.path("link.db")).unwrap();
    let db = place.open("link.db").await;
    write(&db).await.unwrap();
    assert!(place.path("far/ek.db-wal").exists());
    assert!(!place.path("link.db-wal").exists());
    db.close().await;
}

#[tokio::test]
async fn what_is_no_file_is_refused_at_once() {
    let place = Place::new();
    symlink(place.path("nowhere/ek.db"), place.path("link.db")).unwrap();
    fs::create_dir(place.path("folder")).unwrap();
    let made = Command::new("mkfifo").arg(place.path("pipe")).status();
    assert!(made.unwrap().success());
    for (name, words) in [
        ("link.db", "symbolic link to nothing"),
        ("folder", "is no file"),
        ("pipe", "is no file"),
    ] {
        let (kind, said) = place.refused(name).await;
        assert_eq!(kind, StoreErrorKind::Location, "{said}");
        assert!(said.contains(name) && said.contains(words), "{said}");
    }
}

#[tokio::test]
async fn a_store_whose_file_is_not_the_one_that_was_opened_takes_no_writes() {
    let place = Place::new();
    place.used("other.db").await;
    let db = place.open("ek.db").await;
    write(&db).await.unwrap();
    for name in ["ek.db", "ek.db-wal", "ek.db-shm"] {
        fs::rename(place.path(name), place.path("away")).unwrap();
        for found in [false, true] {
            if found {
                fs::copy(place.path("other.db"), place.path(name)).unwrap();
            }
            let error = write(&db).await.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Replaced, "{error}");
            let words = if found { "replaced" } else { "removed" };
            let said = error.to_string();
            assert!(said.contains(name) && said.contains(words), "{said}");
            assert_eq!(db.ready().await.unwrap_err(), error);
        }
        // Put back, it is what it was.
        fs::rename(place.path("away"), place.path(name)).unwrap();
        write(&db).await.unwrap();
        db.ready().await.unwrap();
    }
    assert_eq!(db.head().await.unwrap(), 4);
    db.close().await;
}

#[tokio::test]
async fn a_store_is_its_users_alone() {
    let place = Place::new();
    let db = place.open("ek.db").await;
    write(&db).await.unwrap();
    for name in ["ek.db", "ek.db-wal", "ek.db-shm"] {
        assert_eq!(mode(&place.path(name)), 0o600, "{name}");
    }
    db.close().await;
}

#[tokio::test]
async fn what_others_could_read_they_cannot_any_more() {
    let place = Place::new();
    place.used("ek.db").await;
    // As a run that was killed leaves them.
    let names = ["ek.db", "ek.db-wal", "ek.db-shm"];
    for name in names {
        let file = File::options()
            .create(true)
            .append(true)
            .open(place.path(name));
        file.unwrap()
            .set_permissions(Permissions::from_mode(0o644))
            .unwrap();
    }
    let db = place.open("ek.db").await;
    write(&db).await.unwrap();
    for name in names {
        assert_eq!(mode(&place.path(name)), 0o600, "{name}");
    }
    db.close().await;
}

#[tokio::test]
async fn a_file_that_is_no_database_keeps_its_rights() {
    let place = Place::new();
    let path = place.path("notes.txt");
    fs::write(&path, "not a database, and read by everybody".repeat(50)).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(place.refused("notes.txt").await.0, StoreErrorKind::Corrupt);
    assert_eq!(mode(&path), 0o644);
}

#[tokio::test]
async fn a_folder_in_which_everybody_may_replace_the_store_is_refused() {
    let place = Place::new();
    let folder = place.path("open");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
    let (kind, said) = place.refused("open/ek.db").await;
    assert_eq!(kind, StoreErrorKind::Location, "{said}");
    assert!(said.contains("chmod o-w"), "{said}");
    // As folders for temporary files are.
    fs::set_permissions(&folder, Permissions::from_mode(0o1777)).unwrap();
    place.open("open/ek.db").await.close().await;
}

/// Where the next test's other process finds its store.
#[cfg(target_os = "linux")]
const CHILD: &str = "EVENKEEL_TEST_STORE_THAT_IS_LEFT_OPEN";

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_that_was_left_open_is_not_taken_without_its_log() {
    if let Some(path) = std::env::var_os(CHILD) {
        let db = Db::open(&StoreUrl::file(path)).await.unwrap();
        write(&db).await.unwrap();
        // As one ends that is killed.
        std::process::abort();
    }
    let place = Place::new();
    let (here, there) = (place.path("ek.db"), place.path("moved.db"));
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args([
            "--exact",
            "files::a_file_that_was_left_open_is_not_taken_without_its_log",
        ])
        .env(CHILD, &here);
    let output = tokio::task::spawn_blocking(move || child.output())
        .await
        .unwrap();
    assert!(!output.unwrap().status.success());
    fs::rename(&here, &there).unwrap();
    // However often it is tried.
    for _ in 0..2 {
        let (kind, said) = place.refused("moved.db").await;
        assert_eq!(kind, StoreErrorKind::Torn, "{said}");
        assert!(said.contains("moved.db-wal"), "{said}");
    }
    // Whoever knows that it is a backup may have it.
    let backup = StoreUrl::file(&there).restored(true);
    Db::open(&backup).await.unwrap().close().await;

    place.used("other.db").await;
    // Closed in order it is whole by itself.
    fs::rename(place.path("other.db"), place.path("else.db")).unwrap();
    let db = place.open("else.db").await;
    assert_eq!(db.head().await.unwrap(), 1);
    db.close().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_that_was_left_open_goes_on_with_its_log() {
    if let Some(path) = std::env::var_os(CHILD) {
        let db = Db::open(&StoreUrl::file(path)).await.unwrap();
        write(&db).await.unwrap();
        std::process::abort();
    }
    let place = Place::new();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args([
            "--exact",
            "files::a_file_that_was_left_open_goes_on_with_its_log",
        ])
        .env(CHILD, place.path("ek.db"));
    let output = tokio::task::spawn_blocking(move || child.output())
        .await
        .unwrap();
    assert!(!output.unwrap().status.success());
    fs::rename(place.path("ek.db"), place.path("moved.db")).unwrap();
    fs::rename(place.path("ek.db-wal"), place.path("moved.db-wal")).unwrap();
    let db = place.open("moved.db").await;
    assert_eq!(db.head().await.unwrap(), 1);
    db.close().await;
}

/// A small disk of its own; only root may have one.
#[cfg(target_os = "linux")]
struct Disk(PathBuf);

#[cfg(target_os = "linux")]
impl Disk {
    fn mount(path: PathBuf) -> Option<Self> {
        fs::create_dir(&path).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
            .arg(&path)
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then_some(Self(path))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_at_the_start_is_called_full() {
    let place = Place::new();
    let Some(disk) = Disk::mount(place.path("disk")) else {
        return;
    };
    // Room for a database of one page, and for nothing beside it.
    let _ = fs::write(disk.0.join("ballast"), vec![1; 48 * 1024]);
    let (kind, said) = place.refused("disk/ek.db").await;
    assert_eq!(kind, StoreErrorKind::Full, "{said}");
    assert!(said.contains("make room"), "{said}");
    let _ = fs::write(disk.0.join("more"), vec![1; 64 * 1024]);
    assert_eq!(place.refused("disk/new.db").await.0, StoreErrorKind::Full);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_that_is_mounted_alone_is_refused() {
    let place = Place::new();
    place.used("ek.db").await;
    fs::write(place.path("mounted.db"), "").unwrap();
    let bound = Command::new("mount")
        .arg("--bind")
        .args([place.path("ek.db"), place.path("mounted.db")])
        .output();
    if !bound.is_ok_and(|output| output.status.success()) {
        return;
    }
    let (kind, said) = place.refused("mounted.db").await;
    let db = place.open("ek.db").await;
    let served = place.refused("mounted.db").await.0;
    db.close().await;
    let _ = Command::new("umount")
        .arg(place.path("mounted.db"))
        .status();
    assert_eq!(kind, StoreErrorKind::Location, "{said}");
    assert!(said.contains("mount its folder"), "{said}");
    assert_eq!(served, StoreErrorKind::Location);
}
