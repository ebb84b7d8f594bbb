//! Every component once, with invented content. The page exists in debug builds only; it is the sample that
//! tests draw the components from.

use askama::Template;

use crate::form::Form;
use crate::list::{Choice, Listing, Params};
use crate::pages::{Answer, page};
use crate::parts::due::Due;
use crate::parts::marked::{Piece, excerpt, pieces};
use crate::parts::progress::Progress;
use crate::parts::status::Shape;
use crate::parts::tab::Tab;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "components.html")]
struct ComponentsPage {
    shell: Shell,
    list: Listing<Row>,
    domains: Vec<Choice>,
    form: Form,
    choices: Vec<Choice>,
    tabs: Vec<Tab>,
    segments: Vec<Tab>,
    due: [Due; 3],
    progress: Progress,
    found: Vec<Piece>,
}

/// An indicator of the sample table.
struct Row {
    name: String,
    unit: &'static str,
    baseline: String,
    target: String,
    value: String,
    shape: Shape,
}

/// `GET /components`
pub(crate) async fn show(visit: Visit, params: Params) -> Answer {
    page(&components_page(&visit, &params))
}

fn components_page(visit: &Visit, params: &Params) -> ComponentsPage {
    let segment = |label: &str, count| Tab::new(label, "#segments").counting(count);
    let day = |text: &str| Due::on(text.parse().unwrap_or(visit.frame.today), visit.frame.today);
    let today = visit.frame.today;
    let in_days = |days: i64| day(&(today + jiff::Span::new().days(days)).to_string());
    ComponentsPage {
        shell: Shell::new(visit, Stage::None, "组件").showing(true.into()),
        list: Listing::new(params, rows(), &["q", "domain"], "name"),
        domains: vec![
            Choice::new("", "全部领域", params.value("domain")),
            Choice::new("health", "妇女与健康", params.value("domain")),
        ],
        form: form(),
        choices: vec![Choice::new("pass", "通过", "pass"), Choice::new("return", "退回", "pass")],
        tabs: vec![
            Tab::new("数据", "#tabs").chosen_if(|| true),
            segment("修订记录", 5),
            Tab { mark: "待确认2".to_owned(), ..segment("预警", 3) },
        ],
        segments: vec![
            segment("全部", 36).chosen_if(|| true),
            segment("需加快", 5),
            segment("困难", 2),
        ],
        due: [in_days(8), in_days(2), in_days(-3)],
        progress: Progress {
            percent: Some(62), ..Progress::new("正在排版第5章，共8章", 72)
        },
        found: pieces(&excerpt("孕产妇死亡率控制在12/10万以下", &["死亡率"], 40), &["死亡率"]),
    }
}

fn rows() -> Vec<Row> {
    let row = |name: &str, figures: [&'static str; 4], shape| Row {
        name: name.to_owned(),
        unit: figures[0],
        baseline: figures[1].to_owned(),
        target: figures[2].to_owned(),
        value: figures[3].to_owned(),
        shape,
    };
    let mut list = vec![
        row("孕产妇死亡率", ["1/10万", "14.4", "≤12.0", "9.8"], Shape::Attained),
        row("适龄妇女宫颈癌人群筛查率", ["%", "38.6", "≥70.0", "58.4"], Shape::OnTrack),
        row("城镇单位就业人员女性比例", ["%", "39.1", "40.0左右", "37.8"], Shape::AtRisk),
        row("农村自来水普及率", ["%", "95.2", "≥99.0", "95.8"], Shape::Unlikely),
        row("妇女健康素养水平", ["%", "18.2", "≥30.0", "—"], Shape::NoData),
        row("孕产妇贫血患病率", ["%", "14.8", "≤10.0", "12.4"], Shape::Incomparable),
    ];
    list.extend(
        (7..=120).map(|n| {
            row(&format!("示例指标{n}"), ["人", "1,204", "≥1,500", "1,377"], Shape::OnTrack)
        }),
    );
    list
}

fn form() -> Form {
    let mut form = Form::filled(vec![
        ("unit", "县卫生健康局".to_owned()),
        ("deadline", "2026年13月5日".to_owned()),
        ("remarks", "县财政增列筛查经费，新开设12个筛查点。".to_owned()),
        ("notify", "yes".to_owned()),
    ]);
    form.refuse("deadline", "月份应为1—12");
    form.refuse("file", "请选择附件");
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_component_is_drawn_twice_the_same() {
        let draw = || {
            let params = Params::read("/components", "page=2&q=%E7%8E%87&sort=-name");
            components_page(&Visit::sample(), &params).render().unwrap()
        };
        let html = draw();
        for part in [
            "class=\"toast\"",
            "class=\"chip at-risk\"",
            "class=\"why",
            "class=\"level level-4\"",
            "class=\"due due-overdue\"",
            "class=\"empty\"",
            "class=\"alert error\"",
            "aria-current=\"step\"",
            "class=\"tabs\"",
            "class=\"segments\"",
            "class=\"pager\"",
            "aria-sort=\"descending\"",
            "data-drop",
            "aria-invalid=\"true\"",
            "data-dialog",
            "<progress",
            "class=\"skeleton\"",
            "class=\"timeline\"",
            "class=\"tile\"",
            "<mark>死亡率</mark>",
            "data-summary",
            "type=\"password\"",
            "name=\"sort\"",
        ] {
            assert!(html.contains(part), "{part} is not shown");
        }
        assert_eq!(html, draw());
    }
}
