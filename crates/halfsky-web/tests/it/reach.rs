//! Lists show what lies within reach of the person, and forms name no region beyond it.

use axum::http::StatusCode;
use halfsky_monitor::role::Role;
use halfsky_web::testing::{COUNTY, OTHER_COUNTY};

use crate::house::{CITY, House, WOMEN};

#[tokio::test]
async fn everybody_sees_the_plans_within_reach() {
    let house = House::open().await;
    house.draft(WOMEN, COUNTY).await;
    house.draft(CITY, "990100").await;
    let both = house.page("/plans").await;
    // the statistician's menu leads to /review, too: that of figures
    let review = "/versions/1/review";
    both.says("云溪县妇女").says("云江市妇女").says(review);
    let city = house.as_role(Role::HigherLevel).await.page("/plans").await;
    city.says("云溪县妇女").says("云江市妇女");
    for role in [Role::Leader, Role::Reporter, Role::Statistician, Role::Evaluator] {
        let page = house.as_role(role).await.page("/plans").await;
        page.says("云溪县妇女");
        assert!(!page.text().contains("云江市妇女"), "{role:?}");
        assert!(!page.text().contains("/plans/import"), "{role:?} is offered no import");
        assert!(!page.text().contains(review), "{role:?} is led to no review");
    }
}

#[tokio::test]
async fn a_plan_of_another_county_is_not_imported() {
    let house = House::open().await;
    let refused = house.upload("规划.txt", WOMEN.as_bytes(), OTHER_COUNTY).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("不在您的任职范围内").says("value=\"990102\"");
}

#[tokio::test]
async fn what_somebody_else_uploaded_is_out_of_reach() {
    let house = House::open().await;
    let uploaded = house.upload("规划.txt", WOMEN.as_bytes(), COUNTY).await;
    let leader = house.as_role(Role::Leader).await;
    assert_eq!(leader.get(uploaded.location()).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn tasks_wait_for_those_who_can_do_them() {
    let house = House::open().await;
    house.draft(WOMEN, COUNTY).await;
    house.page("/").await.says("需要我处理 1项");
    house.as_role(Role::Leader).await.page("/").await.says("没有需要我处理的事项");
}

#[tokio::test]
async fn administrators_see_no_business() {
    let house = House::open().await;
    house.draft(WOMEN, COUNTY).await;
    for role in Role::ADMINISTRATORS {
        let client = house.as_role(role).await;
        let home = client.page("/").await;
        home.says("三员分立");
        assert!(!home.text().contains("云溪县妇女") && !home.text().contains("href=\"/plans\""));
        for path in ["/plans", "/indicators", "/plans/import"] {
            assert_eq!(client.get(path).await.status, StatusCode::FORBIDDEN, "{role:?} {path}");
        }
    }
}
