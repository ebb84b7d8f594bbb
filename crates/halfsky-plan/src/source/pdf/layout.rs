//! From placed characters to lines and paragraphs, in reading order.

use super::content::Placed;
use super::ruling::{self, Rule};

/// A line of print.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    text: String,
    left: f64,
    right: f64,
    y: f64,
    size: f64,
}

/// The text of a page: tables by their rules, paragraphs joined where the print shows that they go on.
pub(super) fn text(mut glyphs: Vec<Placed>, rules: &[Rule]) -> String {
    let mut text = String::new();
    for turn in 0..4 {
        let (mut these, others) = glyphs.into_iter().partition(|glyph| glyph.turn == turn);
        glyphs = others;
        let mut blocks = Vec::new();
        // Rules are kept as the page shows them, so they fit upright writing only.
        for table in if turn == 0 { ruling::tables(rules) } else { Vec::new() } {
            let (held, others): (Vec<Placed>, _) =
                these.into_iter().partition(|glyph| table.holds(glyph));
            these = others;
            if !held.is_empty() {
                blocks.push((table.top(), table.lines(held)));
            }
        }
        for line in paragraphs(&lines(these), blocks) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// The lines of one cell of a table: text, right end and size of print.
pub(super) fn rows(glyphs: Vec<Placed>) -> impl Iterator<Item = (String, f64, f64)> {
    lines(glyphs).into_iter().map(|line| (line.text, line.right, line.size))
}

/// Characters on one base line, from top to bottom.
fn lines(mut glyphs: Vec<Placed>) -> Vec<Line> {
    glyphs.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut lines = Vec::new();
    let mut row: Vec<Placed> = Vec::new();
    for glyph in glyphs {
        let same =
            row.first().is_none_or(|first| first.y - glyph.y < 0.45 * first.size.max(glyph.size));
        if !same {
            lines.extend(line(std::mem::take(&mut row)));
        }
        row.push(glyph);
    }
    lines.extend(line(row));
    lines
}

fn line(mut row: Vec<Placed>) -> Option<Line> {
    row.sort_by(|a, b| a.x.total_cmp(&b.x));
    let visible = |glyph: &&Placed| !glyph.text.trim().is_empty();
    let first = row.iter().find(visible)?;
    let last = row.iter().rfind(visible)?;
    let (left, right, y) = (first.x, last.x + last.width, first.y);
    let size = row.iter().map(|glyph| glyph.size).fold(0.0, f64::max);
    let mut text = String::new();
    let mut previous: Option<&Placed> = None;
    for glyph in &row {
        if let Some(previous) = previous {
            // Bold print made by printing twice.
            if previous.text == glyph.text && (glyph.x - previous.x).abs() < 0.25 * glyph.size {
                continue;
            }
            let gap = gap(previous, glyph);
            // The number of a list item stands apart from its words, but in no column of its own.
            text.push_str(if gap == "\t" && is_mark(&text) { " " } else { gap });
        }
        text.push_str(&glyph.text);
        previous = Some(glyph);
    }
    let text = text.trim().to_owned();
    Some(Line { text, left, right, y, size })
}

/// What stands between two characters of a line: nothing, a space, or the TAB of a table.
fn gap(before: &Placed, after: &Placed) -> &'static str {
    let gap = (after.x - before.x - before.width) / after.size.max(before.size);
    let spaced =
        before.text.ends_with(char::is_whitespace) || after.text.starts_with(char::is_whitespace);
    let wide = is_wide(before.text.chars().next_back()) || is_wide(after.text.chars().next());
    if gap > 2.0 {
        "\t"
    } else if !spaced && gap > if wide { 0.55 } else { 0.22 } {
        " "
    } else {
        ""
    }
}

/// Whether a text is nothing but the number of a list item.
fn is_mark(text: &str) -> bool {
    text.chars().count() <= 5 && text.ends_with(['.', '．', '、', ')', '）', '●', '•', '-', '—'])
}

fn is_wide(c: Option<char>) -> bool {
    c.is_some_and(|c| c >= '\u{2E80}')
}

/// Joins the lines of a paragraph; tables come where they stand on the page, with their upper edge.
fn paragraphs(lines: &[Line], tables: Vec<(f64, Vec<String>)>) -> Vec<String> {
    let left = common(lines.iter().map(|line| line.left).collect(), 10);
    let right = common(lines.iter().map(|line| line.right).collect(), 90);
    let mut joined: Vec<String> = Vec::new();
    let mut above: Option<&Line> = None;
    let mut tables = tables.into_iter().peekable();
    for line in lines.iter().filter(|line| !line.text.is_empty()) {
        while let Some((_, rows)) = tables.next_if(|(top, _)| *top > line.y) {
            joined.extend(rows);
            above = None;
        }
        let goes_on = above.is_some_and(|above| continues(above, line, (left, right)));
        match joined.last_mut().filter(|_| goes_on) {
            Some(paragraph) => {
                let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
                if word(paragraph.chars().next_back()) && word(line.text.chars().next()) {
                    paragraph.push(' ');
                }
                paragraph.push_str(&line.text);
            }
            None => joined.push(line.text.clone()),
        }
        above = Some(line);
    }
    joined.extend(tables.flat_map(|(_, rows)| rows));
    joined
}

/// A value below which that many percent of the values lie.
fn common(mut values: Vec<f64>, percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = values.len().saturating_sub(1) * percent / 100;
    values.get(at).copied().unwrap_or(0.0)
}

/// Whether a line continues the one above: that one is full, this one is not indented and begins nothing new.
fn continues(above: &Line, line: &Line, (left, right): (f64, f64)) -> bool {
    let size = above.size.max(line.size);
    let full = above.right > right - 2.2 * size;
    let indented = line.left > left + 0.8 * size;
    let near = above.y - line.y < 2.8 * size;
    let same_size = (above.size - line.size).abs() < 0.15 * size;
    let table = above.text.contains('\t') || line.text.contains('\t');
    let ended = above.text.ends_with(['。', '；']);
    full && !indented && near && same_size && !table && !ended && !begins(&line.text)
}

/// Whether a line begins with the number of a heading or a clause.
fn begins(text: &str) -> bool {
    let numeral =
        |c: char| c.is_ascii_digit() || "０１２３４５６７８９〇一二三四五六七八九十百".contains(c);
    let opened = text.strip_prefix(['（', '(', '第']);
    let body = opened.unwrap_or(text);
    let rest = body.trim_start_matches(numeral);
    if rest.len() == body.len() {
        return text.starts_with(['—', '-', '●', '①', '②', '③', '④', '⑤', '⑥', '⑦', '⑧', '⑨']);
    }
    if opened.is_some() {
        rest.starts_with(['）', ')', '章', '节', '条', '部'])
    } else {
        let decimal =
            rest.get(1..).is_some_and(|tail| tail.starts_with(|c: char| c.is_ascii_digit()));
        rest.starts_with(['、', '．']) || (rest.starts_with('.') && !decimal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sets lines at 12 points, full width characters, first column at `indent` characters.
    fn set(lines: &[(usize, &str)]) -> Vec<Placed> {
        let mut glyphs = Vec::new();
        for (row, (indent, text)) in lines.iter().enumerate() {
            let mut x = 72.0 + *indent as f64 * 12.0;
            for c in text.chars() {
                let width = if c.is_ascii() { 6.0 } else { 12.0 };
                if c != '_' {
                    glyphs.push(Placed {
                        text: c.to_string(),
                        x,
                        y: 700.0 - 18.0 * row as f64,
                        width,
                        size: 12.0,
                        turn: 0,
                    });
                }
                x += width;
            }
        }
        glyphs.reverse();
        glyphs
    }

    fn text_of(lines: &[(usize, &str)]) -> String {
        text(set(lines), &[])
    }

    #[test]
    fn lines_of_a_paragraph_are_joined() {
        let page = set(&[
            (2, "1.孕产妇死亡率下降到12/10万以下城乡差"),
            (0, "距缩小，保持在较低水平到2030年健康素养"),
            (0, "明显提高。"),
            (2, "2.预期寿命延长。"),
        ]);
        let expect = "1.孕产妇死亡率下降到12/10万以下城乡差距缩小，保持在较低水平到2030年健康素养明显提高。\n2.预期寿命延长。\n";
        assert_eq!(text(page, &[]), expect);
    }

    #[test]
    fn clauses_without_indent_stay_apart() {
        let page = set(&[
            (0, "（一）妇女与健康妇女与健康妇女与健康"),
            (0, "（二）妇女与教育妇女与教育妇女与教育"),
            (0, "12.5万人妇女与教育妇女与教育妇女与"),
        ]);
        assert_eq!(text(page, &[]).lines().count(), 2);
    }

    #[test]
    fn gaps_are_spaces_or_tabs() {
        assert_eq!(text_of(&[(0, "指标______目标值")]), "指标\t目标值\n");
        assert_eq!(text_of(&[(0, "（一）______目标")]), "（一） 目标\n");
        assert_eq!(text_of(&[(0, "主__要__目__标")]), "主 要 目 标\n");
        assert_eq!(text_of(&[(0, "ab_cd")]), "ab cd\n");
    }

    #[test]
    fn text_printed_twice_is_read_once() {
        let mut page = set(&[(0, "规划")]);
        page.extend(
            set(&[(0, "规划")]).into_iter().map(|glyph| Placed { x: glyph.x + 0.4, ..glyph }),
        );
        assert_eq!(text(page, &[]), "规划\n");
    }
}
