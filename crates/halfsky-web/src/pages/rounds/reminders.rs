//! 催报记录: every reminder of a round, to whom, when, by whom and in which words.

use askama::Template;
use axum::extract::State;
use halfsky_report::table::{Column, Table};
use halfsky_store::reminders::{self, Reminder};

use super::Place;
use crate::app::App;
use crate::export;
use crate::list::{Listing, Params};
use crate::pages::{Answer, page};
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

struct Row {
    name: String,
    reminder: Reminder,
}

impl Row {
    fn sent_at(&self) -> String {
        text::minute(self.reminder.sent.at)
    }

    fn by(&self) -> &str {
        if self.reminder.scheduled_for.is_some() { "自动提醒" } else { &self.reminder.sent.by }
    }
}

#[derive(Template)]
#[template(path = "rounds/reminders.html")]
struct RemindersPage {
    shell: Shell,
    url: String,
    list: Listing<Row>,
}

/// `GET /rounds/{ref_area}/{round}/reminders`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    place: Place,
    params: Params,
) -> Answer {
    let sent = reminders::of_round(&app.store, &place.area.code, &place.stored.id).await?;
    let rows = rows(&place, sent);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&place, &rows), format);
    }
    page(&reminders_page(&visit, &place, rows, &params))
}

/// The newest first.
fn rows(place: &Place, sent: Vec<Reminder>) -> Vec<Row> {
    let named = |reminder: Reminder| Row { name: place.units.name(&reminder.unit), reminder };
    let mut rows: Vec<Row> = sent.into_iter().map(named).collect();
    rows.sort_by(|a, b| b.reminder.sent.at.cmp(&a.reminder.sent.at).then(a.name.cmp(&b.name)));
    rows
}

fn reminders_page(visit: &Visit, place: &Place, rows: Vec<Row>, params: &Params) -> RemindersPage {
    RemindersPage {
        shell: place.shell(visit, "催报记录"),
        url: place.url(),
        list: Listing::new(params, rows, &[], ""),
    }
}

fn table(place: &Place, rows: &[Row]) -> Table {
    let row = |row: &Row| {
        let sequence = row.reminder.sequence.to_string();
        vec![
            row.sent_at(),
            row.name.clone(),
            sequence,
            row.by().to_owned(),
            row.reminder.words.clone(),
        ]
    };
    Table {
        title: format!("{}催报记录", place.round().title),
        columns: ["时间", "单位", "第几次", "催报人", "内容"].map(Column::words).into(),
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use halfsky_monitor::reporting::UnitId;
    use halfsky_store::plans::Stamp;
    use jiff::civil::date;

    use super::*;

    fn sent(unit: &str, scheduled_for: Option<jiff::civil::Date>) -> Reminder {
        Reminder {
            unit: UnitId(unit.to_owned()),
            sequence: 1,
            scheduled_for,
            sent: Stamp { at: crate::testing::now(), by: "示例妇儿工委办".to_owned() },
            words: "请尽快填报".to_owned(),
        }
    }

    #[test]
    fn tells_who_sent_and_what_the_schedule_sent() {
        let place = super::super::board::tests::place();
        let draw = || {
            let rows =
                rows(&place, vec![sent("health", Some(date(2026, 3, 5))), sent("education", None)]);
            let params = Params::read("/rounds/990101/r/reminders", "");
            reminders_page(&Visit::sample(), &place, rows, &params).render().unwrap()
        };
        let html = draw();
        for words in
            ["县卫生健康局", "自动提醒", "示例妇儿工委办", "请尽快填报", "2026年3月5日 09:30"]
        {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert_eq!(html, draw());
        let table = table(&place, &rows(&place, vec![sent("health", Some(date(2026, 3, 5)))]));
        assert_eq!(table.rows[0].len(), table.columns.len());
    }

    #[test]
    fn none_yet_is_said() {
        let place = super::super::board::tests::place();
        let params = Params::read("/rounds/990101/r/reminders", "");
        let html = reminders_page(&Visit::sample(), &place, Vec::new(), &params).render().unwrap();
        assert!(html.contains("还没有催报"));
    }
}
