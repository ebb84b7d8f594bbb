//! Notifications, e-mail, reminders, the register of missing data, keys of other programs.

use std::collections::BTreeSet;

use halfsky_store::api_tokens::{self, ApiToken};
use halfsky_store::missing_items::{self, MissingItem};
use halfsky_store::notifications::{
    self, ByMail, Notification, Reader, Recipient, claim_delivery, delivered, not_delivered,
    spread, waiting_for_mail,
};
use halfsky_store::observations::{self, NewValue};
use halfsky_store::testing::for_each_database;
use halfsky_store::{Error, Store, reminders};
use jiff::civil::date;

use crate::monitoring::{
    code, missing, name_region, neighbour, observed, open_round, round_id, task, unit,
};
use crate::specimen::{area, at, entry, stamp};

fn notification(id: &str, to: Recipient, by_mail: ByMail) -> Notification {
    Notification {
        id: id.to_owned(),
        to,
        kind: "reminder".to_owned(),
        title: "请报送2025年统计监测数据".to_owned(),
        content: "还有7天截止".to_owned(),
        link: "/submissions".to_owned(),
        created_at: at(5),
        by_mail,
    }
}

fn reader(account: &str, units: &[&str], roles: &[&str]) -> Reader {
    Reader {
        account: account.to_owned(),
        units: units.iter().map(|name| unit(name)).collect(),
        roles: roles.iter().map(|r| (*r).to_owned()).collect(),
    }
}

async fn notify(store: &Store, list: &[Notification]) {
    let mut tx = store.begin(&area()).await.expect("a transaction");
    notifications::notify(&mut tx, list).await.expect("told");
    tx.commit(entry("notification.send")).await.expect("a commit");
}

#[tokio::test]
async fn everybody_sees_what_concerns_them() {
    for_each_database(async |database| {
        let store = &database.store;
        let list = [
            notification("1", Recipient::Unit(unit("卫健")), ByMail::No),
            notification("2", Recipient::Role("statistician".to_owned()), ByMail::No),
            notification("3", Recipient::Account("zhang".to_owned()), ByMail::Yes),
        ];
        notify(store, &list).await;
        let zhang = reader("zhang", &["卫健"], &[]);
        let liu = reader("liu", &["卫健"], &["statistician"]);
        for (who, expected) in [(&zhang, ["3", "1"]), (&liu, ["2", "1"])] {
            let inbox = notifications::inbox(store, &area(), who, 10).await.unwrap();
            let ids: Vec<_> = inbox.iter().map(|l| l.notification.id.as_str()).collect();
            assert_eq!(ids, expected, "{}", database.name);
        }
        notifications::mark_read(store, &area(), &zhang, at(5), at(9)).await.unwrap();
        assert_eq!(notifications::unread(store, &area(), &zhang).await.unwrap(), 0);
        assert_eq!(notifications::unread(store, &area(), &liu).await.unwrap(), 2);
        let inbox = notifications::inbox(store, &area(), &zhang, 1).await.unwrap();
        assert_eq!(inbox[0].read_at, Some(at(9)), "{}", database.name);
        assert_eq!(inbox[0].notification, list[2], "{}", database.name);
        assert_eq!(notifications::unread(store, &neighbour(), &liu).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_email_is_sent_by_one_process_and_tried_again() {
    for_each_database(async |database| {
        let store = &database.store;
        notify(store, &[notification("1", Recipient::Unit(unit("卫健")), ByMail::Yes)]).await;
        let waiting = waiting_for_mail(store, 10).await.unwrap();
        assert_eq!(waiting.len(), 1);
        for first in [true, false] {
            let mut tx = store.begin(&area()).await.unwrap();
            let accounts = ["zhang".to_owned(), "liu".to_owned()];
            assert_eq!(spread(&mut tx, "1", &accounts, at(10)).await.unwrap(), first);
            tx.commit(entry("mail.spread")).await.unwrap();
        }
        assert_eq!(waiting_for_mail(store, 10).await.unwrap(), []);
        let one = claim_delivery(store, at(10), at(70)).await.unwrap().unwrap();
        let two = claim_delivery(store, at(10), at(70)).await.unwrap().unwrap();
        assert_ne!(one.key, two.key, "{}", database.name);
        assert_eq!(claim_delivery(store, at(10), at(70)).await.unwrap(), None);
        delivered(store, &one.key, at(11)).await.unwrap();
        not_delivered(store, &two.key, "连接被拒绝", Some(at(30))).await.unwrap();
        assert_eq!(claim_delivery(store, at(29), at(70)).await.unwrap(), None);
        let again = claim_delivery(store, at(30), at(70)).await.unwrap().unwrap();
        assert_eq!((&again.key, again.attempts), (&two.key, 2), "{}", database.name);
        not_delivered(store, &two.key, "地址不存在", None).await.unwrap();
        assert_eq!(claim_delivery(store, at(900), at(990)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_reminder_of_the_schedule_goes_out_once() {
    for_each_database(async |database| {
        let store = &database.store;
        open_round(store).await;
        let day = Some(date(2026, 5, 13));
        let mut tx = store.begin(&area()).await.unwrap();
        for (scheduled_for, new) in [(day, true), (day, false), (None, true), (None, true)] {
            let logged =
                reminders::log(&mut tx, &task("卫健"), scheduled_for, "请报送", &stamp()).await;
            assert_eq!(logged.unwrap(), new, "{}", database.name);
        }
        tx.commit(entry("round.remind")).await.unwrap();
        let sent = reminders::of_round(store, &area(), &round_id()).await.unwrap();
        let told: Vec<_> = sent.iter().map(|r| (r.sequence, r.scheduled_for)).collect();
        assert_eq!(told, [(1, day), (2, None), (3, None)], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn the_register_of_missing_data_keeps_up() {
    for_each_database(async |database| {
        let store = &database.store;
        let mut item = MissingItem {
            indicator: code("C-E19"),
            since: 2021,
            resolved: None,
            missing: missing(),
            survey: "家庭教育专项调查".to_owned(),
            survey_due: Some(date(2026, 9, 30)),
        };
        let mut tx = store.begin(&area()).await.unwrap();
        name_region(&mut tx, &area()).await;
        assert_eq!(missing_items::save(&mut tx, 0, &item, &stamp()).await.unwrap(), 1);
        item.resolved = Some(2026);
        item.survey_due = None;
        assert_eq!(missing_items::save(&mut tx, 1, &item, &stamp()).await.unwrap(), 2);
        let stale = missing_items::save(&mut tx, 1, &item, &stamp()).await;
        assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
        tx.commit(entry("missing.save")).await.unwrap();
        let list = missing_items::list(store, &area()).await.unwrap();
        assert_eq!((list[0].item.clone(), list[0].revision), (item, 2), "{}", database.name);
        assert_eq!(missing_items::list(store, &neighbour()).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn the_register_follows_the_figures_in_their_transaction() {
    for_each_database(async |database| {
        let store = &database.store;
        let new = |year, told| NewValue {
            observation: observed(&area(), "W-H02", year, told),
            why: "修订".into(),
            from: None,
        };
        let mut split = observed(&area(), "W-H02", 2025, "1");
        split.key.sex = halfsky_monitor::observation::Sex::Female;
        let split = NewValue { observation: split, why: "".into(), from: None };
        let other = NewValue {
            observation: observed(&area(), "W-H05", 2025, "缺"),
            why: "".into(),
            from: None,
        };
        let asked = BTreeSet::from([code("W-H02")]);
        let follow = async |values: &[NewValue]| {
            let mut tx = store.begin(&area()).await.unwrap();
            name_region(&mut tx, &area()).await;
            observations::record(&mut tx, values, &stamp()).await.unwrap();
            let standing = observations::unsplit(&mut tx, &asked).await.unwrap();
            let register = missing_items::list_in(&mut tx).await.unwrap();
            let lines: Vec<_> = register.iter().map(|stored| stored.item.clone()).collect();
            let changed = halfsky_monitor::missing::follow(&lines, &standing);
            missing_items::keep(&mut tx, &register, &changed, &stamp()).await.unwrap();
            tx.commit(entry("task.accept")).await.unwrap();
            (standing.len(), changed.len())
        };
        let told = follow(&[new(2024, "12.5"), new(2025, "缺"), split, other]).await;
        assert_eq!(told, (2, 1), "{}: parts and other indicators are not asked for", database.name);
        let list = missing_items::list(store, &area()).await.unwrap();
        let of = |list: &[missing_items::StoredMissingItem]| -> Vec<_> {
            list.iter()
                .map(|s| (s.item.indicator.0.clone(), s.item.since, s.item.resolved, s.revision))
                .collect()
        };
        assert_eq!(of(&list), [("W-H02".to_owned(), 2025, None, 1)], "{}", database.name);
        assert_eq!(follow(&[new(2025, "10.1")]).await, (2, 1));
        let list = missing_items::list(store, &area()).await.unwrap();
        assert_eq!(of(&list), [("W-H02".to_owned(), 2025, Some(2025), 2)], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn a_key_is_known_by_its_token_alone() {
    for_each_database(async |database| {
        let store = &database.store;
        let token = ApiToken {
            hash: api_tokens::hash_of("hs_0123456789"),
            name: "市平台取数".to_owned(),
            account: "liu".to_owned(),
            ref_area: area(),
            created: stamp(),
            expires_at: Some(at(1_000)),
            last_used_at: None,
            revoked_at: None,
        };
        let mut tx = store.begin(&area()).await.unwrap();
        api_tokens::insert(&mut tx, &token).await.unwrap();
        tx.commit(entry("token.create")).await.unwrap();
        assert_eq!(api_tokens::find(store, "hs_other").await.unwrap(), None);
        let found = api_tokens::find(store, "hs_0123456789").await.unwrap().unwrap();
        assert_eq!(found, token, "{}", database.name);
        assert!(found.is_valid(at(999)) && !found.is_valid(at(1_000)));
        api_tokens::used(store, &token.hash, at(20)).await.unwrap();
        let mut tx = store.begin(&area()).await.unwrap();
        api_tokens::revoke(&mut tx, &token.hash, at(30)).await.unwrap();
        tx.commit(entry("token.revoke")).await.unwrap();
        let list = api_tokens::list(store, &area()).await.unwrap();
        assert_eq!(api_tokens::all(store).await.unwrap(), list, "{}", database.name);
        assert_eq!((list[0].last_used_at, list[0].revoked_at), (Some(at(20)), Some(at(30))));
        assert!(!list[0].is_valid(at(40)), "{}", database.name);
    })
    .await;
}
