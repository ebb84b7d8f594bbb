//! Funnel chart (漏斗图): rates over how much was counted, between the limits of chance.

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use super::line::NothingToDraw;
use super::{ChartSize, Label, Scale, Weight, colour, escape, label, number, put, ticks};

/// One region.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelDot {
    /// How much was counted.
    pub whole: f64,
    /// In the unit of the axis.
    pub value: f64,
    /// Further off than chance explains.
    pub outside: Outside,
    /// Shown while the pointer rests on it.
    pub hover: String,
}

/// Beyond which limits a dot lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    None,
    Inner,
    Outer,
}

/// The limits at one size: lower and upper of both pairs, in the unit of the axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelLimits {
    pub whole: f64,
    pub inner: (f64, f64),
    pub outer: (f64, f64),
}

/// What a funnel chart shows.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelChart {
    /// States the finding.
    pub title: String,
    /// The figures in words, for those who cannot see it.
    pub description: String,
    /// The unit of the rate.
    pub unit: String,
    /// What is counted below: `分母（人）`.
    pub counted: String,
    pub dots: Vec<FunnelDot>,
    /// The rate of all regions together.
    pub centre: f64,
    /// Over rising sizes.
    pub limits: Vec<FunnelLimits>,
}

struct Frame {
    left: f64,
    right: f64,
    bottom: f64,
    x: Scale,
    y: Scale,
    high: f64,
}

impl Frame {
    /// Sizes stand on a logarithmic scale: counties differ tenfold.
    fn x(&self, whole: f64) -> f64 {
        self.x.at(libm::log10(whole.max(1.0)))
    }

    fn y(&self, value: f64) -> f64 {
        self.y.at(value.min(self.high))
    }
}

/// The SVG of a chart. `id` makes the ids of its title and description unique on a page.
pub fn funnel_chart(
    chart: &FunnelChart,
    size: ChartSize,
    id: &str,
) -> Result<String, NothingToDraw> {
    let (width, height) = match size {
        ChartSize::Wide => (748, 330),
        ChartSize::Narrow => (334, 290),
    };
    let wholes = chart.limits.iter().map(|l| l.whole);
    let (Some(least), Some(most)) =
        (wholes.clone().min_by(f64::total_cmp), wholes.max_by(f64::total_cmp))
    else {
        return Err(NothingToDraw);
    };
    if chart.dots.is_empty() {
        return Err(NothingToDraw);
    }
    let ends = chart.limits.iter().flat_map(|l| [l.outer.0, l.outer.1]);
    let values = chart.dots.iter().map(|dot| dot.value).chain([chart.centre]);
    // where little is counted the limits leave every measure: the dots decide how high the drawing is
    let highest = values.clone().fold(0.0, f64::max) * 1.3;
    let shown = ends.map(|end| end.min(highest)).chain(values).filter_map(Decimal::from_f64);
    let shown: Vec<Decimal> = shown.map(|value| value.round_dp(6)).collect();
    let ticks = ticks(&shown);
    let bounds = [ticks.first(), ticks.last()].map(|t| t.map_or(0.0, |t| number(*t)));
    let digits = ticks.iter().map(|t| t.to_string().len()).max().unwrap_or(1);
    let left = 15.0 + 7.0 * f64::from(u32::try_from(digits).unwrap_or(3).max(3));
    let (right, top, bottom) = (f64::from(width) - 20.0, 26.0, f64::from(height) - 46.0);
    let frame = Frame {
        left,
        right,
        bottom,
        x: Scale::new([libm::log10(least.max(1.0)), libm::log10(most.max(1.0))], [left, right]),
        y: Scale::new(bounds, [bottom, top]),
        high: bounds[1],
    };
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
    axes(&mut svg, chart, &frame, &ticks);
    limits(&mut svg, chart, &frame);
    dots(&mut svg, chart, &frame);
    svg.push_str("</svg>");
    Ok(svg)
}

fn axes(svg: &mut String, chart: &FunnelChart, frame: &Frame, ticks: &[Decimal]) {
    let plain = |x, y, anchor, text: &str, svg: &mut String| {
        let (fill, weight) = (colour::SECOND, Weight::Normal);
        label(svg, &Label { x, y, anchor, fill, weight, text });
    };
    for (at, tick) in ticks.iter().enumerate() {
        let y = frame.y.at(number(*tick));
        let stroke = if at == 0 { colour::AXIS } else { colour::GRID };
        put(
            svg,
            format_args!(
                "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"{stroke}\"/>",
                frame.left, frame.right
            ),
        );
        plain(frame.left - 8.0, y + 4.0, "end", &tick.to_string(), svg);
    }
    let mut power = 1_u64;
    while power <= 1_000_000_000 {
        let x = frame.x.at(libm::log10(power as f64));
        if x >= frame.left - 0.5 && x <= frame.right + 0.5 {
            put(
                svg,
                format_args!(
                    "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"{}\"/>",
                    frame.bottom,
                    frame.bottom + 4.0,
                    colour::TICK
                ),
            );
            let text = match power {
                10_000.. => format!("{}万", power / 10_000),
                _ => power.to_string(),
            };
            plain(x, frame.bottom + 18.0, "middle", &text, svg);
        }
        power *= 10;
    }
    plain(6.0, 14.0, "start", &chart.unit, svg);
    plain(frame.right, frame.bottom + 36.0, "end", &chart.counted, svg);
}

/// One end of one of the limits.
type End = fn(&FunnelLimits) -> f64;

fn limits(svg: &mut String, chart: &FunnelChart, frame: &Frame) {
    let line = |end: End| -> String {
        let places = chart.limits.iter().map(|l| (frame.x(l.whole), frame.y(end(l))));
        places.map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
    };
    let ends: [(End, &str); 4] = [
        (|l| l.outer.0, "7 4"),
        (|l| l.outer.1, "7 4"),
        (|l| l.inner.0, "2 4"),
        (|l| l.inner.1, "2 4"),
    ];
    for (end, dashes) in ends {
        put(
            svg,
            format_args!(
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\" \
                 stroke-dasharray=\"{dashes}\"/>",
                line(end),
                colour::GREY_LINE
            ),
        );
    }
    let y = frame.y(chart.centre);
    put(
        svg,
        format_args!(
            "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"{}\" stroke-width=\"1.5\"/>",
            frame.left,
            frame.right,
            colour::TEXT
        ),
    );
}

fn dots(svg: &mut String, chart: &FunnelChart, frame: &Frame) {
    for dot in &chart.dots {
        let (radius, fill) = match dot.outside {
            Outside::None => ("3", colour::WHITE),
            Outside::Inner => ("3.5", colour::BAND),
            Outside::Outer => ("4.5", colour::PLUM),
        };
        put(
            svg,
            format_args!(
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{}\" \
                 stroke-width=\"1.5\"><title>{}</title></circle>",
                frame.x(dot.whole),
                frame.y(dot.value),
                colour::PLUM,
                escape(&dot.hover)
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> FunnelChart {
        let dot = |whole, value, outside| FunnelDot {
            whole,
            value,
            outside,
            hover: format!("某县 {value}"),
        };
        FunnelChart {
            title: "三个县".to_owned(),
            description: "合计12.0".to_owned(),
            unit: "1/10万".to_owned(),
            counted: "活产数（人）".to_owned(),
            dots: vec![
                dot(800.0, 0.0, Outside::None),
                dot(5_000.0, 60.0, Outside::Inner),
                dot(20_000.0, 45.0, Outside::Outer),
            ],
            centre: 12.0,
            limits: [800.0, 5_000.0, 20_000.0]
                .map(|whole| FunnelLimits {
                    whole,
                    inner: (0.0, 4.0e4 / whole),
                    outer: (0.0, 9.0e4 / whole),
                })
                .to_vec(),
        }
    }

    #[test]
    fn dots_beyond_the_limits_stand_out() {
        for size in [ChartSize::Wide, ChartSize::Narrow] {
            let svg = funnel_chart(&chart(), size, "f").unwrap();
            assert_eq!(svg.matches("<circle").count(), 3);
            assert_eq!(svg.matches("r=\"4.5\"").count(), 1);
            assert_eq!(svg.matches("<polyline").count(), 4);
            assert!(svg.contains(">1000</text>") && svg.contains(">1万</text>"), "{svg}");
            for attribute in ["style=", "<script", "NaN", "inf"] {
                assert!(!svg.contains(attribute), "{attribute}");
            }
        }
    }

    #[test]
    fn nothing_is_no_chart() {
        for empty in [
            FunnelChart { dots: Vec::new(), ..chart() },
            FunnelChart { limits: Vec::new(), ..chart() },
        ] {
            assert_eq!(funnel_chart(&empty, ChartSize::Wide, "f"), Err(NothingToDraw));
        }
    }
}
