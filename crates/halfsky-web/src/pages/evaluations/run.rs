//! 运行评估: judges a plan anew on what is published.

use axum::extract::State;
use halfsky_plan::ref_area::RefArea;
use halfsky_plan::version::PlanId;
use halfsky_store::evaluations::RunKey;

use super::url;
use crate::app::App;
use crate::error::WebError;
use crate::evaluating::{self, Asked, Evaluated, plans_in_force};
use crate::form::Posted;
use crate::pages::Answer;
use crate::pages::rounds::Area;
use crate::parts::toast::Toast;
use crate::visit::Visit;

/// `POST /evaluations/{ref_area}/run`
pub(crate) async fn run(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Posted(form): Posted,
) -> Answer {
    let asked = Asked {
        ref_area: area.code.clone(),
        plan_id: PlanId(form.value("plan").to_owned()),
        year: form.value("year").parse().ok(),
    };
    let done = evaluate(&visit, &app, &asked).await?;
    let words = format!("已评估{}个目标，{}", done.run.targets.len(), warned(&done));
    Ok(visit.redirect(&app, &Toast::new(words), &run_url(&done.key)))
}

/// Evaluates in the name of the visitor.
pub(crate) async fn evaluate(
    visit: &Visit,
    app: &App,
    asked: &Asked,
) -> Result<Evaluated, WebError> {
    let entry = visit.entry(app, "evaluation.run", "");
    Ok(evaluating::run(&app.store, asked, (&visit.stamp(app), entry)).await?)
}

/// 新增2条预警 or 没有新的预警.
pub(crate) fn warned(done: &Evaluated) -> String {
    match done.steps.iter().filter(|step| step.to > step.from).count() {
        0 => "没有新的预警".to_owned(),
        count => format!("新增或升级{count}条预警"),
    }
}

/// The list of a run's targets.
pub(crate) fn run_url(key: &RunKey) -> String {
    format!("{}?plan={}&run={}", url(&key.ref_area), key.plan_id.0, key.number)
}

/// Evaluates every plan in force of a region once figures were published; tells the outcome in a few words. What was
/// published stays published when an evaluation fails: then people are told to run it again.
pub(crate) async fn after_publishing(
    visit: &Visit,
    app: &App,
    ref_area: &RefArea,
    year: i32,
) -> String {
    match evaluate_all(visit, app, ref_area, year).await {
        Ok((0, _)) => String::new(),
        Ok((plans, 0)) => format!("；已评估{plans}部规划，没有新的预警"),
        Ok((plans, warned)) => format!("；已评估{plans}部规划，新增或升级{warned}条预警"),
        Err(error) => {
            tracing::error!(?error, "evaluation after publishing");
            "；评估没有完成，请在评估页重新运行".to_owned()
        }
    }
}

/// How many plans were evaluated, and how many warnings were raised.
async fn evaluate_all(
    visit: &Visit,
    app: &App,
    ref_area: &RefArea,
    year: i32,
) -> Result<(usize, usize), WebError> {
    let (mut plans, mut warned) = (0, 0);
    for plan in plans_in_force(&app.store, Some(ref_area), year).await? {
        let asked = Asked { ref_area: ref_area.clone(), plan_id: plan.plan_id.clone(), year: None };
        let done = evaluate(visit, app, &asked).await?;
        plans += 1;
        warned += done.steps.iter().filter(|step| step.to > step.from).count();
    }
    Ok((plans, warned))
}
