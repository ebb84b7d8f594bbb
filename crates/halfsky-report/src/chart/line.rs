//! Line chart (折线图): one indicator over the years, with its target, its pooled rate and its forecast.

use rust_decimal::Decimal;

use super::labels::{Area, Labels, Place};
use super::{ChartSize, Scale, Weight, colour, escape, number, put, ticks};

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
    axes(&mut svg, &frame);
    forecast(&mut svg, chart, &frame);
    target(&mut svg, chart, &frame);
    pooled(&mut svg, chart, &frame);
    values(&mut svg, chart, &frame);
    svg.push_str(&labels(chart, &frame));
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
        let (width, height) = size.pixels();
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

    /// From where to where the years of the plan are shaded.
    fn shaded(&self, chart: &LineChart) -> Option<(f64, f64)> {
        let (start, end) = chart.plan_period?;
        let (first, last) = (start.max(self.years.0), end.min(self.years.1));
        let from = self.x.at(f64::from(first)).max(self.left);
        (first < last).then(|| (from, self.x.at(f64::from(last))))
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
    let Some((from, to)) = frame.shaded(chart) else { return };
    put(
        svg,
        format_args!(
            "<rect x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{}\"/>",
            frame.top,
            to - from,
            frame.bottom - frame.top,
            colour::PERIOD
        ),
    );
}

fn axes(svg: &mut String, frame: &Frame) {
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
    }
}

fn forecast(svg: &mut String, chart: &LineChart, frame: &Frame) {
    let Some(last) = chart.points.last().filter(|_| !chart.forecast.is_empty()) else { return };
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
}

fn pooled(svg: &mut String, chart: &LineChart, frame: &Frame) {
    if chart.pooled.is_empty() {
        return;
    }
    put(
        svg,
        format_args!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>",
            frame.points(chart.pooled.iter().copied()),
            colour::GREY_LINE
        ),
    );
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
    }
}

/// Every word of the drawing: those of the axes have their places, the others keep off each other.
fn labels(chart: &LineChart, frame: &Frame) -> String {
    let within = Area {
        left: frame.left + 2.0,
        right: f64::from(frame.width) - 2.0,
        top: 2.0,
        bottom: frame.bottom - 1.0,
    };
    let mut labels = Labels::new(within);
    axis_labels(&mut labels, chart, frame);
    for point in &chart.points {
        labels.avoid(frame.at(point.year, point.value), 5.0);
    }
    value_labels(&mut labels, chart, frame);
    let plain = |fill| (fill, Weight::Normal);
    if let Some(target) = &chart.target {
        let (left, y) = frame.at(target.years.0.max(frame.years.0), target.value);
        let right = frame.x.at(f64::from(target.years.1));
        let places = [
            (right, y - 6.0, "end"),
            (right, y + 15.0, "end"),
            (left + 4.0, y - 6.0, "start"),
            (left + 4.0, y + 15.0, "start"),
        ];
        labels.place(&places, (colour::TEXT, Weight::Bold), &target.label);
    }
    if let Some((from, _)) = frame.shaded(chart)
        && let Some((start, end)) = chart.plan_period
    {
        let text = format!("规划期{start}—{end}年");
        labels.place(&[(from + 6.0, frame.top + 14.0, "start")], plain(colour::SECOND), &text);
    }
    if let Some(end) = chart.forecast.last() {
        let text = if frame.size == ChartSize::Wide { "预测（80%区间）" } else { "预测" };
        let (x, high) = frame.at(end.year, end.high);
        let (_, low) = frame.at(end.year, end.low);
        let above = (high - 6.0).max(frame.top + 12.0);
        let places = [(x, above, "end"), (x, high + 14.0, "end"), (x, low + 15.0, "end")];
        labels.place(&places, plain(colour::DARK_PLUM), text);
    }
    if let Some((year, value)) = chart.pooled.first() {
        let (x, y) = frame.at(*year, *value);
        let places = [(x, y - 8.0, "start"), (x, y + 16.0, "start")];
        labels.place(&places, plain(colour::SECOND), &chart.pooled_name);
    }
    for point in chart.points.iter().filter(|point| chart.breaks.contains(&point.year)) {
        let x = frame.x.at(f64::from(point.year)) - 6.0;
        let y = frame.bottom - 8.0;
        let places = [(x - 4.0, y, "end"), (x + 4.0, y, "start")];
        labels.place(&places, plain(colour::SECOND), "口径调整");
    }
    labels.into_svg()
}

fn axis_labels(labels: &mut Labels, chart: &LineChart, frame: &Frame) {
    let fill = colour::SECOND;
    for tick in &frame.ticks {
        let y = frame.y.at(number(*tick)) + 4.0;
        labels.fix((frame.left - 8.0, y, "end"), fill, &tick.to_string());
    }
    for year in (frame.years.0..=frame.years.1).filter(|year| frame.labels(*year)) {
        let x = frame.x.at(f64::from(year));
        labels.fix((x, frame.bottom + 20.0, "middle"), fill, &year.to_string());
    }
    labels.fix((6.0, 14.0, "start"), fill, &chart.unit);
}

/// The first and the last value.
fn value_labels(labels: &mut Labels, chart: &LineChart, frame: &Frame) {
    let last = chart.points.len().saturating_sub(1);
    for (at, point) in chart.points.iter().enumerate() {
        if at != 0 && at != last {
            continue;
        }
        let (x, y) = frame.at(point.year, point.value);
        let rises = chart.points.get(at + 1).is_some_and(|next| next.value > point.value);
        let anchor = if at == 0 && last > 0 { "start" } else { "middle" };
        let (above, below) = ((x, y - 9.0, anchor), (x, y + 20.0, anchor));
        // where the line leaves upwards: beside it, not on it
        let beside: Place = (x + 10.0, y + 5.0, "start");
        let climbs = at > 0 && chart.points[at - 1].value < point.value;
        let places = match (at == last, rises) {
            // the line comes from below: above its end, not on it
            (true, _) if climbs => [above, beside, below],
            (true, _) => [below, above, beside],
            (false, true) => [beside, below, above],
            (false, false) => [above, beside, below],
        };
        let weight = if at == last { Weight::Bold } else { Weight::Normal };
        labels.place(&places, (colour::DARK_PLUM, weight), &point.printed);
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

    /// Where the words of a drawing stand: left, right, base line.
    fn words(svg: &str) -> Vec<(f64, f64, f64, String)> {
        let attribute = |tag: &str, name: &str| {
            let rest = tag.split(&format!(" {name}=\"")).nth(1).unwrap_or_default();
            rest.split('"').next().unwrap_or_default().to_owned()
        };
        let of = |part: &str| {
            let (tag, rest) = part.split_once('>').unwrap();
            let text = rest.split('<').next().unwrap().to_owned();
            let number = |name| attribute(tag, name).parse::<f64>().unwrap();
            let width = text.chars().map(|c| if c.is_ascii() { 6.0 } else { 12.0 }).sum::<f64>();
            let left = match attribute(tag, "text-anchor").as_str() {
                "start" => number("x"),
                "middle" => number("x") - width / 2.0,
                _ => number("x") - width,
            };
            (left, left + width, number("y"), text)
        };
        svg.split("<text").skip(1).map(of).collect()
    }

    #[test]
    fn words_never_stand_on_one_another() {
        let value = |v: i32| Decimal::from(v);
        for seed in 0..400_i32 {
            let at = |n: i32| (seed * 37 + n * 53) % 41;
            let points = (2020..2024)
                .map(|year| ChartPoint {
                    value: value(at(year)),
                    ..point(year, &at(year).to_string())
                })
                .collect();
            let high = at(7) + 1;
            let drawn = LineChart {
                points,
                breaks: if seed % 3 == 0 { vec![2022] } else { Vec::new() },
                target: Some(ChartTarget {
                    value: value(if seed % 2 == 0 { high } else { at(5) }),
                    years: (2021, 2030),
                    label: format!("目标 ≤{}", at(5)),
                }),
                forecast: vec![ForecastYear {
                    year: 2030,
                    low: value(high / 3),
                    median: value(high / 2),
                    high: value(high),
                }],
                ..chart()
            };
            for size in [ChartSize::Wide, ChartSize::Narrow] {
                let words = words(&draw(&drawn, size));
                for (at, a) in words.iter().enumerate() {
                    for b in &words[at + 1..] {
                        let apart = a.1 <= b.0 || b.1 <= a.0 || (a.2 - b.2).abs() >= 12.0;
                        assert!(apart, "{seed}: {a:?} and {b:?}");
                    }
                }
            }
        }
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
