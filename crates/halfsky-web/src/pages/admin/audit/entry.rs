//! One entry of the audit chain: the sentence, every value before and after, and its place in the chain.

use askama::Template;
use axum::extract::{Path, State};
use halfsky_plan::ref_area::RefArea;
use halfsky_store::audit::wording::action_words;
use halfsky_store::audit::{self, Change, SealedEntry};
use halfsky_store::regions::{self, Region};

use super::{PATH, area_name, entry_url};
use crate::app::App;
use crate::audit_table::second;
use crate::list::Params;
use crate::pages::admin::{nothing, shell};
use crate::pages::{Answer, page};
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "admin/audit-entry.html")]
struct EntryPage {
    shell: Shell,
    sentence: String,
    at: String,
    area: String,
    action: String,
    /// The name of the rule by which it was hashed.
    rule: String,
    changes: Vec<Change>,
    entry: SealedEntry,
    /// Addresses of the entries about the same object and by the same person.
    same_object: String,
    same_person: String,
    before: Option<String>,
    after: Option<String>,
}

/// `GET /admin/audit/entries/{ref_area}/{sequence}`
pub(crate) async fn show(
    visit: Visit,
    State(app): State<App>,
    Path((area, sequence)): Path<(String, String)>,
) -> Answer {
    let area: RefArea = area.parse().map_err(|_| nothing("审计记录"))?;
    let sequence: i64 = sequence.parse().map_err(|_| nothing("审计记录"))?;
    let entry = audit::entry_at(&app.store, &area, sequence).await?;
    let entry = entry.ok_or_else(|| nothing("审计记录"))?;
    let neighbour = async |sequence: i64| -> Result<Option<String>, crate::error::WebError> {
        let found = audit::entry_at(&app.store, &area, sequence).await?;
        Ok(found.map(|entry| entry_url(&entry.ref_area, entry.sequence)))
    };
    let around = (
        neighbour(sequence.saturating_sub(1)).await?,
        neighbour(sequence.saturating_add(1)).await?,
    );
    let regions = regions::list(&app.store).await?;
    page(&entry_page(&visit, entry, around, &regions))
}

fn entry_page(
    visit: &Visit,
    entry: SealedEntry,
    (before, after): (Option<String>, Option<String>),
    regions: &[Region],
) -> EntryPage {
    let list = Params::read(PATH, "");
    let person = if entry.account.is_empty() { &entry.actor } else { &entry.account };
    let rule = entry.rule().map_or_else(|| entry.hash_rule.clone(), |rule| rule.label().to_owned());
    EntryPage {
        shell: shell(visit, &format!("第{}条", entry.sequence)).under("审计", PATH),
        sentence: audit::sentence(&entry),
        at: second(&entry.at),
        area: area_name(&entry.ref_area, regions),
        action: action_words(&entry.action).unwrap_or(&entry.action).to_owned(),
        rule,
        changes: entry.changes(),
        same_object: list.with(&[("area", &entry.ref_area), ("object", &entry.object)]),
        same_person: list.with(&[("actor", person)]),
        before,
        after,
        entry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_was_before_and_after() {
        let draw = || {
            let entry = crate::samples::entry("account.change");
            let around = (Some(entry_url("000000", 6)), None);
            entry_page(&Visit::sample(), entry, around, &[]).render().unwrap()
        };
        let html = draw();
        assert!(html.contains("<del>张三</del>") && html.contains("<ins>张四</ins>"));
        assert!(html.contains("/admin/audit?area=000000&#38;object=account+office"));
        assert!(html.contains("/entries/000000/6") && !html.contains("/entries/000000/8"));
        assert!(html.contains(&"ef".repeat(32)) && html.contains("SHA-256"));
        assert_eq!(html, draw());
    }
}
