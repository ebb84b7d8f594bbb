//! Line chart (折线图): one indicator over the years, with its target, its pooled rate and its forecast.

use rust_decimal::Decimal;

use super::{ChartSize, Label, Scale, Weight, colour, escape, label, number, put, ticks};

/// One published value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartPoint {
    pub year: i32,
    pub value: Decimal,
    /// The figure as printed, without its unit.
    pub printed: String,
    /// Shown while the pointer rests on it: `2025年 9.8/10万（1例，活产10204人）`.
    pub hover: String,
}

/// A target as a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartTarget {
    pub value: Decimal,
    /// The years it is drawn over.
    pub years: (i32, i32),
    /// `目标 ≤12`
    pub label: String,
}

/// One year of a forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForecastYear {
    pub year: i32,
    pub low: Decimal,
    pub median: Decimal,
    pub high: Decimal,
}

/// What a line chart shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineChart {
    /// States the finding.
    pub title: String,
    /// The figures in words, for those who cannot see it.
    pub description: String,
    /// The unit, at the top of the axis: `1/10万`.
    pub unit: String,
    pub points: Vec<ChartPoint>,
    /// First years after a break: the line is cut before them.
    pub breaks: Vec<i32>,
    pub target: Option<ChartTarget>,
    /// Shaded: `规划期2021—2030年`.
    pub plan_period: Option<(i32, i32)>,
    /// A grey line with its name: the pooled rate of three years.
    pub pooled: Vec<(i32, Decimal)>,
    pub pooled_name: String,
    /// From the last value on; lighter, and called 预测.
    pub forecast: Vec<ForecastYear>,
}

/// A chart that cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NothingToDraw;

/// The SVG of a chart. `id` makes the ids of its title and description unique on a page.
pub fn line_chart(chart: &LineChart, size: ChartSize, id: &str) -> Result<String, NothingToDraw> {
    let frame = Frame::new(chart, size)?;
    let mut svg = String::new();
    let id = escape(id);
    put(
        &mut svg,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart {class}\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" \
             height=\"{h}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{title}</title>\
             <desc id=\"{id}-d\">{desc}</desc>",
            class = if size == ChartSize::Wide { "wide" } else { "narrow" },
            w = frame.width,
            h = frame.height,
            title = escape(&chart.title),
            desc = escape(&chart.description),
        ),
    );
    plan_period(&mut svg, chart, &frame);
    axes(&mut svg, chart, &frame);
    forecast(&mut svg, chart, &frame);
    target(&mut svg, chart, &frame);
    pooled(&mut svg, chart, &frame);
    values(&mut svg, chart, &frame);
    svg.push_str("</svg>");
    Ok(svg)
}

struct Frame {
    size: ChartSize,
    width: u32,
    height: u32,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    years: (i32, i32),
    x: Scale,
    y: Scale,
    ticks: Vec<Decimal>,
}

impl Frame {
    fn new(chart: &LineChart, size: ChartSize) -> Result<Self, NothingToDraw> {
        let (width, height) = match size {
            ChartSize::Wide => (748, 330),
            ChartSize::Narrow => (334, 270),
        };
        let ahead = chart.forecast.iter().map(|f| f.year);
        let target = chart.target.iter().map(|t| t.years.1);
        let all = chart.points.iter().map(|p| p.year).chain(ahead).chain(target);
        let (Some(first), Some(last)) = (chart.points.iter().map(|p| p.year).min(), all.max())
        else {
            return Err(NothingToDraw);
        };
        // one year alone stands in the middle
        let years = if first == last { (first - 1, last + 1) } else { (first, last) };
        let bounds = chart.forecast.iter().flat_map(|f| [f.low, f.high]);
        let shown: Vec<Decimal> = chart
            .points
            .iter()
            .map(|p| p.value)
            .chain(chart.target.iter().map(|t| t.value))
            .chain(chart.pooled.iter().map(|p| p.1))
            .chain(bounds)
            .collect();
        let ticks = ticks(&shown);
        let ends = [ticks.first(), ticks.last()].map(|t| t.map_or(0.0, |t| number(*t)));
        let digits = ticks.iter().map(|t| t.to_string().len()).max().unwrap_or(1);
        let left = 15.0 + 7.0 * f64::from(u32::try_from(digits).unwrap_or(3).max(3));
        let (right, top) = (f64::from(width) - 20.0, 26.0);
        let bottom = f64::from(height) - 28.0;
        let x = Scale::new([f64::from(years.0), f64::from(years.1)], [left, right]);
        let y = Scale::new(ends, [bottom, top]);
        Ok(Self { size, width, height, left, right, top, bottom, years, x, y, ticks })
    }

    fn at(&self, year: i32, value: Decimal) -> (f64, f64) {
        (self.x.at(f64::from(year)), self.y.at(number(value)))
    }

    /// Whether a year has its label: both ends, and round years between, 40 pixels apart.
    fn labels(&self, year: i32) -> bool {
        let (first, last) = self.years;
        let pixels =
            |years: i32| f64::from(years) * (self.right - self.left) / f64::from(last - first);
        let every = [1, 2, 5, 10, 20, 50, 100].into_iter().find(|n| pixels(*n) >= 40.0);
        let near = (year - first).min(last - year);
        near == 0 || (every.is_some_and(|n| year % n == 0) && pixels(near) >= 40.0)
    }

    fn points(&self, values: impl Iterator<Item = (i32, Decimal)>) -> String {
        let places = values.map(|(year, value)| self.at(year, value));
        places.map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
    }
}

fn plan_period(svg: &mut String, chart: &LineChart, frame: &Frame) {
    let Some((start, end)) = chart.plan_period else { return };
    let (first, last) = (start.max(frame.years.0), end.min(frame.years.1));
    if first >= last {
        return;
    }
    let from = frame.x.at(f64::from(first)).max(frame.left);
    put(
        svg,
        format_args!(
            "<rect x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{}\"/>",
            frame.top,
            frame.x.at(f64::from(last)) - from,
            frame.bottom - frame.top,
            colour::PERIOD
        ),
    );
    let text = format!("规划期{start}—{end}年");
    let (x, y, fill) = (from + 6.0, frame.top + 14.0, colour::SECOND);
    label(svg, &Label { x, y, anchor: "start", fill, weight: Weight::Normal, text: &text });
}

fn axes(svg: &mut String, chart: &LineChart, frame: &Frame) {
    for (at, tick) in frame.ticks.iter().enumerate() {
        let y = frame.y.at(number(*tick));
        let stroke = if at == 0 { colour::AXIS } else { colour::GRID };
        put(
            svg,
            format_args!(
                "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"{stroke}\" \
                 stroke-width=\"1\" shape-rendering=\"crispEdges\"/>",
                frame.left, frame.right
            ),
        );
        let (x, y, fill, text) = (frame.left - 8.0, y + 4.0, colour::SECOND, tick.to_string());
        label(svg, &Label { x, y, anchor: "end", fill, weight: Weight::Normal, text: &text });
    }
    for year in frame.years.0..=frame.years.1 {
        let x = frame.x.at(f64::from(year));
        put(
            svg,
            format_args!(
                "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"{}\"/>",
                frame.bottom,
                frame.bottom + 4.0,
                colour::TICK
            ),
        );
        if frame.labels(year) {
            let (y, fill, text) = (frame.bottom + 20.0, colour::SECOND, year.to_string());
            label(
                svg,
                &Label { x, y, anchor: "middle", fill, weight: Weight::Normal, text: &text },
            );
        }
    }
    let (y, fill) = (14.0, colour::SECOND);
    label(
        svg,
        &Label { x: 6.0, y, anchor: "start", fill, weight: Weight::Normal, text: &chart.unit },
    );
}

fn forecast(svg: &mut String, chart: &LineChart, frame: &Frame) {
    let (Some(last), Some(end)) = (chart.points.last(), chart.forecast.last()) else { return };
    let start = (last.year, last.value);
    let upper = std::iter::once(start).chain(chart.forecast.iter().map(|f| (f.year, f.high)));
    let lower = chart.forecast.iter().rev().map(|f| (f.year, f.low));
    let middle = std::iter::once(start).chain(chart.forecast.iter().map(|f| (f.year, f.median)));
    put(
        svg,
        format_args!(
            "<polygon points=\"{}\" fill=\"{}\"/><polyline points=\"{}\" fill=\"none\" stroke=\"{}\" \
             stroke-width=\"1.5\" stroke-dasharray=\"2 4\"/>",
            frame.points(upper.chain(lower)),
            colour::BAND,
            frame.points(middle),
            colour::PLUM
        ),
    );
    let (x, y) = frame.at(end.year, end.high);
    let text = if frame.size == ChartSize::Wide { "预测（80%区间）" } else { "预测" };
    let y = (y - 6.0).max(frame.top + 12.0);
    label(
        svg,
        &Label { x, y, anchor: "end", fill: colour::DARK_PLUM, weight: Weight::Normal, text },
    );
}

fn target(svg: &mut String, chart: &LineChart, frame: &Frame) {
    let Some(target) = &chart.target else { return };
    let from = target.years.0.max(frame.years.0);
    let (x1, y) = frame.at(from, target.value);
    let x2 = frame.x.at(f64::from(target.years.1));
    put(
        svg,
        format_args!(
            "<line x1=\"{x1:.1}\" x2=\"{x2:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"{}\" stroke-width=\"1.5\" \
             stroke-dasharray=\"7 4\"/>",
            colour::TEXT
        ),
    );
    let (fill, text, y) = (colour::TEXT, target.label.as_str(), y - 6.0);
    label(svg, &Label { x: x2, y, anchor: "end", fill, weight: Weight::Bold, text });
}

fn pooled(svg: &mut String, chart: &LineChart, frame: &Frame) {
    let Some(first) = chart.pooled.first() else { return };
    put(
        svg,
        format_args!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>",
            frame.points(chart.pooled.iter().copied()),
            colour::GREY_LINE
        ),
    );
    let (x, y) = frame.at(first.0, first.1);
    let (fill, text) = (colour::SECOND, chart.pooled_name.as_str());
    label(svg, &Label { x, y: y - 8.0, anchor: "start", fill, weight: Weight::Normal, text });
}

fn values(svg: &mut String, chart: &LineChart, frame: &Frame) {
    let cut = |point: &ChartPoint| chart.breaks.contains(&point.year);
    for part in chart.points.chunk_by(|_, next| !cut(next)) {
        put(
            svg,
            format_args!(
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>",
                frame.points(part.iter().map(|p| (p.year, p.value))),
                colour::PLUM
            ),
        );
    }
    for point in chart.points.iter().filter(|point| cut(point)) {
        let x = frame.x.at(f64::from(point.year)) - 6.0;
        put(
            svg,
            format_args!(
                "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"{}\" stroke-dasharray=\"3 3\"/>",
                frame.top,
                frame.bottom,
                colour::AXIS
            ),
        );
        let (y, fill, text) = (frame.bottom - 8.0, colour::SECOND, "口径调整");
        label(svg, &Label { x: x - 4.0, y, anchor: "end", fill, weight: Weight::Normal, text });
    }
    let last = chart.points.len().saturating_sub(1);
    for (at, point) in chart.points.iter().enumerate() {
        let (x, y) = frame.at(point.year, point.value);
        let (radius, fill) = if at == last { ("4.5", colour::PLUM) } else { ("3", colour::WHITE) };
        put(
            svg,
            format_args!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{}\" \
                 stroke-width=\"2\"><title>{}</title></circle>",
                colour::PLUM,
                escape(&point.hover)
            ),
        );
        if at == 0 || at == last {
            let rises = chart.points.get(at + 1).is_some_and(|next| next.value > point.value);
            let below = y + 22.0 < frame.bottom && at == last;
            let (x, y) = match (below, rises) {
                (true, _) => (x, y + 20.0),
                // the line leaves upwards: beside it, not on it
                (false, true) => (x + 10.0, y + 5.0),
                (false, false) => (x, y - 9.0),
            };
            let weight = if at == last { Weight::Bold } else { Weight::Normal };
            let anchor = if at == 0 && last > 0 { "start" } else { "middle" };
            let (fill, text) = (colour::DARK_PLUM, point.printed.as_str());
            label(svg, &Label { x, y, anchor, fill, weight, text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(year: i32, value: &str) -> ChartPoint {
        ChartPoint {
            year,
            value: value.parse().unwrap(),
            printed: value.to_owned(),
            hover: format!("{year}年 {value}/10万"),
        }
    }

    pub(super) fn chart() -> LineChart {
        let value = |v: &str| v.parse().unwrap();
        LineChart {
            title: "示例县孕产妇死亡率2025年9.8/10万，已低于目标".to_owned(),
            description: "2021年16.0，2025年9.8。".to_owned(),
            unit: "1/10万".to_owned(),
            points: vec![point(2021, "16.0"), point(2023, "18.1"), point(2025, "9.8")],
            breaks: vec![2025],
            target: Some(ChartTarget {
                value: value("12"),
                years: (2021, 2030),
                label: "目标 ≤12".to_owned(),
            }),
            plan_period: Some((2021, 2030)),
            pooled: vec![(2023, value("15.2")), (2025, value("12.4"))],
            pooled_name: "三年合并率".to_owned(),
            forecast: vec![ForecastYear {
                year: 2030,
                low: value("5.5"),
                median: value("10.5"),
                high: value("16.2"),
            }],
        }
    }

    fn draw(chart: &LineChart, size: ChartSize) -> String {
        line_chart(chart, size, "c").unwrap()
    }

    #[test]
    fn it_is_well_formed_and_the_same_every_time() {
        for size in [ChartSize::Wide, ChartSize::Narrow] {
            let svg = draw(&chart(), size);
            assert_eq!(svg, draw(&chart(), size));
            for attribute in ["style=", "<script", "<style", "NaN", "inf"] {
                assert!(!svg.contains(attribute), "{attribute}");
            }
            let opened = svg.matches("<text").count();
            assert_eq!(opened, svg.matches("</text>").count());
        }
    }

    #[test]
    fn what_it_shows_is_labelled() {
        let svg = draw(&chart(), ChartSize::Wide);
        for words in ["目标 ≤12", "预测（80%区间）", "三年合并率", "规划期2021—2030年", ">9.8<"]
        {
            assert!(svg.contains(words), "{words}");
        }
        assert!(svg.contains("<title id=\"c-t\">示例县"));
    }

    #[test]
    fn a_break_cuts_the_line() {
        let svg = draw(&chart(), ChartSize::Wide);
        assert!(svg.contains("口径调整"));
        let whole = draw(&LineChart { breaks: vec![], ..chart() }, ChartSize::Wide);
        assert_eq!(svg.matches("<polyline").count(), whole.matches("<polyline").count() + 1);
    }

    #[test]
    fn one_value_is_drawn_and_none_is_not() {
        let one = LineChart { points: vec![point(2025, "0")], ..LineChart::default() };
        assert!(draw(&one, ChartSize::Narrow).contains("<circle"));
        let none = LineChart::default();
        assert_eq!(line_chart(&none, ChartSize::Wide, "c"), Err(NothingToDraw));
    }

    #[test]
    fn words_cannot_break_out() {
        let chart = LineChart { title: "</title><script>".to_owned(), ..chart() };
        assert!(!draw(&chart, ChartSize::Wide).contains("<script"));
    }
}
