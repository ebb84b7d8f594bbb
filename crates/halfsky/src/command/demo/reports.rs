//! The reports of the example: a draft of the newest year, and opinions that came through the portal.

use anyhow::Context as _;
use halfsky_monitor::edition::Edition;
use halfsky_plan::plan::Beneficiary;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::draft::{Details, Prepared, View, draft};
use halfsky_report::issue::{Reader, ReportKind, State};
use halfsky_report::opinion::{OpinionState, Topic};
use halfsky_store::Store;
use halfsky_store::audit::Entry;
use halfsky_store::editions::{self, EditionHead, EditionKey};
use halfsky_store::opinions::{self, NewOpinion, OpinionId};
use halfsky_store::plans::{self, Stamp, VersionKey};
use halfsky_store::reports::{self, Asked, ReportId, StoredReport};
use halfsky_store::seal::SecretKey;
use halfsky_web::publishing::published;

use super::COUNTY;
use crate::{clock, entropy};

const OFFICE: &str = "示例 妇儿工委办";

/// Topic, what was said, and what the office answered.
const OPINIONS: [(Topic, &str, Option<&str>); 2] = [
    (
        Topic::Figures,
        "希望公布各乡镇的宫颈癌免费检查安排，方便在家门口参加检查。",
        Some("各乡镇卫生院每季度公布检查安排，可向所在村（社区）妇联咨询。谢谢您的建议。"),
    ),
    (Topic::Service, "建议在工业园区增加普惠托育点，方便双职工家庭。", None),
];

/// Drafts a report and keeps the opinions, where neither was done before.
pub(crate) async fn settle(store: &Store, key: &SecretKey) -> anyhow::Result<()> {
    let area: RefArea = COUNTY.parse()?;
    if reports::list(store, &area).await?.is_empty() {
        draft_annual(store, &area).await?;
    }
    if opinions::list(store, &area).await?.is_empty() {
        for (topic, content, answer) in OPINIONS {
            keep(store, &area, key, (topic, content, answer)).await?;
        }
    }
    Ok(())
}

/// The newest edition whose figures will not be replaced.
async fn newest_final(
    store: &Store,
    area: &RefArea,
) -> anyhow::Result<Option<(EditionHead, Edition)>> {
    for head in editions::list(store, area).await? {
        let edition = editions::load(store, area, head.key).await?;
        if !edition.is_preliminary() {
            return Ok(Some((head, edition)));
        }
    }
    Ok(None)
}

async fn draft_annual(store: &Store, area: &RefArea) -> anyhow::Result<()> {
    let Some((head, edition)) = newest_final(store, area).await? else { return Ok(()) };
    let known = plans::list(store, Some(area)).await?;
    let mut women = known.iter().filter(|p| p.beneficiary == Beneficiary::Women);
    let Some((plan, number)) = women.find_map(|p| Some((p, p.in_force?))) else {
        return Ok(());
    };
    let key = VersionKey { ref_area: area.clone(), plan_id: plan.plan_id.clone(), number };
    let version = plans::load(store, &key).await?.version;
    let published = published(store, area, edition, clock::today()).await?;
    let prepared = Prepared::new(published.seen_by(View::Public), version, None);
    let document = draft(&prepared.material(), ReportKind::Annual, &Details::default())?;
    let now = clock::now();
    let report = StoredReport {
        id: ReportId(entropy::new_id(now)?),
        kind: ReportKind::Annual.code().to_owned(),
        plan: plan.plan_id.clone(),
        plan_version: number,
        year: head.key.period.year(),
        edition: head.key,
        edition_hash: head.hash,
        dated: clock::today().to_string(),
        title: document.title.clone(),
        asked: Asked::default(),
        reader: Reader::Public.code().to_owned(),
        state: State::Draft.code().to_owned(),
        revision: 1,
        created: Stamp { at: now, by: OFFICE.to_owned() },
    };
    let mut tx = store.begin(area).await?;
    reports::insert(&mut tx, &report).await?;
    let entry = Entry::new(now, OFFICE, "report.draft", &report.id.object());
    let label = EditionKey::label(head.key);
    tx.commit(entry.about(&document.title).changed("数据版本", "", &label)).await?;
    Ok(())
}

async fn keep(
    store: &Store,
    area: &RefArea,
    key: &SecretKey,
    (topic, content, answer): (Topic, &str, Option<&str>),
) -> anyhow::Result<()> {
    let now = clock::now();
    let id = OpinionId(entropy::new_id(now)?);
    let opinion = NewOpinion { id: &id, topic: topic.code(), content, contact: "", received: now };
    let mut tx = store.begin(area).await?;
    opinions::receive(&mut tx, (key, [0; 12]), &opinion).await.context("示例意见没有保存")?;
    let entry = Entry::new(now, "公众", "opinion.receive", &id.object());
    tx.commit(entry.about(topic.label())).await?;
    let Some(answer) = answer else { return Ok(()) };
    let stamp = Stamp { at: now, by: OFFICE.to_owned() };
    let mut tx = store.begin(area).await?;
    let decision = (OpinionState::Shown.code(), answer);
    opinions::decide(&mut tx, &id, 1, decision, &stamp).await?;
    let entry = Entry::new(now, OFFICE, "opinion.decide", &id.object());
    tx.commit(entry.about(topic.label()).changed("答复", "", answer)).await?;
    Ok(())
}
