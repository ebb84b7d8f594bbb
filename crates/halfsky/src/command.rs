//! Commands: one file each.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod config;
pub(crate) mod data;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod evaluate;
pub(crate) mod generate;
pub(crate) mod hindcast;
pub(crate) mod migrate;
pub(crate) mod outlook;
pub(crate) mod plan;
pub(crate) mod publish;
pub(crate) mod report;
pub(crate) mod round;
pub(crate) mod serve;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};

use crate::config::{Config, LogFormat, Raw};

/// 半边天：妇女、儿童发展规划的监测评估系统
#[derive(Debug, Parser)]
#[command(name = "halfsky", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

/// Flags every command knows.
#[derive(Debug, Args)]
struct Settings {
    /// 数据目录
    #[arg(long, global = true, value_name = "DIR")]
    dir: Option<String>,
    /// PostgreSQL地址；不写则使用数据目录中的内置数据库
    #[arg(long, global = true, value_name = "URL", hide_env_values = true)]
    database: Option<String>,
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "HALFSKY_CONFIG",
        help = "配置文件（TOML）"
    )]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 建立并打开内置示例（云溪县，示例数据）
    Demo(demo::Arguments),
    /// 启动网页服务
    Serve(serve::Arguments),
    /// 建立或升级数据库结构
    Migrate(migrate::Arguments),
    /// 读取、导入规划文本
    Plan(plan::Arguments),
    /// 导入历史数据、导出已发布的数据
    Data(data::Arguments),
    /// 建立账号、发邀请、解锁（管理员无法登录时使用）
    Account(account::Arguments),
    /// 评估生效的规划，保存评估记录并输出结果
    Evaluate(evaluate::Arguments),
    /// 生成虚拟地区和数据，供试用和测试性能
    Generate(generate::Arguments),
    /// 用已发布的历史数据回测预测
    Hindcast(hindcast::Arguments),
    /// 研判自有数据：给序列和目标，得出预测、概率和判定
    Outlook(outlook::Arguments),
    /// 生成报告、公函和统计资料，检查文书格式
    Report(report::Arguments),
    /// 向下级下达报送轮次
    Round(round::Arguments),
    /// 生成公开门户的静态网页
    Publish(publish::Arguments),
    /// 核验、锚定、导出审计记录
    Audit(audit::Arguments),
    /// 备份、核验备份、从备份恢复
    Backup(backup::Arguments),
    /// 检查数据目录和数据库，说明有什么问题、怎么办；有问题时退出码为1
    Doctor(doctor::Arguments),
    /// 查看配置
    Config(config::Arguments),
}

/// Where a command writes: results to `out`, progress and remarks to `err`.
pub(crate) struct Console<'a> {
    pub out: &'a mut dyn Write,
    pub err: &'a mut dyn Write,
    /// Whether somebody watches: progress is for people, not for log files.
    pub progress: bool,
}

impl Console<'_> {
    /// Tells what is being done now.
    pub(crate) fn progress(&mut self, what: &str) -> anyhow::Result<()> {
        if self.progress {
            writeln!(self.err, "{what}")?;
        }
        Ok(())
    }
}

/// Runs a command.
pub(crate) fn run(arguments: Arguments, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let settings = &arguments.settings;
    let raw = |flags: &[(&'static str, Option<String>)]| {
        let mut given: Vec<(&'static str, String)> = Vec::new();
        let common = [("dir", settings.dir.clone()), ("database", settings.database.clone())];
        for (name, value) in common.iter().chain(flags) {
            given.extend(value.clone().map(|v| (*name, v)));
        }
        let file = settings.config.as_ref().map(|path| {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("不能读取配置文件 {}", path.display()));
            text.map(|text| (path.as_path(), text))
        });
        let file = file.transpose()?;
        Raw::collect(file.as_ref().map(|(path, text)| (*path, text.as_str())), environment, &given)
    };
    match arguments.command {
        Command::Demo(a) => {
            let raw = raw(&a.flags())?.with_default("dir", demo::DIR);
            let raw = raw.with_default("backup_hour", "never").with_default("portal", "open");
            demo::run(&a, &raw, console)
        }
        Command::Serve(a) => serve::run(raw(&a.flags())?.resolve()?, console),
        Command::Migrate(a) => migrate::run(&a, &raw(&[])?.resolve()?, console),
        Command::Plan(a) => plan::run(a, || raw(&[])?.resolve(), console),
        Command::Data(a) => data::run(a, &raw(&[])?.resolve()?, console),
        Command::Account(a) => account::run(&a, &raw(&[])?.resolve()?, console),
        Command::Report(a) => report::run(a, || raw(&[])?.resolve(), console),
        Command::Round(a) => round::run(a, &raw(&[])?.resolve()?, console),
        Command::Publish(a) => publish::run(&a, &raw(&[])?.resolve()?, console),
        Command::Audit(a) => audit::run(a, &raw(&[])?.resolve()?, console),
        Command::Backup(a) => backup::run(a, || raw(&[])?.resolve(), console),
        Command::Doctor(a) => doctor::run(&a, &raw(&[])?.resolve()?, console),
        Command::Evaluate(a) => evaluate::run(&a, &raw(&[])?.resolve()?, console),
        Command::Generate(a) => generate::run(&a, &raw(&[])?.resolve()?, console),
        Command::Hindcast(a) => hindcast::run(&a, &raw(&[])?.resolve()?, console),
        Command::Outlook(a) => outlook::run(&a, console),
        Command::Config(a) => config::run(&a, &raw(&[])?, console),
    }
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Starts the log on standard error. The level was not checked before, because its grammar is the library's.
pub(crate) fn start_log(config: &Config) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log)
        .map_err(|e| anyhow::anyhow!("配置项 log 的值“{}”不正确：{e}", config.log))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.serving.log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    started.map_err(|e| anyhow::anyhow!("不能开始记录日志：{e}"))
}

/// Runs an asynchronous command to its end.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Runtime::new().context("不能启动运行环境")?.block_on(work)
}
