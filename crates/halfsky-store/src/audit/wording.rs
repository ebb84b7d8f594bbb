//! Entries told to people: the one place for the words of actions.

use super::entry::{Change, SealedEntry};

/// Every action code with what it says of the actor. Programs write the code, people read the words.
pub const ACTIONS: &[(&str, &str)] = &[
    ("account.accept", "启用了账号"),
    ("account.change", "修改了账号"),
    ("account.code_refused", "尝试登录，密码正确而动态口令不正确，没有成功"),
    ("account.contact", "查看了账号的联系方式"),
    ("account.create", "建立了账号"),
    ("account.end_others", "退出了本人的其他登录"),
    ("account.end_sessions", "退出了账号的全部登录"),
    ("account.invite", "发出了邀请链接"),
    ("account.list", "按名单建立了账号"),
    ("account.login", "登录了"),
    ("account.login_recovery", "用恢复码登录了"),
    ("account.login_refused", "尝试登录，没有成功"),
    ("account.logout", "退出了登录"),
    ("account.own_contact", "修改了本人的联系方式"),
    ("account.password", "修改了密码"),
    ("account.recovery_codes", "换发了恢复码"),
    ("account.second_factor", "启用了第二因素"),
    ("account.second_factor_off", "停用了第二因素"),
    ("account.second_factor_reset", "重置了账号的第二因素"),
    ("account.unlock", "解锁了账号"),
    ("appointment.end", "结束了任职"),
    ("appointment.grant", "任命了"),
    ("appointment.list", "按名单任命了"),
    ("audit.anchor", "记下了审计锚定"),
    ("audit.export", "导出了审计记录"),
    ("audit.prune", "清除了保留期满的审计记录"),
    ("audit.set", "修改了审计设置"),
    ("audit.verify", "核验了审计记录"),
    ("backup.ask", "要求立即备份"),
    ("backup.begin", "开始了备份"),
    ("backup.finish", "结束了备份"),
    ("backup.restore", "从备份恢复了数据"),
    ("case.open", "立项督办"),
    ("case.step", "办理了督办件"),
    ("demo.prepare", "放入了示例数据"),
    ("duty.draw", "按规划生成了填报任务"),
    ("duty.end", "结束了填报任务"),
    ("duty.hand_over", "移交了填报任务"),
    ("duty.set", "指定了填报单位"),
    ("edition.publish", "发布了数据"),
    ("entry.import", "导入了数据"),
    ("entry.save", "填报了数据"),
    ("entry.undo", "撤销了对数据的修改"),
    ("evaluation.run", "评估了"),
    ("figures.import", "导入了历史数据"),
    ("form.map", "设置了表的列对应关系"),
    ("generate.begin", "开始放入虚拟地区"),
    ("generate.region", "放入了虚拟地区的数据"),
    ("indicator.create", "新建了指标"),
    ("indicator.seed", "载入了内置指标目录"),
    ("indicator.version", "修订了指标解释"),
    ("letter.send", "签发了"),
    ("mail.spread", "准备了邮件"),
    ("missing.save", "登记了缺项"),
    ("opinion.decide", "处理了公众意见"),
    ("opinion.read", "查看了联系方式"),
    ("opinion.receive", "提交了意见"),
    ("organ.create", "登记了工作机构"),
    ("organ.end", "结束了工作机构的任期"),
    ("parameters.set", "修改了预警参数"),
    ("plan.confirm", "确认了规划"),
    ("plan.confirm_unchecked", "一并确认了没有疑问的目标"),
    ("plan.correct", "修改了目标"),
    ("plan.discard", "放弃了规划草稿"),
    ("plan.import", "导入了规划"),
    ("plan.undo", "撤销了对目标的修改"),
    ("region.change", "修改了区划"),
    ("region.create", "登记了区划"),
    ("report.draft", "新建了报告草稿"),
    ("report.edit", "修改了报告文字"),
    ("report.issue", "签发了报告"),
    ("report.publish", "公布了报告"),
    ("report.renew", "按新数据重新生成了报告"),
    ("report.return", "退回了报告"),
    ("report.review", "审核通过了报告"),
    ("report.template", "修改了文稿模板"),
    ("round.change", "修改了报送轮次"),
    ("round.close", "结束了报送轮次"),
    ("round.extend", "批准了延期"),
    ("round.hand_down", "向下级下达了报送轮次"),
    ("round.open", "开始了报送轮次"),
    ("round.receive", "下达了报送轮次"),
    ("round.remind", "催报了"),
    ("secret.create", "生成了密钥文件"),
    ("security.set", "修改了安全设置"),
    ("session.clean", "清理了已经到期的登录"),
    ("target.judge", "认定了"),
    ("task.accept", "接受了报送"),
    ("task.reopen", "退回更正了报送"),
    ("task.return", "退回了报送"),
    ("task.scan", "上传了盖章页扫描件"),
    ("task.send", "送本单位审核"),
    ("task.send_back", "退回填报人修改"),
    ("task.submit", "报送了"),
    ("text.file", "备案归档了材料"),
    ("text.return", "退回了材料"),
    ("text.save", "填写了材料"),
    ("token.create", "发放了接口令牌"),
    ("token.end", "停用了接口令牌"),
    ("unit.change", "修改了单位"),
    ("unit.create", "登记了单位"),
    ("visit.record", "记录了督导检查"),
    ("warning.decide", "处理了预警"),
];

/// The words of an action; None for a code that is not in the table.
pub fn action_words(action: &str) -> Option<&'static str> {
    ACTIONS.iter().find(|(code, _)| *code == action).map(|(_, words)| *words)
}

/// An entry as a sentence: 张三（卫健局）将 2025年 孕产妇死亡率 由 12.1 改为 10.1，原因：更正笔误.
pub fn sentence(entry: &SealedEntry) -> String {
    let mut text = match entry.unit.as_str() {
        "" => entry.actor.clone(),
        unit => format!("{}（{unit}）", entry.actor),
    };
    let changes = entry.changes();
    match changes.as_slice() {
        [change] if change.field.is_empty() && !entry.subject.is_empty() => {
            text.push_str(&single(&entry.subject, change));
        }
        _ => {
            text.push_str(&deed(entry));
            for (at, change) in changes.iter().enumerate() {
                text.push_str(if at == 0 { "：" } else { "；" });
                text.push_str(&part(change));
            }
        }
    }
    match entry.reason.as_str() {
        "" => text,
        reason => format!("{text}，原因：{reason}"),
    }
}

/// What was done to what, without values.
fn deed(entry: &SealedEntry) -> String {
    let words = match action_words(&entry.action) {
        Some(words) => words.to_owned(),
        None => format!("执行了 {}", entry.action),
    };
    if entry.subject.is_empty() {
        return format!("{words}（{}）", entry.object);
    }
    format!("{words} {}", entry.subject)
}

/// The subject itself is the value that changed.
fn single(subject: &str, change: &Change) -> String {
    match (change.before.as_str(), change.after.as_str()) {
        ("", after) => format!("将 {subject} 填为 {after}"),
        (before, "") => format!("删去了 {subject}（原为 {before}）"),
        (before, after) => format!("将 {subject} 由 {before} 改为 {after}"),
    }
}

/// One changed field of the subject.
fn part(change: &Change) -> String {
    let field = &change.field;
    match (change.before.as_str(), change.after.as_str()) {
        ("", after) => format!("{field}填为“{after}”"),
        (before, "") => format!("删去{field}“{before}”"),
        (before, after) => format!("{field}由“{before}”改为“{after}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::digest::HashRule;
    use super::super::entry::changes_text;
    use super::*;

    fn entry(subject: &str, changes: &[(&str, &str, &str)], reason: &str) -> SealedEntry {
        let changes: Vec<Change> = changes
            .iter()
            .map(|(field, before, after)| Change {
                field: (*field).to_owned(),
                before: (*before).to_owned(),
                after: (*after).to_owned(),
            })
            .collect();
        let text = str::to_owned;
        SealedEntry {
            ref_area: text("990101"),
            sequence: 1,
            at: text("2026-03-05T01:30:00.000000Z"),
            actor: text("张三"),
            account: text("0192"),
            unit: text("卫健局"),
            origin: text("10.0.0.1"),
            action: text("plan.correct"),
            object: text("plan 0192/1 target 3"),
            subject: text(subject),
            changes: changes_text(&changes),
            reason: text(reason),
            hash_rule: HashRule::Sha256.code().to_owned(),
            content_hash: String::new(),
            previous_hash: String::new(),
            hash: String::new(),
        }
    }

    fn check(entry: &SealedEntry, expected: &str) {
        assert_eq!(sentence(entry), expected);
    }

    #[test]
    fn a_value_before_and_after() {
        let changes = [("", "12.1", "10.1")];
        check(
            &entry("2025年 孕产妇死亡率", &changes, "更正笔误"),
            "张三（卫健局）将 2025年 孕产妇死亡率 由 12.1 改为 10.1，原因：更正笔误",
        );
    }

    #[test]
    fn a_value_that_appears_or_goes() {
        let check = |before, after, expected| {
            check(&entry("2025年 婴儿死亡率", &[("", before, after)], ""), expected);
        };
        check("", "2.8", "张三（卫健局）将 2025年 婴儿死亡率 填为 2.8");
        check("2.8", "", "张三（卫健局）删去了 2025年 婴儿死亡率（原为 2.8）");
    }

    #[test]
    fn several_fields() {
        let changes = [("目标值", "95", "98"), ("单位", "", "%"), ("牵头单位", "县教育局", "")];
        check(
            &entry("高中阶段毛入学率", &changes, ""),
            "张三（卫健局）修改了目标 高中阶段毛入学率：目标值由“95”改为“98”；单位填为“%”；\
             删去牵头单位“县教育局”",
        );
    }

    #[test]
    fn without_words_the_object_itself_is_named() {
        let mut entry = entry("", &[], "");
        entry.unit = String::new();
        check(&entry, "张三修改了目标（plan 0192/1 target 3）");
        entry.action = "unheard.of".to_owned();
        check(&entry, "张三执行了 unheard.of（plan 0192/1 target 3）");
    }

    #[test]
    fn odd_words_survive() {
        let changes = [("名称", "“甲”\\\"", "[\"乙\"]\n")];
        let kept = entry("对象", &changes, "");
        assert_eq!(kept.changes()[0].before, "“甲”\\\"");
        assert_eq!(kept.changes()[0].after, "[\"乙\"]\n");
    }

    #[test]
    fn codes_are_in_order_and_said_once() {
        assert!(ACTIONS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
