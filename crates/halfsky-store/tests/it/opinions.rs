//! Opinions of the public: sealed senders, decisions over what was seen.

use halfsky_store::opinions::{self, NewOpinion, OpinionId};
use halfsky_store::seal::SecretKey;
use halfsky_store::testing::{TestDatabase, for_each_database};
use halfsky_store::{Error, Store};

use crate::monitoring::neighbour;
use crate::specimen::{area, entry, raw, stamp};

const KEY: SecretKey = SecretKey::new([9; 32]);

fn id() -> OpinionId {
    OpinionId("o1".to_owned())
}

async fn receive(store: &Store, id: &OpinionId, contact: &str) {
    let mut tx = store.begin(&area()).await.unwrap();
    let opinion = NewOpinion {
        id,
        topic: "figures",
        content: "建议公布分乡镇数据",
        contact,
        received: stamp().at,
    };
    opinions::receive(&mut tx, (&KEY, [3; 12]), &opinion).await.unwrap();
    tx.commit(entry("opinion.receive")).await.unwrap();
}

async fn sealed(database: &TestDatabase) -> String {
    sqlx::query_scalar("select contact_sealed from opinion")
        .fetch_one(&mut raw(database).await)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_sender_is_sealed_and_read_with_the_key_alone() {
    for_each_database(async |database| {
        let store = &database.store;
        receive(store, &id(), "13800000000").await;
        assert!(!sealed(database).await.contains("138"), "{}", database.name);
        assert_eq!(opinions::contact(store, &KEY, &area(), &id()).await.unwrap(), "13800000000");
        let other = SecretKey::new([8; 32]);
        assert!(opinions::contact(store, &other, &area(), &id()).await.is_err());
        let kept = opinions::load(store, &area(), &id()).await.unwrap();
        assert_eq!((kept.state.as_str(), kept.has_contact), ("received", true));
        assert!(!format!("{kept:?}").contains("138"));
        assert!(opinions::list(store, &neighbour()).await.unwrap().is_empty());
        let elsewhere = opinions::load(store, &neighbour(), &id()).await;
        assert!(matches!(elsewhere, Err(Error::NotFound(_))), "{elsewhere:?}");
    })
    .await;
}

#[tokio::test]
async fn a_decision_is_taken_over_what_was_seen() {
    for_each_database(async |database| {
        let store = &database.store;
        receive(store, &id(), "").await;
        assert_eq!(opinions::contact(store, &KEY, &area(), &id()).await.unwrap(), "");
        let mut tx = store.begin(&area()).await.unwrap();
        opinions::decide(&mut tx, &id(), 1, ("shown", "将研究。"), &stamp()).await.unwrap();
        tx.commit(entry("opinion.decide")).await.unwrap();
        let decided = opinions::load(store, &area(), &id()).await.unwrap();
        assert_eq!((decided.state.as_str(), decided.answer.as_str()), ("shown", "将研究。"));
        assert_eq!(decided.decided, Some(stamp()));
        let mut tx = store.begin(&area()).await.unwrap();
        let late = opinions::decide(&mut tx, &id(), 1, ("closed", ""), &stamp()).await;
        assert!(matches!(late, Err(Error::Conflict(_))), "{}: {late:?}", database.name);
        drop(tx);
    })
    .await;
}
