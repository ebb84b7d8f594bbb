//! Back-pressure: how many requests are worked on, how many may wait for it, and for how long. A crowd gets a
//! clear answer instead of a server that does nothing for anybody.
//!
//! Reading, writing and uploading wait in lanes of their own: whoever writes waits for one another, and none of
//! the three holds up the others.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::Request;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::WebError;

/// The largest body that is taken in before anybody works on the request, in bytes. Larger ones are uploads.
const SMALL_BODY: usize = 256 * 1024;

/// How many requests are taken at a time, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Requests that read, worked on at the same time.
    pub reading: usize,
    /// Requests that write, worked on at the same time.
    pub writing: usize,
    /// Requests that bring a file, worked on at the same time.
    pub uploads: usize,
    /// Requests that may wait in all.
    pub waiting: usize,
    /// How long a request waits for its turn.
    pub patience: Duration,
    /// How long a form may take to arrive.
    pub form_arrival: Duration,
    /// How long the work on a request may take.
    pub work: Duration,
    /// How long a file may take to arrive and be worked on.
    pub upload: Duration,
}

impl Default for Capacity {
    fn default() -> Self {
        Self {
            reading: 32,
            writing: 32,
            uploads: 8,
            waiting: 1000,
            patience: Duration::from_secs(10),
            form_arrival: Duration::from_secs(20),
            work: Duration::from_mins(1),
            upload: Duration::from_mins(5),
        }
    }
}

/// Where requests of one kind wait for their turn.
#[derive(Debug, Clone)]
struct Lane {
    running: Arc<Semaphore>,
    work: Duration,
}

impl Lane {
    fn new(most: usize, work: Duration) -> Self {
        Self { running: Arc::new(Semaphore::new(most)), work }
    }
}

/// The lanes of this process. Cloning is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Pressure {
    reading: Lane,
    writing: Lane,
    uploads: Lane,
    waiting: Arc<Semaphore>,
    capacity: Capacity,
}

impl Pressure {
    pub(crate) fn new(capacity: Capacity) -> Self {
        Self {
            reading: Lane::new(capacity.reading, capacity.work),
            writing: Lane::new(capacity.writing, capacity.work),
            uploads: Lane::new(capacity.uploads, capacity.upload),
            waiting: Arc::new(Semaphore::new(capacity.waiting)),
            capacity,
        }
    }

    /// Takes in a small body, so that whoever sends slowly holds nobody up. A large one stays where it is.
    pub(crate) async fn take_in(&self, request: Request) -> Result<Request, WebError> {
        if Kind::of(&request) != Kind::Writing {
            return Ok(request);
        }
        let (parts, body) = request.into_parts();
        let whole = timeout(self.capacity.form_arrival, to_bytes(body, SMALL_BODY)).await;
        let bytes = whole.map_err(|_| WebError::TooSlow)?.map_err(|_| {
            WebError::Invalid("提交的内容没有传完整。请检查网络，返回上一页重新提交。".to_owned())
        })?;
        Ok(Request::from_parts(parts, Body::from(bytes)))
    }

    /// Waits for a turn, then does the work; refuses when too many wait already, when it waited too long, and
    /// when the work takes too long.
    pub(crate) async fn in_turn<T>(
        &self,
        kind: Kind,
        work: impl Future<Output = Result<T, WebError>>,
    ) -> Result<T, WebError> {
        let lane = match kind {
            Kind::Reading => &self.reading,
            Kind::Writing => &self.writing,
            Kind::Upload => &self.uploads,
        };
        let _turn = self.turn(lane).await?;
        timeout(lane.work, work).await.map_err(|_| WebError::Overlong)?
    }

    async fn turn(&self, lane: &Lane) -> Result<OwnedSemaphorePermit, WebError> {
        let running = Arc::clone(&lane.running);
        if let Ok(turn) = Arc::clone(&running).try_acquire_owned() {
            return Ok(turn);
        }
        let _place = self.waiting.try_acquire().map_err(|_| WebError::Crowded)?;
        let turn = timeout(self.capacity.patience, running.acquire_owned()).await;
        turn.map_err(|_| WebError::Crowded)?.map_err(|error| WebError::Internal(error.into()))
    }
}

/// What a request is, as far as waiting goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Reading,
    Writing,
    /// The body is too large to be taken in at once, or does not say how large it is.
    Upload,
}

impl Kind {
    pub(crate) fn of(request: &Request) -> Self {
        if request.method().is_safe() {
            return Self::Reading;
        }
        match request.body().size_hint().upper() {
            Some(most) if most <= SMALL_BODY as u64 => Self::Writing,
            _ => Self::Upload,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Pressure {
        let patience = Duration::from_millis(50);
        let one =
            Capacity { reading: 1, writing: 1, uploads: 1, waiting: 1, ..Capacity::default() };
        Pressure::new(Capacity { patience, form_arrival: patience, work: patience, ..one })
    }

    fn nothing() -> std::future::Ready<Result<(), WebError>> {
        std::future::ready(Ok(()))
    }

    #[tokio::test]
    async fn a_crowd_is_turned_away_and_the_others_are_not() {
        let pressure = small();
        let _turn = pressure.turn(&pressure.reading).await.unwrap();
        let late = pressure.in_turn(Kind::Reading, nothing()).await;
        assert!(matches!(late, Err(WebError::Crowded)), "waited long enough");
        let _place = pressure.waiting.acquire().await.unwrap();
        let full = pressure.in_turn(Kind::Reading, nothing()).await;
        assert!(matches!(full, Err(WebError::Crowded)), "no place to wait");
        pressure.in_turn(Kind::Writing, nothing()).await.unwrap();
        pressure.in_turn(Kind::Upload, nothing()).await.unwrap();
    }

    #[tokio::test]
    async fn work_without_end_is_ended_and_gives_its_turn_back() {
        let pressure = small();
        for _ in 0..2 {
            let ended = pressure.in_turn(Kind::Writing, std::future::pending::<Result<(), _>>());
            assert!(matches!(ended.await, Err(WebError::Overlong)));
        }
    }

    #[tokio::test]
    async fn a_form_is_taken_in_and_a_file_is_not() {
        let post = |body: Body| Request::post("/login").body(body).unwrap();
        let form = small().take_in(post(Body::from("login=a"))).await.unwrap();
        assert_eq!(Kind::of(&form), Kind::Writing);
        assert_eq!(to_bytes(form.into_body(), 99).await.unwrap(), "login=a");
        assert_eq!(Kind::of(&post(Body::from(vec![0; SMALL_BODY + 1]))), Kind::Upload);
        assert_eq!(Kind::of(&Request::get("/").body(Body::empty()).unwrap()), Kind::Reading);
    }
}
