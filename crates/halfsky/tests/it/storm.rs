//! The last week of December in small: every unit reports at the same time, to one server.

use halfsky_store::testing::{TestDatabase, for_each_database};

use crate::crowd::{self, REQUESTS};
use crate::processes::now;
use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn when_all_report_at_once_each_report_is_kept_once() {
    for_each_database(async |database: &TestDatabase| {
        let members = crowd::settle(&database.store, (3, 4), now()).await;
        let dir = tempfile::TempDir::new().unwrap();
        let server = match &database.location {
            halfsky_store::Location::SqliteDir(data) => {
                let data = data.to_str().unwrap();
                let words = ["serve", "--listen", "127.0.0.1:0", "--dir", data];
                Server::start(dir.path(), &words)
            }
            halfsky_store::Location::Postgres { url, .. } => {
                let words =
                    ["serve", "--listen", "127.0.0.1:0", "--dir", "data", "--database", url];
                Server::start(dir.path(), &words)
            }
        };
        let outcome = crowd::report_all(std::slice::from_ref(&server.address), &members, 12);
        assert_eq!((outcome.turned_away, outcome.broken), (0, 0), "{}", database.name);
        assert_eq!(outcome.times.len(), usize::from(REQUESTS) * members.len(), "{}", database.name);
        assert!(outcome.percentile(50) <= outcome.percentile(99));
        crowd::verify(&database.store, &members).await;
        let memory = server.peak_memory().unwrap_or(0);
        assert!(memory < 300 * 1024, "{}: {memory} kB", database.name);
        assert_eq!(server.stop().0, Some(0));
    })
    .await;
}
