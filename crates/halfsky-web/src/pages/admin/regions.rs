//! 区划: the code list of regions, and what they were called before.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use halfsky_monitor::validity::Validity;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::table::{Column, Table};
use halfsky_store::regions::{self, PastRegion, Region, RegionLevel};
use jiff::civil::Date;

use super::{day, nothing, refused, region_name, required, shell};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::form::{Form, Posted};
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

const PATH: &str = "/admin/regions";
const FILTERS: [&str; 2] = ["q", "level"];
const DEFAULT_SORT: &str = "code";

/// The first day names are kept for: what a region was called before the program knew it.
const LONG_AGO: Date = jiff::civil::date(1949, 10, 1);

struct Row {
    region: Region,
    parent: String,
    former: usize,
}

#[derive(Template)]
#[template(path = "admin/regions.html")]
struct ListPage {
    shell: Shell,
    nothing: bool,
    levels: Vec<Choice>,
    list: Listing<Row>,
}

#[derive(Template)]
#[template(path = "admin/region.html")]
struct RegionPage {
    shell: Shell,
    form: Form,
    action: String,
    /// None for a region to be added.
    region: Option<Region>,
    former: Vec<PastRegion>,
    parents: Vec<Choice>,
}

/// `GET /admin/regions`
pub(crate) async fn list(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let (all, past) = (regions::list(&app.store).await?, regions::past(&app.store).await?);
    let rows = chosen(&all, &past, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows), format);
    }
    page(&list_page(&visit, all.len(), rows, &params))
}

fn chosen(all: &[Region], past: &[PastRegion], params: &Params) -> Vec<Row> {
    let (wanted, level) = (params.value("q"), params.value("level"));
    let fits = |r: &&Region| {
        (r.name.contains(wanted) || r.code.as_str().starts_with(wanted))
            && (level.is_empty() || level == r.level.code())
    };
    let row = |r: &Region| Row {
        region: r.clone(),
        parent: r.parent.as_ref().map_or_else(String::new, |code| region_name(all, code)),
        former: past.iter().filter(|p| p.code == r.code).count(),
    };
    let mut rows: Vec<Row> = all.iter().filter(fits).map(row).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| match key {
        "name" => (row.region.name.clone(), row.region.code.clone()),
        _ => (String::new(), row.region.code.clone()),
    });
    rows
}

fn list_page(visit: &Visit, kept: usize, rows: Vec<Row>, params: &Params) -> ListPage {
    ListPage {
        shell: shell(visit, "区划"),
        nothing: kept == 0,
        levels: levels(params.value("level")),
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

fn levels(chosen: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "全部级别", chosen)];
    choices.extend(RegionLevel::ALL.map(|l| Choice::new(l.code(), l.label(), chosen)));
    choices
}

fn table(rows: &[Row]) -> Table {
    Table {
        title: "区划".to_owned(),
        columns: ["区划代码", "名称", "级别", "上级"].map(Column::words).into(),
        rows: rows
            .iter()
            .map(|row| {
                let region = &row.region;
                vec![
                    region.code.to_string(),
                    region.name.clone(),
                    region.level.label().to_owned(),
                    row.parent.clone(),
                ]
            })
            .collect(),
    }
}

/// `GET /admin/regions/new`
pub(crate) async fn new(visit: Visit, State(app): State<App>) -> Answer {
    let all = regions::list(&app.store).await?;
    page(&new_page(&visit, &all, Form::default()))
}

fn new_page(visit: &Visit, all: &[Region], form: Form) -> RegionPage {
    RegionPage {
        shell: shell(visit, "登记区划").under("区划", PATH),
        action: format!("{PATH}/new"),
        region: None,
        former: Vec::new(),
        parents: parents(all, None, form.value("parent")),
        form,
    }
}

/// Every region that can stand above one: not itself.
fn parents(all: &[Region], of: Option<&RefArea>, chosen: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "按代码推定", chosen)];
    let others = all.iter().filter(|r| Some(&r.code) != of);
    choices.extend(
        others.map(|r| Choice::new(r.code.as_str(), format!("{} {}", r.name, r.code), chosen)),
    );
    choices
}

/// `POST /admin/regions/new`
pub(crate) async fn create(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let all = regions::list(&app.store).await?;
    let name = required(&mut form, "name", "请填写名称");
    let code: Option<RefArea> = form.value("code").parse().ok();
    match &code {
        None => form.refuse("code", "区划代码应为6、9或12位数字，例如990101"),
        Some(code) if all.iter().any(|r| r.code == *code) => {
            form.refuse("code", "这个代码已经登记，请在列表中修改");
        }
        Some(_) => {}
    }
    let parent = parent(&mut form, &all, code.as_ref());
    let Some(code) = code.filter(|_| !form.is_refused()) else {
        return refused(&new_page(&visit, &all, form));
    };
    let level = RegionLevel::of(&code);
    let region = Region { code, name, parent, level };
    let mut tx = app.store.begin_reference().await?;
    regions::save(&mut tx, &region).await?;
    tx.commit(entry(&visit, &app, "region.create", &region)).await?;
    Ok(done(&visit, &app, &format!("已登记 {}", region.name)))
}

fn entry(visit: &Visit, app: &App, action: &str, region: &Region) -> halfsky_store::audit::Entry {
    let subject = format!("{}（{}）", region.name, region.code);
    visit.entry(app, action, &format!("region {}", region.code)).about(&subject)
}

fn done(visit: &Visit, app: &App, words: &str) -> Response {
    visit.redirect(app, &Toast::new(words), PATH)
}

/// Reads the region above; empty is left to the code.
fn parent(form: &mut Form, all: &[Region], of: Option<&RefArea>) -> Option<RefArea> {
    let typed = form.value("parent").to_owned();
    if typed.is_empty() {
        return None;
    }
    let found = all.iter().find(|r| r.code.as_str() == typed && Some(&r.code) != of);
    if found.is_none() {
        form.refuse("parent", "上级不在区划表中，请重新选择");
    }
    found.map(|r| r.code.clone())
}

/// The region an address names, with all of them and its former names.
async fn load(app: &App, code: &str) -> Result<(Vec<Region>, Region, Vec<PastRegion>), WebError> {
    let all = regions::list(&app.store).await?;
    let region = all.iter().find(|r| r.code.as_str() == code).cloned();
    let region = region.ok_or_else(|| nothing("区划"))?;
    let mut past = regions::past(&app.store).await?;
    past.retain(|p| p.code == region.code);
    Ok((all, region, past))
}

/// `GET /admin/regions/{ref_area}`
pub(crate) async fn show(visit: Visit, State(app): State<App>, Path(code): Path<String>) -> Answer {
    let (all, region, past) = load(&app, &code).await?;
    let parent = region.parent.as_ref().map_or("", RefArea::as_str).to_owned();
    let form = Form::filled(vec![("name", region.name.clone()), ("parent", parent)]);
    page(&region_page(&visit, &all, (region, past), form))
}

fn region_page(
    visit: &Visit,
    all: &[Region],
    (region, former): (Region, Vec<PastRegion>),
    form: Form,
) -> RegionPage {
    RegionPage {
        shell: shell(visit, &region.name).under("区划", PATH),
        action: format!("{PATH}/{}", region.code),
        parents: parents(all, Some(&region.code), form.value("parent")),
        region: Some(region),
        former,
        form,
    }
}

/// `POST /admin/regions/{ref_area}`: a change that holds from a day on keeps the former name; a
/// correction of a slip does not.
pub(crate) async fn change(
    visit: Visit,
    State(app): State<App>,
    Path(code): Path<String>,
    Posted(mut form): Posted,
) -> Answer {
    let (all, before, past) = load(&app, &code).await?;
    let name = required(&mut form, "name", "请填写名称");
    let parent = parent(&mut form, &all, Some(&before.code));
    let since = day(&mut form, "since");
    let basis = form.value("basis").to_owned();
    let kept = since.and_then(|since| former(&mut form, (&before, &past), since, &basis));
    if since.is_none() && !basis.is_empty() {
        form.refuse("since", "写了变更依据，还要填写从哪一天起变更；只是更正笔误则两项都不填");
    }
    if form.is_refused() {
        return refused(&region_page(&visit, &all, (before, past), form));
    }
    let after = Region { name, parent, ..before.clone() };
    if after == before {
        return Ok(done(&visit, &app, "没有改动"));
    }
    let above = |r: &Region| {
        r.parent.as_ref().map_or("按代码推定".to_owned(), |p| region_name(&all, p))
    };
    let entry = entry(&visit, &app, "region.change", &before)
        .changed("名称", &before.name, &after.name)
        .changed("上级", &above(&before), &above(&after))
        .because(&basis);
    let mut tx = app.store.begin_reference().await?;
    if let Some(kept) = &kept {
        regions::keep_past(&mut tx, kept).await?;
    }
    regions::save(&mut tx, &after).await?;
    tx.commit(entry).await?;
    Ok(done(&visit, &app, &format!("已保存 {}", after.name)))
}

/// What the region was until the day before a change.
fn former(
    form: &mut Form,
    (before, past): (&Region, &[PastRegion]),
    since: Date,
    basis: &str,
) -> Option<PastRegion> {
    if basis.is_empty() {
        form.refuse("basis", "请写明变更依据，如批准文号");
    }
    let from = past.iter().filter_map(|p| p.validity.until?.tomorrow().ok()).max();
    let last = since.yesterday().ok()?;
    let Ok(validity) = Validity::between(from.unwrap_or(LONG_AGO), Some(last)) else {
        form.refuse("since", "早于上一次变更的日期，请核对");
        return None;
    };
    Some(PastRegion {
        code: before.code.clone(),
        name: before.name.clone(),
        parent: before.parent.clone(),
        validity,
        basis: basis.to_owned(),
    })
}

/// 至2026年3月4日
pub(crate) fn until(past: &PastRegion) -> String {
    past.validity.until.map_or_else(String::new, |day| format!("至{}", text::long_date(day)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str, name: &str) -> Region {
        let code: RefArea = code.parse().unwrap();
        Region { level: RegionLevel::of(&code), code, name: name.to_owned(), parent: None }
    }

    fn all() -> Vec<Region> {
        vec![region("990100", "云江市"), region("990101", "云溪县")]
    }

    #[test]
    fn lists_filter_and_stay_the_same() {
        let draw = |query: &str| {
            let params = Params::read(PATH, query);
            let rows = chosen(&all(), &[], &params);
            list_page(&Visit::sample(), 1, rows, &params).render().unwrap()
        };
        assert!(draw("").contains("云溪县") && draw("").contains("/admin/regions/990100"));
        assert!(!draw("level=county").contains("/admin/regions/990100"));
        assert!(draw("q=99010").contains("云溪县"));
        assert!(draw("q=none").contains("没有符合条件的区划"));
        assert_eq!(draw(""), draw(""));
    }

    #[test]
    fn a_change_keeps_what_was_before() {
        let county = region("990101", "云溪县");
        let kept = |past: &[PastRegion], since: Date| {
            let mut form = Form::default();
            (former(&mut form, (&county, past), since, "示例文号"), form.is_refused())
        };
        let (first, wrong) = kept(&[], jiff::civil::date(2024, 1, 1));
        let first = first.unwrap();
        assert!(!wrong);
        assert_eq!(first.validity.until, Some(jiff::civil::date(2023, 12, 31)));
        let past = [first];
        let (second, _) = kept(&past, jiff::civil::date(2025, 1, 1));
        assert_eq!(second.unwrap().validity.from, jiff::civil::date(2024, 1, 1));
        assert_eq!(kept(&past, jiff::civil::date(2023, 1, 1)), (None, true));
    }
}
