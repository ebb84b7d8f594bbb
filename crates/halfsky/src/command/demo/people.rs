//! The people of the example: one account for every role, units as the plans name them, organs of the county.
//!
//! Their passwords are printed: it is an example.

use std::collections::BTreeMap;

use halfsky_monitor::allocation::allocate;
use halfsky_monitor::organ::{Organ, OrganKind};
use halfsky_monitor::role::Role;
use halfsky_monitor::unit::{ResponsibleUnit, UnitId, UnitKind};
use halfsky_monitor::validity::Validity;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::render::text;
use halfsky_report::table::{Column, Table};
use halfsky_store::accounts::NewPassword;
use halfsky_store::audit::Entry;
use halfsky_store::regions::{self, Region};
use halfsky_store::seal::password::{self, Cost};
use halfsky_store::{Store, accounts, organs, plans, units};
use jiff::civil::{Date, date};

use super::{CITY, COUNTY};
use crate::arrival::ACTOR;
use crate::people::{Person, create};
use crate::{clock, entropy};

/// The password of every account of the example.
pub(crate) const PASSWORD: &str = "yunxi-demo-2026";

/// The first day of everything in the example.
const BEGIN: Date = date(2021, 1, 1);

/// The unit whose reporter and reviewer are among the people.
const REPORTING_UNIT: &str = "卫生健康局";

/// Somebody of the example.
struct Example {
    login: &'static str,
    name: &'static str,
    role: Role,
    ref_area: Option<&'static str>,
}

const fn somebody(login: &'static str, name: &'static str, role: Role) -> Example {
    Example { login, name, role, ref_area: Some(COUNTY) }
}

const fn administrator(login: &'static str, name: &'static str, role: Role) -> Example {
    Example { login, name, role, ref_area: None }
}

const PEOPLE: [Example; 10] = [
    somebody("office", "示例 妇儿工委办", Role::CommitteeOffice),
    somebody("statistics", "示例 统计员", Role::Statistician),
    somebody("reporter", "示例 填报人", Role::Reporter),
    somebody("reviewer", "示例 审核人", Role::UnitReviewer),
    somebody("leader", "示例 分管领导", Role::Leader),
    somebody("evaluator", "示例 评估专家", Role::Evaluator),
    Example {
        login: "city",
        name: "示例 市妇儿工委办",
        role: Role::HigherLevel,
        ref_area: Some(CITY),
    },
    administrator("sysadmin", "示例 系统管理员", Role::SystemAdministrator),
    administrator("secadmin", "示例 安全管理员", Role::SecurityAdministrator),
    administrator("auditor", "示例 审计员", Role::Auditor),
];

const ORGANS: [(OrganKind, &str); 4] = [
    (OrganKind::Coordination, "云溪县妇女儿童工作委员会"),
    (OrganKind::Office, "云溪县妇女儿童工作委员会办公室"),
    (OrganKind::MonitoringLead, "云溪县统计局"),
    (OrganKind::EvaluationLead, "云溪县妇女儿童工作委员会办公室"),
];

/// Settles units, organs and people where they are not there yet.
pub(crate) async fn settle(store: &Store) -> anyhow::Result<()> {
    if accounts::find_by_login(store, PEOPLE[0].login).await?.is_some() {
        return Ok(());
    }
    let county: RefArea = COUNTY.parse()?;
    place_below_city(store, &county).await?;
    let units = settle_units(store, &county).await?;
    let hash = password::hash(PASSWORD, entropy::bytes()?, Cost::STANDARD)?;
    for example in &PEOPLE {
        let until = example.role.must_end().then(|| date(2030, 12, 31));
        let inside = matches!(example.role, Role::Reporter | Role::UnitReviewer);
        let person = Person {
            login: example.login,
            name: example.name,
            role: example.role,
            ref_area: example.ref_area.map(str::parse).transpose()?,
            unit: if inside { units.get(REPORTING_UNIT).cloned() } else { None },
            validity: Validity { from: BEGIN, until },
        };
        let id = create(store, &person).await?;
        let chosen = NewPassword { hash: hash.clone(), at: clock::now(), temporary: false };
        let mut tx = store.begin_reference().await?;
        accounts::set_password(&mut tx, &id, &chosen).await?;
        let object = format!("account {}", example.login);
        tx.commit(Entry::new(clock::now(), ACTOR, "account.password", &object)).await?;
    }
    Ok(())
}

/// The county lies below the city, whatever their codes say.
async fn place_below_city(store: &Store, county: &RefArea) -> anyhow::Result<()> {
    let Some(known) = regions::find(store, county).await? else { return Ok(()) };
    let mut tx = store.begin_reference().await?;
    regions::save(&mut tx, &Region { parent: Some(CITY.parse()?), ..known }).await?;
    let entry = Entry::new(clock::now(), ACTOR, "region.change", &format!("region {county}"));
    tx.commit(entry).await?;
    Ok(())
}

/// Makes a unit of every department the plans in force name; gives their ids by the name they share.
async fn settle_units(store: &Store, county: &RefArea) -> anyhow::Result<BTreeMap<String, UnitId>> {
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    for plan in plans::list(store, Some(county)).await? {
        let Some(number) = plan.in_force else { continue };
        let key = plans::VersionKey {
            ref_area: plan.ref_area.clone(),
            plan_id: plan.plan_id.clone(),
            number,
        };
        for unit in allocate(&plans::load(store, &key).await?.version) {
            named.entry(unit.standard_name).or_insert(unit.unit);
        }
    }
    let now = clock::now();
    let mut ids = BTreeMap::new();
    let mut tx = store.begin(county).await?;
    for (number, (standard_name, name)) in (1..).zip(named) {
        // ids stand in what is published of missing figures: the same example, the same bytes
        let id = UnitId(format!("u{number:02}"));
        let unit = ResponsibleUnit {
            id: id.clone(),
            ref_area: county.clone(),
            kind: UnitKind::guess(&name),
            name,
            short_name: String::new(),
            parent: None,
            validity: Validity::from(BEGIN),
        };
        units::insert(&mut tx, &unit).await?;
        ids.insert(standard_name, id);
    }
    for (kind, printed_name) in ORGANS {
        let organ = Organ {
            ref_area: county.clone(),
            kind,
            beneficiary: None,
            printed_name: printed_name.to_owned(),
            unit: None,
            validity: Validity::from(BEGIN),
        };
        organs::insert(&mut tx, &organ).await?;
    }
    tx.commit(Entry::new(now, ACTOR, "unit.create", &format!("units {county}"))).await?;
    Ok(ids)
}

/// Who can sign in, as a table for the terminal.
pub(crate) fn table() -> String {
    let rows = PEOPLE.iter().map(|example| {
        vec![
            example.login.to_owned(),
            PASSWORD.to_owned(),
            example.role.label().to_owned(),
            match example.ref_area {
                Some(COUNTY) => "云溪县".to_owned(),
                Some(_) => "云江市".to_owned(),
                None => "全系统".to_owned(),
            },
        ]
    });
    let columns = ["登录名", "密码", "角色", "范围"].map(Column::words).to_vec();
    text::table(&Table { title: String::new(), columns, rows: rows.collect() })
}

#[cfg(test)]
mod tests {
    use halfsky_monitor::password;

    use super::*;

    #[test]
    fn everybody_is_there_and_the_password_is_allowed() {
        for role in Role::ALL {
            assert!(PEOPLE.iter().any(|example| example.role == *role), "{role:?}");
        }
        for example in &PEOPLE {
            password::check(PASSWORD, example.login, password::SHORTEST).unwrap();
        }
    }
}
