//! The letter of a case: drafted from the evidence, edited and signed by a person, kept as it was sent, and printed.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_monitor::organ::{committee_name, office_name};
use halfsky_report::draft::material::chinese_date;
use halfsky_report::draft::supervision_letter::{
    LetterKind, LetterText, Occasion, TO_FILL_IN, letter as drafted_letter,
};
use halfsky_store::notifications::{self, ByMail, Notification, Recipient};
use halfsky_store::supervision::{self, Letter};
use halfsky_store::{evaluations, organs, plans, warnings};
use jiff::ToSpan as _;

use super::{Work, shell};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::Params;
use crate::pages::rounds::Area;
use crate::pages::{Answer, download, page, refused};
use crate::parts::toast::Toast;
use crate::publishing;
use crate::shell::Shell;
use crate::text;
use crate::typesetting::{FileFormat, typeset};
use crate::visit::Visit;

/// Days a unit has for its rectification plan when nobody set a day yet.
const ANSWER_DAYS: i64 = 15;

#[derive(Template)]
#[template(path = "cases/letter-edit.html")]
struct EditPage {
    shell: Shell,
    action: String,
    back: String,
    form: Form,
}

#[derive(Template)]
#[template(path = "cases/letter.html")]
struct LetterPage {
    shell: Shell,
    letter: Letter,
    day: String,
    signed: String,
    back: String,
    url: String,
}

/// `GET /cases/{ref_area}/{case}/letter`
pub(crate) async fn ask(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, case)): Path<(String, String)>,
) -> Answer {
    let work = Work::load(&visit, &app, area, &case).await?;
    let form = drafted(&visit, &app, &work).await?;
    page(&edit_page(&visit, &work, form))
}

fn edit_page(visit: &Visit, work: &Work, form: Form) -> EditPage {
    EditPage {
        shell: shell(visit, &work.area, "起草发函").under(work.stored.head.label(), work.url()),
        action: format!("{}/letter", work.url()),
        back: work.url(),
        form,
    }
}

/// The draft as a form.
async fn drafted(visit: &Visit, app: &App, work: &Work) -> Result<Form, WebError> {
    let head = &work.stored.head;
    let today = visit.frame.today;
    let stored = evaluations::newest(&app.store, &work.area.code, &head.plan_id).await?;
    let target = stored.as_ref().and_then(|s| s.run.keyed(&head.target_key));
    let about: Vec<_> = target.into_iter().collect();
    let warning = match head.warning {
        Some(number) => {
            Some(warnings::find(&app.store, &work.area.code, &head.plan_id, number).await?)
        }
        None => None,
    };
    let evidence = warning.as_ref().and_then(|w| Some((w.key.rule, w.evidence.as_ref()?)));
    let organs = organs::list(&app.store, &work.area.code).await?;
    let signatory = office_name(&organs, &work.area.name, today);
    let lead = work.stored.case.lead().map(|id| work.unit(id));
    let recipient =
        lead.or_else(|| target.and_then(|t| t.lead.first().cloned())).unwrap_or_default();
    let later = today.checked_add(ANSWER_DAYS.days()).unwrap_or(today);
    let occasion = Occasion {
        kind: LetterKind::of(head.level),
        year: stored.as_ref().map_or_else(|| i32::from(today.year()), |s| s.run.year),
        about: &about,
        warning: evidence,
        indicator: &head.indicator,
        reason: &head.reason,
        recipient: &recipient,
        number: "",
        signatory: &signatory,
        dated: today,
        due: work.stored.case.due().unwrap_or(later),
        contact: "",
    };
    let templates = publishing::templates(&app.store, &work.area.code).await?;
    let letter = drafted_letter(&occasion, &templates)
        .map_err(|error| WebError::Refused(format!("{error}。")))?;
    Ok(Form::filled(vec![
        ("seen", work.stored.letters.len().to_string()),
        ("kind", letter.kind),
        ("document_number", letter.number),
        ("title", letter.title),
        ("recipient", letter.recipient),
        ("paragraphs", letter.paragraphs.join("\n")),
        ("signatory", letter.signatory),
        ("dated", letter.dated.to_string()),
    ]))
}

/// 云妇儿办函〔2026〕3号: brackets and year as official documents have them.
fn is_document_number(text: &str) -> bool {
    let Some((name, rest)) = text.split_once('〔') else { return false };
    let Some((year, rest)) = rest.split_once('〕') else { return false };
    let Some(number) = rest.strip_suffix('号') else { return false };
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    !name.is_empty()
        && year.len() == 4
        && digits(year)
        && digits(number)
        && !number.starts_with('0')
}

/// `POST /cases/{ref_area}/{case}/letter`
pub(crate) async fn send(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, case)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let work = Work::load(&visit, &app, area, &case).await?;
    let kind = form.required("kind", "请写明函件种类");
    let title = form.required("title", "请填写标题");
    if title.ends_with(['。', '，', '；', '！']) {
        form.refuse("title", "公文标题末尾不用标点");
    }
    let recipient = form.required("recipient", "请填写主送单位");
    let text = form.required("paragraphs", "请填写正文");
    if text.contains(TO_FILL_IN) {
        form.refuse("paragraphs", format!("正文还有“{TO_FILL_IN}”的地方，请填写或删去"));
    }
    let signatory = form.required("signatory", "请填写署名");
    let day = form.required_day("dated", "请填写成文日期");
    let number = form.value("document_number").to_owned();
    if !number.is_empty() && !is_document_number(&number) {
        form.refuse("document_number", "发文字号应写成“云妇儿办函〔2026〕3号”的样子");
    }
    if !form.ticked("agreed") {
        form.refuse("agreed", "请核对全文并勾选后再签发");
    }
    let (Some(day), false) = (day, form.is_refused()) else {
        return refused(&edit_page(&visit, &work, form));
    };
    let letter = Letter {
        kind,
        document_number: number,
        title,
        recipient,
        paragraphs: text
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty())
            .map(str::to_owned)
            .collect(),
        signatory,
        dated: day,
        signed_by: visit.actor(),
        sent_at: app.now(),
    };
    let head = &work.stored.head;
    let seen = form.value("seen").parse().unwrap_or(usize::MAX - 1);
    let url = format!("{}/letters/{}", work.url(), seen.saturating_add(1));
    let mut tx = app.store.begin(&work.area.code).await?;
    supervision::send(&mut tx, &head.id, seen, &letter).await?;
    notifications::notify(&mut tx, &notices(&app, &work, &letter, &url)).await?;
    let entry = visit.entry(&app, "letter.send", &head.id.object()).about(&letter.title).changed(
        "主送",
        "",
        &letter.recipient,
    );
    tx.commit(entry).await?;
    Ok(visit.redirect(&app, &Toast::new(format!("已签发{}", letter.kind)), &url))
}

/// The units of the case are told that a letter came.
fn notices(app: &App, work: &Work, letter: &Letter, url: &str) -> Vec<Notification> {
    let case = &work.stored.case;
    let units = case.lead().into_iter().chain(case.support().iter().map(String::as_str));
    units
        .map(|id| Notification {
            id: app.new_id(),
            to: Recipient::Unit(halfsky_monitor::reporting::UnitId(id.to_owned())),
            kind: "supervision".to_owned(),
            title: format!("收到{}", letter.kind),
            content: letter.title.clone(),
            link: url.to_owned(),
            created_at: app.now(),
            by_mail: ByMail::No,
        })
        .collect()
}

/// The letter an address names, for those who may read it.
fn sent(work: &Work, position: &str) -> Result<Letter, WebError> {
    if !work.reads_letters() {
        return Err(WebError::out_of_reach());
    }
    let at = position.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let letter = at.and_then(|at| work.stored.letters.get(at)).cloned();
    letter.ok_or_else(|| WebError::NotFound("没有这封函。".to_owned()))
}

/// `GET /cases/{ref_area}/{case}/letters/{position}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, case, position)): Path<(String, String, String)>,
) -> Answer {
    let work = Work::load(&visit, &app, area, &case).await?;
    let letter = sent(&work, &position)?;
    page(&LetterPage {
        shell: shell(&visit, &work.area, letter.kind.clone())
            .under(work.stored.head.label(), work.url()),
        day: chinese_date(letter.dated),
        signed: format!("{}签发，{}", letter.signed_by, text::minute(letter.sent_at)),
        back: work.url(),
        url: format!("{}/letters/{position}", work.url()),
        letter,
    })
}

/// `GET /cases/{ref_area}/{case}/letters/{position}/file?format=docx` or `pdf`
pub(crate) async fn file(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Path((_, case, position)): Path<(String, String, String)>,
    params: Params,
) -> Answer {
    let work = Work::load(&visit, &app, area, &case).await?;
    let letter = sent(&work, &position)?;
    let plans = plans::list(&app.store, Some(&work.area.code)).await?;
    let plan = plans.into_iter().find(|plan| plan.plan_id == work.stored.head.plan_id);
    let organs = organs::list(&app.store, &work.area.code).await?;
    let committee = plan.map_or_else(String::new, |plan| {
        committee_name(&organs, plan.beneficiary, &work.area.name, letter.dated)
    });
    let format = FileFormat::asked(&params);
    let name = format.name(&letter.title);
    let text = LetterText {
        kind: letter.kind,
        number: letter.document_number,
        title: letter.title,
        recipient: letter.recipient,
        paragraphs: letter.paragraphs,
        signatory: letter.signatory,
        dated: letter.dated,
    };
    let bytes = typeset(&app.settings.typesetting, text.document(&committee), format).await?;
    Ok(download(&name, format.media_type(), bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_numbers_are_written_as_official_documents_have_them() {
        assert!(is_document_number("云妇儿办函〔2026〕3号"));
        for wrong in [
            "云妇儿办函[2026]3号",
            "〔2026〕3号",
            "云函〔26〕3号",
            "云函〔2026〕03号",
            "云函〔2026〕3",
        ] {
            assert!(!is_document_number(wrong), "{wrong}");
        }
    }
}
