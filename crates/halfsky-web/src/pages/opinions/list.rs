//! The opinions of the regions within reach, those nobody has decided about first.

use askama::Template;
use axum::extract::State;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::opinion::{Count, OpinionState, Topic, counts};
use halfsky_report::table::{Column, Table};
use halfsky_store::opinions::{self, StoredOpinion};

use crate::app::App;
use crate::export;
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::rounds::{Area, regions_within};
use crate::pages::{Answer, page};
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::text;
use crate::visit::Visit;

const FILTERS: [&str; 3] = ["q", "topic", "state"];
const DEFAULT_SORT: &str = "state";
/// Characters of an opinion in the list.
const SHORT: usize = 40;

struct Row {
    region: String,
    opinion: StoredOpinion,
    topic: Option<Topic>,
    state: Option<OpinionState>,
    url: String,
}

impl Row {
    fn topic(&self) -> &'static str {
        self.topic.map_or("", Topic::label)
    }

    fn state(&self) -> &'static str {
        self.state.map_or("", OpinionState::label)
    }

    fn waits(&self) -> bool {
        self.state == Some(OpinionState::Received)
    }

    fn received(&self) -> String {
        text::minute(self.opinion.received)
    }

    fn short(&self) -> String {
        let mut short: String = self.opinion.content.chars().take(SHORT).collect();
        if self.opinion.content.chars().count() > SHORT {
            short.push('…');
        }
        short
    }
}

#[derive(Template)]
#[template(path = "opinions/list.html")]
struct ListPage {
    shell: Shell,
    nothing: bool,
    waiting: usize,
    counts: Vec<Count>,
    topics: Vec<Choice>,
    states: Vec<Choice>,
    list: Listing<Row>,
}

/// `GET /opinions`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let areas = regions_within(&visit, &app, Action::AnswerOpinions).await?;
    let codes: Vec<RefArea> = areas.iter().map(|area| area.code.clone()).collect();
    let found = opinions::of_regions(&app.store, &codes).await?;
    let of = |code: &RefArea| areas.iter().find(|area| area.code == *code);
    let all: Vec<Row> =
        found.into_iter().filter_map(|(code, opinion)| Some(row(of(&code)?, opinion))).collect();
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&chosen(all, &params)), format);
    }
    page(&list_page(&visit, all, &params))
}

fn row(area: &Area, opinion: StoredOpinion) -> Row {
    Row {
        region: area.name.clone(),
        topic: Topic::from_code(&opinion.topic),
        state: OpinionState::from_code(&opinion.state),
        url: format!("{}/{}/{}", super::PATH, area.code, opinion.id.0),
        opinion,
    }
}

fn list_page(visit: &Visit, all: Vec<Row>, params: &Params) -> ListPage {
    let nothing = all.is_empty();
    let waiting = all.iter().filter(|row| row.waits()).count();
    let counted: Vec<_> = all
        .iter()
        .filter_map(|r| Some((r.topic?, r.state?, !r.opinion.answer.is_empty())))
        .collect();
    let counts = counts(&counted);
    let (topic, state) = (params.value("topic"), params.value("state"));
    let mut topics = vec![Choice::new("", "全部方面", topic)];
    topics.extend(Topic::ALL.iter().map(|t| Choice::new(t.code(), t.label(), topic)));
    let mut states = vec![Choice::new("", "全部状态", state)];
    states.extend(OpinionState::ALL.iter().map(|s| Choice::new(s.code(), s.label(), state)));
    ListPage {
        shell: Shell::new(visit, Stage::Report, "公众意见").under("报告", "/reports"),
        nothing,
        waiting,
        counts,
        topics,
        states,
        list: Listing::new(params, chosen(all, params), &FILTERS, DEFAULT_SORT),
    }
}

fn chosen(mut rows: Vec<Row>, params: &Params) -> Vec<Row> {
    let (words, topic, state) = (params.value("q"), params.value("topic"), params.value("state"));
    rows.retain(|row| {
        (words.is_empty() || row.opinion.content.contains(words))
            && (topic.is_empty() || row.opinion.topic == topic)
            && (state.is_empty() || row.opinion.state == state)
    });
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        // what waits comes first, the newest of it before the others
        let first = if key == "received" { None } else { row.state };
        (first, std::cmp::Reverse(row.opinion.received), row.opinion.id.0.clone())
    });
    rows
}

fn table(rows: &[Row]) -> Table {
    let columns = ["地区", "关于", "意见", "收到时间", "状态", "答复"];
    let row = |r: &Row| {
        vec![
            r.region.clone(),
            r.topic().to_owned(),
            r.opinion.content.clone(),
            r.received(),
            r.state().to_owned(),
            r.opinion.answer.clone(),
        ]
    };
    Table {
        title: "公众意见".to_owned(),
        columns: columns.map(Column::words).to_vec(),
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use halfsky_store::opinions::OpinionId;

    pub(crate) fn opinion(id: &str, state: OpinionState) -> StoredOpinion {
        StoredOpinion {
            id: OpinionId(id.to_owned()),
            topic: Topic::Figures.code().to_owned(),
            content: "建议公布<分乡镇>数据".to_owned(),
            has_contact: true,
            received: crate::testing::now(),
            state: state.code().to_owned(),
            answer: String::new(),
            decided: None,
            revision: 1,
        }
    }

    fn draw(query: &str, rows: Vec<Row>) -> String {
        let params = Params::read("/opinions", query);
        list_page(&Visit::sample(), rows, &params).render().unwrap()
    }

    fn rows() -> Vec<Row> {
        let area = Area::sample();
        let of = |id, state| row(&area, opinion(id, state));
        vec![of("o2", OpinionState::Shown), of("o1", OpinionState::Received)]
    }

    #[test]
    fn what_waits_stands_first_and_nothing_is_run() {
        let html = draw("", rows());
        let at = |id: &str| html.find(&format!("/{id}\"")).unwrap();
        assert!(at("o1") < at("o2"));
        assert!(
            html.contains("建议公布&lt;分乡镇&gt;数据") || html.contains("&#60;分乡镇&#62;"),
            "{html}"
        );
        assert_eq!(html, draw("", rows()));
    }

    #[test]
    fn filters_and_the_empty_list_say_what_is_there() {
        assert!(!draw("state=received", rows()).contains("/o2\""));
        assert!(draw("topic=plan", rows()).contains("没有符合条件的意见"));
        assert!(draw("", vec![]).contains("还没有收到意见"));
    }
}
