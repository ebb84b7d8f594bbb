//! 锚定: the ends of all chains at one moment, to be printed or kept where nobody of this system can reach.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_store::audit::HashRule;
use halfsky_store::audit::anchor::{self, Anchor};
use halfsky_store::regions::{self, Region};

use super::{PATH, area_name, day_of, tabs};
use crate::app::App;
use crate::audit_table::second;
use crate::form::Posted;
use crate::list::Params;
use crate::pages::admin::{nothing, shell};
use crate::pages::{Answer, download, page};
use crate::parts::tab::Tab;
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

/// Anchors that are listed.
const LISTED: i64 = 100;

struct Row {
    number: i64,
    at: String,
    chains: usize,
    hash: String,
}

#[derive(Template)]
#[template(path = "admin/audit-anchors.html")]
struct AnchorsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    /// There is one of today.
    today: bool,
}

/// The end of one chain.
struct HeadRow {
    area: String,
    code: String,
    sequence: i64,
    hash: String,
}

#[derive(Template)]
#[template(path = "admin/audit-anchor.html")]
struct AnchorPage {
    shell: Shell,
    anchor: Anchor,
    at: String,
    rule: String,
    heads: Vec<HeadRow>,
}

fn url(number: i64) -> String {
    format!("{PATH}/anchors/{number}")
}

/// `GET /admin/audit/anchors`
pub(crate) async fn list(visit: Visit, State(app): State<App>) -> Answer {
    page(&anchors_page(&visit, &anchor::last(&app.store, LISTED).await?))
}

fn anchors_page(visit: &Visit, anchors: &[Anchor]) -> AnchorsPage {
    let row = |anchor: &Anchor| Row {
        number: anchor.number,
        at: second(&anchor.at),
        chains: anchor.heads.len(),
        hash: anchor.hash.clone(),
    };
    let newest = anchors.first().and_then(|anchor| day_of(&anchor.at));
    AnchorsPage {
        shell: shell(visit, "锚定").under("审计", PATH),
        tabs: tabs("/anchors"),
        rows: anchors.iter().map(row).collect(),
        today: newest == Some(visit.frame.today),
    }
}

/// `POST /admin/audit/anchors`
pub(crate) async fn take(visit: Visit, State(app): State<App>, Posted(_): Posted) -> Answer {
    let anchor = anchor::take(&app.store, visit.entry(&app, "audit.anchor", "anchor")).await?;
    let toast = Toast::new(format!("已记下第{}号锚定，请打印或另存", anchor.number));
    Ok(visit.redirect(&app, &toast, &url(anchor.number)))
}

/// `GET /admin/audit/anchors/{number}`, with `export=txt` as the text that can be compared later.
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(number): Path<String>,
    params: Params,
) -> Answer {
    let number: i64 = number.parse().map_err(|_| nothing("锚定"))?;
    let found = anchor::find(&app.store, number).await?.ok_or_else(|| nothing("锚定"))?;
    if params.value("export") == "txt" {
        let name = format!("审计锚定第{number}号.txt");
        return Ok(download(&name, "text/plain; charset=utf-8", found.text().into_bytes()));
    }
    let regions = regions::list(&app.store).await?;
    page(&anchor_page(&visit, found, &regions))
}

fn anchor_page(visit: &Visit, anchor: Anchor, regions: &[Region]) -> AnchorPage {
    let head = |(code, (sequence, hash)): (&String, &(i64, String))| HeadRow {
        area: area_name(code, regions),
        code: code.clone(),
        sequence: *sequence,
        hash: hash.clone(),
    };
    let rule = HashRule::from_code(&anchor.hash_rule);
    AnchorPage {
        shell: shell(visit, &format!("审计锚定 第{}号", anchor.number))
            .under("审计", PATH)
            .under("锚定", format!("{PATH}/anchors")),
        at: second(&anchor.at),
        rule: rule.map_or_else(|| anchor.hash_rule.clone(), |rule| rule.label().to_owned()),
        heads: anchor.heads.iter().map(head).collect(),
        anchor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor() -> Anchor {
        Anchor {
            number: 3,
            at: "2026-03-05T01:30:00.000000Z".to_owned(),
            heads: [("990101".to_owned(), (12, "bb".repeat(32)))].into(),
            hash_rule: "sm3".to_owned(),
            previous_hash: String::new(),
            hash: "aa".repeat(32),
        }
    }

    #[test]
    fn the_page_can_be_printed_and_signed() {
        let draw = || anchor_page(&Visit::sample(), anchor(), &[]).render().unwrap();
        let html = draw();
        assert!(html.contains("第3号") && html.contains("SM3") && html.contains(&"bb".repeat(32)));
        assert!(html.contains("签字") && html.contains("export=txt"));
        assert_eq!(html, draw());
    }

    #[test]
    fn says_whether_today_has_one() {
        let draw = |anchors: &[Anchor]| anchors_page(&Visit::sample(), anchors).render().unwrap();
        assert!(draw(&[]).contains("还没有锚定"));
        assert!(!draw(&[anchor()]).contains("今天还没有"));
        let old = Anchor { at: "2026-03-01T01:30:00Z".to_owned(), ..anchor() };
        assert!(draw(&[old]).contains("今天还没有"));
    }
}
