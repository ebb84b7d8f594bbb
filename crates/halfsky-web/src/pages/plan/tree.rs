//! A plan: domains, objectives, measures and targets with responsible units, printable.

pub(crate) mod outline;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use halfsky_plan::version::{ReviewCount, VersionStatus};
use halfsky_report::plan_tables;
use halfsky_report::table::Table;
use halfsky_store::files::FileHash;
use halfsky_store::plans::{self, PlanSummary, StoredVersion, VersionKey};

use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::{Choice, Params};
use crate::pages::plan::{PlanKey, version_key, version_shell, version_url};
use crate::pages::{Answer, download, page};
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;
use outline::{ClauseRow, DomainNode, DutyRow, FactRow, Wanted};

#[derive(Template)]
#[template(path = "plan/tree.html")]
struct TreePage {
    shell: Shell,
    stored: StoredVersion,
    /// Address of the plan, and of this version.
    plan_url: String,
    base: String,
    imported: String,
    decided: Option<String>,
    counts: ReviewCount,
    numeric: usize,
    measures: usize,
    objectives: usize,
    q: String,
    domain_choices: Vec<Choice>,
    unit_choices: Vec<Choice>,
    kind_choices: Vec<Choice>,
    year_choices: Vec<Choice>,
    filtered: bool,
    all_open: bool,
    open_url: String,
    close_url: String,
    xlsx: String,
    csv: String,
    domains: Vec<DomainNode>,
    table_targets: Vec<outline::TargetRow>,
    implementation: Vec<ClauseRow>,
    monitoring: Vec<ClauseRow>,
    duties: Vec<DutyRow>,
    facts: Vec<FactRow>,
    versions: Vec<VersionRow>,
    /// This person may import and review versions of it.
    edits: bool,
}

/// A version in the list beside the tree.
struct VersionRow {
    number: u32,
    status: &'static str,
    imported: String,
    current: bool,
    url: String,
    /// What changed since the version before; empty for the first.
    changes_url: String,
}

const FILTERS: [&str; 5] = ["q", "domain", "unit", "kind", "by"];

/// `GET /plans/{ref_area}/{plan}`: the version in force, or the newest one.
pub(crate) async fn current(
    visit: Visit,
    State(app): State<App>,
    Path((ref_area, plan)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let key = PlanKey::read(&ref_area, &plan)?;
    let versions = key.versions(&app).await?;
    let newest = versions.last().map_or(1, |v| v.number);
    let number = versions.iter().find_map(|v| v.in_force).unwrap_or(newest);
    draw((&visit, &app), &key.version(number), versions, &params).await
}

/// `GET /plans/{ref_area}/{plan}/versions/{number}`
pub(crate) async fn version(
    visit: Visit,
    State(app): State<App>,
    Path(parts): Path<(String, String, String)>,
    params: Params,
) -> Answer {
    let key = version_key(&parts)?;
    let versions = PlanKey::of(&key).versions(&app).await?;
    draw((&visit, &app), &key, versions, &params).await
}

async fn draw(
    (visit, app): (&Visit, &App),
    key: &VersionKey,
    versions: Vec<PlanSummary>,
    params: &Params,
) -> Answer {
    let stored = plans::load(&app.store, key).await?;
    if let Some(format) = export::Format::asked(params) {
        return export::answer(&targets(&stored, params), format);
    }
    let mut drawn = tree_page(visit, stored, &versions, params);
    drawn.edits = visit.may(app, Action::EditPlan, &key.ref_area).await?;
    page(&drawn)
}

/// The targets that the filters leave.
fn targets(stored: &StoredVersion, params: &Params) -> Table {
    let wanted = Wanted::read(params);
    let mut version = stored.version.clone();
    let plan = version.plan.clone();
    version.targets.retain(|t| wanted.shows_target(&plan, t));
    plan_tables::version_targets(&version)
}

fn tree_page(
    visit: &Visit,
    stored: StoredVersion,
    versions: &[PlanSummary],
    params: &Params,
) -> TreePage {
    let version = &stored.version;
    let key = VersionKey::of(version);
    let wanted = Wanted::read(params);
    let filtered = params.filters(&FILTERS);
    let mut shell = version_shell(visit, &stored, &version.plan.title);
    shell.crumbs.truncate(1);
    TreePage {
        shell,
        plan_url: PlanKey::of(&key).url(),
        base: version_url(&key),
        imported: text::minute(stored.imported.at),
        decided: stored.decided.as_ref().map(|d| text::minute(d.at)),
        counts: version.review_count(),
        numeric: version.active_targets().filter(|t| t.target.value.is_some()).count(),
        measures: version.plan.domains.iter().map(|d| d.measures.len()).sum(),
        objectives: version.plan.domains.iter().map(|d| d.objectives.len()).sum(),
        q: params.value("q").to_owned(),
        domain_choices: outline::domain_choices(version, params.value("domain")),
        unit_choices: outline::unit_choices(version, params.value("unit")),
        kind_choices: outline::kind_choices(params.value("kind")),
        year_choices: outline::year_choices(version, params.value("by")),
        filtered,
        all_open: filtered || params.value("open") == "all",
        open_url: params.with(&[("open", "all")]),
        close_url: params.with(&[("open", "")]),
        xlsx: params.with(&[("export", "xlsx")]),
        csv: params.with(&[("export", "csv")]),
        domains: outline::domains(version, &wanted),
        table_targets: outline::table_targets(version, &wanted),
        implementation: outline::implementation(version, &wanted),
        monitoring: outline::monitoring(version, &wanted),
        duties: outline::duties(&version.plan),
        facts: outline::facts(&version.plan),
        versions: version_rows(&key, versions),
        edits: false,
        stored,
    }
}

fn version_rows(current: &VersionKey, versions: &[PlanSummary]) -> Vec<VersionRow> {
    let plan = PlanKey::of(current);
    let mut before: Option<u32> = None;
    let mut rows = Vec::new();
    for version in versions {
        let url = version_url(&plan.version(version.number));
        let open = version.status == VersionStatus::Draft;
        rows.push(VersionRow {
            number: version.number,
            status: version.status.label(),
            imported: text::day(version.imported_at),
            current: version.number == current.number,
            url: if open { format!("{url}/review") } else { url },
            changes_url: before.map_or_else(String::new, |from| {
                format!("{}/changes?from={from}&to={}", plan.url(), version.number)
            }),
        });
        if version.status != VersionStatus::Discarded {
            before = Some(version.number);
        }
    }
    rows.reverse();
    rows
}

/// `GET …/source`: the file as it was uploaded.
pub(crate) async fn source(
    State(app): State<App>,
    Path(parts): Path<(String, String, String)>,
) -> Result<Response, WebError> {
    let stored = plans::load(&app.store, &version_key(&parts)?).await?;
    let source = stored.version.source;
    let missing = || WebError::NotFound("这一版的原文件没有保存在本系统中。".to_owned());
    let hash = FileHash::parse(&source.sha256).ok_or_else(missing)?;
    let files = app.store.files().clone();
    let bytes = tokio::task::spawn_blocking(move || files.read(&hash))
        .await
        .map_err(anyhow::Error::from)??;
    Ok(download(&source.name, "application/octet-stream", bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn draw(query: &str) -> String {
        let params = Params::read("/plans/990101/p", query);
        tree_page(&Visit::sample(), samples::confirmed(), &[samples::summary()], &params)
            .render()
            .unwrap()
    }

    #[test]
    fn shows_the_tree_with_targets() {
        let html = draw("");
        assert!(html.contains("妇女与健康") && html.contains("不高于12/10万"));
        assert!(html.contains("14.4/10万"), "baseline facts");
        assert!(html.contains("云江市妇女发展规划"), "parent plans");
        assert!(!html.contains("<script>alert"));
        assert_eq!(html, draw(""));
    }

    #[test]
    fn filters_unfold_what_they_leave() {
        let html = draw("kind=trend");
        assert!(
            html.contains("乳腺癌人群筛查率") && !html.contains("高中阶段毛入学率达到95%以上。")
        );
        assert!(html.contains("<details open>"));
        assert!(draw("by=2030").contains("不高于12/10万"));
        assert!(draw("by=2025").contains("没有符合条件的条文"));
        assert!(draw("q=%E6%B2%A1%E6%9C%89%E7%9A%84%E8%AF%8D").contains("没有符合条件的条文"));
    }

    #[test]
    fn the_export_is_what_is_shown() {
        let params = Params::read("/", "kind=trend");
        assert_eq!(targets(&samples::confirmed(), &params).rows.len(), 1);
    }
}
