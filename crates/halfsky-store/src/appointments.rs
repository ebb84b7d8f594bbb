//! Appointments (任职): who holds which role where.

use halfsky_monitor::appointment::{AccountId, Appointment};
use halfsky_monitor::role::Role;
use halfsky_monitor::unit::UnitId;
use halfsky_plan::ref_area::RefArea;
use jiff::civil::Date;

use crate::error::{Error, Result, is_taken};
use crate::plans::Stamp;
use crate::row::{Row, instant_text, parsed};
use crate::store::Store;
use crate::tx::Tx;

/// The appointments of an account, also those of the past.
pub async fn of_account(store: &Store, account: &AccountId) -> Result<Vec<Appointment>> {
    let rows = store.rows(OF_ACCOUNT, &[account.0.as_str().into()]).await?;
    rows.iter().map(appointment_of).collect()
}

/// Every appointment, by region and id; of one region or of all.
pub async fn list(store: &Store, ref_area: Option<&RefArea>) -> Result<Vec<Appointment>> {
    let sql = "select ref_area, appointment_id, account_id, role, unit_id, valid_from, \
               valid_until from appointment where ($1 is null or ref_area = $1) \
               order by ref_area, appointment_id";
    let values = [ref_area.map(RefArea::as_str).into()];
    store.rows(sql, &values).await?.iter().map(appointment_of).collect()
}

/// The appointments of an account as they stand until the transaction ends: nobody else can add one
/// meanwhile, so that what [`halfsky_monitor::appointment::check`] says still holds when it is saved.
pub async fn held(tx: &mut Tx, account: &AccountId) -> Result<Vec<Appointment>> {
    let sql = "update account set revision = revision where account_id = $1";
    if tx.execute(sql, &[account.0.as_str().into()]).await? == 0 {
        return Err(Error::NotFound("这个账号".to_owned()));
    }
    let rows = tx.rows(OF_ACCOUNT, &[account.0.as_str().into()]).await?;
    rows.iter().map(appointment_of).collect()
}

/// Adds an appointment to the region of the transaction.
pub async fn insert(tx: &mut Tx, appointment: &Appointment, stamp: &Stamp) -> Result<()> {
    let sql = "insert into appointment (ref_area, appointment_id, account_id, role, unit_id, \
               valid_from, valid_until, granted_at, granted_by) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = [
        tx.ref_area().into(),
        appointment.id.as_str().into(),
        appointment.account.0.as_str().into(),
        appointment.role.code().into(),
        appointment.unit.as_ref().map(|id| id.0.as_str()).into(),
        appointment.validity.from.into(),
        appointment.validity.until.into(),
        instant_text(stamp.at).into(),
        stamp.by.as_str().into(),
    ];
    match tx.execute(sql, &values).await {
        Ok(_) => Ok(()),
        Err(error) if is_taken(&error) => Err(Error::Conflict("这项任职已保存过".to_owned())),
        Err(error) => Err(error),
    }
}

/// Ends an appointment of the transaction's region with a day; None takes it back from its first day on.
pub async fn end(tx: &mut Tx, id: &str, last: Option<Date>) -> Result<()> {
    let (sql, values) = match last {
        Some(last) => (
            "update appointment set valid_until = $3 where ref_area = $1 and appointment_id = $2",
            vec![tx.ref_area().into(), id.into(), last.into()],
        ),
        None => (
            "delete from appointment where ref_area = $1 and appointment_id = $2",
            vec![tx.ref_area().into(), id.into()],
        ),
    };
    if tx.execute(sql, &values).await? == 1 {
        return Ok(());
    }
    Err(Error::NotFound("这项任职".to_owned()))
}

const OF_ACCOUNT: &str = "select ref_area, appointment_id, account_id, role, unit_id, valid_from, \
    valid_until from appointment where account_id = $1 order by ref_area, appointment_id";

fn appointment_of(row: &Row) -> Result<Appointment> {
    Ok(Appointment {
        id: row.text("appointment_id")?,
        account: AccountId(row.text("account_id")?),
        role: row.coded("role", Role::from_code)?,
        ref_area: parsed("ref_area", &row.text("ref_area")?)?,
        unit: row.optional_text("unit_id")?.map(UnitId),
        validity: row.validity()?,
    })
}
