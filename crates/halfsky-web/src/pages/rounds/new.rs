//! 新建轮次: choose from the calendar, set the window, look at what each unit gets, open.

pub(crate) mod forms;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use halfsky_monitor::round::{Round, RoundSubject};
use halfsky_store::audit::Entry;
use halfsky_store::data_sets::{self, DataSetKey};
use halfsky_store::notifications::{self, ByMail, Notification, Recipient};
use halfsky_store::plans::Stamp;
use halfsky_store::rounds::{self, RoundId, RoundOrigin};
use halfsky_store::{Error, Store, tasks};
use jiff::civil::Date;

use self::forms::{Offer, UnitOffer};
use super::calendar::{self, Proposal, year_of};
use super::{Area, PATH, round_url, shell, subject_words, window};
use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::list::{Choice, Params};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::published;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

const STEPS: [&str; 2] = ["内容和时间", "核对并开始"];

/// Days around today in which the calendar proposes.
const PROPOSED: std::ops::RangeInclusive<i32> = -365..=400;

#[derive(Template)]
#[template(path = "rounds/new.html")]
struct NewPage {
    shell: Shell,
    steps: [&'static str; 2],
    action: String,
    proposals: Vec<(String, String, String)>,
    form: Form,
    subjects: Vec<Choice>,
    parts: Vec<Choice>,
    late: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "rounds/preview.html")]
struct PreviewPage {
    shell: Shell,
    steps: [&'static str; 2],
    action: String,
    form: Form,
    round: Round,
    offer: Offer,
    draw_url: String,
}

impl PreviewPage {
    fn window(&self) -> String {
        let (opens, due) = (text::long_date(self.round.opens), text::long_date(self.round.due));
        format!("{opens}至{due}")
    }

    fn what(&self) -> String {
        subject_words(&self.round.subject)
    }

    fn figures(&self) -> bool {
        matches!(self.round.subject, RoundSubject::Figures(_))
    }

    fn reminders(&self) -> String {
        if self.round.reminder_days.is_empty() {
            return "截止前不提醒".to_owned();
        }
        let days: Vec<String> = self.round.reminder_days.iter().map(u16::to_string).collect();
        format!("截止前{}天", days.join("、"))
    }
}

fn path(area: &Area) -> String {
    format!("{PATH}/{}/new", area.code)
}

/// `GET /rounds/{ref_area}/new?subject=…&year=…&due=…`: filled in with that date of the calendar, or with the next.
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    params: Params,
) -> Answer {
    let today = visit.frame.today;
    let waiting = waiting(calendar::load(&app, &area, today).await?, today);
    let named = waiting.iter().find(|p| {
        let round = &p.round;
        window::subject_code(&round.subject) == params.value("subject")
            && year_of(&round.subject).to_string() == params.value("year")
            && round.due.to_string() == params.value("due")
    });
    let chosen = if params.value("subject").is_empty() {
        waiting.iter().find(|p| p.round.due >= today)
    } else {
        named
    };
    let form = match chosen {
        Some(proposal) => {
            let mut form = window::filled(&proposal.round);
            form.set("calendar_due", proposal.round.due.to_string());
            form
        }
        None => window::blank(today).map_or_else(Form::default, |round| window::filled(&round)),
    };
    page(&new_page(&visit, &area, &waiting, form))
}

/// What the calendar still waits for around today.
fn waiting(all: Vec<Proposal>, today: Date) -> Vec<Proposal> {
    let near = |p: &Proposal| {
        let days = today.until(p.round.due).map_or(i32::MAX, |span| span.get_days());
        p.opened.is_none() && PROPOSED.contains(&days)
    };
    all.into_iter().filter(near).collect()
}

fn new_page(visit: &Visit, area: &Area, waiting: &[Proposal], form: Form) -> NewPage {
    let line = |p: &Proposal| {
        let due = format!("截止日{}", text::long_date(p.round.due));
        (p.new_url(area), subject_words(&p.round.subject), due)
    };
    NewPage {
        shell: shell(visit, &format!("{}新建轮次", area.name)),
        steps: STEPS,
        action: path(area),
        proposals: waiting.iter().map(line).collect(),
        subjects: window::subjects(form.value("subject")),
        parts: window::parts(form.value("part")),
        late: window::late_policies(form.value("late")),
        form,
    }
}

fn unprocessable(template: &impl Template) -> Answer {
    let mut response = page(template)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// `POST /rounds/{ref_area}/new`: `step` is `preview`, `edit` or `open`.
pub(crate) async fn go_on(
    visit: Visit,
    State(app): State<App>,
    area: Area,
    Posted(mut form): Posted,
) -> Answer {
    let today = visit.frame.today;
    let step = form.value("step").to_owned();
    let round = if step == "edit" { None } else { window::read(&mut form) };
    let Some(round) = round else {
        let waiting = waiting(calendar::load(&app, &area, today).await?, today);
        let drawn = new_page(&visit, &area, &waiting, form);
        return if step == "edit" { page(&drawn) } else { unprocessable(&drawn) };
    };
    let names = published::names(&app).await?;
    let none = BTreeSet::new();
    let mut offer = forms::load((&app.store, &names), &area, &round, &none).await?;
    if step != "open" {
        return page(&preview_page(&visit, &area, form, round, offer));
    }
    let ticked: BTreeSet<&str> = form.values("unit").collect();
    for unit in &mut offer.units {
        unit.ticked = ticked.contains(unit.id.0.as_str());
    }
    let chosen: Vec<UnitOffer> = offer.units.iter().filter(|u| u.ticked).cloned().collect();
    if chosen.is_empty() {
        form.refuse("unit", "请至少选择一个单位");
        return unprocessable(&preview_page(&visit, &area, form, round, offer));
    }
    let origin =
        form.value("calendar_due").parse().map_or(RoundOrigin::Office, RoundOrigin::Calendar);
    let id = RoundId(app.new_id());
    let entry = visit.entry(&app, "round.open", &format!("round {}", id.0));
    let opening = Opening { id: &id, round: &round, origin: &origin, entry };
    let (stamp, new_id) = (visit.stamp(&app), || app.new_id());
    if !open(&app.store, &area, (opening, chosen), (&stamp, &new_id)).await? {
        let text = "日程中的这一轮刚被别人开始了，请从轮次列表进入。".to_owned();
        return Err(WebError::Conflict(text));
    }
    let toast = Toast::new(format!("已开始 {}，并通知了各单位", round.title));
    Ok(visit.redirect(&app, &toast, &round_url(&area.code, &id)))
}

fn preview_page(visit: &Visit, area: &Area, form: Form, round: Round, offer: Offer) -> PreviewPage {
    PreviewPage {
        shell: shell(visit, &format!("{}新建轮次", area.name)),
        steps: STEPS,
        action: path(area),
        form,
        round,
        offer,
        draw_url: format!("/duties/{}/draw", area.code),
    }
}

/// A round that is opened in a region.
pub(crate) struct Opening<'a> {
    pub(crate) id: &'a RoundId,
    pub(crate) round: &'a Round,
    pub(crate) origin: &'a RoundOrigin,
    pub(crate) entry: Entry,
}

/// Opens the round with the forms of its units, and tells the units; false where it is there already.
pub(crate) async fn open(
    store: &Store,
    area: &Area,
    (Opening { id, round, origin, entry }, chosen): (Opening<'_>, Vec<UnitOffer>),
    (stamp, new_id): (&Stamp, &(dyn Fn() -> String + Sync)),
) -> Result<bool, Error> {
    let known = data_sets::newest(store, &area.code).await?;
    let mut tx = store.begin(&area.code).await?;
    if !rounds::open(&mut tx, id, round, origin, stamp).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    let mut given = Vec::new();
    let mut told = Vec::new();
    for unit in &chosen {
        let key = match &unit.form {
            None => None,
            Some(form) => {
                let last = known.iter().find(|(key, _)| key.code == form.code());
                Some(match last {
                    Some((key, old)) if form.asks_the_same(old) => key.clone(),
                    last => {
                        let version = last.map_or(1, |(key, _)| key.version + 1);
                        let form = form.clone().numbered(version);
                        data_sets::insert(&mut tx, &form, stamp).await?;
                        DataSetKey::of(&form)
                    }
                })
            }
        };
        given.push((unit.id.clone(), key));
        told.push(Notification {
            id: new_id(),
            to: Recipient::Unit(unit.id.clone()),
            kind: "opened".to_owned(),
            title: format!("报送通知：{}", round.title),
            content: format!(
                "{}：\n“{}”于{}开始，{}截止，请按时填报。",
                unit.name,
                round.title,
                text::long_date(round.opens),
                text::long_date(round.due)
            ),
            link: "/tasks".to_owned(),
            created_at: stamp.at,
            by_mail: ByMail::Yes,
        });
    }
    tasks::add(&mut tx, id, &given, stamp).await?;
    notifications::notify(&mut tx, &told).await?;
    let names: Vec<&str> = chosen.iter().map(|unit| unit.name.as_str()).collect();
    let window = format!("{}至{}", round.opens, round.due);
    let entry = entry.about(&round.title).changed("报送窗口", "", &window).changed(
        "单位",
        "",
        &names.join("、"),
    );
    tx.commit(entry).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use halfsky_monitor::reporting::UnitId;
    use jiff::civil::date;

    use super::*;

    fn offer() -> Offer {
        let unit = UnitOffer {
            id: UnitId("health".to_owned()),
            name: "县卫生健康局".to_owned(),
            indicators: 3,
            rows: 7,
            form: None,
            ticked: true,
        };
        Offer {
            units: vec![unit],
            without_lead: vec![("W-E07".to_owned(), "高中阶段毛入学率".to_owned())],
            no_value_here: vec![("W-H01".to_owned(), "平均预期寿命".to_owned())],
            problems: vec![("县教育局".to_owned(), "代码重复".to_owned())],
        }
    }

    #[test]
    fn the_preview_tells_what_each_unit_gets_and_what_nobody_leads() {
        let draw = || {
            let round = window::blank(date(2026, 3, 5)).unwrap();
            let form = window::filled(&round);
            preview_page(&Visit::sample(), &Area::sample(), form, round, offer()).render().unwrap()
        };
        let html = draw();
        for words in
            ["县卫生健康局", "高中阶段毛入学率", "平均预期寿命", "代码重复", "截止前14、7、3、1天"]
        {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert_eq!(html, draw());
    }

    #[test]
    fn the_first_step_offers_the_calendar() {
        let plan = crate::samples::confirmed().version;
        let today = date(2026, 3, 5);
        let waiting = waiting(calendar::proposals(&[plan], &[], today), today);
        assert!(!waiting.is_empty());
        let form = window::filled(&waiting[0].round);
        let draw = || {
            new_page(&Visit::sample(), &Area::sample(), &waiting, form.clone()).render().unwrap()
        };
        assert!(draw().contains("截止日") && draw().contains("/rounds/990101/new?subject="));
        assert_eq!(draw(), draw());
    }
}
