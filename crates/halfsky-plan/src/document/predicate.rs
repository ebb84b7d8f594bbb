//! Predicate: the words right before a figure say how it is to be held.
//!
//! Peels verbs, adverbs and years off the end of the words before a figure until the subject is left.

use std::sync::LazyLock;

use super::deadline::{Role, YearMention};
use super::words::Characters;
use crate::comparator::Comparator;
use crate::note::Span;

/// Which way a figure moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Movement {
    Rise,
    Fall,
}

/// What a peeled word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// 达到, 为
    Level,
    /// 保持在, 稳定在
    Keep,
    /// A bound: 不低于, 控制在
    Bound(Comparator),
    /// 提高到, 降至: a level that names its direction
    Towards(Comparator),
    /// 提高, 下降 right before the figure: a change
    By(Movement),
    /// 建成, 配备: an action whose object follows the figure
    Act,
    /// 力争
    Soft,
    /// 每年, 年均
    Annual,
    /// 分别
    Apart,
    /// 已, 目前
    Past,
    /// 占
    Share,
    /// Says nothing
    Plain,
}

/// What stands before a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Predicate {
    /// The words left over: the subject.
    pub(super) rest: Span,
    pub(super) bound: Option<Comparator>,
    pub(super) movement: Option<Movement>,
    pub(super) base_year: Option<i32>,
    pub(super) marks: Marks,
}

/// Yes-or-no findings of a predicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks(u16);

macro_rules! marks {
    ($($name:ident $bit:literal),+ $(,)?) => {
        impl Marks { $(pub(super) const $name: Self = Self(1 << $bit);)+ }
    };
}

marks! {
    LEVEL 0, KEEP 1, EXPLICIT_BOUND 2, ACT 3, SOFT 4, ANNUAL 5, APART 6, PAST 7, SHARE 8, STARTS 9, TOWARDS 10,
}

impl Marks {
    /// Whether all marks of `other` are set.
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether nothing was found.
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn set(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

use Comparator::{About, AtLeast, AtMost};

/// The vocabulary before a figure. Order does not matter: the longest fitting word is taken.
const WORDS: &[(&str, Word)] = &[
    // levels
    ("达到", Word::Level),
    ("达", Word::Level),
    ("到达", Word::Level),
    ("为", Word::Level),
    ("是", Word::Level),
    ("在", Word::Level),
    ("完成", Word::Level),
    ("总体为", Word::Level),
    ("达到或超过", Word::Bound(AtLeast)),
    ("达到或优于", Word::Bound(AtLeast)),
    ("达到并稳定在", Word::Keep),
    ("达到并保持在", Word::Keep),
    ("达到并保持", Word::Keep),
    ("并保持在", Word::Keep),
    ("保持在", Word::Keep),
    ("保持", Word::Keep),
    ("稳定在", Word::Keep),
    ("维持在", Word::Keep),
    ("稳定保持在", Word::Keep),
    ("巩固在", Word::Keep),
    ("稳定达到", Word::Keep),
    ("持续保持在", Word::Keep),
    ("持续稳定在", Word::Keep),
    // bounds
    ("不低于", Word::Bound(AtLeast)),
    ("不少于", Word::Bound(AtLeast)),
    ("不小于", Word::Bound(AtLeast)),
    ("不得低于", Word::Bound(AtLeast)),
    ("不得少于", Word::Bound(AtLeast)),
    ("不能少于", Word::Bound(AtLeast)),
    ("不能低于", Word::Bound(AtLeast)),
    ("应不低于", Word::Bound(AtLeast)),
    ("应不少于", Word::Bound(AtLeast)),
    ("至少", Word::Bound(AtLeast)),
    ("最少", Word::Bound(AtLeast)),
    ("最低", Word::Bound(AtLeast)),
    ("高于", Word::Bound(AtLeast)),
    ("超过", Word::Bound(AtLeast)),
    ("超", Word::Bound(AtLeast)),
    ("大于", Word::Bound(AtLeast)),
    ("多于", Word::Bound(AtLeast)),
    ("突破", Word::Bound(AtLeast)),
    ("不高于", Word::Bound(AtMost)),
    ("不超过", Word::Bound(AtMost)),
    ("不得超过", Word::Bound(AtMost)),
    ("不得高于", Word::Bound(AtMost)),
    ("不多于", Word::Bound(AtMost)),
    ("不大于", Word::Bound(AtMost)),
    ("低于", Word::Bound(AtMost)),
    ("少于", Word::Bound(AtMost)),
    ("小于", Word::Bound(AtMost)),
    ("控制在", Word::Bound(AtMost)),
    ("控制到", Word::Bound(AtMost)),
    ("限制在", Word::Bound(AtMost)),
    ("控制", Word::Bound(AtMost)),
    ("最多", Word::Bound(AtMost)),
    ("至多", Word::Bound(AtMost)),
    ("有效控制在", Word::Bound(AtMost)),
    ("严格控制在", Word::Bound(AtMost)),
    ("持续控制在", Word::Bound(AtMost)),
    ("稳定控制在", Word::Bound(AtMost)),
    ("接近", Word::Bound(About)),
    ("大约", Word::Bound(About)),
    ("约为", Word::Bound(About)),
    ("约", Word::Bound(About)),
    ("近", Word::Bound(About)),
    // levels that name their direction
    ("提高到", Word::Towards(AtLeast)),
    ("提高至", Word::Towards(AtLeast)),
    ("提升到", Word::Towards(AtLeast)),
    ("提升至", Word::Towards(AtLeast)),
    ("提升为", Word::Towards(AtLeast)),
    ("增加到", Word::Towards(AtLeast)),
    ("增加至", Word::Towards(AtLeast)),
    ("增长到", Word::Towards(AtLeast)),
    ("增长至", Word::Towards(AtLeast)),
    ("增至", Word::Towards(AtLeast)),
    ("增到", Word::Towards(AtLeast)),
    ("上升到", Word::Towards(AtLeast)),
    ("上升至", Word::Towards(AtLeast)),
    ("升至", Word::Towards(AtLeast)),
    ("升到", Word::Towards(AtLeast)),
    ("提至", Word::Towards(AtLeast)),
    ("扩大到", Word::Towards(AtLeast)),
    ("扩大至", Word::Towards(AtLeast)),
    ("扩充到", Word::Towards(AtLeast)),
    ("扩充至", Word::Towards(AtLeast)),
    ("延长到", Word::Towards(AtLeast)),
    ("延长至", Word::Towards(AtLeast)),
    ("优化到", Word::Towards(AtLeast)),
    ("发展到", Word::Towards(AtLeast)),
    ("降至", Word::Towards(AtMost)),
    ("降到", Word::Towards(AtMost)),
    ("降为", Word::Towards(AtMost)),
    ("下降至", Word::Towards(AtMost)),
    ("下降到", Word::Towards(AtMost)),
    ("下降为", Word::Towards(AtMost)),
    ("降低到", Word::Towards(AtMost)),
    ("降低至", Word::Towards(AtMost)),
    ("减少到", Word::Towards(AtMost)),
    ("减少至", Word::Towards(AtMost)),
    ("减至", Word::Towards(AtMost)),
    ("减到", Word::Towards(AtMost)),
    ("缩小到", Word::Towards(AtMost)),
    ("缩小至", Word::Towards(AtMost)),
    ("缩短到", Word::Towards(AtMost)),
    ("缩短至", Word::Towards(AtMost)),
    ("压减到", Word::Towards(AtMost)),
    ("压降至", Word::Towards(AtMost)),
    ("回落到", Word::Towards(AtMost)),
    ("下降在", Word::Towards(AtMost)),
    ("下降并控制在", Word::Towards(AtMost)),
    ("下降并保持在", Word::Towards(AtMost)),
    ("降低并控制在", Word::Towards(AtMost)),
    // changes
    ("提高", Word::By(Movement::Rise)),
    ("提升", Word::By(Movement::Rise)),
    ("增加", Word::By(Movement::Rise)),
    ("增长", Word::By(Movement::Rise)),
    ("上升", Word::By(Movement::Rise)),
    ("延长", Word::By(Movement::Rise)),
    ("递增", Word::By(Movement::Rise)),
    ("扩大", Word::By(Movement::Rise)),
    ("提高了", Word::By(Movement::Rise)),
    ("下降", Word::By(Movement::Fall)),
    ("降低", Word::By(Movement::Fall)),
    ("减少", Word::By(Movement::Fall)),
    ("缩小", Word::By(Movement::Fall)),
    ("递减", Word::By(Movement::Fall)),
    ("缩短", Word::By(Movement::Fall)),
    ("下调", Word::By(Movement::Fall)),
    ("压减", Word::By(Movement::Fall)),
    ("降幅达到", Word::By(Movement::Fall)),
    ("降幅达", Word::By(Movement::Fall)),
    ("降幅不低于", Word::By(Movement::Fall)),
    ("下降幅度达到", Word::By(Movement::Fall)),
    ("降低幅度达到", Word::By(Movement::Fall)),
    ("增幅达到", Word::By(Movement::Rise)),
    ("增幅不低于", Word::By(Movement::Rise)),
    // actions
    ("有", Word::Act),
    ("拥有", Word::Act),
    ("建有", Word::Act),
    ("设有", Word::Act),
    ("配有", Word::Act),
    ("备有", Word::Act),
    ("配备", Word::Act),
    ("配置", Word::Act),
    ("配齐", Word::Act),
    ("配足", Word::Act),
    ("设立", Word::Act),
    ("设置", Word::Act),
    ("建立", Word::Act),
    ("建成", Word::Act),
    ("建设", Word::Act),
    ("建好", Word::Act),
    ("建", Word::Act),
    ("新建", Word::Act),
    ("改建", Word::Act),
    ("扩建", Word::Act),
    ("改扩建", Word::Act),
    ("新改扩建", Word::Act),
    ("新增", Word::Act),
    ("增设", Word::Act),
    ("打造", Word::Act),
    ("创建", Word::Act),
    ("创设", Word::Act),
    ("培育", Word::Act),
    ("培养", Word::Act),
    ("培训", Word::Act),
    ("轮训", Word::Act),
    ("开展", Word::Act),
    ("举办", Word::Act),
    ("组织", Word::Act),
    ("组织开展", Word::Act),
    ("组织举办", Word::Act),
    ("实施", Word::Act),
    ("开设", Word::Act),
    ("开办", Word::Act),
    ("安排", Word::Act),
    ("办好", Word::Act),
    ("办", Word::Act),
    ("提供", Word::Act),
    ("选树", Word::Act),
    ("评选", Word::Act),
    ("命名", Word::Act),
    ("推出", Word::Act),
    ("发展", Word::Act),
    ("扶持", Word::Act),
    ("成立", Word::Act),
    ("落实", Word::Act),
    ("选派", Word::Act),
    ("选配", Word::Act),
    ("聘请", Word::Act),
    ("招募", Word::Act),
    ("接受", Word::Act),
    ("参加", Word::Act),
    ("召开", Word::Act),
    ("进行", Word::Act),
    ("救助", Word::Act),
    ("帮扶", Word::Act),
    ("资助", Word::Act),
    ("惠及", Word::Act),
    ("服务", Word::Act),
    ("支持", Word::Act),
    ("孵化", Word::Act),
    ("创作", Word::Act),
    ("选取", Word::Act),
    ("发放", Word::Act),
    ("表彰", Word::Act),
    ("引进", Word::Act),
    ("认定", Word::Act),
    ("布局", Word::Act),
    ("规划建设", Word::Act),
    ("完成建设", Word::Act),
    ("累计建成", Word::Act),
    ("改造", Word::Act),
    ("提升改造", Word::Act),
    ("创评", Word::Act),
    ("授课", Word::Act),
    ("访视", Word::Act),
    ("走访", Word::Act),
    ("宣讲", Word::Act),
    ("体检", Word::Act),
    ("设", Word::Act),
    ("配", Word::Act),
    ("确定", Word::Act),
    ("选聘", Word::Act),
    ("挖掘", Word::Act),
    ("形成", Word::Act),
    ("带动", Word::Act),
    // the rest
    ("力争", Word::Soft),
    ("争取", Word::Soft),
    ("力求", Word::Soft),
    ("每年", Word::Annual),
    ("逐年", Word::Annual),
    ("年均", Word::Annual),
    ("平均每年", Word::Annual),
    ("每年平均", Word::Annual),
    ("每个年度", Word::Annual),
    ("每年度", Word::Annual),
    ("一年", Word::Annual),
    ("比上年", Word::Annual),
    ("较上年", Word::Annual),
    ("同比", Word::Annual),
    ("比上一年", Word::Annual),
    ("分别", Word::Apart),
    ("依次", Word::Apart),
    ("已", Word::Past),
    ("已经", Word::Past),
    ("目前", Word::Past),
    ("现有", Word::Past),
    ("已建成", Word::Past),
    ("占", Word::Share),
    ("占到", Word::Share),
    ("应", Word::Plain),
    ("应当", Word::Plain),
    ("要", Word::Plain),
    ("须", Word::Plain),
    ("均", Word::Plain),
    ("都", Word::Plain),
    ("各", Word::Plain),
    ("总体", Word::Plain),
    ("一般", Word::Plain),
    ("基本", Word::Plain),
    ("逐步", Word::Plain),
    ("稳步", Word::Plain),
    ("明显", Word::Plain),
    ("确保", Word::Plain),
    ("保证", Word::Plain),
    ("实现", Word::Plain),
    ("努力", Word::Plain),
    ("并", Word::Plain),
    ("也", Word::Plain),
    ("全部", Word::Plain),
    ("累计", Word::Plain),
    ("平均", Word::Plain),
    ("总数", Word::Plain),
    ("普遍", Word::Plain),
    ("进一步", Word::Plain),
    ("持续", Word::Plain),
    ("继续", Word::Plain),
    ("不断", Word::Plain),
    ("提前", Word::Plain),
    ("再", Word::Plain),
    ("整体", Word::Plain),
    ("动态", Word::Plain),
    ("大体", Word::Plain),
    ("稳定", Word::Plain),
    ("有效", Word::Plain),
    ("都要", Word::Plain),
    ("合计", Word::Plain),
    ("总量", Word::Plain),
    ("共", Word::Plain),
    ("幅度", Word::Plain),
    ("水平上", Word::Plain),
    ("将", Word::Plain),
    ("至", Word::Plain),
    ("率先", Word::Plain),
];

static WORD_ENDS: LazyLock<Characters> =
    LazyLock::new(|| Characters::last_of(WORDS.iter().map(|(word, _)| *word)));

/// Peels the words in front of a figure; `years` are the years of the whole text.
pub(super) fn peel(text: &str, words: Span, years: &[YearMention]) -> Predicate {
    let mut found = Predicate {
        rest: words,
        bound: None,
        movement: None,
        base_year: None,
        marks: Marks::default(),
    };
    loop {
        let head =
            found.rest.of(text).trim_end_matches([' ', '\u{3000}', '、', '，', ',', '：', ':']);
        found.rest.end = found.rest.start + head.len();
        if let Some(year) =
            years.iter().find(|y| y.span.end == found.rest.end && y.span.start >= words.start)
        {
            found.rest.end = year.span.start;
            match year.role {
                Role::Base => found.base_year = Some(year.year),
                Role::Start => found.marks.set(Marks::STARTS),
                Role::Due => {}
            }
            continue;
        }
        if found.marks == Marks::default() && head.ends_with(['由', '从']) {
            found.marks.set(Marks::STARTS);
            return found;
        }
        if !head.ends_with(|last| WORD_ENDS.hold(last)) {
            return found;
        }
        let fitting = WORDS
            .iter()
            .filter(|(word, _)| head.ends_with(word))
            .max_by_key(|(word, _)| word.len());
        match fitting {
            Some((word, meaning)) if !belongs_to_name(head, word) => {
                found.rest.end -= word.len();
                note_word(&mut found, *meaning);
            }
            _ => return found,
        }
    }
}

fn note_word(found: &mut Predicate, meaning: Word) {
    match meaning {
        Word::Level => found.marks.set(Marks::LEVEL),
        Word::Keep => {
            found.marks.set(Marks::KEEP);
            found.marks.set(Marks::LEVEL);
        }
        Word::Bound(bound) => {
            found.bound = found.bound.or(Some(bound));
            found.marks.set(Marks::EXPLICIT_BOUND);
        }
        Word::Towards(bound) => {
            found.bound = found.bound.or(Some(bound));
            found.marks.set(Marks::TOWARDS);
        }
        Word::By(movement) => {
            if !found.marks.has(Marks::LEVEL) && !found.marks.has(Marks::ACT) {
                found.movement = found.movement.or(Some(movement));
            }
        }
        Word::Act => found.marks.set(Marks::ACT),
        Word::Soft => found.marks.set(Marks::SOFT),
        Word::Annual => found.marks.set(Marks::ANNUAL),
        Word::Apart => found.marks.set(Marks::APART),
        Word::Past => found.marks.set(Marks::PAST),
        Word::Share => found.marks.set(Marks::SHARE),
        Word::Plain => {}
    }
}

/// Words that end in a peelable word but are part of a name.
const NAME_ENDS: &[&str] = &[
    "所有",
    "技能培训",
    "教育培训",
    "职业培训",
    "业务培训",
    "国有",
    "公有",
    "享有",
    "拥有量",
    "教育服务",
    "关爱服务",
    "公共服务",
    "志愿服务",
    "法律援助服务",
    "照护服务",
    "托育服务",
    "素质提升",
    "社会组织",
    "党组织",
    "妇联组织",
    "群团组织",
    "国际组织",
    "中心建设",
    "阵地建设",
    "队伍建设",
    "行为",
    "作为",
    "认为",
    "成为",
    "家庭建设",
    "女性发展",
    "儿童发展",
    "妇女发展",
    "协调发展",
    "民族",
    "女性占",
    "再就业",
    "应急",
    "必需",
    "主要",
    "重要",
    "需要",
    "医疗救助",
    "司法救助",
    "社会救助",
    "婚检",
    "总体水平",
    "首都",
    "公办",
    "民办",
    "主办",
    "政府办",
];

fn belongs_to_name(head: &str, word: &str) -> bool {
    NAME_ENDS.iter().any(|end| {
        end.ends_with(word) && end.len() > word.len() && head.ends_with(end) && *end != "女性占"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, rest: &str, bound: Option<Comparator>) -> Predicate {
        let found = peel(words, Span::new(0, words.len()), &[]);
        assert_eq!((found.rest.of(words), found.bound), (rest, bound), "{words}");
        found
    }

    #[test]
    fn peels_levels_and_bounds() {
        check("筛查率均达到", "筛查率", None);
        check("死亡率控制在", "死亡率", Some(AtMost));
        check("每个乡镇应至少各配备", "每个乡镇", Some(AtLeast));
        assert!(check("参保率达到并保持在", "参保率", None).marks.has(Marks::KEEP));
        assert!(check("比例力争达到", "比例", None).marks.has(Marks::SOFT));
        assert!(check("三个率分别降至", "三个率", Some(AtMost)).marks.has(Marks::APART));
    }

    #[test]
    fn tells_changes_from_levels() {
        assert_eq!(check("近视率每年降低", "近视率", None).movement, Some(Movement::Fall));
        assert_eq!(check("参保率提高到", "参保率", Some(AtLeast)).movement, None);
        assert!(check("近视率年均下降", "近视率", None).marks.has(Marks::ANNUAL));
    }

    #[test]
    fn leaves_names_whole() {
        check("儿童保护服务类社会组织", "儿童保护服务类社会组织", None);
        check("接受志愿服务", "接受志愿服务", None);
    }
}
