//! 文稿模板: the standing paragraphs of every document, and which of them the office wrote anew.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use halfsky_plan::ref_area::RefArea;
use halfsky_report::template;
use halfsky_store::report_templates::{self, StoredTemplate};

use super::{area_of, shell};
use crate::app::App;
use crate::list::{Choice, Params};
use crate::pages::{Answer, page};
use crate::published;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

struct Row {
    template: &'static template::Template,
    url: String,
    /// What it says with the values of its example.
    words: String,
    /// Who wrote it anew, and when; empty for the words of the program.
    changed: String,
}

/// The templates of one document.
struct Group {
    document: &'static str,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "reports/templates.html")]
struct TemplatesPage {
    shell: Shell,
    region: String,
    action: String,
    documents: Vec<Choice>,
    groups: Vec<Group>,
}

/// `GET /reports/{ref_area}/templates?document=…`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(area): Path<String>,
    params: Params,
) -> Answer {
    let area = area_of(&area)?;
    let own = report_templates::list(&app.store, &area).await?;
    let region = published::region_name(&app, &area).await?;
    page(&templates_page(&visit, (&area, region), &own, params.value("document")))
}

/// The address of the templates of a region.
pub(super) fn url(area: &RefArea) -> String {
    format!("/reports/{area}/templates")
}

fn templates_page(
    visit: &Visit,
    (area, region): (&RefArea, String),
    own: &BTreeMap<String, StoredTemplate>,
    document: &str,
) -> TemplatesPage {
    let mut groups: Vec<Group> = Vec::new();
    for template in template::all() {
        if groups.last().is_none_or(|group| group.document != template.document)
            && !groups.iter().any(|group| group.document == template.document)
        {
            groups.push(Group { document: template.document, rows: Vec::new() });
        }
        let Some(group) = groups.iter_mut().find(|g| g.document == template.document) else {
            continue;
        };
        let own = own.get(template.id);
        let source = own.map_or(template.source, |stored| &stored.source);
        group.rows.push(Row {
            template,
            url: format!("{}/{}", url(area), template.id),
            words: template::preview(template, source).unwrap_or_else(|errors| {
                errors.first().map(ToString::to_string).unwrap_or_default()
            }),
            changed: own.map_or_else(String::new, |stored| {
                format!("{}由{}修改", text::minute(stored.changed.at), stored.changed.by)
            }),
        });
    }
    let mut documents = vec![Choice::new("", "全部文种", document)];
    documents.extend(groups.iter().map(|g| Choice::new(g.document, g.document, document)));
    groups.retain(|group| document.is_empty() || group.document == document);
    TemplatesPage {
        shell: shell(visit, "文稿模板"), region, action: url(area), documents, groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_store::plans::Stamp;

    fn draw(own: &BTreeMap<String, StoredTemplate>, document: &str) -> String {
        let area: RefArea = "990101".parse().unwrap();
        let place = (&area, "云溪县".to_owned());
        templates_page(&Visit::sample(), place, own, document).render().unwrap()
    }

    #[test]
    fn every_document_stands_once_with_what_it_says() {
        let html = draw(&BTreeMap::new(), "");
        assert_eq!(html.matches("<h2>通报</h2>").count(), 1);
        assert_eq!(html.matches("<h2>报告</h2>").count(), 1);
        assert!(
            html.contains("妥否，请批示。")
                && html.contains("/reports/990101/templates/annual-lead")
        );
        assert!(!html.contains("已改写"));
        assert_eq!(html, draw(&BTreeMap::new(), ""));
    }

    #[test]
    fn what_the_office_wrote_is_marked_and_documents_can_be_chosen() {
        let stored = StoredTemplate {
            source: "请各单位抓紧。".to_owned(),
            revision: 1,
            changed: Stamp { at: crate::testing::now(), by: "示例".to_owned() },
        };
        let own = [("official-circular-next".to_owned(), stored)].into();
        let html = draw(&own, "通报");
        assert!(html.contains("请各单位抓紧。") && html.contains("已改写"), "{html}");
        assert!(!html.contains("妥否，请批示。"));
    }
}
