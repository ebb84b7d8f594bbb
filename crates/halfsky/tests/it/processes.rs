//! Three servers on one PostgreSQL: whoever signs in on one is known to the others, what one counts the others
//! count, and what one leaves half done another one does, once.

use halfsky_monitor::appointment::{AccountId, Appointment};
use halfsky_monitor::role::Role;
use halfsky_monitor::validity::Validity;
use halfsky_store::accounts::{self, NewAccount, NewPassword};
use halfsky_store::audit::{self, Entry};
use halfsky_store::jobs::{self, JobState};
use halfsky_store::plans::Stamp;
use halfsky_store::seal::password::{self, Cost};
use halfsky_store::seal::token;
use halfsky_store::testing::TestDatabase;
use halfsky_store::{Store, appointments, sessions};
use halfsky_web::testing::reporting::BIRTHS;
use halfsky_web::testing::value;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::crowd::{self, CUT, Member, Reply, request};
use crate::server::{Server, sign_in_with};

const PLAN: &str = include_str!("../../demo/yunxi-women.txt");
const PASSWORD: &str = "tea house by the river";

/// Several servers on one database, each in a directory of its own, with the files of all in another one.
pub(crate) struct Servers {
    pub(crate) database: TestDatabase,
    dir: TempDir,
}

impl Servers {
    /// A database without servers yet; None, with a printed message, where there is no PostgreSQL.
    pub(crate) async fn on_postgres() -> Option<Self> {
        let database = TestDatabase::postgres().await?;
        Some(Self { database, dir: TempDir::new().unwrap() })
    }

    /// One more server, reaching the database at this address.
    pub(crate) fn start(&self, name: &str, url: &str) -> Server {
        let own = self.dir.path().join(name);
        std::fs::create_dir_all(&own).unwrap();
        let arguments = ["serve", "--dir", "../data", "--listen", "127.0.0.1:0", "--database", url];
        Server::start(&own, &arguments)
    }
}

pub(crate) fn url_of(database: &TestDatabase) -> String {
    match &database.location {
        halfsky_store::Location::Postgres { url, .. } => url.clone(),
        halfsky_store::Location::SqliteDir(dir) => panic!("{} is no server", dir.display()),
    }
}

/// The moment the servers live in.
#[expect(clippy::disallowed_methods, reason = "the servers read the clock of the system")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

fn stamp() -> Stamp {
    Stamp { at: now(), by: "test".to_owned() }
}

/// Gives a member's account a password, and their unit a second person with the same password, who also works in
/// the office.
async fn with_passwords(store: &Store, member: &Member) -> String {
    let second = AccountId(format!("{}-second", member.account.0));
    let mut tx = store.begin_reference().await.unwrap();
    let person = NewAccount {
        id: second.clone(),
        login: second.0.clone(),
        name: "示例填报人".to_owned(),
        created: stamp(),
    };
    accounts::insert(&mut tx, &person).await.unwrap();
    for id in [&member.account, &second] {
        let hash = password::hash(PASSWORD, [1; 16], Cost::TRIFLING).unwrap();
        let chosen = NewPassword { hash, at: now(), temporary: false };
        accounts::set_password(&mut tx, id, &chosen).await.unwrap();
    }
    tx.commit(Entry::new(now(), "test", "account.create", "account")).await.unwrap();
    let today = now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let valid = Validity::from(today.yesterday().unwrap());
    let held = crowd::appointment(member, &second, Role::Reporter, valid);
    let office = crowd::appointment(member, &second, Role::CommitteeOffice, valid);
    let office = Appointment { unit: None, ..office };
    let mut tx = store.begin(&member.task.ref_area).await.unwrap();
    appointments::insert(&mut tx, &held, &stamp()).await.unwrap();
    appointments::insert(&mut tx, &office, &stamp()).await.unwrap();
    tx.commit(Entry::new(now(), "test", "appointment.grant", "appointment")).await.unwrap();
    second.0
}

fn get(server: &Server, path: &str, cookie: &str) -> Reply {
    request(&server.address, ("GET", path), cookie, "").unwrap()
}

fn post(server: &Server, path: &str, (cookie, body): (&str, &str)) -> Reply {
    request(&server.address, ("POST", path), cookie, body).unwrap()
}

/// One attempt to sign in, with a browser of its own.
fn attempt(server: &Server, login: &str, password: &str) -> u16 {
    let page = get(server, "/login", "");
    let visitor = page.header("set-cookie").split(';').next().unwrap().to_owned();
    let token = value(&page.body, "token");
    let password = password.replace(' ', "+");
    let body = format!("token={token}&login={login}&password={password}&next=/");
    post(server, "/login", (&visitor, &body)).status
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_knows_the_others_know() {
    let Some(servers) = Servers::on_postgres().await else { return };
    let store = &servers.database.store;
    let members = crowd::settle(store, (1, 1), now()).await;
    let (member, path) = (&members[0], members[0].path());
    let second = with_passwords(store, member).await;
    let url = url_of(&servers.database);
    let [one, two, three] = ["one", "two", "three"].map(|name| servers.start(name, &url));

    // signing in on one is signing in on all, and so is signing out
    let cookie = sign_in_with(&one.address, &member.account.0, PASSWORD);
    for server in [&one, &two, &three] {
        assert_eq!(get(server, &path, &cookie).status, 200);
    }

    // what is saved on one is seen on the other, the message about it, too
    let page = get(&one, &path, &cookie);
    let token = value(&page.body, "token");
    let cell = format!("token={token}&{BIRTHS}.total=2532&s.{BIRTHS}.total=0|");
    let saved = post(&one, &path, (&cookie, &cell));
    assert_eq!(saved.status, 303, "{}", saved.body);
    let toast = saved.header("set-cookie").split(';').next().unwrap().to_owned();
    let shown = get(&two, &path, &format!("{cookie}; {toast}"));
    assert!(shown.body.contains("2532") && shown.body.contains("已保存"), "{}", shown.body);

    // somebody else on another server changes the same cell without having seen that
    let other = sign_in_with(&three.address, &second, PASSWORD);
    let token = value(&get(&three, &path, &other).body, "token");
    let cell = format!("token={token}&{BIRTHS}.total=2600&s.{BIRTHS}.total=0|");
    let conflict = post(&three, &path, (&other, &cell));
    assert_eq!(conflict.status, 409, "{}", conflict.body);
    assert!(get(&one, &path, &cookie).body.contains("2532"), "nothing was overwritten");

    // a plan uploaded on one is looked at on another
    let page = get(&one, "/plans/import", &other);
    let token = value(&page.body, "token");
    let area = member.task.ref_area.as_str();
    let part = |name: &str, value: &str| {
        format!("{CUT}\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n")
    };
    let fields = [part("\"token\"", &token), part("\"ref_area\"", area)].concat();
    let file = part("\"file\"; filename=\"plan.txt\"", PLAN);
    let uploaded = post(&one, "/plans/import", (&other, &format!("{fields}{file}{CUT}--\r\n")));
    assert_eq!(uploaded.status, 303, "{}", uploaded.body);
    let found = get(&two, uploaded.header("location"), &other);
    assert!(found.status == 200 && found.body.contains("云溪县妇女发展规划"), "{}", found.body);

    let home = get(&two, &path, &cookie);
    let token = value(&home.body, "token");
    assert_eq!(post(&two, "/logout", (&cookie, &format!("token={token}"))).status, 303);
    assert_eq!(get(&one, &path, &cookie).status, 303, "signed out everywhere");

    // wrong passwords count together: the account is closed on every server
    for server in [&one, &two, &three, &one, &two] {
        assert_eq!(attempt(server, &second, "wrong"), 422);
    }
    assert_eq!(attempt(&three, &second, PASSWORD), 422, "closed for a minute");
    // and so do attempts under one name: six so far, ten at most
    for server in [&one, &two, &three, &one] {
        assert_eq!(attempt(server, &second, "wrong"), 422);
    }
    for server in [&one, &two, &three] {
        assert_eq!(attempt(server, &second, "wrong"), 429);
    }
    for server in [one, two, three] {
        assert_eq!(server.stop().0, Some(0));
    }
}

/// The job that forgets ended sessions, of today.
async fn cleaning(store: &Store) -> Option<jobs::Job> {
    let place = halfsky_monitor::appointment::INSTALLATION.parse().unwrap();
    jobs::newest(store, &place, sessions::JOB).await.unwrap()
}

async fn is_in(store: &Store, state: JobState) -> bool {
    cleaning(store).await.is_some_and(|job| job.state == state)
}

async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..300 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{what} did not come");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_a_killed_server_is_done_once_by_another() {
    let Some(servers) = Servers::on_postgres().await else { return };
    let store = &servers.database.store;
    let members = crowd::settle(store, (1, 1), now()).await;
    let url = url_of(&servers.database);
    let killed = servers.start("killed", &url);
    until("the first cleaning", async || is_in(store, JobState::Done).await).await;

    // somebody's session has ended, and the job is to be done again; whoever holds the head of the chain holds
    // it up in the middle of its work
    let long_ago = now().checked_sub(SignedDuration::from_hours(48)).unwrap();
    let mut tx = store.begin_reference().await.unwrap();
    let ended = crowd::signed_in(&members[0].account, &token::token([9; 32]), long_ago);
    sessions::insert(&mut tx, &ended).await.unwrap();
    tx.commit(Entry::new(now(), "test", "account.login", "account")).await.unwrap();

    let holding = store.begin_reference().await.unwrap();
    servers
        .database
        .tamper(
            "update job set state = 'waiting', attempts = 0, holder = '', outcome = '', \
             finished_at = null where kind = 'session_cleaning'",
        )
        .await;
    until("a job that is worked on", async || is_in(store, JobState::Running).await).await;
    drop(killed);
    holding.rollback().await.unwrap();
    let left = cleaning(store).await.unwrap();
    assert_eq!((left.state, left.attempts), (JobState::Running, 1), "left half done");

    // a minute later the lease has run out
    servers.database.tamper("update job set lease_until = '2000-01-01T00:00:00Z'").await;
    let [one, two] = ["one", "two"].map(|name| servers.start(name, &url));
    until("the end of the job", async || is_in(store, JobState::Done).await).await;
    let done = cleaning(store).await.unwrap();
    assert_eq!((done.attempts, &*done.outcome), (2, "清理1个"));
    let reference = audit::REFERENCE_AREA.parse().unwrap();
    let told = audit::entries_about(store, &reference, "sessions").await.unwrap();
    assert_eq!(told.len(), 1, "{told:?}");

    // what both had to do today was done by one of them
    let place = halfsky_monitor::appointment::INSTALLATION.parse().unwrap();
    until("the end of all jobs", async || {
        let all = jobs::list(store, &place, 50).await.unwrap();
        all.iter().all(|job| job.state.is_over())
    })
    .await;
    let mut kinds: Vec<String> =
        jobs::list(store, &place, 50).await.unwrap().into_iter().map(|job| job.kind).collect();
    kinds.sort();
    let all = kinds.len();
    kinds.dedup();
    assert_eq!(kinds.len(), all, "{kinds:?}");
    for server in [one, two] {
        assert_eq!(server.stop().0, Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_report_is_lost_or_doubled_when_a_server_is_killed_among_them() {
    let Some(servers) = Servers::on_postgres().await else { return };
    let store = &servers.database.store;
    let members = crowd::settle(store, (4, 6), now()).await;
    let url = url_of(&servers.database);
    let [one, two, killed] = ["one", "two", "killed"].map(|name| servers.start(name, &url));
    let addresses = [&one, &two, &killed].map(|server| server.address.clone());
    let reporting = std::thread::spawn({
        let members = members.clone();
        move || crowd::report_all(&addresses, &members, 6)
    });
    until("some reports", async || {
        let mut sent = 0;
        for member in &members {
            let of = halfsky_store::submissions::list(store, &member.task).await.unwrap();
            sent += of.len();
        }
        sent >= 4
    })
    .await;
    drop(killed);
    let outcome = reporting.join().unwrap();
    assert!(outcome.broken > 0, "the killed server was asked, too");
    crowd::verify(store, &members).await;
}
