//! Polarity: whether less of an indicator is better.
//!
//! `达到X` asks for at least X of a coverage and for at most X of a death rate; the word nearest to the
//! end of the name decides (贫血患病率 is less, 贫血筛查率 is more).

/// Words of things a plan wants fewer of.
const LESS: &[&str] = &[
    "死亡率",
    "死亡数",
    "死亡人数",
    "死亡比",
    "病死率",
    "致死率",
    "伤亡",
    "发生率",
    "发生数",
    "发生起数",
    "患病率",
    "患病人数",
    "发病率",
    "发病数",
    "感染率",
    "感染人数",
    "传播率",
    "贫血",
    "近视",
    "低体重",
    "生长迟缓",
    "迟缓率",
    "消瘦",
    "肥胖",
    "超重",
    "龋患",
    "患龋",
    "龋齿",
    "龋病",
    "辍学",
    "失学",
    "流失率",
    "文盲",
    "失业",
    "犯罪",
    "违法",
    "发案",
    "案发",
    "警情数",
    "剖宫产",
    "流产",
    "妊娠率",
    "早孕",
    "出生缺陷",
    "致残",
    "残疾发生",
    "溺水",
    "事故",
    "伤害",
    "欺凌",
    "吸烟率",
    "吸烟",
    "饮酒",
    "差距",
    "离婚率",
    "复发率",
    "返贫",
    "贫困发生",
    "不良率",
    "视力不良",
    "检出率",
    "抑郁",
    "负担",
    "暴力事件",
    "重犯",
    "再犯",
    "大班额",
    "超标率",
    "漏报率",
    "发生起",
];

/// Words of things a plan wants more of; they matter where they stand behind a word above.
const MORE: &[&str] = &[
    "筛查",
    "治疗",
    "知晓",
    "检测",
    "检查",
    "管理",
    "康复",
    "干预",
    "控制率",
    "覆盖",
    "接种",
    "救治",
    "救助",
    "随访",
    "巩固率",
    "就业率",
    "办结",
    "处置",
    "破案",
    "结案",
    "查处",
    "矫正",
    "矫治",
    "帮扶",
    "防控",
    "普及",
    "达标",
    "优良",
    "合格",
    "配备",
    "建档",
    "报告率",
    "登记率",
    "服务",
    "教育",
    "预防",
    "防治",
    "培训",
    "安置",
    "下降率",
    "资助",
    "访视",
    "监测",
    "诊断",
    "用药",
    "阻断",
    "转介",
    "保险",
    "识别",
    "处理",
    "回访",
    "支持率",
    "入学",
    "复学",
    "建册",
    "设置",
    "配置",
    "配齐",
    "发放",
    "服用",
    "完成",
    "建成",
    "建有",
    "满足",
    "出具",
    "签发",
    "参与",
    "成功率",
];

/// Whether a smaller figure of the indicator is the better one.
pub(super) fn less_is_better(indicator: &str) -> bool {
    let last = |words: &[&str]| {
        words.iter().filter_map(|w| indicator.rfind(w).map(|at| at + w.len())).max()
    };
    match (last(LESS), last(MORE)) {
        (Some(less), Some(more)) => less > more,
        (less, _) => less.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::less_is_better;

    #[test]
    fn the_last_word_decides() {
        for name in [
            "孕产妇死亡率",
            "先天梅毒发生率",
            "5岁以下儿童贫血患病率",
            "小学生近视率",
            "12岁儿童龋患率",
            "低体重率",
        ] {
            assert!(less_is_better(name), "{name}");
        }
        for name in [
            "贫血筛查率",
            "近视防控知识知晓率",
            "艾滋病感染孕产妇治疗率",
            "高危新生儿管理率",
            "失业保险参保率",
            "早孕建册率",
            "儿童伤害警示标识设置率",
        ] {
            assert!(!less_is_better(name), "{name}");
        }
    }
}
