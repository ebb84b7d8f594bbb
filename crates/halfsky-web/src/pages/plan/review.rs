//! The review of a draft: what was understood beside the source text, notes first, every field correctable.

pub(crate) mod card;
pub(crate) mod source;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use halfsky_plan::indicator::{Indicator, IndicatorCode};
use halfsky_plan::note::{LineIndex, Severity};
use halfsky_plan::plan::ClausePlace;
use halfsky_plan::target::TargetKind;
use halfsky_plan::unit::Unit;
use halfsky_plan::version::{
    IndicatorLink, PlanVersion, Refusal, Review, ReviewCount, ReviewedTarget, VersionStatus,
};
use halfsky_store::indicators;
use halfsky_store::plans::{self, StoredVersion, VersionKey};

use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::Params;
use crate::pages::plan::{version_key, version_shell, version_url};
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;
use card::{Card, CardMaker, NEW_INDICATOR};
use source::{Line, Part};

#[derive(Template)]
#[template(path = "plan/review.html")]
struct ReviewPage {
    shell: Shell,
    /// Address of the version.
    base: String,
    title: String,
    number: u32,
    imported: String,
    source_name: String,
    can_undo: bool,
    /// Why the last step was refused; empty when it was not.
    alarm: String,
    remarks: Vec<Remark>,
    handled: Vec<Remark>,
    doubts: Vec<Doubt>,
    totals: Totals,
    tabs: Vec<Tab>,
    source: Vec<Line>,
    filters: Vec<Tab>,
    show: String,
    part: usize,
    /// Part and filter as they go along with every form.
    view_query: String,
    cards: Vec<Card>,
    counts: ReviewCount,
}

/// A note of the parser.
struct Remark {
    line: usize,
    message: String,
    hint: String,
    /// Where it is marked in the source; empty when it has no place.
    url: String,
}

/// A reason to look, with the targets it concerns.
struct Doubt {
    message: String,
    targets: Vec<DoubtfulTarget>,
}

struct DoubtfulTarget {
    number: u32,
    name: String,
    url: String,
}

struct Totals {
    targets: usize,
    numeric: usize,
    measures: usize,
    linked: usize,
    linkable: usize,
}

/// Which part of a draft is shown, and which of its targets.
#[derive(Debug, Clone, PartialEq, Eq)]
struct View {
    part: usize,
    /// Code of a [`Review`] state; empty for all.
    show: String,
}

impl View {
    fn read(params: &Params) -> Self {
        let show = Review::from_code(params.value("show")).map_or("", Review::code);
        Self { part: params.value("part").parse().unwrap_or(0), show: show.to_owned() }
    }

    fn query(&self) -> String {
        let part = format!("part={}", self.part);
        if self.show.is_empty() { part } else { format!("{part}&show={}", self.show) }
    }

    fn shows(&self, target: &ReviewedTarget) -> bool {
        self.show.is_empty() || target.review.code() == self.show
    }
}

/// A card to be drawn with what was typed, and why it was not saved.
struct Typed {
    number: u32,
    form: Form,
    conflict: String,
}

/// `GET …/review`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(parts): Path<(String, String, String)>,
    params: Params,
) -> Answer {
    let key = version_key(&parts)?;
    let stored = plans::load(&app.store, &key).await?;
    if stored.version.status != VersionStatus::Draft {
        return Ok(Redirect::to(&version_url(&key)).into_response());
    }
    let catalogue = indicators::load_catalogue(&app.store).await?;
    page(&review_page(
        &visit,
        &stored,
        &catalogue,
        Drawn { view: View::read(&params), typed: None },
    ))
}

/// How the page is drawn: the chosen view, and a card that could not be saved.
struct Drawn {
    view: View,
    typed: Option<Typed>,
}

fn review_page(
    visit: &Visit,
    stored: &StoredVersion,
    catalogue: &[Indicator],
    mut drawn: Drawn,
) -> ReviewPage {
    let version = &stored.version;
    let parts = source::parts(version);
    drawn.view.part = drawn.view.part.min(parts.len().saturating_sub(1));
    let Drawn { view, typed } = drawn;
    let part = &parts[view.part];
    let (remarks, handled) = remarks(version, &parts);
    ReviewPage {
        shell: version_shell(visit, stored, "核对"),
        base: version_url(&VersionKey::of(version)),
        title: version.plan.title.clone(),
        number: version.number,
        imported: text::minute(stored.imported.at),
        source_name: version.source.name.clone(),
        can_undo: !version.corrections.is_empty(),
        alarm: String::new(),
        remarks,
        handled,
        doubts: doubts(version, &parts, &view),
        totals: totals(version),
        tabs: tabs(version, &parts, &view),
        source: source::lines(version, &part.ranges),
        filters: filters(version, part, &view),
        show: view.show.clone(),
        part: view.part,
        view_query: view.query(),
        cards: cards(stored, catalogue, part, (&view, typed)),
        counts: version.review_count(),
    }
}

/// The part in which a target is reviewed.
pub(crate) fn part_of(version: &PlanVersion, number: u32) -> usize {
    place(&source::parts(version), number)
}

/// The same from the place of a target and the number of domains, where the plan itself was not read.
pub(crate) fn part_at(place: Option<ClausePlace>, domains: usize) -> usize {
    source::domain_at(place, domains)
}

fn place(parts: &[Part], number: u32) -> usize {
    parts.iter().position(|p| p.targets.contains(&number)).unwrap_or(0)
}

fn remarks(version: &PlanVersion, parts: &[Part]) -> (Vec<Remark>, Vec<Remark>) {
    let lines = LineIndex::new(&version.text);
    let mut lists = (Vec::new(), Vec::new());
    for (at, note) in version.plan.notes.iter().enumerate() {
        let part = parts.iter().position(|p| p.ranges.iter().any(|r| r.covers(note.span)));
        let placed = note.span.end > note.span.start;
        let remark = Remark {
            line: if placed { lines.line(note.span.start) } else { 0 },
            message: note.message.clone(),
            hint: note.hint.clone(),
            url: part.filter(|_| placed).map_or_else(String::new, |p| format!("?part={p}#n{at}")),
        };
        if note.severity == Severity::Info { lists.1.push(remark) } else { lists.0.push(remark) }
    }
    lists
}

/// The pending targets, together where the same reason speaks for a look.
fn doubts(version: &PlanVersion, parts: &[Part], view: &View) -> Vec<Doubt> {
    let mut list: Vec<Doubt> = Vec::new();
    for t in version.targets.iter().filter(|t| t.review == Review::Pending) {
        let part = place(parts, t.number);
        let url = if part == view.part && view.shows(t) {
            format!("#t{}", t.number)
        } else {
            format!("?part={part}#t{}", t.number)
        };
        let target = DoubtfulTarget { number: t.number, name: t.target.indicator.clone(), url };
        match list.iter_mut().find(|d| d.message == t.doubt) {
            Some(doubt) => doubt.targets.push(target),
            None => list.push(Doubt { message: t.doubt.clone(), targets: vec![target] }),
        }
    }
    list
}

fn totals(version: &PlanVersion) -> Totals {
    let active: Vec<&ReviewedTarget> = version.active_targets().collect();
    let linkable = |t: &&&ReviewedTarget| t.target.kind != TargetKind::Qualitative;
    Totals {
        targets: active.len(),
        numeric: active.iter().filter(|t| t.target.value.is_some()).count(),
        measures: version.plan.domains.iter().map(|d| d.measures.len()).sum(),
        linked: active.iter().filter(|t| t.link.is_some()).count(),
        linkable: active.iter().filter(linkable).count(),
    }
}

fn tabs(version: &PlanVersion, parts: &[Part], view: &View) -> Vec<Tab> {
    let tab = |(at, part): (usize, &Part)| {
        let url = View { part: at, show: view.show.clone() }.query();
        let tab = Tab::new(part.name.clone(), format!("?{url}")).counting(part.targets.len());
        let pending = of_part(version, part).filter(|t| t.review == Review::Pending).count();
        let mark = if pending > 0 { format!("待确认{pending}") } else { String::new() };
        Tab { mark, ..tab.chosen_if(|| at == view.part) }
    };
    parts.iter().enumerate().map(tab).collect()
}

fn of_part<'a>(
    version: &'a PlanVersion,
    part: &'a Part,
) -> impl Iterator<Item = &'a ReviewedTarget> {
    version.targets.iter().filter(|t| part.targets.contains(&t.number))
}

fn filters(version: &PlanVersion, part: &Part, view: &View) -> Vec<Tab> {
    let count = |state: Option<Review>| {
        of_part(version, part).filter(|t| state.is_none_or(|s| t.review == s)).count()
    };
    let filter = |label: &'static str, state: Option<Review>| {
        let show = state.map_or("", Review::code);
        let url = View { part: view.part, show: show.to_owned() }.query();
        let tab = Tab::new(label, format!("?{url}")).counting(count(state));
        tab.chosen_if(|| show == view.show)
    };
    let mut list = vec![filter("全部", None)];
    for state in [Review::Pending, Review::Unchecked, Review::Confirmed, Review::LeftOut] {
        list.push(filter(state.label(), Some(state)));
    }
    list
}

fn cards(
    stored: &StoredVersion,
    catalogue: &[Indicator],
    part: &Part,
    (view, mut typed): (&View, Option<Typed>),
) -> Vec<Card> {
    let maker = CardMaker::new(catalogue, stored);
    let mut list = Vec::new();
    for target in of_part(&stored.version, part) {
        match typed.take_if(|typed| typed.number == target.number) {
            Some(typed) => {
                let mut card = maker.typed(target, typed.form);
                card.conflict = typed.conflict;
                list.push(card);
            }
            None if view.shows(target) => list.push(maker.stored(target)),
            None => {}
        }
    }
    list
}

/// `POST …/targets/{target}`
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    Path((ref_area, plan, number, target)): Path<(String, String, String, String)>,
    params: Params,
    Posted(mut form): Posted,
) -> Answer {
    let key = version_key(&(ref_area, plan, number))?;
    let mut stored = plans::load(&app.store, &key).await?;
    let catalogue = indicators::load_catalogue(&app.store).await?;
    let number: u32 = target.parse().unwrap_or(0);
    let before = stored.version.target(number).cloned().ok_or(Refusal::NoSuchTarget(number))?;
    let view = View::read(&params);
    let typed = |form: Form, conflict: &str| Drawn {
        view: view.clone(),
        typed: Some(Typed { number, form, conflict: conflict.to_owned() }),
    };
    if form.value("action") == "search" {
        return page(&review_page(&visit, &stored, &catalogue, typed(form, "")));
    }
    let mut after = entered(&mut form, &stored, &catalogue, &before);
    if !form.is_refused() && form.value("link") == NEW_INDICATOR && after.review != Review::LeftOut
    {
        after.link = new_indicator((&app, &visit), &mut form, &stored, &after).await?;
    }
    let corrected =
        if form.is_refused() { None } else { correct(&mut stored.version, &mut form, after)? };
    let Some(correction) = corrected else {
        let drawn = review_page(&visit, &stored, &catalogue, typed(form, ""));
        return Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, page(&drawn)?));
    };
    let seen = form.value("seen").parse().unwrap_or(0);
    let mut tx = app.store.begin(&key.ref_area).await?;
    match plans::save_corrections(&mut tx, &key, seen, &[correction]).await {
        Ok(_) => {}
        Err(halfsky_store::Error::Conflict(message)) => {
            tx.rollback().await?;
            return conflict(&visit, &app, &key, (typed(form, &message), &catalogue)).await;
        }
        Err(error) => return Err(error.into()),
    }
    let object = format!("{} target {number}", key.object());
    tx.commit(visit.entry(&app, "plan.correct", &object)).await?;
    let toast = Toast::new(format!("目标{number}{}", done(form.value("action"))));
    let toast = toast.with_undo(&format!("{}/undo?{}", version_url(&key), view.query()));
    Ok(visit.redirect(&app, &toast, &back(&key, &view, Some(number))))
}

/// What the person entered; the button decides about the review.
fn entered(
    form: &mut Form,
    stored: &StoredVersion,
    catalogue: &[Indicator],
    before: &ReviewedTarget,
) -> ReviewedTarget {
    match form.value("action") {
        "leave_out" => ReviewedTarget { review: Review::LeftOut, ..before.clone() },
        "reset" => ReviewedTarget { review: Review::Unchecked, ..before.clone() },
        action => {
            let review = if action == "confirm" { Review::Confirmed } else { before.review };
            let entered = CardMaker::new(catalogue, stored).read(form, before);
            ReviewedTarget { review, ..entered }
        }
    }
}

/// Applies the correction; what the plan refuses about a field is noted in the form.
fn correct(
    version: &mut PlanVersion,
    form: &mut Form,
    after: ReviewedTarget,
) -> Result<Option<halfsky_plan::version::Correction>, WebError> {
    match version.correct(after) {
        Ok(correction) => Ok(Some(correction)),
        Err(Refusal::Invalid(problems)) => {
            for problem in problems {
                let name = match problem.field.code() {
                    "comparator" | "direction" => "comparison",
                    name => name,
                };
                form.refuse(name, problem.message);
            }
            Ok(None)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Somebody else was faster: what was typed stays on the card, above what is stored now.
async fn conflict(
    visit: &Visit,
    app: &App,
    key: &VersionKey,
    (drawn, catalogue): (Drawn, &[Indicator]),
) -> Answer {
    let stored = plans::load(&app.store, key).await?;
    if stored.version.status != VersionStatus::Draft {
        return Err(Refusal::NotADraft(stored.version.status).into());
    }
    let mut drawn = drawn;
    if let Some(typed) = &mut drawn.typed {
        let now = stored.version.target(typed.number).map_or_else(String::new, |t| {
            format!("{}，{}，{}年", t.review.label(), t.target.statement(), t.target.by)
        });
        typed.conflict = format!(
            "这条目标刚被他人改动，现在是：{now}。您填写的内容保留在下面，请核对后再保存。"
        );
    }
    Ok(with_status(StatusCode::CONFLICT, page(&review_page(visit, &stored, catalogue, drawn))?))
}

fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}

/// What a button of the card has done.
fn done(action: &str) -> &'static str {
    match action {
        "confirm" => "已确认",
        "leave_out" => "不列入规划目标",
        "reset" => "已改回未核对",
        _ => "已保存",
    }
}

fn back(key: &VersionKey, view: &View, number: Option<u32>) -> String {
    let anchor = number.map_or_else(String::new, |n| format!("#t{n}"));
    format!("{}/review?{}{anchor}", version_url(key), view.query())
}

/// Adds an indicator of the office's own to the catalogue and links the target to it.
async fn new_indicator(
    (app, visit): (&App, &Visit),
    form: &mut Form,
    stored: &StoredVersion,
    target: &ReviewedTarget,
) -> Result<Option<IndicatorLink>, WebError> {
    let name = form.value("new_name").to_owned();
    let catalogue = indicators::load_catalogue(&app.store).await?;
    if name.is_empty() {
        form.refuse("new_name", "请填写新指标的名称");
        return Ok(None);
    }
    let beneficiary = stored.version.plan.beneficiary;
    let same = |i: &&Indicator| {
        i.beneficiary == beneficiary && (i.name_zh == name || i.aliases.contains(&name))
    };
    if let Some(known) = catalogue.iter().find(same) {
        form.refuse("new_name", format!("指标库已有{} {}，请直接选用", known.code, known.name_zh));
        return Ok(None);
    }
    let local = catalogue.iter().filter(|i| i.evidence == "local").count();
    let code = IndicatorCode(format!("X-{:04}", local + 1));
    let domain = target.place.and_then(|p| stored.version.plan.domains.get(p.domain));
    let card = Indicator {
        code: code.clone(),
        name_zh: name,
        name_en: String::new(),
        beneficiary,
        unit: target.target.unit.map_or("", Unit::code).to_owned(),
        direction: direction_of(target).to_owned(),
        sex: "none".to_owned(),
        numerator: String::new(),
        denominator: String::new(),
        multiplier: "1".to_owned(),
        source_departments: target.lead.clone(),
        domain: domain.map_or_else(String::new, |d| d.name.clone()),
        county_value: "yes".to_owned(),
        aliases: Vec::new(),
        evidence: "local".to_owned(),
    };
    let mut tx = app.store.begin_reference().await?;
    indicators::insert_indicator(&mut tx, &card).await?;
    tx.commit(visit.entry(app, "indicator.create", &format!("indicator {code}"))).await?;
    Ok(Some(IndicatorLink { code, score: 100 }))
}

/// Which way the new indicator should move, as the target says it.
fn direction_of(target: &ReviewedTarget) -> &'static str {
    use halfsky_plan::comparator::Comparator;
    use halfsky_plan::target::Direction;
    match (target.target.comparator, target.target.direction) {
        (Some(Comparator::AtLeast), _) | (_, Some(Direction::Increase | Direction::Improve)) => {
            "increase"
        }
        (Some(Comparator::AtMost), _) | (_, Some(Direction::Decrease | Direction::Eliminate)) => {
            "decrease"
        }
        (Some(Comparator::About), _) | (_, Some(Direction::Parity | Direction::NarrowGap)) => {
            "balance"
        }
        _ => "none",
    }
}

/// `POST …/confirm-clear`: confirms every target nobody doubts.
pub(crate) async fn confirm_clear(
    visit: Visit,
    State(app): State<App>,
    Path(parts): Path<(String, String, String)>,
    params: Params,
    Posted(_form): Posted,
) -> Answer {
    let key = version_key(&parts)?;
    let mut stored = plans::load(&app.store, &key).await?;
    let corrections = stored.version.confirm_unchecked()?;
    if !corrections.is_empty() {
        let mut tx = app.store.begin(&key.ref_area).await?;
        plans::save_corrections(&mut tx, &key, stored.revision, &corrections).await?;
        tx.commit(visit.entry(&app, "plan.confirm_unchecked", &key.object())).await?;
    }
    let toast = Toast::new(format!("已确认无疑点的{}条", corrections.len()));
    Ok(visit.redirect(&app, &toast, &back(&key, &View::read(&params), None)))
}

/// `POST …/undo`: takes the last correction back.
pub(crate) async fn undo(
    visit: Visit,
    State(app): State<App>,
    Path(parts): Path<(String, String, String)>,
    params: Params,
    Posted(_form): Posted,
) -> Answer {
    let key = version_key(&parts)?;
    let mut stored = plans::load(&app.store, &key).await?;
    let correction = stored.version.undo()?;
    let number = correction.before.number;
    let mut tx = app.store.begin(&key.ref_area).await?;
    plans::undo_correction(&mut tx, &key, stored.revision, &correction).await?;
    let object = format!("{} target {number}", key.object());
    tx.commit(visit.entry(&app, "plan.undo", &object)).await?;
    let part = part_of(&stored.version, number);
    let show = View::read(&params).show;
    let toast = Toast::new(format!("已撤销对目标{number}的修改"));
    Ok(visit.redirect(&app, &toast, &back(&key, &View { part, show }, Some(number))))
}

#[cfg(test)]
mod tests;
