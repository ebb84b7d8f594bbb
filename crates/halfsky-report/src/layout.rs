//! Layout (版式): the numbers of GB/T 9704-2012 《党政机关公文格式》, in twips (1/20 pt) unless said.
//!
//! One place for the writers and for the checker.

/// A4.
pub const PAGE_WIDTH: u32 = 11_906;
pub const PAGE_HEIGHT: u32 = 16_838;
/// 天头 37 mm
pub const TOP: u32 = 2098;
/// 订口 28 mm
pub const LEFT: u32 = 1587;
pub const BOTTOM: u32 = 1984;
pub const RIGHT: u32 = 1474;
/// 版心 156 × 225 mm
pub const TYPE_WIDTH: u32 = PAGE_WIDTH - LEFT - RIGHT;
/// 22 lines fill the type area: one more twip would leave 21.
pub const LINE: u32 = 579;
pub const LINES: usize = 22;
pub const CHARACTERS: usize = 28;
/// Added to each character so that 28 fill a line, in twips.
pub const CHARACTER_SPACING: i32 = -5;

/// Type sizes in half points: 二号, 三号, 四号, 五号, 小五.
pub const SIZE_TITLE: u32 = 44;
pub const SIZE_BODY: u32 = 32;
pub const SIZE_FOOT: u32 = 28;
pub const SIZE_TABLE: u32 = 21;
pub const SIZE_NOTE: u32 = 18;
/// 发文机关标志: not fixed by the standard.
pub const SIZE_ISSUER: u32 = 84;
pub const SIZE_ISSUER_LETTER: u32 = 64;

/// Two characters of 三号.
pub const INDENT: u32 = 640;
/// One character of 四号, of 三号.
pub const FOOT_INDENT: u32 = 280;
pub const ONE_CHARACTER: u32 = 320;
/// The page number stands 7 mm below the type area.
pub const FOOTER: u32 = 1447;
pub const FOOTER_LINE: u32 = 280;

/// Top of the 发文机关标志: 35 mm below the top of the type area.
pub const ISSUER_TOP: u32 = 4082;
/// Red line: 4 mm below the 发文字号, 0.35 mm thick.
pub const RULE_DISTANCE: u32 = 227;
/// Borders in eighths of a point: 0.35 mm and 0.25 mm.
pub const THICK: u32 = 8;
pub const THIN: u32 = 6;
/// 信函: top of the 标志 30 mm from the edge of the paper; lines 170 mm long, the second 20 mm from the lower edge.
pub const LETTER_ISSUER_TOP: u32 = 1701;
pub const LETTER_RULE: u32 = 9638;
pub const LETTER_RULE_BOTTOM: u32 = PAGE_HEIGHT - 1134;
/// Where a line of 170 mm begins when it is centred on the page.
pub const LETTER_RULE_LEFT: u32 = (PAGE_WIDTH - LETTER_RULE) / 2;
/// 1 mm: what a margin may be off.
pub const MILLIMETRE: u32 = 57;

/// Red of the head.
pub const RED: &str = "FF0000";

/// The size of a 发文机关标志 in half points: as large as fits on one line of so many twips.
pub fn issuer_size(issuer: &str, width: u32, largest: u32) -> u32 {
    let count = u32::try_from(issuer.chars().count()).unwrap_or(u32::MAX).max(1);
    // half points are ten twips; the last twips of a line are left free
    (width.saturating_sub(40) / count / 10).clamp(SIZE_BODY, largest)
}

/// Characters of 二号 on a line.
const TITLE_CHARACTERS: usize = 20;
/// What one more line than needed costs.
const MORE_LINES: usize = 6;

/// A title as lines of nearly the same length; names in 《》, numbers and Latin words stay whole where they can.
pub fn title_lines(title: &str) -> Vec<String> {
    let characters: Vec<char> = title.chars().collect();
    let fewest = characters.len().div_ceil(TITLE_CHARACTERS).max(1);
    // a title this long is no title: it is broken where it must be
    if fewest > 4 {
        return characters.chunks(TITLE_CHARACTERS).map(|line| line.iter().collect()).collect();
    }
    let tries = (fewest..=fewest + usize::from(fewest > 1)).filter_map(|lines| {
        let wanted = characters.len().div_ceil(lines);
        let (cost, lengths) = parted(&characters, lines, wanted)?;
        Some((cost + (lines - fewest) * MORE_LINES, lengths))
    });
    let Some((_, lengths)) = tries.min() else { return vec![title.to_owned()] };
    let mut rest = characters.as_slice();
    let mut told = Vec::new();
    for length in lengths {
        let (line, after) = rest.split_at(length);
        told.push(line.iter().collect());
        rest = after;
    }
    told
}

/// The cheapest way to part a text into so many lines: its cost and the lengths of the lines.
fn parted(rest: &[char], lines: usize, wanted: usize) -> Option<(usize, Vec<usize>)> {
    if lines == 1 {
        let fits = rest.len() <= TITLE_CHARACTERS;
        return fits.then(|| (rest.len().abs_diff(wanted), vec![rest.len()]));
    }
    let longest = TITLE_CHARACTERS.min(rest.len().saturating_sub(1));
    (1..=longest)
        .filter_map(|at| {
            let own = break_cost(rest, at)? + at.abs_diff(wanted);
            let (cost, mut lengths) = parted(rest.get(at..)?, lines - 1, wanted)?;
            lengths.insert(0, at);
            Some((own + cost, lengths))
        })
        .min()
}

/// How much it costs to part a title here; None where it must not be parted.
fn break_cost(text: &[char], at: usize) -> Option<usize> {
    let (before, after) = (*text.get(at.checked_sub(1)?)?, *text.get(at)?);
    let number = |c: char| c.is_ascii_alphanumeric() || c == '—';
    if number(before) && number(after)
        || "《（".contains(before)
        || "年月日》）、，。%‰".contains(after)
    {
        return None;
    }
    let open = |c: char| text.get(..at).map_or(0, |t| t.iter().filter(|x| **x == c).count());
    if open('（') > open('）') {
        return Some(12);
    }
    Some(match (before, after) {
        ('》', _) => 0,
        (_, '《') | ('的' | '和' | '、', _) => 1,
        (_, '（') => 3,
        _ => 8,
    })
}

/// What a face of type is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// 小标宋: titles, 发文机关标志
    Title,
    /// 仿宋: body
    Body,
    /// 楷体: second level
    Kai,
    /// 黑体: first level, heads of tables
    Hei,
    /// 宋体: page numbers, cells of tables
    Song,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] = [Self::Title, Self::Body, Self::Kai, Self::Hei, Self::Song];

    /// The name the standard asks for; always written into docx, installed here or not.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "方正小标宋简体",
            Self::Body => "仿宋_GB2312",
            Self::Kai => "楷体_GB2312",
            Self::Hei => "黑体",
            Self::Song => "宋体",
        }
    }

    /// Names an installed face may carry: the wanted ones first, then open ones that stand in.
    pub const fn families(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Title => (
                &["方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"],
                &["Noto Serif CJK SC", "Source Han Serif SC", "FandolSong"],
            ),
            Self::Body => (
                &["仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "FangSong_GBK"],
                &["FandolFang R", "Noto Serif CJK SC", "Source Han Serif SC"],
            ),
            Self::Kai => (
                &["楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi"],
                &[
                    "FandolKai",
                    "LXGW WenKai",
                    "AR PL UKai CN",
                    "Noto Serif CJK SC",
                    "Source Han Serif SC",
                ],
            ),
            Self::Hei => {
                (&["黑体", "SimHei"], &["Noto Sans CJK SC", "Source Han Sans SC", "FandolHei"])
            }
            Self::Song => (
                &["宋体", "SimSun"],
                &["Noto Serif CJK SC", "Source Han Serif SC", "FandolSong", "AR PL UMing CN"],
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_fits_on_one_line() {
        assert_eq!(issuer_size("县政府文件", TYPE_WIDTH, SIZE_ISSUER), SIZE_ISSUER);
        let long = "示例县妇女儿童工作委员会文件";
        let size = issuer_size(long, TYPE_WIDTH, SIZE_ISSUER);
        assert!(size * 10 * 14 <= TYPE_WIDTH && size > 60, "{size}");
    }

    #[test]
    fn titles_are_parted_between_words() {
        assert_eq!(title_lines("关于召开会议的请示"), ["关于召开会议的请示"]);
        assert_eq!(
            title_lines("关于《示例县妇女发展规划（2021—2030年）》2025年实施情况的报告"),
            ["关于《示例县妇女发展规划", "（2021—2030年）》", "2025年实施情况的报告"]
        );
        let lines = title_lines(&"长".repeat(41));
        assert!(lines.iter().all(|l| l.chars().count() <= 20), "{lines:?}");
        assert_eq!(lines.concat().chars().count(), 41);
    }

    #[test]
    fn the_type_area_is_that_of_the_standard() {
        let millimetres = |twips: u32| f64::from(twips) / 56.693;
        assert!((millimetres(TYPE_WIDTH) - 156.0).abs() < 0.2, "{TYPE_WIDTH}");
        let high = PAGE_HEIGHT - TOP - BOTTOM;
        assert!((millimetres(high) - 225.0).abs() < 0.2);
        assert!((LINE * 22..LINE * 23).contains(&high));
        let pitch = i32::try_from(SIZE_BODY).unwrap() * 10 + CHARACTER_SPACING;
        let (wide, count) = (i32::try_from(TYPE_WIDTH).unwrap(), 28);
        assert!(pitch * count <= wide && pitch * (count + 1) > wide);
        assert!((millimetres(LETTER_RULE) - 170.0).abs() < 0.1);
    }
}
