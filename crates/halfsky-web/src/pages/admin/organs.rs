//! 工作机构: who coordinates, keeps the office, leads monitoring and evaluation: dated data, per plan.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::organ::{Organ, OrganKind};
use halfsky_monitor::unit::UnitId;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::table::{Column, Table};
use halfsky_store::organs;
use halfsky_store::regions::{self, Region};
use halfsky_store::units::{self, StoredUnit};

use super::{
    day, nothing, refused, region, region_choices, region_name, required, shell, unit_names,
    validity,
};
use crate::account::Reach;
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::form::{Form, Posted};
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::permission::Action;
use crate::shell::Shell;
use crate::visit::Visit;

const PATH: &str = "/admin/organs";
const FILTERS: [&str; 2] = ["kind", "state"];
const DEFAULT_SORT: &str = "region";

struct Row {
    organ: Organ,
    region: String,
    unit: String,
    holds: bool,
}

impl Row {
    /// The address of the question whether it ends.
    fn end_url(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("kind", self.organ.kind.code());
        query.append_pair("beneficiary", code_of(self.organ.beneficiary));
        query.append_pair("from", &self.organ.validity.from.to_string());
        format!("{PATH}/{}/end?{}", self.organ.ref_area, query.finish())
    }

    fn scope(&self) -> &'static str {
        scope_of(self.organ.beneficiary)
    }
}

fn code_of(beneficiary: Option<Beneficiary>) -> &'static str {
    beneficiary.map_or("", Beneficiary::code)
}

fn scope_of(beneficiary: Option<Beneficiary>) -> &'static str {
    match beneficiary {
        Some(Beneficiary::Women) => "妇女规划",
        Some(Beneficiary::Children) => "儿童规划",
        None => "两个规划",
    }
}

#[derive(Template)]
#[template(path = "admin/organs.html")]
struct ListPage {
    shell: Shell,
    nothing: bool,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    list: Listing<Row>,
}

#[derive(Template)]
#[template(path = "admin/organ.html")]
struct OrganPage {
    shell: Shell,
    form: Form,
    regions: Vec<Choice>,
    kinds: Vec<Choice>,
    scopes: Vec<Choice>,
    units: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "admin/organ-end.html")]
struct EndPage {
    shell: Shell,
    form: Form,
    action: String,
    organ: Organ,
}

struct Known {
    reach: Reach,
    regions: Vec<Region>,
    units: Vec<StoredUnit>,
}

async fn known(visit: &Visit, app: &App) -> Result<Known, WebError> {
    let reach = visit.reach(app, Action::ManageUnits).await?;
    let mut units = units::list(&app.store, None).await?;
    units.retain(|u| reach.holds(&u.unit.ref_area));
    Ok(Known { reach, regions: regions::list(&app.store).await?, units })
}

/// `GET /admin/organs`
pub(crate) async fn list(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let known = known(&visit, &app).await?;
    let mut all = organs::of_all(&app.store).await?;
    all.retain(|organ| known.reach.holds(&organ.ref_area));
    let kept = all.len();
    let rows = chosen(all, &known, &visit, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows), format);
    }
    page(&list_page(&visit, kept, rows, &params))
}

fn chosen(all: Vec<Organ>, known: &Known, visit: &Visit, params: &Params) -> Vec<Row> {
    let names = unit_names(&known.units);
    let today = visit.frame.today;
    let row = |organ: Organ| {
        let unit = organ.unit.clone().map(|id| (organ.ref_area.clone(), id));
        Row {
            region: region_name(&known.regions, &organ.ref_area),
            unit: unit.and_then(|key| names.get(&key).cloned()).unwrap_or_default(),
            holds: organ.validity.holds_on(today),
            organ,
        }
    };
    let (kind, state) = (params.value("kind"), params.value("state"));
    let region = visit.frame.region.as_ref();
    let fits = |row: &Row| {
        (kind.is_empty() || kind == row.organ.kind.code())
            && (state.is_empty() || (state == "holds") == row.holds)
            && region.is_none_or(|code| row.organ.ref_area == *code)
    };
    let mut rows: Vec<Row> = all.into_iter().map(row).filter(fits).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let kind = OrganKind::ALL.iter().position(|k| *k == row.organ.kind);
        let first = match key {
            "name" => row.organ.printed_name.clone(),
            _ => String::new(),
        };
        (first, row.organ.ref_area.clone(), kind, row.scope(), row.organ.validity)
    });
    rows
}

fn list_page(visit: &Visit, kept: usize, rows: Vec<Row>, params: &Params) -> ListPage {
    let chosen = params.value("state");
    ListPage {
        shell: shell(visit, "工作机构"),
        nothing: kept == 0,
        kinds: kinds("全部职责", params.value("kind")),
        states: [("", "全部状态"), ("holds", "现任"), ("past", "以往或将来")]
            .map(|(value, label)| Choice::new(value, label, chosen))
            .into(),
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

fn kinds(first: &str, chosen: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", first, chosen)];
    choices.extend(OrganKind::ALL.iter().map(|k| Choice::new(k.code(), k.label(), chosen)));
    choices
}

fn table(rows: &[Row]) -> Table {
    let heads = ["地区", "区划代码", "职责", "适用", "印发名称", "单位", "起止"];
    Table {
        title: "工作机构".to_owned(),
        columns: heads.map(Column::words).into(),
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    row.region.clone(),
                    row.organ.ref_area.to_string(),
                    row.organ.kind.label().to_owned(),
                    row.scope().to_owned(),
                    row.organ.printed_name.clone(),
                    row.unit.clone(),
                    row.organ.validity.to_string(),
                ]
            })
            .collect(),
    }
}

/// `GET /admin/organs/new`
pub(crate) async fn new(visit: Visit, State(app): State<App>) -> Answer {
    let known = known(&visit, &app).await?;
    let region = visit.frame.region.clone().or_else(|| known.reach.only().cloned());
    let region = region.map_or_else(String::new, |code| code.to_string());
    let form =
        Form::filled(vec![("ref_area", region), ("valid_from", visit.frame.today.to_string())]);
    page(&new_page(&visit, &known, form))
}

fn new_page(visit: &Visit, known: &Known, form: Form) -> OrganPage {
    let chosen = form.value("unit").to_owned();
    let mut units = vec![Choice::new("", "不对应单位", &chosen)];
    units.extend(known.units.iter().map(|stored| {
        let place = region_name(&known.regions, &stored.unit.ref_area);
        let label = format!("{}（{place}）", stored.unit.name);
        Choice::new(stored.unit.id.0.as_str(), label, &chosen)
    }));
    let scope = form.value("beneficiary");
    let scopes = [None, Some(Beneficiary::Women), Some(Beneficiary::Children)]
        .map(|b| Choice::new(code_of(b), scope_of(b), scope));
    OrganPage {
        shell: shell(visit, "登记工作机构").under("工作机构", PATH),
        regions: region_choices(&known.regions, &known.reach, form.value("ref_area")),
        kinds: kinds("请选择", form.value("kind")),
        scopes: scopes.into(),
        units,
        form,
    }
}

/// `POST /admin/organs/new`: who held the same office before ends the day before, if asked for.
pub(crate) async fn create(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let known = known(&visit, &app).await?;
    let Some(organ) = read(&mut form, &known) else {
        return refused(&new_page(&visit, &known, form));
    };
    let mut tx = app.store.begin(&organ.ref_area).await?;
    let others = organs::held(&mut tx).await?;
    let before = others.into_iter().find(|other| other.collides(&organ));
    if let Some(before) = before {
        let last = organ.validity.from.yesterday().ok();
        let replaced = last.filter(|_| form.ticked("replace"));
        let Some(last) = replaced.filter(|last| before.validity.ended(*last).is_some()) else {
            tx.rollback().await?;
            form.refuse(
                "replace",
                format!(
                    "{}已有“{}”（{}），期限重叠。接任请勾选“由它接任”，或修改日期",
                    organ.kind.label(),
                    before.printed_name,
                    before.validity
                ),
            );
            return refused(&new_page(&visit, &known, form));
        };
        organs::end(&mut tx, &before, last).await?;
    }
    organs::insert(&mut tx, &organ).await?;
    let entry = entry(&visit, &app, "organ.create", &organ).changed(
        "起止",
        "",
        &organ.validity.to_string(),
    );
    tx.commit(entry).await?;
    Ok(visit.redirect(&app, &Toast::new(format!("已登记 {}", organ.printed_name)), PATH))
}

fn entry(visit: &Visit, app: &App, action: &str, organ: &Organ) -> halfsky_store::audit::Entry {
    let object = format!("organ {}/{}", organ.ref_area, organ.kind.code());
    let subject = format!("{} {}", organ.kind.label(), organ.printed_name);
    visit.entry(app, action, &object).about(&subject)
}

fn read(form: &mut Form, known: &Known) -> Option<Organ> {
    let ref_area = region(form, &known.regions, &known.reach);
    let kind = OrganKind::from_code(form.value("kind"));
    if kind.is_none() {
        form.refuse("kind", "请选择职责");
    }
    let printed_name = required(form, "printed_name", "请填写印发文件时使用的名称");
    let beneficiary = match form.value("beneficiary") {
        "" => None,
        code => Beneficiary::from_code(code),
    };
    let unit = match form.value("unit") {
        "" => None,
        id => Some(UnitId(id.to_owned())),
    };
    let belongs = |id: &UnitId| {
        known.units.iter().any(|s| s.unit.id == *id && Some(&s.unit.ref_area) == ref_area.as_ref())
    };
    if unit.as_ref().is_some_and(|id| !belongs(id)) {
        form.refuse("unit", "这个单位不属于所选地区，请重新选择");
    }
    let validity = validity(form);
    let organ = Organ {
        ref_area: ref_area?,
        kind: kind?,
        beneficiary,
        printed_name,
        unit,
        validity: validity?,
    };
    (!form.is_refused()).then_some(organ)
}

/// The organ that the query of an address names.
async fn find(app: &App, ref_area: &str, params: &Params) -> Result<Organ, WebError> {
    let missing = || nothing("工作机构");
    let ref_area: RefArea = ref_area.parse().map_err(|_| missing())?;
    let all = organs::list(&app.store, &ref_area).await?;
    let found = all.into_iter().find(|organ| {
        organ.kind.code() == params.value("kind")
            && code_of(organ.beneficiary) == params.value("beneficiary")
            && organ.validity.from.to_string() == params.value("from")
    });
    found.ok_or_else(missing)
}

/// `GET /admin/organs/{ref_area}/end`
pub(crate) async fn ask(
    visit: Visit,
    State(app): State<App>,
    Path(ref_area): Path<String>,
    params: Params,
) -> Answer {
    let organ = find(&app, &ref_area, &params).await?;
    let form = Form::filled(vec![("last", visit.frame.today.to_string())]);
    page(&end_page(&visit, organ, form))
}

fn end_page(visit: &Visit, organ: Organ, form: Form) -> EndPage {
    EndPage {
        shell: shell(visit, "结束任期").under("工作机构", PATH),
        action: visit.here.clone(),
        organ,
        form,
    }
}

/// `POST /admin/organs/{ref_area}/end`
pub(crate) async fn end(
    visit: Visit,
    State(app): State<App>,
    Path(ref_area): Path<String>,
    params: Params,
    Posted(mut form): Posted,
) -> Answer {
    let organ = find(&app, &ref_area, &params).await?;
    let last = day(&mut form, "last");
    if last.is_none() {
        form.refuse("last", "请填写任期的最后一天");
    }
    let ended = last.and_then(|last| organ.validity.ended(last));
    if last.is_some() && ended.is_none() {
        form.refuse("last", "早于任期开始的日期，请核对");
    }
    let (Some(last), Some(ended), false) = (last, ended, form.is_refused()) else {
        return refused(&end_page(&visit, organ, form));
    };
    let mut tx = app.store.begin(&organ.ref_area).await?;
    organs::end(&mut tx, &organ, last).await?;
    let entry = entry(&visit, &app, "organ.end", &organ).changed(
        "起止",
        &organ.validity.to_string(),
        &ended.to_string(),
    );
    tx.commit(entry).await?;
    Ok(visit.redirect(&app, &Toast::new(format!("已结束 {}", organ.printed_name)), PATH))
}

#[cfg(test)]
mod tests {
    use halfsky_monitor::validity::Validity;

    use super::*;

    fn organ() -> Organ {
        Organ {
            ref_area: "990101".parse().unwrap(),
            kind: OrganKind::EvaluationLead,
            beneficiary: Some(Beneficiary::Women),
            printed_name: "云溪县妇女儿童权益保障中心".to_owned(),
            unit: None,
            validity: Validity::from(jiff::civil::date(2022, 1, 1)),
        }
    }

    #[test]
    fn the_list_names_who_leads_what() {
        let known = Known { reach: Reach::default(), regions: Vec::new(), units: Vec::new() };
        let draw = |query: &str| {
            let params = Params::read(PATH, query);
            let rows = chosen(vec![organ()], &known, &Visit::sample(), &params);
            list_page(&Visit::sample(), 1, rows, &params).render().unwrap()
        };
        assert!(draw("").contains("权益保障中心") && draw("").contains("评估组牵头单位"));
        assert!(draw("kind=office").contains("没有符合条件的机构"));
        assert_eq!(draw(""), draw(""));
    }

    #[test]
    fn the_question_names_what_ends() {
        let html = end_page(&Visit::sample(), organ(), Form::default()).render().unwrap();
        assert!(html.contains("权益保障中心"));
    }
}
