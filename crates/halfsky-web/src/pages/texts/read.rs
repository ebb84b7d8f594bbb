//! One text of one unit: every version, its files, and what the office decides about the newest.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::RoundSubject;
use halfsky_monitor::submission::{
    Actor, Circumstances, Step, Submission, SubmissionState, Transition,
};
use halfsky_monitor::text_report::Attachment;
use halfsky_store::files::FileHash;
use halfsky_store::notifications::{self, ByMail, Notification, Recipient};
use halfsky_store::tasks::{self, StoredTask, TaskKey};
use halfsky_store::texts::{self, StoredText};

use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::pages::rounds::Place;
use crate::pages::{Answer, download, page};
use crate::parts::toast::Toast;
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

/// A version of a text as the page shows it.
struct Version {
    number: u32,
    submitted: String,
    by: String,
    filing_number: String,
    /// Label and words of each field.
    words: Vec<(&'static str, String)>,
    files: Vec<Attachment>,
}

impl Version {
    fn read(stored: StoredText) -> Option<Self> {
        let submitted = text::minute(stored.submitted_at?);
        let fields = stored.report.kind.fields();
        let words = fields.iter().map(|f| (f.label, stored.report.field(f.code).to_owned()));
        Some(Self {
            number: stored.version,
            submitted,
            by: stored.changed.by,
            filing_number: stored.filing_number,
            words: words.filter(|(_, words)| !words.is_empty()).collect(),
            files: stored.report.attachments,
        })
    }
}

#[derive(Template)]
#[template(path = "texts/read.html")]
struct ReadPage {
    shell: Shell,
    title: String,
    url: String,
    board: String,
    state: SubmissionState,
    /// The newest version waits for this person's decision.
    decides: bool,
    filing: Form,
    returning: Form,
    /// The newest first.
    versions: Vec<Version>,
}

impl ReadPage {
    fn file_url(&self, file: &Attachment) -> String {
        format!("{}/files/{}", self.url, file.sha256)
    }

    fn size(file: &Attachment) -> String {
        text::size(file.size)
    }
}

/// The task of a unit in a round that collects texts.
async fn find(app: &App, place: &Place, unit: &str) -> Result<StoredTask, WebError> {
    let missing =
        || WebError::NotFound("这个单位在这一轮没有要报的材料。请从列表重新进入。".to_owned());
    if !matches!(place.round().subject, RoundSubject::Text { .. }) {
        return Err(missing());
    }
    let key = TaskKey {
        ref_area: place.area.code.clone(),
        round: place.stored.id.clone(),
        unit: UnitId(unit.to_owned()),
    };
    match tasks::load(&app.store, &key).await {
        Err(halfsky_store::Error::NotFound(_)) => Err(missing()),
        other => Ok(other?),
    }
}

/// `GET /texts/{ref_area}/{round}/{unit}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    place: Place,
    Path((_, _, unit)): Path<(String, String, String)>,
) -> Answer {
    let task = find(&app, &place, &unit).await?;
    let versions = texts::versions(&app.store, &task.key).await?;
    let files = visit.may(&app, Action::FileTexts, &place.area.code).await?;
    let forms = (Form::default(), Form::default());
    page(&read_page(&visit, (&place, &task), (files, versions), forms))
}

fn read_page(
    visit: &Visit,
    (place, task): (&Place, &StoredTask),
    (files, versions): (bool, Vec<StoredText>),
    (filing, returning): (Form, Form),
) -> ReadPage {
    let with_revision = |mut form: Form| {
        form.set("seen", task.revision.to_string());
        form
    };
    let unit = place.units.name(&task.key.unit);
    ReadPage {
        shell: crate::pages::rounds::shell(visit, &unit)
            .under("文字材料", "/texts")
            .under(place.round().title.clone(), place.url()),
        title: place.round().title.clone(),
        url: format!("/texts/{}/{}/{}", place.area.code, task.key.round.0, task.key.unit.0),
        board: place.url(),
        state: task.submission.state,
        decides: files && task.submission.state == SubmissionState::Submitted,
        filing: with_revision(filing).within("file-"),
        returning: with_revision(returning).within("return-"),
        versions: versions.into_iter().rev().filter_map(Version::read).collect(),
    }
}

/// `POST /texts/{ref_area}/{round}/{unit}`: `decision` is `file` (with a number) or `return` (with a reason).
pub(crate) async fn decide(
    visit: Visit,
    State(app): State<App>,
    place: Place,
    Path((_, _, unit)): Path<(String, String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let task = find(&app, &place, &unit).await?;
    let files = form.value("decision") == "file";
    let number = if files {
        form.required("number", "请填写备案（归档）号")
    } else {
        form.required("reason", "请写明退回原因，单位据此修改")
    };
    if form.is_refused() {
        let versions = texts::versions(&app.store, &task.key).await?;
        let forms = if files { (form, Form::default()) } else { (Form::default(), form) };
        let mut response = page(&read_page(&visit, (&place, &task), (true, versions), forms))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let step = if files {
        Step::Accept
    } else {
        Step::Return { cells: Vec::new(), reason: number.clone() }
    };
    let (next, step) = take(&app, &visit, &place, (&task, &step))?;
    let seen = form.value("seen").parse().unwrap_or(0);
    let (stamp, name) = (visit.stamp(&app), place.units.name(&task.key.unit));
    let mut tx = app.store.begin(&place.area.code).await?;
    tasks::save_step(&mut tx, &task.key, seen, &next, &stamp).await?;
    let title = &place.round().title;
    let (action, kind, heading, words) = if files {
        texts::file(&mut tx, &task.key, task.submission.version, &number).await?;
        (
            "text.file",
            "accepted",
            format!("材料已备案：{title}"),
            format!("备案（归档）号：{number}"),
        )
    } else {
        let words = format!("退回原因：{number}。请修改后重新报送。");
        ("text.return", "returned", format!("材料退回：{title}"), words)
    };
    let told = Notification {
        id: app.new_id(),
        to: Recipient::Unit(task.key.unit.clone()),
        kind: kind.to_owned(),
        title: heading,
        content: format!("{name}：\n{words}"),
        link: "/tasks".to_owned(),
        created_at: stamp.at,
        by_mail: ByMail::Yes,
    };
    notifications::notify(&mut tx, &[told]).await?;
    let mut entry = visit
        .entry(&app, action, &task.key.object())
        .about(&format!("{title} {name}"))
        .changed("状态", step.from.label(), step.to.label());
    entry = if files {
        entry.changed("备案（归档）号", "", &number)
    } else {
        entry.because(&number)
    };
    tx.commit(entry).await?;
    let toast = if files { format!("已归档 {name}") } else { format!("已退回 {name}") };
    Ok(visit.redirect(&app, &Toast::new(toast), "/texts"))
}

/// Takes a step of the office, if the state of the task allows it.
fn take(
    app: &App,
    visit: &Visit,
    place: &Place,
    (task, step): (&StoredTask, &Step),
) -> Result<(Submission, Transition), WebError> {
    let circumstances = Circumstances {
        round: place.round(),
        today: visit.frame.today,
        now: &app.now().to_string(),
        findings: &[],
        explanations: &[],
    };
    let actor = Actor::Approver { name: visit.actor() };
    let refused = |refusal| WebError::Refused(format!("{refusal}。"));
    task.submission.apply(step, &actor, &circumstances).map_err(refused)
}

/// `GET /texts/{ref_area}/{round}/{unit}/files/{name}`: a file of a version that was handed in, by its hash.
pub(crate) async fn file(
    State(app): State<App>,
    place: Place,
    Path((_, _, unit, hash)): Path<(String, String, String, String)>,
) -> Answer {
    let missing = || WebError::NotFound("没有这个附件。请从材料页面重新进入。".to_owned());
    let task = find(&app, &place, &unit).await?;
    let versions = texts::versions(&app.store, &task.key).await?;
    let handed_in = versions.into_iter().filter(|v| v.submitted_at.is_some());
    let mut files = handed_in.flat_map(|v| v.report.attachments);
    let found = files.find(|f| f.sha256 == hash).ok_or_else(missing)?;
    let hash = FileHash::parse(&hash).ok_or_else(missing)?;
    let bytes = app.store.files().read(&hash)?;
    Ok(download(&found.name, "application/octet-stream", bytes))
}

#[cfg(test)]
mod tests {
    use halfsky_monitor::text_report::{TextKind, TextReport};
    use halfsky_store::plans::Stamp;

    use super::*;

    fn stored(version: u32, submitted_at: Option<jiff::Timestamp>) -> StoredText {
        let stamp = Stamp { at: crate::testing::now(), by: "示例填报人".to_owned() };
        StoredText {
            version,
            report: TextReport {
                kind: TextKind::ImplementationScheme,
                words: vec![("measures".to_owned(), format!("第{version}版措施<b>"))],
                attachments: vec![Attachment {
                    name: "实施方案.docx".to_owned(),
                    sha256: "ab".repeat(32),
                    size: 2048,
                }],
            },
            revision: 1,
            submitted_at,
            changed: stamp,
            filing_number: String::new(),
        }
    }

    fn draw((state, files): (SubmissionState, bool)) -> String {
        let place = crate::pages::rounds::board::tests::place();
        let unit = UnitId("health".to_owned());
        let task = StoredTask {
            key: TaskKey {
                ref_area: place.area.code.clone(),
                round: place.stored.id.clone(),
                unit: unit.clone(),
            },
            form: None,
            submission: Submission { state, version: 2, ..Submission::new(unit) },
            revision: 3,
            changed: place.stored.created.clone(),
        };
        let then = Some(crate::testing::now());
        let versions = vec![stored(1, then), stored(2, then), stored(3, None)];
        let forms = (Form::default(), Form::default());
        read_page(&Visit::sample(), (&place, &task), (files, versions), forms).render().unwrap()
    }

    #[test]
    fn shows_what_was_handed_in_and_nothing_else() {
        let html = draw((SubmissionState::Submitted, true));
        assert!(html.find("第2版措施").unwrap() < html.find("第1版措施").unwrap(), "{html}");
        assert!(!html.contains("第3版措施") && !html.contains("措施<b>"));
        assert!(html.contains("实施方案.docx") && html.contains("/files/abab"));
        assert_eq!(html, draw((SubmissionState::Submitted, true)));
    }

    #[test]
    fn only_the_office_decides_and_only_once() {
        assert!(draw((SubmissionState::Submitted, true)).contains("备案并归档"));
        assert!(!draw((SubmissionState::Submitted, false)).contains("备案并归档"));
        assert!(!draw((SubmissionState::Accepted, true)).contains("备案并归档"));
    }
}
