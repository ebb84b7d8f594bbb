//! 审计: the entries as sentences, with filters in the address; beside it verification, anchors, settings.

pub(crate) mod anchors;
pub(crate) mod check;
pub(crate) mod entry;
pub(crate) mod settings;

use askama::Template;
use axum::extract::State;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::search::{self, Filter, Found, From, Place};
use halfsky_store::audit::wording::ACTIONS;
use halfsky_store::audit::{self, REFERENCE_AREA, SealedEntry};
use halfsky_store::regions::{self, Region};
use jiff::Timestamp;
use jiff::civil::Date;

use super::{region_name, shell};
use crate::app::App;
use crate::audit_table::{self, second};
use crate::error::WebError;
use crate::export::{self, Format};
use crate::list::{Choice, PAGE_SIZE, Params};
use crate::pages::{Answer, page};
use crate::parts::tab::Tab;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

pub(crate) const PATH: &str = "/admin/audit";
const FILTERS: [&str; 7] = ["area", "from", "until", "actor", "action", "object", "q"];

/// Entries that are counted; beyond that the page says “more than”.
const COUNTED: i64 = 10_000;

/// What the first part of an action is about.
const GROUPS: [(&str, &str); 9] = [
    ("account", "账号：全部操作"),
    ("appointment", "任职：全部操作"),
    ("audit", "审计：全部操作"),
    ("backup", "备份：全部操作"),
    ("indicator", "指标：全部操作"),
    ("organ", "工作机构：全部操作"),
    ("plan", "规划：全部操作"),
    ("region", "区划：全部操作"),
    ("unit", "单位：全部操作"),
];

struct Row {
    url: String,
    at: String,
    sentence: String,
    area: String,
    origin: String,
}

/// A list that goes from entry to entry instead of by page number: new entries do not push old ones on.
struct Entries {
    rows: Vec<Row>,
    /// How many match, in words.
    count: String,
    filtered: bool,
    newer: Option<String>,
    older: Option<String>,
    params: Params,
}

impl Entries {
    #[expect(clippy::unused_self, reason = "the filter component asks the list")]
    fn path(&self) -> &'static str {
        PATH
    }

    #[expect(clippy::unused_self, reason = "the filter component asks the list")]
    fn cleared(&self) -> &'static str {
        PATH
    }

    fn value(&self, name: &str) -> &str {
        self.params.value(name)
    }

    /// What goes along with a new filter: nothing.
    #[expect(clippy::unused_self, reason = "the filter component asks the list")]
    fn kept(&self) -> impl Iterator<Item = (&str, &str)> {
        std::iter::empty()
    }

    fn exported(&self, format: &str) -> String {
        self.params.with(&[("export", format), ("older", ""), ("newer", "")])
    }

    fn xlsx(&self) -> String {
        self.exported("xlsx")
    }

    fn csv(&self) -> String {
        self.exported("csv")
    }
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    shell: Shell,
    tabs: Vec<Tab>,
    list: Entries,
    areas: Vec<Choice>,
    actions: Vec<Choice>,
}

/// The sections of the audit pages.
fn tabs(current: &str) -> Vec<Tab> {
    let sections = [("", "记录"), ("/check", "核验"), ("/anchors", "锚定"), ("/settings", "设置")];
    let tab = |(end, label): (&str, &str)| {
        Tab::new(label, format!("{PATH}{end}")).chosen_if(|| end == current)
    };
    sections.map(tab).into()
}

/// The address of the page about an entry.
fn entry_url(area: &str, sequence: i64) -> String {
    format!("{PATH}/entries/{area}/{sequence}")
}

/// The name of a chain.
fn area_name(area: &str, regions: &[Region]) -> String {
    if area == REFERENCE_AREA {
        return "公共（账号、设置等）".to_owned();
    }
    area.parse().map_or_else(|_| area.to_owned(), |code| region_name(regions, &code))
}

/// `GET /admin/audit`
pub(crate) async fn list(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let filter = filter(&params)?;
    if let Some(format) = Format::asked(&params) {
        let entries = search::all(&app.store, &filter).await?;
        let about = format!("{}条审计记录", entries.len());
        let told = visit.entry(&app, "audit.export", "audit").about(&about);
        audit::record_read(&app.store, None, told.because(&conditions(&params))).await?;
        return export::answer(&audit_table::table(&entries), format);
    }
    let found = search::find(&app.store, &filter, &start(&params), PAGE_SIZE).await?;
    let count = search::count(&app.store, &filter, COUNTED + 1).await?;
    let areas = audit::areas(&app.store).await?;
    let regions = regions::list(&app.store).await?;
    page(&audit_page(&visit, &params, (found, count), (&areas, &regions)))
}

/// Reads the filters of the address.
fn filter(params: &Params) -> Result<Filter, WebError> {
    let area = params.value("area");
    let ref_area: Option<RefArea> =
        match area {
            "" => None,
            code => Some(code.parse().map_err(|_| {
                WebError::Invalid(format!("“{code}”不是区划代码。请从列表重新选择。"))
            })?),
        };
    Ok(Filter {
        ref_area,
        from: day(params, "from")?.and_then(text::midnight),
        until: day(params, "until")?.and_then(|day| text::midnight(day.tomorrow().ok()?)),
        actor: params.value("actor").to_owned(),
        action: params.value("action").to_owned(),
        object: params.value("object").to_owned(),
        words: params.value("q").to_owned(),
    })
}

fn day(params: &Params, name: &str) -> Result<Option<Date>, WebError> {
    match params.value(name) {
        "" => Ok(None),
        typed => typed
            .parse()
            .map(Some)
            .map_err(|_| WebError::Invalid(format!("“{typed}”不是日期，请写成2026-03-05的样子。"))),
    }
}

/// Where the page begins; an address that names no place begins with the newest.
fn start(params: &Params) -> From {
    let older = Place::parse(params.value("older")).map(From::OlderThan);
    let newer = || Place::parse(params.value("newer")).map(From::NewerThan);
    older.or_else(newer).unwrap_or_default()
}

/// The filters in words, for the entry about an export.
fn conditions(params: &Params) -> String {
    let words = [
        ("area", "区划"),
        ("from", "从"),
        ("until", "到"),
        ("actor", "人员"),
        ("action", "操作"),
        ("object", "对象"),
        ("q", "文字"),
    ];
    let set = words.iter().filter(|(name, _)| !params.value(name).is_empty());
    let parts: Vec<String> =
        set.map(|(name, word)| format!("{word}“{}”", params.value(name))).collect();
    if parts.is_empty() { "全部".to_owned() } else { parts.join("，") }
}

fn audit_page(
    visit: &Visit,
    params: &Params,
    (found, count): (Found, i64),
    (areas, regions): (&[String], &[Region]),
) -> AuditPage {
    let turn = |name: &str, other: &str, entry: Option<&SealedEntry>| {
        let place = Place::of(entry?).text();
        Some(params.with(&[(name, &place), (other, "")]))
    };
    let row = |entry: &SealedEntry| Row {
        url: entry_url(&entry.ref_area, entry.sequence),
        at: second(&entry.at),
        sentence: audit::sentence(entry),
        area: area_name(&entry.ref_area, regions),
        origin: entry.origin.clone(),
    };
    let list = Entries {
        rows: found.entries.iter().map(row).collect(),
        count: if count > COUNTED { format!("{COUNTED}条以上") } else { format!("{count}条") },
        filtered: params.filters(&FILTERS),
        newer: turn("newer", "older", found.entries.first()).filter(|_| found.newer),
        older: turn("older", "newer", found.entries.last()).filter(|_| found.older),
        params: params.clone(),
    };
    let chosen = params.value("area");
    let mut choices = vec![Choice::new("", "全部", chosen)];
    choices.extend(areas.iter().map(|a| Choice::new(a.clone(), area_name(a, regions), chosen)));
    AuditPage {
        shell: shell(visit, "审计"),
        tabs: tabs(""),
        list,
        areas: choices,
        actions: actions(params.value("action")),
    }
}

fn actions(chosen: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "全部操作", chosen)];
    choices.extend(GROUPS.map(|(code, words)| Choice::new(code, words, chosen)));
    choices.extend(ACTIONS.iter().map(|(code, words)| Choice::new(*code, *words, chosen)));
    choices
}

/// The day of an instant as kept, for comparisons; None for what is no instant.
pub(crate) fn day_of(at: &str) -> Option<Date> {
    at.parse::<Timestamp>().ok().map(text::date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(query: &str, (newer, older): (bool, bool)) -> String {
        let params = Params::read(PATH, query);
        let draw = || {
            let entries = vec![crate::samples::entry("account.change")];
            let found = Found { entries, newer, older };
            let areas = ["000000".to_owned(), "990101".to_owned()];
            audit_page(&Visit::sample(), &params, (found, 10_001), (&areas, &[])).render().unwrap()
        };
        assert_eq!(draw(), draw());
        draw()
    }

    #[test]
    fn entries_are_sentences_with_their_way_on() {
        let html = draw("q=a&export=csv&newer=x", (true, true));
        assert!(html.contains("张三（县妇儿工委办）修改了账号 张三（office）：姓名由"));
        assert!(html.contains("/admin/audit/entries/000000/7") && html.contains("10000条以上"));
        assert!(html.contains("/admin/audit?q=a&#38;older=2026-03-05T01%3A30%3A00"));
        assert!(html.contains("href=\"/admin/audit?q=a&#38;export=csv\""));
        assert!(!draw("", (false, false)).contains("?older="));
    }

    #[test]
    fn filters_are_read_or_refused() {
        let read = |query: &str| filter(&Params::read(PATH, query));
        let found = read("area=990101&from=2026-03-05&until=2026-03-05&actor=office").unwrap();
        assert_eq!(found.from.unwrap().to_string(), "2026-03-04T16:00:00Z");
        assert_eq!(found.until.unwrap().to_string(), "2026-03-05T16:00:00Z");
        assert_eq!((found.actor.as_str(), found.ref_area.unwrap().as_str()), ("office", "990101"));
        assert!(matches!(read("from=gestern"), Err(WebError::Invalid(_))));
        assert!(matches!(read("area=x"), Err(WebError::Invalid(_))));
        let told = conditions(&Params::read(PATH, "actor=office&q=a"));
        assert_eq!(
            (told.as_str(), conditions(&Params::read(PATH, "")).as_str()),
            ("人员“office”，文字“a”", "全部")
        );
    }
}
