//! The status board of a round: every unit with its state, overdue first; from here units are reminded.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use halfsky_monitor::board::{self, BoardLine, Share};
use halfsky_monitor::definition::Level;
use halfsky_monitor::reporting::UnitId;
use halfsky_monitor::round::{Extension, RoundState, RoundSubject};
use halfsky_monitor::submission::SubmissionState;
use halfsky_report::table::{Column, Table};
use halfsky_store::reminders::{self, Reminder};
use halfsky_store::tasks::{self, StoredTask};
use jiff::civil::Date;

use super::{Place, list, shell, subject_words};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::list::Params;
use crate::pages::{Answer, page};
use crate::parts::due::Due;
use crate::parts::tab::Tab;
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

/// One unit on the board.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) unit: UnitId,
    pub(crate) name: String,
    pub(crate) state: SubmissionState,
    pub(crate) due: Due,
    pub(crate) overdue: bool,
    /// Nothing was handed in yet, or it came back.
    pub(crate) waits: bool,
    pub(crate) on_time: Option<bool>,
    pub(crate) first_submitted: Option<Date>,
    /// How often the unit was reminded, and when last.
    pub(crate) reminded: (usize, Option<Date>),
    pub(crate) extension: Option<Extension>,
}

impl Line {
    fn read(
        place: &Place,
        line: BoardLine,
        task: &StoredTask,
        sent: &[Reminder],
        today: Date,
    ) -> Self {
        let own: Vec<&Reminder> = sent.iter().filter(|r| r.unit == line.unit).collect();
        let extension = place.round().extensions.iter().filter(|e| e.unit == line.unit);
        Self {
            name: place.units.name(&line.unit),
            due: Due::on(line.due, today),
            overdue: line.overdue,
            waits: line.state.waits_for_unit(),
            on_time: line.on_time,
            first_submitted: task.submission.first_submitted,
            reminded: (own.len(), own.last().map(|r| text::date(r.sent.at))),
            extension: extension.max_by_key(|e| e.until).cloned(),
            state: line.state,
            unit: line.unit,
        }
    }

    fn timeliness(&self) -> &'static str {
        match self.on_time {
            Some(true) => "按时",
            Some(false) => "迟报",
            None if self.overdue => "逾期未报",
            None => "",
        }
    }

    fn submitted(&self) -> String {
        self.first_submitted.map_or_else(String::new, text::long_date)
    }

    pub(crate) fn reminded_words(&self) -> String {
        match self.reminded {
            (count, Some(last)) => format!("{count}次，最近{}", text::long_date(last)),
            (_, None) => "未催报".to_owned(),
        }
    }
}

/// A board with what the store knows of each unit.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) lines: Vec<Line>,
    pub(crate) states: Vec<(SubmissionState, usize)>,
    pub(crate) completeness: Share,
    pub(crate) timeliness: Share,
}

/// The board of a round today.
pub(crate) async fn standing(app: &App, place: &Place, today: Date) -> Result<Standing, WebError> {
    let tasks = tasks::of_round(&app.store, &place.area.code, &place.stored.id).await?;
    let sent = reminders::of_round(&app.store, &place.area.code, &place.stored.id).await?;
    Ok(stand(place, tasks, &sent, today))
}

fn stand(place: &Place, tasks: Vec<StoredTask>, sent: &[Reminder], today: Date) -> Standing {
    let expected: Vec<UnitId> = tasks.iter().map(|t| t.key.unit.clone()).collect();
    let submissions: Vec<_> = tasks.iter().map(|t| t.submission.clone()).collect();
    let board = board::board(place.round(), &expected, &submissions, today);
    let tasks: BTreeMap<UnitId, StoredTask> =
        tasks.into_iter().map(|t| (t.key.unit.clone(), t)).collect();
    let line = |line: BoardLine| {
        tasks.get(&line.unit).map(|task| Line::read(place, line.clone(), task, sent, today))
    };
    Standing {
        lines: board.lines.into_iter().filter_map(line).collect(),
        states: board.states,
        completeness: board.completeness,
        timeliness: board.timeliness,
    }
}

#[derive(Template)]
#[template(path = "rounds/board.html")]
struct BoardPage {
    shell: Shell,
    place: Place,
    state: RoundState,
    manages: bool,
    segments: Vec<Tab>,
    completeness: String,
    timeliness: String,
    overdue: usize,
    lines: Vec<Line>,
    any_waits: bool,
    total: usize,
    texts: bool,
    xlsx: String,
    csv: String,
}

impl BoardPage {
    fn window(&self) -> String {
        let round = self.place.round();
        format!("{}至{}", text::long_date(round.opens), text::long_date(round.due))
    }

    fn what(&self) -> String {
        subject_words(&self.place.round().subject)
    }

    fn days(&self) -> String {
        let days = &self.place.round().reminder_days;
        if days.is_empty() {
            return "截止前不提醒".to_owned();
        }
        let days: Vec<String> = days.iter().map(u16::to_string).collect();
        format!("截止前{}天自动提醒", days.join("、"))
    }

    /// Whether there can be regions below.
    fn hands_down(&self) -> bool {
        self.place.area.level > Level::County
    }

    fn close_url(&self) -> String {
        format!("{}/close", self.place.url())
    }

    fn text_url(&self, line: &Line) -> String {
        format!("/texts/{}/{}/{}", self.place.area.code, self.place.stored.id.0, line.unit.0)
    }

    fn form_url(&self, line: &Line) -> String {
        format!("/reporting/{}/{}/{}", self.place.area.code, self.place.stored.id.0, line.unit.0)
    }

    fn extend_url(&self, line: &Line) -> String {
        format!("{}/extend?unit={}", self.place.url(), line.unit.0)
    }

    fn until(extension: &Extension) -> String {
        text::long_date(extension.until)
    }
}

const OVERDUE: &str = "overdue";

/// `GET /rounds/{ref_area}/{round}?state=…`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    place: Place,
    params: Params,
) -> Answer {
    let today = visit.frame.today;
    let standing = standing(&app, &place, today).await?;
    let manages = visit.may(&app, Action::ManageRounds, &place.area.code).await?;
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&place, &chosen(&standing.lines, &params)), format);
    }
    page(&board_page(&visit, (place, manages), &standing, &params))
}

fn chosen(lines: &[Line], params: &Params) -> Vec<Line> {
    let state = params.value("state");
    let fits = |line: &&Line| match state {
        "" => true,
        OVERDUE => line.overdue,
        code => line.state.code() == code,
    };
    lines.iter().filter(fits).cloned().collect()
}

fn board_page(
    visit: &Visit,
    (place, manages): (Place, bool),
    standing: &Standing,
    params: &Params,
) -> BoardPage {
    let state = params.value("state");
    let tab = |code: &str, label: &str, count: usize| {
        let url = params.with(&[("state", code)]);
        Tab::new(label, url).counting(count).chosen_if(|| state == code)
    };
    let lines = chosen(&standing.lines, params);
    let overdue = standing.lines.iter().filter(|line| line.overdue).count();
    let mut segments = vec![tab("", "全部", standing.lines.len())];
    if overdue > 0 || state == OVERDUE {
        segments.push(tab(OVERDUE, "逾期未报", overdue));
    }
    for (one, count) in &standing.states {
        if *count > 0 || state == one.code() {
            segments.push(tab(one.code(), one.label(), *count));
        }
    }
    BoardPage {
        shell: shell(visit, &place.round().title),
        state: place.round().state(visit.frame.today),
        manages,
        segments,
        completeness: list::share_words(standing.completeness),
        timeliness: list::share_words(standing.timeliness),
        overdue,
        any_waits: lines.iter().any(|line| line.waits),
        lines,
        total: standing.lines.len(),
        texts: matches!(place.round().subject, RoundSubject::Text { .. }),
        xlsx: params.with(&[("export", "xlsx")]),
        csv: params.with(&[("export", "csv")]),
        place,
    }
}

fn table(place: &Place, lines: &[Line]) -> Table {
    let row = |line: &Line| {
        vec![
            line.name.clone(),
            line.state.label().to_owned(),
            line.due.date.to_string(),
            line.submitted(),
            line.timeliness().to_owned(),
            line.reminded.0.to_string(),
            line.extension.as_ref().map_or_else(String::new, |e| e.reason.clone()),
        ]
    };
    let heads = ["单位", "状态", "截止日", "首次报送", "及时"].map(Column::words);
    let ends = [Column::numbers("催报次数"), Column::words("延期原因")];
    Table {
        title: format!("{}报送进度", place.round().title),
        columns: heads.into_iter().chain(ends).collect(),
        rows: lines.iter().map(row).collect(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use halfsky_monitor::submission::Submission;
    use halfsky_store::plans::Stamp;
    use halfsky_store::rounds::{RoundId, StoredRound};
    use halfsky_store::tasks::TaskKey;
    use jiff::civil::date;

    use super::*;
    use crate::pages::rounds::{Area, UnitNames, window};

    pub(crate) fn place() -> Place {
        let stamp = Stamp { at: crate::testing::now(), by: "示例".to_owned() };
        let round = window::blank(date(2026, 1, 10)).unwrap();
        Place {
            area: Area::sample(),
            stored: StoredRound {
                id: RoundId("r".to_owned()),
                round,
                revision: 1,
                handed_down_by: None,
                created: stamp,
            },
            units: UnitNames::sample(),
        }
    }

    fn task(unit: &str, state: SubmissionState, day: Option<Date>) -> StoredTask {
        let place = place();
        let unit = UnitId(unit.to_owned());
        StoredTask {
            key: TaskKey { ref_area: place.area.code, round: place.stored.id, unit: unit.clone() },
            form: None,
            submission: Submission { state, first_submitted: day, ..Submission::new(unit) },
            revision: 1,
            changed: place.stored.created,
        }
    }

    pub(crate) fn sample() -> Standing {
        let tasks = vec![
            task("health", SubmissionState::Submitted, Some(date(2026, 2, 1))),
            task("education", SubmissionState::InProgress, None),
        ];
        stand(&place(), tasks, &[], date(2026, 3, 5))
    }

    fn draw(query: &str) -> String {
        let params = Params::read("/rounds/990101/r", query);
        board_page(&Visit::sample(), (place(), true), &sample(), &params).render().unwrap()
    }

    #[test]
    fn overdue_units_stand_first_and_are_ticked() {
        let html = draw("");
        let (late, done) = (html.find("县教育局").unwrap(), html.find("县卫生健康局").unwrap());
        assert!(late < done, "{html}");
        assert!(html.contains("1/2（50%）") && html.contains("1/1（100%）"));
        assert_eq!(html.matches(" checked").count(), 1);
        assert_eq!(html, draw(""));
    }

    #[test]
    fn a_state_can_be_looked_at_alone() {
        let html = draw("state=submitted");
        assert!(html.contains("县卫生健康局") && !html.contains("县教育局"));
        assert!(draw("state=returned").contains("没有单位处于这种状态"));
        let table = table(&place(), &sample().lines);
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
    }
}
