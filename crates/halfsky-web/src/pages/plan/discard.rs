//! Giving a draft up, after asking.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_plan::version::VersionStatus;
use halfsky_store::plans::{self, StoredVersion, VersionKey};

use crate::app::App;
use crate::error::WebError;
use crate::form::Posted;
use crate::pages::plan::{version_key, version_shell, version_url};
use crate::pages::{Answer, page};
use crate::parts::toast::Toast;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "plan/discard.html")]
struct DiscardPage {
    shell: Shell,
    base: String,
    title: String,
    number: u32,
    decided: usize,
    seen: i64,
}

/// `GET …/discard`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path(parts): Path<(String, String, String)>,
) -> Answer {
    let stored = plans::load(&app.store, &version_key(&parts)?).await?;
    if stored.version.status != VersionStatus::Draft {
        return Err(WebError::Refused(format!(
            "本版{}，不能放弃。",
            stored.version.status.label()
        )));
    }
    page(&discard_page(&visit, &stored))
}

fn discard_page(visit: &Visit, stored: &StoredVersion) -> DiscardPage {
    let count = stored.version.review_count();
    DiscardPage {
        shell: version_shell(visit, stored, "放弃这次导入"),
        base: version_url(&VersionKey::of(&stored.version)),
        title: stored.version.plan.title.clone(),
        number: stored.version.number,
        decided: count.confirmed + count.left_out,
        seen: stored.revision,
    }
}

/// `POST …/discard`
pub(crate) async fn discard(
    visit: Visit,
    State(app): State<App>,
    Path(parts): Path<(String, String, String)>,
    Posted(form): Posted,
) -> Answer {
    let key = version_key(&parts)?;
    let mut stored = plans::load(&app.store, &key).await?;
    stored.version.discard()?;
    let seen = form.value("seen").parse().unwrap_or(0);
    let mut tx = app.store.begin(&key.ref_area).await?;
    plans::discard(&mut tx, &key, seen, &visit.stamp(&app)).await?;
    tx.commit(visit.entry(&app, "plan.discard", &key.object())).await?;
    let toast = Toast::new(format!("已放弃《{}》第{}版", stored.version.plan.title, key.number));
    Ok(visit.redirect(&app, &toast.with_link("重新导入", "/plans/import"), "/plans"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_before_it_gives_up() {
        let stored = crate::samples::stored();
        let draw = || discard_page(&Visit::sample(), &stored).render().unwrap();
        assert!(draw().contains("name=\"seen\" value=\"1\"") && draw().contains("原文件仍会保留"));
        assert_eq!(draw(), draw());
    }
}
