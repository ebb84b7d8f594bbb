//! The people of the example: one account for every role, each with the same password.

use std::sync::atomic::{AtomicU64, Ordering};

use halfsky_monitor::appointment::{AccountId, Appointment, INSTALLATION};
use halfsky_monitor::role::{Place, Role};
use halfsky_monitor::unit::{ResponsibleUnit, UnitId, UnitKind};
use halfsky_monitor::validity::Validity;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::accounts::{self, NewAccount, NewPassword};
use halfsky_store::audit::Entry;
use halfsky_store::plans::Stamp;
use halfsky_store::regions::{self, Region, RegionLevel};
use halfsky_store::seal::password::{self, Cost};
use halfsky_store::seal::token;
use halfsky_store::sessions::{self, Method, Session};
use halfsky_store::{Store, Tx, appointments, units};
use jiff::Timestamp;
use jiff::civil::date;

use super::{CITY, COUNTY, OTHER_COUNTY, now};

/// The password of everybody.
pub const PASSWORD: &str = "tea house by the river";

/// The unit of the reporter and its reviewer.
const UNIT: &str = "health";

fn area(code: &str) -> RefArea {
    code.parse().expect("a region code")
}

/// Settles regions, a unit and somebody in every role. The login name is the code of the role.
pub(super) async fn settle(store: &Store) {
    let entry = |action: &str| Entry::new(now(), "test", action, "people");
    let mut tx = store.begin_reference().await.expect("a transaction");
    let names = [(CITY, "云江市", RegionLevel::City), (COUNTY, "云溪县", RegionLevel::County)];
    for (code, name, level) in names {
        let parent = (level == RegionLevel::County).then(|| area(CITY));
        let region = Region { code: area(code), name: name.to_owned(), parent, level };
        regions::save(&mut tx, &region).await.expect("a region");
    }
    let other = Region {
        code: area(OTHER_COUNTY),
        name: "云山县".to_owned(),
        parent: Some(area(CITY)),
        level: RegionLevel::County,
    };
    regions::save(&mut tx, &other).await.expect("a region");
    let hash = hashed();
    for role in Role::ALL {
        open_account(&mut tx, role.code(), &format!("示例{}", role.label()), &hash).await;
    }
    tx.commit(entry("account.create")).await.expect("a commit");
    found_unit(store, UNIT, "县卫生健康局", "卫健局").await;
    for role in Role::ALL {
        let region = match role {
            Role::HigherLevel => CITY,
            _ if role.place() == Place::Installation => INSTALLATION,
            _ => COUNTY,
        };
        appoint(store, role.code(), *role, (region, UNIT)).await;
    }
    // the office keeps the plans of its city, too: a person may hold several appointments
    appoint(store, Role::CommitteeOffice.code(), Role::CommitteeOffice, (CITY, UNIT)).await;
}

/// Settles one more unit of the county with its reviewer, who may also fill in. Login name and id of the account
/// are the id of the unit.
///
/// # Panics
/// When they are there already.
pub async fn settle_unit(store: &Store, unit: &str, name: &str, short_name: &str) {
    found_unit(store, unit, name, short_name).await;
    let mut tx = store.begin_reference().await.expect("a transaction");
    open_account(&mut tx, unit, &format!("{short_name}审核人"), &hashed()).await;
    let entry = Entry::new(now(), "test", "account.create", unit);
    tx.commit(entry).await.expect("a commit");
    appoint(store, unit, Role::UnitReviewer, (COUNTY, unit)).await;
}

fn hashed() -> String {
    password::hash(PASSWORD, [1; 16], Cost::TRIFLING).expect("a hash")
}

async fn open_account(tx: &mut Tx, login: &str, name: &str, hash: &str) {
    let account = NewAccount {
        id: AccountId(login.to_owned()),
        login: login.to_owned(),
        name: name.to_owned(),
        created: Stamp { at: now(), by: "test".to_owned() },
    };
    accounts::insert(tx, &account).await.expect("an account");
    let chosen = NewPassword { hash: hash.to_owned(), at: now(), temporary: false };
    accounts::set_password(tx, &account.id, &chosen).await.expect("a password");
}

async fn found_unit(store: &Store, id: &str, name: &str, short_name: &str) {
    let unit = ResponsibleUnit {
        id: UnitId(id.to_owned()),
        ref_area: area(COUNTY),
        name: name.to_owned(),
        short_name: short_name.to_owned(),
        kind: UnitKind::Government,
        parent: None,
        validity: Validity::from(date(2021, 1, 1)),
    };
    let mut tx = store.begin(&area(COUNTY)).await.expect("a transaction");
    units::insert(&mut tx, &unit).await.expect("a unit");
    tx.commit(Entry::new(now(), "test", "unit.create", id)).await.expect("a commit");
}

async fn appoint(store: &Store, account: &str, role: Role, (region, unit): (&str, &str)) {
    let until = role.must_end().then(|| date(2026, 12, 31));
    let appointment = Appointment {
        id: format!("{account}-{region}"),
        account: AccountId(account.to_owned()),
        role,
        ref_area: area(region),
        unit: (role.place() == Place::Unit).then(|| UnitId(unit.to_owned())),
        validity: Validity { from: date(2026, 1, 1), until },
    };
    let stamp = Stamp { at: now(), by: "test".to_owned() };
    let mut tx = store.begin(&appointment.ref_area).await.expect("a transaction");
    appointments::insert(&mut tx, &appointment, &stamp).await.expect("an appointment");
    let entry = Entry::new(now(), "test", "appointment.grant", &appointment.id);
    tx.commit(entry).await.expect("a commit");
}

/// Starts a session of the person in a role; gives its token.
pub(super) async fn session(store: &Store, role: Role, at: Timestamp) -> String {
    static MADE: AtomicU64 = AtomicU64::new(1);
    let mut random = [7_u8; 32];
    random[..8].copy_from_slice(&MADE.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    let token = token::token(random);
    let session = Session {
        token_hash: token::hash(&token),
        account: AccountId(role.code().to_owned()),
        started_at: at,
        seen_at: at,
        origin: "127.0.0.1".to_owned(),
        agent: "test".to_owned(),
        method: Method::Password,
    };
    let mut tx = store.begin_reference().await.expect("a transaction");
    sessions::insert(&mut tx, &session).await.expect("a session");
    let entry = Entry::new(at, "test", "account.login", &format!("account {}", role.code()));
    tx.commit(entry).await.expect("a commit");
    token
}
