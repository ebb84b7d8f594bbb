//! One report: what it says, how far it has come, what can be done next.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_plan::ref_area::RefArea;
use halfsky_report::document::Document;
use halfsky_report::document::edit::Edit;
use halfsky_report::issue::{Reader, State as Progress, Step, is_open, steps};
use halfsky_report::render::html::document::{Links, article};
use halfsky_report::yearbook::tables_of;
use halfsky_store::editions::EditionKey;
use halfsky_store::files::FileHash;
use halfsky_store::reports::{self, StoredReport, StoredStep};

use super::made::Made;
use super::{area_of, made, nothing, shell, url};
use crate::app::App;
use crate::error::WebError;
use crate::form::Form;
use crate::pages::data::trail_url;
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

/// A step in the history.
struct Taken {
    step: &'static str,
    when: String,
    by: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "reports/read.html")]
struct ReadPage {
    shell: Shell,
    report: StoredReport,
    state: Progress,
    reader: Reader,
    kind: &'static str,
    url: String,
    /// Whether its paragraphs can be rewritten by this person.
    edits: bool,
    /// The steps this person may take.
    steps: Vec<Step>,
    /// The form of the steps, with what was refused.
    form: Form,
    outdated: usize,
    newer: Option<String>,
    unused: Vec<Edit>,
    history: Vec<Taken>,
    /// Whether it has tables to be taken as a workbook.
    tables: bool,
    /// What has to be known of the faces of its PDF.
    faces: Option<String>,
    html: String,
}

/// `GET /reports/{ref_area}/{report}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((area, id)): Path<(String, String)>,
) -> Answer {
    let area = area_of(&area)?;
    let made = made::load(&app, &area, &id).await?;
    draw(&visit, &app, &area, made, Form::default()).await
}

/// The page of a report, also when a step was refused.
pub(super) async fn draw(
    visit: &Visit,
    app: &App,
    area: &RefArea,
    made: Made,
    form: Form,
) -> Answer {
    let history = reports::steps(&app.store, area, &made.report.id).await?;
    let may = May {
        edit: visit.may(app, Action::EditReports, area).await?,
        issue: visit.may(app, Action::IssueReports, area).await?,
    };
    let frozen = frozen(app, &made, &history).await?;
    let faces = app.settings.typesetting.remark().await?;
    page(&read_page(visit, area, made, (may, form), (history, frozen, faces)))
}

/// What the visitor may do with the report.
#[derive(Debug, Clone, Copy)]
struct May {
    edit: bool,
    issue: bool,
}

impl May {
    const fn take(self, step: Step) -> bool {
        match step {
            Step::Review | Step::Return => self.edit || self.issue,
            Step::Issue | Step::Publish => self.issue,
        }
    }
}

/// The html as it was frozen; None for a draft.
async fn frozen(
    app: &App,
    made: &Made,
    history: &[StoredStep],
) -> Result<Option<String>, WebError> {
    if is_open(made.state) {
        return Ok(None);
    }
    let kept = history.iter().rev().find_map(|step| step.frozen.html.as_deref());
    let hash = kept.and_then(FileHash::parse).ok_or_else(nothing)?;
    let files = app.store.files().clone();
    let bytes = tokio::task::spawn_blocking(move || files.read(&hash)).await;
    let bytes = bytes.map_err(anyhow::Error::from)??;
    Ok(Some(String::from_utf8(bytes).map_err(anyhow::Error::from)?))
}

/// The document as it is read inside the house: figures lead to their trail.
pub(super) fn inside(document: &Document) -> String {
    article(document, Links { trail: &|key| Some(trail_url(key)), edit: None })
}

fn read_page(
    visit: &Visit,
    area: &RefArea,
    made: Made,
    (may, mut form): (May, Form),
    (history, frozen, faces): (Vec<StoredStep>, Option<String>, Option<String>),
) -> ReadPage {
    let address = url(area, &made.report.id);
    let open = is_open(made.state);
    let edits = open && may.edit;
    let html = frozen.unwrap_or_else(|| {
        let edit = |id: &str| {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("paragraph", id)
                .finish();
            format!("{address}/edit?{query}")
        };
        let trail = |key: &halfsky_monitor::observation::ObservationKey| Some(trail_url(key));
        let edit: Option<halfsky_report::render::html::document::EditLink<'_>> =
            if edits { Some(&edit) } else { None };
        article(&made.document, Links { trail: &trail, edit })
    });
    form.set("seen", made.report.revision.to_string());
    let taken = |step: StoredStep| Taken {
        step: Step::from_code(&step.step).map_or("", Step::label),
        when: text::minute(step.taken.at),
        by: step.taken.by,
        reason: step.reason,
    };
    ReadPage {
        tables: tables_of(&made.document).is_some(),
        faces,
        shell: shell(visit, made.report.title.clone()),
        state: made.state,
        reader: made.reader,
        kind: made.kind.label(),
        edits,
        steps: steps(made.state).iter().copied().filter(|s| may.take(*s)).collect(),
        outdated: made.outdated(),
        newer: made.newer.filter(|_| open).map(EditionKey::label),
        unused: if open { made.unused } else { Vec::new() },
        history: history.into_iter().rev().map(taken).collect(),
        url: address,
        html,
        form,
        report: made.report,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use halfsky_monitor::period::Period;
    use halfsky_plan::version::PlanId;
    use halfsky_report::document::{Composer, Form as DocumentForm};
    use halfsky_report::issue::ReportKind;
    use halfsky_store::plans::Stamp;
    use halfsky_store::reports::{Asked, Frozen, ReportId};

    pub(crate) fn report() -> StoredReport {
        StoredReport {
            id: ReportId("r1".to_owned()),
            kind: ReportKind::Annual.code().to_owned(),
            plan: PlanId("plan-1".to_owned()),
            plan_version: 1,
            year: 2025,
            edition: EditionKey { period: Period::year_of(2025).unwrap(), number: 1 },
            edition_hash: "0a".to_owned(),
            dated: "2026-07-01".to_owned(),
            title: "2025年统计监测报告".to_owned(),
            asked: Asked::default(),
            reader: Reader::Public.code().to_owned(),
            state: Progress::Draft.code().to_owned(),
            revision: 4,
            created: Stamp { at: crate::testing::now(), by: "示例".to_owned() },
        }
    }

    fn made(state: Progress) -> Made {
        let mut text = Composer::default();
        text.words("lead", "正文<b>");
        Made {
            report: StoredReport { state: state.code().to_owned(), ..report() },
            kind: ReportKind::Annual,
            state,
            reader: Reader::Public,
            document: Document {
                form: DocumentForm::Report,
                title: "2025年统计监测报告".to_owned(),
                byline: vec![],
                head: None,
                addressee: String::new(),
                blocks: text.finish(),
                signature: None,
                attachments: vec![],
                remark: String::new(),
                imprint: None,
                basis: String::new(),
            },
            generated: std::collections::BTreeMap::new(),
            unused: vec![],
            run_hash: "0b".to_owned(),
            newer: Some(EditionKey { period: Period::year_of(2025).unwrap(), number: 2 }),
        }
    }

    fn drawn(state: Progress, may: May) -> String {
        let area: RefArea = "990101".parse().unwrap();
        let step = StoredStep {
            step: "review".to_owned(),
            state: "reviewed".to_owned(),
            reason: String::new(),
            taken: report().created,
            frozen: Frozen::default(),
        };
        let frozen = (!is_open(state)).then(|| "<p>冻结的正文</p>".to_owned());
        read_page(
            &Visit::sample(),
            &area,
            made(state),
            (may, Form::default()),
            (vec![step], frozen, Some("字体已替代".to_owned())),
        )
        .render()
        .unwrap()
    }

    #[test]
    fn a_draft_is_rewritten_and_reviewed() {
        let html = drawn(Progress::Draft, May { edit: true, issue: true });
        for words in ["/edit?paragraph=lead", "审核通过", "2025年第2版", "正文&lt;b&gt;"] {
            assert!(html.contains(words), "{words}");
        }
        assert!(!html.contains(">签发<"));
        assert_eq!(html, drawn(Progress::Draft, May { edit: true, issue: true }));
    }

    #[test]
    fn only_the_office_issues_and_what_is_frozen_is_shown() {
        let office = drawn(Progress::Reviewed, May { edit: true, issue: true });
        assert!(office.contains(">签发<") && office.contains("冻结的正文"));
        let others = drawn(Progress::Reviewed, May { edit: true, issue: false });
        assert!(!others.contains(">签发<") && others.contains("退回修改"));
        let reader = drawn(Progress::Reviewed, May { edit: false, issue: false });
        assert!(!reader.contains("退回修改"));
    }
}
