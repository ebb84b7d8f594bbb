//! How many statements a page takes does not grow with what is in the database: no page asks once for every row.
//! PostgreSQL tells the statements in its log.

use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::role::Role;
use halfsky_store::audit::Entry;
use halfsky_store::data_sets::DataSetKey;
use halfsky_store::plans::Stamp;
use halfsky_store::rounds::RoundId;
use halfsky_store::tasks;
use halfsky_store::testing::TestDatabase;
use halfsky_web::testing::neighbours::settle_neighbour;
use halfsky_web::testing::reporting::{
    FIGURES, HEALTH, YEAR, entries, form, hand_in_entries, publish_elsewhere, settle, task,
};
use halfsky_web::testing::{COUNTY, now, settings, settle_unit};

use crate::house::{CITY, House, WOMEN};

/// Pages that lists and boards stand on, by who opens them.
const PAGES: [(Role, &[&str]); 6] = [
    (
        Role::CommitteeOffice,
        &[
            "/",
            "/tasks",
            "/plans",
            "/messages",
            "/rounds",
            "/rounds/990101/figures-2025",
            "/rounds/990101/figures-2025/late",
            "/texts",
            "/reports",
            "/opinions",
            "/duties/990101",
            "/missing/990101",
            "/editions/990101",
            "/editions/990101/2024/1",
            "/data/990101",
            "/data/990101/by-sex",
            "/data/990101/W-H02",
            "/data/990101/C-H10",
            "/evaluations/990101",
            "/warnings/990101",
            "/cases/990101",
            "/search?q=%E5%AD%95",
            "/indicators",
            "/indicators/W-H02",
        ],
    ),
    (Role::Statistician, &["/", "/review", "/tasks", "/review/990101/figures-2025/health"]),
    (Role::Reporter, &["/", "/reporting", "/reporting/990101/figures-2025/health"]),
    (
        Role::HigherLevel,
        &[
            "/",
            "/plans",
            "/plans?sort=-targets",
            "/rounds",
            "/rounds?sort=region&state=open",
            "/texts",
            "/texts?state=overdue",
            "/data",
            "/data/990111/C-H10",
            "/regions/choose?q=%E5%8E%BF",
            "/regions/990100",
            "/regions/990100/indicator?code=C-H10&year=2024",
            "/rounds?region=990101",
            "/search?q=%E5%AD%95",
            "/indicators/W-H02",
        ],
    ),
    (Role::SystemAdministrator, &["/admin/accounts", "/admin/units", "/admin/regions"]),
    (Role::Auditor, &["/admin/audit"]),
];

/// A house with so many more units that have handed in, drafts of plans, and neighbours with plans, rounds and figures.
async fn house(more: usize) -> Option<House> {
    let database = TestDatabase::postgres().await?;
    database.tell_statements().await;
    let house = House::open_on(database, settings()).await;
    let store = &house.database.store;
    settle(store).await;
    hand_in_entries(store, HEALTH, entries(HEALTH, YEAR)).await;
    for number in 0..more {
        let unit = format!("unit{number}");
        settle_unit(store, &unit, &format!("县第{number}局"), &format!("第{number}局")).await;
        let stamp = Stamp { at: now(), by: "test".to_owned() };
        let key = task(FIGURES, &unit);
        let mut tx = store.begin(&key.ref_area).await.unwrap();
        let with_form = (UnitId(unit.clone()), Some(DataSetKey::of(&form(HEALTH))));
        let round = RoundId(FIGURES.to_owned());
        tasks::add(&mut tx, &round, &[with_form], &stamp).await.unwrap();
        tx.commit(Entry::new(now(), "test", "round.change", FIGURES)).await.unwrap();
        hand_in_entries(store, &unit, entries(HEALTH, YEAR)).await;
    }
    for number in 1..=more {
        let area = settle_neighbour(store, number).await;
        publish_elsewhere(store, area.as_str()).await;
    }
    house.draft(WOMEN, COUNTY).await;
    if more > 1 {
        house.draft(CITY, "990100").await;
        house.draft(&WOMEN.replace("12/10万", "11/10万"), COUNTY).await;
    }
    Some(house)
}

/// Every page with its number of statements.
async fn counts(more: usize) -> Option<Vec<(&'static str, usize)>> {
    let house = house(more).await?;
    let (mut counts, mut odd) = (Vec::new(), Vec::new());
    for (role, pages) in PAGES {
        let client = house.as_role(role).await;
        for page in pages {
            // what is noted or opened once is not counted
            let shown = client.get(page).await;
            if shown.status != 200 {
                odd.push((role, *page, shown.status));
                continue;
            }
            let before = house.database.statements();
            client.page(page).await;
            counts.push((*page, house.database.statements() - before));
        }
    }
    assert!(odd.is_empty(), "{odd:?}");
    Some(counts)
}

#[tokio::test]
async fn no_page_asks_once_for_every_row() {
    let (Some(few), Some(many)) = (counts(1).await, counts(9).await) else { return };
    let grown: Vec<_> = few.iter().zip(&many).filter(|((_, few), (_, many))| many > few).collect();
    assert!(grown.is_empty(), "statements with few and with many rows: {grown:?}");
    let most = many.iter().map(|(_, count)| *count).max().unwrap();
    assert!(most > 3 && most < 120, "{many:?}");
}
