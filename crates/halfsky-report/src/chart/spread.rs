//! Spread chart (分布图): one dot for each region over a box from the lower to the upper quartile.

use rust_decimal::Decimal;

use super::line::NothingToDraw;
use super::{ChartSize, Label, Scale, Weight, colour, escape, label, number, put, ticks};

/// One region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpreadDot {
    pub value: Decimal,
    /// Shown while the pointer rests on it; empty where the region stays unnamed.
    pub hover: String,
}

/// What a spread chart shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpreadChart {
    /// States the finding.
    pub title: String,
    /// The figures in words, for those who cannot see it.
    pub description: String,
    /// The unit, under the axis.
    pub unit: String,
    pub dots: Vec<SpreadDot>,
    /// Lower quartile, median, upper quartile.
    pub quartiles: [Decimal; 3],
    /// A value to be marked with its name: that of the region above, or of the reader's own.
    pub own: Option<(Decimal, String)>,
}

/// Rows of dots above one another.
const ROWS: usize = 9;

/// The SVG of a chart. `id` makes the ids of its title and description unique on a page.
pub fn spread_chart(
    chart: &SpreadChart,
    size: ChartSize,
    id: &str,
) -> Result<String, NothingToDraw> {
    if chart.dots.is_empty() {
        return Err(NothingToDraw);
    }
    let (width, height) = match size {
        ChartSize::Wide => (748, 210),
        ChartSize::Narrow => (334, 210),
    };
    let own = chart.own.iter().map(|(value, _)| *value);
    let shown: Vec<Decimal> = chart.dots.iter().map(|dot| dot.value).chain(own).collect();
    let ticks = ticks(&shown);
    let ends = [ticks.first(), ticks.last()].map(|t| t.map_or(0.0, |t| number(*t)));
    let (left, right) = (24.0, f64::from(width) - 24.0);
    let x = Scale::new(ends, [left, right]);
    let mut svg = String::new();
    let id = escape(id);
    put(
        &mut svg,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart {class}\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            escape(&chart.title),
            escape(&chart.description),
            class = if size == ChartSize::Wide { "wide" } else { "narrow" },
        ),
    );
    let bottom = f64::from(height) - 34.0;
    axis(&mut svg, &ticks, (x, size), (left, right, bottom));
    boxed(&mut svg, chart, x, (34.0, bottom));
    dots(&mut svg, chart, x, (40.0, bottom - 8.0));
    marked(&mut svg, chart, (x, left, right), bottom);
    let text = Label {
        x: right,
        y: bottom + 31.0,
        anchor: "end",
        fill: colour::SECOND,
        weight: Weight::Normal,
        text: &chart.unit,
    };
    label(&mut svg, &text);
    svg.push_str("</svg>");
    Ok(svg)
}

fn axis(
    svg: &mut String,
    ticks: &[Decimal],
    (x, size): (Scale, ChartSize),
    (left, right, bottom): (f64, f64, f64),
) {
    // on a narrow drawing every other number, so that none touches the next
    let every = if size == ChartSize::Narrow && ticks.len() > 5 { 2 } else { 1 };
    for (at, tick) in ticks.iter().enumerate() {
        let place = x.at(number(*tick));
        put(
            svg,
            format_args!(
                "<line x1=\"{place:.1}\" x2=\"{place:.1}\" y1=\"34.0\" y2=\"{bottom:.1}\" stroke=\"{}\"/>",
                colour::GRID
            ),
        );
        if at % every == 0 {
            let text = tick.to_string();
            let (y, fill, weight) = (bottom + 16.0, colour::SECOND, Weight::Normal);
            label(svg, &Label { x: place, y, anchor: "middle", fill, weight, text: &text });
        }
    }
    put(
        svg,
        format_args!(
            "<line x1=\"{left:.1}\" x2=\"{right:.1}\" y1=\"{bottom:.1}\" y2=\"{bottom:.1}\" stroke=\"{}\"/>",
            colour::AXIS
        ),
    );
}

fn boxed(svg: &mut String, chart: &SpreadChart, x: Scale, (top, bottom): (f64, f64)) {
    let [lower, median, upper] = chart.quartiles.map(|value| x.at(number(value)));
    put(
        svg,
        format_args!(
            "<rect x=\"{lower:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{}\"/>\
             <line x1=\"{median:.1}\" x2=\"{median:.1}\" y1=\"{top:.1}\" y2=\"{bottom:.1}\" stroke=\"{}\" \
             stroke-width=\"2\"/>",
            (upper - lower).max(1.0),
            bottom - top,
            colour::BAND,
            colour::DARK_PLUM,
        ),
    );
}

/// Dots in value order, each on the next row, so that near ones do not hide one another.
fn dots(svg: &mut String, chart: &SpreadChart, x: Scale, (top, bottom): (f64, f64)) {
    let mut sorted: Vec<&SpreadDot> = chart.dots.iter().collect();
    sorted.sort_by(|a, b| (a.value, &a.hover).cmp(&(b.value, &b.hover)));
    let radius = if sorted.len() > 200 { "2" } else { "3" };
    for (at, dot) in sorted.iter().enumerate() {
        // neighbours land far apart: 4, 8, 3, 7, 2, …
        let row = (at + 1) * 4 % ROWS;
        let share = row as f64 / (ROWS - 1) as f64;
        let (cx, cy) = (x.at(number(dot.value)), top + (bottom - top) * share);
        put(
            svg,
            format_args!(
                "<circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"{radius}\" fill=\"{}\" fill-opacity=\"0.75\"",
                colour::PLUM
            ),
        );
        if dot.hover.is_empty() {
            svg.push_str("/>");
        } else {
            put(svg, format_args!("><title>{}</title></circle>", escape(&dot.hover)));
        }
    }
}

fn marked(svg: &mut String, chart: &SpreadChart, (x, left, right): (Scale, f64, f64), bottom: f64) {
    let Some((value, name)) = &chart.own else { return };
    let place = x.at(number(*value));
    put(
        svg,
        format_args!(
            "<line x1=\"{place:.1}\" x2=\"{place:.1}\" y1=\"22.0\" y2=\"{bottom:.1}\" stroke=\"{}\" \
             stroke-width=\"1.5\" stroke-dasharray=\"7 4\"/>",
            colour::TEXT
        ),
    );
    let anchor = if place < left + (right - left) / 3.0 {
        "start"
    } else if place > right - (right - left) / 3.0 {
        "end"
    } else {
        "middle"
    };
    let (fill, weight) = (colour::TEXT, Weight::Bold);
    label(svg, &Label { x: place, y: 16.0, anchor, fill, weight, text: name });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> SpreadChart {
        let dot = |value: &str| SpreadDot {
            value: value.parse().unwrap(),
            hover: format!("某县 {value}%"),
        };
        SpreadChart {
            title: "各县在91.2%至98.0%之间".to_owned(),
            description: "中位数95.0%".to_owned(),
            unit: "%".to_owned(),
            dots: vec![dot("91.2"), dot("95.0"), dot("95.0"), dot("98.0")],
            quartiles: ["94.1", "95.0", "95.8"].map(|v| v.parse().unwrap()),
            own: Some(("95.3".parse().unwrap(), "全市95.3%".to_owned())),
        }
    }

    #[test]
    fn every_region_has_its_dot_and_the_own_value_its_name() {
        for size in [ChartSize::Wide, ChartSize::Narrow] {
            let svg = spread_chart(&chart(), size, "s").unwrap();
            assert_eq!(svg.matches("<circle").count(), 4);
            assert!(svg.contains(">全市95.3%</text>") && svg.contains("<title id=\"s-t\">各县"));
            assert_eq!(svg, spread_chart(&chart(), size, "s").unwrap());
            for attribute in ["style=", "<script", "NaN", "inf"] {
                assert!(!svg.contains(attribute), "{attribute}");
            }
        }
    }

    #[test]
    fn equal_values_do_not_hide_one_another() {
        let svg = spread_chart(&chart(), ChartSize::Wide, "s").unwrap();
        let places: std::collections::BTreeSet<&str> =
            svg.split("<circle ").skip(1).filter_map(|circle| circle.split(" r=").next()).collect();
        assert_eq!(places.len(), 4);
    }

    #[test]
    fn nothing_is_no_chart() {
        let empty = SpreadChart { dots: Vec::new(), ..chart() };
        assert_eq!(spread_chart(&empty, ChartSize::Wide, "s"), Err(NothingToDraw));
    }
}
