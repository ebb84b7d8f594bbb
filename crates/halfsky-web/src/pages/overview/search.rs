//! Search from the top bar: plans, targets, clauses and indicators, with counts by kind.

use askama::Template;
use axum::extract::State;
use halfsky_plan::indicator::Indicator;
use halfsky_plan::plan::{ClausePlace, Section};
use halfsky_plan::version::VersionStatus;
use halfsky_store::indicators;
use halfsky_store::search::{self, Hit, Kind, Question};

use crate::account::Reach;
use crate::app::App;
use crate::error::WebError;
use crate::list::{PAGE_SIZE, Pager, Params};
use crate::pages::plan::tree::outline;
use crate::pages::plan::{PlanKey, review_url, version_url};
use crate::pages::rounds::codes_within;
use crate::pages::{Answer, page};
use crate::parts::marked::{Piece, excerpt, pieces};
use crate::parts::tab::Tab;
use crate::permission::Action;
use crate::shell::{Shell, Stage};
use crate::visit::Visit;

/// Passages of each kind on the page of all kinds.
const FIRST: usize = 5;

/// Characters of a passage that are shown.
const WIDTH: usize = 120;

/// Name of the kind that is not in plans.
const INDICATOR: &str = "indicator";

#[derive(Template)]
#[template(path = "overview/search.html")]
struct SearchPage {
    shell: Shell,
    q: String,
    /// Region that the top bar limits the search to; empty for all.
    region: String,
    total: usize,
    tabs: Vec<Tab>,
    groups: Vec<Group>,
    /// Paging of the one kind that is shown.
    pager: Option<Pager>,
}

/// The passages of one kind.
struct Group {
    label: &'static str,
    count: usize,
    /// All of them; empty where they stand on this page.
    all: String,
    rows: Vec<Found>,
}

/// A passage as it is shown.
struct Found {
    url: String,
    title: Vec<Piece>,
    text: Vec<Piece>,
    note: String,
}

/// `GET /search?q=…&kind=…`
pub(crate) async fn show(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let question =
        Question::read(params.value("q"), codes_within(&visit, &app, Action::ReadPlan).await?);
    let reviews = visit.reach(&app, Action::EditPlan).await?;
    let mut groups = Vec::new();
    let mut pager = None;
    if !question.words.is_empty() {
        (groups, pager) = find(&app, &question, (&params, &reviews)).await?;
    }
    page(&search_page(&visit, &params, groups, pager))
}

/// Every kind with its count; rows only of those that are shown.
async fn find(
    app: &App,
    question: &Question,
    (params, reviews): (&Params, &Reach),
) -> Result<(Vec<Group>, Option<Pager>), WebError> {
    let chosen = params.value("kind");
    let words: Vec<&str> = question.words.iter().map(String::as_str).collect();
    let cards = indicators::load_catalogue(&app.store).await?;
    let cards: Vec<&Indicator> = cards.iter().filter(|card| holds(card, &words)).collect();
    let counts = search::count(&app.store, question).await?;
    let mut counts: Vec<(Option<Kind>, usize)> =
        counts.into_iter().map(|(kind, n)| (Some(kind), n)).collect();
    if !cards.is_empty() {
        counts.push((None, cards.len()));
    }
    let (mut groups, mut pager) = (Vec::new(), None);
    for (kind, count) in counts {
        let code = kind.map_or(INDICATOR, Kind::code);
        let mut group = Group {
            label: kind.map_or("指标", Kind::label),
            count,
            all: params.with(&[("kind", code)]),
            rows: Vec::new(),
        };
        let range = if chosen == code {
            let here = params.pager(count);
            let skipped = here.first.saturating_sub(1);
            pager = Some(here);
            group.all.clear();
            (PAGE_SIZE, skipped)
        } else if chosen.is_empty() {
            (FIRST, 0)
        } else {
            (0, 0)
        };
        group.rows = match kind {
            _ if range.0 == 0 => Vec::new(),
            Some(kind) => {
                let hits = search::find(&app.store, question, kind, range).await?;
                hits.iter().map(|hit| passage(hit, &words, reviews)).collect()
            }
            None => {
                let shown = cards.iter().skip(range.1).take(range.0);
                shown.map(|card| definition(card, &words)).collect()
            }
        };
        groups.push(group);
    }
    Ok((groups, pager))
}

fn holds(card: &Indicator, words: &[&str]) -> bool {
    let texts = [&card.code.0, &card.name_zh, &card.name_en].into_iter().chain(&card.aliases);
    let texts: Vec<String> = texts.map(|text| text.to_lowercase()).collect();
    words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
}

fn definition(card: &Indicator, words: &[&str]) -> Found {
    let other = card.aliases.iter().filter(|a| words.iter().any(|w| a.to_lowercase().contains(w)));
    let other = other.map(String::as_str).collect::<Vec<_>>().join("、");
    let text = if other.is_empty() { String::new() } else { format!("又称：{other}") };
    Found {
        url: format!("/indicators/{}", card.code),
        title: pieces(&format!("{} {}", card.code, card.name_zh), words),
        text: pieces(&text, words),
        note: format!("{} {}", card.beneficiary.label(), card.domain),
    }
}

fn passage(hit: &Hit, words: &[&str], reviews: &Reach) -> Found {
    let plan = PlanKey::of(&hit.key).url();
    let shown = |text: &str| pieces(&excerpt(text, words, WIDTH), words);
    let of_plan = format!("《{}》", hit.title);
    match hit.kind {
        Kind::Plan => {
            let draft = hit.status == VersionStatus::Draft;
            let reviewed = draft && reviews.holds(&hit.key.ref_area);
            Found {
                url: if reviewed { review_url(&hit.key) } else { version_url(&hit.key) },
                title: shown(&hit.title),
                text: Vec::new(),
                note: format!("第{}版 {}", hit.key.number, hit.status.label()),
            }
        }
        Kind::Target => Found {
            url: format!("{plan}?open=all#t{}", hit.position),
            title: shown(&hit.content),
            text: shown(&hit.quote),
            note: of_plan,
        },
        Kind::Objective | Kind::Measure | Kind::Rule => {
            let section = Section::from_code(&hit.section).unwrap_or(Section::Objective);
            let place = ClausePlace { section, domain: hit.domain, clause: hit.position };
            Found {
                url: format!("{plan}?open=all#{}", outline::anchor(place)),
                title: shown(&hit.content),
                text: Vec::new(),
                note: format!("{of_plan} {}", section.label()),
            }
        }
    }
}

fn search_page(
    visit: &Visit,
    params: &Params,
    groups: Vec<Group>,
    pager: Option<Pager>,
) -> SearchPage {
    let total = groups.iter().map(|group| group.count).sum();
    let all = Tab::new("全部", params.with(&[("kind", "")])).counting(total);
    let mut tabs = vec![all.chosen_if(|| pager.is_none())];
    tabs.extend(groups.iter().map(|group| {
        let here = group.all.is_empty();
        let url = if here { visit.here.clone() } else { group.all.clone() };
        Tab::new(group.label, url).counting(group.count).chosen_if(|| here)
    }));
    let region = visit.frame.places.iter().find(|r| Some(&r.code) == visit.frame.region.as_ref());
    SearchPage {
        shell: Shell::new(visit, Stage::None, "搜索"),
        q: params.value("q").to_owned(),
        region: region.map_or_else(String::new, |r| r.name.clone()),
        total,
        tabs,
        groups: groups.into_iter().filter(|group| !group.rows.is_empty()).collect(),
        pager,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_plan::indicator::Catalogue;
    use halfsky_store::plans::VersionKey;

    fn target() -> Hit {
        Hit {
            kind: Kind::Target,
            key: VersionKey::of(&crate::samples::confirmed().version),
            title: "云溪县妇女发展规划（2021—2030年）".to_owned(),
            status: VersionStatus::Confirmed,
            section: String::new(),
            domain: 2,
            position: 2,
            content: "孕产妇死亡率".to_owned(),
            quote: "孕产妇死亡率控制在12/10万以下".to_owned(),
        }
    }

    fn draw(query: &str, groups: fn() -> Vec<Group>) -> String {
        let params = Params::read("/search", query);
        search_page(&Visit::sample(), &params, groups(), None).render().unwrap()
    }

    #[test]
    fn the_words_are_marked_and_lead_to_their_place() {
        let groups = || {
            let rows = vec![passage(&target(), &["死亡率"], &Reach::default())];
            vec![Group { label: "目标", count: 9, all: "/search?kind=target".to_owned(), rows }]
        };
        let draw = || draw("q=%E6%AD%BB%E4%BA%A1%E7%8E%87", groups);
        let html = draw();
        assert!(html.contains("孕产妇<mark>死亡率</mark>控制在12/10万以下"), "{html}");
        assert!(html.contains("?open=all#t2\"") && html.contains("查看全部9条"));
        assert_eq!(html, draw());
    }

    #[test]
    fn nothing_found_and_nothing_asked_say_what_to_do() {
        assert!(draw("q=zzz", Vec::new).contains("没有找到"));
        assert!(draw("", Vec::new).contains("输入要找的词"));
    }

    #[test]
    fn an_indicator_is_found_by_its_other_names() {
        let catalogue = Catalogue::builtin();
        let card = catalogue.indicators().iter().find(|c| !c.aliases.is_empty()).unwrap();
        let alias = card.aliases[0].to_lowercase();
        assert!(holds(card, &[&alias]) && !holds(card, &[&alias, "没有的词"]));
        assert!(!definition(card, &[&alias]).text.is_empty());
    }
}
