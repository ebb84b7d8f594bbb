//! Many units that report at once: counties with an open round, somebody signed in for every unit, and what each
//! of them does over HTTP. Used by the tests with a few units and by the benchmark `storm` with many.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use halfsky_monitor::appointment::{AccountId, Appointment};
use halfsky_monitor::period::Period;
use halfsky_monitor::role::Role;
use halfsky_monitor::round::{Round, RoundDefaults};
use halfsky_monitor::submission::SubmissionState;
use halfsky_monitor::unit::{ResponsibleUnit, UnitId, UnitKind};
use halfsky_monitor::validity::Validity;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::accounts::{self, NewAccount};
use halfsky_store::audit::{self, Entry};
use halfsky_store::data_sets::{self, DataSetKey};
use halfsky_store::entries::contents;
use halfsky_store::plans::Stamp;
use halfsky_store::regions::{self, Region, RegionLevel};
use halfsky_store::rounds::{self, RoundId, RoundOrigin};
use halfsky_store::seal::token;
use halfsky_store::sessions::{self, Method, Session};
use halfsky_store::tasks::{self, TaskKey};
use halfsky_store::{Store, appointments, submissions, units};
use halfsky_web::testing::reporting::{self, HEALTH, YEAR};
use halfsky_web::testing::value;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};

/// The city above all counties of a crowd.
pub(crate) const CITY: &str = "990000";

const ROUND: &str = "figures";

/// Requests of one report: the form, saving, two pages that ask, two answers to them.
pub(crate) const REQUESTS: u8 = 6;

/// How often somebody tries again who was turned away, and how long they wait before.
const ATTEMPTS: usize = 120;
const PAUSE: Duration = Duration::from_millis(250);

/// Somebody who reports for a unit, signed in.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) task: TaskKey,
    pub(crate) account: AccountId,
    /// What their browser holds.
    pub(crate) session: String,
}

impl Member {
    /// The address of what they report.
    pub(crate) fn path(&self) -> String {
        let key = &self.task;
        format!("/reporting/{}/{}/{}", key.ref_area, key.round.0, key.unit.0)
    }

    pub(crate) fn cookie(&self) -> String {
        format!("halfsky_session={}", self.session)
    }
}

fn stamp(now: Timestamp) -> Stamp {
    Stamp { at: now, by: "crowd".to_owned() }
}

fn area(number: usize) -> RefArea {
    format!("99{:04}", number + 1).parse().expect("a region code")
}

/// Makes counties with units, each with an open task of figures and one person who fills in and reviews.
pub(crate) async fn settle(
    store: &Store,
    (counties, units): (usize, usize),
    now: Timestamp,
) -> Vec<Member> {
    reporting::define(store).await;
    let mut tx = store.begin_reference().await.expect("a transaction");
    let city: RefArea = CITY.parse().expect("a region code");
    let region = |code: RefArea, parent: Option<RefArea>, level| {
        let name = format!("示例{code}");
        Region { code, name, parent, level }
    };
    regions::save(&mut tx, &region(city.clone(), None, RegionLevel::City)).await.expect("a city");
    let mut members = Vec::new();
    for county in (0..counties).map(area) {
        let region = region(county.clone(), Some(city.clone()), RegionLevel::County);
        regions::save(&mut tx, &region).await.expect("a county");
        for number in 0..units {
            let unit = format!("unit{number:02}");
            let account = AccountId(format!("{county}-{unit}"));
            let person = NewAccount {
                id: account.clone(),
                login: account.0.clone(),
                name: format!("示例审核人{}", account.0),
                created: stamp(now),
            };
            accounts::insert(&mut tx, &person).await.expect("an account");
            let session = token::hash(&account.0);
            sessions::insert(&mut tx, &signed_in(&account, &session, now))
                .await
                .expect("a session");
            let (round, unit) = (RoundId(ROUND.to_owned()), UnitId(unit));
            let unit = halfsky_monitor::reporting::UnitId(unit.0);
            let task = TaskKey { ref_area: county.clone(), round, unit };
            members.push(Member { task, account, session });
        }
    }
    tx.commit(Entry::new(now, "crowd", "account.create", "crowd")).await.expect("a commit");
    for county in members.chunks(units) {
        settle_county(store, county, now).await;
    }
    members
}

/// A session that began a moment ago.
pub(crate) fn signed_in(account: &AccountId, token: &str, now: Timestamp) -> Session {
    Session {
        token_hash: token::hash(token),
        account: account.clone(),
        started_at: now,
        seen_at: now,
        origin: "127.0.0.1".to_owned(),
        agent: "crowd".to_owned(),
        method: Method::Password,
    }
}

async fn settle_county(store: &Store, members: &[Member], now: Timestamp) {
    let today = now.to_zoned(TimeZone::UTC).date();
    let area = &members[0].task.ref_area;
    let mut tx = store.begin(area).await.expect("a transaction");
    let form = reporting::form(HEALTH);
    data_sets::insert(&mut tx, &form, &stamp(now)).await.expect("a form");
    let period = Period::year_of(YEAR).expect("a year");
    let due = today.saturating_add(30.days());
    let round = Round {
        opens: today.saturating_sub(30.days()),
        to_whom: "县统计局".to_owned(),
        ..Round::figures(period, "妇女儿童统计监测数据", due, &RoundDefaults::default())
    };
    let id = RoundId(ROUND.to_owned());
    rounds::open(&mut tx, &id, &round, &RoundOrigin::Office, &stamp(now)).await.expect("a round");
    let valid = Validity::from(today.saturating_sub(400.days()));
    let mut asked = Vec::new();
    for member in members {
        let unit = &member.task.unit.0;
        let founded = ResponsibleUnit {
            id: UnitId(unit.clone()),
            ref_area: area.clone(),
            name: format!("示例单位{unit}"),
            short_name: unit.clone(),
            kind: UnitKind::Government,
            parent: None,
            validity: valid,
        };
        units::insert(&mut tx, &founded).await.expect("a unit");
        let held = appointment(member, &member.account, Role::UnitReviewer, valid);
        appointments::insert(&mut tx, &held, &stamp(now)).await.expect("an appointment");
        asked.push((member.task.unit.clone(), Some(DataSetKey::of(&form))));
    }
    tasks::add(&mut tx, &id, &asked, &stamp(now)).await.expect("tasks");
    tx.commit(Entry::new(now, "crowd", "round.open", ROUND)).await.expect("a commit");
}

/// Somebody's appointment in the unit of a member.
pub(crate) fn appointment(
    member: &Member,
    account: &AccountId,
    role: Role,
    validity: Validity,
) -> Appointment {
    Appointment {
        id: format!("{}-{}", account.0, role.code()),
        account: account.clone(),
        role,
        ref_area: member.task.ref_area.clone(),
        unit: Some(UnitId(member.task.unit.0.clone())),
        validity,
    }
}

/// An answer as a program needs it.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    /// A header; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| *key == name).map(|(_, value)| value).next().unwrap_or("")
    }
}

/// The line between the parts of an upload.
pub(crate) const CUT: &str = "--cut";

/// Sends a request; an error when there is no whole answer.
pub(crate) fn request(
    address: &str,
    (method, path): (&str, &str),
    cookie: &str,
    body: &str,
) -> io::Result<Reply> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    let length = body.len();
    let kind = if body.starts_with(CUT) {
        "multipart/form-data; boundary=cut"
    } else {
        "application/x-www-form-urlencoded"
    };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\
         Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let cut = || io::Error::new(io::ErrorKind::UnexpectedEof, "no whole answer");
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(cut)?;
    Ok(Reply { status, head: head.to_owned(), body: body.to_owned() })
}

/// What a crowd was answered.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// How long each answer took that was no refusal.
    pub(crate) times: Vec<Duration>,
    /// Answers that said: later.
    pub(crate) turned_away: usize,
    /// Answers that never came.
    pub(crate) broken: usize,
}

impl Outcome {
    /// The time within which so many per cent of the answers came.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.times.clone();
        sorted.sort();
        let at = (sorted.len() * percent).div_ceil(100).max(1) - 1;
        sorted.get(at).copied().unwrap_or_default()
    }
}

/// Somebody with patience: turned away or cut off, they try again on the next server.
struct Person<'a> {
    addresses: &'a [String],
    /// Which server they try next.
    next: usize,
    member: &'a Member,
    outcome: Outcome,
}

impl Person<'_> {
    /// Asks until there is an answer; whether it took more than one attempt comes along.
    fn ask(&mut self, asked: (&str, &str), body: &str) -> (Reply, bool) {
        for attempt in 0..ATTEMPTS {
            let address = &self.addresses[self.next % self.addresses.len()];
            let begun = now();
            match request(address, asked, &self.member.cookie(), body) {
                Ok(reply) if reply.status == 503 => self.outcome.turned_away += 1,
                Ok(reply) => {
                    self.outcome.times.push(begun.elapsed());
                    return (reply, attempt > 0);
                }
                Err(_) => self.outcome.broken += 1,
            }
            self.next += 1;
            std::thread::sleep(PAUSE);
        }
        panic!("no answer to {asked:?}")
    }

    /// Opens a page with a form and sends the form. Who was cut off does not know whether it arrived: then a
    /// refusal is what they expect, and the store is asked in the end.
    fn step(&mut self, page: &str, fields: &str) {
        let path = format!("{}{page}", self.member.path());
        let (shown, _) = self.ask(("GET", &path), "");
        if shown.status != 200 {
            assert!(self.outcome.broken > 0, "{path}: {} {}", shown.status, shown.body);
            return;
        }
        let mut body = format!("token={}{fields}", value(&shown.body, "token"));
        if shown.body.contains(" name=\"seen\"") {
            body = format!("{body}&seen={}", value(&shown.body, "seen"));
        }
        let (sent, again) = self.ask(("POST", &path), &body);
        let arrived = sent.status == 303 || again && (400..500).contains(&sent.status);
        assert!(arrived, "{path}: {} {}", sent.status, sent.body);
    }
}

/// What is typed into the form.
fn typed() -> String {
    let mut fields = String::new();
    for (row, entry) in reporting::entries(HEALTH, YEAR) {
        for (field, content) in contents(&entry) {
            fields = format!("{fields}&{}.{}={content}", row.0, field.code());
        }
    }
    fields
}

/// Every member reports once, so many of them at the same time, each on the next server.
pub(crate) fn report_all(addresses: &[String], members: &[Member], at_once: usize) -> Outcome {
    let (taken, typed) = (AtomicUsize::new(0), typed());
    let work = |first: usize| {
        let mut whole = Outcome::default();
        loop {
            let number = taken.fetch_add(1, Ordering::Relaxed);
            let Some(member) = members.get(number) else { return whole };
            let next = first + number;
            let mut person = Person { addresses, next, member, outcome: Outcome::default() };
            person.step("", &typed);
            person.step("/send", "");
            person.step("/answer", "&decision=submit&agreed=yes");
            whole.times.extend(person.outcome.times);
            whole.turned_away += person.outcome.turned_away;
            whole.broken += person.outcome.broken;
        }
    };
    let mut all = Outcome::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..at_once).map(|first| scope.spawn(move || work(first))).collect();
        for thread in threads {
            let one = thread.join().expect("a thread that ended");
            all.times.extend(one.times);
            all.turned_away += one.turned_away;
            all.broken += one.broken;
        }
    });
    all
}

/// Whether every member's report is there, once, as it was typed, with one entry in an unbroken chain.
pub(crate) async fn verify(store: &Store, members: &[Member]) {
    let expected = reporting::entries(HEALTH, YEAR);
    for member in members {
        let task = tasks::load(store, &member.task).await.expect("the task");
        assert_eq!(task.submission.state, SubmissionState::Submitted, "{:?}", member.task);
        let sent = submissions::list(store, &member.task).await.expect("submissions");
        assert_eq!(sent.len(), 1, "{:?}", member.task);
        let (_, sent) = submissions::load(store, &member.task, sent[0].number).await.expect("it");
        assert_eq!(sent.entries, expected, "{:?}", member.task);
        let (area, object) = (&member.task.ref_area, member.task.object());
        let told = audit::entries_about(store, area, &object).await.expect("entries");
        let submitted = told.iter().filter(|entry| entry.action == "task.submit").count();
        assert_eq!(submitted, 1, "{:?}", member.task);
    }
    let outcome = audit::verify_all(store, None, &mut |_| ()).await.expect("an outcome");
    assert!(outcome.is_intact(), "{:?}", outcome.findings());
}

/// The clock of a person who waits for answers.
#[expect(clippy::disallowed_methods, reason = "waiting is measured")]
fn now() -> Instant {
    Instant::now()
}
