//! 认定: a person says how far a qualitative target is, with reason and evidence.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_evaluate::class::Class;
use halfsky_evaluate::qualitative::Progress;
use halfsky_evaluate::run::TargetResult;
use halfsky_monitor::text_report::Attachment;
use halfsky_store::evaluations;
use halfsky_store::files::FileHash;
use halfsky_store::judgements::{self, Judgement};

use super::{Parts, TargetKey, nothing};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Upload, UploadedFile};
use crate::list::Choice;
use crate::pages::evaluations::shell;
use crate::pages::reporting::upload::{in_background, keep_bytes};
use crate::pages::rounds::Area;
use crate::pages::{Answer, download, page, refused};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

/// The largest paper that is kept as evidence, in bytes.
pub(crate) const LARGEST: usize = 20 * 1024 * 1024;

#[derive(Template)]
#[template(path = "targets/judge.html")]
struct JudgePage {
    shell: Shell,
    url: String,
    indicator: String,
    demand: String,
    lead: String,
    choices: Vec<Choice>,
    form: Form,
}

/// The target with the judgements that stand.
async fn load(app: &App, key: &TargetKey) -> Result<(TargetResult, Vec<Judgement>, i32), WebError> {
    let stored = evaluations::newest(&app.store, &key.ref_area, &key.plan_id).await?;
    let run = stored.ok_or_else(nothing)?.run;
    let target = run.target(key.number).ok_or_else(nothing)?.clone();
    if !matches!(target.class, Class::People(_)) {
        return Err(WebError::Refused("这个目标按数据判定，不由人认定。".to_owned()));
    }
    let mut all = judgements::of_plan(&app.store, &key.ref_area, &key.plan_id).await?;
    let own = all.remove(&target.key).unwrap_or_default();
    Ok((target, own, run.year))
}

/// `GET …/judge`
pub(crate) async fn ask(visit: Visit, State(app): State<App>, Path(parts): Path<Parts>) -> Answer {
    let key = TargetKey::read(&parts)?;
    let (target, known, year) = load(&app, &key).await?;
    let form = Form::filled(vec![
        ("seen", known.len().to_string()),
        ("year", year.to_string()),
        ("progress", known.last().map_or("", |j| j.progress.code()).to_owned()),
    ]);
    page(&judge_page(&visit, &app, &key, &target, form).await?)
}

async fn judge_page(
    visit: &Visit,
    app: &App,
    key: &TargetKey,
    target: &TargetResult,
    form: Form,
) -> Result<JudgePage, WebError> {
    let area = Area::find(&app.store, key.ref_area.as_str()).await?;
    let chosen = form.value("progress");
    Ok(JudgePage {
        shell: shell(visit, &area, "认定定性目标").under(target.indicator.clone(), key.url()),
        url: key.url(),
        indicator: target.indicator.clone(),
        demand: target.demand.clone(),
        lead: target.lead.join("、"),
        choices: Progress::ALL.map(|p| Choice::new(p.code(), p.label(), chosen)).into(),
        form,
    })
}

/// `POST …/judge`
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    Path(parts): Path<Parts>,
    Upload { mut form, file }: Upload,
) -> Answer {
    let key = TargetKey::read(&parts)?;
    let (target, _, _) = load(&app, &key).await?;
    let progress = Progress::from_code(form.value("progress"));
    if progress.is_none() {
        form.refuse("progress", "请选择完成、推进或未启动");
    }
    let reason = form.required("reason", "请写明认定的理由");
    let year: Option<i32> = form.value("year").parse().ok().filter(|y| (1990..=2100).contains(y));
    if year.is_none() {
        form.refuse("year", "请填写4位数字的年份");
    }
    refuse_large(&mut form, file.as_ref());
    if progress == Some(Progress::Done) && file.is_none() {
        form.refuse("file", "认定为完成的，请附佐证材料");
    }
    let (Some(progress), Some(year), false) = (progress, year, form.is_refused()) else {
        return refused(&judge_page(&visit, &app, &key, &target, form).await?);
    };
    let evidence = keep(&app, file).await?;
    let stamp = visit.stamp(&app);
    let judgement = Judgement { progress, year, reason: reason.clone(), evidence, stamp };
    let seen = form.value("seen").parse().unwrap_or(0);
    let mut tx = app.store.begin(&key.ref_area).await?;
    judgements::add(&mut tx, &key.plan_id, &target.key, seen, &judgement).await?;
    let entry = visit
        .entry(&app, "target.judge", &format!("target {}/{}", key.plan_id.0, key.number))
        .about(&target.indicator)
        .changed("认定", "", &format!("{year}年{}", progress.label()))
        .because(&reason);
    tx.commit(entry).await?;
    let toast = Toast::new("已认定；下次评估起计入结论");
    Ok(visit.redirect(&app, &toast, &key.url()))
}

/// Refuses a file that is too large to be kept.
pub(crate) fn refuse_large(form: &mut Form, file: Option<&UploadedFile>) {
    if file.is_some_and(|f| f.bytes.len() > LARGEST) {
        form.refuse("file", "文件超过20 MB，请压缩或拆分后再上传");
    }
}

/// Keeps an uploaded file under its hash; none is no attachment.
pub(crate) async fn keep(
    app: &App,
    file: Option<UploadedFile>,
) -> Result<Vec<Attachment>, WebError> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let size = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
    let hash = keep_bytes(app, file.bytes.to_vec()).await?;
    Ok(vec![Attachment { name: file.name, sha256: hash.as_str().to_owned(), size }])
}

/// Hands out a kept file: always to be saved, never to be shown by the browser.
pub(crate) async fn hand_out(app: &App, file: &Attachment) -> Answer {
    let hash = FileHash::parse(&file.sha256)
        .ok_or_else(|| WebError::NotFound("没有这个文件。".to_owned()))?;
    let files = app.store.files().clone();
    let bytes = in_background(move || files.read(&hash)).await??;
    Ok(download(&file.name, "application/octet-stream", bytes))
}

/// `GET …/evidence/{sequence}/{position}`
pub(crate) async fn evidence(
    State(app): State<App>,
    Path((area, plan, number, sequence, position)): Path<(String, String, String, String, String)>,
) -> Answer {
    let key = TargetKey::read(&(area, plan, number))?;
    let (_, known, _) = load(&app, &key).await?;
    let missing = || WebError::NotFound("没有这个文件。".to_owned());
    let sequence: usize = sequence.parse().map_err(|_| missing())?;
    let position: usize = position.parse().map_err(|_| missing())?;
    let judgement = sequence.checked_sub(1).and_then(|at| known.get(at)).ok_or_else(missing)?;
    hand_out(&app, judgement.evidence.get(position).ok_or_else(missing)?).await
}
