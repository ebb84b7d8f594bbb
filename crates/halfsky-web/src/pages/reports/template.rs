//! One standing paragraph: its words, what can stand in it, what it would say. Checked before it is kept.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::template::{self, Template as Standing, preview};
use halfsky_store::report_templates::{self, StoredTemplate};

use super::{area_of, shell, templates};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "reports/template.html")]
struct TemplatePage {
    shell: Shell,
    standing: &'static Standing,
    action: String,
    back: String,
    /// Whether this person may change it.
    changes: bool,
    /// Who wrote it anew; empty for the words of the program.
    changed: String,
    /// What it says with the values of its example; empty where something is wrong.
    words: String,
    form: Form,
}

impl TemplatePage {
    const HINT: &str = "变量写成{{ 变量名 }}；按有无分别写，用{% if 变量 %}…{% else %}…{% endif %}；\
                        可以分行写，生成时连成一段";
}

fn standing(id: &str) -> Result<&'static Standing, WebError> {
    let nothing = || WebError::NotFound("没有这个文稿模板。请从文稿模板列表重新进入。".to_owned());
    template::find(id).ok_or_else(nothing)
}

/// `GET /reports/{ref_area}/templates/{template}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((area, id)): Path<(String, String)>,
) -> Answer {
    let (area, standing) = (area_of(&area)?, standing(&id)?);
    let own = report_templates::list(&app.store, &area).await?.remove(standing.id);
    let changes = visit.may(&app, Action::IssueReports, &area).await?;
    let source = own.as_ref().map_or(standing.source, |stored| &stored.source);
    let form = Form::filled(vec![
        ("source", source.to_owned()),
        ("seen", own.as_ref().map_or(0, |stored| stored.revision).to_string()),
    ]);
    page(&template_page(&visit, (&area, standing), own.as_ref(), (form, changes)))
}

fn template_page(
    visit: &Visit,
    (area, standing): (&RefArea, &'static Standing),
    own: Option<&StoredTemplate>,
    (form, changes): (Form, bool),
) -> TemplatePage {
    let back = templates::url(area);
    TemplatePage {
        shell: shell(visit, format!("{}：{}", standing.document, standing.title))
            .under("文稿模板", back.clone()),
        action: format!("{back}/{}", standing.id),
        back,
        changes,
        changed: own.map_or_else(String::new, |stored| {
            format!("{}由{}修改", text::minute(stored.changed.at), stored.changed.by)
        }),
        words: preview(standing, form.value("source")).unwrap_or_default(),
        standing,
        form,
    }
}

/// `POST /reports/{ref_area}/templates/{template}`: `decision` is `preview`, `save`, or `restore` for the words of
/// the program.
pub(crate) async fn save(
    visit: Visit,
    State(app): State<App>,
    Path((area, id)): Path<(String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let (area, standing) = (area_of(&area)?, standing(&id)?);
    let own = report_templates::list(&app.store, &area).await?.remove(standing.id);
    let decision = form.value("decision").to_owned();
    let source = form.value("source").replace("\r\n", "\n");
    if decision != "restore"
        && let Err(errors) = preview(standing, &source)
    {
        // the first that is wrong: later ones often follow from it
        if let Some(error) = errors.first() {
            form.refuse("source", error.to_string());
        }
    }
    if form.is_refused() || decision == "preview" {
        let refused = form.is_refused();
        let drawn = template_page(&visit, (&area, standing), own.as_ref(), (form, true));
        let mut response = page(&drawn)?;
        if refused {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        return Ok(response);
    }
    let seen = form.value("seen").parse().unwrap_or(0);
    let restore = decision == "restore" || source == standing.source;
    let before = own.as_ref().map_or(standing.source, |stored| &stored.source);
    let after = if restore { standing.source } else { &source };
    let mut tx = app.store.begin(&area).await?;
    if !restore {
        report_templates::save(&mut tx, standing.id, seen, &source, &visit.stamp(&app)).await?;
    } else if seen > 0 {
        report_templates::restore(&mut tx, standing.id, seen).await?;
    }
    let entry = visit
        .entry(&app, "report.template", &format!("template {}", standing.id))
        .about(&format!("{}：{}", standing.document, standing.title))
        .changed("文字", before, after);
    tx.commit(entry).await?;
    let words = if restore {
        "已恢复默认文字"
    } else {
        "已保存模板；以后生成的文稿使用新的文字"
    };
    Ok(visit.redirect(&app, &Toast::new(words), &templates::url(&area)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page for those who may change it; or for readers.
    fn draw((source, changes): (&str, bool)) -> String {
        let area: RefArea = "990101".parse().unwrap();
        let standing = template::find("annual-lead").unwrap();
        let form = Form::filled(vec![("source", source.to_owned())]);
        template_page(&Visit::sample(), (&area, standing), None, (form, changes)).render().unwrap()
    }

    #[test]
    fn the_preview_and_the_variables_stand_beside_the_words() {
        let html = draw(("{{ 年 }}年情况<如下>。", true));
        for words in ["2025年情况&#60;如下&#62;。", "数据版本", "{{ 总体判断 }}", "预览"]
        {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert_eq!(html, draw(("{{ 年 }}年情况<如下>。", true)));
    }

    #[test]
    fn who_may_only_read_gets_no_form() {
        assert!(!draw(("{{ 年 }}", false)).contains("name=\"source\""));
        assert!(draw(("{{ 年 }}", true)).contains("name=\"source\""));
    }
}
