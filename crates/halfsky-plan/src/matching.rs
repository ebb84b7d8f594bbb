//! Matching (匹配): the wording of a plan against the names of the indicator catalogue.
//!
//! The score says how well two names fit; it never decides: a person confirms the link.

use crate::indicator::Indicator;
use crate::plan::Beneficiary;
use crate::unit::Unit;
use crate::version::IndicatorLink;

/// Links below this score are not offered on their own.
pub const LEAST_SCORE: u8 = 60;

/// Words that say nothing about which indicator is meant.
const FILLERS: &[&str] = &[
    "全县",
    "全市",
    "全区",
    "全省",
    "全州",
    "全旗",
    "我县",
    "我市",
    "我区",
    "我省",
    "本地区",
    "人群",
    "总体",
    "平均每",
    "人均",
    "的",
    "中",
    "各",
    "和",
    "与",
    "及",
    "、",
];

/// Words that tell two indicators of almost the same name apart.
const TELLING: &[&str] = &[
    "城市",
    "城镇",
    "农村",
    "男",
    "小学",
    "初中",
    "高中",
    "学前",
    "新生儿",
    "婴儿",
    "5岁以下",
    "7岁以下",
    "3岁以下",
    "正职",
    "党组织",
    "党代",
    "村",
    "居",
    "社区",
    "人大",
    "政协",
    "治疗",
    "筛查",
    "检测",
    "死亡",
    "患病",
    "宫颈癌",
    "乳腺癌",
    "艾滋病",
    "梅毒",
    "城乡",
    "差距",
    "主任",
    "书记",
    "企业",
    "事业",
    "机关",
    "健康素养",
    "心理",
    "养老",
    "医疗",
    "失业",
    "工伤",
    "生育",
    "新增",
];

/// The name reduced to what tells it apart: no fillers, spaces, brackets or quotation marks.
pub fn reduced(name: &str) -> String {
    let mut text: String = name
        .chars()
        .filter(|c| !c.is_whitespace() && !"（）()“”\"《》〈〉，,。.：:".contains(*c))
        .map(|c| match c {
            '％' => '%',
            '—' | '－' | '～' | '~' | '–' => '-',
            _ => c,
        })
        .collect();
    for filler in FILLERS {
        if text.contains(filler) {
            text = text.replace(filler, "");
        }
    }
    text
}

/// How alike two names are, 0 to 100: shared pairs of characters, less what tells them apart.
pub fn likeness(a: &str, b: &str) -> u8 {
    Name::new(a).likeness(&Name::new(b))
}

/// A name prepared for comparison: computed once per name, not once per pair of names.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    text: String,
    length: usize,
    /// Neighbouring characters, sorted.
    pairs: Vec<(char, char)>,
    /// One bit for each of [`TELLING`].
    telling: u64,
}

impl Name {
    pub(crate) fn new(name: &str) -> Self {
        let text = reduced(name);
        let telling = (0..)
            .zip(TELLING)
            .filter(|(_, word)| text.contains(**word))
            .fold(0, |bits, (at, _)| bits | 1 << at);
        Self { length: text.chars().count(), pairs: pairs(&text), telling, text }
    }

    pub(crate) fn likeness(&self, other: &Self) -> u8 {
        if self.text.is_empty() || other.text.is_empty() {
            return 0;
        }
        if self.text == other.text {
            return 99;
        }
        let total = self.pairs.len() + other.pairs.len();
        let mut score = (200 * shared(&self.pairs, &other.pairs)).checked_div(total).unwrap_or(0);
        let (short, long) = if self.length <= other.length { (self, other) } else { (other, self) };
        if short.length >= 4 && long.text.contains(&short.text) {
            score = score.max(65 + 30 * short.length / long.length);
        }
        let differing =
            usize::try_from((self.telling ^ other.telling).count_ones()).unwrap_or(usize::MAX);
        u8::try_from(score.saturating_sub(differing.saturating_mul(12)).min(98)).unwrap_or(98)
    }
}

fn pairs(name: &str) -> Vec<(char, char)> {
    let mut list: Vec<_> = name.chars().zip(name.chars().skip(1)).collect();
    list.sort_unstable();
    list
}

/// Number of equal elements of two sorted lists, repeats counted.
fn shared(a: &[(char, char)], b: &[(char, char)]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                count += 1;
                i += 1;
                j += 1;
            }
        }
    }
    count
}

/// What is looked up in the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub name: &'a str,
    pub beneficiary: Beneficiary,
    /// None where the plan gives no value.
    pub unit: Option<Unit>,
}

/// The catalogue, ready for look-ups.
#[derive(Debug, Clone)]
pub struct Matcher<'a> {
    entries: Vec<(&'a Indicator, Vec<Name>)>,
}

impl<'a> Matcher<'a> {
    /// Prepares the names and aliases once.
    pub fn new(catalogue: &'a [Indicator]) -> Self {
        let names = |i: &Indicator| {
            std::iter::once(&i.name_zh).chain(&i.aliases).map(|n| Name::new(n)).collect()
        };
        Self { entries: catalogue.iter().map(|i| (i, names(i))).collect() }
    }

    /// The indicator of a code.
    pub fn indicator(&self, code: &crate::indicator::IndicatorCode) -> Option<&'a Indicator> {
        self.entries.iter().map(|e| e.0).find(|i| i.code == *code)
    }

    /// The best candidates, best first, at most `limit`; equal scores in code order.
    pub fn candidates(&self, wanted: Wanted<'_>, limit: usize) -> Vec<IndicatorLink> {
        let name = Name::new(wanted.name);
        let mut found: Vec<IndicatorLink> = self
            .entries
            .iter()
            .filter(|(indicator, _)| indicator.beneficiary == wanted.beneficiary)
            .map(|(indicator, names)| {
                let best = names.iter().map(|n| name.likeness(n)).max().unwrap_or(0);
                let other_unit = wanted.unit.is_some_and(|u| !unit_fits(u, &indicator.unit));
                IndicatorLink {
                    code: indicator.code.clone(),
                    score: best.saturating_sub(if other_unit { 25 } else { 0 }),
                }
            })
            .filter(|link| link.score > 30)
            .collect();
        found.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.code.cmp(&b.code)));
        found.truncate(limit);
        found
    }
}

/// Whether a figure in `unit` can belong to an indicator counted in `code`.
pub fn unit_fits(unit: Unit, code: &str) -> bool {
    let share = |c: &str| matches!(c, "percent" | "permille" | "percentage_point");
    let years = |c: &str| matches!(c, "years" | "age");
    let count = |c: &str| matches!(c, "count" | "person" | "unit" | "count_10k" | "count_per_year");
    let own = unit.code();
    own == code
        || (share(own) && share(code))
        || (years(own) && years(code))
        || (count(own) && count(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::Catalogue;

    fn best(name: &str, beneficiary: Beneficiary, unit: Unit) -> (String, u8) {
        let catalogue = Catalogue::builtin();
        let found = Matcher::new(catalogue.indicators())
            .candidates(Wanted { name, beneficiary, unit: Some(unit) }, 3);
        let link = found.into_iter().next().expect("a candidate");
        (link.code.0, link.score)
    }

    #[test]
    fn plan_wording_finds_its_indicator() {
        let check = |name, code| {
            let (found, score) = best(name, Beneficiary::Women, Unit::Percent);
            assert_eq!(found, code, "{name} {score}");
            assert!(score >= LEAST_SCORE, "{name} {score}");
        };
        check("适龄妇女宫颈癌筛查率", "W-H10");
        check("孕产妇系统管理率", "W-H05");
        check("艾滋病母婴传播率", "W-H16");
    }

    #[test]
    fn telling_words_keep_twins_apart() {
        assert!(
            likeness("农村孕产妇死亡率", "城市孕产妇死亡率")
                < likeness("孕产妇死亡率", "孕产妇死亡率")
        );
        assert!(likeness("梅毒检测率", "梅毒治疗率") < LEAST_SCORE);
    }

    #[test]
    fn another_unit_costs() {
        let (_, right) = best("孕产妇死亡率", Beneficiary::Women, Unit::Per100k);
        let (_, wrong) = best("孕产妇死亡率", Beneficiary::Women, Unit::Count);
        assert!(right > wrong);
    }

    #[test]
    fn nothing_is_like_nothing() {
        assert_eq!(likeness("", "孕产妇死亡率"), 0);
        assert_eq!(likeness("率", "率"), 99);
    }
}
