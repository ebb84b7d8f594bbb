//! The interface for other programs: tokens, limits, answers as described, nothing that the public is not shown.

use axum::body::Body;
use axum::http::{StatusCode, header};
use halfsky_monitor::role::Role;
use halfsky_web::testing::reporting;
use halfsky_web::testing::{Answer, Client, House};

const FIGURES: &str = "/api/v1/regions/990101/figures";

/// A house with published figures and a token for the example county.
async fn with_token() -> (House, Client, String) {
    let house = House::open().await;
    reporting::settle(&house.database.store).await;
    let token = make(&house, "990101", "2026-12-31").await;
    let visitor = house.visitor().await;
    (house, visitor, token)
}

async fn make(house: &House, area: &str, last: &str) -> String {
    let admin = house.as_role(Role::SystemAdministrator).await;
    let fields = [("name", "市数据平台"), ("ref_area", area), ("last", last)];
    let made = admin.post("/admin/tokens/new", &fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    made.text().split("hs_").nth(1).map(|rest| format!("hs_{}", &rest[..64])).unwrap()
}

async fn ask(client: &Client, path: &str, token: &str) -> Answer {
    let request = client.request("GET", path);
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    client.send(request.body(Body::empty()).unwrap()).await
}

fn json(answer: &Answer) -> serde_json::Value {
    assert_eq!(answer.header("content-type"), "application/json", "{}", answer.text());
    serde_json::from_str(answer.text()).unwrap()
}

#[tokio::test]
async fn nobody_reads_without_a_token() {
    let (house, visitor, token) = with_token().await;
    let office = house.as_role(Role::CommitteeOffice).await;
    for answer in [
        visitor.get(FIGURES).await,
        office.get(FIGURES).await,
        ask(&visitor, FIGURES, "hs_0").await,
    ] {
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        assert!(json(&answer)["error"].as_str().unwrap().contains("没有有效的接口令牌"));
    }
    let other = ask(&visitor, "/api/v1/regions/990102/figures", &token).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    let city = make(&house, "990100", "2026-12-31").await;
    assert_eq!(ask(&visitor, FIGURES, &city).await.status, StatusCode::OK, "lower regions, too");
    house.clock.pass(60 * 24 * 400);
    assert_eq!(ask(&visitor, FIGURES, &token).await.status, StatusCode::UNAUTHORIZED, "expired");
}

#[tokio::test]
async fn a_token_is_ended_at_once() {
    let (house, visitor, token) = with_token().await;
    let admin = house.as_role(Role::SystemAdministrator).await;
    let list = admin.page("/admin/tokens").await;
    list.says("市数据平台").says("有效");
    assert!(!list.text().contains(&token), "a token is shown once");
    let mut ends = list.text().split("/admin/tokens/").map(|part| part.split('/').next().unwrap());
    let hash = ends.find(|part| part.len() == 64).unwrap();
    let end = format!("/admin/tokens/{hash}/end");
    admin.page(&end).await.says("停用这个令牌");
    assert_eq!(admin.post(&end, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(ask(&visitor, FIGURES, &token).await.status, StatusCode::UNAUTHORIZED);
    let twice = admin.post(&end, &[]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let past = [("name", "x"), ("ref_area", "990101"), ("last", "2020-01-01")];
    let refused = admin.post("/admin/tokens/new", &past).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("有效期已经过去");
}

#[tokio::test]
async fn requests_come_at_a_pace() {
    let (_house, visitor, token) = with_token().await;
    for _ in 0..120 {
        assert_eq!(ask(&visitor, "/api/v1/indicators", &token).await.status, StatusCode::OK);
    }
    let much = ask(&visitor, "/api/v1/indicators", &token).await;
    assert_eq!(much.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(json(&much)["error"].is_string());
}

/// Holds an answer against a schema of the description: every property that is required is there, and has its type.
fn check(
    document: &serde_json::Value,
    schema: &serde_json::Value,
    found: &serde_json::Value,
    at: &str,
) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return check(document, &document["components"]["schemas"][name], found, at);
    }
    let kind = match found {
        serde_json::Value::Null => "null",
        serde_json::Value::String(_) => "string",
        serde_json::Value::Number(_) => "integer",
        serde_json::Value::Array(_) => "array",
        serde_json::Value::Object(_) => "object",
        serde_json::Value::Bool(_) => "boolean",
    };
    let types = match &schema["type"] {
        serde_json::Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    assert!(types.iter().any(|t| t == kind), "{at}: {kind} is none of {types:?}");
    if let Some(required) = schema["required"].as_array() {
        let named: Vec<&str> = found.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(named.len(), required.len(), "{at}: {named:?}");
        for name in required {
            let name = name.as_str().unwrap();
            check(document, &schema["properties"][name], &found[name], &format!("{at}.{name}"));
        }
    }
    for (number, item) in found.as_array().into_iter().flatten().enumerate() {
        check(document, &schema["items"], item, &format!("{at}[{number}]"));
    }
}

#[tokio::test]
async fn every_answer_is_as_described() {
    let (_house, visitor, token) = with_token().await;
    let document = json(&visitor.get("/api/v1/openapi.json").await);
    for (path, methods) in document["paths"].as_object().unwrap() {
        let address = path
            .replace("{ref_area}", "990101")
            .replace("{period}", "2024")
            .replace("{number}", "1");
        let answer = ask(&visitor, &address, &token).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text());
        let schema = &methods["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        check(&document, schema, &json(&answer), path);
    }
    let missing = ask(&visitor, "/api/v1/regions/990101/editions/2024/9", &token).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    check(&document, &document["components"]["schemas"]["Problem"], &json(&missing), "problem");
}

#[tokio::test]
async fn small_counts_stay_at_home() {
    let (_house, visitor, token) = with_token().await;
    let path = format!("{FIGURES}?indicator=W-H02,W-H02-N&from=2024&to=2024");
    let answer = json(&ask(&visitor, &path, &token).await);
    let figures = answer["figures"].as_array().unwrap();
    assert_eq!(figures.len(), 2);
    for figure in figures {
        assert!(figure["value"].is_null(), "{figure}");
        assert_eq!(figure["obs_status"], "Q");
        assert_eq!(figure["edition"]["number"], 1);
    }
    let csv = ask(&visitor, &format!("{FIGURES}?sex=F&format=csv&from=2024"), &token).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    csv.says("REF_AREA,INDICATOR,TIME_PERIOD").says("990101,C-E01,2024,F");
    let wrong = ask(&visitor, &format!("{FIGURES}?from=x"), &token).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}
