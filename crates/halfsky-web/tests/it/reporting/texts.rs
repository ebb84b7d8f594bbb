//! Texts: the form, files, and the way to the office.

use halfsky_monitor::role::Role;
use halfsky_monitor::submission::SubmissionState as S;
use halfsky_web::testing::reporting::{HEALTH, TEXTS, task};
use halfsky_web::testing::{Answer, Client, value};

use super::{address, house, state};

const WORDS: [(&str, &str); 3] =
    [("targets", "已完成"), ("measures", "加强产科建设"), ("next_year", "继续推进")];

/// Saves the text as it was seen on its page; a file is chosen when it has a name.
async fn save(client: &Client, file: (&str, &[u8]), fields: &[(&str, &str)]) -> Answer {
    let page = client.page(&address(TEXTS)).await;
    let seen = value(page.text(), "seen");
    let mut all = vec![("seen", seen.as_str())];
    all.extend(fields);
    client.upload_to(&format!("{}/text", address(TEXTS)), file, &all).await
}

#[tokio::test]
async fn a_text_is_written_sent_and_handed_in() {
    let (house, reporter) = house().await;
    reporter.page(&address(TEXTS)).await.says("承担目标及完成情况").says("第1稿");
    let saved = save(&reporter, ("", b""), &WORDS[..1]).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let send = format!("{}/send", address(TEXTS));
    let page = reporter.page(&send).await;
    page.says("“主要措施和成效”未填写");
    let seen = value(page.text(), "seen");
    assert_eq!(reporter.post(&send, &[("seen", &seen)]).await.status, 422);
    save(&reporter, ("总结.docx", b"PK file"), &WORDS).await;
    let seen = value(reporter.page(&send).await.text(), "seen");
    assert_eq!(reporter.post(&send, &[("seen", &seen)]).await.status, 303);
    let reviewer = house.as_role(Role::UnitReviewer).await;
    let answer = format!("{}/answer", address(TEXTS));
    let seen = value(reviewer.page(&answer).await.text(), "seen");
    let submit = [("seen", seen.as_str()), ("decision", "submit"), ("agreed", "yes")];
    assert_eq!(reviewer.post(&answer, &submit).await.status, 303);
    assert_eq!(state(&house, TEXTS).await, S::Submitted);
    let page = reporter.page(&address(TEXTS)).await;
    page.says("加强产科建设").says("总结.docx").says("报送");
    let file = reporter.get(&format!("{}/files/1/0", address(TEXTS))).await;
    assert_eq!(file.bytes, b"PK file");
    let versions =
        halfsky_store::texts::versions(&house.database.store, &task(TEXTS, HEALTH)).await.unwrap();
    assert!(versions.len() == 1 && versions[0].submitted_at.is_some());
}

#[tokio::test]
async fn the_second_writer_keeps_what_was_typed() {
    let (house, reporter) = house().await;
    let reviewer = house.as_role(Role::UnitReviewer).await;
    let page = reporter.page(&address(TEXTS)).await;
    let seen = value(page.text(), "seen");
    save(&reviewer, ("", b""), &WORDS).await;
    let late = [("seen", seen.as_str()), ("targets", "另一种写法")];
    let late = reporter.upload_to(&format!("{}/text", address(TEXTS)), ("", b""), &late).await;
    assert_eq!(late.status, 409);
    late.says("另一种写法").says("刚被同单位的人修改");
}

#[tokio::test]
async fn a_file_can_be_taken_away_again() {
    let (_house, reporter) = house().await;
    save(&reporter, ("总结.docx", b"PK file"), &WORDS).await;
    reporter.page(&address(TEXTS)).await.says("总结.docx");
    save(&reporter, ("", b""), &[("remove", "0")]).await;
    assert!(!reporter.page(&address(TEXTS)).await.text().contains("总结.docx"));
}
