//! One line of the register: entered or changed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use halfsky_monitor::observation::{Missing, MissingReason};
use halfsky_plan::indicator::IndicatorCode;
use halfsky_store::missing_items::{self, MissingItem, StoredMissingItem};

use super::url;
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::{Choice, Params};
use crate::pages::duties::list::{Names, names};
use crate::pages::rounds::Area;
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "missing/edit.html")]
struct EditPage {
    shell: Shell,
    url: String,
    form: Form,
    /// Name of the indicator of a line that stands already; its key cannot change.
    standing: Option<String>,
    indicators: Vec<Choice>,
    reasons: Vec<Choice>,
}

fn filled(stored: &StoredMissingItem) -> Form {
    let item = &stored.item;
    let text = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |d| d.to_string());
    Form::filled(vec![
        ("seen", stored.revision.to_string()),
        ("indicator", item.indicator.0.clone()),
        ("since", item.since.to_string()),
        ("resolved", item.resolved.map_or_else(String::new, |year| year.to_string())),
        ("reason", item.missing.reason.code().to_owned()),
        ("note", item.missing.note.clone()),
        ("owner", item.missing.owner.clone()),
        ("substitute", item.missing.substitute.clone()),
        ("survey", item.survey.clone()),
        ("survey_due", text(item.survey_due)),
    ])
}

/// The line that indicator and year name.
async fn find(
    app: &App,
    area: &Area,
    indicator: &str,
    since: &str,
) -> Result<Option<StoredMissingItem>, WebError> {
    let all = missing_items::list(&app.store, &area.code).await?;
    Ok(all.into_iter().find(|stored| {
        stored.item.indicator.0 == indicator && stored.item.since.to_string() == since
    }))
}

/// `GET /missing/{ref_area}/edit?indicator=…&since=…`; without them a new line.
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let names = names(&app).await?;
    let (indicator, since) = (params.value("indicator"), params.value("since"));
    let form = if since.is_empty() {
        Form::filled(vec![
            ("seen", "0".to_owned()),
            ("indicator", indicator.to_owned()),
            ("since", visit.frame.year.to_string()),
        ])
    } else {
        let stored = find(&app, &area, indicator, since).await?;
        let missing = || WebError::NotFound("没有登记这个缺项。请从列表重新进入。".to_owned());
        filled(&stored.ok_or_else(missing)?)
    };
    page(&edit_page(&visit, &area, &names, form))
}

fn edit_page(visit: &Visit, area: &Area, names: &Names, form: Form) -> EditPage {
    let chosen = form.value("indicator");
    let label = |(code, name): (&IndicatorCode, &String)| {
        Choice::new(code.0.as_str(), format!("{code} {name}"), chosen)
    };
    let mut indicators = vec![Choice::new("", "请选择", chosen)];
    indicators.extend(names.iter().map(label));
    let reason = form.value("reason");
    let mut reasons = vec![Choice::new("", "请选择", reason)];
    reasons.extend(MissingReason::ALL.iter().map(|r| Choice::new(r.code(), r.label(), reason)));
    let code = IndicatorCode(chosen.to_owned());
    let name = names.get(&code).cloned().unwrap_or_default();
    let standing = !matches!(form.value("seen"), "" | "0");
    EditPage {
        shell: Shell::new(visit, Stage::Submission, if standing { "修改缺项" } else { "登记缺项" })
            .under("报送轮次", crate::pages::rounds::PATH)
            .under("缺项登记", url(&area.code)),
        url: url(&area.code),
        standing: standing.then(|| format!("{code} {name}，{}年起", form.value("since"))),
        indicators,
        reasons,
        form,
    }
}

fn year(form: &mut Form, name: &str) -> Option<i32> {
    let typed = form.value(name).to_owned();
    if typed.is_empty() {
        return None;
    }
    let year = typed.parse().ok().filter(|year| (1990..=2100).contains(year));
    if year.is_none() {
        form.refuse(name, format!("“{typed}”不是年份，请填写4位数字"));
    }
    year
}

fn read(form: &mut Form, names: &Names) -> Option<MissingItem> {
    let indicator = IndicatorCode(form.value("indicator").to_owned());
    if !names.contains_key(&indicator) {
        form.refuse("indicator", "请选择指标");
    }
    form.required("since", "请填写从哪一年起没有数据");
    let (since, resolved) = (year(form, "since"), year(form, "resolved"));
    if let (Some(since), Some(resolved)) = (since, resolved)
        && resolved <= since
    {
        form.refuse("resolved", "应晚于开始缺数的年份");
    }
    let reason = MissingReason::from_code(form.value("reason"));
    match reason {
        None => form.refuse("reason", "请选择原因"),
        Some(reason) if reason.needs_note() && form.value("note").is_empty() => {
            form.refuse("note", "选“其他”的，请写明情况");
        }
        Some(_) => {}
    }
    let owner = form.required("owner", "请填写应有这项数据的单位");
    let survey_due = form.day("survey_due");
    if survey_due.is_some() && form.value("survey").is_empty() {
        form.refuse("survey", "填了完成日，请写明是什么调查");
    }
    let item = MissingItem {
        indicator,
        since: since?,
        resolved,
        missing: Missing {
            reason: reason?,
            note: form.value("note").to_owned(),
            owner,
            substitute: form.value("substitute").to_owned(),
        },
        survey: form.value("survey").to_owned(),
        survey_due,
    };
    (!form.is_refused()).then_some(item)
}

/// `POST /missing/{ref_area}/edit`
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Posted(mut form): Posted,
) -> Answer {
    let names = names(&app).await?;
    let Some(item) = read(&mut form, &names) else {
        let mut response = page(&edit_page(&visit, &area, &names, form))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let seen = form.value("seen").parse().unwrap_or(0);
    let old = find(&app, &area, &item.indicator.0, &item.since.to_string()).await?;
    let before = old.as_ref().map(filled).unwrap_or_default();
    let name = names.get(&item.indicator).cloned().unwrap_or_default();
    let mut tx = app.store.begin(&area.code).await?;
    missing_items::save(&mut tx, seen, &item, &visit.stamp(&app)).await?;
    let mut entry = visit
        .entry(&app, "missing.save", &format!("missing {}/{}", item.indicator, item.since))
        .about(&format!("{} {name}", item.indicator));
    let label =
        |form: &Form| MissingReason::from_code(form.value("reason")).map_or("", |r| r.label());
    entry = entry.changed("原因", label(&before), label(&form));
    for (field, words) in [
        ("note", "说明"),
        ("owner", "应有数据的单位"),
        ("substitute", "替代数据"),
        ("survey", "专项调查"),
        ("survey_due", "调查完成日"),
        ("resolved", "恢复有数的年份"),
    ] {
        entry = entry.changed(words, before.value(field), form.value(field));
    }
    tx.commit(entry).await?;
    Ok(visit.redirect(&app, &Toast::new(format!("已保存缺项 {name}")), &url(&area.code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        [(IndicatorCode("W-H01".to_owned()), "平均预期寿命".to_owned())].into()
    }

    fn refused(changes: &[(&str, &str)], field: &str, words: &str) {
        let stored = super::super::list::tests::stored("W-H01", "专项调查", None);
        let mut form = filled(&stored);
        for (name, value) in changes {
            form.set(name, *value);
        }
        assert!(read(&mut form, &names()).is_none(), "{changes:?}");
        assert!(form.error(field).contains(words), "{field}: {}", form.error(field));
    }

    #[test]
    fn what_stands_comes_back() {
        let stored = super::super::list::tests::stored("W-H01", "专项调查", Some(2025));
        assert_eq!(read(&mut filled(&stored), &names()).unwrap(), stored.item);
    }

    #[test]
    fn what_is_wrong_stands_at_its_field() {
        refused(&[("indicator", "X")], "indicator", "请选择指标");
        refused(&[("resolved", "2020")], "resolved", "晚于");
        refused(&[("reason", "other")], "note", "写明情况");
        refused(&[("owner", "")], "owner", "应有这项数据的单位");
        refused(&[("survey", "")], "survey", "什么调查");
        refused(&[("since", "去年")], "since", "不是年份");
    }

    #[test]
    fn a_standing_line_keeps_its_key() {
        let stored = super::super::list::tests::stored("W-H01", "", None);
        let draw = |form: Form| {
            edit_page(&Visit::sample(), &Area::sample(), &names(), form).render().unwrap()
        };
        assert!(draw(filled(&stored)).contains("平均预期寿命，2021年起"));
        assert!(draw(Form::default()).contains("<select id=\"indicator\""));
        assert_eq!(draw(filled(&stored)), draw(filled(&stored)));
    }
}
