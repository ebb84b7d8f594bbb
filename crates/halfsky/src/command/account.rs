//! `halfsky account`: accounts from the command line, for the day on which no administrator can sign in.

use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;
use halfsky_monitor::role::Role;
use halfsky_monitor::unit::UnitId;
use halfsky_monitor::validity::Validity;
use halfsky_plan::ref_area::RefArea;
use halfsky_report::render::text;
use halfsky_report::table::{Column, Table};
use halfsky_store::accounts::{self, Account, AccountState};
use halfsky_store::audit::Entry;
use halfsky_store::{Store, appointments, sessions};
use jiff::civil::Date;

use super::{Console, block_on, serve};
use crate::arrival::ACTOR;
use crate::clock;
use crate::config::Config;
use crate::people::{self, Person};

/// 建立账号、发邀请、解锁
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 列出全部账号
    List,
    /// 建立账号和一项任职，并给出一次性邀请链接
    Create(Create),
    /// 给已有账号换发一次性邀请链接（忘记密码时使用）
    Invite {
        /// 登录名
        login: String,
    },
    /// 解除因多次输错密码的锁定
    Unlock {
        /// 登录名
        login: String,
    },
    /// 取消一个账号的第二因素（手机和恢复码都丢失、又没有别的安全管理员时使用）
    ResetSecondFactor {
        /// 登录名
        login: String,
    },
}

#[derive(Debug, clap::Args)]
struct Create {
    /// 登录名
    #[arg(long)]
    login: String,
    /// 姓名
    #[arg(long)]
    name: String,
    /// 角色代码，例如`committee_office`、`system_administrator`
    #[arg(long, value_parser = role)]
    role: Role,
    /// 任职地区的区划代码；系统管理员、安全管理员、审计员不写
    #[arg(long, value_name = "CODE")]
    ref_area: Option<RefArea>,
    /// 单位编号；填报人和单位审核人必写
    #[arg(long, value_name = "ID")]
    unit: Option<String>,
    /// 任职到哪一天（例如 2026-12-31）；评估角色必写
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
}

fn role(code: &str) -> Result<Role, String> {
    let known = || Role::ALL.iter().map(|role| role.code()).collect::<Vec<_>>().join("、");
    Role::from_code(code).ok_or_else(|| format!("没有这个角色，可用的有：{}", known()))
}

/// Runs a command on the accounts of an installation.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    block_on(async {
        let store = serve::open(config).await?;
        match &arguments.command {
            Command::List => list(&store, console).await?,
            Command::Create(wish) => create(&store, wish, config, console).await?,
            Command::Invite { login } => {
                let account = find(&store, login).await?;
                if account.state == AccountState::Disabled {
                    bail!("账号“{login}”已停用，不能发邀请；请先由系统管理员启用");
                }
                link(&store, &account.id, (&account.login, config), console).await?;
            }
            Command::Unlock { login } => unlock(&store, login, console).await?,
            Command::ResetSecondFactor { login } => {
                reset_second_factor(&store, login, console).await?;
            }
        }
        store.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

async fn find(store: &Store, login: &str) -> anyhow::Result<Account> {
    let found = accounts::find_by_login(store, login).await?;
    found.ok_or_else(|| {
        anyhow::anyhow!("没有登录名为“{login}”的账号；运行 halfsky account list 查看全部账号")
    })
}

async fn create(
    store: &Store,
    wish: &Create,
    config: &Config,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let login = accounts::normal_login(&wish.login);
    if login.is_empty() || wish.name.trim().is_empty() {
        bail!("登录名和姓名不能为空");
    }
    let person = Person {
        login: &login,
        name: wish.name.trim(),
        role: wish.role,
        ref_area: wish.ref_area.clone(),
        unit: wish.unit.clone().map(UnitId),
        validity: Validity::between(clock::today(), wish.until)?,
    };
    let id = people::create(store, &person).await?;
    writeln!(console.out, "已建立账号 {login}（{}，{}）", person.name, wish.role.label())?;
    link(store, &id, (&login, config), console).await
}

async fn link(
    store: &Store,
    id: &halfsky_monitor::appointment::AccountId,
    (login, config): (&str, &Config),
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let address = config.public_address(config.serving.listen);
    let link = people::invite(store, id, login, &address).await?;
    writeln!(console.out, "一次性邀请链接（24小时内有效，只能用一次）：{link}")?;
    Ok(())
}

async fn unlock(store: &Store, login: &str, console: &mut Console<'_>) -> anyhow::Result<()> {
    let account = find(store, login).await?;
    let mut tx = store.begin_reference().await?;
    accounts::unlock(&mut tx, &account.id).await?;
    let object = format!("account {}", account.login);
    tx.commit(Entry::new(clock::now(), ACTOR, "account.unlock", &object)).await?;
    writeln!(console.out, "账号 {} 已解锁", account.login)?;
    Ok(())
}

async fn reset_second_factor(
    store: &Store,
    login: &str,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let account = find(store, login).await?;
    if !account.has_second_factor {
        bail!("账号“{}”没有启用第二因素，不用取消", account.login);
    }
    let mut tx = store.begin_reference().await?;
    accounts::remove_second_factor(&mut tx, &account.id).await?;
    sessions::remove_others(&mut tx, &account.id, None).await?;
    let object = format!("account {}", account.login);
    tx.commit(Entry::new(clock::now(), ACTOR, "account.second_factor_reset", &object)).await?;
    writeln!(console.out, "账号 {} 的第二因素已取消，下次登录只需密码", account.login)?;
    Ok(())
}

async fn list(store: &Store, console: &mut Console<'_>) -> anyhow::Result<()> {
    let (today, now) = (clock::today(), clock::now());
    let held = appointments::list(store, None).await?;
    let known = accounts::list(store).await?;
    let rows = known.iter().map(|account| {
        let of_account = held.iter().filter(|a| a.account == account.id);
        let valid = of_account.filter(|a| a.validity.holds_on(today));
        let roles: Vec<_> = valid.map(|a| a.role.label()).collect();
        let state = match account {
            Account { state: AccountState::Disabled, .. } => "停用",
            Account { has_password: false, .. } => "未启用",
            Account { locked_until: Some(until), .. } if *until > now => "暂时锁定",
            _ => "启用",
        };
        let last = account.last_login_at.map_or_else(String::new, |at| at.to_string());
        vec![account.login.clone(), account.name.clone(), roles.join("、"), state.to_owned(), last]
    });
    let columns = ["登录名", "姓名", "任职", "状态", "上次登录"].map(Column::words).to_vec();
    let table = Table { title: String::new(), columns, rows: rows.collect() };
    write!(console.out, "{}", text::table(&table))?;
    Ok(())
}
