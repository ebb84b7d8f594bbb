//! Accounts to look at an imagined country with. Their password is printed: nothing in it is real.

use halfsky_monitor::definition::Level;
use halfsky_monitor::imagined::{Country, Place};
use halfsky_monitor::role::Role;
use halfsky_monitor::validity::Validity;
use halfsky_report::render::text;
use halfsky_report::table::{Column, Table};
use halfsky_store::accounts::NewPassword;
use halfsky_store::audit::Entry;
use halfsky_store::seal::password::{self, Cost};
use halfsky_store::{Store, accounts};
use jiff::civil::date;

use super::ACTOR;
use crate::people::{Person, create};
use crate::{clock, entropy};

/// The password of every account.
const PASSWORD: &str = "xuni-diqu-2026";

/// Login, role and the level of the region; None for roles of the whole installation.
const PEOPLE: [(&str, Role, Option<Level>); 8] = [
    ("province", Role::HigherLevel, Some(Level::Province)),
    ("city", Role::HigherLevel, Some(Level::City)),
    ("cityoffice", Role::CommitteeOffice, Some(Level::City)),
    ("office", Role::CommitteeOffice, Some(Level::County)),
    ("statistics", Role::Statistician, Some(Level::County)),
    ("leader", Role::Leader, Some(Level::County)),
    ("sysadmin", Role::SystemAdministrator, None),
    ("secadmin", Role::SecurityAdministrator, None),
];

/// The first region of a level.
fn place(country: &Country, level: Level) -> Option<Place> {
    country.places().into_iter().find(|place| place.level == level)
}

/// Makes the accounts that are not there yet.
pub(super) async fn settle(store: &Store, country: &Country) -> anyhow::Result<()> {
    let hash = password::hash(PASSWORD, entropy::bytes()?, Cost::STANDARD)?;
    for (login, role, level) in PEOPLE {
        if accounts::find_by_login(store, login).await?.is_some() {
            continue;
        }
        let person = Person {
            login,
            name: role.label(),
            role,
            ref_area: level.and_then(|level| place(country, level)).map(|place| place.code),
            unit: None,
            validity: Validity::from(date(2021, 1, 1)),
        };
        let id = create(store, &person).await?;
        let chosen = NewPassword { hash: hash.clone(), at: clock::now(), temporary: false };
        let mut tx = store.begin_reference().await?;
        accounts::set_password(&mut tx, &id, &chosen).await?;
        let object = format!("account {login}");
        tx.commit(Entry::new(clock::now(), ACTOR, "account.password", &object)).await?;
    }
    Ok(())
}

/// Who can sign in, as a table for the terminal.
pub(super) fn table(country: &Country) -> String {
    let rows = PEOPLE.iter().map(|(login, role, level)| {
        let region = level.and_then(|level| place(country, level));
        let region = region.map_or_else(|| "全系统".to_owned(), |place| place.name);
        vec![(*login).to_owned(), PASSWORD.to_owned(), role.label().to_owned(), region]
    });
    let columns = ["登录名", "密码", "角色", "范围"].map(Column::words).to_vec();
    text::table(&Table { title: String::new(), columns, rows: rows.collect() })
}
