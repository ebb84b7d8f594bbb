//! The duties of a region: who reports what, who leads, who led before.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use halfsky_monitor::reporting::{ReportingDuty, ReportingRole, UnitId};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_report::table::{Column, Table};
use halfsky_store::{duties, indicators};
use jiff::civil::Date;

use super::url;
use crate::app::App;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::rounds::{Area, UnitNames};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Now,
    Later,
    Past,
}

impl When {
    fn of(duty: &ReportingDuty, today: Date) -> Self {
        if duty.holds_on(today) {
            Self::Now
        } else if duty.from > today {
            Self::Later
        } else {
            Self::Past
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Later => "later",
            Self::Past => "past",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Now => "现行",
            Self::Later => "将开始",
            Self::Past => "已结束",
        }
    }
}

struct Row {
    duty: ReportingDuty,
    indicator: String,
    unit: String,
    when: When,
    /// Several units lead this indicator today.
    shared: bool,
}

impl Row {
    fn span(&self) -> String {
        let from = text::long_date(self.duty.from);
        match self.duty.until {
            Some(until) => format!("{from}至{}", text::long_date(until)),
            None => format!("{from}起"),
        }
    }

    fn end_url(&self, area: &Area) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("indicator", &self.duty.indicator.0);
        query.append_pair("unit", &self.duty.unit.0);
        format!("{}/end?{}", url(&area.code), query.finish())
    }
}

#[derive(Template)]
#[template(path = "duties/list.html")]
struct ListPage {
    shell: Shell,
    area: Area,
    nothing: bool,
    manages: bool,
    /// Indicators of the plans in force that nobody leads, by code and name.
    without_lead: Vec<(String, String)>,
    units: Vec<Choice>,
    roles: Vec<Choice>,
    whens: Vec<Choice>,
    list: Listing<Row>,
}

const FILTERS: [&str; 4] = ["q", "unit", "role", "when"];
const DEFAULT_SORT: &str = "indicator";

/// Names of the catalogue by code.
pub(crate) type Names = BTreeMap<IndicatorCode, String>;

/// The names of the indicators.
pub(crate) async fn names(app: &App) -> Result<Names, crate::error::WebError> {
    let catalogue = indicators::load_catalogue(&app.store).await?;
    Ok(catalogue.into_iter().map(|i| (i.code, i.name_zh)).collect())
}

/// `GET /duties/{ref_area}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let today = visit.frame.today;
    let all = duties::load(&app.store, &area.code).await?;
    let (names, units) = (names(&app).await?, UnitNames::load(&app.store, &area.code).await?);
    let rows = chosen(&all, (&names, &units), today, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&area, &rows), format);
    }
    let without = duties::without_lead(&app.store, &area.code, today).await?;
    let without = without.into_iter().map(|code| {
        let name = names.get(&code).cloned().unwrap_or_default();
        (code.0, name)
    });
    let manages = visit.may(&app, Action::ManageRounds, &area.code).await?;
    let about = (area, manages, without.collect());
    page(&list_page(&visit, about, (&all, &units), rows, &params))
}

fn chosen(
    all: &[ReportingDuty],
    (names, units): (&Names, &UnitNames),
    today: Date,
    params: &Params,
) -> Vec<Row> {
    let (words, unit) = (params.value("q"), params.value("unit"));
    let (role, when) = (params.value("role"), params.named("when").unwrap_or("now"));
    let leads = all.iter().filter(|d| d.role == ReportingRole::Lead && d.holds_on(today));
    let mut led: BTreeMap<&IndicatorCode, usize> = BTreeMap::new();
    for duty in leads {
        *led.entry(&duty.indicator).or_default() += 1;
    }
    let row = |duty: &ReportingDuty| Row {
        indicator: names.get(&duty.indicator).cloned().unwrap_or_default(),
        unit: units.name(&duty.unit),
        when: When::of(duty, today),
        shared: led.get(&duty.indicator).is_some_and(|count| *count > 1),
        duty: duty.clone(),
    };
    let fits = |row: &Row| {
        (row.indicator.contains(words) || row.duty.indicator.0.contains(&words.to_uppercase()))
            && (unit.is_empty() || unit == row.duty.unit.0)
            && match role {
                "" => true,
                "shared" => row.shared && row.duty.role == ReportingRole::Lead,
                role => role == row.duty.role.code(),
            }
            && (when.is_empty() || when == row.when.code())
    };
    let mut rows: Vec<Row> = all.iter().map(row).filter(fits).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let first = if key == "unit" { row.unit.clone() } else { String::new() };
        (first, row.duty.indicator.clone(), row.duty.role, row.duty.from, row.unit.clone())
    });
    rows
}

fn list_page(
    visit: &Visit,
    (area, manages, without_lead): (Area, bool, Vec<(String, String)>),
    (all, names): (&[ReportingDuty], &UnitNames),
    rows: Vec<Row>,
    params: &Params,
) -> ListPage {
    let (unit, role) = (params.value("unit"), params.value("role"));
    let when = params.named("when").unwrap_or("now");
    let busy: BTreeSet<&UnitId> = all.iter().map(|d| &d.unit).collect();
    let mut units = vec![Choice::new("", "全部单位", unit)];
    units.extend(busy.into_iter().map(|id| Choice::new(id.0.as_str(), names.name(id), unit)));
    let mut roles = vec![Choice::new("", "牵头和配合", role)];
    roles.extend(ReportingRole::ALL.iter().map(|r| Choice::new(r.code(), r.label(), role)));
    roles.push(Choice::new("shared", "多个单位牵头", role));
    let mut whens = vec![Choice::new("", "全部时间", when)];
    let every = [When::Now, When::Later, When::Past];
    whens.extend(every.map(|w| Choice::new(w.code(), w.label(), when)));
    ListPage {
        shell: Shell::new(visit, Stage::Submission, format!("{}填报任务", area.name))
            .under("报送轮次", crate::pages::rounds::PATH),
        area,
        nothing: all.is_empty(),
        manages,
        without_lead,
        units,
        roles,
        whens,
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

fn table(area: &Area, rows: &[Row]) -> Table {
    let row = |row: &Row| {
        vec![
            row.duty.indicator.to_string(),
            row.indicator.clone(),
            row.unit.clone(),
            row.duty.role.label().to_owned(),
            row.duty.basis.label().to_owned(),
            row.duty.from.to_string(),
            row.duty.until.map_or_else(String::new, |day| day.to_string()),
            row.when.label().to_owned(),
        ]
    };
    let heads = ["代码", "指标", "单位", "职责", "依据", "开始日", "结束日", "状态"];
    Table {
        title: format!("{}填报任务", area.name),
        columns: heads.map(Column::words).into(),
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use halfsky_monitor::reporting::Basis;
    use jiff::civil::date;

    use super::*;

    fn duty(indicator: &str, unit: &str, until: Option<Date>) -> ReportingDuty {
        ReportingDuty {
            indicator: IndicatorCode(indicator.to_owned()),
            unit: UnitId(unit.to_owned()),
            role: ReportingRole::Lead,
            basis: Basis::Allocation,
            from: date(2021, 1, 1),
            until,
        }
    }

    fn all() -> Vec<ReportingDuty> {
        vec![
            duty("W-H02", "health", None),
            duty("W-H02", "education", None),
            duty("W-E07", "education", Some(date(2025, 12, 31))),
        ]
    }

    fn draw(query: &str) -> String {
        let params = Params::read("/duties/990101", query);
        let units = UnitNames::sample();
        let name = (IndicatorCode("W-H02".to_owned()), "孕产妇死亡率".to_owned());
        let rows = chosen(&all(), (&[name].into(), &units), date(2026, 3, 5), &params);
        let without = vec![("W-E07".to_owned(), "高中阶段毛入学率".to_owned())];
        let about = (Area::sample(), true, without);
        list_page(&Visit::sample(), about, (&all(), &units), rows, &params).render().unwrap()
    }

    #[test]
    fn shows_who_leads_and_what_nobody_leads() {
        let html = draw("");
        assert!(html.contains("孕产妇死亡率") && html.contains("多个单位牵头"), "{html}");
        assert!(html.contains("高中阶段毛入学率") && html.contains("没有牵头单位"), "{html}");
        assert!(!html.contains("2025年12月31日"));
        assert_eq!(html, draw(""));
    }

    #[test]
    fn what_ended_can_be_looked_up() {
        assert!(draw("when=past").contains("2025年12月31日"));
        assert!(draw("unit=health&when=past").contains("没有符合条件的任务"));
        let shared = draw("role=shared&unit=health");
        assert!(shared.contains("县卫生健康局"));
    }
}
