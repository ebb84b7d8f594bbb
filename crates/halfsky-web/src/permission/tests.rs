//! The table itself, and every route × every role through the router, held against it.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use halfsky_monitor::appointment::{AccountId, INSTALLATION};
use halfsky_monitor::validity::Validity;

use super::*;
use crate::testing::{COUNTY, Client, House, OTHER_COUNTY};

const BUSINESS: [Action; 21] = [
    ReadPlan,
    EditPlan,
    ConfirmPlan,
    ReadCatalogue,
    ReadRounds,
    ManageRounds,
    FileTexts,
    ReadReporting,
    ReportFigures,
    ReviewFigures,
    ApproveFigures,
    PublishFigures,
    ReadFigures,
    ReadSmallCounts,
    ReadReports,
    EditReports,
    IssueReports,
    AnswerOpinions,
    EvaluatePlan,
    Supervise,
    AnswerSupervision,
];

#[test]
fn every_route_stands_in_the_table_once() {
    let routes: Vec<_> = crate::pages::routes().into_iter().map(|(path, _)| path).collect();
    let known: Vec<_> = ROUTES.iter().map(|route| route.path).collect();
    let set = |list: &[&'static str]| list.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(set(&routes), set(&known));
    assert_eq!(routes.len(), known.len());
    assert_eq!(set(&known).len(), known.len());
}

#[test]
fn every_action_is_granted_once_and_no_role_twice() {
    let actions: BTreeSet<_> = GRANTS.iter().map(|(action, _)| action).collect();
    assert_eq!(actions.len(), GRANTS.len());
    for (action, roles) in GRANTS {
        let once: BTreeSet<_> = roles.iter().map(|(role, _)| role).collect();
        assert!(once.len() == roles.len() && !roles.is_empty(), "{action:?}");
    }
    for route in ROUTES {
        for access in [route.read, route.write].into_iter().flatten() {
            let May(action) = access else { continue };
            assert!(actions.contains(&action), "{}: {action:?} is granted to nobody", route.path);
        }
    }
}

#[test]
fn administrators_have_no_business() {
    for (action, roles) in GRANTS.iter().filter(|(action, _)| BUSINESS.contains(action)) {
        let administrator = roles.iter().find(|(role, _)| role.is_administrator());
        assert!(administrator.is_none(), "{action:?}");
    }
}

#[test]
fn what_is_not_listed_is_not_allowed() {
    assert_eq!(access("/", &Method::GET), Some(SignedIn));
    assert_eq!(access("/", &Method::POST), None);
    assert_eq!(access("/display", &Method::GET), None);
    assert_eq!(access("/elsewhere", &Method::GET), None);
}

fn appointment(role: Role, ref_area: &str, unit: Option<&str>) -> Appointment {
    Appointment {
        id: "1".to_owned(),
        account: AccountId("1".to_owned()),
        role,
        ref_area: ref_area.parse().unwrap(),
        unit: unit.map(|unit| UnitId(unit.to_owned())),
        validity: Validity::from(jiff::civil::date(2026, 1, 1)),
    }
}

fn in_region(held: &Appointment, action: Action, lineage: &[&str]) -> bool {
    let lineage: Vec<RefArea> = lineage.iter().map(|code| code.parse().unwrap()).collect();
    permits(std::slice::from_ref(held), action, Place::Region { lineage: &lineage, unit: None })
}

#[test]
fn the_region_decides() {
    let office = appointment(Role::CommitteeOffice, "990101", None);
    assert!(in_region(&office, EditPlan, &["990101", "990100"]));
    assert!(!in_region(&office, EditPlan, &["990102", "990100"]));
    assert!(!in_region(&office, ReadPlan, &["990100"]));
    let city = appointment(Role::HigherLevel, "990100", None);
    assert!(in_region(&city, ReadPlan, &["990100"]));
    assert!(in_region(&city, ReadPlan, &["990101", "990100"]));
    assert!(!in_region(&city, EditPlan, &["990101", "990100"]));
    assert!(!in_region(&city, ReadPlan, &["980101", "980100"]));
    let reporter = appointment(Role::Reporter, "990101", Some("health"));
    let lineage = ["990101".parse().unwrap()];
    let for_unit = |unit: &str| {
        let unit = UnitId(unit.to_owned());
        let place = Place::Region { lineage: &lineage, unit: Some(&unit) };
        permits(std::slice::from_ref(&reporter), ReportFigures, place)
    };
    assert!(for_unit("health") && !for_unit("education"));
    assert!(!in_region(&reporter, ReportFigures, &["990101"]));
    let system = appointment(Role::SystemAdministrator, INSTALLATION, None);
    assert!(in_region(&system, ManageUnits, &["990101"]));
    assert!(!in_region(&system, ReadPlan, &["990101"]));
    assert!(!permits(&[], ReadPlan, Place::Anywhere));
}

/// An address of the route: parts that name nothing that exists, in the given region.
fn address(path: &str, ref_area: &str) -> String {
    path.replace("{ref_area}", ref_area)
        .replace("{name}", "none")
        .replace("{*path}", "index.html")
        .replace("{number}", "1")
        .replace("{sequence}", "1")
        .replace("{target}", "1")
        .replace("{code}", "W-H02")
        .replace(['{', '}'], "")
}

/// What the table says about a role of the example county (of its city for the level above).
fn expected(access: Option<Access>, role: Option<Role>, ref_area: Option<&str>) -> Expected {
    let Some(access) = access else { return Expected::NotThere };
    let Some(role) = role else {
        return match access {
            Anyone | Visitor => Expected::Allowed,
            SignedIn | May(_) | Token => Expected::SignInFirst,
        };
    };
    if access == Token {
        return Expected::SignInFirst;
    }
    let May(action) = access else { return Expected::Allowed };
    let row = GRANTS.iter().find(|(granted, _)| *granted == action).unwrap().1;
    let Some((_, scope)) = row.iter().find(|(granted, _)| *granted == role) else {
        return Expected::Refused;
    };
    let reaches = match (scope, ref_area) {
        (_, None) | (Installation, _) => true,
        (OwnRegion, Some(area)) => area == COUNTY && role != Role::HigherLevel,
        (LowerRegions, Some(area)) => area.starts_with("9901"),
        (OwnUnit, Some(_)) => false,
    };
    if reaches { Expected::Allowed } else { Expected::Refused }
}

#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Allowed,
    Refused,
    SignInFirst,
    NotThere,
}

async fn outcome(client: &Client, path: &str, method: &Method) -> (Expected, StatusCode) {
    let answer =
        if method.is_safe() { client.get(path).await } else { client.post(path, &[]).await };
    let unknown = String::from_utf8_lossy(&answer.bytes).contains("不支持这种操作");
    let seen = match answer.status {
        StatusCode::NOT_FOUND if unknown => Expected::NotThere,
        StatusCode::FORBIDDEN => Expected::Refused,
        StatusCode::UNAUTHORIZED => Expected::SignInFirst,
        StatusCode::SEE_OTHER if answer.location().starts_with("/login?next=") => {
            Expected::SignInFirst
        }
        _ => Expected::Allowed,
    };
    (seen, answer.status)
}

/// Every route × every role × reading and writing × own and another region.
#[tokio::test]
async fn the_router_does_what_the_table_says() {
    let house = House::open().await;
    let roles = Role::ALL.iter().copied().map(Some).chain([None]);
    for role in roles {
        for route in ROUTES {
            let regional = route.path.contains("{ref_area}");
            let areas: &[&str] =
                if regional { &[COUNTY, OTHER_COUNTY, "980101"] } else { &[COUNTY] };
            for area in areas {
                for method in [Method::GET, Method::POST] {
                    // a session of its own for each: some of these end it
                    let client = match role {
                        Some(role) => house.as_role(role).await,
                        None => house.visitor().await,
                    };
                    let path = address(route.path, area);
                    let wanted =
                        expected(access(route.path, &method), role, regional.then_some(*area));
                    let (seen, status) = outcome(&client, &path, &method).await;
                    assert_eq!(seen, wanted, "{role:?} {method} {path}: {status}");
                }
            }
        }
    }
}
