//! What the security administrator decides: who needs a second factor, how long sessions last, how long a
//! password must be.

use std::collections::BTreeSet;

use halfsky_monitor::appointment::Appointment;
use halfsky_monitor::password;
use halfsky_monitor::role::Role;

use crate::error::{Error, Result};
use crate::row::strange;
use crate::settings::{
    self, PASSWORD_SHORTEST, SECOND_FACTOR_ROLES, SESSION_HOURS, SESSION_IDLE_MINUTES,
};
use crate::store::Store;
use crate::tx::Tx;

/// The bounds within which a length may be chosen.
pub const IDLE_MINUTES: std::ops::RangeInclusive<i64> = 1..=1440;
pub const SESSION_LENGTH: std::ops::RangeInclusive<i64> = 1..=720;
pub const SHORTEST: std::ops::RangeInclusive<i64> = 10..=64;

/// What holds for signing in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Roles whose holders must have a second factor.
    pub second_factor: BTreeSet<Role>,
    /// Minutes without a request; None: as the configuration says.
    pub idle_minutes: Option<i64>,
    /// Hours since the sign-in; None: as the configuration says.
    pub session_hours: Option<i64>,
    /// The fewest characters of a password; None: as the rules of the field say.
    pub password_shortest: Option<i64>,
}

impl Policy {
    /// Whether somebody with these appointments must have a second factor.
    pub fn demands_second_factor(&self, appointments: &[Appointment]) -> bool {
        appointments.iter().any(|a| self.second_factor.contains(&a.role))
    }

    /// The fewest characters of a new password.
    pub fn shortest_password(&self) -> usize {
        let chosen = self.password_shortest.and_then(|n| usize::try_from(n).ok());
        chosen.map_or(password::SHORTEST, |chosen| chosen.max(password::SHORTEST))
    }

    fn codes(&self) -> String {
        self.second_factor.iter().map(|role| role.code()).collect::<Vec<_>>().join(",")
    }
}

/// What holds now.
pub async fn policy(store: &Store) -> Result<Policy> {
    let sql = "select name, content from setting where name in ($1, $2, $3, $4) order by name";
    let names = [SECOND_FACTOR_ROLES, SESSION_IDLE_MINUTES, SESSION_HOURS, PASSWORD_SHORTEST];
    let mut policy = Policy::default();
    for row in store.rows(sql, &names.map(Into::into)).await? {
        let (name, content) = (row.text("name")?, row.text("content")?);
        let number = || content.parse().map(Some).map_err(|_| strange(&name, &content));
        match name.as_str() {
            SESSION_IDLE_MINUTES => policy.idle_minutes = number()?,
            SESSION_HOURS => policy.session_hours = number()?,
            PASSWORD_SHORTEST => policy.password_shortest = number()?,
            _ => policy.second_factor = roles(&content)?,
        }
    }
    Ok(policy)
}

fn roles(codes: &str) -> Result<BTreeSet<Role>> {
    let role = |code| Role::from_code(code).ok_or_else(|| strange(SECOND_FACTOR_ROLES, code));
    codes.split(',').filter(|code| !code.is_empty()).map(role).collect()
}

/// Sets what holds from now on. What is None is left as it stands.
pub async fn set_policy(tx: &mut Tx, policy: &Policy) -> Result<()> {
    let numbers = [
        (SESSION_IDLE_MINUTES, policy.idle_minutes, IDLE_MINUTES),
        (SESSION_HOURS, policy.session_hours, SESSION_LENGTH),
        (PASSWORD_SHORTEST, policy.password_shortest, SHORTEST),
    ];
    settings::set(tx, SECOND_FACTOR_ROLES, &policy.codes()).await?;
    for (name, number, bounds) in numbers {
        let Some(number) = number else { continue };
        if !bounds.contains(&number) {
            return Err(Error::Invalid(format!("安全设置超出范围：{name}不能是{number}")));
        }
        settings::set(tx, name, &number.to_string()).await?;
    }
    Ok(())
}
