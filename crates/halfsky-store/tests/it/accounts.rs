//! Accounts, sessions, invitations, units, organs, appointments, and the key file.

use halfsky_monitor::appointment::{AccountId, Appointment, INSTALLATION};
use halfsky_monitor::organ::{Organ, OrganKind};
use halfsky_monitor::role::Role;
use halfsky_monitor::unit::{ResponsibleUnit, UnitId, UnitKind};
use halfsky_monitor::validity::Validity;
use halfsky_plan::plan::Beneficiary;
use halfsky_store::accounts::{self, AccountState, Contact, NewAccount, NewPassword};
use halfsky_store::invitations::{self, Invitation};
use halfsky_store::regions::{self, PastRegion, Region, RegionLevel};
use halfsky_store::seal::SecretKey;
use halfsky_store::seal::key_file::{self, Fresh};
use halfsky_store::security::{self, Policy};
use halfsky_store::sessions::{self, Limits, Method, Session};
use halfsky_store::testing::{TestDatabase, for_each_database};
use halfsky_store::{Error, Store, appointments, organs, units};
use jiff::civil::date;

use crate::specimen::{area, at, entry, raw, stamp};

const KEY: SecretKey = SecretKey::new([9; 32]);

fn id(name: &str) -> AccountId {
    AccountId(name.to_owned())
}

async fn settle(store: &Store, login: &str) -> AccountId {
    let account = NewAccount {
        id: id(login),
        login: login.to_uppercase(),
        name: "张三".to_owned(),
        created: stamp(),
    };
    let mut tx = store.begin_reference().await.unwrap();
    accounts::insert(&mut tx, &account).await.unwrap();
    tx.commit(entry("account.create")).await.unwrap();
    account.id
}

#[tokio::test]
async fn a_login_name_belongs_to_one_person() {
    for_each_database(async |database| {
        let store = &database.store;
        settle(store, "zhang").await;
        let found = accounts::find_by_login(store, " Zhang ").await.unwrap().unwrap();
        assert_eq!((found.login.as_str(), found.has_password), ("zhang", false));
        let again = NewAccount {
            id: id("other"),
            login: "ZHANG".to_owned(),
            name: "李四".to_owned(),
            created: stamp(),
        };
        let mut tx = store.begin_reference().await.unwrap();
        let outcome = accounts::insert(&mut tx, &again).await;
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{}: {outcome:?}", database.name);
    })
    .await;
}

#[tokio::test]
async fn only_the_last_passwords_are_remembered() {
    for_each_database(async |database| {
        let store = &database.store;
        let zhang = settle(store, "zhang").await;
        assert!(!accounts::anybody_can_sign_in(store).await.unwrap());
        for number in 0..7 {
            let mut tx = store.begin_reference().await.unwrap();
            let new =
                NewPassword { hash: format!("hash {number}"), at: at(number), temporary: false };
            accounts::set_password(&mut tx, &zhang, &new).await.unwrap();
            tx.commit(entry("account.password")).await.unwrap();
        }
        let former = accounts::former_passwords(store, &zhang).await.unwrap();
        assert_eq!(former, ["hash 6", "hash 5", "hash 4", "hash 3", "hash 2"], "{}", database.name);
        let credentials = accounts::credentials(store, "zhang").await.unwrap().unwrap();
        assert_eq!(credentials.password_hash.as_deref(), Some("hash 6"));
        assert!(!format!("{credentials:?}").contains("hash"));
        assert!(accounts::anybody_can_sign_in(store).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn failures_add_up_until_a_sign_in() {
    for_each_database(async |database| {
        let store = &database.store;
        let zhang = settle(store, "zhang").await;
        let mut tx = store.begin_reference().await.unwrap();
        assert_eq!(accounts::record_failure(&mut tx, &zhang).await.unwrap(), 1);
        assert_eq!(accounts::record_failure(&mut tx, &zhang).await.unwrap(), 2);
        accounts::lock(&mut tx, &zhang, at(60)).await.unwrap();
        tx.commit(entry("account.login_refused")).await.unwrap();
        let account = accounts::find(store, &zhang).await.unwrap().unwrap();
        assert_eq!((account.failures, account.locked_until), (2, Some(at(60))));
        let mut tx = store.begin_reference().await.unwrap();
        accounts::record_login(&mut tx, &zhang, at(61), "203.0.113.7").await.unwrap();
        tx.commit(entry("account.login")).await.unwrap();
        let account = accounts::find(store, &zhang).await.unwrap().unwrap();
        assert_eq!((account.failures, account.locked_until), (0, None));
        assert_eq!(account.last_login_from, "203.0.113.7");
    })
    .await;
}

#[tokio::test]
async fn a_change_of_an_old_state_is_a_conflict() {
    for_each_database(async |database| {
        let store = &database.store;
        let zhang = settle(store, "zhang").await;
        let seen = accounts::find(store, &zhang).await.unwrap().unwrap();
        let change = |state| accounts::Account { state, ..seen.clone() };
        let mut tx = store.begin_reference().await.unwrap();
        accounts::save(&mut tx, &change(AccountState::Disabled)).await.unwrap();
        let late = accounts::save(&mut tx, &change(AccountState::Active)).await;
        assert!(matches!(late, Err(Error::Conflict(_))), "{}: {late:?}", database.name);
        tx.commit(entry("account.change")).await.unwrap();
        let kept = accounts::find(store, &zhang).await.unwrap().unwrap();
        assert_eq!(kept.state, AccountState::Disabled);
    })
    .await;
}

#[tokio::test]
async fn contacts_are_unreadable_in_the_database() {
    for_each_database(async |database| {
        let store = &database.store;
        let zhang = settle(store, "zhang").await;
        let contact =
            Contact { phone: "13800000000".to_owned(), email: "zhang@example.cn".to_owned() };
        let mut tx = store.begin_reference().await.unwrap();
        let sealing = (&KEY, [[1; 12], [2; 12]]);
        accounts::set_contact(&mut tx, sealing, &zhang, &contact).await.unwrap();
        tx.commit(entry("account.contact")).await.unwrap();
        assert_eq!(accounts::contact(store, &KEY, &zhang).await.unwrap(), contact);
        let mut connection = raw(database).await;
        let kept: String = sqlx::query_scalar("select phone_sealed || email_sealed from account")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert!(!kept.contains("138") && !kept.contains("example"), "{kept}");
        let wrong = accounts::contact(store, &SecretKey::new([8; 32]), &zhang).await;
        assert!(matches!(wrong, Err(Error::Damaged(_))), "{}", database.name);
    })
    .await;
}

fn session(token: &str, account: &AccountId, started: i64) -> Session {
    Session {
        token_hash: token.to_owned(),
        account: account.clone(),
        started_at: at(started),
        seen_at: at(started),
        origin: "127.0.0.1".to_owned(),
        agent: "test".to_owned(),
        method: Method::Password,
    }
}

#[tokio::test]
async fn sessions_are_found_seen_and_ended() {
    for_each_database(async |database| {
        let store = &database.store;
        let (zhang, li) = (settle(store, "zhang").await, settle(store, "li").await);
        let mut tx = store.begin_reference().await.unwrap();
        for (token, account, started) in
            [("a", &zhang, 0), ("b", &zhang, 10), ("c", &zhang, 20), ("d", &li, 20)]
        {
            sessions::insert(&mut tx, &session(token, account, started)).await.unwrap();
        }
        tx.commit(entry("account.login")).await.unwrap();
        sessions::note_seen(store, "a", at(50)).await.unwrap();
        sessions::note_seen(store, "a", at(40)).await.unwrap();
        let (found, account) = sessions::find(store, "a").await.unwrap().unwrap();
        assert_eq!((found.seen_at, account.login.as_str()), (at(50), "zhang"));
        let mut tx = store.begin_reference().await.unwrap();
        assert!(!sessions::remove(&mut tx, &li, "a").await.unwrap(), "not one of theirs");
        let limits = Limits { started_before: at(0), seen_before: at(15) };
        assert_eq!(sessions::remove_ended(&mut tx, limits).await.unwrap(), 1);
        assert_eq!(sessions::remove_others(&mut tx, &zhang, Some("c")).await.unwrap(), 1);
        tx.commit(entry("account.logout")).await.unwrap();
        let left = sessions::of_account(store, &zhang).await.unwrap();
        assert_eq!(left, [session("c", &zhang, 20)], "{}", database.name);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_used_once_and_the_newest_counts() {
    for_each_database(async |database| {
        let store = &database.store;
        let zhang = settle(store, "zhang").await;
        let invitation = |token: &str| Invitation {
            token_hash: token.to_owned(),
            account: zhang.clone(),
            created: stamp(),
            expires_at: at(100),
            used_at: None,
        };
        let mut tx = store.begin_reference().await.unwrap();
        invitations::insert(&mut tx, &invitation("old")).await.unwrap();
        invitations::insert(&mut tx, &invitation("new")).await.unwrap();
        assert!(!invitations::use_up(&mut tx, "old", at(1)).await.unwrap());
        assert!(!invitations::use_up(&mut tx, "new", at(100)).await.unwrap(), "too late");
        assert!(invitations::use_up(&mut tx, "new", at(99)).await.unwrap());
        assert!(!invitations::use_up(&mut tx, "new", at(99)).await.unwrap(), "once");
        tx.commit(entry("account.accept")).await.unwrap();
        let kept = invitations::find(store, "new").await.unwrap().unwrap();
        assert!(kept.used_at == Some(at(99)) && !kept.is_open(at(1)), "{}", database.name);
        assert_eq!(invitations::list(store).await.unwrap().len(), 1);
    })
    .await;
}

async fn place(store: &Store) -> ResponsibleUnit {
    let mut tx = store.begin(&area()).await.unwrap();
    let region = Region {
        code: area(),
        name: "云溪县".to_owned(),
        parent: Some("990100".parse().unwrap()),
        level: RegionLevel::County,
    };
    regions::save(&mut tx, &region).await.unwrap();
    let unit = ResponsibleUnit {
        id: UnitId("health".to_owned()),
        ref_area: area(),
        name: "县卫生健康局".to_owned(),
        short_name: String::new(),
        kind: UnitKind::Government,
        parent: None,
        validity: Validity::from(date(2021, 1, 1)),
    };
    units::insert(&mut tx, &unit).await.unwrap();
    tx.commit(entry("unit.create")).await.unwrap();
    unit
}

#[tokio::test]
async fn units_and_organs_come_back_with_their_days() {
    for_each_database(async |database| {
        let store = &database.store;
        let unit = place(store).await;
        let found = units::find(store, &area(), &unit.id).await.unwrap().unwrap();
        assert_eq!(found.unit, unit, "{}", database.name);
        let renamed = ResponsibleUnit {
            short_name: "卫健局".to_owned(),
            validity: unit.validity.ended(date(2026, 12, 31)).unwrap(),
            ..unit.clone()
        };
        let organ = Organ {
            ref_area: area(),
            kind: OrganKind::EvaluationLead,
            beneficiary: Some(Beneficiary::Women),
            printed_name: "县妇女儿童权益保障中心".to_owned(),
            unit: Some(unit.id.clone()),
            validity: Validity::from(date(2021, 1, 1)),
        };
        let mut tx = store.begin(&area()).await.unwrap();
        units::save(&mut tx, &renamed, found.revision).await.unwrap();
        let late = units::save(&mut tx, &unit, found.revision).await;
        assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
        organs::insert(&mut tx, &organ).await.unwrap();
        organs::end(&mut tx, &organ, date(2025, 6, 30)).await.unwrap();
        tx.commit(entry("unit.change")).await.unwrap();
        let kept = units::list(store, Some(&area())).await.unwrap();
        assert_eq!(kept[0].unit, renamed);
        let ended = organs::list(store, &area()).await.unwrap();
        let validity = Validity::between(date(2021, 1, 1), Some(date(2025, 6, 30))).unwrap();
        assert_eq!(ended, [Organ { validity, ..organ }]);
    })
    .await;
}

#[tokio::test]
async fn appointments_are_held_ended_and_taken_back() {
    for_each_database(async |database| {
        let store = &database.store;
        let (unit, zhang) = (place(store).await, settle(store, "zhang").await);
        let appointment = |id: &str, role: Role, code: &str| Appointment {
            id: id.to_owned(),
            account: zhang.clone(),
            role,
            ref_area: code.parse().unwrap(),
            unit: (role == Role::Reporter).then(|| unit.id.clone()),
            validity: Validity::from(date(2026, 1, 1)),
        };
        let report = appointment("1", Role::Reporter, "990101");
        let audit = appointment("2", Role::Auditor, INSTALLATION);
        for new in [&report, &audit] {
            let mut tx = store.begin(&new.ref_area).await.unwrap();
            let held = appointments::held(&mut tx, &zhang).await.unwrap();
            assert_eq!(held.len(), usize::from(new.id == "2"));
            appointments::insert(&mut tx, new, &stamp()).await.unwrap();
            tx.commit(entry("appointment.grant")).await.unwrap();
        }
        let both = appointments::of_account(store, &zhang).await.unwrap();
        assert_eq!(both, [audit, report.clone()], "{}", database.name);
        let mut tx = store.begin(&area()).await.unwrap();
        appointments::end(&mut tx, "1", Some(date(2026, 6, 30))).await.unwrap();
        assert!(matches!(appointments::end(&mut tx, "2", None).await, Err(Error::NotFound(_))));
        tx.commit(entry("appointment.end")).await.unwrap();
        let left = appointments::list(store, Some(&area())).await.unwrap();
        assert_eq!(left[0].validity.until, Some(date(2026, 6, 30)));
        let mut tx = store.begin(&area()).await.unwrap();
        appointments::end(&mut tx, "1", None).await.unwrap();
        tx.commit(entry("appointment.end")).await.unwrap();
        assert_eq!(appointments::list(store, Some(&area())).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn an_old_figure_keeps_the_name_of_its_year() {
    for_each_database(async |database| {
        let store = &database.store;
        place(store).await;
        let past = PastRegion {
            code: area(),
            name: "云溪专区".to_owned(),
            parent: None,
            validity: Validity::between(date(2010, 1, 1), Some(date(2022, 5, 31))).unwrap(),
            basis: "示例批复〔2022〕1号".to_owned(),
        };
        let mut tx = store.begin_reference().await.unwrap();
        regions::keep_past(&mut tx, &past).await.unwrap();
        tx.commit(entry("region.change")).await.unwrap();
        let known = regions::past(store).await.unwrap();
        assert_eq!(known, [past]);
        let now = regions::find(store, &area()).await.unwrap().unwrap();
        assert_eq!(regions::name_on(&now, &known, date(2021, 12, 31)), "云溪专区");
        assert_eq!(regions::name_on(&now, &known, date(2022, 6, 1)), "云溪县");
        let tree = regions::tree(store).await.unwrap();
        assert!(tree.lies_below(&area(), &"990100".parse().unwrap()));
        let mut tx = store.begin_reference().await.unwrap();
        let again = regions::keep_past(&mut tx, &known[0]).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{}: {again:?}", database.name);
    })
    .await;
}

fn fresh(key: u8) -> Fresh<'static> {
    Fresh { key: [key; 32], nonce: [1; 12], at: at(0), actor: "test" }
}

async fn refusal(database: &TestDatabase, path: &std::path::Path) -> String {
    let outcome = key_file::ensure(&database.store, path, &fresh(3)).await;
    outcome.expect_err("a refusal").to_string()
}

#[tokio::test]
async fn the_key_file_is_made_once_and_missed_afterwards() {
    for_each_database(async |database| {
        let path = database.dir().join("secret.key");
        let made = key_file::ensure(&database.store, &path, &fresh(1)).await.unwrap();
        let sealed = made.seal("x", "place", [5; 12]).unwrap();
        let found = key_file::ensure(&database.store, &path, &fresh(2)).await.unwrap();
        assert_eq!(found.open(&sealed, "place").unwrap(), "x", "{}", database.name);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("01", "02")).unwrap();
        assert!(refusal(database, &path).await.contains("不是这个数据库的"));
        std::fs::write(&path, "something else").unwrap();
        assert!(refusal(database, &path).await.contains("不是半边天的密钥文件"));
        std::fs::remove_file(&path).unwrap();
        let missing = refusal(database, &path).await;
        assert!(missing.contains("找不到密钥文件") && missing.contains("secret_file"), "{missing}");
        assert!(!path.exists(), "none was made in its place");
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_that_everybody_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let database = TestDatabase::sqlite().await;
    let path = database.dir().join("secret.key");
    key_file::ensure(&database.store, &path, &fresh(1)).await.unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&path) & 0o777, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(refusal(&database, &path).await.contains("chmod 600"));
}

#[tokio::test]
async fn a_second_factor_is_sealed_and_its_codes_count_once() {
    for_each_database(async |database| {
        let store = &database.store;
        let zhang = settle(store, "zhang").await;
        let hashes = ["hash a".to_owned(), "hash b".to_owned()];
        let mut tx = store.begin_reference().await.unwrap();
        let sealing = (&KEY, [1; 12]);
        accounts::set_second_factor(&mut tx, sealing, &zhang, ("SECRET", 7), &hashes)
            .await
            .unwrap();
        tx.commit(entry("account.second_factor")).await.unwrap();
        let known = accounts::credentials(store, "zhang").await.unwrap().unwrap();
        assert!(!known.totp_sealed.as_deref().unwrap().contains("SECRET"), "{}", database.name);
        assert_eq!(known.second_factor(&KEY).unwrap().as_deref(), Some("SECRET"));
        assert!(known.second_factor(&SecretKey::new([8; 32])).is_err());

        let mut tx = store.begin_reference().await.unwrap();
        let steps = [7, 8, 8, 6, 9];
        let mut used = Vec::new();
        for step in steps {
            used.push(accounts::use_step(&mut tx, &zhang, step).await.unwrap());
        }
        assert_eq!(used, [false, true, false, false, true], "{}", database.name);
        assert!(accounts::use_recovery_code(&mut tx, &zhang, "hash a", at(1)).await.unwrap());
        assert!(!accounts::use_recovery_code(&mut tx, &zhang, "hash a", at(2)).await.unwrap());
        tx.commit(entry("account.login_recovery")).await.unwrap();
        assert_eq!(accounts::recovery_codes(store, &zhang).await.unwrap(), ["hash b"]);

        let mut tx = store.begin_reference().await.unwrap();
        accounts::remove_second_factor(&mut tx, &zhang).await.unwrap();
        tx.commit(entry("account.second_factor_off")).await.unwrap();
        let account = accounts::find(store, &zhang).await.unwrap().unwrap();
        assert!(!account.has_second_factor);
        assert!(accounts::recovery_codes(store, &zhang).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_sign_in_rules_are_kept_within_bounds() {
    for_each_database(async |database| {
        let store = &database.store;
        assert_eq!(security::policy(store).await.unwrap(), Policy::default(), "{}", database.name);
        let wanted = Policy {
            second_factor: [Role::Auditor, Role::SystemAdministrator].into(),
            idle_minutes: Some(30),
            session_hours: None,
            password_shortest: Some(12),
        };
        let mut tx = store.begin_reference().await.unwrap();
        security::set_policy(&mut tx, &wanted).await.unwrap();
        let short = Policy { password_shortest: Some(9), ..wanted.clone() };
        let refused = security::set_policy(&mut tx, &short).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
        tx.commit(entry("security.set")).await.unwrap();
        let kept = security::policy(store).await.unwrap();
        assert_eq!(kept, wanted, "{}", database.name);
        assert_eq!((kept.shortest_password(), Policy::default().shortest_password()), (12, 10));
    })
    .await;
}
