//! Two runs of a plan side by side: what changed, and why.

use askama::Template;
use axum::extract::State;
use halfsky_evaluate::run::{Run, TargetDifference, compare};
use halfsky_report::evaluation_tables::differences;
use halfsky_report::evaluation_wording::change;
use halfsky_store::evaluations::{self, RunHead, RunKey};

use super::rates::nothing;
use super::{Chosen, run_label, shell, target_url, url};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Params};
use crate::pages::rounds::Area;
use crate::pages::{Answer, page};
use crate::parts::status::Shape;
use crate::permission::Action;
use crate::shell::Shell;
use crate::visit::Visit;

struct Row {
    indicator: String,
    url: String,
    demand: String,
    before: Option<(Shape, &'static str)>,
    after: Option<(Shape, &'static str)>,
    moved: bool,
    why: Vec<String>,
}

#[derive(Template)]
#[template(path = "evaluations/compare.html")]
struct ComparePage {
    shell: Shell,
    plan: String,
    plan_id: String,
    action: String,
    from: Vec<Choice>,
    to: Vec<Choice>,
    /// What differs in the runs as a whole.
    general: Vec<String>,
    same_hash: bool,
    rows: Vec<Row>,
    moved: usize,
    exports: (String, String),
}

/// `GET /evaluations/{ref_area}/compare?plan=…&from=…&to=…`; without them the last two runs.
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let chosen = Chosen::load(&visit, &app, area, &params).await?.ok_or_else(nothing)?;
    let heads = &chosen.heads;
    let number = |name: &str, default: usize| -> Option<&RunHead> {
        let asked: Option<u32> = params.value(name).parse().ok();
        let known = asked.and_then(|n| heads.iter().find(|h| h.key.number == n));
        known.or_else(|| heads.get(default)).or_else(|| heads.last())
    };
    let (Some(from), Some(to)) = (number("from", 1), number("to", 0)) else {
        return Err(nothing());
    };
    let (before, after) = (load(&visit, &app, from).await?, load(&visit, &app, to).await?);
    let found = compare(&before, &after);
    if let Some(format) = export::Format::asked(&params) {
        let title = format!("{} 评估对比", chosen.plan().title);
        return export::answer(&differences(&title, &found), format);
    }
    let mut general = Vec::new();
    general.extend(found.method.as_ref().map(|(was, is)| format!("方法版本由{was}变为{is}")));
    general.extend(found.year.map(|(was, is)| format!("评估年度由{was}年变为{is}年")));
    general.extend(found.version.map(|(was, is)| format!("规划由第{was}版变为第{is}版")));
    for (words, was, is) in &found.parameters {
        general.push(format!("参数“{words}”由{was}变为{is}"));
    }
    let mut rows: Vec<Row> = found.targets.iter().map(|t| row(&after, t)).collect();
    rows.sort_by_key(|row| !row.moved);
    let options = |chosen: &RunHead| -> Vec<Choice> {
        let chosen = chosen.key.number.to_string();
        heads.iter().map(|h| Choice::new(h.key.number.to_string(), run_label(h), &chosen)).collect()
    };
    page(&ComparePage {
        shell: shell(&visit, &chosen.area, "对比两次评估").showing(chosen.plan().example.into()),
        plan: chosen.plan().title.clone(),
        plan_id: chosen.plan().plan_id.0.clone(),
        action: format!("{}/compare", url(&chosen.area.code)),
        same_hash: from.hash == to.hash,
        from: options(from),
        to: options(to),
        general,
        moved: rows.iter().filter(|row| row.moved).count(),
        rows,
        exports: (params.with(&[("export", "xlsx")]), params.with(&[("export", "csv")])),
    })
}

async fn load(visit: &Visit, app: &App, head: &RunHead) -> Result<Run, WebError> {
    let key: &RunKey = &head.key;
    let run = evaluations::load(&app.store, key).await?.run;
    let all = visit.may(app, Action::ReadSmallCounts, &key.ref_area).await?;
    Ok(if all { run } else { run.without_small_counts() })
}

fn row(after: &Run, found: &TargetDifference) -> Row {
    let class =
        |class: Option<halfsky_evaluate::class::Class>| class.map(|c| (Shape::of(c), c.label()));
    let target = after.keyed(&found.key);
    Row {
        indicator: found.indicator.clone(),
        url: target.map_or_else(String::new, |t| target_url(after, t)),
        demand: found.demand.clone(),
        before: class(found.before),
        after: class(found.after),
        moved: found.moved(),
        why: found.changes.iter().map(change).collect(),
    }
}
