//! Background jobs: what is done every day, and what somebody asked for. Several processes share the work;
//! each job is done by the one that holds its lease.

mod anchor;
mod backup;
mod mail;
mod reminders;
mod sessions;

use std::sync::Arc;
use std::time::Duration;

use halfsky_monitor::appointment::INSTALLATION;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::Store;
use halfsky_store::audit::Entry;
use halfsky_store::backup::Keeper;
use halfsky_store::jobs::{self, End, Go, Job, JobKey, Lease, NewJob, Progress};
use halfsky_store::plans::Stamp;
use halfsky_store::seal::SecretKey;
use halfsky_store::sessions::Limits;
use halfsky_store::{plan_uploads, rate_limits};
use halfsky_web::measure;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{oneshot, watch};
use tokio::time::MissedTickBehavior;

use crate::config::Config;
use crate::{clock, entropy};

/// Who acts when the schedule does, as the audit chain names it.
const SCHEDULE: &str = "定时任务";

/// How often it is looked for work.
const POLL: Duration = Duration::from_secs(2);

/// How often the schedule is looked at, in polls.
const SCHEDULE_EVERY: u32 = 30;

/// How often a running job says how far it is.
const BEAT: Duration = Duration::from_secs(1);

/// How long a job is left alone by the others after its holder was last heard of.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// How long the page of an uploaded plan can be opened.
const UPLOADS_LAST: SignedDuration = SignedDuration::from_hours(24);

/// How long after a failure a job is tried again, and how often.
const AGAIN: SignedDuration = SignedDuration::from_mins(10);
const MOST_ATTEMPTS: u32 = 3;

/// The one who does the work of this process.
pub(crate) struct Runner {
    store: Store,
    keeper: Keeper,
    config: Arc<Config>,
    /// Opens the addresses of the people.
    key: SecretKey,
    /// How people reach the pages, for links in e-mails.
    address: String,
    /// The name of this process among the others.
    holder: String,
    place: RefArea,
}

/// How a job says what it is doing.
type Tell = watch::Sender<String>;

/// Whether the program is told to stop.
type Stopping = watch::Receiver<bool>;

impl Runner {
    /// A runner for the jobs of a store.
    pub(crate) fn new(
        store: Store,
        config: Arc<Config>,
        key: SecretKey,
        address: String,
    ) -> anyhow::Result<Self> {
        let keeper = Keeper::new(store.clone(), config.backups.policy()?, Arc::new(clock::now));
        let holder = entropy::new_id(clock::now())?;
        Ok(Self { store, keeper, config, key, address, holder, place: INSTALLATION.parse()? })
    }

    /// Works until the program is told to stop. A job in progress is then put back in line.
    pub(crate) async fn run(self, mut stopping: Stopping) {
        let mut polls = 0;
        while !*stopping.borrow() {
            if polls % SCHEDULE_EVERY == 0
                && let Err(error) = self.schedule(clock::now()).await
            {
                tracing::error!(error = format!("{error:#}"), "the schedule could not be read");
            }
            polls += 1;
            match self.take().await {
                Ok(Some(job)) => self.carry_out(&job, &mut stopping).await,
                Ok(None) => pause(POLL, &mut stopping).await,
                Err(error) => {
                    tracing::error!(error = format!("{error:#}"), "no job could be taken");
                    pause(POLL * 10, &mut stopping).await;
                }
            }
        }
    }

    /// Puts in line what is due. Every process does so: the mark makes it one job.
    async fn schedule(&self, now: Timestamp) -> anyhow::Result<()> {
        backup::schedule(self, now).await?;
        anchor::schedule(self, now).await?;
        reminders::schedule(self, now).await?;
        mail::schedule(self, now).await?;
        sessions::schedule(self, now).await?;
        rate_limits::forget_ended(&self.store, now).await?;
        plan_uploads::forget_before(&self.store, now.checked_sub(UPLOADS_LAST)?).await?;
        Ok(())
    }

    async fn add(
        &self,
        kind: &str,
        mark: String,
        arguments: &str,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let job = NewJob {
            key: JobKey { ref_area: self.place.clone(), id: entropy::new_id(now)? },
            kind: kind.to_owned(),
            mark: Some(mark),
            arguments: arguments.to_owned(),
            due: now,
        };
        let stamp = Stamp { at: now, by: SCHEDULE.to_owned() };
        jobs::schedule(&self.store, &job, &stamp).await?;
        Ok(())
    }

    async fn take(&self) -> anyhow::Result<Option<Job>> {
        let now = clock::now();
        if !jobs::anything_due(&self.store, now).await? {
            return Ok(None);
        }
        Ok(jobs::claim(&self.store, now, &lease(&self.holder, now)).await?)
    }

    /// Does a job to its end, to the end of the program, or until another process has it.
    async fn carry_out(&self, job: &Job, stopping: &mut Stopping) {
        let begun = clock::now();
        // What the work holds, such as the connection that writes, is free again after this block.
        let done = {
            let (tell, told) = watch::channel(String::new());
            let (say, asked) = oneshot::channel();
            tokio::spawn(beat(self.store.clone(), job.key.clone(), self.holder.clone(), told, say));
            tokio::select! {
                ended = self.work(job, &tell) => Done::Ended(ended),
                Ok(go) = asked => match go {
                    Go::Lost => Done::Lost,
                    Go::On | Go::Stop => Done::Ended(Ok(End::Cancelled)),
                },
                () = stopped(stopping) => Done::Stopped,
            }
        };
        let now = clock::now();
        let took = now.duration_since(begun);
        let end = match done {
            Done::Lost => return,
            Done::Stopped => return self.put_back(job, now, "程序停止").await,
            Done::Ended(Ok(end)) => end,
            Done::Ended(Err(error)) => {
                let error = format!("{error:#}");
                tracing::error!(kind = job.kind, attempts = job.attempts, error, "job failed");
                if job.attempts < MOST_ATTEMPTS && job.kind != halfsky_store::backup::JOB {
                    measure::job_ended(&job.kind, "postponed", took);
                    let due = now.checked_add(AGAIN).unwrap_or(now);
                    return self.put_back(job, due, &error).await;
                }
                End::Failed(error)
            }
        };
        measure::job_ended(&job.kind, outcome_code(&end), took);
        if let Err(error) = jobs::finish(&self.store, &job.key, &self.holder, &end, now).await {
            tracing::error!(%error, kind = job.kind, "the end of a job was not kept");
        }
    }

    async fn put_back(&self, job: &Job, due: Timestamp, why: &str) {
        if let Err(error) = jobs::postpone(&self.store, &job.key, &self.holder, due, why).await {
            tracing::error!(%error, kind = job.kind, "a job was not put back");
        }
    }

    async fn work(&self, job: &Job, tell: &Tell) -> anyhow::Result<End> {
        match job.kind.as_str() {
            halfsky_store::backup::JOB => backup::work(self, job, tell).await,
            halfsky_store::audit::anchor::JOB => anchor::work(self).await,
            halfsky_store::notifications::MAIL_JOB => mail::work(self).await,
            halfsky_store::reminders::JOB => reminders::work(self).await,
            halfsky_store::sessions::JOB => sessions::work(self).await,
            // another version of the program put it there: it may know more
            other => anyhow::bail!("不认识的后台任务 {other}"),
        }
    }

    fn entry(action: &str, object: &str) -> Entry {
        Entry::new(clock::now(), SCHEDULE, action, object)
    }

    /// Sessions that began or were last seen before these instants have ended.
    fn session_limits(&self, now: Timestamp) -> Limits {
        let before = |time| now.checked_sub(time).unwrap_or(Timestamp::MIN);
        let web = &self.config.web;
        Limits { started_before: before(web.longest), seen_before: before(web.idle) }
    }
}

/// How a job left its process.
enum Done {
    Ended(anyhow::Result<End>),
    /// The program stops.
    Stopped,
    /// Another process has it.
    Lost,
}

fn lease(holder: &str, now: Timestamp) -> Lease {
    Lease { holder: holder.to_owned(), until: now.checked_add(LEASE).unwrap_or(now) }
}

/// Keeps the lease of a job and says how far it is, beside the work itself: the work may hold the only
/// connection that writes. Ends with the work; says so when the job must not go on.
async fn beat(
    store: Store,
    key: JobKey,
    holder: String,
    told: watch::Receiver<String>,
    say: oneshot::Sender<Go>,
) {
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        if told.has_changed().is_err() {
            return;
        }
        let progress = Progress { what: told.borrow().clone(), ..Progress::default() };
        match jobs::tell(&store, &key, &lease(&holder, clock::now()), &progress).await {
            Ok(Go::On) => {}
            Ok(go) => {
                // work that has ended meanwhile does not listen
                let _ = say.send(go);
                return;
            }
            // the lease is long enough for the next one to get through
            Err(error) => tracing::warn!(%error, "the progress of a job was not kept"),
        }
    }
}

const fn outcome_code(end: &End) -> &'static str {
    match end {
        End::Done(_) => "done",
        End::Failed(_) => "failed",
        End::Cancelled => "cancelled",
    }
}

/// Waits, but not longer than the program runs.
async fn pause(time: Duration, stopping: &mut Stopping) {
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        () = stopped(stopping) => {}
    }
}

async fn stopped(stopping: &mut Stopping) {
    // a sender that is gone has stopped, too
    let _ = stopping.wait_for(|stop| *stop).await;
}
