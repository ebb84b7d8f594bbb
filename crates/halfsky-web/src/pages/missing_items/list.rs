//! The register of a region.

use askama::Template;
use axum::extract::State;
use halfsky_monitor::observation::MissingReason;
use halfsky_report::table::{Column, Table};
use halfsky_store::missing_items::{self, StoredMissingItem};

use super::url;
use crate::app::App;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::duties::list::{Names, names};
use crate::pages::rounds::Area;
use crate::pages::{Answer, page};
use crate::parts::due::Due;
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

struct Row {
    stored: StoredMissingItem,
    name: String,
    /// How near the planned survey is, while the figure is missing.
    survey_due: Option<Due>,
}

impl Row {
    fn years(&self) -> String {
        match self.stored.item.resolved {
            // one year alone, also one whose figure came in later
            Some(year) if year <= self.stored.item.since + 1 => {
                format!("{}年", self.stored.item.since)
            }
            Some(year) => format!("{}—{}年", self.stored.item.since, year - 1),
            None => format!("{}年起", self.stored.item.since),
        }
    }

    fn open(&self) -> bool {
        self.stored.item.resolved.is_none()
    }

    fn edit_url(&self, area: &Area) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("indicator", &self.stored.item.indicator.0);
        query.append_pair("since", &self.stored.item.since.to_string());
        format!("{}/edit?{}", url(&area.code), query.finish())
    }
}

#[derive(Template)]
#[template(path = "missing/list.html")]
struct ListPage {
    shell: Shell,
    area: Area,
    nothing: bool,
    manages: bool,
    /// Open ones, and of them those with a survey planned.
    open: usize,
    planned: usize,
    reasons: Vec<Choice>,
    states: Vec<Choice>,
    list: Listing<Row>,
}

const FILTERS: [&str; 3] = ["q", "reason", "state"];
const DEFAULT_SORT: &str = "indicator";

/// `GET /missing/{ref_area}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let all = missing_items::list(&app.store, &area.code).await?;
    let names = names(&app).await?;
    let rows = chosen(&all, &names, &visit, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&area, &rows), format);
    }
    let manages = visit.may(&app, Action::ManageRounds, &area.code).await?;
    page(&list_page(&visit, (area, manages), &all, rows, &params))
}

fn chosen(all: &[StoredMissingItem], names: &Names, visit: &Visit, params: &Params) -> Vec<Row> {
    let (words, reason) = (params.value("q"), params.value("reason"));
    let state = params.named("state").unwrap_or("open");
    let row = |stored: &StoredMissingItem| {
        let item = &stored.item;
        let due = item.survey_due.filter(|_| item.resolved.is_none());
        Row {
            name: names.get(&item.indicator).cloned().unwrap_or_default(),
            survey_due: due.map(|day| Due::on(day, visit.frame.today)),
            stored: stored.clone(),
        }
    };
    let fits = |row: &Row| {
        let item = &row.stored.item;
        let code = item.indicator.0.contains(&words.to_uppercase());
        (row.name.contains(words) || code || item.missing.owner.contains(words))
            && (reason.is_empty() || reason == item.missing.reason.code())
            && match state {
                "open" => row.open(),
                "planned" => row.open() && !item.survey.is_empty(),
                "resolved" => !row.open(),
                _ => true,
            }
    };
    let mut rows: Vec<Row> = all.iter().map(row).filter(fits).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let item = &row.stored.item;
        let first = match key {
            "owner" => item.missing.owner.clone(),
            "since" => item.since.to_string(),
            _ => String::new(),
        };
        (first, item.indicator.clone(), item.since)
    });
    rows
}

fn list_page(
    visit: &Visit,
    (area, manages): (Area, bool),
    all: &[StoredMissingItem],
    rows: Vec<Row>,
    params: &Params,
) -> ListPage {
    let reason = params.value("reason");
    let state = params.named("state").unwrap_or("open");
    let mut reasons = vec![Choice::new("", "全部原因", reason)];
    reasons.extend(MissingReason::ALL.iter().map(|r| Choice::new(r.code(), r.label(), reason)));
    let states =
        [("", "全部"), ("open", "仍缺"), ("planned", "已安排专项调查"), ("resolved", "已补上")];
    let open = || all.iter().filter(|stored| stored.item.resolved.is_none());
    ListPage {
        shell: Shell::new(visit, Stage::Submission, format!("{}缺项登记", area.name))
            .under("报送轮次", crate::pages::rounds::PATH),
        area,
        nothing: all.is_empty(),
        manages,
        open: open().count(),
        planned: open().filter(|stored| !stored.item.survey.is_empty()).count(),
        reasons,
        states: states.map(|(value, label)| Choice::new(value, label, state)).into(),
        list: Listing::new(params, rows, &FILTERS, DEFAULT_SORT),
    }
}

fn table(area: &Area, rows: &[Row]) -> Table {
    let row = |row: &Row| {
        let item = &row.stored.item;
        vec![
            item.indicator.to_string(),
            row.name.clone(),
            row.years(),
            item.missing.reason.label().to_owned(),
            item.missing.note.clone(),
            item.missing.owner.clone(),
            item.missing.substitute.clone(),
            item.survey.clone(),
            item.survey_due.map_or_else(String::new, |day| day.to_string()),
        ]
    };
    let heads = [
        "代码",
        "指标",
        "缺数年份",
        "原因",
        "说明",
        "应有数据的单位",
        "替代数据",
        "专项调查",
        "调查完成日",
    ];
    Table {
        title: format!("{}缺项登记", area.name),
        columns: heads.map(Column::words).into(),
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use halfsky_monitor::observation::Missing;
    use halfsky_plan::indicator::IndicatorCode;
    use halfsky_store::missing_items::MissingItem;
    use halfsky_store::plans::Stamp;
    use jiff::civil::date;

    use super::*;

    pub(crate) fn stored(code: &str, survey: &str, resolved: Option<i32>) -> StoredMissingItem {
        StoredMissingItem {
            item: MissingItem {
                indicator: IndicatorCode(code.to_owned()),
                since: 2021,
                resolved,
                missing: Missing {
                    reason: MissingReason::SampledAbove,
                    note: String::new(),
                    owner: "县统计局".to_owned(),
                    substitute: "全市推算数".to_owned(),
                },
                survey: survey.to_owned(),
                survey_due: (!survey.is_empty()).then_some(date(2026, 6, 30)),
            },
            revision: 1,
            changed: Stamp { at: crate::testing::now(), by: "示例".to_owned() },
        }
    }

    fn draw(query: &str) -> String {
        let params = Params::read("/missing/990101", query);
        let all = [stored("W-H01", "专项抽样调查", None), stored("W-E07", "", Some(2024))];
        let names = [(IndicatorCode("W-H01".to_owned()), "平均预期寿命".to_owned())].into();
        let rows = chosen(&all, &names, &Visit::sample(), &params);
        list_page(&Visit::sample(), (Area::sample(), true), &all, rows, &params).render().unwrap()
    }

    #[test]
    fn shows_what_is_still_missing() {
        let html = draw("");
        for words in ["平均预期寿命", "上级抽样推算", "全市推算数", "专项抽样调查", "2026年6月30日"]
        {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(!html.contains("2021—2023年"));
        assert_eq!(html, draw(""));
    }

    #[test]
    fn what_was_filled_can_be_looked_up() {
        assert!(draw("state=resolved").contains("2021—2023年"));
        assert!(draw("reason=secret").contains("没有符合条件的缺项"));
    }
}
