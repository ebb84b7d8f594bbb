//! Lists over many regions: filtered, sorted, counted and cut by the database, and what they are made of in few statements.

use std::collections::BTreeSet;

use halfsky_monitor::data_set::Column;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{Extension, Round, RoundState, RoundSubject};
use halfsky_monitor::submission::{Submission, SubmissionState};
use halfsky_monitor::text_report::TextKind;
use halfsky_monitor::unit::{ResponsibleUnit, UnitKind};
use halfsky_monitor::validity::Validity;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::{PlanId, PlanVersion, VersionStatus};
use halfsky_store::plans::{PlanFilter, PlanSort, VersionKey};
use halfsky_store::rounds::{RoundFilter, RoundId, RoundOrigin, RoundSort};
use halfsky_store::submissions::{self, HandedIn};
use halfsky_store::testing::for_each_database;
use halfsky_store::texts::{TextFilter, TextSort};
use halfsky_store::{Order, Slice, Store, plans, rounds, tasks, texts, units};
use jiff::civil::{Date, date};

use crate::monitoring::{code, entries, name_region, neighbour, open_round, round, round_id, task};
use crate::specimen::{area, draft, entry, import, stamp};

const TODAY: Date = date(2026, 3, 5);

/// A unit, and rounds with a task for it: id, title, first and last day.
async fn rounds_in(store: &Store, ref_area: &RefArea, all: &[(&str, RoundSubject, [Date; 2])]) {
    let mut tx = store.begin(ref_area).await.unwrap();
    name_region(&mut tx, ref_area).await;
    let unit = ResponsibleUnit {
        id: halfsky_monitor::unit::UnitId("health".to_owned()),
        ref_area: ref_area.clone(),
        name: format!("{ref_area}卫健局"),
        short_name: String::new(),
        kind: UnitKind::Government,
        parent: None,
        validity: Validity::from(date(2021, 1, 1)),
    };
    units::insert(&mut tx, &unit).await.unwrap();
    for (id, subject, [opens, due]) in all {
        let title = format!("轮次{id}");
        let round = Round {
            subject: subject.clone(),
            title,
            opens: *opens,
            due: *due,
            extensions: Vec::new(),
            ..round()
        };
        let id = RoundId((*id).to_owned());
        rounds::open(&mut tx, &id, &round, &RoundOrigin::Office, &stamp()).await.unwrap();
        let unit = [(UnitId("health".to_owned()), None)];
        tasks::add(&mut tx, &id, &unit, &stamp()).await.unwrap();
    }
    tx.commit(entry("round.open")).await.unwrap();
}

fn figures(year: i32) -> RoundSubject {
    RoundSubject::Figures(halfsky_monitor::period::Period::year_of(year).unwrap())
}

const TEXT: RoundSubject = RoundSubject::Text { kind: TextKind::YearlyReport, year: 2025 };

/// One region with a round over, one under way and one of texts; its neighbour with one not yet open.
async fn settle(store: &Store) -> [RefArea; 2] {
    let over = [date(2025, 1, 1), date(2025, 4, 1)];
    let open = [date(2026, 1, 1), date(2026, 4, 1)];
    let late = [date(2026, 1, 1), date(2026, 3, 1)];
    rounds_in(
        store,
        &area(),
        &[("A", figures(2024), over), ("B", figures(2025), open), ("C", TEXT, late)],
    )
    .await;
    let later = [date(2026, 6, 1), date(2026, 7, 1)];
    rounds_in(store, &neighbour(), &[("B", figures(2025), later), ("D", TEXT, later)]).await;
    [area(), neighbour()]
}

#[tokio::test]
async fn rounds_of_many_regions_are_found_page_by_page() {
    for_each_database(async |database| {
        let store = &database.store;
        let regions = settle(store).await;
        let all =
            RoundFilter { regions: &regions, title: "", subject: "", state: None, today: TODAY };
        let told = async |filter: RoundFilter<'_>, sort, slice| {
            let found = rounds::find(store, &filter, sort, slice).await.unwrap();
            let ids: Vec<String> = found
                .iter()
                .map(|(area, id)| format!("{}{}", id.0, if *area == regions[0] { "" } else { "'" }))
                .collect();
            ids.join(" ")
        };
        let due = (RoundSort::Due, Order::Up);
        let first = regions[0] < regions[1];
        assert_eq!(rounds::count(store, &all).await.unwrap(), 5);
        assert_eq!(told(all, due, Slice::ALL).await, "A C B B' D'", "{}", database.name);
        assert_eq!(told(all, due, Slice { skipped: 1, most: 2 }).await, "C B");
        assert_eq!(told(all, (RoundSort::Due, Order::Down), Slice::ALL).await, "D' B' B C A");
        let by_region = told(all, (RoundSort::Region, Order::Up), Slice::ALL).await;
        assert_eq!(by_region, if first { "A B C B' D'" } else { "B' D' A B C" });
        let by_title = told(all, (RoundSort::Title, Order::Down), Slice::ALL).await;
        assert!(by_title.starts_with("D' C") && by_title.ends_with('A'), "{by_title}");
        let of = |state| RoundFilter { state: Some(state), ..all };
        assert_eq!(told(of(RoundState::Over), due, Slice::ALL).await, "A C");
        assert_eq!(told(of(RoundState::Open), due, Slice::ALL).await, "B");
        assert_eq!(told(of(RoundState::NotYet), due, Slice::ALL).await, "B' D'");
        let texts = RoundFilter { subject: "text", title: "次C", ..all };
        assert_eq!(
            (told(texts, due, Slice::ALL).await.as_str(), 1),
            ("C", rounds::count(store, &texts).await.unwrap())
        );
        let none = RoundFilter { regions: &[], ..all };
        assert_eq!(rounds::count(store, &none).await.unwrap(), 0);

        // a unit with more time keeps its round open
        let extension = Extension {
            unit: UnitId("health".to_owned()),
            until: date(2026, 3, 20),
            reason: "机构改革".to_owned(),
            granted_by: "张三".to_owned(),
            granted_at: "2026-02-01T00:00:00Z".to_owned(),
        };
        let mut tx = store.begin(&regions[0]).await.unwrap();
        rounds::extend(&mut tx, &RoundId("C".to_owned()), 1, &extension).await.unwrap();
        tx.commit(entry("round.extend")).await.unwrap();
        assert_eq!(told(of(RoundState::Open), due, Slice::ALL).await, "C B");

        // the pages load what they show by its keys, and nothing else
        let keys = rounds::find(store, &of(RoundState::Open), due, Slice::ALL).await.unwrap();
        let loaded = rounds::of_keys(store, &keys).await.unwrap();
        assert_eq!(loaded.keys().cloned().collect::<BTreeSet<_>>(), keys.iter().cloned().collect());
        assert_eq!(loaded[&keys[0]].round.extensions.len(), 1);
        for key in &keys {
            assert_eq!(loaded[key], rounds::load(store, &key.0, &key.1).await.unwrap());
        }
        let given = tasks::of_rounds(store, &keys).await.unwrap();
        assert_eq!(given.len(), 2, "B of the neighbour is not meant: {given:?}");
        assert_eq!(given[0].key.ref_area, regions[0]);
    })
    .await;
}

#[tokio::test]
async fn texts_of_many_regions_tell_what_waits() {
    for_each_database(async |database| {
        let store = &database.store;
        let regions = settle(store).await;
        let all = TextFilter {
            regions: &regions,
            kind: None,
            year: None,
            unit: "",
            state: None,
            overdue: false,
            today: TODAY,
        };
        let waiting = (TextSort::Waiting, Order::Up);
        let found = texts::find(store, &all, waiting, Slice::ALL).await.unwrap();
        let told: Vec<&str> = found.iter().map(|t| t.round.as_str()).collect();
        assert_eq!(told, ["轮次C", "轮次D"], "late before what is under way: {}", database.name);
        assert_eq!(found[0].unit, format!("{}卫健局", regions[0]));
        assert_eq!((found[0].version, found[0].handed_in, found[0].year), (0, None, 2025));
        let count = async |filter: TextFilter<'_>| {
            let count = texts::count(store, &filter).await.unwrap();
            let found =
                texts::find(store, &filter, (TextSort::Unit, Order::Down), Slice::ALL).await;
            assert_eq!(found.unwrap().len(), count);
            count
        };
        assert_eq!(count(all).await, 2);
        assert_eq!(count(TextFilter { overdue: true, ..all }).await, 1);
        assert_eq!(count(TextFilter { unit: regions[1].as_str(), ..all }).await, 1);
        assert_eq!(
            count(TextFilter { kind: Some(TextKind::ImplementationScheme), ..all }).await,
            0
        );
        assert_eq!(count(TextFilter { year: Some(2025), ..all }).await, 2);
        assert_eq!(count(TextFilter { state: Some(SubmissionState::Accepted), ..all }).await, 0);
        assert_eq!(texts::years(store, &regions).await.unwrap(), [2025]);
        for sort in [TextSort::Waiting, TextSort::Unit, TextSort::Due, TextSort::FilingNumber] {
            for order in [Order::Up, Order::Down] {
                let one = Slice { skipped: 1, most: 5 };
                assert_eq!(texts::find(store, &all, (sort, order), one).await.unwrap().len(), 1);
            }
        }
    })
    .await;
}

/// A plan of a region under a title.
fn plan(ref_area: &RefArea, title: &str, beneficiary: Beneficiary, targets: usize) -> PlanVersion {
    let mut version = draft(targets);
    version.ref_area = ref_area.clone();
    version.plan_id = PlanId(format!("{ref_area}-{title}"));
    title.clone_into(&mut version.plan.title);
    version.plan.beneficiary = beneficiary;
    version
}

#[tokio::test]
async fn plans_of_many_regions_are_found_page_by_page() {
    for_each_database(async |database| {
        let store = &database.store;
        let (own, other) = (area(), neighbour());
        for (ref_area, title, beneficiary, targets) in [
            (&own, "儿童规划", Beneficiary::Children, 12),
            (&own, "妇女规划", Beneficiary::Women, 9),
            (&other, "邻县妇女规划", Beneficiary::Women, 10),
        ] {
            import(store, &plan(ref_area, title, beneficiary, targets)).await;
        }
        let regions = [own.clone(), other.clone()];
        let all = PlanFilter::of(&regions);
        let titles = async |filter: PlanFilter<'_>, sort, order| -> Vec<String> {
            let found = plans::find(store, &filter, (sort, order), Slice::ALL).await.unwrap();
            assert_eq!(plans::count(store, &filter).await.unwrap(), found.len());
            found.into_iter().map(|plan| plan.title).collect()
        };
        let (women, children, lower) = ("妇女规划", "儿童规划", "邻县妇女规划");
        let by_region = titles(all, PlanSort::Region, Order::Up).await;
        let at = by_region.iter().position(|title| title == women).unwrap();
        assert_eq!(by_region[at + 1], children, "women before children: {by_region:?}");
        assert_eq!(titles(all, PlanSort::Targets, Order::Down).await, [children, lower, women]);
        assert_eq!(titles(all, PlanSort::Targets, Order::Up).await, [women, lower, children]);
        assert_eq!(titles(all, PlanSort::Title, Order::Up).await, [children, women, lower]);
        for sort in [PlanSort::Period, PlanSort::Status] {
            assert_eq!(titles(all, sort, Order::Down).await.len(), 3);
        }
        let some = PlanFilter { title: "妇女", beneficiary: Some(Beneficiary::Women), ..all };
        assert_eq!(titles(some, PlanSort::Title, Order::Down).await, [lower, women]);
        let confirmed = PlanFilter { status: Some(VersionStatus::Confirmed), alive: true, ..all };
        assert_eq!(titles(confirmed, PlanSort::Title, Order::Up).await, Vec::<String>::new());
        assert_eq!(titles(PlanFilter::of(&[other]), PlanSort::Title, Order::Up).await, [lower]);
        let found =
            plans::find(store, &all, (PlanSort::Title, Order::Up), Slice { skipped: 0, most: 1 });
        let listed = plans::list(store, Some(&own)).await.unwrap();
        assert!(listed.contains(&found.await.unwrap()[0]), "the same line as in the whole list");
        assert_eq!(plans::in_force(store, &regions).await.unwrap(), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn linked_targets_are_those_of_the_version_in_force_or_the_draft() {
    for_each_database(async |database| {
        let store = &database.store;
        let (own, other) = (area(), neighbour());
        let mut first = plan(&own, "妇女规划", Beneficiary::Women, 9);
        let indicator = code("W-H02");
        let link = halfsky_plan::version::IndicatorLink { code: indicator.clone(), score: 100 };
        for target in &mut first.targets[..2] {
            target.link = Some(link.clone());
            target.lead = vec!["县卫健局".to_owned(), "县医保局".to_owned()];
        }
        for target in &mut first.targets[2..] {
            target.link = None;
        }
        import(store, &first).await;
        let mut second = first.clone();
        second.ref_area = other.clone();
        import(store, &second).await;
        let regions = [own.clone(), other.clone()];
        let found = plans::linked_to(store, &regions, &indicator, Slice::ALL).await.unwrap();
        assert_eq!(plans::count_linked(store, &regions, &indicator).await.unwrap(), 4);
        let numbers: Vec<u32> = found.iter().map(|linked| linked.number).collect();
        assert_eq!(numbers, [first.targets[0].number, first.targets[1].number].repeat(2));
        assert_eq!(found[0].lead, ["县卫健局", "县医保局"], "{}", database.name);
        assert_eq!(
            (&found[0].target, found[0].place),
            (&first.targets[0].target, first.targets[0].place)
        );
        assert_eq!(found[0].domains, first.plan.domains.len());
        let cut = Slice { skipped: 1, most: 2 };
        let page = plans::linked_to(store, &regions, &indicator, cut).await.unwrap();
        assert_eq!(page, found[1..3]);
        assert_eq!(plans::linked_in_force(store, &own).await.unwrap(), [], "nothing is in force");
        let key = VersionKey::of(&first);
        let seen = plans::load(store, &key).await.unwrap().revision;
        let mut tx = store.begin(&own).await.unwrap();
        plans::confirm(&mut tx, &key, seen, &stamp()).await.unwrap();
        tx.commit(entry("plan.confirm")).await.unwrap();
        let mut next = PlanVersion { number: 2, ..first.clone() };
        next.targets[0].link = None;
        import(store, &next).await;
        let linked = plans::linked_in_force(store, &own).await.unwrap();
        assert_eq!(linked.len(), 2, "the draft of a new version does not count yet");
        assert!(linked.iter().all(|l| l.key.number == 1 && l.indicator == indicator));
        assert_eq!(plans::in_force(store, &regions).await.unwrap().0, 1);
    })
    .await;
}

#[tokio::test]
async fn figures_of_other_units_come_with_their_form() {
    for_each_database(async |database| {
        let store = &database.store;
        open_round(store).await;
        let key = task("教育");
        let handed_in = |number| HandedIn {
            number,
            entries: entries(),
            explanations: Vec::new(),
            forced: false,
            late: false,
        };
        for number in [1, 2] {
            let mut changed = handed_in(number);
            if number == 2 {
                let births = changed.entries.get_mut(&code("W-H02-D")).unwrap();
                births.figures.insert(Column::Total, "2533".parse().unwrap());
            }
            let before = tasks::load(store, &key).await.unwrap();
            let next = Submission {
                state: SubmissionState::Submitted,
                version: number,
                ..before.submission.clone()
            };
            let mut tx = store.begin(&area()).await.unwrap();
            submissions::insert(&mut tx, &key, &changed, &stamp()).await.unwrap();
            tasks::save_step(&mut tx, &key, before.revision, &next, &stamp()).await.unwrap();
            tx.commit(entry("task.submit")).await.unwrap();
        }
        let rows = [code("W-H02-D"), code("W-H05-N")];
        let found = submissions::of_others(store, &task("卫健"), &rows).await.unwrap();
        assert_eq!(found.len(), 1, "{}", database.name);
        let (form, figures) = &found[0];
        assert!(!form.is_empty());
        assert_eq!(figures.len(), 1, "only the rows asked for: {figures:?}");
        let births = figures[&code("W-H02-D")].figures[&Column::Total];
        assert_eq!(births.to_string(), "2533", "of the newest submission");
        assert_eq!(submissions::of_others(store, &key, &rows).await.unwrap(), [], "not the own");
        assert_eq!(rounds::load(store, &area(), &round_id()).await.unwrap().id, round_id());
    })
    .await;
}
