//! 单位: responsible and reporting units of the regions, each with its dates.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::unit::{ResponsibleUnit, UnitId, UnitKind};
use halfsky_monitor::validity::Validity;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::table::{Column, Table};
use halfsky_store::regions::{self, Region};
use halfsky_store::units::{self, StoredUnit};
use jiff::civil::Date;

use super::{
    nothing, refused, region, region_choices, region_name, required, shell, unit_names, validity,
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

const PATH: &str = "/admin/units";
const FILTERS: [&str; 3] = ["q", "kind", "state"];
const DEFAULT_SORT: &str = "name";

struct Row {
    unit: ResponsibleUnit,
    region: String,
    parent: String,
    holds: bool,
}

impl Row {
    fn url(&self) -> String {
        format!("{PATH}/{}/{}", self.unit.ref_area, self.unit.id)
    }
}

#[derive(Template)]
#[template(path = "admin/units.html")]
struct ListPage {
    shell: Shell,
    nothing: bool,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    list: Listing<Row>,
}

#[derive(Template)]
#[template(path = "admin/unit.html")]
struct UnitPage {
    shell: Shell,
    form: Form,
    action: String,
    /// Regions to choose from; none for a unit that is there.
    regions: Vec<Choice>,
    kinds: Vec<Choice>,
    parents: Vec<Choice>,
}

/// What the pages of this group need to know.
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

/// `GET /admin/units`
pub(crate) async fn list(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let known = known(&visit, &app).await?;
    let rows = chosen(&known, &visit, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows), format);
    }
    page(&list_page(&visit, known.units.len(), rows, &params))
}

fn chosen(known: &Known, visit: &Visit, params: &Params) -> Vec<Row> {
    let names = unit_names(&known.units);
    let today = visit.frame.today;
    let row = |stored: &StoredUnit| {
        let unit = stored.unit.clone();
        let parent = unit.parent.clone().map(|id| (unit.ref_area.clone(), id));
        Row {
            region: region_name(&known.regions, &unit.ref_area),
            parent: parent.and_then(|key| names.get(&key).cloned()).unwrap_or_default(),
            holds: unit.validity.holds_on(today),
            unit,
        }
    };
    let region = visit.frame.region.as_ref();
    let fits = |row: &Row| {
        let state = params.value("state");
        (row.unit.name.contains(params.value("q"))
            || row.unit.short_name.contains(params.value("q")))
            && (params.value("kind").is_empty() || params.value("kind") == row.unit.kind.code())
            && (state.is_empty() || (state == "holds") == row.holds)
            && region.is_none_or(|code| row.unit.ref_area == *code)
    };
    let mut rows: Vec<Row> = known.units.iter().map(row).filter(fits).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let first = match key {
            "region" => row.unit.ref_area.to_string(),
            "kind" => row.unit.kind.code().to_owned(),
            _ => row.unit.name.clone(),
        };
        (first, row.unit.ref_area.clone(), row.unit.id.clone())
    });
    rows
}

fn list_page(visit: &Visit, kept: usize, rows: Vec<Row>, params: &Params) -> ListPage {
    let chosen = params.value("state");
    ListPage {
        shell: shell(visit, "单位"),
        nothing: kept == 0,
        kinds: kinds("全部类别", params.value("kind")),
        states: [("", "全部状态"), ("holds", "现有"), ("past", "已撤销或尚未设立")]
            .map(|(value, label)| Choice::new(value, label, chosen))
            .into(),
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

fn kinds(first: &str, chosen: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", first, chosen)];
    choices.extend(UnitKind::ALL.iter().map(|k| Choice::new(k.code(), k.label(), chosen)));
    choices
}

fn table(rows: &[Row]) -> Table {
    let heads = ["地区", "区划代码", "单位", "简称", "类别", "隶属", "起止"];
    Table {
        title: "单位".to_owned(),
        columns: heads.map(Column::words).into(),
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    row.region.clone(),
                    row.unit.ref_area.to_string(),
                    row.unit.name.clone(),
                    row.unit.short_name.clone(),
                    row.unit.kind.label().to_owned(),
                    row.parent.clone(),
                    row.unit.validity.to_string(),
                ]
            })
            .collect(),
    }
}

/// `GET /admin/units/new`
pub(crate) async fn new(visit: Visit, State(app): State<App>) -> Answer {
    let known = known(&visit, &app).await?;
    let region = visit.frame.region.clone().or_else(|| known.reach.only().cloned());
    let region = region.map_or_else(String::new, |code| code.to_string());
    let form =
        Form::filled(vec![("ref_area", region), ("valid_from", visit.frame.today.to_string())]);
    page(&new_page(&visit, &known, form))
}

fn new_page(visit: &Visit, known: &Known, form: Form) -> UnitPage {
    UnitPage {
        shell: shell(visit, "登记单位").under("单位", PATH),
        action: format!("{PATH}/new"),
        regions: region_choices(&known.regions, &known.reach, form.value("ref_area")),
        kinds: kinds("按名称推定", form.value("kind")),
        parents: Vec::new(),
        form,
    }
}

/// `POST /admin/units/new`
pub(crate) async fn create(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let known = known(&visit, &app).await?;
    let place = region(&mut form, &known.regions, &known.reach);
    let fields = fields(&mut form);
    let (Some(ref_area), Some(fields)) = (place, fields) else {
        return refused(&new_page(&visit, &known, form));
    };
    if let Some(same) = twin(&known.units, &ref_area, &fields, None) {
        form.refuse("name", format!("同一时期已有“{same}”，请核对；改名请在原单位上修改"));
        return refused(&new_page(&visit, &known, form));
    }
    let unit = fields.unit(UnitId(app.new_id()), ref_area, None);
    let mut tx = app.store.begin(&unit.ref_area).await?;
    units::insert(&mut tx, &unit).await?;
    tx.commit(entry(&visit, &app, "unit.create", &unit)).await?;
    Ok(visit.redirect(&app, &Toast::new(format!("已登记 {}", unit.name)), PATH))
}

fn entry(
    visit: &Visit,
    app: &App,
    action: &str,
    unit: &ResponsibleUnit,
) -> halfsky_store::audit::Entry {
    visit.entry(app, action, &format!("unit {}", unit.id)).about(&unit.name)
}

/// What a form says about a unit.
struct Fields {
    name: String,
    short_name: String,
    kind: UnitKind,
    validity: Validity,
}

impl Fields {
    fn unit(self, id: UnitId, ref_area: RefArea, parent: Option<UnitId>) -> ResponsibleUnit {
        let Self { name, short_name, kind, validity } = self;
        ResponsibleUnit { id, ref_area, name, short_name, kind, parent, validity }
    }
}

fn fields(form: &mut Form) -> Option<Fields> {
    let name = required(form, "name", "请填写单位全称");
    let kind = match form.value("kind") {
        "" => Some(UnitKind::guess(&name)),
        code => UnitKind::from_code(code),
    };
    if kind.is_none() {
        form.refuse("kind", "请选择类别");
    }
    let validity = validity(form);
    let short_name = form.value("short_name").to_owned();
    let fields = Fields { name, short_name, kind: kind?, validity: validity? };
    (!form.is_refused()).then_some(fields)
}

/// Another unit of the same name in the same region at the same time.
fn twin(
    units: &[StoredUnit],
    ref_area: &RefArea,
    fields: &Fields,
    own: Option<&UnitId>,
) -> Option<String> {
    let same = units.iter().map(|stored| &stored.unit).find(|unit| {
        unit.ref_area == *ref_area
            && unit.name == fields.name
            && unit.validity.overlaps(fields.validity)
            && Some(&unit.id) != own
    });
    same.map(|unit| unit.name.clone())
}

fn find(known: &Known, ref_area: &str, id: &str) -> Result<StoredUnit, WebError> {
    let found = known
        .units
        .iter()
        .find(|stored| stored.unit.ref_area.as_str() == ref_area && stored.unit.id.0 == id);
    found.cloned().ok_or_else(|| nothing("单位"))
}

/// `GET /admin/units/{ref_area}/{unit}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((ref_area, id)): Path<(String, String)>,
) -> Answer {
    let known = known(&visit, &app).await?;
    let stored = find(&known, &ref_area, &id)?;
    let unit = &stored.unit;
    let day = |date: Option<Date>| date.map_or_else(String::new, |d| d.to_string());
    let form = Form::filled(vec![
        ("name", unit.name.clone()),
        ("short_name", unit.short_name.clone()),
        ("kind", unit.kind.code().to_owned()),
        ("parent", unit.parent.as_ref().map_or_else(String::new, |p| p.0.clone())),
        ("valid_from", unit.validity.from.to_string()),
        ("valid_until", day(unit.validity.until)),
        ("seen", stored.revision.to_string()),
    ]);
    page(&unit_page(&visit, &known, unit, form))
}

fn unit_page(visit: &Visit, known: &Known, unit: &ResponsibleUnit, form: Form) -> UnitPage {
    let chosen = form.value("parent").to_owned();
    let mut parents = vec![Choice::new("", "不隶属于其他单位", &chosen)];
    let others = known.units.iter().map(|stored| &stored.unit);
    let others = others.filter(|u| u.ref_area == unit.ref_area && u.id != unit.id);
    parents.extend(others.map(|u| Choice::new(u.id.0.as_str(), u.name.clone(), &chosen)));
    UnitPage {
        shell: shell(visit, &unit.name).under("单位", PATH),
        action: format!("{PATH}/{}/{}", unit.ref_area, unit.id),
        regions: Vec::new(),
        kinds: kinds("按名称推定", form.value("kind")),
        parents,
        form,
    }
}

/// `POST /admin/units/{ref_area}/{unit}`
pub(crate) async fn change(
    visit: Visit,
    State(app): State<App>,
    Path((ref_area, id)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let known = known(&visit, &app).await?;
    let before = find(&known, &ref_area, &id)?.unit;
    let fields = fields(&mut form);
    let parent = parent(&mut form, &known.units, &before);
    let seen = form.value("seen").parse().unwrap_or(0);
    let Some(fields) = fields.filter(|_| !form.is_refused()) else {
        return refused(&unit_page(&visit, &known, &before, form));
    };
    if let Some(same) = twin(&known.units, &before.ref_area, &fields, Some(&before.id)) {
        form.refuse("name", format!("同一时期已有另一个“{same}”，请核对"));
        return refused(&unit_page(&visit, &known, &before, form));
    }
    let after = fields.unit(before.id.clone(), before.ref_area.clone(), parent);
    let names = unit_names(&known.units);
    let above = |u: &ResponsibleUnit| {
        let key = u.parent.clone().map(|id| (u.ref_area.clone(), id));
        key.and_then(|key| names.get(&key).cloned()).unwrap_or_default()
    };
    let entry = entry(&visit, &app, "unit.change", &before)
        .changed("名称", &before.name, &after.name)
        .changed("简称", &before.short_name, &after.short_name)
        .changed("类别", before.kind.label(), after.kind.label())
        .changed("隶属", &above(&before), &above(&after))
        .changed("起止", &before.validity.to_string(), &after.validity.to_string());
    let mut tx = app.store.begin(&after.ref_area).await?;
    units::save(&mut tx, &after, seen).await?;
    tx.commit(entry).await?;
    Ok(visit.redirect(&app, &Toast::new(format!("已保存 {}", after.name)), PATH))
}

/// Reads the unit above; a chain of units that ends in itself is refused.
fn parent(form: &mut Form, units: &[StoredUnit], of: &ResponsibleUnit) -> Option<UnitId> {
    let typed = form.value("parent").to_owned();
    if typed.is_empty() {
        return None;
    }
    let at = |id: &UnitId| {
        units.iter().map(|s| &s.unit).find(|u| u.ref_area == of.ref_area && u.id == *id)
    };
    let chosen = UnitId(typed);
    let mut above = at(&chosen);
    if above.is_none() {
        form.refuse("parent", "隶属单位不在单位表中，请重新选择");
        return None;
    }
    for _ in 0..=units.len() {
        let Some(unit) = above else { return Some(chosen) };
        if unit.id == of.id {
            break;
        }
        above = unit.parent.as_ref().and_then(at);
    }
    form.refuse("parent", "这样会成为自己的下级，请另选隶属单位");
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(id: &str, name: &str, parent: Option<&str>) -> StoredUnit {
        StoredUnit {
            unit: ResponsibleUnit {
                id: UnitId(id.to_owned()),
                ref_area: "990101".parse().unwrap(),
                name: name.to_owned(),
                short_name: String::new(),
                kind: UnitKind::guess(name),
                parent: parent.map(|p| UnitId(p.to_owned())),
                validity: Validity::from(jiff::civil::date(2021, 1, 1)),
            },
            revision: 1,
        }
    }

    fn units() -> Vec<StoredUnit> {
        vec![stored("a", "县卫生健康局", None), stored("b", "县妇幼保健院", Some("a"))]
    }

    #[test]
    fn a_unit_never_stands_above_itself() {
        let units = units();
        let chosen = |parent: &str, of: usize| {
            let mut form = Form::filled(vec![("parent", parent.to_owned())]);
            let read = super::parent(&mut form, &units, &units[of].unit);
            (read.map(|id| id.0), form.is_refused())
        };
        assert_eq!(chosen("a", 1), (Some("a".to_owned()), false));
        assert_eq!(chosen("b", 0), (None, true));
        assert_eq!(chosen("a", 0), (None, true));
        assert_eq!(chosen("z", 0), (None, true));
        assert_eq!(chosen("", 0), (None, false));
    }

    #[test]
    fn the_list_draws_and_filters() {
        let reach = Reach::default();
        let known = Known { reach, regions: Vec::new(), units: units() };
        let draw = |query: &str| {
            let params = Params::read(PATH, query);
            let rows = chosen(&known, &Visit::sample(), &params);
            list_page(&Visit::sample(), 1, rows, &params).render().unwrap()
        };
        assert!(draw("").contains("县妇幼保健院") && draw("").contains("县卫生健康局"));
        assert!(!draw("kind=government").contains("保健院</a>"));
        assert!(draw("state=past").contains("没有符合条件的单位"));
        assert_eq!(draw(""), draw(""));
    }
}
