//! Accounts made by commands: the first administrators, and whoever is needed when nobody can sign in.

use halfsky_monitor::appointment::{self, AccountId, Appointment, INSTALLATION};
use halfsky_monitor::role::Role;
use halfsky_monitor::unit::UnitId;
use halfsky_monitor::validity::Validity;
use halfsky_plan::ref_area::RefArea;
use halfsky_store::accounts::{self, NewAccount};
use halfsky_store::audit::Entry;
use halfsky_store::invitations::{self, Invitation};
use halfsky_store::plans::Stamp;
use halfsky_store::seal::key_file::{self, Fresh};
use halfsky_store::seal::{SecretKey, token};
use halfsky_store::{Store, appointments};
use jiff::SignedDuration;

use crate::arrival::ACTOR;
use crate::config::Config;
use crate::{clock, entropy};

/// How long an invitation lasts.
const INVITED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// The administrators of a new installation: login, name, role.
const FIRST: [(&str, &str, Role); 3] = [
    ("sysadmin", "系统管理员", Role::SystemAdministrator),
    ("secadmin", "安全管理员", Role::SecurityAdministrator),
    ("auditor", "审计员", Role::Auditor),
];

/// The key of the installation, from its file; made when the installation is new.
pub(crate) async fn secret_key(config: &Config, store: &Store) -> anyhow::Result<SecretKey> {
    let fresh =
        Fresh { key: entropy::bytes()?, nonce: entropy::bytes()?, at: clock::now(), actor: ACTOR };
    Ok(key_file::ensure(store, &config.secret_file, &fresh).await?)
}

/// A person to be given an account.
pub(crate) struct Person<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub role: Role,
    /// The region of the role; None for roles of the whole installation.
    pub ref_area: Option<RefArea>,
    pub unit: Option<UnitId>,
    pub validity: Validity,
}

/// Makes an account with one appointment.
pub(crate) async fn create(store: &Store, person: &Person<'_>) -> anyhow::Result<AccountId> {
    let now = clock::now();
    let stamp = Stamp { at: now, by: ACTOR.to_owned() };
    let account = NewAccount {
        id: AccountId(entropy::new_id(now)?),
        login: person.login.to_owned(),
        name: person.name.to_owned(),
        created: stamp.clone(),
    };
    let ref_area = match &person.ref_area {
        Some(code) => code.clone(),
        None => INSTALLATION.parse()?,
    };
    let appointment = Appointment {
        id: entropy::new_id(now)?,
        account: account.id.clone(),
        role: person.role,
        ref_area: ref_area.clone(),
        unit: person.unit.clone(),
        validity: person.validity,
    };
    appointment::check(&appointment, &[])?;
    let mut tx = store.begin(&ref_area).await?;
    accounts::insert(&mut tx, &account).await?;
    appointments::insert(&mut tx, &appointment, &stamp).await?;
    let object = format!("account {}", accounts::normal_login(person.login));
    tx.commit(Entry::new(now, ACTOR, "account.create", &object)).await?;
    Ok(account.id)
}

/// Makes an invitation; gives its link.
pub(crate) async fn invite(
    store: &Store,
    account: &AccountId,
    login: &str,
    address: &str,
) -> anyhow::Result<String> {
    let now = clock::now();
    let token = token::token(entropy::bytes()?);
    let invitation = Invitation {
        token_hash: token::hash(&token),
        account: account.clone(),
        created: Stamp { at: now, by: ACTOR.to_owned() },
        expires_at: now.checked_add(INVITED_FOR)?,
        used_at: None,
    };
    let mut tx = store.begin_reference().await?;
    invitations::insert(&mut tx, &invitation).await?;
    tx.commit(Entry::new(now, ACTOR, "account.invite", &format!("account {login}"))).await?;
    Ok(format!("{address}/invitations/{token}"))
}

/// Invitations for the three administrators, as long as nobody can sign in at all.
pub(crate) async fn first_invitations(
    store: &Store,
    address: &str,
) -> anyhow::Result<Vec<(Role, String)>> {
    if accounts::anybody_can_sign_in(store).await? {
        return Ok(Vec::new());
    }
    let mut links = Vec::new();
    for (login, name, role) in FIRST {
        let known = accounts::find_by_login(store, login).await?;
        let id = if let Some(account) = known {
            account.id
        } else {
            let validity = Validity::from(clock::today());
            let person = Person { login, name, role, ref_area: None, unit: None, validity };
            create(store, &person).await?
        };
        links.push((role, invite(store, &id, login, address).await?));
    }
    Ok(links)
}
