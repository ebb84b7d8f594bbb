//! Chart (图): data turned into one SVG, the same bytes for the same data.
//!
//! Presentation attributes only, so that it may stand under a strict content security policy, in a PDF and in a picture.

pub mod funnel;
mod labels;
pub mod line;
pub mod sheet;
pub mod spread;

use std::fmt::Write;

use halfsky_plan::figure::Figure;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Colours of the interface, see the style sheet.
pub(crate) mod colour {
    pub(crate) const TEXT: &str = "#1d2129";
    pub(crate) const SECOND: &str = "#4e5663";
    pub(crate) const AXIS: &str = "#626a77";
    pub(crate) const GRID: &str = "#e3e6ea";
    pub(crate) const TICK: &str = "#9aa1ac";
    pub(crate) const PERIOD: &str = "#f8f8fa";
    pub(crate) const PLUM: &str = "#7a2e5d";
    pub(crate) const DARK_PLUM: &str = "#5c2146";
    pub(crate) const BAND: &str = "#ead6e2";
    pub(crate) const GREY_LINE: &str = "#8b93a0";
    pub(crate) const WHITE: &str = "#ffffff";
}

/// Wide and narrow drawings: two pictures chosen by width, so that type never shrinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartSize {
    /// 748 × 330
    Wide,
    /// 334 × 270
    Narrow,
}

impl ChartSize {
    /// Width and height of a drawing.
    pub const fn pixels(self) -> (u32, u32) {
        match self {
            Self::Wide => (748, 330),
            Self::Narrow => (334, 270),
        }
    }
}

/// Text safe inside an element and inside an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// Where values fall on a length of pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    pub(crate) fn new(values: [f64; 2], pixels: [f64; 2]) -> Self {
        Self { low: values[0], high: values[1], from: pixels[0], to: pixels[1] }
    }

    pub(crate) fn at(self, value: f64) -> f64 {
        let span = self.high - self.low;
        let share = if span > 0.0 { (value - self.low) / span } else { 0.5 };
        self.from + share.clamp(-1.0, 2.0) * (self.to - self.from)
    }
}

pub(crate) fn number(value: Decimal) -> f64 {
    value.to_f64().unwrap_or(0.0)
}

/// The values of the axis: four to eight round steps over the given values. From zero, unless all values lie high and
/// close together, where a zero would flatten every change.
pub(crate) fn ticks(values: &[Decimal]) -> Vec<Decimal> {
    let (Some(&low), Some(&high)) = (values.iter().min(), values.iter().max()) else {
        return vec![Decimal::ZERO, Decimal::ONE];
    };
    let close = low > Decimal::ZERO && (high - low).saturating_mul(Decimal::from(3)) < high;
    let floor = if close { low } else { low.min(Decimal::ZERO) };
    let ceiling = if high <= floor { floor.saturating_add(Decimal::ONE) } else { high };
    let step = step(ceiling.saturating_sub(floor));
    let mut ticks = vec![(floor / step).floor().saturating_mul(step)];
    while let Some(last) = ticks.last().copied().filter(|t| *t < ceiling && ticks.len() < 20) {
        ticks.push(last.saturating_add(step));
    }
    let ticks: Vec<Decimal> = ticks.iter().map(Decimal::normalize).collect();
    let places = ticks.iter().map(Decimal::scale).max().unwrap_or(0);
    ticks.into_iter().map(|tick| Figure::new(tick).rounded(places).decimal()).collect()
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that goes into a span at most six times.
fn step(span: Decimal) -> Decimal {
    let six = Decimal::from(6);
    let mut power = Decimal::new(1, 12);
    loop {
        for digits in [10, 20, 25, 50] {
            let step = power.saturating_mul(Decimal::new(digits, 1));
            if step.saturating_mul(six) >= span {
                return step;
            }
        }
        power = power.saturating_mul(Decimal::TEN);
    }
}

/// A text element.
pub(crate) struct Label<'a> {
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// `start`, `middle` or `end`.
    pub(crate) anchor: &'static str,
    pub(crate) fill: &'static str,
    pub(crate) weight: Weight,
    pub(crate) text: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Normal,
    Bold,
}

/// Writing to a string cannot fail, so the result is dropped in one place.
pub(crate) fn put(svg: &mut String, piece: std::fmt::Arguments<'_>) {
    let written = svg.write_fmt(piece);
    debug_assert!(written.is_ok(), "a string takes everything");
}

pub(crate) fn label(svg: &mut String, label: &Label<'_>) {
    let weight = if label.weight == Weight::Bold { " font-weight=\"700\"" } else { "" };
    put(
        svg,
        format_args!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{}\" font-size=\"12\"{weight} fill=\"{}\">{}</text>",
            label.x,
            label.y,
            label.anchor,
            label.fill,
            escape(label.text)
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(values: &[&str]) -> String {
        let values: Vec<Decimal> = values.iter().map(|v| v.parse().unwrap()).collect();
        ticks(&values).iter().map(Decimal::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn axes_have_round_steps() {
        assert_eq!(told(&["23.8", "9.4", "12"]), "0 5 10 15 20 25");
        assert_eq!(told(&["95.2", "97.8"]), "95.0 95.5 96.0 96.5 97.0 97.5 98.0");
        assert_eq!(told(&["-2.5", "1"]), "-3 -2 -1 0 1");
        assert_eq!(told(&["0", "0"]), "0.0 0.2 0.4 0.6 0.8 1.0");
        assert_eq!(told(&["7"]), "7.0 7.2 7.4 7.6 7.8 8.0");
    }

    #[test]
    fn extremes_end() {
        let extremes = [Decimal::MIN, Decimal::MAX];
        assert!(ticks(&extremes).len() <= 20);
        assert_eq!(ticks(&[]).len(), 2);
    }

    #[test]
    fn text_cannot_break_out() {
        assert_eq!(escape("<a b=\"c\">&\n"), "&lt;a b=&quot;c&quot;&gt;&amp; ");
    }
}
