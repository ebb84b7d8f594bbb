//! Whatever the words, the reading returns and its spans fit the text.

use halfsky_plan::document::clause::{Context, read_targets};
use halfsky_plan::document::quantity::quantities;
use halfsky_plan::plan::{Beneficiary, Section};
use proptest::prelude::*;

use super::PERIOD;

/// Pieces that sentences of plans are made of, and pieces that tear them apart.
const PIECES: &[&str] = &[
    "孕产妇",
    "死亡率",
    "新生儿、婴儿",
    "和",
    "分别",
    "达到",
    "控制在",
    "保持",
    "适当比例",
    "比例",
    "95%",
    "3.0‰",
    "12/10万",
    "1/6",
    "以上",
    "左右",
    "，",
    "。",
    "；",
    "：",
    "（",
    "）",
    "(",
    ")",
    "“",
    "”",
    "《",
    "》",
    "到2025年",
    "2030年",
    "以2020年为基数",
    "“十四五”末",
    "年",
    "末",
    "每个",
    "每千",
    "每年",
    "至少",
    "1名",
    "两所",
    "一半",
    "百分之",
    "分之",
    "十",
    "点",
    "五",
    "≥",
    "<",
    "全覆盖",
    "实现",
    "应保尽保",
    "逐步",
    "提高",
    "减少",
    "差距",
    "缩小",
    "不低于",
    "与",
    "相适应",
    "其中",
    "城市",
    "的",
    "由",
    "为单位",
    "以",
    "占",
    "级",
    "2:3",
    "8%—10%",
    "99999999999999999999999",
    " ",
    "\n",
    "é",
    "😀",
    "／",
    "万",
    "亿",
    "个",
    "小时",
    "岁",
];

fn sentence() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::collection::vec(prop::sample::select(PIECES), 0..24)
            .prop_map(|pieces| pieces.concat()),
        "\\PC{0,60}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in sentence(), section in prop::sample::select(&Section::ALL[..])) {
        let context = Context { period: PERIOD, beneficiary: Beneficiary::Children, section, domain: "儿童与健康" };
        let reading = read_targets(&text, &context);
        for target in &reading.targets {
            prop_assert_eq!(text.get(target.span.start..target.span.end), Some(target.quote.as_str()));
            prop_assert!(!target.indicator.is_empty());
        }
        for note in &reading.notes {
            prop_assert!(text.get(note.span.start..note.span.end).is_some());
        }
        for quantity in quantities(&text) {
            prop_assert!(text.get(quantity.span.start..quantity.span.end).is_some());
        }
    }
}
