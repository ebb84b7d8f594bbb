//! 我的待办: everything that waits for the visitor, from every module, most pressing first.

use askama::Template;
use halfsky_report::table::{Column, Table};

use crate::export;
use crate::list::{Listing, Params};
use crate::pages::{Answer, page};
use crate::parts::due::{Due, Lamp};
use crate::parts::tab::Tab;
use crate::shell::{Shell, Stage};
use crate::tasks::Task;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "overview/tasks.html")]
struct TasksPage {
    shell: Shell,
    /// Nothing waits at all.
    nothing: bool,
    stages: Vec<Tab>,
    lamps: Vec<Tab>,
    list: Listing<Task>,
}

const LAMPS: [Lamp; 3] = [Lamp::Overdue, Lamp::Near, Lamp::Normal];

/// `GET /tasks?stage=…&due=…`
pub(crate) async fn show(visit: Visit, params: Params) -> Answer {
    let rows = chosen(&visit.frame.tasks, &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows), format);
    }
    page(&tasks_page(&visit, rows, &params))
}

/// A task without a date is as if it were due some day.
fn lamp(task: &Task) -> Lamp {
    task.due.as_ref().map_or(Lamp::Normal, |due| due.lamp)
}

fn chosen(tasks: &[Task], params: &Params) -> Vec<Task> {
    let fits = |name: &str, code: &str| {
        let wanted = params.value(name);
        wanted.is_empty() || wanted == code
    };
    let kept =
        tasks.iter().filter(|t| fits("stage", t.stage.code()) && fits("due", lamp(t).code()));
    kept.cloned().collect()
}

fn tasks_page(visit: &Visit, rows: Vec<Task>, params: &Params) -> TasksPage {
    let tasks = &visit.frame.tasks;
    let tab = |name: &str, code: &str, label: &str, count| {
        let tab = Tab::new(label, params.with(&[(name, code)])).counting(count);
        tab.chosen_if(|| params.value(name) == code)
    };
    let mut stages = vec![tab("stage", "", "全部", tasks.len())];
    for stage in Stage::ALL {
        let count = tasks.iter().filter(|task| task.stage == stage).count();
        if count > 0 {
            stages.push(tab("stage", stage.code(), stage.label(), count));
        }
    }
    let mut lamps = vec![tab("due", "", "全部", tasks.len())];
    for one in LAMPS {
        let count = tasks.iter().filter(|task| lamp(task) == one).count();
        if count > 0 {
            lamps.push(tab("due", one.code(), one.label(), count));
        }
    }
    TasksPage {
        shell: Shell::new(visit, Stage::None, "我的待办"),
        nothing: tasks.is_empty(),
        stages,
        lamps,
        list: Listing::new(params, rows, &["stage", "due"], ""),
    }
}

fn table(rows: &[Task]) -> Table {
    let row = |task: &Task| {
        let due = task.due.as_ref();
        vec![
            task.title.clone(),
            task.note.clone(),
            task.stage.label().to_owned(),
            due.map_or_else(String::new, Due::day),
            due.map_or_else(String::new, |due| format!("{}{}", due.lamp.label(), due.words)),
        ]
    };
    Table {
        title: "我的待办".to_owned(),
        columns: ["事项", "说明", "来源", "期限", "状态"].map(Column::words).to_vec(),
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks() -> Vec<Task> {
        let today = "2026-03-05".parse().unwrap();
        let task = |title: &str, stage, due: Option<&str>| Task {
            stage,
            title: title.to_owned(),
            note: "说明".to_owned(),
            due: due.map(|day| Due::on(day.parse().unwrap(), today)),
            url: "/somewhere".to_owned(),
            action: "处理",
        };
        vec![
            task("催报2025年年报", Stage::Admin, Some("2026-03-01")),
            task("核对新版规划", Stage::Plan, Some("2026-03-06")),
            task("补录资料", Stage::Plan, None),
        ]
    }

    fn draw(tasks: Vec<Task>, query: &str) -> String {
        let mut visit = Visit::sample();
        let mut frame = (*visit.frame).clone();
        frame.tasks = tasks;
        visit.frame = frame.into();
        let params = Params::read("/tasks", query);
        tasks_page(&visit, chosen(&visit.frame.tasks, &params), &params).render().unwrap()
    }

    #[test]
    fn filters_by_module_and_by_date() {
        let all = draw(tasks(), "");
        assert!(
            all.contains("催报2025年年报")
                && all.contains("剩余1天")
                && all.contains("2026年3月6日")
        );
        let plans = draw(tasks(), "stage=plan");
        assert!(!plans.contains("催报2025年年报") && plans.contains("补录资料"));
        let late = draw(tasks(), "due=overdue");
        assert!(late.contains("催报2025年年报") && !late.contains("核对新版规划"));
        assert!(draw(tasks(), "stage=plan&due=overdue").contains("没有这样的待办"));
        assert_eq!(all, draw(tasks(), ""));
    }

    #[test]
    fn nothing_to_do_is_said() {
        assert!(draw(Vec::new(), "").contains("没有需要处理的事项"));
    }

    #[test]
    fn the_export_is_what_is_shown() {
        let rows = chosen(&tasks(), &Params::read("/tasks", "due=overdue"));
        assert_eq!(
            table(&rows).rows,
            [["催报2025年年报", "说明", "管理", "2026年3月1日", "超期4天"]]
        );
    }
}
