//! What programs that watch this one are told.

use axum::http::StatusCode;
use halfsky_web::testing::House;

#[tokio::test]
async fn a_living_house_is_ready() {
    let house = House::open().await;
    house.page("/healthz").await.says("ok");
    house.page("/readyz").await.says("ok");
    let visitor = house.visitor().await;
    visitor.page("/readyz").await.says("ok");
}

#[tokio::test]
async fn a_house_that_cannot_answer_says_why_in_one_line() {
    let house = House::open().await;
    house.page("/readyz").await.says("ok");
    std::fs::remove_dir_all(house.database.location.files_dir()).unwrap();
    house.page("/readyz").await.says("ok");
    house.clock.pass(1);
    let full = house.get("/readyz").await;
    assert_eq!(full.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(full.text(), "文件目录不能写入，请检查磁盘空间和权限\n");
    house.clock.pass(1);
    house.database.store.close().await;
    let closed = house.get("/readyz").await;
    assert_eq!(closed.text(), "数据库连不上\n");
    house.page("/healthz").await.says("ok");
}
