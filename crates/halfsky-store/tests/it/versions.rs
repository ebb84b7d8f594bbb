//! Versions of plans: what is saved is what is loaded.

use halfsky_store::plans;
use halfsky_store::testing::for_each_database;

use crate::specimen::{area, draft, import, on, stamp};

#[tokio::test]
async fn a_version_comes_back_as_it_went_in() {
    for_each_database(async |database| {
        let version = draft(80);
        let (key, revision) = import(&database.store, &version).await;
        let stored = plans::load(&database.store, &key).await.unwrap();
        assert_eq!(stored.version, version, "{}", on(database));
        assert_eq!((stored.revision, stored.imported, stored.decided), (revision, stamp(), None));
        let list = plans::list(&database.store, Some(&area())).await.unwrap();
        let counts: Vec<_> =
            list.iter().map(|l| (l.domains, l.objectives, l.targets, l.in_force)).collect();
        assert_eq!(counts, [(8, 80, 81, None)]);
    })
    .await;
}
