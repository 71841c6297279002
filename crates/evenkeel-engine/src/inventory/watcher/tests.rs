use std::path::PathBuf;

use evenkeel_store::{Changes, StoreUrl};
use tempfile::TempDir;

use super::*;

/// A file that is watched, and the store that it goes to.
struct Stand {
    folder: TempDir,
    inventory: Arc<Inventory>,
    store: Db,
    stop: watch::Sender<bool>,
    watching: tokio::task::JoinHandle<()>,
}

impl Stand {
    async fn start(text: &str) -> Self {
        Self::looking_every(Duration::from_millis(5), text).await
    }

    async fn looking_every(look: Duration, text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.csv");
        std::fs::write(&path, text).unwrap();
        let options = InventoryOptions {
            look,
            ..InventoryOptions::of(path).unwrap()
        };
        let inventory = Arc::new(Inventory::new(options, Vec::new()));
        let store = Db::open(&StoreUrl::memory()).await.unwrap();
        let stop = watch::Sender::new(false);
        let clock = Clock::from_fn(|| 7_000);
        let watching = Arc::clone(&inventory).watch(store.clone(), clock, stop.subscribe());
        Self {
            folder,
            inventory,
            store,
            stop,
            watching: tokio::spawn(watching),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("labels.csv")
    }

    async fn until(&self, what: impl Fn(&InventoryStatus) -> bool) -> InventoryStatus {
        let waiting = async {
            loop {
                let status = self.inventory.status();
                if what(&status) {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), waiting).await;
        waited.unwrap_or_else(|_| panic!("{:?}", self.inventory.status()))
    }

    /// What the store has: it takes the same again as nothing new.
    async fn holds(&self, text: &str) -> bool {
        let rows = rows(text);
        self.store.replace_inventory(&rows).await.unwrap() == 0
    }

    /// Puts another file in its place, in one step.
    fn replace(&self, text: &str) {
        let other = self.folder.path().join("other");
        std::fs::write(&other, text).unwrap();
        std::fs::rename(other, self.path()).unwrap();
    }

    /// How often it was told that it is another one.
    async fn told(&self) -> usize {
        match self.store.changes_after(0, 1_000).await.unwrap() {
            Changes::Rows { changes, .. } => {
                let topics = changes.iter().map(|(_, change)| change.topic);
                topics.filter(|topic| *topic == Topic::Inventory).count()
            }
            Changes::Reset { .. } => panic!("nothing was forgotten"),
        }
    }

    async fn end(self) {
        self.stop.send_replace(true);
        self.watching.await.unwrap();
    }
}

fn rows(text: &str) -> Vec<evenkeel_store::InventoryEntry> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("labels.csv");
    std::fs::write(&path, text).unwrap();
    InventoryOptions::of(path).unwrap().read(&[]).unwrap().rows
}

const ONE: &str = "resource_id,name\ni-1,one\n";
const TWO: &str = "resource_id,name\ni-1,one\ni-2,two\n";

#[tokio::test]
async fn a_file_is_taken_at_the_start_and_whenever_it_has_changed() {
    let stand = Stand::start(ONE).await;
    let status = stand.until(|status| status.read_at.is_some()).await;
    assert_eq!((status.resources, status.error), (1, None));
    assert!(stand.holds(ONE).await);
    std::fs::write(stand.path(), TWO).unwrap();
    stand.until(|status| status.resources == 2).await;
    assert!(stand.holds(TWO).await);
    stand.end().await;
}

#[tokio::test]
async fn what_cannot_be_used_leaves_in_force_what_was_read_before() {
    let stand = Stand::start(TWO).await;
    stand.until(|status| status.resources == 2).await;
    // Cut off within a quoted cell, as by a full disk; then gone; then good again.
    std::fs::write(stand.path(), "resource_id,name\ni-1,\"on").unwrap();
    let status = stand.until(|status| status.error.is_some()).await;
    assert_eq!((status.resources, status.problem_count), (2, 0));
    assert!(status.error.unwrap().message.contains("quoted cell"));
    std::fs::remove_file(stand.path()).unwrap();
    let gone = |status: &InventoryStatus| {
        let error = status.error.as_ref();
        error.is_some_and(|error| error.message == "does not exist")
    };
    let status = stand.until(gone).await;
    assert_eq!(status.resources, 2);
    assert!(stand.holds(TWO).await);
    std::fs::write(stand.path(), ONE).unwrap();
    let status = stand.until(|status| status.error.is_none()).await;
    assert_eq!(status.resources, 1);
    assert!(stand.holds(ONE).await);
    stand.end().await;
}

#[tokio::test]
async fn whoever_listens_is_told_when_it_is_another_one_and_not_when_it_stays() {
    let stand = Stand::start(ONE).await;
    let told = async |what: &str, count: usize| {
        let waiting = async {
            while stand.told().await < count {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), waiting).await;
        waited.unwrap_or_else(|_| panic!("{what} is not told"));
        assert_eq!(stand.told().await, count, "{what}");
    };
    told("the first reading", 1).await;
    stand.replace("resource_id,name\n,nameless\n");
    told("a bad row", 2).await;
    std::fs::remove_file(stand.path()).unwrap();
    told("a file that is gone", 3).await;
    // Nothing has changed, however often somebody has it read.
    for _ in 0..3 {
        stand.inventory.reread();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stand.replace(TWO);
    told("a good file", 4).await;
    stand.end().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_in_the_way_to_the_file_that_is_set_to_another_folder_is_noticed() {
    // As a mounted ConfigMap changes: `labels.csv` -> `..data/labels.csv`, `..data` -> a folder.
    let stand = Stand::start(ONE).await;
    stand.until(|status| status.read_at.is_some()).await;
    let folder = stand.folder.path();
    for (name, text) in [("old", ONE), ("new", TWO)] {
        std::fs::create_dir(folder.join(name)).unwrap();
        std::fs::write(folder.join(name).join("labels.csv"), text).unwrap();
    }
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, folder.join("..tmp")).unwrap();
        std::fs::rename(folder.join("..tmp"), folder.join(name)).unwrap();
    };
    link("old", "..data");
    link("..data/labels.csv", "labels.csv");
    link("new", "..data");
    stand.until(|status| status.resources == 2).await;
    stand.end().await;
}

#[tokio::test]
async fn whoever_asks_has_it_read_at_once() {
    let stand = Stand::looking_every(Duration::from_hours(1), ONE).await;
    stand.until(|status| status.read_at.is_some()).await;
    std::fs::write(stand.path(), TWO).unwrap();
    stand.inventory.reread();
    stand.until(|status| status.resources == 2).await;
    stand.end().await;
}

#[tokio::test]
async fn without_an_inventory_none_of_before_is_in_force() {
    let stand = Stand::start(TWO).await;
    stand.until(|status| status.resources == 2).await;
    let store = stand.store.clone();
    stand.end().await;
    forget(store.clone(), watch::Sender::new(false).subscribe()).await;
    assert_eq!(store.replace_inventory(&rows(TWO)).await.unwrap(), 2);
}
