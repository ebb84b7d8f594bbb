//! Ruled tables: printed lines show which characters belong to one cell.

use super::content::Placed;
use super::layout;
use crate::source::table::{self, Cell};

/// A printed line, level or upright.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rule {
    pub(super) upright: bool,
    /// The `x` of an upright rule, the `y` of a level one.
    pub(super) at: f64,
    pub(super) from: f64,
    pub(super) to: f64,
}

/// A table on a page.
#[derive(Debug)]
pub(super) struct Table {
    /// Edges of columns from left to right, of rows from top to bottom.
    columns: Vec<f64>,
    rows: Vec<f64>,
    rules: Vec<Rule>,
}

/// Rules that end this near to each other touch.
const NEAR: f64 = 3.5;
/// Pages with more rules are drawings.
pub(super) const MOST_RULES: usize = 1500;
const MOST_EDGES: usize = 120;

impl Rule {
    fn touches(&self, other: &Self) -> bool {
        if self.upright == other.upright {
            let beside = (self.at - other.at).abs() < NEAR;
            return beside && self.from < other.to + NEAR && other.from < self.to + NEAR;
        }
        let within = |at: f64, rule: &Self| at > rule.from - NEAR && at < rule.to + NEAR;
        within(self.at, other) && within(other.at, self)
    }
}

/// Finds the tables of a page: rules that touch each other and make at least two columns and two rows.
pub(super) fn tables(rules: &[Rule]) -> Vec<Table> {
    if rules.len() >= MOST_RULES {
        return Vec::new();
    }
    let mut left: Vec<Rule> = rules.to_vec();
    let mut tables = Vec::new();
    while let Some(first) = left.pop() {
        let mut group = vec![first];
        let mut next = 0;
        while let Some(rule) = group.get(next).copied() {
            let (touching, others) = left.into_iter().partition(|other| rule.touches(other));
            left = others;
            let touching: Vec<Rule> = touching;
            group.extend(touching);
            next += 1;
        }
        let columns = edges(&group, Upright::Yes);
        let mut rows = edges(&group, Upright::No);
        rows.reverse();
        let sane = |edges: &[f64]| (3..=MOST_EDGES).contains(&edges.len());
        if sane(&columns) && sane(&rows) {
            tables.push(Table { columns, rows, rules: group });
        }
    }
    tables.sort_by(|a, b| b.top().total_cmp(&a.top()));
    tables
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Upright {
    Yes,
    No,
}

/// The places of rules, those of double lines as one.
fn edges(rules: &[Rule], upright: Upright) -> Vec<f64> {
    let mut places: Vec<f64> = rules
        .iter()
        .filter(|rule| rule.upright == (upright == Upright::Yes))
        .map(|rule| rule.at)
        .collect();
    places.sort_by(f64::total_cmp);
    places.dedup_by(|next, kept| *next - *kept < NEAR);
    places
}

impl Table {
    /// The upper edge.
    pub(super) fn top(&self) -> f64 {
        self.rows.first().copied().unwrap_or(0.0)
    }

    /// Whether a character stands in the table.
    pub(super) fn holds(&self, glyph: &Placed) -> bool {
        self.place(glyph).is_some()
    }

    /// Row and column of a character.
    fn place(&self, glyph: &Placed) -> Option<(usize, usize)> {
        let (x, y) = (glyph.x + glyph.width / 2.0, glyph.y + glyph.size * 0.3);
        let row = self.rows.windows(2).position(|pair| y <= pair[0] && y > pair[1])?;
        let column = self.columns.windows(2).position(|pair| x >= pair[0] && x < pair[1])?;
        Some((row, column))
    }

    /// Whether a rule parts two neighbouring fields of the grid.
    fn is_ruled(&self, upright: Upright, edge: f64, middle: f64) -> bool {
        self.rules.iter().any(|rule| {
            rule.upright == (upright == Upright::Yes)
                && (rule.at - edge).abs() < NEAR
                && rule.from - 1.0 < middle
                && rule.to + 1.0 > middle
        })
    }

    /// The rows of the table as lines.
    pub(super) fn lines(&self, glyphs: Vec<Placed>) -> Vec<String> {
        let (rows, columns) = (self.rows.len() - 1, self.columns.len() - 1);
        let mut fields: Vec<Vec<Placed>> = vec![Vec::new(); rows * columns];
        let owners = self.owners();
        for glyph in glyphs {
            if let Some((row, column)) = self.place(&glyph) {
                fields[owners[row * columns + column]].push(glyph);
            }
        }
        let mut lines = Vec::with_capacity(rows);
        for row in 0..rows {
            let mut cells = Vec::new();
            for column in 0..columns {
                let field = row * columns + column;
                if owners[field] != field {
                    continue;
                }
                let span = |step: usize, most: usize| {
                    (1..most).take_while(|n| owners[field + n * step] == field).count() + 1
                };
                let (wide, high) = (span(1, columns - column), span(columns, rows - row));
                let right = self.columns[column + wide];
                let text = cell_text(std::mem::take(&mut fields[field]), right);
                cells.push(Cell { lines: vec![text], columns: wide, rows: high, continued: false });
            }
            lines.push(cells);
        }
        table::lines(lines)
    }

    /// For every field of the grid the first field of the cell it belongs to.
    fn owners(&self) -> Vec<usize> {
        let (rows, columns) = (self.rows.len() - 1, self.columns.len() - 1);
        let middle = |edges: &[f64], at: usize| f64::midpoint(edges[at], edges[at + 1]);
        let mut owners: Vec<usize> = (0..rows * columns).collect();
        for row in 0..rows {
            for column in 0..columns {
                let field = row * columns + column;
                let joined_left = column > 0
                    && !self.is_ruled(Upright::Yes, self.columns[column], middle(&self.rows, row));
                let joined_up = row > 0
                    && !self.is_ruled(Upright::No, self.rows[row], middle(&self.columns, column));
                if joined_left {
                    owners[field] = owners[field - 1];
                } else if joined_up {
                    owners[field] = owners[field - columns];
                }
            }
        }
        owners
    }
}

/// The text of a cell: full lines run on, others are apart.
fn cell_text(glyphs: Vec<Placed>, right: f64) -> String {
    let mut text = String::new();
    for (line, end, size) in layout::rows(glyphs) {
        text.push_str(&line);
        if end < right - 2.0 * size {
            text.push(' ');
        }
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(y: f64, from: f64, to: f64) -> Rule {
        Rule { upright: false, at: y, from, to }
    }

    fn upright(x: f64, from: f64, to: f64) -> Rule {
        Rule { upright: true, at: x, from, to }
    }

    fn written(x: f64, y: f64, text: &str) -> Vec<Placed> {
        (0_u8..)
            .zip(text.chars())
            .map(|(n, c)| Placed {
                text: c.to_string(),
                x: x + f64::from(n) * 10.0,
                y,
                width: 10.0,
                size: 10.0,
                turn: 0,
            })
            .collect()
    }

    #[test]
    fn ruled_cells_become_rows() {
        // Two columns; the left cell of the lower rows is one, its second line wraps.
        let rules = [
            level(100.0, 0.0, 100.0),
            level(80.0, 0.0, 100.0),
            level(60.0, 50.0, 100.0),
            level(40.0, 0.0, 100.0),
            upright(0.0, 40.0, 100.0),
            upright(50.0, 40.0, 100.0),
            upright(100.0, 40.0, 100.0),
        ];
        let tables = tables(&rules);
        let glyphs = [
            written(2.0, 86.0, "领域"),
            written(52.0, 86.0, "指标"),
            written(2.0, 64.0, "妇女健康"),
            written(2.0, 46.0, "状况"),
            written(52.0, 66.0, "寿命"),
            written(52.0, 46.0, "死亡率"),
        ];
        let glyphs: Vec<Placed> = glyphs.concat();
        assert!(tables.len() == 1 && glyphs.iter().all(|glyph| tables[0].holds(glyph)));
        assert_eq!(
            tables[0].lines(glyphs),
            ["领域\t指标", "妇女健康状况\t寿命", "妇女健康状况\t死亡率"]
        );
    }

    #[test]
    fn frames_and_underlines_are_no_tables() {
        let frame = [
            level(100.0, 0.0, 100.0),
            level(0.0, 0.0, 100.0),
            upright(0.0, 0.0, 100.0),
            upright(100.0, 0.0, 100.0),
        ];
        assert!(tables(&frame).is_empty());
        assert!(
            tables(&[level(1.0, 0.0, 9.0), level(20.0, 0.0, 9.0), level(40.0, 0.0, 9.0)])
                .is_empty()
        );
    }
}
