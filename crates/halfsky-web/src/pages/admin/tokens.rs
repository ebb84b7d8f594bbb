//! 接口令牌: keys with which other programs read published figures. A token is shown once, when it is made.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use halfsky_report::table::{Column, Table};
use halfsky_store::api_tokens::{self, ApiToken};
use halfsky_store::regions::{self, Region};
use halfsky_store::seal::token;
use jiff::Timestamp;

use super::{day, nothing, refused, region, region_choices, region_name, required, shell};
use crate::app::App;
use crate::error::WebError;
use crate::export;
use crate::form::{Form, Posted};
use crate::list::{Choice, Listing, Params, sort_rows};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::permission::Action;
use crate::shell::Shell;
use crate::text;
use crate::visit::Visit;

const PATH: &str = "/admin/tokens";
const FILTERS: [&str; 2] = ["q", "state"];
const DEFAULT_SORT: &str = "-created";

/// What every token begins with, so that one that got lost is recognised.
const PREFIX: &str = "hs_";

struct Row {
    token: ApiToken,
    region: String,
    state: &'static str,
}

impl Row {
    fn end_url(&self) -> String {
        format!("{PATH}/{}/end", self.token.hash)
    }

    fn created(&self) -> String {
        text::day(self.token.created.at)
    }

    fn expires(&self) -> String {
        day_of(self.token.expires_at)
    }

    fn last_used(&self) -> String {
        day_of(self.token.last_used_at)
    }
}

fn day_of(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, text::day)
}

#[derive(Template)]
#[template(path = "admin/tokens.html")]
struct ListPage {
    shell: Shell,
    nothing: bool,
    states: Vec<Choice>,
    list: Listing<Row>,
}

#[derive(Template)]
#[template(path = "admin/token-new.html")]
struct NewPage {
    shell: Shell,
    form: Form,
    regions: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "admin/token-made.html")]
struct MadePage {
    shell: Shell,
    name: String,
    region: String,
    expires: String,
    token: String,
}

#[derive(Template)]
#[template(path = "admin/token-end.html")]
struct EndPage {
    shell: Shell,
    token: ApiToken,
    region: String,
    action: String,
}

/// `GET /admin/tokens`
pub(crate) async fn list(visit: Visit, State(app): State<App>, params: Params) -> Answer {
    let all = api_tokens::all(&app.store).await?;
    let regions = regions::list(&app.store).await?;
    let nothing = all.is_empty();
    let rows = chosen(all, &regions, app.now(), &params);
    if let Some(format) = export::Format::asked(&params) {
        return export::answer(&table(&rows), format);
    }
    let chosen = params.value("state");
    let mut states = vec![Choice::new("", "全部状态", chosen)];
    states.extend(["有效", "过期", "停用"].map(|s| Choice::new(s, s, chosen)));
    page(&ListPage {
        shell: shell(&visit, "接口令牌"),
        nothing,
        states,
        list: Listing::new(&params, rows, &FILTERS, DEFAULT_SORT),
    })
}

fn state_of(token: &ApiToken, now: Timestamp) -> &'static str {
    match (token.revoked_at, token.is_valid(now)) {
        (Some(_), _) => "停用",
        (None, true) => "有效",
        (None, false) => "过期",
    }
}

fn chosen(all: Vec<ApiToken>, regions: &[Region], now: Timestamp, params: &Params) -> Vec<Row> {
    let (words, state) = (params.value("q"), params.value("state"));
    let row = |token: ApiToken| Row {
        region: region_name(regions, &token.ref_area),
        state: state_of(&token, now),
        token,
    };
    let fits = |row: &Row| {
        (row.token.name.contains(words) || row.region.contains(words))
            && (state.is_empty() || row.state == state)
    };
    let mut rows: Vec<Row> = all.into_iter().map(row).filter(fits).collect();
    sort_rows(&mut rows, params, DEFAULT_SORT, |row, key| {
        let first = match key {
            "name" => row.token.name.clone(),
            _ => row.token.created.at.to_string(),
        };
        (first, row.token.hash.clone())
    });
    rows
}

fn table(rows: &[Row]) -> Table {
    let heads = ["用途", "地区", "状态", "发放时间", "发放人", "有效期至", "最近使用", "停用时间"];
    let row = |row: &Row| {
        vec![
            row.token.name.clone(),
            row.region.clone(),
            row.state.to_owned(),
            row.created(),
            row.token.created.by.clone(),
            row.expires(),
            row.last_used(),
            day_of(row.token.revoked_at),
        ]
    };
    Table {
        title: "接口令牌".to_owned(),
        columns: heads.map(Column::words).to_vec(),
        rows: rows.iter().map(row).collect(),
    }
}

/// `GET /admin/tokens/new`
pub(crate) async fn new(visit: Visit, State(app): State<App>) -> Answer {
    page(&new_page(&visit, &app, Form::default()).await?)
}

async fn new_page(visit: &Visit, app: &App, form: Form) -> Result<NewPage, WebError> {
    let reach = visit.reach(app, Action::ManageTokens).await?;
    let regions = regions::list(&app.store).await?;
    let mut choices = vec![Choice::new("", "请选择", form.value("ref_area"))];
    choices.extend(region_choices(&regions, &reach, form.value("ref_area")));
    let shell = shell(visit, "发放接口令牌").under("接口令牌", PATH);
    Ok(NewPage { shell, form, regions: choices })
}

/// `POST /admin/tokens/new`
pub(crate) async fn create(
    visit: Visit,
    State(app): State<App>,
    Posted(mut form): Posted,
) -> Answer {
    let reach = visit.reach(&app, Action::ManageTokens).await?;
    let regions = regions::list(&app.store).await?;
    let name = required(&mut form, "name", "请写明哪个系统、做什么用");
    let area = region(&mut form, &regions, &reach);
    let last = day(&mut form, "last");
    if form.value("last").is_empty() {
        form.refuse("last", "请填写有效期的最后一天");
    }
    if last.is_some_and(|last| last < visit.frame.today) {
        form.refuse("last", "有效期已经过去，请填写今天或以后的日期");
    }
    // the last day counts whole, in China
    let expires = last.and_then(|last| {
        let midnight = last.tomorrow().ok()?.to_datetime(jiff::civil::Time::midnight());
        jiff::tz::Offset::constant(8).to_timestamp(midnight).ok()
    });
    let (Some(area), Some(expires), false) = (area, expires, form.is_refused()) else {
        return refused(&new_page(&visit, &app, form).await?);
    };
    let made = format!("{PREFIX}{}", token::token(app.random()));
    let kept = ApiToken {
        hash: api_tokens::hash_of(&made),
        name: name.clone(),
        account: visit.account()?.id.0.clone(),
        ref_area: area.clone(),
        created: visit.stamp(&app),
        expires_at: Some(expires),
        last_used_at: None,
        revoked_at: None,
    };
    let region = region_name(&regions, &area);
    let mut tx = app.store.begin(&area).await?;
    api_tokens::insert(&mut tx, &kept).await?;
    let entry = visit.entry(&app, "token.create", &format!("token {}", kept.hash));
    tx.commit(entry.about(&format!("{name}（{region}）"))).await?;
    let mut response: Response = page(&MadePage {
        shell: shell(&visit, "令牌已生成").under("接口令牌", PATH),
        name,
        region,
        expires: last.map(text::long_date).unwrap_or_default(),
        token: made,
    })?;
    let never = axum::http::HeaderValue::from_static("no-store");
    response.headers_mut().insert(axum::http::header::CACHE_CONTROL, never);
    Ok(response)
}

async fn find(app: &App, hash: &str) -> Result<ApiToken, WebError> {
    let all = api_tokens::all(&app.store).await?;
    all.into_iter().find(|token| token.hash == hash).ok_or_else(|| nothing("接口令牌"))
}

/// `GET /admin/tokens/{token}/end`
pub(crate) async fn ask(visit: Visit, State(app): State<App>, Path(hash): Path<String>) -> Answer {
    let token = find(&app, &hash).await?;
    let regions = regions::list(&app.store).await?;
    page(&EndPage {
        shell: shell(&visit, "停用接口令牌").under("接口令牌", PATH),
        region: region_name(&regions, &token.ref_area),
        action: format!("{PATH}/{hash}/end"),
        token,
    })
}

/// `POST /admin/tokens/{token}/end`
pub(crate) async fn end(
    visit: Visit,
    State(app): State<App>,
    Path(hash): Path<String>,
    Posted(_): Posted,
) -> Answer {
    let token = find(&app, &hash).await?;
    let mut tx = app.store.begin(&token.ref_area).await?;
    api_tokens::revoke(&mut tx, &hash, app.now()).await?;
    let entry = visit.entry(&app, "token.end", &format!("token {hash}")).about(&token.name);
    tx.commit(entry).await?;
    let toast = Toast::new(format!("已停用“{}”的令牌，立即生效", token.name));
    Ok(visit.redirect(&app, &toast, PATH))
}
