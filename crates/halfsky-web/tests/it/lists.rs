//! Lists, the tree of a plan and the catalogue: filters, exports, example banner, escaping.

use crate::house::{House, WOMEN};

#[tokio::test]
async fn an_empty_house_leads_to_the_import() {
    let house = House::open().await;
    house.page("/").await.says("从导入规划开始");
    house.page("/plans").await.says("还没有规划");
}

#[tokio::test]
async fn plans_are_filtered_and_exported() {
    let house = House::open().await;
    house.draft(WOMEN, "990101").await;
    house.page("/plans?status=draft&beneficiary=women&region=990101").await.says("共1份规划");
    house.page("/plans?beneficiary=children").await.says("没有符合条件的规划");
    let csv = house.page("/plans?export=csv").await;
    csv.says("云溪县妇女发展规划");
    assert!(csv.header("content-disposition").contains("filename*=UTF-8''%E8%A7%84"));
    let none = house.page("/plans?beneficiary=children&export=csv").await;
    assert_eq!(none.text().lines().count(), 1, "only the heads");
    let xlsx = house.page("/plans?export=xlsx").await;
    assert!(xlsx.bytes.starts_with(b"PK"));
}

#[tokio::test]
async fn the_tree_is_filtered_and_its_targets_exported() {
    let house = House::open().await;
    let version = house.draft(WOMEN, "990101").await;
    house.confirm(&version).await;
    let plan = version.split("/versions").next().unwrap();
    let all = house.page(plan).await;
    all.says("妇女与健康").says("主要目标").says("策略措施");
    house.page(&format!("{plan}?open=all")).await.says("<details open>");
    let some = house.page(&format!("{plan}?q=%E5%AD%95%E4%BA%A7%E5%A6%87")).await;
    assert!(some.bytes.len() < all.bytes.len());
    let table = house.page(&format!("{plan}?export=csv")).await;
    let rows = table.text().lines().count();
    let filtered =
        house.page(&format!("{plan}?kind=trend&export=csv")).await.text().lines().count();
    assert!(rows > filtered && filtered > 1, "{rows} {filtered}");
}

#[tokio::test]
async fn a_title_is_never_markup() {
    let house = House::open().await;
    let text =
        WOMEN.replacen("前言", "前言\n<script>alert(1)</script><img src=x onerror=alert(2)>", 1);
    let version = house.draft(&text, "990101").await;
    for path in
        ["/", "/plans", &version, &format!("{version}/review"), &format!("{version}/confirm")]
    {
        let page = house.page(path).await;
        assert!(!page.text().contains("<script>alert") && !page.text().contains("<img"), "{path}");
    }
    house.page(&format!("{version}/review")).await.says("&#60;script&#62;alert(1)");
    let page = house.page("/plans?q=%22%3E%3Cscript%3Ealert(3)%3C/script%3E").await;
    assert!(!page.text().contains("<script>alert(3)"));
}

#[tokio::test]
async fn the_catalogue_is_searched_and_shown() {
    let house = House::open().await;
    house.page("/indicators?q=W-H02").await.says("孕产妇死亡率").says("共1个指标");
    house.page("/indicators?sort=-name&page=2").await.says("上一页");
    house.page("/indicators/W-H02").await.says("活产数").says("还没有规划目标使用这个指标");
    let csv = house.page("/indicators?export=csv&q=W-H02").await;
    assert_eq!(csv.text().lines().count(), 2);
}
