//! Taking the last change back: the cells of the newest save of this person that was not taken back yet.

use axum::extract::{Path, State};
use halfsky_store::audit::SealedEntry;
use halfsky_store::audit::search::{self, Filter, From};
use halfsky_store::entries::{self, CellChange, Field};

use super::basis::Basis;
use super::save::{self, Change};
use super::task::{self, TaskPath, Work};
use crate::app::App;
use crate::error::WebError;
use crate::form::Posted;
use crate::pages::Answer;
use crate::parts::toast::Toast;
use crate::visit::Visit;

/// Entries that are looked through for something to take back.
const LOOKED_AT: usize = 200;

/// `POST …/undo`
pub(crate) async fn undo(
    visit: Visit,
    State(app): State<App>,
    Path(parts): TaskPath,
    Posted(_form): Posted,
) -> Answer {
    let work = task::load(&app, &visit, &parts).await?;
    let basis = Basis::load(&app, &work).await?;
    let last = last_save(&app, &visit, &work).await?;
    let Some(last) = last else {
        let toast = Toast::new("没有可以撤销的修改");
        return Ok(visit.redirect(&app, &toast, &work.url()));
    };
    let draft = entries::load(&app.store, work.key()).await?;
    let mut change = Change::default();
    let mut kept = 0;
    for (row, field) in
        basis.form.rows().iter().flat_map(|row| save::fields(row).map(move |field| (row, field)))
    {
        let key = (row.code.clone(), field);
        let name = save::label(&basis, &key);
        let Some(told) = last.changes().into_iter().find(|told| told.field == name) else {
            continue;
        };
        if draft.content(&row.code, field) != told.after {
            kept += 1;
            continue;
        }
        let seen = draft.revision(&row.code, field);
        change.changes.push(CellChange {
            row: row.code.clone(),
            field,
            seen,
            content: told.before,
        });
    }
    if change.changes.is_empty() && kept == 0 {
        let words = "上一次改动的格数较多，不能一次撤销；请改正后重新上传或逐格修改";
        return Ok(visit.redirect(&app, &Toast::new(words), &work.url()));
    }
    let saved = save::keep(&app, (&visit, &work), &basis, &change, "entry.undo").await?;
    let mut words = match change.changes.as_slice() {
        [one] => format!("已撤销“{}”的修改", name_of(&basis, &one.row.0, one.field)),
        _ => format!("已撤销{}格的修改", saved.written.len()),
    };
    if kept > 0 {
        words.push('；');
        words.push_str(&kept.to_string());
        words.push_str("格后来又有改动，保持不变");
    }
    Ok(visit.redirect(&app, &Toast::new(words), &work.url()))
}

fn name_of(basis: &Basis, row: &str, field: Field) -> String {
    save::label(basis, &(halfsky_plan::indicator::IndicatorCode(row.to_owned()), field))
}

/// The newest save of this person that was not taken back: each undo in between stands for one save.
async fn last_save(app: &App, visit: &Visit, work: &Work) -> Result<Option<SealedEntry>, WebError> {
    let filter = Filter {
        ref_area: Some(work.key().ref_area.clone()),
        actor: visit.account()?.login.clone(),
        action: "entry".to_owned(),
        object: work.key().object(),
        ..Filter::default()
    };
    let found = search::find(&app.store, &filter, &From::Newest, LOOKED_AT).await?;
    Ok(to_take_back(found.entries))
}

fn to_take_back(newest_first: Vec<SealedEntry>) -> Option<SealedEntry> {
    let mut taken_back = 0;
    newest_first.into_iter().find(|entry| {
        if entry.action == "entry.undo" {
            taken_back += 1;
            return false;
        }
        if taken_back > 0 {
            taken_back -= 1;
            return false;
        }
        true
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfsky_store::audit::HashRule;

    fn entry(sequence: i64, action: &str) -> SealedEntry {
        let text = str::to_owned;
        SealedEntry {
            ref_area: text("990101"),
            sequence,
            at: text("2026-03-05T01:30:00.000000Z"),
            actor: text("填报人"),
            account: text("reporter"),
            unit: text(""),
            origin: text(""),
            action: text(action),
            object: text("task 1/health"),
            subject: text(""),
            changes: text(""),
            reason: text(""),
            hash_rule: HashRule::Sha256.code().to_owned(),
            content_hash: text(""),
            previous_hash: text(""),
            hash: text(""),
        }
    }

    fn check(newest_first: &[&str], expect: Option<i64>) {
        let entries = (0..).zip(newest_first).map(|(at, action)| entry(at, action)).collect();
        assert_eq!(to_take_back(entries).map(|entry| entry.sequence), expect, "{newest_first:?}");
    }

    #[test]
    fn each_undo_goes_one_save_further_back() {
        check(&["entry.save", "entry.save"], Some(0));
        check(&["entry.undo", "entry.save", "entry.import"], Some(2));
        check(&["entry.save", "entry.undo", "entry.save"], Some(0));
        check(&["entry.undo", "entry.undo", "entry.save", "entry.save"], None);
        check(&[], None);
    }
}
