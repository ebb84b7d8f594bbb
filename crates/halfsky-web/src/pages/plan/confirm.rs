//! The last step of an import: a summary, and the confirmation that puts the version into force.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use halfsky_plan::revision;
use halfsky_plan::version::{PlanVersion, Review, ReviewCount, VersionStatus};
use halfsky_store::plans::{self, StoredVersion, VersionKey};

use crate::app::App;
use crate::error::WebError;
use crate::form::{Form, Posted};
use crate::pages::plan::{PlanKey, version_key, version_shell, version_url};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "plan/confirm.html")]
struct ConfirmPage {
    shell: Shell,
    form: Form,
    base: String,
    title: String,
    number: u32,
    seen: i64,
    counts: ReviewCount,
    domains: Vec<DomainRow>,
    open: Vec<OpenTarget>,
    /// The version in force that this one replaces, with how many targets changed.
    replaces: Option<Replaced>,
}

struct DomainRow {
    name: String,
    confirmed: usize,
    left_out: usize,
    open: usize,
    measures: usize,
}

struct OpenTarget {
    number: u32,
    name: String,
    doubt: String,
    url: String,
}

struct Replaced {
    number: u32,
    changes: usize,
    url: String,
}

/// `GET …/confirm`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(parts): Path<(String, String, String)>,
) -> Answer {
    draw(&visit, &app, &version_key(&parts)?, Form::default()).await
}

async fn draw(visit: &Visit, app: &App, key: &VersionKey, form: Form) -> Answer {
    let stored = plans::load(&app.store, key).await?;
    if stored.version.status != VersionStatus::Draft {
        return Ok(Redirect::to(&version_url(key)).into_response());
    }
    let versions = PlanKey::of(key).versions(app).await?;
    let before = match versions.iter().find(|v| v.status == VersionStatus::Confirmed) {
        Some(before) => {
            let key = PlanKey::of(key).version(before.number);
            Some(plans::load(&app.store, &key).await?.version)
        }
        None => None,
    };
    page(&confirm_page(visit, &stored, before.as_ref(), form))
}

fn confirm_page(
    visit: &Visit,
    stored: &StoredVersion,
    before: Option<&PlanVersion>,
    form: Form,
) -> ConfirmPage {
    let version = &stored.version;
    let key = VersionKey::of(version);
    let base = version_url(&key);
    let open = |t: &&halfsky_plan::version::ReviewedTarget| {
        matches!(t.review, Review::Pending | Review::Unchecked)
    };
    ConfirmPage {
        shell: version_shell(visit, stored, "确认生效"),
        form,
        title: version.plan.title.clone(),
        number: version.number,
        seen: stored.revision,
        counts: version.review_count(),
        domains: domain_rows(version),
        open: version
            .targets
            .iter()
            .filter(open)
            .map(|t| OpenTarget {
                number: t.number,
                name: t.target.indicator.clone(),
                doubt: t.doubt.clone(),
                url: format!(
                    "{base}/review?part={}#t{}",
                    super::review::part_of(version, t.number),
                    t.number
                ),
            })
            .collect(),
        replaces: before.map(|before| Replaced {
            number: before.number,
            changes: revision::changes(before, version).targets.len(),
            url: format!(
                "{}/changes?from={}&to={}",
                PlanKey::of(&key).url(),
                before.number,
                version.number
            ),
        }),
        base,
    }
}

fn domain_rows(version: &PlanVersion) -> Vec<DomainRow> {
    let parts = super::review::source::parts(version);
    let rows = parts.iter().enumerate().map(|(at, part)| {
        let of = |wanted: &[Review]| {
            let listed = version.targets.iter().filter(|t| part.targets.contains(&t.number));
            listed.filter(|t| wanted.contains(&t.review)).count()
        };
        DomainRow {
            name: part.name.clone(),
            confirmed: of(&[Review::Confirmed]),
            left_out: of(&[Review::LeftOut]),
            open: of(&[Review::Pending, Review::Unchecked]),
            measures: version.plan.domains.get(at).map_or(0, |d| d.measures.len()),
        }
    });
    rows.collect()
}

/// `POST …/confirm`
pub(crate) async fn confirm(
    visit: Visit,
    State(app): State<App>,
    Path(parts): Path<(String, String, String)>,
    Posted(mut form): Posted,
) -> Answer {
    let key = version_key(&parts)?;
    if !form.ticked("agreed") {
        form.refuse("agreed", "请先勾选“我已核对”，再确认生效");
        return refused(&visit, &app, &key, form).await;
    }
    let mut stored = plans::load(&app.store, &key).await?;
    if let Err(refusal) = stored.version.confirm() {
        form.refuse("agreed", refusal.to_string());
        return refused(&visit, &app, &key, form).await;
    }
    let seen = form.value("seen").parse().unwrap_or(0);
    let mut tx = app.store.begin(&key.ref_area).await?;
    plans::confirm(&mut tx, &key, seen, &visit.stamp(&app)).await?;
    tx.commit(visit.entry(&app, "plan.confirm", &key.object())).await?;
    let toast = Toast::new(format!("第{}版已确认生效", key.number));
    Ok(visit.redirect(&app, &toast, &PlanKey::of(&key).url()))
}

async fn refused(
    visit: &Visit,
    app: &App,
    key: &VersionKey,
    form: Form,
) -> Result<Response, WebError> {
    let mut response = draw(visit, app, key, form).await?;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_blocks() {
        let stored = crate::samples::stored();
        let draw =
            || confirm_page(&Visit::sample(), &stored, None, Form::default()).render().unwrap();
        let html = draw();
        assert!(html.contains("还不能生效") && html.contains("disabled"));
        assert_eq!(html, draw());
    }

    #[test]
    fn a_decided_draft_can_be_confirmed() {
        let mut stored = crate::samples::stored();
        for target in &mut stored.version.targets {
            target.review = Review::Confirmed;
        }
        let html = confirm_page(&Visit::sample(), &stored, None, Form::default()).render().unwrap();
        assert!(!html.contains("还不能生效") && !html.contains("disabled"));
    }
}
