//! 未报单位名单: a page to be printed and handed round.

use askama::Template;
use axum::extract::State;

use super::Place;
use super::board::{self, Line};
use crate::app::App;
use crate::pages::{Answer, page};
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "rounds/late.html")]
struct LatePage {
    shell: Shell,
    place: Place,
    lines: Vec<Line>,
    overdue: usize,
    total: usize,
    today: String,
}

/// `GET /rounds/{ref_area}/{round}/late`
pub(crate) async fn show(visit: Visit, State(app): State<App>, place: Place) -> Answer {
    let standing = board::standing(&app, &place, visit.frame.today).await?;
    page(&late_page(&visit, place, standing.lines))
}

fn late_page(visit: &Visit, place: Place, lines: Vec<Line>) -> LatePage {
    LatePage {
        shell: place.shell(visit, "未报单位名单"),
        total: lines.len(),
        overdue: lines.iter().filter(|line| line.overdue).count(),
        lines: lines.into_iter().filter(|line| line.first_submitted.is_none()).collect(),
        today: text::long_date(visit.frame.today),
        place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_units_that_sent_nothing_are_named() {
        let draw = || {
            let lines = board::tests::sample().lines;
            late_page(&Visit::sample(), board::tests::place(), lines).render().unwrap()
        };
        let html = draw();
        assert!(html.contains("县教育局") && !html.contains("县卫生健康局"), "{html}");
        assert!(html.contains("应报2个单位，未报1个，其中逾期1个"), "{html}");
        assert_eq!(html, draw());
    }
}
