//! Password hashing beside the requests: a few at a time, with a bounded queue, so that a flood of sign-ins
//! takes neither all memory nor all time.

use std::sync::{Arc, OnceLock};

use halfsky_store::seal::password::{self, Cost};
use tokio::sync::Semaphore;

use crate::error::WebError;

/// Hashes made at the same time.
const RUNNING: usize = 2;

/// Requests that may wait for their turn; more are told that the system is busy.
const WAITING: usize = 64;

/// The pool.
#[derive(Debug, Clone)]
pub(crate) struct Hashing {
    cost: Cost,
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    /// What an unknown login name is checked against, so that it takes as long as a known one.
    nobody: Arc<OnceLock<String>>,
}

impl Hashing {
    pub(crate) fn new(cost: Cost) -> Self {
        Self {
            cost,
            running: Arc::new(Semaphore::new(RUNNING)),
            admitted: Arc::new(Semaphore::new(RUNNING + WAITING)),
            nobody: Arc::default(),
        }
    }

    /// Whether this is the password of a hash; without a hash it takes as long and is not.
    pub(crate) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, WebError> {
        let (nobody, cost) = (Arc::clone(&self.nobody), self.cost);
        self.run(move || {
            if let Some(hash) = hash {
                return password::verify(&password, &hash);
            }
            let made = || password::hash("nobody has this password", [0; 16], cost);
            let hash = match nobody.get() {
                Some(hash) => hash.clone(),
                None => made().inspect(|hash| drop(nobody.set(hash.clone())))?,
            };
            password::verify(&password, &hash).map(|_| false)
        })
        .await
    }

    /// The one among the hashes that this is the password of.
    pub(crate) async fn find(
        &self,
        password: String,
        hashes: Vec<String>,
    ) -> Result<Option<String>, WebError> {
        self.run(move || {
            for hash in hashes {
                if password::verify(&password, &hash)? {
                    return Ok(Some(hash));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Hashes several secrets, each with a salt of its own.
    pub(crate) async fn hash_all(
        &self,
        secrets: Vec<(String, [u8; 16])>,
    ) -> Result<Vec<String>, WebError> {
        let cost = self.cost;
        let hash = move |(secret, salt): (String, [u8; 16])| password::hash(&secret, salt, cost);
        self.run(move || secrets.into_iter().map(hash).collect()).await
    }

    /// Hashes a new password.
    pub(crate) async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, WebError> {
        let cost = self.cost;
        self.run(move || password::hash(&password, salt, cost)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> halfsky_store::Result<T> + Send + 'static,
    ) -> Result<T, WebError> {
        let _admitted = self.admitted.try_acquire().map_err(|_| WebError::Busy)?;
        let running = Arc::clone(&self.running).acquire_owned().await;
        let running = running.map_err(|error| WebError::Internal(error.into()))?;
        let done = tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop(running);
            outcome
        });
        Ok(done.await.map_err(|error| WebError::Internal(error.into()))??)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_unknown_name_is_checked_too_and_never_right() {
        let hashing = Hashing::new(Cost::TRIFLING);
        let hash = hashing.hash("三月的雨下在溪边".to_owned(), [1; 16]).await.unwrap();
        assert!(hashing.verify("三月的雨下在溪边".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!hashing.verify("nobody has this password".to_owned(), None).await.unwrap());
        let former = vec!["$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(), hash];
        let found = hashing.find("三月的雨下在溪边".to_owned(), former.clone()).await.unwrap();
        assert_eq!(found.as_ref(), former.last());
    }

    #[tokio::test]
    async fn a_full_queue_says_busy() {
        let hashing = Hashing::new(Cost::TRIFLING);
        let _all = hashing.admitted.acquire_many(u32::try_from(RUNNING + WAITING).unwrap()).await;
        let refused = hashing.verify("x".to_owned(), None).await;
        assert!(matches!(refused, Err(WebError::Busy)));
    }
}
